/* SPDX-License-Identifier: MIT */
/* One connection to a relay: a dial, TLS and a session, driven without blocking. */
#ifndef OX_CLIENT_CONNECTION_H
#define OX_CLIENT_CONNECTION_H

#include "base/source.h"
#include "net/dial.h"
#include "net/tls.h"
#include "relay/relay.h"
#include "smtp/session.h"

/* Milliseconds of each stage, for people; 0 where it did not happen on this use of the connection. */
typedef struct {
	uint32_t dns_ms, connect_ms, tls_ms, greeting_ms, ehlo_ms, auth_ms;
	uint32_t transaction_ms; /* from the first MAIL to the last reply */
	uint32_t total_ms;
	uint32_t round_trips; /* network round trips waited for, TCP's and TLS's own included */
	bool reused;          /* the connection was open already */
	bool tls_resumed;
} ox_timings;

/* What the whole process brings to a connection; borrows. */
typedef struct {
	const ox_address_policy *policy;
	const char *default_ca_file;       /* for relays without one; NULL = the system's store */
	const char *tls_cache_directory;   /* NULL = none */
	const char *ehlo;                  /* for relays without one; NULL = our host name or address literal */
} ox_client_environment;

/* One message on its way; the caller fills the first part, the client the second. */
typedef struct {
	const ox_envelope *envelope; /* borrows */
	ox_source source;

	ox_result *results; /* one per recipient, in their order; the caller's array */
	ox_error error;     /* class NONE, or why the whole message failed */
	char *queue_id;     /* returns new, NULL = none; ox_free */
	uint32_t number;    /* the session's, while in flight */
	bool done;
	bool again;         /* it went out a second time, on another connection, nothing having been accepted */
} ox_delivery;

typedef struct ox_connection ox_connection;

/* Begins to connect; returns new. trust is shared. Nothing is waited for. relay borrows, until the
 * connection is ready. */
OX_MUST_USE int ox_connection_open(const ox_relay *relay, const ox_client_environment *environment,
	ox_tls_trust *trust, unsigned quirks, ox_connection **connection, ox_error *error);

/* Goes on as far as it can without waiting: dials, shakes hands, moves bytes, feeds bodies, fills in
 * deliveries. OX_AGAIN: wait, then step again. OX_OK: ready, nothing in flight. OX_E_FAILED: over, *error
 * says why; every delivery that was begun is done. */
OX_MUST_USE int ox_connection_step(ox_connection *connection, ox_error *error);

/* Waits for this connection until something may have changed or its nearest deadline has come. */
void ox_connection_wait(ox_connection *connection, uint64_t until_ms);

/* Instead of ox_connection_wait, for those who wait for many: fills at most room entries (of which
 * OX_CONNECTION_SOCKETS_MAX are enough) and returns how many; *until_ms of ox_clock_ms(): step then, whatever
 * happens (its past: at once). Then ox_socket_wait_many(), and what it saw of the same entries, which the
 * connection needs to know before its next step. */
enum { OX_CONNECTION_SOCKETS_MAX = OX_DIAL_SOCKETS_MAX };
size_t ox_connection_interest(ox_connection *connection, ox_wait *waits, size_t room, uint64_t *until_ms);
void ox_connection_woken(ox_connection *connection, const ox_wait *waits, size_t count);

/* Takes a delivery into flight (borrows, until done). OX_E_LIMIT: the window or the connection's number of
 * messages is full. */
OX_MUST_USE int ox_connection_submit(ox_connection *connection, ox_delivery *delivery);

/* The whole use, from now, may take so long; 0 = no bound but the stages'. */
void ox_connection_budget(ox_connection *connection, uint32_t milliseconds);

/* A new use of an open connection begins: timings and transcript start anew. */
void ox_connection_begin_use(ox_connection *connection);

/* Whether it could be used again as far as we know: idle, sound, not idle for too long, below its number of
 * messages, opened by this process. Asks nobody. */
bool ox_connection_is_sound(const ox_connection *connection, const ox_relay *relay);

/* Whether it may be used again: sound, and no byte or end is waiting. Costs one poll and no round trip. */
bool ox_connection_is_reusable(ox_connection *connection, const ox_relay *relay);

/* After a failed step: the connection was in use again, nothing was heard in this use, one message was in
 * flight, and the peer's system said that it was not read to its end. So it was not accepted, although
 * its outcome is OX_OUTCOME_UNKNOWN. */
bool ox_connection_was_stale(const ox_connection *connection);

uint64_t ox_connection_opened_ms(const ox_connection *connection); /* of ox_clock_ms */
const ox_timings *ox_connection_timings(const ox_connection *connection);
const char *ox_connection_transcript(const ox_connection *connection); /* borrows, until the next call */
const ox_session *ox_connection_session(const ox_connection *connection); /* NULL before the greeting */
const char *ox_connection_peer(const ox_connection *connection);
const char *ox_connection_tls(const ox_connection *connection); /* "" = none */
/* The server's certificate in one printable line; "" without TLS. */
void ox_connection_certificate(const ox_connection *connection, char *text, size_t size);

/* polite: says QUIT and close_notify without waiting. In a forked child nothing is sent, whatever is asked. */
void ox_connection_free(ox_connection *connection, bool polite);

#endif
