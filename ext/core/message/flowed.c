/* SPDX-License-Identifier: MIT */
/* format=flowed (RFC 3676): a line that ends with a blank goes on in the next one, so that a reader wraps
 * paragraphs to the width it has. */
#include <string.h>

#include "message/message_internal.h"

enum { FLOWED_LINE = 72 };

static bool begins(ox_slice text, const char *with)
{
	size_t size = strlen(with);
	return text.size >= size && !memcmp(text.at, with, size);
}

/* RFC 3676 4.4: what a reader would take for stuffing, or a relay's mailbox for a new message. A '>' stands
 * for a quote only where the author wrote it at the start of a line. */
static bool needs_stuffing(ox_slice line, bool first)
{
	return begins(line, " ") || begins(line, "From ") || (!first && begins(line, ">"));
}

/* How much of the paragraph goes on this line, with its blanks; all of it where there is no place. */
static size_t share_of(ox_slice text, size_t room)
{
	size_t share = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (i >= room && share) {
			break;
		}
		if (text.at[i] == ' ' && i + 1 < text.size && text.at[i + 1] != ' ') {
			/* "-- " alone on a line would begin a signature (4.3). */
			share = i == 2 && begins(text, "-- ") ? share : i + 1;
		}
	}
	return text.size <= room || !share ? text.size : share;
}

static int write_paragraph(ox_buffer *out, ox_slice text)
{
	int status = OX_OK;
	bool first = true, quote = begins(text, ">");
	do {
		bool stuffed = needs_stuffing(text, first);
		size_t share = quote ? text.size : share_of(text, FLOWED_LINE - stuffed);
		if (!first) {
			status = ox_buffer_append(out, "\r\n", 2);
		}
		if (status == OX_OK && stuffed) {
			status = ox_buffer_append_byte(out, ' ');
		}
		if (status == OX_OK) {
			status = ox_buffer_append(out, text.at, share);
		}
		text.at += share;
		text.size -= share;
		first = false;
	} while (text.size && status == OX_OK);
	return status;
}

/* A blank that the author left at the end would join the line with the next. */
static ox_slice without_last_blanks(ox_slice line)
{
	while (line.size && line.at[line.size - 1] == ' ' && !ox_slice_is(line, "-- ")) {
		line.size--;
	}
	return line;
}

int message_flow(ox_buffer *out, ox_slice text)
{
	int status = OX_OK;
	while (text.size && status == OX_OK) {
		size_t size = 0;
		while (size < text.size && text.at[size] != '\r' && text.at[size] != '\n') {
			size++;
		}
		status = write_paragraph(out, without_last_blanks((ox_slice){text.at, size}));
		bool ended = size < text.size;
		bool pair = ended && text.size - size >= 2 && !memcmp(text.at + size, "\r\n", 2);
		if (ended && status == OX_OK) {
			status = ox_buffer_append(out, "\r\n", 2);
		}
		size += ended ? 1 + pair : 0;
		text.at += size;
		text.size -= size;
	}
	return status;
}
