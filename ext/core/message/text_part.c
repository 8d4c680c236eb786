/* SPDX-License-Identifier: MIT */
/* A part that people read: its encoding chosen by its octets, and by nothing else, so that it is the same for
 * every server and every signature. */
#include <string.h>

#include "base/base64.h"
#include "message/message_internal.h"

typedef enum { AS_IT_IS, QUOTED_PRINTABLE, BASE64 } encoding;

static const char *const names[] = {"7bit", "quoted-printable", "base64"};

static size_t count_special(ox_slice text)
{
	const unsigned char *at = (const unsigned char *)text.at;
	size_t count = 0;
	for (size_t i = 0; i < text.size; i++) {
		i += message_plain_run(at + i, text.size - i);
		count += i < text.size && message_is_special(at[i]);
	}
	return count;
}

/* Of the two the shorter: text in Latin letters stays readable, text in others is not three times as long.
 * *room: about what it takes. */
static encoding choose(ox_slice text, uint64_t *room)
{
	ox_lines_facts facts;
	ox_lines_scan((const uint8_t *)text.at, text.size, &facts);
	*room = facts.size;
	if (!facts.eightbit && facts.longest <= OX_LINE_MAX) {
		return AS_IT_IS;
	}
	uint64_t quoted = (uint64_t)text.size + 2 * (uint64_t)count_special(text);
	quoted += quoted / 75 * 3;
	*room = quoted < ox_base64_lines_size(facts.size) ? quoted : ox_base64_lines_size(facts.size);
	return quoted <= *room ? QUOTED_PRINTABLE : BASE64;
}

static bool ends_with_line(ox_slice text)
{
	return text.size && (text.at[text.size - 1] == '\n' || text.at[text.size - 1] == '\r');
}

/* Without the CRLF behind a last line that had none. */
static int write_lines(ox_buffer *out, ox_slice text)
{
	int status = ox_lines_normalise(out, (const uint8_t *)text.at, text.size);
	if (status == OX_OK && text.size && !ends_with_line(text)) {
		out->size -= 2;
		out->bytes[out->size] = 0;
	}
	return status;
}

static int write_base64(ox_buffer *out, ox_slice text)
{
	ox_buffer lines;
	ox_buffer_init(&lines, out->cap);
	int status = write_lines(&lines, text);
	if (status == OX_OK) {
		size_t size = (size_t)ox_base64_lines_size(lines.size);
		uint8_t *to = ox_buffer_reserve(out, size);
		if (to) {
			ox_base64_lines(to, lines.bytes, lines.size);
			to[size] = 0;
			out->size += size;
		} else {
			status = size > out->cap - out->size ? OX_E_LIMIT : OX_E_NOMEM;
		}
	}
	ox_buffer_clear(&lines);
	return status;
}

int message_text_part(ox_message *message, const char *type, ox_slice text, bool *ended)
{
	ox_buffer *out = &message->octets;
	uint64_t room;
	encoding chosen = choose(text, &room);
	*ended = chosen == BASE64;
	int status = ox_buffer_append_format(
		out, "Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n", type, names[chosen]);
	if (status == OX_OK) {
		status = message_end_fields(message);
	}
	if (status == OX_OK && room < out->cap) {
		/* Once, instead of doubling while it grows; where it cannot be had, the writing says so. */
		(void)!ox_buffer_reserve(out, (size_t)room);
	}
	if (status != OX_OK) {
		return status;
	}
	switch (chosen) {
	case QUOTED_PRINTABLE: return message_quoted_printable(out, text);
	case BASE64: return write_base64(out, text);
	default: return write_lines(out, text);
	}
}
