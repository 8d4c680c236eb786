/* SPDX-License-Identifier: MIT */
/* Base64 of RFC 4648 section 4, without line breaks, as SASL wants it. */
#ifndef OX_BASE_BASE64_H
#define OX_BASE_BASE64_H

#include "base/buffer.h"

/* Appends the encoding of size bytes to out. Give out the `secret` flag where the bytes have it. */
OX_MUST_USE int ox_base64_encode(ox_buffer *out, const void *bytes, size_t size);

/* Appends the decoded bytes to out. OX_E_SYNTAX for a foreign character, missing padding or bits left
 * over; out then holds what it held. */
OX_MUST_USE int ox_base64_decode(ox_buffer *out, const char *text, size_t size);

#endif
