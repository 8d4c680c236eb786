/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int ox_base64_encode(ox_buffer *out, const void *bytes, size_t size)
{
	const uint8_t *in = bytes;
	if (size > out->cap) {
		return OX_E_LIMIT;
	}
	size_t length = (size + 2) / 3 * 4;
	uint8_t *to = ox_buffer_reserve(out, length);
	if (!to) {
		return length > out->cap - out->size ? OX_E_LIMIT : OX_E_NOMEM;
	}
	for (; size > 2; size -= 3, in += 3) {
		*to++ = (uint8_t)alphabet[in[0] >> 2];
		*to++ = (uint8_t)alphabet[(in[0] & 3) << 4 | in[1] >> 4];
		*to++ = (uint8_t)alphabet[(in[1] & 15) << 2 | in[2] >> 6];
		*to++ = (uint8_t)alphabet[in[2] & 63];
	}
	if (size) {
		uint8_t second = size > 1 ? in[1] : 0;
		*to++ = (uint8_t)alphabet[in[0] >> 2];
		*to++ = (uint8_t)alphabet[(in[0] & 3) << 4 | second >> 4];
		*to++ = size > 1 ? (uint8_t)alphabet[(second & 15) << 2] : '=';
		*to++ = '=';
	}
	*to = 0;
	out->size += length;
	return OX_OK;
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
