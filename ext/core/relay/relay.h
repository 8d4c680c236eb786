/* SPDX-License-Identifier: MIT */
/* A relay: the submission server, how it is reached, whom it knows us as. One value that a DSN, an
 * array or a saved profile fills and a connection is opened from. */
#ifndef OX_RELAY_RELAY_H
#define OX_RELAY_RELAY_H

#include "base/string.h"
#include "smtp/session.h"

enum {
	OX_RELAY_DSN_MAX = 65536,
	OX_RELAY_OPTION_MAX = 32768,
	OX_RELAY_CONNECT_TIMEOUT_MS = 10000,
	OX_RELAY_TIMEOUT_MS = 30000,     /* each stage but the last */
	OX_RELAY_DOT_TIMEOUT_FACTOR = 4, /* the stage after end of data has this many times as long */
	OX_RELAY_TIMEOUT_MAX_MS = 3600000,
	OX_RELAY_IDLE_MS = 45000,
	OX_RELAY_MAX_MESSAGES = 100,
	OX_RELAY_WINDOW = 8,
};

typedef struct {
	char *host; /* ASCII; IPv6 without brackets */
	uint16_t port;
	ox_tls_mode tls;
	bool direct;      /* mx://: host is the domain whose MX is asked for */
	char *user;
	char *password;   /* secret */
	char *token;      /* secret: OAuth 2 access token */
	uint32_t mechanisms; /* OX_MECHANISM_* bits, 0 = all; EXTERNAL only where it is named */
	int tls_min;      /* OX_TLS_VERSION_* */
	bool verify;
	char *ca_file, *pin, *certificate, *key;
	char *ehlo, *source, *proxy; /* proxy may hold a secret */
	uint32_t connect_timeout_ms, timeout_ms, total_timeout_ms; /* total 0: no bound but the stages' */
	uint32_t idle_ms;      /* a pooled connection older than this is not used again */
	uint32_t max_messages; /* on one connection */
	unsigned window;       /* messages in flight, 1 to OX_SESSION_WINDOW_MAX */
	bool all_or_nothing;   /* recipients=all */
	char *profile;         /* the name under which a queue keeps it, see profile.h; NULL = a made one */
	uint32_t given;        /* a bit for each option that was set: for ox_relay_finish */
} ox_relay;

/* The defaults: STARTTLS, verified. port, idle_ms and max_messages are 0 until ox_relay_finish. */
void ox_relay_init(ox_relay *relay);
void ox_relay_clear(ox_relay *relay); /* wipes */

/* Sets one option by its name in a DSN's query or an array ("timeout", "tls" ...) from its text. copies.
 * Times are seconds, fractions allowed. OX_E_NOMEM; OX_E_FAILED: class USAGE, stage NONE, the text naming the option
 * and what would be right, never the value of a secret. Names: scheme host port user password token tls
 * tls_min verify ca_file pin cert key auth ehlo source proxy connect_timeout timeout total_timeout idle
 * max_messages window recipients profile. Setting one again replaces its value. */
OX_MUST_USE int ox_relay_set(ox_relay *relay, const char *name, ox_slice value, ox_error *error);

/* "smtps://user:pass@host:port?option=value&..." into an initialised relay. Percent-decoded once.
 * Schemes: smtps (implicit TLS, 465), smtp (STARTTLS required, 587), mx. Repeated options, a fragment, a
 * path other than "/", control characters are refused. The error never quotes what may be part of a
 * secret: a password with a '/' or '?' that should have been encoded falls into host, port or path. */
OX_MUST_USE int ox_relay_parse(ox_relay *relay, const char *dsn, ox_error *error);

/* To be called when all options are set: completes defaults that hang on others (the port on the TLS
 * mode, limits on the provider, see provider.h) and refuses contradictions (password without user, pin
 * or cert with tls=none, verify=0 without allow_insecure or a pin ...) and mx://, which is not built
 * yet. */
OX_MUST_USE int ox_relay_finish(ox_relay *relay, bool allow_insecure, ox_error *error);

/* "smtps://host:465", for people: no user, no secret, no options. */
void ox_relay_describe(const ox_relay *relay, char *text, size_t size);

/* A SHA-256 over everything that changes identity, trust or route, and what a session keeps for its life
 * (window, timeout, messages): two relays with the same key may share a
 * connection. Secrets are in it as a hash only. OX_E_NOMEM. */
enum { OX_RELAY_KEY_SIZE = 32 };
OX_MUST_USE int ox_relay_key(const ox_relay *relay, uint8_t key[OX_RELAY_KEY_SIZE]);

#endif
