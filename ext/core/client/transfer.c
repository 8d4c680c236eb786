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

bool transfer_read(ox_connection *c)
{
	uint8_t bytes[READ_PIECE];
	ox_error error;
	ox_error_clear(&error);
	c->readable = false;
	long moved = read_some(c, bytes, sizeof bytes, &error);
	if (moved == OX_WOULD_BLOCK) {
		return false;
	}
	if (moved > 0) {
		heard(c);
		ox_session_feed(c->session, bytes, (size_t)moved);
		/* More may wait inside TLS, where no poll sees it. */
		c->readable = moved == READ_PIECE || (c->tls && ox_tls_has_pending(c->tls));
	} else if (moved == 0 || error.fact == OX_FACT_TLS_TRUNCATED) {
		ox_session_peer_closed(c->session, moved != 0);
	} else {
		ox_session_abort(c->session, &error);
	}
	return true;
}

/* The server may have said why before it closed: that is worth more than a broken pipe. */
static void write_failed(ox_connection *c, const ox_error *error)
{
	for (int turn = 0; turn < 64 && transfer_read(c); turn++) {
	}
	ox_session_abort(c->session, error);
}

bool transfer_write(ox_connection *c)
{
	bool moved_any = false;
	for (;;) {
		const uint8_t *bytes;
		size_t size;
		ox_error error;
		ox_session_output(c->session, &bytes, &size);
		c->write_blocked = size > 0;
		if (!size) {
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
