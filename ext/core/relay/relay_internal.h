/* SPDX-License-Identifier: MIT */
/* Internal to relay/relay*.c, dsn.c and profile*.c: the list of options. */
#ifndef OX_RELAY_RELAY_INTERNAL_H
#define OX_RELAY_RELAY_INTERNAL_H

#include "relay/relay.h"

typedef enum {
	OPTION_SCHEME,
	OPTION_HOST,
	OPTION_PORT,
	OPTION_USER,
	OPTION_PASSWORD,
	OPTION_TOKEN,
	OPTION_TLS,
	OPTION_TLS_MIN,
	OPTION_VERIFY,
	OPTION_CA_FILE,
	OPTION_PIN,
	OPTION_CERT,
	OPTION_KEY,
	OPTION_AUTH,
	OPTION_EHLO,
	OPTION_SOURCE,
	OPTION_PROXY,
	OPTION_CONNECT_TIMEOUT,
	OPTION_TIMEOUT,
	OPTION_TOTAL_TIMEOUT,
	OPTION_IDLE,
	OPTION_MAX_MESSAGES,
	OPTION_WINDOW,
	OPTION_RECIPIENTS,
	OPTION_PROFILE,
	OPTION_COUNT,
} relay_option;

/* OPTION_COUNT for a name that is not known. */
relay_option relay_option_find(ox_slice name);

/* Refuses an unknown name: with what is near it, or with the whole list. quote: the name may be shown. */
int relay_option_unknown(ox_slice name, bool quote, ox_error *error);

const char *relay_option_name(relay_option option);

/* relay_text.c: whether the option says something that a new relay does not say by itself; its text, as
 * relay_option_find and ox_relay_set would take it, is appended then. OX_E_NOMEM, OX_E_LIMIT. */
OX_MUST_USE int relay_option_text(const ox_relay *relay, relay_option option, ox_buffer *text, bool *says);

/* "name: why". Returns OX_E_FAILED. */
int relay_refuse(ox_error *error, const char *name, const char *why);

/* Whether text is an IPv6 address, a zone allowed. */
bool relay_is_ipv6(ox_slice text);

/* relay_host.c: the host as it is dialled; returns new. */
OX_MUST_USE int relay_host_from(ox_slice value, char **host, ox_error *error);
OX_MUST_USE int relay_ehlo_check(ox_slice value, ox_error *error);

#endif
