/* SPDX-License-Identifier: MIT */
#include "relay/relay.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "net/tls.h"
#include "relay/provider.h"
#include "relay/relay_internal.h"

enum { KEY_FIELDS_MAX = OX_RELAY_OPTION_MAX * 12 };

void ox_relay_init(ox_relay *relay)
{
	memset(relay, 0, sizeof *relay);
	relay->tls = OX_TLS_STARTTLS;
	relay->tls_min = OX_TLS_VERSION_1_2;
	relay->verify = true;
	relay->connect_timeout_ms = OX_RELAY_CONNECT_TIMEOUT_MS;
	relay->timeout_ms = OX_RELAY_TIMEOUT_MS;
	relay->window = OX_RELAY_WINDOW;
}

void ox_relay_clear(ox_relay *relay)
{
	ox_free(relay->host);
	ox_free(relay->user);
	ox_free_secret(relay->password);
	ox_free_secret(relay->token);
	ox_free(relay->ca_file);
	ox_free(relay->pin);
	ox_free(relay->certificate);
	ox_free(relay->key);
	ox_free(relay->ehlo);
	ox_free(relay->source);
	ox_free(relay->profile);
	ox_free_secret(relay->proxy);
	memset(relay, 0, sizeof *relay);
}

int relay_refuse(ox_error *error, const char *name, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s: %s",
		name, why);
}

static bool is_given(const ox_relay *relay, relay_option option)
{
	return relay->given & 1u << option;
}

static bool may_external(const ox_relay *relay)
{
	return relay->mechanisms & 1u << OX_MECHANISM_EXTERNAL;
}

static int check_account(const ox_relay *relay, ox_error *error)
{
	bool secret = relay->password || relay->token;
	if (secret && !relay->user) {
		return relay_refuse(error, relay->password ? "password" : "token", "needs a user beside it");
	}
	if (relay->user && !secret && !may_external(relay)) {
		return relay_refuse(error, "user", "needs a password or a token beside it");
	}
	if (may_external(relay) && !relay->certificate && !secret) {
		return relay_refuse(error, "auth", "EXTERNAL needs a client certificate: set cert");
	}
	if (relay->mechanisms && !secret && !may_external(relay)) {
		return relay_refuse(error, "auth", "names mechanisms, but there is no account: set user and "
			"password or token");
	}
	return OX_OK;
}

static int check_trust(const ox_relay *relay, bool allow_insecure, ox_error *error)
{
	static const struct {
		relay_option option;
		const char *name;
	} needs_tls[] = {
		{OPTION_PIN, "pin"},         {OPTION_CERT, "cert"},       {OPTION_KEY, "key"},
		{OPTION_CA_FILE, "ca_file"}, {OPTION_TLS_MIN, "tls_min"},
	};
	for (size_t i = 0; relay->tls == OX_TLS_NONE && i < sizeof needs_tls / sizeof *needs_tls; i++) {
		if (is_given(relay, needs_tls[i].option)) {
			return relay_refuse(error, needs_tls[i].name, "has no meaning with tls=none");
		}
	}
	if (relay->tls == OX_TLS_OPPORTUNISTIC && relay->pin) {
		return relay_refuse(error, "pin", "cannot hold with tls=opportunistic, which lets anybody on "
			"the way switch TLS off: use tls=starttls");
	}
	if (relay->key && !relay->certificate) {
		return relay_refuse(error, "key", "needs a certificate beside it: set cert");
	}
	if (!relay->verify && !relay->pin && !allow_insecure && relay->tls != OX_TLS_NONE) {
		return relay_refuse(error, "verify", "0 would let anybody on the way read the password; name "
			"the server's CA with ca_file or its key with pin (or let the administrator set "
			"outbox.allow_insecure)");
	}
	return OX_OK;
}

static void complete(ox_relay *relay)
{
	const ox_provider *provider = ox_provider_find(relay->host);
	if (!relay->port) {
		relay->port = relay->tls == OX_TLS_IMPLICIT ? 465 : 587;
	}
	if (!relay->idle_ms) {
		relay->idle_ms = provider && provider->idle_ms ? provider->idle_ms : OX_RELAY_IDLE_MS;
	}
	if (!relay->max_messages) {
		relay->max_messages = provider && provider->max_messages ? provider->max_messages
		                                                         : OX_RELAY_MAX_MESSAGES;
	}
}

int ox_relay_finish(ox_relay *relay, bool allow_insecure, ox_error *error)
{
	if (relay->direct) {
		return relay_refuse(error, "scheme", "mx:// (direct delivery) is not built yet: name a "
			"submission server, such as smtps://mail.example.com");
	}
	if (!relay->host) {
		return relay_refuse(error, "host", "is missing: name a server, such as "
			"smtps://user:password@mail.example.com");
	}
	int status = check_account(relay, error);
	if (status == OX_OK) {
		status = check_trust(relay, allow_insecure, error);
	}
	if (status == OX_OK) {
		complete(relay);
	}
	return status;
}

void ox_relay_describe(const ox_relay *relay, char *text, size_t size)
{
	const char *scheme = relay->direct ? "mx" : relay->tls == OX_TLS_IMPLICIT ? "smtps" : "smtp";
	const char *host = relay->host ? relay->host : "";
	bool brackets = strchr(host, ':') != NULL;
	unsigned port = relay->port ? relay->port : relay->tls == OX_TLS_IMPLICIT ? 465 : 587;
	(void)snprintf(text, size, "%s://%s%s%s:%u", scheme, brackets ? "[" : "", host,
		brackets ? "]" : "", port);
}

static int append_number(ox_buffer *out, uint64_t number)
{
	uint8_t bytes[8];
	for (int i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(number >> (8 * i));
	}
	return ox_buffer_append(out, bytes, sizeof bytes);
}

/* The length goes first, so that no two lists of strings have the same octets; NULL is not "". */
static int append_text(ox_buffer *out, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	int status = append_number(out, text ? (uint64_t)size : UINT64_MAX);
	return status == OX_OK && size ? ox_buffer_append(out, text, size) : status;
}

int ox_relay_key(const ox_relay *relay, uint8_t key[OX_RELAY_KEY_SIZE])
{
	const char *texts[] = {
		relay->host,        relay->user, relay->password, relay->token,  relay->ca_file, relay->pin,
		relay->certificate, relay->key,  relay->ehlo,     relay->source, relay->proxy,
	};
	const uint64_t numbers[] = {
		relay->port,       (uint64_t)relay->tls,     relay->direct,
		relay->mechanisms, (uint64_t)relay->tls_min, relay->verify,
		/* what a session is opened with and keeps */
		relay->window,     relay->timeout_ms,        relay->max_messages,
	};
	ox_buffer fields;
	int status = OX_OK;
	ox_buffer_init_secret(&fields, KEY_FIELDS_MAX);
	for (size_t i = 0; status == OX_OK && i < sizeof numbers / sizeof *numbers; i++) {
		status = append_number(&fields, numbers[i]);
	}
	for (size_t i = 0; status == OX_OK && i < sizeof texts / sizeof *texts; i++) {
		status = append_text(&fields, texts[i]);
	}
	if (status == OX_OK) {
		status = ox_digest_hash(OX_DIGEST_SHA256, fields.bytes, fields.size, key);
	}
	ox_buffer_clear(&fields);
	return status == OX_OK ? OX_OK : OX_E_NOMEM;
}
