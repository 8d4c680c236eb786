/* SPDX-License-Identifier: MIT */
/* What a connection waits for. */
#include "client/connection_internal.h"

/* The bits of its own socket; 0 where there is none yet, or no more. */
static int wanted(const ox_connection *c)
{
	switch (c->phase) {
	case PHASE_TLS: return ox_tls_wants(c->tls);
	case PHASE_PROBE: return OX_WAIT_READ;
	case PHASE_TALK:
		return OX_WAIT_READ |
			(!c->write_blocked ? 0 : c->tls ? ox_tls_wants(c->tls) : OX_WAIT_WRITE);
	default: return 0;
	}
}

size_t ox_connection_interest(ox_connection *c, ox_wait *waits, size_t room, uint64_t *until_ms)
{
	size_t count = 0;
	*until_ms = stopwatch_deadline(c);
	if (c->phase == PHASE_DIAL) {
		uint64_t dial_ms;
		count = ox_dial_interest(c->dial, waits, room, &dial_ms);
		*until_ms = dial_ms < *until_ms ? dial_ms : *until_ms;
	} else if (c->phase == PHASE_OVER || (c->phase == PHASE_TALK && c->tls && ox_tls_has_pending(c->tls))) {
		*until_ms = 0; /* no poll sees what waits inside TLS */
	} else if (room) {
		waits[count++] = (ox_wait){c->socket, wanted(c), 0};
	}
	return count;
}

void ox_connection_woken(ox_connection *c, const ox_wait *waits, size_t count)
{
	if (c->phase == PHASE_TALK) {
		c->readable = c->tls && ox_tls_has_pending(c->tls);
		for (size_t i = 0; i < count; i++) {
			c->readable = c->readable || (waits[i].socket == c->socket && waits[i].ready & OX_WAIT_READ);
		}
	}
}

void ox_connection_wait(ox_connection *c, uint64_t until_ms)
{
	enum { LONGEST_MS = 60000 };
	ox_wait wait;
	uint64_t now = ox_clock_ms(), deadline = stopwatch_deadline(c);
	deadline = deadline < until_ms ? deadline : until_ms;
	int timeout = deadline <= now ? 0 : deadline - now < LONGEST_MS ? (int)(deadline - now) : LONGEST_MS;
	if (c->phase == PHASE_DIAL) {
		ox_dial_wait(c->dial, timeout);
		return;
	}
	uint64_t step_ms;
	size_t count = ox_connection_interest(c, &wait, 1, &step_ms);
	if (count) {
		wait.ready = ox_socket_wait(wait.socket, wait.what, timeout);
	}
	ox_connection_woken(c, &wait, count);
}
