/* SPDX-License-Identifier: MIT */
/* RFC 2045 6.7 for text: line ends stay line ends, lines are at most 76 octets. */
#include "message/message_internal.h"

enum { QP_LINE_MAX = 75 }; /* and a soft break's "=" */

static bool stays(unsigned char c, bool last)
{
	/* A blank at the end of a line would be lost on the way; a leading dot tempts broken relays. */
	return (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !last);
}

static int write_line(ox_buffer *out, const unsigned char *line, size_t size)
{
	size_t column = 0;
	int status = OX_OK;
	for (size_t i = 0; i < size && status == OX_OK; i++) {
		bool plain = stays(line[i], i + 1 == size) && !(line[i] == '.' && column == 0);
		if (column + (plain ? 1 : 3) > QP_LINE_MAX) {
			status = ox_buffer_append_string(out, "=\r\n");
			column = 0;
			plain = plain && line[i] != '.';
		}
		if (status == OX_OK) {
			status = plain ? ox_buffer_append_byte(out, line[i])
						   : ox_buffer_append_format(out, "=%02X", (unsigned)line[i]);
		}
		column += plain ? 1 : 3;
	}
	return status == OX_OK ? ox_buffer_append_string(out, "\r\n") : status;
}

int message_quoted_printable(ox_buffer *out, ox_slice text)
{
	if (!text.size) {
		return OX_OK;
	}
	const unsigned char *p = (const unsigned char *)text.at, *end = p + text.size;
	int status = OX_OK;
	while (p < end && status == OX_OK) {
		const unsigned char *stop = p;
		while (stop < end && *stop != '\r' && *stop != '\n') {
			stop++;
		}
		status = write_line(out, p, (size_t)(stop - p));
		bool pair = end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
		p = stop == end ? end : stop + (pair ? 2 : 1);
	}
	return status;
}
