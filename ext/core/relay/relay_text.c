/* SPDX-License-Identifier: MIT */
/* A relay's options as text again: what relay_options.c reads. */
#include "net/tls.h"
#include "relay/relay_internal.h"

static const char *tls_word(ox_tls_mode mode)
{
	static const char *const words[] = {"implicit", "starttls", "opportunistic", "none"};
	return words[mode];
}

static const char *version_word(int version)
{
	switch (version) {
	case OX_TLS_VERSION_1_0: return "1.0";
	case OX_TLS_VERSION_1_1: return "1.1";
	case OX_TLS_VERSION_1_3: return "1.3";
	default: return "1.2";
	}
}

static int append_time(ox_buffer *text, uint32_t milliseconds)
{
	unsigned whole = milliseconds / 1000, rest = milliseconds % 1000;
	return rest ? ox_buffer_append_format(text, "%u.%03u", whole, rest)
	            : ox_buffer_append_format(text, "%u", whole);
}

static int append_mechanisms(ox_buffer *text, uint32_t mechanisms)
{
	int status = OX_OK;
	for (int m = 0; m < OX_MECHANISM_COUNT && status == OX_OK; m++) {
		if (mechanisms & 1u << m) {
			status = ox_buffer_append_format(text, "%s%s", text->size ? "," : "",
				ox_mechanism_name((ox_mechanism)m));
		}
	}
	return status;
}

/* The options that are a string; NULL where another option, or none, is meant. */
static const char *text_of(const ox_relay *relay, relay_option option)
{
	switch (option) {
	case OPTION_HOST: return relay->host;
	case OPTION_USER: return relay->user;
	case OPTION_PASSWORD: return relay->password;
	case OPTION_TOKEN: return relay->token;
	case OPTION_CA_FILE: return relay->ca_file;
	case OPTION_PIN: return relay->pin;
	case OPTION_CERT: return relay->certificate;
	case OPTION_KEY: return relay->key;
	case OPTION_EHLO: return relay->ehlo;
	case OPTION_SOURCE: return relay->source;
	case OPTION_PROXY: return relay->proxy;
	case OPTION_PROFILE: return relay->profile;
	case OPTION_TLS: return tls_word(relay->tls);
	case OPTION_TLS_MIN: return version_word(relay->tls_min);
	case OPTION_VERIFY: return relay->verify ? "1" : "0";
	case OPTION_RECIPIENTS: return relay->all_or_nothing ? "all" : "deliver";
	default: return NULL;
	}
}

int relay_option_text(const ox_relay *relay, relay_option option, ox_buffer *text, bool *says)
{
	const char *words = text_of(relay, option);
	/* The scheme is said by tls, and port and TLS mode are said whatever they come from. */
	*says = option == OPTION_HOST || option == OPTION_TLS || (option == OPTION_PORT && relay->port) ||
		(relay->given & 1u << option && option != OPTION_SCHEME);
	if (!*says || words) {
		return words && *says ? ox_buffer_append_string(text, words) : OX_OK;
	}
	switch (option) {
	case OPTION_PORT: return ox_buffer_append_format(text, "%u", (unsigned)relay->port);
	case OPTION_AUTH: return append_mechanisms(text, relay->mechanisms);
	case OPTION_CONNECT_TIMEOUT: return append_time(text, relay->connect_timeout_ms);
	case OPTION_TIMEOUT: return append_time(text, relay->timeout_ms);
	case OPTION_TOTAL_TIMEOUT: return append_time(text, relay->total_timeout_ms);
	case OPTION_IDLE: return append_time(text, relay->idle_ms);
	case OPTION_MAX_MESSAGES: return ox_buffer_append_format(text, "%u", relay->max_messages);
	case OPTION_WINDOW: return ox_buffer_append_format(text, "%u", relay->window);
	default: *says = false; return OX_OK;
	}
}
