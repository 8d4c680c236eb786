/* SPDX-License-Identifier: MIT */
/* The driver that session.h describes, without a network: it moves the bytes of one dialogue and
 * keeps what the client wrote and which events came. */
#ifndef OX_WIRE_REPLAY_H
#define OX_WIRE_REPLAY_H

#include "wire_case.h"

typedef enum {
	MODE_WHOLE,  /* what comes in a row comes in one piece */
	MODE_BYTES,  /* one byte at a time; output and body in small pieces */
	MODE_MEMORY, /* whole, and every allocation fails once */
	MODE_COUNT
} replay_mode;

enum { REPLAY_EVENTS_MAX = 200 };

/* Grows without ox_alloc, whose failures are the session's. */
typedef struct {
	char *at;
	size_t size;
} text;

/* An event as it reads: alone, with the stages of its results, with its error, with both. */
typedef struct {
	text forms[4];
} logged;

typedef struct {
	const wire_case *dialogue;
	replay_mode mode;
	ox_session *session;
	text sent;        /* everything that the client has written */
	size_t matched;   /* octets of it that C: lines have claimed */
	logged events[REPLAY_EVENTS_MAX];
	size_t event_count, events_matched;
	text said;        /* the texts of the last DONE or ERROR */
	uint32_t numbers[WIRE_MESSAGES_MAX]; /* that submit gave; 0 = not submitted */
	size_t done_count, submitted;
	uint64_t progress;
	size_t takes;     /* octets that the server reads before it stops */
	unsigned piece;   /* varies the sizes that are written and handed over */
	bool tls_due, over, blamed_memory;
	bool stopped;     /* a deviation was found; only MODE_MEMORY goes on from it */
	char deviation[2048];
} replay;

void text_add(text *to, const void *bytes, size_t size);
void text_format(text *to, const char *format, ...) OX_PRINTF(2, 3);
void text_clear(text *old);
const char *text_of(const text *from); /* never NULL */

/* Notes the first deviation from the dialogue and stops the replay. step may be NULL. */
void replay_deviate(replay *run, const wire_step *step, const char *what, const char *detail);

/* Until the session wants bytes, and all that it had to say is written. */
void replay_pump(replay *run);

/* Feeds what the server says from step `at` on, until the client has its turn; returns the first
 * step behind it. */
size_t replay_feed(replay *run, size_t at);

void replay_submit(replay *run, size_t index);
bool replay_write(replay *run, bool all); /* false: there was nothing to write */
bool replay_is_server(const wire_step *step);

#endif
