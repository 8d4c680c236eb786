/* SPDX-License-Identifier: MIT */
/* Signing by DKIM (RFC 6376; Ed25519: RFC 8463): the header at once, the body in pieces, one pass for any
 * number of signatures, no octet of the message kept. The body is always signed whole: no l=. */
#ifndef OX_MESSAGE_DKIM_H
#define OX_MESSAGE_DKIM_H

#include "message/message.h"

enum {
	OX_DKIM_SIGNATURES_MAX = 8,
	OX_DKIM_HEADERS_MAX = 64,             /* names that options may give */
	OX_DKIM_FIELD_MAX = 65536,            /* octets of one DKIM-Signature field */
	OX_DKIM_EXPIRES_MAX = 10 * 366 * 86400, /* seconds */
};

/* Who signs, and what. All borrow. */
typedef struct {
	ox_slice domain;      /* d=; U-labels become A-labels */
	ox_slice selector;    /* s=: labels of letters, digits and hyphens */
	ox_slice private_key; /* PEM, RSA from 1024 bits or Ed25519 */
	ox_slice algorithm;   /* "rsa-sha256", "ed25519-sha256": what the key has to be; empty = as it is */
	ox_slice identity;    /* i=: "local@domain" or "@domain", of the domain or one below; empty = none */
	/* Every field with such a name is signed, and one more than there are, so that none can be put on
	 * top. From must be among them. NULL: what authors write and readers see (dkim.c has the list). */
	const ox_slice *headers;
	size_t header_count;
	bool simple_header, simple_body; /* instead of relaxed */
	int64_t expires_in;   /* seconds from signing to x=; 0 = none */
} ox_dkim_options;

/* Which of them an error is about. */
typedef enum {
	OX_DKIM_DOMAIN = 1,
	OX_DKIM_SELECTOR,
	OX_DKIM_PRIVATE_KEY,
	OX_DKIM_OPTIONS, /* one of the others; the error's text names it */
} ox_dkim_argument;

/* Options checked and a key read: signs any number of messages. */
typedef struct ox_dkim_signer ox_dkim_signer;

/* *signer returns new, NULL on failure. OX_E_FAILED: class USAGE, *argument says whose; OX_E_NOMEM. */
OX_MUST_USE int ox_dkim_signer_new(ox_dkim_signer **signer, const ox_dkim_options *options,
	ox_dkim_argument *argument, ox_error *error);

/* Wipes the key; NULL is allowed. */
void ox_dkim_signer_free(ox_dkim_signer *signer);

/* One message being signed. */
typedef struct ox_dkim_signing ox_dkim_signing;

/* *signing returns new, NULL on failure. signers: 1 to OX_DKIM_SIGNATURES_MAX, borrowed until free. header
 * (borrows): all fields with CRLF, as they will go out, without the empty line. OX_E_FAILED, class
 * USAGE: no From, too many fields; OX_E_NOMEM. */
OX_MUST_USE int ox_dkim_begin(ox_dkim_signing **signing, const ox_dkim_signer *const *signers,
	size_t count, ox_slice header, ox_error *error);

/* The next octets of the body, as they will go out (CRLF line ends, nothing dot-stuffed). OX_E_NOMEM. */
OX_MUST_USE int ox_dkim_feed(ox_dkim_signing *signing, ox_slice body, ox_error *error);

/* The body's end: appends the DKIM-Signature fields, folded and with their CRLF, to be put on top of the
 * header. Once. now: seconds since 1970, for t= and x=. On failure (OX_E_FAILED past out's cap,
 * OX_E_NOMEM) out is as before. */
OX_MUST_USE int ox_dkim_finish(ox_dkim_signing *signing, int64_t now, ox_buffer *out,
	ox_error *error);

void ox_dkim_free(ox_dkim_signing *signing); /* NULL is allowed */

/* All of that for a message that is made: reads it once and puts the fields on top. On failure it is as
 * before. OX_E_FAILED: as above, or class MESSAGE where a content could not be read; OX_E_NOMEM. */
OX_MUST_USE int ox_message_sign(ox_message *message, const ox_dkim_signer *const *signers,
	size_t count, int64_t now, ox_error *error);

#endif
