/* SPDX-License-Identifier: MIT */
/* A message as it goes over the wire (RFC 5322), composed (compose.h) or taken from complete text. The
 * result is octets with CRLF line ends; nothing is added afterwards. What a message
 * takes from files is read while it is sent and never held. */
#ifndef OX_MESSAGE_MESSAGE_H
#define OX_MESSAGE_MESSAGE_H

#include "message/address.h"
#include "message/content.h"
#include "message/lines.h"

enum {
	OX_MESSAGE_MAX = 268435456,     /* octets; the binding's INI sets a lower one */
	OX_HEADER_FIELDS_MAX = 10000,
	OX_HEADER_MAX = 1048576,        /* octets of all fields together */
	OX_MESSAGE_RANDOM_SIZE = 28,    /* 16 for a Message-ID, 12 for the boundaries between parts */
};

/* What the outside world gives: message/ reads neither clock nor dice. */
typedef struct {
	int64_t now;            /* seconds since 1970 */
	int zone_minutes;       /* east of UTC */
	uint8_t random[OX_MESSAGE_RANDOM_SIZE];
	const char *host;       /* for a Message-ID where the sender has no domain; borrows */
} ox_message_origin;

typedef enum { OX_INSERT_BASE64, OX_INSERT_AS_IT_IS } ox_insert_form;

/* Octets of a message that are not in memory. */
typedef struct {
	ox_content content;  /* borrows */
	ox_insert_form form;
	size_t at;           /* they stand behind so many of the octets in memory ... */
	uint64_t start;      /* ... and behind so many of the whole message */
	uint64_t size;       /* as they are sent */
} ox_insert;

typedef struct {
	ox_buffer octets;    /* clean CRLF lines: the whole message, where it has no inserts */
	ox_insert *inserts;  /* in their order; the octets go on behind each */
	size_t insert_count, insert_capacity;
	uint64_t size;       /* octets of the whole message; known before any content is read */
	size_t header_size;  /* octets of the fields, which are all in memory; the empty line is next */
	char *id;               /* Message-ID without <>, never NULL */
	char *sender;           /* for the envelope: Sender, else the first From; may be NULL */
	ox_address_list recipients; /* of To, Cc, Bcc (Resent-* where those exist), for the envelope */
	bool utf8_headers;      /* a header field holds octets over 127: needs SMTPUTF8 */
	ox_lines_facts facts;   /* of the whole message */
	unsigned depth;         /* 1, and one more for every message in a message */
} ox_message;

void ox_message_init(ox_message *message, size_t cap);
void ox_message_clear(ox_message *message);

/* Writes up to size octets of the message from offset on, and returns how many: 0 at its end, or where a
 * content could not be read (then nothing of what was written counts). Gives the same octets each time.
 * A message (borrows) as the context, so that this is what an ox_source wants. */
OX_MUST_USE size_t ox_message_read(void *message, uint64_t offset, void *bytes, size_t size);

/* Whether every content is still what it was: asks each for no octets, so that nothing is read. */
bool ox_message_is_intact(const ox_message *message);

/* Puts complete fields, each ended by CRLF, in front of the others. OX_E_LIMIT, OX_E_NOMEM: nothing was
 * changed. */
OX_MUST_USE int ox_message_prepend(ox_message *message, ox_slice fields);

/* Complete text: header order and octets are kept (line ends apart), Bcc and Resent-Bcc removed from
 * the octets and used for recipients, Date and Message-ID added at the top where missing. Text without a
 * header field is refused, as are NUL, a field name with blanks, a line that is neither field nor
 * folding. OX_E_FAILED: class USAGE. A line over 998 octets is refused (fact LINE_TOO_LONG). */
OX_MUST_USE int ox_message_from_text(ox_message *message, ox_slice text,
	const ox_message_origin *origin, ox_error *error);

#endif
