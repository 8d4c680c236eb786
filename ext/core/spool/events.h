/* SPDX-License-Identifier: MIT */
/* The events journal: what happened, for those who come later. Lines of JSON in segments, appended by whoever
 * does something, read by cursor. Derived: losing it loses no mail. At least once: after a crash an event may
 * come twice. */
#ifndef OX_SPOOL_EVENTS_H
#define OX_SPOOL_EVENTS_H

#include "base/string.h"
#include "spool/spool.h"

enum {
	OX_EVENT_SEGMENT_SIZE = 8388608,
	OX_EVENT_TOTAL_MAX = 67108864,
	OX_EVENT_AGE_MAX_MS = 604800000,
	OX_EVENT_LINE_MAX = 16384,
	OX_EVENT_CURSOR_SIZE = 40,
};

typedef enum {
	OX_EVENT_QUEUED,    /* by the runner when it first meets the message, with the time it came in */
	OX_EVENT_ACCEPTED,  /* a recipient, by the relay */
	OX_EVENT_DELIVERED, /* the message: accepted for every recipient */
	OX_EVENT_DEFERRED,  /* a recipient */
	OX_EVENT_DELAYED,   /* the message: it waits still, at 15 minutes and at 4 hours; milliseconds is how long */
	OX_EVENT_FAILED,    /* a recipient, for good */
	OX_EVENT_EXPIRED,
	OX_EVENT_HELD,
	OX_EVENT_RELEASED,
	OX_EVENT_REMOVED,
	OX_EVENT_RETRIED,
	OX_EVENT_UNCERTAIN, /* the end of data was sent, and nobody knows its reply */
	OX_EVENT_QUARANTINED,
	OX_EVENT_DUPLICATE_SUPPRESSED,
	OX_EVENT_DROPPED_UNACKED,
	OX_EVENT_AUTH_NEEDED,
	OX_EVENT_PROFILE_PAUSED,
	OX_EVENT_PROFILE_RESUMED,
	OX_EVENT_RELAY_DOWN, /* it does not answer, or says that it is too much; text has the words */
	OX_EVENT_RELAY_UP,
	OX_EVENT_TYPE_COUNT
} ox_spool_event_type;

const char *ox_event_type_name(ox_spool_event_type type);

/* Texts borrow; NULL and 0 are left out of the line. */
typedef struct {
	uint64_t sequence;  /* grows from event to event; only when read */
	uint64_t at_ms;
	ox_spool_event_type type;
	const char *id, *recipient, *profile, *tag, *message_id;
	const char *text, *tls, *remote_id;
	const char *transcript; /* masked, of a message with OX_SPOOL_TRACE; only its last lines are kept */
	uint16_t code, enhanced[3];
	uint32_t attempt, milliseconds;
} ox_spool_event;

/* Appends them as a block. Text that is not UTF-8 loses its octets past ASCII. OX_E_FAILED: the disk
 * does not take it (the caller counts and goes on: mail matters more); OX_E_NOMEM. */
OX_MUST_USE int ox_events_append(ox_spool *spool, const ox_spool_event *events, size_t count,
	ox_error *error);

typedef struct ox_event_reader ox_event_reader;

/* Begins behind `cursor`, or with the oldest event that is kept (NULL, "", or where the cursor's segment is
 * gone, or not there yet: the journal was begun anew). *reader returns new. OX_E_FAILED: class USAGE for a cursor that is none. */
OX_MUST_USE int ox_event_reader_open(ox_spool *spool, const char *cursor, ox_event_reader **reader,
	ox_error *error);
/* *event borrows, until the next call. OX_AGAIN: nothing more for now. Damaged lines are passed over. */
OX_MUST_USE int ox_event_reader_next(ox_event_reader *reader, ox_spool_event *event, ox_error *error);
/* Behind the last event that was read: what to keep for next time. */
void ox_event_reader_cursor(const ox_event_reader *reader, char cursor[OX_EVENT_CURSOR_SIZE]);
void ox_event_reader_free(ox_event_reader *reader);

/* One line as a value, and back; pure. *block returns new and holds the texts. OX_E_SYNTAX, OX_E_NOMEM. */
typedef struct ox_event_block ox_event_block;
OX_MUST_USE int ox_event_parse(ox_slice line, ox_spool_event *event, ox_event_block **block);
void ox_event_block_free(ox_event_block *block);
OX_MUST_USE int ox_event_write(ox_buffer *out, const ox_spool_event *event);

#endif
