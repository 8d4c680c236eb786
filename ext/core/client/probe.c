/* SPDX-License-Identifier: MIT */
/* Who waits for whom: a server that says nothing may wait for TLS. A connection whose greeting did not come
 * is lost for mail, so one ClientHello on it harms nobody, and the answer proves what the silence does not. */
#include "client/connection_internal.h"

#include "smtp/reply.h"

enum {
	PROBE_MS = 500,      /* beyond one round trip, for a server that has only to say hello or no */
	PROBE_MAX_MS = 2000,
};

/* A ClientHello of TLS 1.2 without extensions (RFC 5246 7.4.1.2). Every server answers it with a ServerHello
 * or an alert, those that want more of a client too. Nothing is agreed upon, so its random is none. */
static const uint8_t hello[] = {
	0x16, 0x03, 0x01, 0x00, 0x3d,                         /* handshake record */
	0x01, 0x00, 0x00, 0x39, 0x03, 0x03,                   /* ClientHello, TLS 1.2 */
	'o', 'u', 't', 'b', 'o', 'x', ' ', 'a', 's', 'k', 's', ' ', 'f', 'o', 'r', ' ',
	't', 'l', 's', ' ', 'o', 'r', ' ', 'p', 'l', 'a', 'i', 'n', ' ', '?', ' ', ' ',
	0x00,                                                 /* no session */
	0x00, 0x12,                                           /* nine cipher suites: */
	0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2c,       /* ECDHE with RSA, ECDSA and AES-GCM */
	0x00, 0x9c, 0x00, 0x9d, 0x00, 0x2f, 0x00, 0x35,       /* RSA, for old servers */
	0x00, 0xff,                                           /* no renegotiation (RFC 5746 3.3) */
	0x01, 0x00,                                           /* no compression */
};

bool probe_begin(ox_connection *c, const ox_error *late)
{
	uint64_t now = ox_clock_ms();
	uint64_t patience = PROBE_MS + 2 * (uint64_t)c->timings.connect_ms;
	uint64_t until = now + (patience < PROBE_MAX_MS ? patience : PROBE_MAX_MS);
	bool silent = c->phase == PHASE_TALK && c->asked && !c->tls &&
		ox_session_stage(c->session) == OX_STAGE_GREETING;
	int number;
	if (c->budget_until_ms && c->budget_until_ms < until) {
		until = c->budget_until_ms;
	}
	if (!silent || until <= now ||
		ox_socket_write(c->socket, hello, sizeof hello, &number) != (long)sizeof hello) {
		return false;
	}
	c->phase = PHASE_PROBE;
	c->probe_until_ms = until;
	c->error = *late;
	return true;
}

/* Whether the answer names what speaks there; a late greeting, or anything else, does not. */
static bool is_named(const uint8_t *bytes, size_t size, ox_error *error)
{
	ox_reply_reader reader;
	size_t used;
	ox_reply_reader_init(&reader);
	int status = ox_reply_read(&reader, bytes, size, &used, error);
	ox_reply_reader_clear(&reader);
	return status == OX_E_FAILED && (error->fact == OX_FACT_PEER_SPEAKS_TLS ||
		error->fact == OX_FACT_PEER_SPEAKS_HTTP || error->fact == OX_FACT_PEER_SPEAKS_SSH);
}

int probe_step(ox_connection *c, ox_error *error)
{
	uint8_t answer[64];
	int number;
	long moved = ox_socket_read(c->socket, answer, sizeof answer, &number);
	if (moved == OX_WOULD_BLOCK && ox_clock_ms() < c->probe_until_ms) {
		return OX_AGAIN;
	}
	if (moved > 0 && is_named(answer, (size_t)moved, error)) {
		error->stage = OX_STAGE_GREETING;
		return OX_E_FAILED;
	}
	*error = c->error;
	return OX_E_FAILED;
}
