/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648 section 4: without line breaks, as SASL wants it, and in the lines of MIME. */
#ifndef OX_BASE_BASE64_H
#define OX_BASE_BASE64_H

#include "base/buffer.h"

/* Appends the encoding of size bytes to out. Give out the `secret` flag where the bytes have it. */
OX_MUST_USE int ox_base64_encode(ox_buffer *out, const void *bytes, size_t size);

enum { OX_BASE64_LINE = 76, OX_BASE64_LINE_OCTETS = 57 }; /* RFC 2045 6.8 */

/* How much size octets take in lines of 76, each with its CRLF. Nothing takes nothing. */
uint64_t ox_base64_lines_size(uint64_t size);

/* Writes just that much to `to`. No NUL behind it. The bytes may be the last ones of the same room: what is
 * written never reaches what is still to be read. */
void ox_base64_lines(uint8_t *to, const uint8_t *bytes, size_t size);

/* Appends the decoded bytes to out. OX_E_SYNTAX for a foreign character, missing padding or bits left
 * over; out then holds what it held. */
OX_MUST_USE int ox_base64_decode(ox_buffer *out, const char *text, size_t size);

#endif
