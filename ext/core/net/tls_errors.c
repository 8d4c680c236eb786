/* SPDX-License-Identifier: MIT */
#include "net/tls_internal.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "base/buffer.h"
#include "base/base64.h"

enum { RECORD_ALERT = 21, RECORD_HANDSHAKE = 22 };

static const char *reason_of(unsigned long code)
{
	const char *reason = ERR_reason_error_string(code);
	return reason ? reason : "an unnamed error of the TLS library";
}

static int system_failure(ox_tls *tls, ox_stage stage, ox_error *error)
{
	char message[128];
	int number = tls->link.system_error;
	ox_system_message(number, message, sizeof message);
	int status = ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, stage, OX_FACT_ERRNO,
		"the connection to %s port %u was lost%s: %s", tls->name, (unsigned)tls->port,
		stage == OX_STAGE_TLS ? " during the TLS handshake" : "", message);
	if (error) {
		error->sys_errno = number;
	}
	return status;
}

static int certificate_failure(ox_tls *tls, ox_error *error)
{
	long verify = SSL_get_verify_result(tls->ssl);
	char shown[360] = "";
	if (tls->refused) {
		ox_certificate_describe(tls->refused, shown, sizeof shown);
	}
	int status = ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS,
		OX_FACT_CERTIFICATE, "the certificate of %s is refused: %s (%s)", tls->name,
		X509_verify_cert_error_string(verify), shown);
	if (error) {
		error->tls_verify = verify;
	}
	return status;
}

int ox_tls_pin_error(ox_tls *tls, X509 *leaf, ox_error *error)
{
	uint8_t digest[32];
	ox_buffer text;
	ox_buffer_init(&text, 64);
	/* The pin that would fit is public and is what a person needs to compare. */
	if (!leaf || ox_certificate_spki_digest(leaf, digest) != OX_OK ||
	    ox_base64_encode(&text, digest, sizeof digest) != OX_OK) {
		ox_buffer_empty(&text);
	}
	int status = ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS,
		OX_FACT_PIN_MISMATCH, "the key of %s is not a pinned one: the server shows sha256//%s",
		tls->name, ox_buffer_text(&text));
	ox_buffer_clear(&text);
	return status;
}

/* A server that waits for plain text greets first, and OpenSSL takes that for a record of a strange
 * version. Every record a TLS server can begin with is a handshake or an alert. */
static ox_fact fact_of_first_bytes(const ox_tls_link *link)
{
	const uint8_t *first = link->first;
	if (!link->first_size || first[0] == RECORD_HANDSHAKE || first[0] == RECORD_ALERT) {
		return OX_FACT_NONE;
	}
	if (link->first_size >= 4 && memcmp(first, "SSH-", 4) == 0) {
		return OX_FACT_PEER_SPEAKS_SSH;
	}
	if (link->first_size >= 4 && memcmp(first, "HTTP", 4) == 0) {
		return OX_FACT_PEER_SPEAKS_HTTP;
	}
	if (link->first_size >= 3 && first[0] >= '2' && first[0] <= '5' && first[1] >= '0' &&
	    first[1] <= '9' && first[2] >= '0' && first[2] <= '9') {
		return OX_FACT_PEER_SPEAKS_PLAIN;
	}
	return OX_FACT_PEER_SPEAKS_OTHER;
}

static const char *language_of(ox_fact fact)
{
	switch (fact) {
	case OX_FACT_PEER_SPEAKS_PLAIN: return "greets in plain text where TLS was begun";
	case OX_FACT_PEER_SPEAKS_SSH: return "speaks SSH, not TLS";
	case OX_FACT_PEER_SPEAKS_HTTP: return "speaks HTTP, not TLS";
	default: return "answers with something that is not TLS";
	}
}

static int other_language(ox_tls *tls, ox_fact fact, ox_error *error)
{
	return ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS, fact, "%s port %u %s",
		tls->name, (unsigned)tls->port, language_of(fact));
}

static bool is_about_versions(int reason)
{
	switch (reason) {
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_VERSION_TOO_LOW:
	case SSL_R_WRONG_SSL_VERSION:
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_NO_PROTOCOLS_AVAILABLE:
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return true;
	default: return false;
	}
}

static int protocol_failure(ox_tls *tls, ox_error *error)
{
	unsigned long code = ERR_peek_error();
	int reason = ERR_GET_REASON(code);
	ox_fact language = fact_of_first_bytes(&tls->link);
	if (language != OX_FACT_NONE) {
		return other_language(tls, language, error);
	}
	if (reason == ERR_R_MALLOC_FAILURE) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	/* The verdict is the last word: below a signature that does not fit lies what libcrypto said of it. */
	if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
		return certificate_failure(tls, error);
	}
	if (is_about_versions(reason)) {
		return ox_error_set(error, OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS, OX_FACT_TLS_VERSION,
			"%s port %u has no TLS version that is allowed here (%s)", tls->name,
			(unsigned)tls->port, reason_of(code));
	}
	return ox_error_set(error, OX_ERROR_TLS, OX_RETRY_LATER, OX_STAGE_TLS, OX_FACT_TLS_HANDSHAKE,
		"the TLS handshake with %s port %u failed: %s", tls->name, (unsigned)tls->port,
		reason_of(code));
}

int ox_tls_handshake_error(ox_tls *tls, int result, ox_error *error)
{
	int kind = SSL_get_error(tls->ssl, result);
	int status;
	if (tls->link.system_error) {
		status = system_failure(tls, OX_STAGE_TLS, error);
	} else if (tls->link.ended && fact_of_first_bytes(&tls->link) == OX_FACT_NONE) {
		status = ox_error_set(error, OX_ERROR_TLS, OX_RETRY_LATER, OX_STAGE_TLS,
			OX_FACT_PEER_CLOSED, "%s port %u closed the connection during the TLS handshake",
			tls->name, (unsigned)tls->port);
	} else if (kind == SSL_ERROR_SSL || tls->link.ended) {
		status = protocol_failure(tls, error);
	} else {
		status = ox_error_memory(error, OX_STAGE_TLS);
	}
	ERR_clear_error();
	return status;
}

void ox_tls_stream_error(ox_tls *tls, int result, ox_error *error)
{
	(void)SSL_get_error(tls->ssl, result);
	if (tls->link.system_error) {
		(void)system_failure(tls, OX_STAGE_NONE, error);
	} else if (tls->link.ended) {
		ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_TLS_TRUNCATED,
			"%s port %u closed the connection without ending TLS", tls->name, (unsigned)tls->port);
	} else {
		ox_error_set(error, OX_ERROR_TLS, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_NONE,
			"TLS with %s port %u failed: %s", tls->name, (unsigned)tls->port,
			reason_of(ERR_peek_error()));
	}
	ERR_clear_error();
}
