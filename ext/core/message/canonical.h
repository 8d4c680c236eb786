/* SPDX-License-Identifier: MIT */
/* The canonical forms of DKIM (RFC 6376 3.4) as streams: octets go in as they come, canonical ones come
 * out, and nothing is held but a count of what may yet turn out to be the end. */
#ifndef OX_MESSAGE_CANONICAL_H
#define OX_MESSAGE_CANONICAL_H

#include "base/string.h"

enum { OX_CANONICAL_ROOM_MIN = 3 };

typedef enum {
	OX_CANONICAL_BODY_SIMPLE,
	OX_CANONICAL_BODY_RELAXED,
	OX_CANONICAL_FIELD_RELAXED, /* one field; the simple form of a field is the field itself */
} ox_canonical_kind;

typedef struct {
	ox_canonical_kind kind;
	bool carriage; /* a CR that may be the first half of a line end */
	bool blank;    /* blanks that a line end would swallow */
	bool begun;    /* something came out; of a field: of its value */
	bool value;    /* of a field: the colon is passed */
	bool ended;    /* the last line end came out */
	uint64_t lines; /* line ends that the end of the body would swallow */
} ox_canonical;

void ox_canonical_init(ox_canonical *canonical, ox_canonical_kind kind);

/* Takes octets off the front of *in and writes canonical ones to out, until in is empty or out is full;
 * returns how many it wrote. Ask again while in is not empty. room >= OX_CANONICAL_ROOM_MIN. Lines end
 * with CRLF; a CR or LF alone is an octet like others. */
size_t ox_canonical_feed(ox_canonical *canonical, ox_slice *in, char *out, size_t room);

/* What the end brings out; ask until it returns 0. */
size_t ox_canonical_finish(ox_canonical *canonical, char *out, size_t room);

#endif
