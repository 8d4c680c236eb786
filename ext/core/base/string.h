/* SPDX-License-Identifier: MIT */
/* Bytes with a length, and the few questions that protocol code asks about them. Independent of the
 * locale: only ASCII letters have a case. */
#ifndef OX_BASE_STRING_H
#define OX_BASE_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* borrows: somebody else's bytes, not terminated. {NULL, 0} is the empty slice. */
typedef struct {
	const char *at;
	size_t size;
} ox_slice;

ox_slice ox_slice_of(const char *text); /* NULL gives the empty slice */
bool ox_slice_is(ox_slice slice, const char *text);
bool ox_slice_is_nocase(ox_slice slice, const char *text);
bool ox_slices_equal_nocase(ox_slice a, ox_slice b);

/* Cuts the next run of bytes that are not space or tab off the front of *rest; empty at the end. */
ox_slice ox_slice_next_word(ox_slice *rest);

bool ox_equal_nocase(const char *a, const char *b);
int ox_lower(int byte);

/* Decimal digits only; false when there is none or anything else. Saturates at UINT64_MAX. */
bool ox_parse_number(ox_slice digits, uint64_t *number);

/* 0x00-0x1f and 0x7f: what may stand in no command, no header field and no address. */
bool ox_has_control(const char *bytes, size_t size);
bool ox_has_8bit(const char *bytes, size_t size);

/* Well-formed UTF-8 by RFC 3629: no overlong form, no surrogate, nothing past U+10FFFF. */
bool ox_is_utf8(const char *bytes, size_t size);

/* A host name by RFC 1123 2.1: labels of letters, digits and hyphens, at most 63 octets each and 253 in
 * all; one trailing dot is allowed. A-labels only. */
bool ox_is_hostname(const char *text);

/* xtext of RFC 3461 4: '+', '=' and everything outside '!'..'~' become +XX. */
OX_MUST_USE int ox_append_xtext(ox_buffer *out, const char *bytes, size_t size);

/* Compares secrets without telling by its duration where they differ. */
bool ox_equal_secret(const void *a, const void *b, size_t size);

#endif
