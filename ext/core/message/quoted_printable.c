/* SPDX-License-Identifier: MIT */
/* RFC 2045 6.7 for text: line ends stay line ends, lines are at most 76 octets. */
#include <string.h>

#include "message/message_internal.h"

enum {
	QP_LINE_MAX = 75, /* and a soft break's "=" */
	PIECE = 1024,
	PIECE_ROOM = 4 * PIECE, /* three octets for each, and a soft break for every 75 of those */
};

enum { OCTET_PLAIN, OCTET_SPECIAL, OCTET_LINE_END };
#define KIND(c) \
	((c) == '\r' || (c) == '\n' ? OCTET_LINE_END \
	 : (c) == '\t' || ((c) >= ' ' && (c) < 0x7f && (c) != '=') ? OCTET_PLAIN \
	                                                       : OCTET_SPECIAL)
#define KINDS_4(c) KIND(c), KIND((c) + 1), KIND((c) + 2), KIND((c) + 3)
#define KINDS_16(c) KINDS_4(c), KINDS_4((c) + 4), KINDS_4((c) + 8), KINDS_4((c) + 12)
#define KINDS_64(c) KINDS_16(c), KINDS_16((c) + 16), KINDS_16((c) + 32), KINDS_16((c) + 48)
static const uint8_t kinds[256] = {KINDS_64(0), KINDS_64(64), KINDS_64(128), KINDS_64(192)};

bool message_is_special(unsigned char c)
{
	return kinds[c] == OCTET_SPECIAL;
}

/* Whether one of eight octets is a control, '=', DEL or past ASCII: each sum or difference sets the high bit of
 * such an octet; a borrow from the one below can only make it be looked at for nothing. */
static bool has_odd(uint64_t eight)
{
	const uint64_t ones = 0x0101010101010101U, high = 0x8080808080808080U;
	uint64_t equal = eight ^ (ones * '=');
	return ((eight | (eight - ones * ' ') | (eight + ones) | (equal - ones)) & high) != 0;
}

size_t message_plain_run(const unsigned char *at, size_t size)
{
	size_t run = 0;
	for (uint64_t eight; size - run >= sizeof eight; run += sizeof eight) {
		memcpy(&eight, at + run, sizeof eight);
		if (has_odd(eight)) {
			break;
		}
	}
	while (run < size && kinds[at[run]] == OCTET_PLAIN) {
		run++;
	}
	return run;
}

/* A blank at the end of a line would be lost on the way. */
static bool stays(const unsigned char *line, size_t at, size_t size)
{
	bool last_blank = at + 1 == size && (line[at] == ' ' || line[at] == '\t');
	return kinds[line[at]] == OCTET_PLAIN && !last_blank;
}

/* How many octets from at on stay as they are and have room in this line. A leading dot tempts broken
 * relays: it does not stay. */
static size_t plain_run(const unsigned char *line, size_t at, size_t stop, size_t size, size_t column)
{
	size_t end = stop - at < QP_LINE_MAX - column ? stop : at + QP_LINE_MAX - column;
	if (column == 0 && line[at] == '.') {
		return 0;
	}
	size_t run = message_plain_run(line + at, end - at);
	return run - (run && at + run == size && !stays(line, size - 1, size));
}

static uint8_t *write_encoded(uint8_t *to, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	*to++ = '=';
	*to++ = (uint8_t)digits[c >> 4];
	*to++ = (uint8_t)digits[c & 15];
	return to;
}

/* The octets from at to stop of a line. */
static uint8_t *write_piece(uint8_t *to, size_t *column, const unsigned char *line, size_t at, size_t stop,
	size_t size)
{
	while (at < stop) {
		size_t run = plain_run(line, at, stop, size, *column);
		memcpy(to, line + at, run);
		to += run;
		at += run;
		*column += run;
		if (at == stop) {
			break;
		}
		bool plain = stays(line, at, size) && *column;
		if (plain || *column + 3 > QP_LINE_MAX) {
			*to++ = '=';
			*to++ = '\r';
			*to++ = '\n';
			*column = 0;
			continue;
		}
		to = write_encoded(to, line[at++]);
		*column += 3;
	}
	return to;
}

static int write_line(ox_buffer *out, const unsigned char *line, size_t size)
{
	size_t column = 0;
	for (size_t at = 0; at < size;) {
		size_t stop = size - at < PIECE ? size : at + PIECE;
		uint8_t *begin = ox_buffer_reserve(out, PIECE_ROOM);
		if (!begin) {
			return out->cap - out->size < PIECE_ROOM ? OX_E_LIMIT : OX_E_NOMEM;
		}
		uint8_t *to = write_piece(begin, &column, line, at, stop, size);
		*to = 0;
		out->size += (size_t)(to - begin);
		at = stop;
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
