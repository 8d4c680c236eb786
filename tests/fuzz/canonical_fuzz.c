/* SPDX-License-Identifier: MIT */
/* The canonical forms of DKIM: a stream gives, however it is cut, what a naive reading of RFC 6376 3.4
 * gives of the whole text. The first octet chooses the form, the second how narrow the way out is. */
#include "fuzz.h"

#include "message/canonical.h"

enum { FORMS = 3, TEXT_MAX = 8192 };

typedef struct {
	char at[TEXT_MAX + 16];
	size_t size;
} text;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool ends_line(const text *t, size_t at)
{
	return at + 1 < t->size && t->at[at] == '\r' && t->at[at + 1] == '\n';
}

/* Runs of blanks become one space, those before the end of the text, or of a line, nothing. */
static void squeeze(text *t, bool lines)
{
	text out = {.size = 0};
	for (size_t i = 0; i < t->size; i++) {
		if (!is_blank(t->at[i])) {
			out.at[out.size++] = t->at[i];
		} else if (i + 1 < t->size && !is_blank(t->at[i + 1]) && !(lines && ends_line(t, i + 1))) {
			out.at[out.size++] = ' ';
		}
	}
	*t = out;
}

static void end(text *t, bool even_if_empty)
{
	while (t->size >= 2 && !memcmp(t->at + t->size - 2, "\r\n", 2)) {
		t->size -= 2;
	}
	if (t->size || even_if_empty) {
		memcpy(t->at + t->size, "\r\n", 2);
		t->size += 2;
	}
}

static void unfold(text *t)
{
	text out = {.size = 0};
	for (size_t i = 0; i < t->size; i++) {
		if (ends_line(t, i)) {
			i++;
		} else {
			out.at[out.size++] = t->at[i];
		}
	}
	*t = out;
}

static void reference_field(text *t)
{
	unfold(t);
	const char *colon = memchr(t->at, ':', t->size);
	size_t name = colon ? (size_t)(colon - t->at) : t->size;
	text out = {.size = 0}, value = {.size = 0};
	for (size_t i = 0; i < name; i++) {
		if (!is_blank(t->at[i])) {
			out.at[out.size++] = (char)ox_lower((unsigned char)t->at[i]);
		}
	}
	if (colon) {
		size_t start = name + 1;
		while (start < t->size && is_blank(t->at[start])) {
			start++;
		}
		value.size = t->size - start;
		memcpy(value.at, t->at + start, value.size);
		squeeze(&value, false);
		out.at[out.size++] = ':';
	}
	memcpy(out.at + out.size, value.at, value.size);
	out.size += value.size;
	memcpy(out.at + out.size, "\r\n", 2);
	out.size += 2;
	*t = out;
}

static void reference(text *t, ox_canonical_kind kind)
{
	switch (kind) {
	case OX_CANONICAL_BODY_SIMPLE: end(t, true); break;
	case OX_CANONICAL_BODY_RELAXED:
		squeeze(t, true);
		end(t, false);
		break;
	case OX_CANONICAL_FIELD_RELAXED: reference_field(t); break;
	}
}

static void stream(text *out, ox_canonical_kind kind, const text *in, size_t cut, size_t room)
{
	ox_canonical c;
	size_t size;
	char piece[256 + OX_CANONICAL_ROOM_MIN];
	ox_canonical_init(&c, kind);
	out->size = 0;
	for (size_t at = 0; at < in->size; at += cut) {
		ox_slice rest = {in->at + at, in->size - at < cut ? in->size - at : cut};
		while (rest.size) {
			size_t before = rest.size;
			size = ox_canonical_feed(&c, &rest, piece, room);
			MUST(size <= room && (size || rest.size < before));
			memcpy(out->at + out->size, piece, size);
			out->size += size;
		}
	}
	while ((size = ox_canonical_finish(&c, piece, room))) {
		MUST(size <= room);
		memcpy(out->at + out->size, piece, size);
		out->size += size;
	}
	MUST(ox_canonical_finish(&c, piece, room) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static text in, expected, out;
	if (size < 2 || size > TEXT_MAX) {
		return 0;
	}
	ox_canonical_kind kind = data[0] % FORMS;
	size_t room = OX_CANONICAL_ROOM_MIN + data[1];
	in.size = size - 2;
	memcpy(in.at, data + 2, in.size);
	expected = in;
	reference(&expected, kind);
	for (size_t cut = 1; cut <= in.size + 1; cut = cut < 4 ? cut + 1 : cut * 3) {
		stream(&out, kind, &in, cut, room);
		MUST(out.size == expected.size && !memcmp(out.at, expected.at, out.size));
	}
	stream(&out, kind, &in, TEXT_MAX, room);
	MUST(out.size == expected.size && !memcmp(out.at, expected.at, out.size));
	return 0;
}
