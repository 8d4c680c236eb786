/* SPDX-License-Identifier: MIT */
#include "smtp/body.h"

#include <string.h>

void ox_body_begin(ox_body *body, ox_body_framing framing, uint64_t size)
{
	memset(body, 0, sizeof *body);
	body->framing = framing;
	body->left = size;
	body->prev = '\r'; /* the first octet stands at the start of a line */
	body->last = '\n';
}

/* Whether an octet may not stand where it does: a NUL, an LF without a CR, anything but an LF behind a CR. */
static uint8_t is_foul(uint8_t before, uint8_t octet)
{
	return (uint8_t)(((octet == '\n') ^ (before == '\r')) | (octet == 0));
}

/* Octet `before` came last. In blocks of a fixed size without a branch, which compilers turn into a few
 * vector instructions: in base64 a line is too short to be worth a search. */
static bool is_clean(uint8_t before, const uint8_t *bytes, size_t size)
{
	enum { BLOCK = 64 };
	uint8_t foul = is_foul(before, bytes[0]);
	size_t at = 1;
	for (; size - at >= BLOCK && !foul; at += BLOCK) {
		const uint8_t *block = bytes + at;
		for (size_t i = 0; i < BLOCK; i++) {
			foul |= is_foul(block[i - 1], block[i]);
		}
	}
	for (; at < size && !foul; at++) {
		foul = is_foul(bytes[at - 1], bytes[at]);
	}
	return !foul;
}

/* RFC 5321 4.5.2: a line that begins with a dot gets a second one. Copies whole runs between
 * them. */
static int stuff(ox_body *body, ox_buffer *out, const uint8_t *bytes, size_t size)
{
	const uint8_t *run = bytes, *end = bytes + size;
	bool line_start = body->prev == '\r' && body->last == '\n';
	int status = OX_OK;
	for (const uint8_t *p = bytes; p < end && status == OX_OK;) {
		if (line_start && *p == '.') {
			status = ox_buffer_append(out, run, (size_t)(p - run));
			run = p;
			if (status == OX_OK) {
				status = ox_buffer_append_byte(out, '.');
			}
		}
		const uint8_t *feed = memchr(p, '\n', (size_t)(end - p));
		if (!feed) {
			break;
		}
		p = feed + 1;
		line_start = true;
	}
	return status == OX_OK ? ox_buffer_append(out, run, (size_t)(end - run)) : status;
}

int ox_body_write(ox_body *body, ox_buffer *out, const uint8_t *bytes, size_t size)
{
	if (!size) {
		return OX_OK;
	}
	if (size > body->left) {
		return OX_E_USAGE;
	}
	if (!is_clean(body->last, bytes, size)) {
		return OX_E_SYNTAX;
	}
	size_t before = out->size;
	int status = body->framing == OX_BODY_BDAT ? ox_buffer_append(out, bytes, size)
											   : stuff(body, out, bytes, size);
	if (status != OX_OK) {
		out->size = before;
		if (out->bytes) {
			out->bytes[before] = 0;
		}
		return status;
	}
	body->prev = size > 1 ? bytes[size - 2] : body->last;
	body->last = bytes[size - 1];
	body->left -= size;
	return OX_OK;
}

int ox_body_end(ox_body *body, ox_buffer *out)
{
	if (body->left) {
		return OX_E_USAGE;
	}
	if (body->prev != '\r' || body->last != '\n') {
		return OX_E_SYNTAX;
	}
	return body->framing == OX_BODY_DATA ? ox_buffer_append_string(out, ".\r\n") : OX_OK;
}
