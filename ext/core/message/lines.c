/* SPDX-License-Identifier: MIT */
#include "message/lines.h"

#include <string.h>

#include "base/string.h"

/* Where the next CR and the next LF stand, each looked for once: a text of nothing but CRs would
 * otherwise be searched to its end for every one of them. */
typedef struct {
	const uint8_t *at, *end, *feed, *carriage;
} line_reader;

static const uint8_t *find(const uint8_t *at, const uint8_t *end, int octet)
{
	const uint8_t *found = at < end ? memchr(at, octet, (size_t)(end - at)) : NULL;
	return found ? found : end;
}

static line_reader begin(const uint8_t *bytes, size_t size)
{
	line_reader r = {bytes, bytes, bytes, bytes};
	if (size) {
		r.end = bytes + size;
		r.feed = find(bytes, r.end, '\n');
		r.carriage = find(bytes, r.end, '\r');
	}
	return r;
}

/* Passes one line and returns where its text ends; *proper: by CRLF. */
static const uint8_t *next_line(line_reader *r, bool *proper)
{
	if (r->feed < r->at) {
		r->feed = find(r->at, r->end, '\n');
	}
	if (r->carriage < r->at) {
		r->carriage = find(r->at, r->end, '\r');
	}
	const uint8_t *stop = r->carriage < r->feed ? r->carriage : r->feed;
	*proper = r->feed < r->end && r->feed - stop == 1;
	r->at = stop == r->end ? stop : stop + (*proper ? 2 : 1);
	return stop;
}

void ox_lines_scan(const uint8_t *bytes, size_t size, ox_lines_facts *facts)
{
	line_reader r = begin(bytes, size);
	memset(facts, 0, sizeof *facts);
	facts->clean = true;
	facts->eightbit = ox_has_8bit((const char *)bytes, size);
	facts->nul = size && memchr(bytes, 0, size);
	while (r.at < r.end) {
		const uint8_t *start = r.at;
		bool proper;
		size_t length = (size_t)(next_line(&r, &proper) - start);
		facts->longest = length > facts->longest ? length : facts->longest;
		facts->size += length + 2;
		facts->clean = facts->clean && proper;
	}
}

int ox_lines_normalise(ox_buffer *out, const uint8_t *bytes, size_t size)
{
	line_reader r = begin(bytes, size);
	const uint8_t *run = bytes; /* what is clean goes in one piece, however many lines it has */
	size_t before = out->size;
	int status = OX_OK;
	while (r.at < r.end && status == OX_OK) {
		bool proper;
		const uint8_t *stop = next_line(&r, &proper);
		if (!proper) {
			status = ox_buffer_append(out, run, (size_t)(stop - run));
			if (status == OX_OK) {
				status = ox_buffer_append(out, "\r\n", 2);
			}
			run = r.at;
		}
	}
	if (status == OX_OK && run < r.end) {
		status = ox_buffer_append(out, run, (size_t)(r.end - run));
	}
	if (status != OX_OK && out->bytes) {
		out->size = before;
		out->bytes[before] = 0;
	}
	return status;
}
