/* SPDX-License-Identifier: MIT */
#include "smtp/scram.h"

#include <string.h>

#include "base/base64.h"
#include "smtp/auth.h"

/* What server-first-message holds. */
typedef struct {
	ox_slice nonce;
	ox_buffer salt;
	unsigned iterations;
} server_first;

/* RFC 5802 5.1: in a saslname ',' and '=' would end the attribute or start an escape. */
int ox_scram_append_name(ox_buffer *out, const char *name)
{
	int status = OX_OK;
	for (; *name && status == OX_OK; name++) {
		status = *name == ',' ? ox_buffer_append_string(out, "=2C")
			: *name == '='    ? ox_buffer_append_string(out, "=3D")
			                  : ox_buffer_append_byte(out, (uint8_t)*name);
	}
	return status;
}

static int write_binding(ox_scram *scram, const ox_scram_options *options)
{
	int status = options->flag == 'p'
		? ox_buffer_append_format(&scram->binding, "p=%s,,", options->binding_name)
		: ox_buffer_append_format(&scram->binding, "%c,,", options->flag);
	scram->header_size = scram->binding.size;
	if (status == OX_OK && options->flag == 'p') {
		status = ox_buffer_append(&scram->binding, options->binding, options->binding_size);
	}
	return status;
}

static int write_first_bare(ox_scram *scram, const ox_scram_options *options)
{
	ox_buffer *out = &scram->first_bare;
	int status = ox_buffer_append_string(out, "n=");
	if (status == OX_OK) {
		status = ox_scram_append_name(out, options->user);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_string(out, ",r=");
	}
	scram->nonce_at = out->size;
	return status == OX_OK ? ox_buffer_append_string(out, options->nonce) : status;
}

int ox_scram_init(ox_scram *scram, const ox_scram_options *options)
{
	memset(scram, 0, sizeof *scram);
	scram->digest = options->digest;
	ox_buffer_init_secret(&scram->binding, OX_SCRAM_NONCE_MAX);
	ox_buffer_init(&scram->first_bare, OX_SCRAM_MESSAGE_MAX);
	scram->password = ox_copy_string(options->password);
	if (!scram->password) {
		return OX_E_NOMEM;
	}
	int status = write_binding(scram, options);
	return status == OX_OK ? write_first_bare(scram, options) : status;
}

void ox_scram_clear(ox_scram *scram)
{
	ox_free_secret(scram->password);
	ox_buffer_clear(&scram->binding);
	ox_buffer_clear(&scram->first_bare);
	ox_wipe(scram, sizeof *scram);
	scram->state = OX_SCRAM_FAILED;
}

int ox_scram_first(const ox_scram *scram, ox_buffer *out)
{
	int status = ox_buffer_append(out, scram->binding.bytes, scram->header_size);
	if (status == OX_OK) {
		status = ox_buffer_append(out, scram->first_bare.bytes, scram->first_bare.size);
	}
	return status;
}

static int broken(ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH, OX_FACT_AUTH_EXCHANGE,
		"SCRAM: %s", why);
}

/* RFC 5802 7, server-error: a token of the protocol, so it may decide; foreign ones are the
 * exchange's fault, not the password's. */
static int refused(ox_error *error, ox_slice value)
{
	ox_fact fact = OX_FACT_AUTH_EXCHANGE;
	ox_retry retry = OX_RETRY_NEVER;
	if (ox_slice_is(value, "invalid-proof") || ox_slice_is(value, "unknown-user")) {
		fact = OX_FACT_AUTH_REFUSED;
	} else if (ox_slice_is(value, "no-resources")) {
		fact = OX_FACT_AUTH_TEMPORARY;
		retry = OX_RETRY_LATER;
	}
	int shown = value.size < 64 ? (int)value.size : 64;
	return ox_error_set(error, OX_ERROR_AUTH, retry, OX_STAGE_AUTH, fact,
		"SCRAM: the server refuses: %.*s", shown, value.at);
}

/* Cuts "x=value" and the ',' behind it off the front; false when another attribute stands there. */
static bool take_attribute(ox_slice *rest, char name, ox_slice *value)
{
	if (rest->size < 2 || rest->at[0] != name || rest->at[1] != '=') {
		return false;
	}
	const char *start = rest->at + 2;
	const char *comma = memchr(start, ',', rest->size - 2);
	value->at = start;
	value->size = comma ? (size_t)(comma - start) : rest->size - 2;
	size_t used = 2 + value->size + (comma ? 1 : 0);
	rest->at += used;
	rest->size -= used;
	return true;
}

/* A nonce that does not start with ours is another session's, replayed; one that is ours alone
 * leaves the server nothing to have chosen (RFC 5802 5.1). */
static bool nonce_extends_ours(const ox_scram *scram, ox_slice nonce)
{
	const uint8_t *ours = scram->first_bare.bytes + scram->nonce_at;
	size_t size = scram->first_bare.size - scram->nonce_at;
	if (nonce.size <= size || nonce.size > OX_SCRAM_NONCE_MAX || memcmp(nonce.at, ours, size)) {
		return false;
	}
	for (size_t i = 0; i < nonce.size; i++) {
		if (nonce.at[i] < '!' || nonce.at[i] > '~') {
			return false;
		}
	}
	return true;
}

static int parse_first(const ox_scram *scram, ox_slice rest, server_first *first, ox_error *error)
{
	ox_slice value;
	uint64_t iterations;
	if (take_attribute(&rest, 'e', &value)) {
		return refused(error, value);
	}
	if (take_attribute(&rest, 'm', &value)) {
		return broken(error, "the server demands an extension that nobody defined");
	}
	if (!take_attribute(&rest, 'r', &first->nonce)) {
		return broken(error, "the server's first message has no nonce");
	}
	if (!nonce_extends_ours(scram, first->nonce)) {
		return broken(error, "the server's nonce does not extend ours");
	}
	if (!take_attribute(&rest, 's', &value)) {
		return broken(error, "the server's first message has no salt");
	}
	int status = ox_base64_decode(&first->salt, value.at, value.size);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_AUTH);
	}
	if (status != OX_OK || !first->salt.size) {
		return broken(error, "the server's salt is not base64");
	}
	if (!take_attribute(&rest, 'i', &value) || !ox_parse_number(value, &iterations)) {
		return broken(error, "the server's first message has no iteration count");
	}
	if (iterations < OX_SCRAM_ITERATIONS_MIN) {
		return broken(error, "the server asks for too few iterations to protect the password");
	}
	if (iterations > OX_SCRAM_ITERATIONS_MAX) {
		return broken(error, "the server asks for more iterations than are reasonable");
	}
	first->iterations = (unsigned)iterations;
	return OX_OK;
}

/* client-final-message-without-proof. */
static int write_final(const ox_scram *scram, ox_slice nonce, ox_buffer *out)
{
	int status = ox_buffer_append_string(out, "c=");
	if (status == OX_OK) {
		status = ox_base64_encode(out, scram->binding.bytes, scram->binding.size);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_string(out, ",r=");
	}
	return status == OX_OK ? ox_buffer_append(out, nonce.at, nonce.size) : status;
}

/* AuthMessage: the three messages so far, joined by ','. */
static int write_auth_message(const ox_scram *scram, ox_slice server, const ox_buffer *final,
	ox_buffer *out)
{
	int status = ox_buffer_append(out, scram->first_bare.bytes, scram->first_bare.size);
	if (status == OX_OK) {
		status = ox_buffer_append_byte(out, ',');
	}
	if (status == OX_OK) {
		status = ox_buffer_append(out, server.at, server.size);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_byte(out, ',');
	}
	return status == OX_OK ? ox_buffer_append(out, final->bytes, final->size) : status;
}

static int hmac_text(ox_digest digest, const uint8_t *key, const char *text, uint8_t *out)
{
	return ox_digest_hmac(digest, key, ox_digest_size(digest), text, strlen(text), out);
}

/* RFC 5802 3: the proof to send, and the signature to expect. */
static int compute(ox_scram *scram, const server_first *first, const ox_buffer *message,
	uint8_t *proof)
{
	ox_digest digest = scram->digest;
	size_t size = ox_digest_size(digest);
	struct {
		uint8_t salted[OX_DIGEST_MAX], client[OX_DIGEST_MAX], stored[OX_DIGEST_MAX];
		uint8_t signature[OX_DIGEST_MAX], server[OX_DIGEST_MAX];
	} key;
	int status = ox_digest_pbkdf2(digest, scram->password, strlen(scram->password),
		first->salt.bytes, first->salt.size, first->iterations, key.salted);
	if (status == OX_OK) {
		status = hmac_text(digest, key.salted, "Client Key", key.client);
	}
	if (status == OX_OK) {
		status = ox_digest_hash(digest, key.client, size, key.stored);
	}
	if (status == OX_OK) {
		status = ox_digest_hmac(digest, key.stored, size, message->bytes, message->size,
			key.signature);
	}
	if (status == OX_OK) {
		status = hmac_text(digest, key.salted, "Server Key", key.server);
	}
	if (status == OX_OK) {
		status = ox_digest_hmac(digest, key.server, size, message->bytes, message->size,
			scram->server_signature);
	}
	for (size_t i = 0; i < size && status == OX_OK; i++) {
		proof[i] = key.client[i] ^ key.signature[i];
	}
	ox_wipe(&key, sizeof key);
	return status;
}

static int prove(ox_scram *scram, ox_slice challenge, const server_first *first, ox_buffer *out)
{
	uint8_t proof[OX_DIGEST_MAX];
	ox_buffer message;
	ox_buffer_init(&message, 2 * OX_SCRAM_MESSAGE_MAX);
	int status = write_final(scram, first->nonce, out);
	if (status == OX_OK) {
		status = write_auth_message(scram, challenge, out, &message);
	}
	if (status == OX_OK) {
		status = compute(scram, first, &message, proof);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_string(out, ",p=");
	}
	if (status == OX_OK) {
		status = ox_base64_encode(out, proof, ox_digest_size(scram->digest));
	}
	ox_wipe(proof, sizeof proof);
	ox_buffer_clear(&message);
	return status;
}

static int on_server_first(ox_scram *scram, ox_slice challenge, ox_buffer *out, ox_error *error)
{
	server_first first = {0};
	ox_buffer_init(&first.salt, OX_SCRAM_SALT_MAX);
	int status = parse_first(scram, challenge, &first, error);
	if (status != OX_OK) {
		goto done;
	}
	status = prove(scram, challenge, &first, out);
	if (status == OX_E_LIMIT) {
		status = broken(error, "the server's first message is too long");
	} else if (status != OX_OK) {
		status = ox_error_memory(error, OX_STAGE_AUTH);
	} else {
		ox_free_secret(scram->password);
		scram->password = NULL;
		scram->state = OX_SCRAM_FINAL;
	}
done:
	ox_buffer_clear(&first.salt);
	return status;
}

static int on_server_final(ox_scram *scram, ox_slice challenge, ox_error *error)
{
	ox_slice value;
	ox_buffer signature;
	size_t size = ox_digest_size(scram->digest);
	if (take_attribute(&challenge, 'e', &value)) {
		return refused(error, value);
	}
	if (!take_attribute(&challenge, 'v', &value)) {
		return broken(error, "the server's final message has no signature");
	}
	ox_buffer_init(&signature, OX_SCRAM_SALT_MAX);
	int status = ox_base64_decode(&signature, value.at, value.size);
	if (status == OX_E_NOMEM) {
		status = ox_error_memory(error, OX_STAGE_AUTH);
	} else if (status != OX_OK || signature.size != size ||
			   !ox_equal_secret(signature.bytes, scram->server_signature, size)) {
		status = ox_error_set(error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH,
			OX_FACT_AUTH_SERVER_PROOF, "SCRAM: the server does not know the password");
	} else {
		scram->state = OX_SCRAM_PROVEN;
	}
	ox_buffer_clear(&signature);
	return status;
}

int ox_scram_step(ox_scram *scram, ox_slice challenge, ox_buffer *out, ox_error *error)
{
	int status;
	if (scram->state == OX_SCRAM_FIRST && scram->password) {
		status = on_server_first(scram, challenge, out, error);
	} else if (scram->state == OX_SCRAM_FINAL) {
		status = on_server_final(scram, challenge, error);
	} else {
		status = broken(error, "the server goes on after the end of the exchange");
	}
	if (status != OX_OK) {
		scram->state = OX_SCRAM_FAILED;
	}
	return status;
}
