/* SPDX-License-Identifier: MIT */
/* RFC 2045 6.7 for text: line ends stay line ends, lines are at most 76 octets. */
#include <string.h>

#include "message/message_internal.h"

enum {
	QP_LINE_MAX = 75, /* and a soft break's "=" */
	PIECE = 256,
	PIECE_ROOM = 4 * PIECE, /* three octets for each, and a soft break for every 75 of those */
};

static bool stays(unsigned char c, bool last)
{
	/* A blank at the end of a line would be lost on the way. */
	return (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !last);
}

static uint8_t *write_octet(uint8_t *to, size_t *column, unsigned char c, bool last)
{
	static const char digits[] = "0123456789ABCDEF";
	bool plain = stays(c, last);
	if (*column + (plain ? 1 : 3) > QP_LINE_MAX) {
		*to++ = '=';
		*to++ = '\r';
		*to++ = '\n';
		*column = 0;
	}
	/* A leading dot tempts broken relays. */
	if (plain && !(c == '.' && *column == 0)) {
		*to++ = c;
		*column += 1;
		return to;
	}
	*to++ = '=';
	*to++ = (uint8_t)digits[c >> 4];
	*to++ = (uint8_t)digits[c & 15];
	*column += 3;
	return to;
}

static int write_line(ox_buffer *out, const unsigned char *line, size_t size)
{
	size_t column = 0;
	for (size_t at = 0; at < size;) {
		size_t stop = size - at < PIECE ? size : at + PIECE;
		uint8_t *begin = ox_buffer_reserve(out, PIECE_ROOM), *to = begin;
		if (!begin) {
			return out->cap - out->size < PIECE_ROOM ? OX_E_LIMIT : OX_E_NOMEM;
		}
		for (; at < stop; at++) {
			to = write_octet(to, &column, line[at], at + 1 == size);
		}
		*to = 0;
		out->size += (size_t)(to - begin);
	}
	return OX_OK;
}

int message_quoted_printable(ox_buffer *out, ox_slice text)
{
	const unsigned char *p = (const unsigned char *)text.at, *end = text.size ? p + text.size : p;
	int status = OX_OK;
	while (p < end && status == OX_OK) {
		const unsigned char *stop = p;
		while (stop < end && *stop != '\r' && *stop != '\n') {
			stop++;
		}
		status = write_line(out, p, (size_t)(stop - p));
		bool pair = end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
		if (status == OX_OK && stop < end) {
			status = ox_buffer_append(out, "\r\n", 2);
		}
		p = stop == end ? end : stop + (pair ? 2 : 1);
	}
	return status;
}
