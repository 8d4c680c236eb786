/* SPDX-License-Identifier: MIT */
/* A strict reader of messages, written from the RFCs and without a line of the code it judges: what a
 * composed message is made of, or why it is no message. For tests and fuzzing; everything is malloc'ed. */
#ifndef OX_TEST_MIME_READER_H
#define OX_TEST_MIME_READER_H

#include <stddef.h>

typedef struct mime_part {
	char *header;    /* its fields as they are, unfolded, each ended by LF */
	char *type;      /* "text/plain", in lower case */
	char *encoding;  /* "7bit" ... */
	char *body;      /* decoded; NULL where it has children. A NUL follows that is not counted */
	size_t size;
	struct mime_part *children[64]; /* of multipart; of message/rfc822 the one message */
	size_t count;
} mime_part;

/* NULL: *why says what is wrong. text has the size octets of a whole message. */
mime_part *mime_read(const char *text, size_t size, const char **why);
void mime_free(mime_part *part);

/* The value of its only field of that name without blanks at the ends, returns new; NULL: none, or several. */
char *mime_field(const mime_part *part, const char *name);

/* Encoded words as UTF-8 (RFC 2047), returns new; NULL: a word that breaks the rules. */
char *mime_words(const char *value);

/* A parameter of that field, of RFC 2231 where it is in sections or extended, returns new; NULL: none. */
char *mime_parameter(const mime_part *part, const char *field, const char *name);

/* A flowed text with its paragraphs joined (RFC 3676, DelSp=no), returns new; LF between lines. */
char *mime_unflow(const char *text, size_t size);

#endif
