/* SPDX-License-Identifier: MIT */
/* Line ends of a message: CRLF and nothing else (RFC 5322 2.3). Whatever comes in (CR, LF, CRLF, mixed)
 * leaves as CRLF, so that no server can see an end of data where we see text. */
#ifndef OX_MESSAGE_LINES_H
#define OX_MESSAGE_LINES_H

#include "base/buffer.h"

enum { OX_LINE_MAX = 998 }; /* octets without CRLF, RFC 5322 2.1.1 */

typedef struct {
	uint64_t size;     /* octets with line ends normalised and a last CRLF */
	size_t longest;    /* octets of the longest line without its end */
	bool clean;        /* is already as it must be: CRLF only, the last line ended */
	bool eightbit;     /* octets over 127 */
	bool nul;          /* octets 0 */
} ox_lines_facts;

void ox_lines_scan(const uint8_t *bytes, size_t size, ox_lines_facts *facts);

/* Appends the bytes with every CR, LF and CRLF as CRLF, and a CRLF behind the last line if it has none.
 * Text of size 0 stays empty. */
OX_MUST_USE int ox_lines_normalise(ox_buffer *out, const uint8_t *bytes, size_t size);

#endif
