/* SPDX-License-Identifier: MIT */
#include "smtp/transcript.h"

#include <string.h>

#include "smtp/session.h"

enum { LINE_MAX_KEPT = 600 };

void ox_transcript_init(ox_transcript *transcript)
{
	ox_buffer_init(&transcript->text, OX_SESSION_TRANSCRIPT_MAX);
}

void ox_transcript_clear(ox_transcript *transcript)
{
	ox_buffer_clear(&transcript->text);
}

void ox_transcript_restart(ox_transcript *transcript)
{
	ox_buffer_empty(&transcript->text);
}

/* Drops a quarter from the front, up to a line's end. */
static void make_room(ox_transcript *transcript, size_t room)
{
	ox_buffer *text = &transcript->text;
	while (text->size && text->cap - text->size < room) {
		size_t drop = text->cap / 4 < text->size ? text->cap / 4 : text->size;
		const uint8_t *feed = memchr(text->bytes + drop - 1, '\n', text->size - drop + 1);
		ox_buffer_consume(text, feed ? (size_t)(feed - text->bytes) + 1 : text->size);
	}
}

static void add_line(ox_transcript *transcript, const char *prefix, const char *line, size_t size)
{
	size = size < LINE_MAX_KEPT ? size : LINE_MAX_KEPT;
	make_room(transcript, strlen(prefix) + size + 1);
	uint8_t *to = ox_buffer_reserve(&transcript->text, strlen(prefix) + size + 1);
	if (!to) {
		return;
	}
	memcpy(to, prefix, strlen(prefix));
	to += strlen(prefix);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)line[i];
		*to++ = c < 0x20 || c == 0x7f ? '?' : c;
	}
	*to++ = '\n';
	*to = 0;
	transcript->text.size = (size_t)(to - transcript->text.bytes);
}

void ox_transcript_client(ox_transcript *transcript, const char *line)
{
	add_line(transcript, "C: ", line, strlen(line));
}

void ox_transcript_server(ox_transcript *transcript, const ox_reply *reply, bool masked)
{
	ox_slice rest = {ox_buffer_text(&reply->text), reply->text.size};
	for (size_t i = 1; i <= reply->lines; i++) {
		const char *feed = memchr(rest.at, '\n', rest.size);
		size_t size = feed ? (size_t)(feed - rest.at) : rest.size;
		const char digits[] = {'S', ':', ' ', (char)('0' + reply->code / 100),
			(char)('0' + reply->code / 10 % 10), (char)('0' + reply->code % 10),
			i < reply->lines ? '-' : ' ', 0};
		add_line(transcript, digits, masked ? "***" : rest.at, masked ? 3 : size);
		rest.at += size + (feed ? 1 : 0);
		rest.size -= size + (feed ? 1 : 0);
	}
}
