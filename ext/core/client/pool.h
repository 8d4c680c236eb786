/* SPDX-License-Identifier: MIT */
/* Open connections that wait for their next message. One pool per thread of a process; it lives across
 * requests. Only idle and sound connections are in it: one that is in use belongs to its user, so a
 * request that dies in the middle of a transaction cannot leave its connection behind. */
#ifndef OX_CLIENT_POOL_H
#define OX_CLIENT_POOL_H

#include "client/connection.h"

enum { OX_POOL_SIZE_MAX = 256, OX_POOL_AGE_MAX_MS = 600000 };

typedef struct {
	/* Since the start. expired: idle for too long, too old, or another process's; stale: closed by the
	 * server while idle; closed: those that were given back and not kept, or had to make room. */
	uint64_t opened, reused, expired, stale, closed;
	size_t idle;
} ox_pool_facts;

typedef struct ox_pool ox_pool;

/* returns new, for at most size idle connections (0: none are kept). NULL when memory is out. */
ox_pool *ox_pool_new(size_t size);

/* Closes all, politely only in the process that opened them. */
void ox_pool_free(ox_pool *pool);

/* A connection with the relay's key, opened in a like environment, that passes ox_connection_is_reusable
 * (the caller's from now on), the last used first; NULL if there is none. Those that do not pass are
 * closed. */
ox_connection *ox_pool_take(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment);

/* takes. Keeps it if it is idle and sound; past its size the one unused for the longest is closed. */
void ox_pool_give(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_connection *connection);

/* The trust for a relay's TLS options, made once in an hour (certificates on disk change) and for all
 * relays with the same options (shared with the caller, who frees it). */
OX_MUST_USE int ox_pool_trust(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, ox_tls_trust **trust, ox_error *error);

/* What connections to a relay taught (OX_QUIRK_* bits), kept for the life of the pool. */
unsigned ox_pool_quirks(const ox_pool *pool, const ox_relay *relay);
void ox_pool_learn(ox_pool *pool, const ox_relay *relay, unsigned quirks);

void ox_pool_count_opened(ox_pool *pool); /* for the facts: a connection was opened beside the pool */
void ox_pool_close_idle(ox_pool *pool); /* all of them */
ox_pool_facts ox_pool_facts_of(const ox_pool *pool);

#endif
