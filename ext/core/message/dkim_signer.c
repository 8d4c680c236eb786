/* SPDX-License-Identifier: MIT */
/* Who signs: options are checked once, and what is wrong is known before any message is. */
#include <string.h>

#include "base/idn.h"
#include "message/dkim_internal.h"
#include "message/header.h"

static int wrong(ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
		why);
}

/* A host name that can stand before further labels. */
static bool is_name(const char *text)
{
	size_t size = strlen(text);
	return size && text[size - 1] != '.' && ox_is_hostname(text);
}

/* *name returns new. */
static int take_domain(char **name, ox_slice text, const char *why, ox_error *error)
{
	bool plain = text.size && !ox_has_control(text.at, text.size);
	char *given = ox_copy_bytes(text.at, text.size);
	int status = !given ? OX_E_NOMEM : plain ? ox_idn_to_ascii(given, name) : OX_E_SYNTAX;
	ox_free(given);
	if (status == OX_OK && !is_name(*name)) {
		status = OX_E_SYNTAX;
	}
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE)
		   : status == OX_OK    ? OX_OK
								: wrong(error, why);
}

static int take_selector(ox_dkim_signer *signer, ox_slice text, ox_error *error)
{
	static const char between[] = "._domainkey.";
	if (text.size && ox_has_control(text.at, text.size)) {
		return wrong(error, "a selector has no control characters");
	}
	signer->selector = ox_copy_bytes(text.at, text.size);
	if (!signer->selector) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (!is_name(signer->selector)) {
		return wrong(error, "a selector is made of letters, digits and hyphens, in labels parted by "
							"dots");
	}
	return text.size + sizeof between - 1 + strlen(signer->domain) > 253
			   ? wrong(error, "SELECTOR._domainkey.DOMAIN is longer than a name of the DNS may be")
			   : OX_OK;
}

static int take_key(ox_dkim_signer *signer, const ox_dkim_options *options, ox_dkim_argument *argument,
	ox_error *error)
{
	*argument = OX_DKIM_PRIVATE_KEY;
	int status = ox_private_key_from_pem(&signer->key, options->private_key, error);
	if (status != OX_OK || !options->algorithm.size) {
		return status;
	}
	bool rsa = ox_private_key_kind(signer->key) == OX_KEY_RSA;
	*argument = OX_DKIM_OPTIONS;
	if (!ox_slice_is(options->algorithm, "rsa-sha256") &&
		!ox_slice_is(options->algorithm, "ed25519-sha256")) {
		return wrong(error, "algorithm: \"rsa-sha256\" and \"ed25519-sha256\" are known");
	}
	return ox_slice_is(options->algorithm, rsa ? "rsa-sha256" : "ed25519-sha256")
			   ? OX_OK
			   : wrong(error, rsa ? "algorithm: the private key is one of RSA"
								  : "algorithm: the private key is one of Ed25519");
}

static bool is_at_or_below(const char *name, const char *domain)
{
	size_t size = strlen(name), wanted = strlen(domain);
	return size >= wanted && ox_equal_nocase(name + size - wanted, domain) &&
		   (size == wanted || name[size - wanted - 1] == '.');
}

/* dkim-quoted-printable of RFC 6376 2.11. */
static int append_quoted(ox_buffer *out, ox_slice text)
{
	int status = OX_OK;
	for (size_t i = 0; i < text.size && status == OX_OK; i++) {
		unsigned char c = (unsigned char)text.at[i];
		bool safe = c > ' ' && c < 0x7f && c != ';' && c != '=';
		status = safe ? ox_buffer_append_byte(out, c) : ox_buffer_append_format(out, "=%02X", c);
	}
	return status;
}

static int take_identity(ox_dkim_signer *signer, ox_slice text, ox_error *error)
{
	char *domain = NULL;
	size_t sign = text.size;
	if (!text.size) {
		return OX_OK;
	}
	while (sign && text.at[sign - 1] != '@') {
		sign--;
	}
	if (!sign || sign > 65 || ox_has_control(text.at, text.size) || ox_has_8bit(text.at, sign)) {
		return wrong(error, "identity: it has the form \"@domain\" or \"local@domain\"");
	}
	int status = take_domain(&domain, (ox_slice){text.at + sign, text.size - sign},
		"identity: its domain is no host name", error);
	if (status == OX_OK && !is_at_or_below(domain, signer->domain)) {
		status = wrong(error, "identity: its domain is neither the one that signs nor below it");
	}
	if (status == OX_OK) {
		ox_buffer quoted;
		ox_buffer_init(&quoted, 512);
		status = append_quoted(&quoted, (ox_slice){text.at, sign});
		status = status == OX_OK ? ox_buffer_append_string(&quoted, domain) : status;
		signer->identity = status == OX_OK ? ox_buffer_take(&quoted) : NULL;
		ox_buffer_clear(&quoted);
		status = signer->identity ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	ox_free(domain);
	return status;
}

/* What changes on the way, is not sent, or is the signature itself; and what h= has no form for. */
static bool is_signable(ox_slice name)
{
	static const char *const others[] = {"Received", "Return-Path", "DKIM-Signature", "Bcc",
										 "Resent-Bcc"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (ox_slice_is_nocase(name, others[i])) {
			return false;
		}
	}
	return ox_header_is_name(name) && !memchr(name.at, ';', name.size) &&
		   !memchr(name.at, '=', name.size);
}

static bool is_listed(const char *list, ox_slice wanted)
{
	ox_slice name;
	while (dkim_next_name(&list, &name)) {
		if (ox_slices_equal_nocase(name, wanted)) {
			return true;
		}
	}
	return false;
}

static int take_headers(ox_dkim_signer *signer, const ox_dkim_options *options, ox_error *error)
{
	ox_buffer list;
	int status = OX_OK;
	if (!options->headers) {
		return OX_OK;
	}
	if (options->header_count > OX_DKIM_HEADERS_MAX) {
		return wrong(error, "headers: at most 64 names");
	}
	ox_buffer_init(&list, (OX_HEADER_NAME_MAX + 1) * OX_DKIM_HEADERS_MAX);
	for (size_t i = 0; i < options->header_count && status == OX_OK; i++) {
		ox_slice name = options->headers[i];
		if (!is_signable(name)) {
			status = wrong(error, "headers: not every name in it is one of a field that can be signed");
		} else if (!is_listed(ox_buffer_text(&list), name)) {
			status = ox_buffer_append(&list, name.at, name.size);
			status = status == OX_OK ? ox_buffer_append_byte(&list, ':') : status;
		}
	}
	if (status == OX_OK && !is_listed(ox_buffer_text(&list), ox_slice_of("From"))) {
		status = wrong(error, "headers: From must be signed (RFC 6376 5.4)");
	}
	if (status == OX_OK) {
		signer->headers = ox_buffer_take(&list);
	}
	ox_buffer_clear(&list);
	return status == OX_OK ? OX_OK : dkim_status(status, error);
}

static int fill(ox_dkim_signer *signer, const ox_dkim_options *options, ox_dkim_argument *argument,
	ox_error *error)
{
	*argument = OX_DKIM_DOMAIN;
	int status = take_domain(&signer->domain, options->domain, "it is no host name", error);
	if (status == OX_OK) {
		*argument = OX_DKIM_SELECTOR;
		status = take_selector(signer, options->selector, error);
	}
	if (status == OX_OK) {
		status = take_key(signer, options, argument, error);
	}
	if (status != OX_OK) {
		return status;
	}
	*argument = OX_DKIM_OPTIONS;
	if (options->expires_in < 0 || options->expires_in > OX_DKIM_EXPIRES_MAX) {
		return wrong(error, "expires_in: 1 second to 10 years");
	}
	status = take_identity(signer, options->identity, error);
	return status == OX_OK ? take_headers(signer, options, error) : status;
}

int ox_dkim_signer_new(ox_dkim_signer **signer, const ox_dkim_options *options,
	ox_dkim_argument *argument, ox_error *error)
{
	*argument = OX_DKIM_OPTIONS;
	*signer = ox_alloc(sizeof **signer);
	if (!*signer) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	(*signer)->simple_header = options->simple_header;
	(*signer)->simple_body = options->simple_body;
	(*signer)->expires_in = options->expires_in;
	int status = fill(*signer, options, argument, error);
	if (status != OX_OK) {
		ox_dkim_signer_free(*signer);
		*signer = NULL;
	}
	return status;
}

void ox_dkim_signer_free(ox_dkim_signer *signer)
{
	if (signer) {
		ox_private_key_free(signer->key);
		ox_free(signer->domain);
		ox_free(signer->selector);
		ox_free(signer->identity);
		ox_free(signer->headers);
		ox_free(signer);
	}
}
