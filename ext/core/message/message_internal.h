/* SPDX-License-Identifier: MIT */
/* What composing, taking (complete.c) and mending, encoding (quoted_printable.c) and reading (octets.c) share. */
#ifndef OX_MESSAGE_MESSAGE_INTERNAL_H
#define OX_MESSAGE_MESSAGE_INTERNAL_H

#include "message/message.h"

/* One field of a complete header with its folded lines and the last CRLF. */
typedef struct {
	ox_slice name, value, whole;
} message_field;

typedef struct {
	ox_slice rest; /* of the header, what is not yet read; lines end with CRLF */
	size_t count;
} message_fields;

/* OX_AGAIN: no field is left. */
OX_MUST_USE int message_next_field(message_fields *reader, message_field *found, ox_error *error);
/* Where the header of a complete message ends, and how much the empty line behind it takes. */
size_t message_header_size(const ox_buffer *text, size_t *gap);
int message_wrong(ox_error *error, ox_fact fact, const char *argument, const char *why);
/* A buffer's status as an error about the named argument. */
int message_status(int status, ox_error *error, const char *argument);
/* returns new; NULL: no memory. */
char *message_make_id(const ox_message_origin *origin, const char *sender);
/* Octets since the last line feed. */
size_t message_column(const ox_buffer *out);
/* The empty line; the first one ends the message's own fields. */
OX_MUST_USE int message_end_fields(ox_message *message);
/* Puts a content (borrows) behind what the message has so far. OX_E_LIMIT: past the cap. */
OX_MUST_USE int message_insert(ox_message *message, const ox_content *content, ox_insert_form form);
/* Sets message->size when all is written. */
OX_MUST_USE int message_count(ox_message *message);
/* The read of an ox_content whose context is a message. */
bool message_read_all(void *message, uint64_t offset, void *bytes, size_t size);
/* What quoted-printable must encode; how many octets at the front it need not (line ends are neither). */
bool message_is_special(unsigned char c);
size_t message_plain_run(const unsigned char *at, size_t size);
OX_MUST_USE int message_quoted_printable(ox_buffer *out, ox_slice text);
OX_MUST_USE int message_flow(ox_buffer *out, ox_slice text);
/* A leaf with its fields; type goes into Content-Type as it is. *ended: its last CRLF is the encoding's. */
OX_MUST_USE int message_text_part(ox_message *message, const char *type, ox_slice text, bool *ended);

#endif
