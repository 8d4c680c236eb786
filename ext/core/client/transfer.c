/* SPDX-License-Identifier: MIT */
#include "client/connection_internal.h"

static long write_some(ox_connection *c, const uint8_t *bytes, size_t size, ox_error *error)
{
	if (c->tls) {
		return ox_tls_write(c->tls, bytes, size, error);
	}
	int system_error = 0;
	long moved = ox_socket_write(c->socket, bytes, size, &system_error);
	if (moved == OX_SOCKET_BROKEN) {
		char words[128];
		ox_system_message(system_error, words, sizeof words);
		(void)ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_ERRNO,
			"writing to %s:%u failed: %s", c->host, c->port, words);
		error->sys_errno = system_error;
	}
	return moved;
}

static long read_some(ox_connection *c, uint8_t *bytes, size_t size, ox_error *error)
{
	if (c->tls) {
		return ox_tls_read(c->tls, bytes, size, error);
	}
	int system_error = 0;
	long moved = ox_socket_read(c->socket, bytes, size, &system_error);
	if (moved == OX_SOCKET_BROKEN) {
		char words[128];
		ox_system_message(system_error, words, sizeof words);
		(void)ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_ERRNO,
			"reading from %s:%u failed: %s", c->host, c->port, words);
		error->sys_errno = system_error;
	}
	return moved;
}

static void heard(ox_connection *c)
{
	if (c->asked) {
		c->timings.round_trips++;
		c->asked = false;
	}
}

/* The peer's system resets a connection when octets come for which it has no reader: a server that had
 * read all of the message and closed then would only send an end. The reset may be a round trip behind
 * the end of a server that closed while our octets were on their way. */
static void look_for_reset(ox_connection *c, const ox_error *error)
{
	if (c->stale || !c->timings.reused || c->flying_count != 1 ||
		ox_session_heard_transaction(c->session)) {
		return;
	}
	if (error && error->fact == OX_FACT_ERRNO) {
		c->stale = ox_system_fault_of(error->sys_errno) == OX_FAULT_RESET;
	} else {
		c->stale = ox_socket_was_reset(c->socket, RESET_WAIT_MS);
	}
}

/* Octets that came, 0 for none now, -1 at the end; the session knows of either. */
static long read_piece(ox_connection *c)
{
	uint8_t bytes[READ_PIECE];
	ox_error error;
	ox_error_clear(&error);
	c->readable = false;
	long moved = read_some(c, bytes, sizeof bytes, &error);
	if (moved == OX_WOULD_BLOCK) {
		return 0;
	}
	if (moved > 0) {
		heard(c);
		ox_session_feed(c->session, bytes, (size_t)moved);
		/* More may wait inside TLS, where no poll sees it. */
		c->readable = moved == READ_PIECE || (c->tls && ox_tls_has_pending(c->tls));
		return moved;
	}
	look_for_reset(c, moved ? &error : NULL);
	if (moved == 0 || error.fact == OX_FACT_TLS_TRUNCATED) {
		ox_session_peer_closed(c->session, moved != 0);
	} else {
		ox_session_abort(c->session, &error);
	}
	return -1;
}

bool transfer_read(ox_connection *c)
{
	return read_piece(c) != 0;
}

/* The server may have said why before it closed: that is worth more than a broken pipe. Inside TLS nothing
 * can be read any more; there, replies are read between the pieces of a body. */
static void write_failed(ox_connection *c, const ox_error *error)
{
	enum { TURNS_MAX = 64 };
	look_for_reset(c, error);
	for (int turn = 0; !c->tls && turn < TURNS_MAX && read_piece(c) > 0; turn++) {
	}
	ox_session_abort(c->session, error);
}

bool transfer_write(ox_connection *c)
{
	bool moved_any = false;
	for (;;) {
		const uint8_t *bytes;
		size_t size;
		ox_error error = {0};
		ox_session_output(c->session, &bytes, &size);
		c->write_blocked = size > 0;
		if (!size) {
			/* A server may refuse in the middle of a body and close: its words come first. Most other
			 * reads right behind a write would find nothing and cost a system call. */
			c->readable = c->readable || (moved_any && ox_session_stage(c->session) == OX_STAGE_BODY);
			return moved_any;
		}
		long moved = write_some(c, bytes, size, &error);
		if (moved == OX_WOULD_BLOCK) {
			return moved_any;
		}
		if (moved < 0) {
			write_failed(c, &error);
			return true;
		}
		c->asked = true;
		moved_any = true;
		ox_session_sent(c->session, (size_t)moved);
	}
}
