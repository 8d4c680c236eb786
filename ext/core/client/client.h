/* SPDX-License-Identifier: MIT */
/* The blocking calls: send these messages to that relay, or see whether it would take some. */
#ifndef OX_CLIENT_CLIENT_H
#define OX_CLIENT_CLIENT_H

#include "client/pool.h"

/* What a call leaves behind besides its deliveries. Init to zero, clear after use. */
typedef struct {
	ox_timings timings;
	char *transcript; /* of the last connection used; returns new, may be NULL */
	char peer[64];
	char tls[64];
} ox_trace;

void ox_trace_clear(ox_trace *trace);

/* Sends count deliveries in order, on a pooled connection where there is one, as a stream with up to
 * relay->window in flight. A connection that proves dead before any reply to a transaction was heard is
 * replaced once, silently; one that reaches its number of messages is followed by the next. A server that loses
 * pipelined commands is tried once more without pipelining.
 * OX_OK: every delivery is done; look at its results. OX_E_FAILED: the connection failed, *error says why;
 * every delivery is done nevertheless (those not begun carry the same error). Never leaves a
 * connection in use behind. */
OX_MUST_USE int ox_client_send(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, ox_delivery *deliveries, size_t count, ox_trace *trace,
	ox_error *error);

enum { OX_CHECK_STAGES_MAX = 8, OX_CHECK_DETAIL_MAX = 256 };

typedef struct {
	ox_stage stage;
	bool ok;
	uint32_t milliseconds;
	char detail[OX_CHECK_DETAIL_MAX]; /* address, TLS version, extensions, mechanism */
} ox_check_stage;

typedef struct {
	ox_check_stage stages[OX_CHECK_STAGES_MAX]; /* DNS, CONNECT, TLS, GREETING, EHLO, STARTTLS, AUTH as far as it came */
	size_t count;
} ox_check;

/* Opens a fresh connection through AUTH and closes it with QUIT; sends no message. OX_E_FAILED: the last stage
 * is the one that failed and *error says why. */
OX_MUST_USE int ox_client_check(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, ox_check *check, ox_trace *trace, ox_error *error);

#endif
