/* SPDX-License-Identifier: MIT */
/* An SMTP client (RFC 5321) without input and output. The caller moves bytes; the session says what is
 * next. States, invariants and the pipelining rules are in README.md beside this file.
 *
 * The loop of a driver:
 *
 *     for (;;) {
 *         switch (ox_session_next(s, &event)) {
 *         NEED_IO:   write what ox_session_output() shows and report it with ox_session_sent(); read and
 *                    pass what came to ox_session_feed(); wait at most ox_session_timeout_ms()
 *         START_TLS: write all output, then handshake, then ox_session_tls_started()
 *         READY:     ox_session_submit() as often as the window allows
 *         BODY:      give at most event.room octets from event.offset with ox_session_body()
 *         DONE:      one message has its results
 *         CLOSED, ERROR: the end
 *         }
 *     }
 */
#ifndef OX_SMTP_SESSION_H
#define OX_SMTP_SESSION_H

#include "smtp/auth.h"
#include "smtp/capabilities.h"
#include "smtp/envelope.h"

typedef enum {
	OX_TLS_IMPLICIT,      /* TLS is up before the first byte (RFC 8314, port 465) */
	OX_TLS_STARTTLS,      /* required */
	OX_TLS_OPPORTUNISTIC, /* used where offered */
	OX_TLS_NONE,
} ox_tls_mode;

enum {
	OX_QUIRK_NO_PIPELINING = 1, /* offered, but commands get lost */
	OX_QUIRK_NO_CHUNKING = 2,   /* offered, but BDAT is refused */
	OX_QUIRK_NO_INITIAL_RESPONSE = 4,
	OX_QUIRK_HELO = 8, /* EHLO is not understood */

	OX_SESSION_WINDOW_MAX = 64,
	OX_SESSION_OUTPUT_MAX = 262144,    /* octets of output that wait to be written */
	OX_SESSION_TRANSCRIPT_MAX = 32768, /* the oldest lines go first */
	OX_RESULT_TEXT_MAX = 512,
};

typedef struct {
	const char *ehlo;  /* name or address literal; copied */
	const char *host;  /* of the server, for OAUTHBEARER; copied; may be NULL */
	uint16_t port;
	ox_tls_mode tls;
	const ox_credentials *credentials; /* NULL = no AUTH; copied, wiped once AUTH is over */
	unsigned window;   /* messages in flight, 1 to OX_SESSION_WINDOW_MAX; 0 = 1 */
	unsigned quirks;   /* OX_QUIRK_* known of this host from earlier connections */
} ox_session_options;

/* What became of one recipient. */
typedef struct {
	ox_outcome outcome;
	ox_stage stage;       /* whose reply decided */
	uint16_t code;        /* 0 = no reply: text then says why */
	uint16_t enhanced[3];
	char text[OX_RESULT_TEXT_MAX]; /* the server's words, one line; or ours */
} ox_result;

typedef enum {
	OX_EVENT_NEED_IO,
	OX_EVENT_START_TLS,
	OX_EVENT_READY, /* once: greeting, TLS, EHLO and AUTH are behind us */
	OX_EVENT_BODY,
	OX_EVENT_DONE,
	OX_EVENT_CLOSED, /* after ox_session_quit: nothing more will come; not waiting for 221 is fine */
	OX_EVENT_ERROR,  /* sticky; every message still open has got its DONE before */
} ox_event_type;

typedef struct {
	ox_event_type type;
	uint32_t message;        /* BODY, DONE: the number that submit gave */
	uint64_t offset;         /* BODY: first octet wanted; goes back to 0 when the message starts anew */
	size_t room;             /* BODY: octets at most, never 0 */
	const ox_result *results; /* DONE: one per recipient of the envelope, in its order; */
	size_t result_count;     /*       borrows, until the next call on this session */
	const char *queue_id;    /* DONE: the server's name for the message or NULL; borrows likewise */
	const ox_error *error;   /* ERROR; and DONE where the whole message failed for one reason, else NULL */
} ox_event;

typedef struct ox_session ox_session;

/* returns new; NULL when memory is out. */
ox_session *ox_session_new(const ox_session_options *options);
void ox_session_free(ox_session *session);

/* Bytes from the peer; copies. size 0: the peer has closed. truncated: it closed TLS without
 * close_notify (only an error where a reply was due). The result of a fault is an ERROR event. */
void ox_session_feed(ox_session *session, const void *bytes, size_t size);
void ox_session_peer_closed(ox_session *session, bool truncated);

/* The bytes to write now (borrows, until the next call), *size 0 if none. To be written even when an
 * ERROR event is due, as far as that works: it may hold "*" or QUIT. */
void ox_session_output(const ox_session *session, const uint8_t **bytes, size_t *size);
void ox_session_sent(ox_session *session, size_t size);

/* The next event; every event is given once, NEED_IO, BODY, CLOSED and ERROR as often as they hold. */
ox_event_type ox_session_next(ox_session *session, ox_event *event);

/* After START_TLS, and with OX_TLS_IMPLICIT before the first byte is fed: TLS is up. channel is copied. */
void ox_session_tls_started(ox_session *session, const ox_channel_binding *channel);

/* copies the envelope; *message becomes its number. Allowed from READY on. OX_E_LIMIT: the window is
 * full, or the session is spent; OX_E_USAGE: not ready, over, or no recipient; OX_E_SYNTAX: an address that
 * ox_envelope would have refused; OX_E_NOMEM. What the server cannot take (SIZE, SMTPUTF8,
 * 8BITMIME, REQUIRETLS) comes back as a DONE event with its error, nothing having been sent. */
OX_MUST_USE int ox_session_submit(ox_session *session, const ox_envelope *envelope, uint32_t *message);

/* Answers a BODY event with 1 to room octets, or with their failure: then nothing can end the message
 * properly, so the connection is given up without a final dot (ERROR follows). Octets: CRLF lines only,
 * envelope.size in all, see body.h; otherwise the same failure. */
OX_MUST_USE int ox_session_body(ox_session *session, const void *bytes, size_t size);
void ox_session_body_failed(ox_session *session, const char *why);

/* Says QUIT once nothing is in flight; the reply is not waited for. */
void ox_session_quit(ox_session *session);

/* The driver gives up: its deadline passed, or the connection broke for the reason in *error (stage may
 * be NONE: the session puts its own). Messages whose end of data was sent and not answered become
 * OX_OUTCOME_UNKNOWN, the others what the error means. */
void ox_session_abort(ox_session *session, const ox_error *error);

/* What the session waits for, and RFC 5321 4.5.3.2's limit for it. The driver restarts its clock when
 * ox_session_progress() changes: it counts completed replies and, during a body, octets written
 * in steps of 64 KiB, so that a trickle does not count as progress. */
ox_stage ox_session_stage(const ox_session *session);
const char *ox_session_state_name(const ox_session *session); /* "greeting", "ready" ...: for logs of faults */
uint32_t ox_session_timeout_ms(const ox_session *session);
uint64_t ox_session_progress(const ox_session *session);

bool ox_session_is_idle(const ox_session *session);       /* ready, nothing in flight or buffered */
bool ox_session_is_authenticated(const ox_session *session);
size_t ox_session_in_flight(const ox_session *session);   /* messages */
uint32_t ox_session_mails_begun(const ox_session *session); /* MAIL commands sent so far */
/* Whether the server's MAILMAX (RFC 9422) is reached: further messages need another connection. */
bool ox_session_is_spent(const ox_session *session);
/* Whether any reply to the open transactions has come: if not, the whole of them may be sent again on a
 * fresh connection. */
bool ox_session_heard_transaction(const ox_session *session);
unsigned ox_session_quirks(const ox_session *session);    /* those given and those learned */
const ox_capabilities *ox_session_capabilities(const ox_session *session);
ox_mechanism ox_session_mechanism(const ox_session *session); /* used, or NONE */

/* The dialogue as text, "S: " and "C: " lines ending in '\n'; credentials and message octets are masked
 * ("C: AUTH PLAIN ***", "C: [1234 octets of message]"). borrows, until the next call. */
const char *ox_session_transcript(const ox_session *session);
void ox_session_transcript_restart(ox_session *session); /* forgets it: a new message begins */

#endif
