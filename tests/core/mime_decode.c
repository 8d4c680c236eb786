/* SPDX-License-Identifier: MIT */
#include "mime_decode.h"

#include <string.h>

static int value_of(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

size_t mime_base64(const char *text, size_t size, char *to)
{
	size_t count = 0;
	unsigned bits = 0, held = 0;
	size_t padding = 0;
	while (padding < size && padding < 2 && text[size - 1 - padding] == '=') {
		padding++;
	}
	for (size_t i = 0; i < size - padding; i++) {
		int value = value_of(text[i]);
		if (value < 0) {
			return MIME_WRONG;
		}
		bits = bits << 6 | (unsigned)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			to[count++] = (char)(bits >> held & 255);
		}
	}
	bool spare = bits & ((1u << held) - 1);
	return size % 4 || spare || held != 2 * padding ? MIME_WRONG : count;
}

size_t mime_base64_lines(const char *text, size_t size, char *to)
{
	size_t count = 0;
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(text + at, '\r', size - at);
		size_t line = stop ? (size_t)(stop - text) - at : size - at;
		bool last = at + line + 2 >= size;
		size_t got = mime_base64(text + at, line, to + count);
		if (got == MIME_WRONG || !line || line > 76 || (!last && (line != 76 || got != 57))) {
			return MIME_WRONG;
		}
		count += got;
		at += line + (stop ? 2 : 0);
	}
	return count;
}

static int hex(char c)
{
	static const char digits[] = "0123456789ABCDEF"; /* RFC 2045 6.7 (1): upper case */
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* One line without its end; *soft: it goes on. */
static size_t quoted_line(const char *line, size_t size, char *to, bool *soft)
{
	size_t count = 0;
	*soft = size && line[size - 1] == '=';
	size -= *soft;
	if (size + *soft > 76 || (size && !*soft && strchr(" \t", line[size - 1]))) {
		return MIME_WRONG;
	}
	for (size_t i = 0; i < size; i++) {
		if (line[i] != '=') {
			if ((line[i] < ' ' && line[i] != '\t') || line[i] > '~') {
				return MIME_WRONG;
			}
			to[count++] = line[i];
			continue;
		}
		int high = i + 2 < size ? hex(line[i + 1]) : -1, low = i + 2 < size ? hex(line[i + 2]) : -1;
		if (high < 0 || low < 0) {
			return MIME_WRONG;
		}
		to[count++] = (char)(high << 4 | low);
		i += 2;
	}
	return count;
}

size_t mime_quoted_printable(const char *text, size_t size, char *to)
{
	size_t count = 0;
	bool soft = false;
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(text + at, '\r', size - at);
		size_t line = stop ? (size_t)(stop - text) - at : size - at;
		size_t got = quoted_line(text + at, line, to + count, &soft);
		if (got == MIME_WRONG) {
			return MIME_WRONG;
		}
		count += got;
		if (stop && !soft) {
			memcpy(to + count, "\r\n", 2);
			count += 2;
		}
		at += line + (stop ? 2 : 0);
	}
	return soft ? MIME_WRONG : count;
}

bool mime_is_utf8(const char *text, size_t size)
{
	for (size_t i = 0; i < size;) {
		unsigned char c = (unsigned char)text[i];
		size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 && c < 0xf5 ? 3 : 4;
		if (more == 4 || size - i <= more) {
			return false;
		}
		for (size_t j = 1; j <= more; j++) {
			if (((unsigned char)text[i + j] & 0xc0) != 0x80) {
				return false;
			}
		}
		i += more + 1;
	}
	return true;
}
