/* SPDX-License-Identifier: MIT */
/* The framing of a message's octets: dot-stuffing for DATA (RFC 5321 4.5.2), a count for BDAT
 * (RFC 3030). It guards the border between message and commands: octets that are not clean CRLF lines
 * are refused here, whoever made them, because a bare CR or LF is how one message is made to look like
 * two (CVE-2023-51764, -51765, -51766). */
#ifndef OX_SMTP_BODY_H
#define OX_SMTP_BODY_H

#include "base/buffer.h"

typedef enum { OX_BODY_DATA, OX_BODY_BDAT } ox_body_framing;

typedef struct {
	ox_body_framing framing;
	uint64_t left;      /* octets still to come, of those announced */
	uint8_t last, prev; /* the last octet and the one before: to see line starts across calls */
} ox_body;

void ox_body_begin(ox_body *body, ox_body_framing framing, uint64_t size);

/* Frames size octets into out, all or nothing. OX_E_SYNTAX for a bare CR, a bare LF or NUL;
 * OX_E_USAGE for more octets than announced; OX_E_LIMIT or OX_E_NOMEM from out. Worst case out grows
 * by 2 * size. */
OX_MUST_USE int ox_body_write(ox_body *body, ox_buffer *out, const uint8_t *bytes, size_t size);

/* Ends it: OX_E_USAGE if octets are missing, OX_E_SYNTAX if the last line has no CRLF (an empty message
 * is allowed). DATA: appends ".CRLF". */
OX_MUST_USE int ox_body_end(ox_body *body, ox_buffer *out);

#endif
