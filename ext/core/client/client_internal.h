/* SPDX-License-Identifier: MIT */
/* What sending (client.c) and checking (check.c) share. */
#ifndef OX_CLIENT_CLIENT_INTERNAL_H
#define OX_CLIENT_CLIENT_INTERNAL_H

#include "client/client.h"

/* Begins a connection with the pool's trust, and quirks beside those that it knows of the relay. */
OX_MUST_USE int client_open(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, unsigned quirks, ox_connection **connection,
	ox_error *error);

/* What the connection shows; time and round trips of those before it in this call are added. */
void client_keep_trace(ox_trace *trace, const ox_connection *connection);

#endif
