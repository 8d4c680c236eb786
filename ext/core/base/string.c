/* SPDX-License-Identifier: MIT */
#include "base/string.h"

#include <string.h>

ox_slice ox_slice_of(const char *text)
{
	ox_slice slice = {text, text ? strlen(text) : 0};
	return slice;
}

bool ox_slice_is(ox_slice slice, const char *text)
{
	return strlen(text) == slice.size && (!slice.size || !memcmp(slice.at, text, slice.size));
}

int ox_lower(int byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

bool ox_slices_equal_nocase(ox_slice a, ox_slice b)
{
	if (a.size != b.size) {
		return false;
	}
	for (size_t i = 0; i < a.size; i++) {
		if (ox_lower((unsigned char)a.at[i]) != ox_lower((unsigned char)b.at[i])) {
			return false;
		}
	}
	return true;
}

bool ox_slice_is_nocase(ox_slice slice, const char *text)
{
	return ox_slices_equal_nocase(slice, ox_slice_of(text));
}

bool ox_equal_nocase(const char *a, const char *b)
{
	return ox_slice_is_nocase(ox_slice_of(a), b);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

ox_slice ox_slice_next_word(ox_slice *rest)
{
	while (rest->size && is_blank(*rest->at)) {
		rest->at++;
		rest->size--;
	}
	ox_slice word = {rest->at, 0};
	while (rest->size && !is_blank(*rest->at)) {
		rest->at++;
		rest->size--;
		word.size++;
	}
	return word;
}

bool ox_parse_number(ox_slice digits, uint64_t *number)
{
	uint64_t value = 0;
	if (!digits.size) {
		return false;
	}
	for (size_t i = 0; i < digits.size; i++) {
		unsigned digit = (unsigned char)digits.at[i] - (unsigned)'0';
		if (digit > 9) {
			return false;
		}
		value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
	}
	*number = value;
	return true;
}

bool ox_has_control(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c < 0x20 || c == 0x7f) {
			return true;
		}
	}
	return false;
}

/* How many octets at the front are ASCII; eight are looked at in one go. */
static size_t ascii_size(const char *bytes, size_t size)
{
	size_t at = 0;
	for (uint64_t eight; size - at >= sizeof eight; at += sizeof eight) {
		memcpy(&eight, bytes + at, sizeof eight);
		if (eight & 0x8080808080808080U) {
			break;
		}
	}
	while (at < size && !((unsigned char)bytes[at] & 0x80)) {
		at++;
	}
	return at;
}

bool ox_has_8bit(const char *bytes, size_t size)
{
	return ascii_size(bytes, size) < size;
}

/* The length of the well-formed sequence at p, 0 if there is none (RFC 3629 section 4). */
static size_t utf8_sequence(const unsigned char *p, size_t size)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;
	if (p[0] < 0x80) {
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		length = 2;
	} else if ((p[0] & 0xf0) == 0xe0) {
		length = 3;
		low = p[0] == 0xe0 ? 0xa0 : low;   /* overlong below */
		high = p[0] == 0xed ? 0x9f : high; /* surrogates above */
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		length = 4;
		low = p[0] == 0xf0 ? 0x90 : low;
		high = p[0] == 0xf4 ? 0x8f : high; /* past U+10FFFF */
	} else {
		return 0;
	}
	if (size < length || p[1] < low || p[1] > high) {
		return 0;
	}
	for (size_t i = 2; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	return length;
}

bool ox_is_utf8(const char *bytes, size_t size)
{
	size_t at = 0;
	while (at < size) {
		size_t length = ascii_size(bytes + at, size - at);
		if (!length) {
			length = utf8_sequence((const unsigned char *)bytes + at, size - at);
		}
		if (!length) {
			return false;
		}
		at += length;
	}
	return true;
}

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_label(const char *label, size_t size)
{
	if (!size || size > 63 || label[0] == '-' || label[size - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		if (!is_letter_or_digit(label[i]) && label[i] != '-') {
			return false;
		}
	}
	return true;
}

bool ox_is_hostname(const char *text)
{
	size_t size = strlen(text);
	if (size && text[size - 1] == '.') {
		size--;
	}
	if (!size || size > 253) {
		return false;
	}
	for (const char *end = text + size; text <= end;) {
		const char *dot = memchr(text, '.', (size_t)(end - text));
		size_t length = (size_t)((dot ? dot : end) - text);
		if (!is_label(text, length)) {
			return false;
		}
		text += length + 1;
	}
	return true;
}

int ox_append_xtext(ox_buffer *out, const char *bytes, size_t size)
{
	int status = OX_OK;
	for (size_t i = 0; i < size && status == OX_OK; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '+' || c == '=' || c < '!' || c > '~') {
			status = ox_buffer_append_format(out, "+%02X", (unsigned)c);
		} else {
			status = ox_buffer_append_byte(out, c);
		}
	}
	return status;
}

bool ox_equal_secret(const void *a, const void *b, size_t size)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char difference = 0;
	for (size_t i = 0; i < size; i++) {
		difference |= (unsigned char)(x[i] ^ y[i]);
	}
	return difference == 0;
}
