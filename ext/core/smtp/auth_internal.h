/* SPDX-License-Identifier: MIT */
/* What the files of auth share; not for others. */
#ifndef OX_SMTP_AUTH_INTERNAL_H
#define OX_SMTP_AUTH_INTERNAL_H

#include "smtp/auth.h"
#include "smtp/scram.h"

enum {
	OX_AUTH_STATUS_MAX = 512,     /* octets of a token error's status that are kept */
	OX_AUTH_RESPONSE_MAX = 32768, /* holds the longest user name, escaped, with the longest token */
};

struct ox_auth {
	ox_mechanism mechanism;
	unsigned challenges; /* that were answered */
	ox_buffer initial;
	ox_buffer response;  /* the answer to the last challenge */
	char *user;          /* LOGIN, CRAM-MD5 */
	char *password;      /* LOGIN, CRAM-MD5 */
	ox_scram scram;
	bool token_error;    /* the server has sent JSON instead of 235 */
	char status[OX_AUTH_STATUS_MAX + 1];
};

/* Each writes a response to out, or fails as ox_auth_step does. */
OX_MUST_USE int ox_plain_initial(const ox_credentials *credentials, ox_buffer *out);
OX_MUST_USE int ox_login_step(ox_auth *auth, ox_error *error);
OX_MUST_USE int ox_cram_step(ox_auth *auth, ox_slice challenge, ox_error *error);

OX_MUST_USE int ox_xoauth2_initial(const ox_credentials *credentials, ox_buffer *out);
OX_MUST_USE int ox_oauthbearer_initial(const ox_credentials *credentials, const char *host,
	uint16_t port, ox_buffer *out);
OX_MUST_USE int ox_bearer_step(ox_auth *auth, ox_slice challenge, ox_error *error);

/* The exchange does not follow the mechanism's rules. Returns OX_E_FAILED. */
int ox_auth_broken(const ox_auth *auth, ox_error *error, const char *why);

#endif
