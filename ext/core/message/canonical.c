/* SPDX-License-Identifier: MIT */
#include "message/canonical.h"

#include <string.h>

/* Where the caller's room is filled. */
typedef struct {
	char *at, *end;
} place;

static size_t left(const place *out)
{
	return (size_t)(out->end - out->at);
}

void ox_canonical_init(ox_canonical *canonical, ox_canonical_kind kind)
{
	memset(canonical, 0, sizeof *canonical);
	canonical->kind = kind;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The line ends that were held back. False: out has no room for them, or for the most that may follow
 * at once: a blank, a CR, an octet. */
static bool put_lines(ox_canonical *c, place *out)
{
	while (c->lines && left(out) >= 2) {
		*out->at++ = '\r';
		*out->at++ = '\n';
		c->lines--;
	}
	return !c->lines && left(out) >= OX_CANONICAL_ROOM_MIN;
}

/* What stood before an octet that ends nothing. Only after put_lines(). */
static void put_held(ox_canonical *c, place *out)
{
	if (c->blank && (c->kind != OX_CANONICAL_FIELD_RELAXED || (c->value && c->begun))) {
		*out->at++ = ' ';
	}
	if (c->carriage) {
		*out->at++ = '\r';
		c->begun = c->kind != OX_CANONICAL_FIELD_RELAXED || c->value;
	}
	c->blank = c->carriage = false;
}

static void put(ox_canonical *c, place *out, char octet)
{
	if (c->kind == OX_CANONICAL_FIELD_RELAXED && !c->value) {
		c->value = octet == ':';
		c->begun = false;
		*out->at++ = (char)ox_lower((unsigned char)octet);
		return;
	}
	c->begun = true;
	*out->at++ = octet;
}

/* One octet that stands where something is held back, or holds back itself; false: out is full. */
static bool step(ox_canonical *c, place *out, char octet)
{
	bool relaxed = c->kind != OX_CANONICAL_BODY_SIMPLE;
	if (c->carriage && octet == '\n') {
		c->carriage = false;
		if (c->kind == OX_CANONICAL_FIELD_RELAXED) {
			return true; /* unfolded: the blank behind it counts */
		}
		c->blank = false;
		c->lines++;
		return true;
	}
	if (relaxed && is_blank(octet) && !c->carriage) {
		c->blank = true;
		return true;
	}
	if (octet == '\r' && !c->carriage) {
		c->carriage = true;
		return true;
	}
	if (!put_lines(c, out)) {
		return false;
	}
	put_held(c, out);
	if (octet == '\r') {
		c->carriage = true;
	} else if (relaxed && is_blank(octet)) {
		c->blank = true;
	} else {
		put(c, out, octet);
	}
	return true;
}

/* How much of in comes out as it is when nothing is held back. */
static size_t plain_run(const ox_canonical *c, ox_slice in)
{
	const char *end = memchr(in.at, '\r', in.size);
	size_t size = end ? (size_t)(end - in.at) : in.size;
	if (c->kind == OX_CANONICAL_BODY_SIMPLE) {
		return size;
	}
	const char *tab = memchr(in.at, '\t', size);
	size = tab ? (size_t)(tab - in.at) : size;
	const char *space = memchr(in.at, ' ', size);
	return space ? (size_t)(space - in.at) : size;
}

size_t ox_canonical_feed(ox_canonical *canonical, ox_slice *in, char *out, size_t room)
{
	place to = {out, out + room};
	while (in->size) {
		bool held = canonical->lines || canonical->blank || canonical->carriage;
		bool name = canonical->kind == OX_CANONICAL_FIELD_RELAXED && !canonical->value;
		size_t run = held || name ? 0 : plain_run(canonical, *in);
		if (run) {
			run = run < left(&to) ? run : left(&to);
			if (!run) {
				break;
			}
			memcpy(to.at, in->at, run);
			to.at += run;
			canonical->begun = true;
		} else if (step(canonical, &to, *in->at)) {
			run = 1;
		} else {
			break;
		}
		in->at += run;
		in->size -= run;
	}
	return (size_t)(to.at - out);
}

size_t ox_canonical_finish(ox_canonical *canonical, char *out, size_t room)
{
	place to = {out, out + room};
	if (canonical->ended) {
		return 0;
	}
	if (canonical->carriage) {
		if (!put_lines(canonical, &to)) {
			return (size_t)(to.at - out);
		}
		put_held(canonical, &to);
	}
	if (left(&to) < 2) {
		return (size_t)(to.at - out);
	}
	/* RFC 6376 3.4.3: an empty body is one line end; 3.4.4: or nothing at all. */
	if (canonical->begun || canonical->kind != OX_CANONICAL_BODY_RELAXED) {
		*to.at++ = '\r';
		*to.at++ = '\n';
	}
	canonical->ended = true;
	return (size_t)(to.at - out);
}
