/* SPDX-License-Identifier: MIT */
/* Whatever text comes in, a strict server receives exactly one message with exactly the normalised octets. */
#include "fuzz.h"

#include "message/lines.h"
#include "smtp/body.h"

static void frame(const ox_buffer *clean, ox_body_framing framing, size_t step, ox_buffer *out)
{
	ox_body body;
	ox_buffer_init(out, clean->size * 2 + 64);
	ox_body_begin(&body, framing, clean->size);
	for (size_t at = 0; at < clean->size; at += step) {
		size_t piece = clean->size - at < step ? clean->size - at : step;
		MUST(ox_body_write(&body, out, clean->bytes + at, piece) == OX_OK);
	}
	MUST(ox_body_end(&body, out) == OX_OK);
}

/* RFC 5321 4.5.2 to the letter: ends at the first CRLF.CRLF (or a leading .CRLF), drops a leading dot. */
static size_t unframe(const uint8_t *at, size_t size, ox_buffer *message)
{
	size_t used = 0;
	while (used < size) {
		const uint8_t *feed = memchr(at + used, '\n', size - used);
		MUST(feed && feed > at && feed[-1] == '\r');
		size_t line = (size_t)(feed - (at + used)) + 1;
		if (line == 3 && at[used] == '.') {
			return used + line;
		}
		size_t skip = at[used] == '.' ? 1 : 0;
		MUST(ox_buffer_append(message, at + used + skip, line - skip) == OX_OK);
		used += line;
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || memchr(data, 0, size)) {
		return 0;
	}
	size_t step = data[0] % 7 + 1;
	ox_buffer clean, dotted, counted, received;
	ox_lines_facts facts;
	ox_buffer_init(&clean, size * 2 + 64);
	ox_lines_scan(data + 1, size - 1, &facts);
	MUST(ox_lines_normalise(&clean, data + 1, size - 1) == OX_OK);
	MUST(clean.size == facts.size);
	if (facts.clean) {
		MUST(clean.size == size - 1 && (!clean.size || !memcmp(clean.bytes, data + 1, clean.size)));
	}
	frame(&clean, OX_BODY_DATA, step, &dotted);
	frame(&clean, OX_BODY_BDAT, step, &counted);
	MUST(counted.size == clean.size && (!clean.size || !memcmp(counted.bytes, clean.bytes, clean.size)));
	ox_buffer_init(&received, size * 2 + 64);
	MUST(unframe(dotted.bytes, dotted.size, &received) == dotted.size);
	MUST(received.size == clean.size && (!clean.size || !memcmp(received.bytes, clean.bytes, clean.size)));
	ox_buffer_clear(&clean);
	ox_buffer_clear(&dotted);
	ox_buffer_clear(&counted);
	ox_buffer_clear(&received);
	return 0;
}
