/* SPDX-License-Identifier: MIT */
/* What checking (dkim_signer.c), signing (dkim.c) and writing (dkim_field.c) share. */
#ifndef OX_MESSAGE_DKIM_INTERNAL_H
#define OX_MESSAGE_DKIM_INTERNAL_H

#include "base/private_key.h"
#include "message/dkim.h"

struct ox_dkim_signer {
	char *domain, *selector;
	char *identity; /* as it goes into i=; NULL = none */
	ox_private_key *key;
	char *headers;  /* names with a colon behind each; NULL = the default */
	bool simple_header, simple_body;
	int64_t expires_in;
};

/* Appends "DKIM-Signature: ... b=" without signature and line end: what the signature itself covers. names
 * is h=, with a colon behind each but the last. */
OX_MUST_USE int dkim_write_field(ox_buffer *out, const ox_dkim_signer *signer, const ox_buffer *names,
	const ox_buffer *body_hash, int64_t now);

/* Appends the signature in base64, folded, and the line end. */
OX_MUST_USE int dkim_write_signature(ox_buffer *out, const ox_buffer *signature);

/* The next name of a list; false at its end. */
bool dkim_next_name(const char **list, ox_slice *name);

int dkim_status(int status, ox_error *error); /* a buffer's status as an error */

#endif
