/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const stage_names[OX_STAGE_COUNT] = {
	[OX_STAGE_NONE] = "none",         [OX_STAGE_DNS] = "dns",
	[OX_STAGE_CONNECT] = "connect",   [OX_STAGE_TLS] = "tls",
	[OX_STAGE_GREETING] = "greeting", [OX_STAGE_EHLO] = "ehlo",
	[OX_STAGE_STARTTLS] = "starttls", [OX_STAGE_AUTH] = "auth",
	[OX_STAGE_READY] = "ready",       [OX_STAGE_MAIL] = "mail",
	[OX_STAGE_RCPT] = "rcpt",         [OX_STAGE_DATA] = "data",
	[OX_STAGE_BODY] = "body",         [OX_STAGE_DOT] = "dot",
	[OX_STAGE_QUIT] = "quit",
};

static const char *const class_names[OX_ERROR_CLASS_COUNT] = {
	[OX_ERROR_NONE] = "none",         [OX_ERROR_USAGE] = "usage",
	[OX_ERROR_MEMORY] = "memory",     [OX_ERROR_MESSAGE] = "message",
	[OX_ERROR_DNS] = "dns",           [OX_ERROR_CONNECT] = "connect",
	[OX_ERROR_TLS] = "tls",           [OX_ERROR_AUTH] = "auth",
	[OX_ERROR_PROTOCOL] = "protocol", [OX_ERROR_REJECTED] = "rejected",
	[OX_ERROR_TIMEOUT] = "timeout",   [OX_ERROR_STORAGE] = "storage",
};

static const char *const fact_names[OX_FACT_COUNT] = {
	[OX_FACT_NONE] = "none",
	[OX_FACT_REPLY] = "reply",
	[OX_FACT_ERRNO] = "errno",
	[OX_FACT_CERTIFICATE] = "certificate",
	[OX_FACT_HOST_NOT_FOUND] = "host_not_found",
	[OX_FACT_RESOLVER_FAILED] = "resolver_failed",
	[OX_FACT_PROXY_REFUSED] = "proxy_refused",
	[OX_FACT_HOST_NOT_ALLOWED] = "host_not_allowed",
	[OX_FACT_ADDRESS_NOT_ALLOWED] = "address_not_allowed",
	[OX_FACT_PEER_CLOSED] = "peer_closed",
	[OX_FACT_PEER_SPEAKS_TLS] = "peer_speaks_tls",
	[OX_FACT_PEER_SPEAKS_PLAIN] = "peer_speaks_plain",
	[OX_FACT_PEER_SPEAKS_HTTP] = "peer_speaks_http",
	[OX_FACT_PEER_SPEAKS_SSH] = "peer_speaks_ssh",
	[OX_FACT_PEER_SPEAKS_OTHER] = "peer_speaks_other",
	[OX_FACT_TLS_VERSION] = "tls_version",
	[OX_FACT_TLS_HANDSHAKE] = "tls_handshake",
	[OX_FACT_TLS_TRUNCATED] = "tls_truncated",
	[OX_FACT_PIN_MISMATCH] = "pin_mismatch",
	[OX_FACT_TLS_SETUP] = "tls_setup",
	[OX_FACT_STARTTLS_MISSING] = "starttls_missing",
	[OX_FACT_STARTTLS_REFUSED] = "starttls_refused",
	[OX_FACT_STARTTLS_INJECTION] = "starttls_injection",
	[OX_FACT_EARLY_REPLY] = "early_reply",
	[OX_FACT_BAD_REPLY] = "bad_reply",
	[OX_FACT_NUL_IN_REPLY] = "nul_in_reply",
	[OX_FACT_REPLY_TOO_LONG] = "reply_too_long",
	[OX_FACT_UNEXPECTED_REPLY] = "unexpected_reply",
	[OX_FACT_AUTH_MISSING] = "auth_missing",
	[OX_FACT_AUTH_NO_MECHANISM] = "auth_no_mechanism",
	[OX_FACT_AUTH_REFUSED] = "auth_refused",
	[OX_FACT_AUTH_TEMPORARY] = "auth_temporary",
	[OX_FACT_AUTH_TOKEN] = "auth_token",
	[OX_FACT_AUTH_EXCHANGE] = "auth_exchange",
	[OX_FACT_AUTH_SERVER_PROOF] = "auth_server_proof",
	[OX_FACT_AUTH_NEEDS_TLS] = "auth_needs_tls",
	[OX_FACT_SIZE_LIMIT] = "size_limit",
	[OX_FACT_UTF8_MISSING] = "utf8_missing",
	[OX_FACT_8BIT_MISSING] = "8bit_missing",
	[OX_FACT_REQUIRETLS_MISSING] = "requiretls_missing",
	[OX_FACT_NUL_IN_BODY] = "nul_in_body",
	[OX_FACT_LINE_TOO_LONG] = "line_too_long",
	[OX_FACT_BODY_SOURCE] = "body_source",
	[OX_FACT_RECIPIENT_REFUSED] = "recipient_refused",
	[OX_FACT_TOO_MANY_RECIPIENTS] = "too_many_recipients",
	[OX_FACT_SPOOL_MISSING] = "spool_missing",
	[OX_FACT_SPOOL_INSECURE] = "spool_insecure",
	[OX_FACT_SPOOL_NETWORK] = "spool_network",
	[OX_FACT_SPOOL_VERSION] = "spool_version",
	[OX_FACT_SPOOL_UNSUPPORTED] = "spool_unsupported",
	[OX_FACT_SPOOL_FULL] = "spool_full",
	[OX_FACT_SPOOL_TOO_MANY] = "spool_too_many",
	[OX_FACT_SPOOL_TOO_LARGE] = "spool_too_large",
	[OX_FACT_SPOOL_TOO_MANY_RECIPIENTS] = "spool_too_many_recipients",
	[OX_FACT_SPOOL_BUSY] = "spool_busy",
	[OX_FACT_PROFILE_MISSING] = "profile_missing",
	[OX_FACT_SPOOL_DAMAGED] = "spool_damaged",
};

/* A server's words end up in logs and terminals: control bytes would forge lines or colours there. */
static void make_printable(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f) {
			*p = '?';
		}
	}
}

int ox_error_set(ox_error *error, ox_error_class class, ox_retry retry, ox_stage stage,
	ox_fact fact, const char *format, ...)
{
	if (!error) {
		return OX_E_FAILED;
	}
	memset(error, 0, sizeof *error);
	error->class = class;
	error->retry = retry;
	error->stage = stage;
	error->fact = fact;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(error->text, sizeof error->text, format, arguments);
	va_end(arguments);
	make_printable(error->text);
	return OX_E_FAILED;
}

int ox_error_memory(ox_error *error, ox_stage stage)
{
	ox_error_set(error, OX_ERROR_MEMORY, OX_RETRY_LATER, stage, OX_FACT_NONE, "memory is out");
	return OX_E_NOMEM;
}

void ox_error_clear(ox_error *error)
{
	memset(error, 0, sizeof *error);
}

ox_outcome ox_error_outcome(const ox_error *error)
{
	switch (error->retry) {
	case OX_RETRY_LATER: return OX_OUTCOME_DEFERRED;
	case OX_RETRY_UNKNOWN: return OX_OUTCOME_UNKNOWN;
	default: return OX_OUTCOME_REJECTED;
	}
}

const char *ox_stage_name(ox_stage stage)
{
	return (unsigned)stage < OX_STAGE_COUNT ? stage_names[stage] : "none";
}

const char *ox_error_class_name(ox_error_class class)
{
	return (unsigned)class < OX_ERROR_CLASS_COUNT ? class_names[class] : "none";
}

const char *ox_fact_name(ox_fact fact)
{
	return (unsigned)fact < OX_FACT_COUNT ? fact_names[fact] : "none";
}

const char *ox_outcome_name(ox_outcome outcome)
{
	switch (outcome) {
	case OX_OUTCOME_SENT: return "sent";
	case OX_OUTCOME_REJECTED: return "rejected";
	case OX_OUTCOME_DEFERRED: return "deferred";
	case OX_OUTCOME_UNKNOWN: return "unknown";
	default: return "open";
	}
}
