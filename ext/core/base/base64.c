/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <string.h>

/* The two characters of every twelve bits, so that three octets are two look-ups instead of four: an
 * attachment is encoded while it is sent. */
#define CHARACTER(v) \
	((v) < 26 ? 'A' + (v) : (v) < 52 ? 'a' + (v) - 26 : (v) < 62 ? '0' + (v) - 52 : (v) == 62 ? '+' : '/')
#define PAIR(v) {CHARACTER((v) >> 6), CHARACTER((v) & 63)}
#define PAIRS_4(v) PAIR(v), PAIR((v) + 1), PAIR((v) + 2), PAIR((v) + 3)
#define PAIRS_16(v) PAIRS_4(v), PAIRS_4((v) + 4), PAIRS_4((v) + 8), PAIRS_4((v) + 12)
#define PAIRS_64(v) PAIRS_16(v), PAIRS_16((v) + 16), PAIRS_16((v) + 32), PAIRS_16((v) + 48)
#define PAIRS_256(v) PAIRS_64(v), PAIRS_64((v) + 64), PAIRS_64((v) + 128), PAIRS_64((v) + 192)
#define PAIRS_1024(v) PAIRS_256(v), PAIRS_256((v) + 256), PAIRS_256((v) + 512), PAIRS_256((v) + 768)
static const uint8_t pairs[4096][2] = {
	PAIRS_1024(0), PAIRS_1024(1024), PAIRS_1024(2048), PAIRS_1024(3072)};

static uint8_t *encode(uint8_t *to, const uint8_t *in, size_t size)
{
	for (; size > 2; size -= 3, in += 3, to += 4) {
		uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
		memcpy(to, pairs[bits >> 12], 2);
		memcpy(to + 2, pairs[bits & 4095], 2);
	}
	if (size) {
		uint32_t bits = (uint32_t)in[0] << 16 | (size > 1 ? (uint32_t)in[1] << 8 : 0);
		memcpy(to, pairs[bits >> 12], 2);
		to[2] = size > 1 ? pairs[bits & 4095][0] : '=';
		to[3] = '=';
		to += 4;
	}
	return to;
}

int ox_base64_encode(ox_buffer *out, const void *bytes, size_t size)
{
	if (size > out->cap) {
		return OX_E_LIMIT;
	}
	size_t length = (size + 2) / 3 * 4;
	uint8_t *to = ox_buffer_reserve(out, length);
	if (!to) {
		return length > out->cap - out->size ? OX_E_LIMIT : OX_E_NOMEM;
	}
	*encode(to, bytes, size) = 0;
	out->size += length;
	return OX_OK;
}

uint64_t ox_base64_lines_size(uint64_t size)
{
	uint64_t rest = size % OX_BASE64_LINE_OCTETS;
	uint64_t whole = size / OX_BASE64_LINE_OCTETS * (OX_BASE64_LINE + 2);
	return whole + (rest ? (rest + 2) / 3 * 4 + 2 : 0);
}

void ox_base64_lines(uint8_t *to, const uint8_t *bytes, size_t size)
{
	while (size) {
		size_t line = size < OX_BASE64_LINE_OCTETS ? size : OX_BASE64_LINE_OCTETS;
		to = encode(to, bytes, line);
		*to++ = '\r';
		*to++ = '\n';
		bytes += line;
		size -= line;
	}
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	if (c >= '0' && c <= '9') {
		return c - '0' + 52;
	}
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to `count` (1 to 3) bytes; false if a character is foreign or spare bits are set. */
static bool decode_group(const char *text, size_t count, uint8_t *to)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < 4; i++) {
		int value = i <= count ? value_of(text[i]) : 0;
		if (value < 0) {
			return false;
		}
		bits = bits << 6 | (uint32_t)value;
	}
	for (size_t i = 0; i < 3; i++) {
		uint8_t byte = (uint8_t)(bits >> (16 - 8 * i));
		if (i < count) {
			to[i] = byte;
		} else if (byte) {
			return false;
		}
	}
	return true;
}

int ox_base64_decode(ox_buffer *out, const char *text, size_t size)
{
	if (size % 4) {
		return OX_E_SYNTAX;
	}
	size_t padding = size && text[size - 1] == '=' ? 1u + (text[size - 2] == '=') : 0;
	size_t length = size / 4 * 3 - padding;
	uint8_t *to = ox_buffer_reserve(out, length);
	if (!to) {
		return length > out->cap - out->size ? OX_E_LIMIT : OX_E_NOMEM;
	}
	for (size_t left = length; size; size -= 4, text += 4) {
		size_t count = left < 3 ? left : 3;
		if (!decode_group(text, count, to)) {
			out->bytes[out->size] = 0;
			return OX_E_SYNTAX;
		}
		to += count;
		left -= count;
	}
	out->size += length;
	out->bytes[out->size] = 0;
	return OX_OK;
}
