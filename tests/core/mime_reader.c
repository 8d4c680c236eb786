/* SPDX-License-Identifier: MIT */
#include "mime_reader.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mime_decode.h"

enum { LINE_MAX_OCTETS = 998, DEPTH_MAX = 70 };

static mime_part *read_part(const char *text, size_t size, bool root, int depth, const char **why);

static void *wrong(mime_part *part, const char **why, const char *because)
{
	*why = because;
	mime_free(part);
	return NULL;
}

static bool has_clean_lines(const char *text, size_t size)
{
	size_t line = 0;
	for (size_t i = 0; i < size; i++, line++) {
		if (!text[i] || (text[i] == '\n') || line > LINE_MAX_OCTETS) {
			return false;
		}
		if (text[i] == '\r') {
			if (i + 1 == size || text[i + 1] != '\n' || line > LINE_MAX_OCTETS) {
				return false;
			}
			i++;
			line = (size_t)-1;
		}
	}
	return true;
}

/* One field with its folds, at to; how many octets of the text, or 0. */
static size_t read_field(const char *text, size_t size, char *to)
{
	size_t name = 0, at = 0;
	while (name < size && text[name] > ' ' && text[name] < 0x7f && text[name] != ':') {
		name++;
	}
	if (!name || name == size || text[name] != ':') {
		return 0;
	}
	do {
		const char *stop = memchr(text + at, '\r', size - at);
		size_t line = stop ? (size_t)(stop - text) - at : size - at;
		bool blank = at && strspn(text + at, " \t") >= line; /* RFC 5322 3.2.2 */
		if (!stop || blank) {
			return 0;
		}
		memcpy(to, text + at, line);
		to += line;
		at += line + 2;
	} while (at < size && (text[at] == ' ' || text[at] == '\t'));
	memcpy(to, "\n", 2);
	return at;
}

/* How many octets the header takes with its empty line; 0: it is none. */
static size_t read_header(mime_part *part, const char *text, size_t size)
{
	size_t at = 0;
	part->header = malloc(size + 2);
	*part->header = 0;
	while (at < size && text[at] != '\r') {
		size_t taken = read_field(text + at, size - at, part->header + strlen(part->header));
		if (!taken) {
			return 0;
		}
		at += taken;
	}
	return at < size ? at + 2 : at;
}

static void lower(char *text)
{
	for (; *text; text++) {
		*text = (char)tolower((unsigned char)*text);
	}
}

static bool appears_once_at_most(const mime_part *part)
{
	static const char *const single[] = {"From", "Sender", "To", "Cc", "Date", "Message-ID", "Subject", "MIME-Version",
		"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "List-Unsubscribe"};
	for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
		size_t size = strlen(single[i]), count = 0;
		for (const char *line = part->header; *line; line = strchr(line, '\n') + 1) {
			count += !strncasecmp(line, single[i], size) && line[size] == ':';
		}
		if (count > 1) {
			return false;
		}
	}
	return true;
}

/* Between two delimiters, or to the closing one; NULL: none. The CRLF before belongs to it. */
static const char *find_delimiter(const char *at, const char *end, const char *delimiter, bool *last)
{
	size_t size = strlen(delimiter);
	for (const char *line = at; line && line < end;) {
		const char *stop = memchr(line, '\r', (size_t)(end - line));
		size_t length = (size_t)((stop ? stop : end) - line);
		if (length >= size && !memcmp(line, delimiter, size)) {
			*last = length == size + 2 && !memcmp(line + size, "--", 2);
			return *last || length == size ? line : NULL;
		}
		line = stop ? stop + 2 : NULL;
	}
	return NULL;
}

static mime_part *read_multipart(mime_part *part, const char *text, size_t size, int depth, const char **why)
{
	char delimiter[80], *boundary = mime_parameter(part, "Content-Type", "boundary");
	const char *at = text, *end = text + size;
	bool last = false;
	snprintf(delimiter, sizeof delimiter, "--%s", boundary ? boundary : "");
	bool good = boundary && *boundary && strlen(boundary) <= 70 && strcmp(part->encoding, "base64") &&
				strcmp(part->encoding, "quoted-printable");
	free(boundary);
	if (!good || find_delimiter(at, end, delimiter, &last) != at) {
		return wrong(part, why, "a multipart without a boundary, or with words before the first part");
	}
	while (!last) {
		at += strlen(delimiter) + 2;
		const char *next = find_delimiter(at, end, delimiter, &last);
		if (!next || part->count == 64) {
			return wrong(part, why, "a multipart that does not end");
		}
		size_t inside = next - at >= 2 ? (size_t)(next - at) - 2 : 0;
		mime_part *child = read_part(at, inside, false, depth + 1, why);
		if (!child) {
			mime_free(part);
			return NULL;
		}
		part->children[part->count++] = child;
		if (!strcmp(child->encoding, "8bit") && strcmp(part->encoding, "8bit")) {
			return wrong(part, why, "an 8bit part in a 7bit multipart"); /* RFC 2045 6.4 */
		}
		at = next;
	}
	const char *rest = at + strlen(delimiter) + 2;
	/* Inside another, the line end behind the last delimiter belongs to the other's. */
	return rest == end || (end - rest == 2 && !memcmp(rest, "\r\n", 2))
			   ? part
			   : wrong(part, why, "words behind the last part");
}

static mime_part *decode(mime_part *part, const char *text, size_t size, const char **why)
{
	part->body = malloc(size + 1);
	if (!strcmp(part->encoding, "base64")) {
		part->size = mime_base64_lines(text, size, part->body);
	} else if (!strcmp(part->encoding, "quoted-printable")) {
		part->size = mime_quoted_printable(text, size, part->body);
	} else {
		part->size = size;
		memcpy(part->body, text, size);
		for (size_t i = 0; i < size && !strcmp(part->encoding, "7bit"); i++) {
			if ((unsigned char)text[i] > 127) {
				return wrong(part, why, "8-bit octets in a part of 7bit");
			}
		}
	}
	if (part->size == MIME_WRONG) {
		return wrong(part, why, "a part that cannot be decoded");
	}
	part->body[part->size] = 0;
	return part;
}

static mime_part *read_body(mime_part *part, const char *text, size_t size, int depth, const char **why)
{
	static const char *const encodings[] = {"7bit", "8bit", "quoted-printable", "base64"};
	char *encoding = mime_field(part, "Content-Transfer-Encoding"), *type = mime_field(part, "Content-Type");
	part->encoding = encoding ? encoding : strdup("7bit");
	part->type = type ? type : strdup("text/plain");
	part->type[strcspn(part->type, "; \t")] = 0;
	lower(part->type);
	bool known = false;
	for (size_t i = 0; i < 4; i++) {
		known = known || !strcmp(part->encoding, encodings[i]);
	}
	if (!known) {
		return wrong(part, why, "an unknown transfer encoding");
	}
	if (!strncmp(part->type, "multipart/", 10)) {
		return read_multipart(part, text, size, depth, why);
	}
	if (!strcmp(part->type, "message/rfc822")) {
		if (part->encoding[1] != 'b') {
			return wrong(part, why, "an encoded message in a message");
		}
		part->children[0] = read_part(text, size, true, depth + 1, why);
		part->count = part->children[0] ? 1 : 0;
		if (part->count && !strcmp(part->encoding, "7bit") && !strcmp(part->children[0]->encoding, "8bit")) {
			return wrong(part, why, "an 8bit message in a 7bit part");
		}
		return part->count ? part : wrong(part, why, *why);
	}
	return decode(part, text, size, why);
}

static mime_part *read_part(const char *text, size_t size, bool root, int depth, const char **why)
{
	mime_part *part = calloc(1, sizeof *part);
	/* A part with fields and no more: the line end behind them is the delimiter's. */
	size_t header = read_header(part, text, size);
	if (!header) {
		return wrong(part, why, "a line of the header is no field, or there is no empty line behind it");
	}
	if (!appears_once_at_most(part)) {
		return wrong(part, why, "a field that there may be one of is there twice");
	}
	char *version = mime_field(part, "MIME-Version");
	bool mime = !root || depth || (version && !strcmp(version, "1.0"));
	free(version);
	if (!mime || depth > DEPTH_MAX) {
		return wrong(part, why, "no MIME-Version, or parts too deep");
	}
	return read_body(part, text + header, size - header, depth, why);
}

mime_part *mime_read(const char *text, size_t size, const char **why)
{
	if (!has_clean_lines(text, size) || size < 4 || memcmp(text + size - 2, "\r\n", 2)) {
		*why = "lines that are not ended by CRLF, or too long";
		return NULL;
	}
	return read_part(text, size, true, 0, why);
}

void mime_free(mime_part *part)
{
	if (!part) {
		return;
	}
	for (size_t i = 0; i < part->count; i++) {
		mime_free(part->children[i]);
	}
	free(part->header);
	free(part->type);
	free(part->encoding);
	free(part->body);
	free(part);
}
