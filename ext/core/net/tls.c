/* SPDX-License-Identifier: MIT */
#include "net/tls_internal.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/string.h"

enum { NAME_LENGTH_MAX = 255, RECORD_SIZE = 16384, EXPORTER_SIZE = 32 };

/* The name as it is verified and sent: lower case, without a final dot or a zone. */
static int copy_name(ox_tls *tls, const char *name)
{
	size_t size = strcspn(name, "%");
	if (size && name[size - 1] == '.') {
		size--;
	}
	/* An empty name would switch OpenSSL's check off, a leading dot would make it one of a suffix.
	 */
	if (!size || size > NAME_LENGTH_MAX || name[0] == '.' || ox_has_control(name, size)) {
		return OX_E_SYNTAX;
	}
	tls->name = ox_copy_bytes(name, size);
	if (!tls->name) {
		return OX_E_NOMEM;
	}
	for (char *p = tls->name; *p; p++) {
		*p = (char)ox_lower((unsigned char)*p);
	}
	return OX_OK;
}

static int make_key(ox_tls *tls)
{
	uint8_t recipe[OX_TLS_KEY_SIZE + 2 + NAME_LENGTH_MAX];
	size_t length = strlen(tls->name);
	memcpy(recipe, tls->trust->identity.bytes, OX_TLS_KEY_SIZE);
	recipe[OX_TLS_KEY_SIZE] = (uint8_t)(tls->port >> 8);
	recipe[OX_TLS_KEY_SIZE + 1] = (uint8_t)tls->port;
	memcpy(recipe + OX_TLS_KEY_SIZE + 2, tls->name, length);
	return ox_digest_hash(OX_DIGEST_SHA256, recipe, OX_TLS_KEY_SIZE + 2 + length, tls->key.bytes);
}

/* RFC 9525: only subject alternative names count (6.1), a wildcard is the whole left-most label
 * (6.3). RFC 6066 3: no SNI for an address. */
static int set_name(ox_tls *tls)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(tls->ssl);
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(tls->name);
	int fine;
	if (address) {
		fine = X509_VERIFY_PARAM_set1_ip(param, ASN1_STRING_get0_data(address),
			(size_t)ASN1_STRING_length(address));
	} else {
		X509_VERIFY_PARAM_set_hostflags(param,
			X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
		fine = X509_VERIFY_PARAM_set1_host(param, tls->name, 0) &&
		       SSL_set_tlsext_host_name(tls->ssl, tls->name);
	}
	ASN1_OCTET_STRING_free(address);
	return fine ? OX_OK : OX_E_NOMEM;
}

static int set_up(ox_tls *tls)
{
	int status;
	tls->ssl = SSL_new(tls->trust->context);
	if (!tls->ssl) {
		return OX_E_NOMEM;
	}
	SSL_set_app_data(tls->ssl, tls);
	if ((status = make_key(tls)) != OX_OK || (status = set_name(tls)) != OX_OK ||
	    (status = ox_tls_bio_attach(tls)) != OX_OK) {
		return status;
	}
	SSL_set_connect_state(tls->ssl);
	SSL_SESSION *session = ox_tls_cache_get(tls);
	if (session) {
		(void)SSL_set_session(tls->ssl,
							  session); /* if it is refused, the handshake is a full one */
		SSL_SESSION_free(session);
	}
	return OX_OK;
}

int ox_tls_new(ox_tls_trust *trust, ox_socket socket, const char *name, uint16_t port, ox_tls **tls,
	ox_error *error)
{
	ox_tls *made = ox_alloc(sizeof *made);
	*tls = NULL;
	if (!made) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	made->trust = ox_tls_trust_share(trust);
	made->link.socket = socket;
	made->port = port;
	made->wants = OX_WAIT_WRITE;
	ERR_clear_error();
	int status = copy_name(made, name);
	if (status == OX_OK) {
		status = set_up(made);
	}
	ERR_clear_error();
	if (status == OX_OK) {
		*tls = made;
		return OX_OK;
	}
	ox_tls_free(made);
	if (status == OX_E_SYNTAX) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_TLS, OX_FACT_NONE,
			"no certificate can be checked for this host name");
	}
	return ox_error_memory(error, OX_STAGE_TLS);
}

/* Whether result means "wait"; notes for what. */
static bool must_wait(ox_tls *tls, int result)
{
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ: tls->wants = OX_WAIT_READ; return true;
	case SSL_ERROR_WANT_WRITE: tls->wants = OX_WAIT_WRITE; return true;
	default: return false;
	}
}

static bool is_pinned(const ox_tls_trust *trust, X509 *leaf)
{
	uint8_t digest[32];
	if (!leaf || ox_certificate_spki_digest(leaf, digest) != OX_OK) {
		return false;
	}
	for (size_t i = 0; i < trust->pin_count; i++) {
		if (memcmp(trust->pins[i], digest, sizeof digest) == 0) {
			return true;
		}
	}
	return false;
}

/* The last door before data. A resumed session shows no certificate again, so the pin is compared
 * with the one that the session remembers. */
static int establish(ox_tls *tls, ox_error *error)
{
	X509 *leaf = SSL_get0_peer_certificate(tls->ssl);
	if (tls->trust->verify && (!leaf || SSL_get_verify_result(tls->ssl) != X509_V_OK)) {
		return ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS,
							OX_FACT_TLS_HANDSHAKE, "%s was not verified", tls->name);
	}
	if (tls->trust->pin_count && !is_pinned(tls->trust, leaf)) {
		return ox_tls_pin_error(tls, leaf, error);
	}
	snprintf(tls->description, sizeof tls->description, "%s %s", SSL_get_version(tls->ssl),
		SSL_get_cipher_name(tls->ssl));
	tls->established = true;
	if (tls->early) {
		ox_tls_cache_put(tls, tls->early);
		tls->early = NULL;
	}
	return OX_OK;
}

int ox_tls_handshake(ox_tls *tls, ox_error *error)
{
	if (tls->established) {
		return OX_OK;
	}
	if (tls->failed) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_TLS, OX_FACT_NONE,
			"the TLS handshake with %s has failed already", tls->name);
	}
	ERR_clear_error();
	int result = SSL_do_handshake(tls->ssl);
	if (result != 1 && must_wait(tls, result)) {
		return OX_AGAIN;
	}
	int status = result == 1 ? establish(tls, error) : ox_tls_handshake_error(tls, result, error);
	tls->failed = status != OX_OK;
	ERR_clear_error();
	return status;
}

int ox_tls_wants(const ox_tls *tls)
{
	return tls->wants;
}

static long not_ready(ox_tls *tls, ox_error *error)
{
	ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_NONE,
		"there is no TLS connection with %s", tls->name);
	return OX_SOCKET_BROKEN;
}

long ox_tls_read(ox_tls *tls, void *bytes, size_t size, ox_error *error)
{
	size_t moved = 0;
	if (!tls->established || tls->failed || !size) {
		return not_ready(tls, error);
	}
	ERR_clear_error();
	int result = SSL_read_ex(tls->ssl, bytes, size < RECORD_SIZE ? size : RECORD_SIZE, &moved);
	if (result == 1) {
		return (long)moved;
	}
	if (must_wait(tls, result)) {
		return OX_WOULD_BLOCK;
	}
	if (SSL_get_error(tls->ssl, result) == SSL_ERROR_ZERO_RETURN) {
		return 0;
	}
	tls->failed = true;
	ox_tls_stream_error(tls, result, error);
	return OX_SOCKET_BROKEN;
}

/* One record at a time: a record that did not go out whole is OpenSSL's to finish, and the next
 * call must bring at least its octets. */
long ox_tls_write(ox_tls *tls, const void *bytes, size_t size, ox_error *error)
{
	const uint8_t *from = bytes;
	size_t total = 0;
	if (!tls->established || tls->failed || !size) {
		return not_ready(tls, error);
	}
	ERR_clear_error();
	while (total < size && total < RECORD_SIZE * 1024) {
		size_t left = size - total, moved = 0;
		int result = SSL_write_ex(tls->ssl, from + total, left < RECORD_SIZE ? left : RECORD_SIZE,
			&moved);
		if (result == 1) {
			total += moved;
			continue;
		}
		if (must_wait(tls, result)) {
			return total ? (long)total : OX_WOULD_BLOCK;
		}
		tls->failed = true;
		ox_tls_stream_error(tls, result, error);
		return OX_SOCKET_BROKEN;
	}
	return (long)total;
}

bool ox_tls_has_pending(const ox_tls *tls)
{
	return SSL_pending(tls->ssl) > 0;
}

/* RFC 9266 2: label below, a context of no octets, 32 octets. */
void ox_tls_exporter(ox_tls *tls, uint8_t *out, size_t capacity, size_t *size)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	*size = 0;
	if (tls->established && SSL_version(tls->ssl) >= TLS1_3_VERSION && capacity >= EXPORTER_SIZE &&
	    SSL_export_keying_material(tls->ssl, out, EXPORTER_SIZE, label, sizeof label - 1, NULL, 0,
	        1) == 1) {
		*size = EXPORTER_SIZE;
	}
	ERR_clear_error();
}

bool ox_tls_resumed(const ox_tls *tls)
{
	return tls->established && SSL_session_reused(tls->ssl);
}

const char *ox_tls_describe(const ox_tls *tls)
{
	return tls->description;
}

void ox_tls_goodbye(ox_tls *tls)
{
	if (tls->established && !tls->failed && !tls->said_goodbye) {
		tls->said_goodbye = true;
		ERR_clear_error();
		(void)SSL_shutdown(tls->ssl);
		ERR_clear_error();
	}
}

void ox_tls_free(ox_tls *tls)
{
	if (!tls) {
		return;
	}
	if (tls->ssl) {
		SSL_set_app_data(tls->ssl, NULL);
		/* A connection that is let go in good health leaves a session that may be resumed; without
		 * this OpenSSL would mark it as spoiled. */
		if (!tls->failed) {
			SSL_set_shutdown(tls->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
		}
		SSL_free(tls->ssl);
	}
	SSL_SESSION_free(tls->early);
	X509_free(tls->refused);
	ox_free(tls->name);
	ox_tls_trust_free(tls->trust);
	ox_free(tls);
}
