/* SPDX-License-Identifier: MIT */
/* Composing a message from what its author wants in it: the fields, the tree of MIME parts, and for each
 * part the encoding that its octets need. All of it is 7-bit (but nested messages that are not), so no
 * server has to be asked what it takes, and what is signed or queued stays as it is. */
#ifndef OX_MESSAGE_COMPOSE_H
#define OX_MESSAGE_COMPOSE_H

#include "message/part.h"

enum {
	OX_PRIORITY_HIGHEST = 1,
	OX_PRIORITY_LOWEST = 5,
	OX_UNSUBSCRIBE_MAX = 900, /* octets of an address: it cannot be folded */
};

/* One further field. */
typedef struct {
	ox_slice name, value;
} ox_field;

/* All borrow. Lists may be NULL; a text whose `at` is NULL is not there. */
typedef struct {
	const ox_address_list *from, *reply_to, *to, *cc, *bcc;
	const ox_address *sender; /* NULL = none */
	ox_slice subject;         /* UTF-8; encoded by RFC 2047 where it is not ASCII */
	ox_slice text, html;      /* UTF-8, any line ends */
	bool flowed;              /* the text as format=flowed (RFC 3676): paragraphs are wrapped by readers */
	ox_slice calendar;        /* an iCalendar object; its METHOD goes into the type (RFC 6047 2.4) */
	const ox_part *parts;     /* in their order */
	size_t part_count;
	int priority;             /* 1 (highest) to 5; 0 = none */
	ox_slice unsubscribe_url, unsubscribe_mailto; /* RFC 2369 */
	bool one_click;           /* RFC 8058; the URL is https then */
	const ox_field *fields;   /* further ones: names RFC 5322 3.6.8, values without CR, LF, NUL */
	size_t field_count;
	ox_slice message_id;      /* without <>; empty = made */
	int64_t date;             /* seconds since 1970; INT64_MIN = origin->now */
	int date_zone_minutes;
} ox_draft;

/* Composes it; every field is checked, the error's text begins with the name of the argument
 * ("subject: ...", "header X-Name: ..."). Needs a From and something to say; without a recipient the
 * envelope has to name them. No content is read. Contents and nested messages must live as long as
 * the message does. */
OX_MUST_USE int ox_message_compose(ox_message *message, const ox_draft *draft,
	const ox_message_origin *origin, ox_error *error);

/* A calendar: UTF-8 that begins with BEGIN:VCALENDAR. *method: the value of its METHOD (borrows), empty
 * where it has none. OX_E_FAILED: class USAGE. */
OX_MUST_USE int ox_calendar_check(ox_slice calendar, ox_slice *method, ox_error *error);

/* Each may be empty, not both. One click needs an https URL. OX_E_FAILED: class USAGE. */
OX_MUST_USE int ox_unsubscribe_check(ox_slice url, ox_slice mailto, bool one_click, ox_error *error);

/* Whether a field of that name is written by the composer, or by nobody: it cannot be given. */
bool ox_header_is_reserved(ox_slice name);

#endif
