/* SPDX-License-Identifier: MIT */
#include "message/lines.h"

#include <string.h>

/* The first CR or LF from p on, end where there is none. */
static const uint8_t *line_end(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *feed = memchr(p, '\n', (size_t)(end - p));
	const uint8_t *stop = feed ? feed : end;
	const uint8_t *carriage = memchr(p, '\r', (size_t)(stop - p));
	return carriage ? carriage : stop;
}

static bool has_high_octet(const uint8_t *p, size_t size)
{
	uint8_t all = 0;
	for (size_t i = 0; i < size; i++) {
		all |= p[i];
	}
	return all & 0x80;
}

void ox_lines_scan(const uint8_t *bytes, size_t size, ox_lines_facts *facts)
{
	memset(facts, 0, sizeof *facts);
	facts->clean = true;
	if (!size) {
		return;
	}
	const uint8_t *end = bytes + size;
	facts->eightbit = has_high_octet(bytes, size);
	facts->nul = memchr(bytes, 0, size) != NULL;
	for (const uint8_t *p = bytes; p < end;) {
		const uint8_t *stop = line_end(p, end);
		size_t length = (size_t)(stop - p);
		bool proper = end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
		facts->longest = length > facts->longest ? length : facts->longest;
		facts->size += length + 2;
		facts->clean = facts->clean && proper;
		p = stop == end ? end : stop + (proper ? 2 : 1);
	}
}

int ox_lines_normalise(ox_buffer *out, const uint8_t *bytes, size_t size)
{
	if (!size) {
		return OX_OK;
	}
	const uint8_t *end = bytes + size;
	size_t before = out->size;
	int status = OX_OK;
	for (const uint8_t *p = bytes; p < end && status == OX_OK;) {
		const uint8_t *stop = line_end(p, end);
		bool proper = end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
		status = ox_buffer_append(out, p, (size_t)(stop - p));
		if (status == OX_OK) {
			status = ox_buffer_append(out, "\r\n", 2);
		}
		p = stop == end ? end : stop + (proper ? 2 : 1);
	}
	if (status != OX_OK && out->bytes) {
		out->size = before;
		out->bytes[before] = 0;
	}
	return status;
}
