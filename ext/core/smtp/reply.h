/* SPDX-License-Identifier: MIT */
/* One reply of RFC 5321 4.2, read from bytes as they come. All distrust of the peer's bytes is here. */
#ifndef OX_SMTP_REPLY_H
#define OX_SMTP_REPLY_H

#include "base/buffer.h"
#include "base/string.h"

enum {
	OX_REPLY_LINE_MAX = 2048,  /* octets of text kept of one line; the rest of it is dropped */
	OX_REPLY_LINES_MAX = 500,
	OX_REPLY_TEXT_MAX = 65536, /* octets of all lines together; past it the reply is an error */
	OX_CHALLENGE_MAX = 12288,  /* RFC 4954 4: octets of a challenge line (334); kept whole */
};

typedef struct {
	uint16_t code;        /* of the last line */
	uint16_t enhanced[3]; /* RFC 2034 prefix of the first line that has one with the code's class */
	ox_buffer text;       /* the lines without code, joined by '\n'; valid until the next parse */
	size_t lines;
	bool mixed_codes;     /* the lines disagreed about the code: an anomaly worth noting */
} ox_reply;

/* The reader's state between bytes. */
typedef struct {
	ox_reply reply;
	ox_buffer line; /* the unfinished line */
	bool dropping;  /* the line is over its cap; its rest is skipped */
	bool blank;     /* the one blank line that may come before a reply has come */
	bool complete;
} ox_reply_reader;

void ox_reply_reader_init(ox_reply_reader *reader);
void ox_reply_reader_clear(ox_reply_reader *reader);

/* Reads from bytes until a reply is complete. *used tells how many bytes were taken; those behind a
 * complete reply are left alone. OX_OK: reader->reply is complete and stays valid until the next call.
 * OX_AGAIN: all bytes were taken and more are needed. OX_E_FAILED: *error says why (class PROTOCOL;
 * facts BAD_REPLY, NUL_IN_REPLY, REPLY_TOO_LONG, PEER_SPEAKS_*), the reader must not be used again.
 * Lines end in LF; a CR before it is dropped, any other CR is text. The caller sets error->stage. */
OX_MUST_USE int ox_reply_read(ox_reply_reader *reader, const uint8_t *bytes, size_t size,
	size_t *used, ox_error *error);

/* Whether bytes of an unfinished reply are held. */
bool ox_reply_reader_is_empty(const ox_reply_reader *reader);

/* The text as one line for people: '\n' becomes ' ', an enhanced code is cut off the front of each
 * line. Appends to out; what does not fit is cut at a character's border. */
void ox_reply_describe(const ox_reply *reply, char *out, size_t size);

/* The server's name for the message from the reply to end-of-data ("queued as X", "OK id=X", "Ok X"
 * and the like); returns new, NULL where none is recognised or memory is out. Only printable ASCII
 * without blanks, at most 128 octets. */
char *ox_reply_queue_id(const ox_reply *reply);

#endif
