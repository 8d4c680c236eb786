/* SPDX-License-Identifier: MIT */
/* SASL for SMTP (RFC 4954): which mechanism, and what it says at each step. No input, output, clock or
 * randomness: the nonce is an argument. Secrets live in buffers that are wiped. */
#ifndef OX_SMTP_AUTH_H
#define OX_SMTP_AUTH_H

#include "base/buffer.h"
#include "base/string.h"

/* In the order of preference, strongest first; the bit of a mechanism is 1u << its number. */
typedef enum {
	OX_MECHANISM_EXTERNAL,
	OX_MECHANISM_OAUTHBEARER, /* RFC 7628 */
	OX_MECHANISM_XOAUTH2,
	OX_MECHANISM_SCRAM_SHA_256_PLUS, /* RFC 7677, channel binding of RFC 9266 or RFC 5929 */
	OX_MECHANISM_SCRAM_SHA_256,
	OX_MECHANISM_SCRAM_SHA_1_PLUS,
	OX_MECHANISM_SCRAM_SHA_1, /* RFC 5802 */
	OX_MECHANISM_CRAM_MD5,    /* RFC 2195 */
	OX_MECHANISM_PLAIN,       /* RFC 4616 */
	OX_MECHANISM_LOGIN,
	OX_MECHANISM_COUNT,
	OX_MECHANISM_NONE = OX_MECHANISM_COUNT
} ox_mechanism;

enum {
	OX_AUTH_NONCE_SIZE = 18,     /* octets of randomness for SCRAM */
	OX_AUTH_SECRET_MAX = 12288,  /* octets of a password or token */
	OX_AUTH_USER_MAX = 1024,
	OX_CHANNEL_BINDING_MAX = 64,
	OX_SCRAM_ITERATIONS_MIN = 4096, /* RFC 7677 4 */
	OX_SCRAM_ITERATIONS_MAX = 1000000, /* more would let a server burn our CPU */
};

/* What the account has. All strings borrow. A mechanism needs: EXTERNAL external; OAUTHBEARER and
 * XOAUTH2 user and token; the others user and password. */
typedef struct {
	const char *user;     /* UTF-8, NULL = none */
	const char *password; /* NULL = none */
	const char *token;    /* OAuth 2 access token, NULL = none */
	const char *scram_user;     /* prepared for SCRAM, see ox_credentials_prepare; NULL = user */
	const char *scram_password; /* NULL = password */
	bool scram_forbidden;       /* SCRAM takes one of them in no form */
	bool external;        /* a client certificate speaks for us */
	uint32_t mechanisms;  /* bits that the caller allows; 0 = all */
	uint8_t nonce[OX_AUTH_NONCE_SIZE]; /* fresh randomness per connection */
} ox_credentials;

/* What TLS gives for channel binding; sizes of 0 mean: not available. */
typedef struct {
	bool tls; /* whether the connection is encrypted at all */
	uint8_t exporter[OX_CHANNEL_BINDING_MAX]; /* tls-exporter, RFC 9266 (TLS 1.3) */
	size_t exporter_size;
	uint8_t end_point[OX_CHANNEL_BINDING_MAX]; /* tls-server-end-point, RFC 5929 */
	size_t end_point_size;
} ox_channel_binding;

/* Fills scram_forbidden, and scram_user and scram_password with the forms of SASLprep where those are others
 * (returns new in both; the caller frees them with ox_free_secret, also on failure). OX_OK or OX_E_NOMEM. */
OX_MUST_USE int ox_credentials_prepare(ox_credentials *credentials, char **user, char **password);

const char *ox_mechanism_name(ox_mechanism mechanism); /* "SCRAM-SHA-256" ... */

/* OX_MECHANISM_NONE for a name that is not ours; any case. */
ox_mechanism ox_mechanism_parse(ox_slice name);

/* Whether the mechanism sends or proves the password: after one 535 no second one may try it. */
bool ox_mechanism_uses_password(ox_mechanism mechanism);

/* The strongest mechanism that is offered, allowed, not in tried, and possible with these credentials
 * and this channel; OX_MECHANISM_NONE if there is none. PLAIN, LOGIN, XOAUTH2 and OAUTHBEARER are
 * possible without TLS only where allow_plain is set; the PLUS forms need channel binding. */
ox_mechanism ox_auth_choose(uint32_t offered, uint32_t tried, const ox_credentials *credentials,
	const ox_channel_binding *channel, bool allow_plain);

typedef struct ox_auth ox_auth;

/* returns new; copies what it needs. offered is for SCRAM's gs2 flag: 'p' for PLUS, 'y' where the
 * channel could bind but the server offered no PLUS, 'n' otherwise. host and port go into OAUTHBEARER.
 * NULL: memory is out, or the mechanism is not one that ox_auth_choose could have given. */
ox_auth *ox_auth_new(ox_mechanism mechanism, uint32_t offered, const ox_credentials *credentials,
	const ox_channel_binding *channel, const char *host, uint16_t port);
void ox_auth_free(ox_auth *auth); /* wipes */

/* Whether the mechanism speaks first; then *response (borrows, until the next call) is its initial
 * response, not yet base64. An empty one is sent as "=". */
bool ox_auth_initial(ox_auth *auth, ox_slice *response);

/* Answers a decoded challenge. OX_OK: *response (borrows, until the next call) is to be sent as base64.
 * OX_E_FAILED: the exchange is broken, "*" is to be sent; *error says why. If the initial response was
 * not sent with the AUTH command (or was refused there), call ox_auth_initial and send that for the
 * first, empty challenge instead of calling this. */
OX_MUST_USE int ox_auth_step(ox_auth *auth, ox_slice challenge, ox_slice *response, ox_error *error);

/* Called at the server's 235, with the additional data that came before it already given to
 * ox_auth_step. OX_E_FAILED where the mechanism is not convinced: a SCRAM server that proved nothing
 * (fact AUTH_SERVER_PROOF). */
OX_MUST_USE int ox_auth_succeeded(ox_auth *auth, ox_error *error);

/* Called at a refusal: adds to *error what the mechanism knows of it, such as the status in the JSON of
 * XOAUTH2 and OAUTHBEARER (fact AUTH_TOKEN). */
void ox_auth_refused(const ox_auth *auth, ox_error *error);

#endif
