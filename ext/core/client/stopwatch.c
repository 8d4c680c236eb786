/* SPDX-License-Identifier: MIT */
#include "client/connection_internal.h"

#include <string.h>

void stopwatch_start(ox_connection *c)
{
	memset(&c->timings, 0, sizeof c->timings);
	c->used_ms = c->mark_ms = c->stage_since_ms = ox_clock_ms();
	c->mark_stage = stopwatch_stage(c);
}

ox_stage stopwatch_stage(const ox_connection *c)
{
	switch (c->phase) {
	case PHASE_DIAL: return OX_STAGE_CONNECT;
	case PHASE_TLS: return OX_STAGE_TLS;
	default: return c->session ? ox_session_stage(c->session) : OX_STAGE_CONNECT;
	}
}

static uint32_t *slot_of(ox_timings *timings, ox_stage stage)
{
	switch (stage) {
	case OX_STAGE_TLS: return &timings->tls_ms;
	case OX_STAGE_GREETING: return &timings->greeting_ms;
	case OX_STAGE_EHLO:
	case OX_STAGE_STARTTLS: return &timings->ehlo_ms;
	case OX_STAGE_AUTH: return &timings->auth_ms;
	case OX_STAGE_MAIL:
	case OX_STAGE_RCPT:
	case OX_STAGE_DATA:
	case OX_STAGE_BODY:
	case OX_STAGE_DOT: return &timings->transaction_ms;
	default: return NULL; /* the dial keeps its own time */
	}
}

void stopwatch_account(ox_connection *c)
{
	uint64_t now = ox_clock_ms();
	uint32_t *slot = slot_of(&c->timings, c->mark_stage);
	if (slot) {
		*slot += (uint32_t)(now - c->mark_ms);
	}
	ox_stage stage = stopwatch_stage(c);
	uint64_t progress = c->session ? ox_session_progress(c->session) : 0;
	if (stage != c->mark_stage || progress != c->progress) {
		/* A trickle of single octets is no progress: only whole replies and 64 KiB count. */
		c->stage_since_ms = now;
		c->progress = progress;
	}
	c->mark_ms = now;
	c->mark_stage = stage;
	c->timings.total_ms = (uint32_t)(now - c->used_ms);
}

/* Our patience, within what RFC 5321 4.5.3.2 grants the server. After the end of data it is longer: giving
 * up there means that nobody knows whether the message was taken. */
static uint32_t patience(const ox_connection *c)
{
	uint64_t limit = c->timeout_ms;
	if (c->phase == PHASE_TALK) {
		uint32_t standard = ox_session_timeout_ms(c->session);
		if (ox_session_stage(c->session) == OX_STAGE_DOT) {
			limit *= OX_RELAY_DOT_TIMEOUT_FACTOR;
		}
		limit = limit < standard ? limit : standard;
	}
	return (uint32_t)limit;
}

uint64_t stopwatch_deadline(const ox_connection *c)
{
	if (c->phase == PHASE_PROBE) {
		return c->probe_until_ms;
	}
	/* The dial watches over its own time. */
	uint64_t deadline = c->phase == PHASE_DIAL ? UINT64_MAX : c->stage_since_ms + patience(c);
	return c->budget_until_ms && c->budget_until_ms < deadline ? c->budget_until_ms : deadline;
}

int stopwatch_check(ox_connection *c, ox_error *error)
{
	uint64_t now = ox_clock_ms();
	if (now < stopwatch_deadline(c)) {
		return OX_OK;
	}
	bool whole = c->budget_until_ms && now >= c->budget_until_ms;
	ox_stage stage = stopwatch_stage(c);
	return ox_error_set(error, OX_ERROR_TIMEOUT, OX_RETRY_LATER, stage, OX_FACT_NONE,
		"%s:%u gave no answer in time at stage %s (%s of %.1f s)", c->host, c->port,
		ox_stage_name(stage), whole ? "the total limit" : "the limit",
		(double)(now - (whole ? c->used_ms : c->stage_since_ms)) / 1000);
}
