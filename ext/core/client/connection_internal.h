/* SPDX-License-Identifier: MIT */
/* What connection.c (the steps), transfer.c (moving bytes), stopwatch.c (deadlines and timings) and probe.c (what
 * a silent server waits for) share. */
#ifndef OX_CLIENT_CONNECTION_INTERNAL_H
#define OX_CLIENT_CONNECTION_INTERNAL_H

#include "client/connection.h"

typedef enum {
	PHASE_DIAL,
	PHASE_TLS,
	PHASE_TALK,
	PHASE_PROBE, /* the greeting did not come in time */
	PHASE_OVER,
} connection_phase;

enum { BODY_PIECE = 65536, READ_PIECE = 16384, RESET_WAIT_MS = 250 };

struct ox_connection {
	connection_phase phase;
	const ox_relay *relay; /* until ready */
	const ox_client_environment *environment; /* until ready */
	char *host;
	uint16_t port;
	uint32_t timeout_ms, max_messages, submitted;
	unsigned quirks;
	uint64_t owner; /* the process that opened it */

	ox_dial *dial;
	ox_socket socket;
	ox_tls_trust *trust;
	ox_tls *tls;
	ox_session *session;
	bool ready;

	ox_delivery *flying[OX_SESSION_WINDOW_MAX];
	size_t flying_count;
	uint8_t *piece; /* BODY_PIECE octets while a message is read */
	bool source_failed; /* the message being read; said once those before it are answered */

	bool readable;      /* the last wait saw something to read */
	bool write_blocked;
	bool asked;         /* we wrote since we last heard: what comes now ends a round trip */
	bool stale;         /* see ox_connection_was_stale */
	uint64_t opened_ms, used_ms, idle_since_ms;
	uint64_t mark_ms;   /* up to here time is accounted for */
	ox_stage mark_stage;
	uint64_t stage_since_ms, progress;
	uint64_t budget_until_ms; /* 0 = none */
	uint64_t probe_until_ms;
	ox_timings timings;
	char peer[64];
	ox_error error; /* of PHASE_OVER; in PHASE_PROBE the one that stands if nothing is found out */
};

/* stopwatch.c */
void stopwatch_start(ox_connection *c);
ox_stage stopwatch_stage(const ox_connection *c);
void stopwatch_account(ox_connection *c); /* the time since the mark goes to the stage it was spent in */
uint64_t stopwatch_deadline(const ox_connection *c);
/* OX_E_FAILED with class TIMEOUT once a deadline has passed. */
OX_MUST_USE int stopwatch_check(ox_connection *c, ox_error *error);

/* transfer.c: true if anything moved; a broken connection has been reported to the session then. */
bool transfer_write(ox_connection *c);
bool transfer_read(ox_connection *c);

/* probe.c */
/* Asks a server that did not greet whether it waits for TLS, within what is left of the budget; false where
 * that cannot be asked. late: the error that stands if it does not say so. copies. */
bool probe_begin(ox_connection *c, const ox_error *late);
/* OX_AGAIN, or OX_E_FAILED with what was found out, or with `late`. */
OX_MUST_USE int probe_step(ox_connection *c, ox_error *error);

#endif
