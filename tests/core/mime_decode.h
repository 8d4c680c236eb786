/* SPDX-License-Identifier: MIT */
/* Strict decoders for mime_reader. Each writes to room of at least size octets and returns how many it wrote,
 * or MIME_WRONG. */
#ifndef OX_TEST_MIME_DECODE_H
#define OX_TEST_MIME_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#define MIME_WRONG ((size_t)-1)

size_t mime_base64(const char *text, size_t size, char *to);         /* no blanks, canonical padding */
size_t mime_base64_lines(const char *text, size_t size, char *to);   /* of 76, the last shorter, each with CRLF */
size_t mime_quoted_printable(const char *text, size_t size, char *to);
bool mime_is_utf8(const char *text, size_t size);

#endif
