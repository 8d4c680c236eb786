/* SPDX-License-Identifier: MIT */
/* The dialogues of tests/wire in memory. tests/wire/README.md tells how they are written. */
#ifndef OX_WIRE_CASE_H
#define OX_WIRE_CASE_H

#include "smtp/session.h"

typedef enum {
	WIRE_SERVER,    /* bytes: what the server sends */
	WIRE_CLOSE,     /* the server closes; with bytes: without TLS close_notify */
	WIRE_CLIENT,    /* bytes: what the client must have sent next */
	WIRE_TLS,       /* START_TLS is due, and the handshake ends */
	WIRE_TIMEOUT,   /* the driver's deadline passes */
	WIRE_TAKES,     /* number: octets that the server reads before it stops */
	WIRE_ABORT,     /* the connection breaks under a write */
	WIRE_QUIT,      /* the user says goodbye */
	WIRE_SUBMIT,    /* number: a message marked `later` is submitted now */
	WIRE_EVENT,     /* bytes: READY, DONE, ERROR, CLOSED as the event must read */
	WIRE_WAITS,     /* bytes: stage, number: seconds */
	WIRE_MECHANISM, /* bytes: its name, or "none" */
	WIRE_QUIRKS,    /* number: bits */
	WIRE_STATE,     /* bytes: idle, busy, heard, unheard, authenticated, anonymous */
	WIRE_SAYS,      /* bytes: a part of the last event's text */
	WIRE_SHOWS,     /* bytes: a part of the transcript */
	WIRE_HIDES,     /* bytes: what the transcript must not hold */
	WIRE_PROGRESS,  /* number: 1 if the driver's clock was restarted since the last one */
} wire_kind;

typedef struct {
	wire_kind kind;
	int line;
	char *bytes; /* NUL behind them */
	size_t size;
	unsigned long number;
} wire_step;

typedef struct {
	ox_envelope envelope;
	char *body; /* as given to the session */
	size_t body_size;
	size_t breaks_at; /* the source fails after so many octets; SIZE_MAX = never */
	bool raw;         /* the body is not normalised first */
	bool later;
} wire_message;

enum { WIRE_MESSAGES_MAX = 80, WIRE_STEPS_MAX = 400, WIRE_TEXT_MAX = 256 };

typedef struct {
	char name[WIRE_TEXT_MAX]; /* "file: heading" */
	char file[64];
	ox_session_options options;
	ox_credentials credentials;
	ox_channel_binding channel;
	char *strings[16]; /* what options and credentials borrow */
	size_t string_count;
	wire_message messages[WIRE_MESSAGES_MAX];
	size_t message_count;
	wire_step steps[WIRE_STEPS_MAX];
	size_t step_count;
} wire_case;

typedef struct {
	wire_case **cases;
	size_t count;
	size_t files;
} wire_book;

/* Reads every *.md of a folder but README.md. A line that is not understood ends the program with
 * its place: a case that is skipped would prove nothing. */
void wire_book_read(wire_book *book, const char *folder);
void wire_book_free(wire_book *book);

#endif
