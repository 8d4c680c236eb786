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
 * relay->window in flight. Where a connection that has served before (this call or an earlier one) is lost,
 * what was certainly not accepted goes out once more on another; what may have been accepted is unknown
 * and stays so (README.md has the table). One that reaches its number of messages is followed by the next.
 * A server that loses pipelined commands is tried once more without pipelining. total_timeout_ms bounds
 * the whole call.
 * Every delivery is done when it returns. OX_OK: each has its own fate, in its results and error (a
 * connection lost in the middle is in there too), and *error is clear, or says how the last connection
 * ended. OX_E_FAILED: some were never begun, because no connection could be had; they carry *error. Never
 * leaves a connection in use behind. */
OX_MUST_USE int ox_client_send(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, ox_delivery *deliveries, size_t count, ox_trace *trace,
	ox_error *error);

enum { OX_CHECK_STAGES_MAX = 8, OX_CHECK_DETAIL_MAX = 512 };

typedef struct {
	ox_stage stage;
	bool ok;
	uint32_t milliseconds;
	char detail[OX_CHECK_DETAIL_MAX]; /* address, TLS version and certificate, extensions, mechanism */
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
