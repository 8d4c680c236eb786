/* SPDX-License-Identifier: MIT */
#include "client/pool.h"

#include <string.h>

/* How many relays' trusts and quirks are remembered; past it the oldest is forgotten. */
enum { MEMORIES_MAX = 64 };

typedef struct {
	uint8_t key[OX_RELAY_KEY_SIZE];
	ox_connection *connection;
} pooled;

typedef struct {
	uint8_t key[OX_RELAY_KEY_SIZE];
	ox_tls_trust *trust; /* NULL until asked for */
	unsigned quirks;
} memory;

struct ox_pool {
	pooled *items; /* the one used last stands last */
	size_t size;
	memory memories[MEMORIES_MAX];
	size_t memory_count, memory_next;
	ox_pool_facts facts; /* idle is the number of items */
};

ox_pool *ox_pool_new(size_t size)
{
	ox_pool *pool = ox_alloc(sizeof *pool);
	if (!pool) {
		return NULL;
	}
	pool->size = size < OX_POOL_SIZE_MAX ? size : OX_POOL_SIZE_MAX;
	pool->items = ox_array_alloc(pool->size, sizeof *pool->items);
	if (!pool->items) {
		ox_free(pool);
		return NULL;
	}
	return pool;
}

static ox_connection *remove_item(ox_pool *pool, size_t index)
{
	ox_connection *connection = pool->items[index].connection;
	size_t behind = --pool->facts.idle - index;
	memmove(&pool->items[index], &pool->items[index + 1], behind * sizeof *pool->items);
	return connection;
}

void ox_pool_close_idle(ox_pool *pool)
{
	while (pool->facts.idle) {
		ox_connection_free(remove_item(pool, pool->facts.idle - 1), true);
		pool->facts.closed++;
	}
}

void ox_pool_free(ox_pool *pool)
{
	if (!pool) {
		return;
	}
	ox_pool_close_idle(pool);
	for (size_t i = 0; i < pool->memory_count; i++) {
		ox_tls_trust_free(pool->memories[i].trust);
	}
	ox_free(pool->items);
	ox_free(pool);
}

static bool is_too_old(const ox_connection *connection)
{
	return ox_clock_ms() - ox_connection_opened_ms(connection) >= OX_POOL_AGE_MAX_MS;
}

ox_connection *ox_pool_take(ox_pool *pool, const ox_relay *relay)
{
	uint8_t key[OX_RELAY_KEY_SIZE];
	if (!pool->facts.idle || ox_relay_key(relay, key) != OX_OK) {
		return NULL;
	}
	for (size_t i = pool->facts.idle; i-- > 0;) {
		if (!ox_equal_secret(pool->items[i].key, key, sizeof key)) {
			continue;
		}
		ox_connection *connection = remove_item(pool, i);
		if (is_too_old(connection)) {
			pool->facts.expired++;
		} else if (ox_connection_is_reusable(connection, relay)) {
			pool->facts.reused++;
			return connection;
		} else {
			pool->facts.stale++;
		}
		ox_connection_free(connection, true);
	}
	return NULL;
}

void ox_pool_give(ox_pool *pool, const ox_relay *relay, ox_connection *connection)
{
	uint8_t key[OX_RELAY_KEY_SIZE];
	bool keep = pool->size && ox_connection_is_reusable(connection, relay) && !is_too_old(connection) &&
		ox_relay_key(relay, key) == OX_OK;
	if (!keep) {
		ox_connection_free(connection, true);
		pool->facts.closed++;
		return;
	}
	if (pool->facts.idle == pool->size) {
		ox_connection_free(remove_item(pool, 0), true);
		pool->facts.closed++;
	}
	pooled *item = &pool->items[pool->facts.idle++];
	memcpy(item->key, key, sizeof key);
	item->connection = connection;
}

static memory *recall(const ox_pool *pool, const uint8_t key[OX_RELAY_KEY_SIZE])
{
	for (size_t i = 0; i < pool->memory_count; i++) {
		if (ox_equal_secret(pool->memories[i].key, key, OX_RELAY_KEY_SIZE)) {
			return (memory *)&pool->memories[i];
		}
	}
	return NULL;
}

static memory *remember(ox_pool *pool, const uint8_t key[OX_RELAY_KEY_SIZE])
{
	memory *found = recall(pool, key);
	if (found) {
		return found;
	}
	memory *place = &pool->memories[pool->memory_next];
	pool->memory_next = (pool->memory_next + 1) % MEMORIES_MAX;
	if (pool->memory_count < MEMORIES_MAX) {
		pool->memory_count++;
	}
	ox_tls_trust_free(place->trust);
	memset(place, 0, sizeof *place);
	memcpy(place->key, key, OX_RELAY_KEY_SIZE);
	return place;
}

int ox_pool_trust(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_tls_trust **trust, ox_error *error)
{
	uint8_t key[OX_RELAY_KEY_SIZE];
	if (ox_relay_key(relay, key) != OX_OK) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	memory *place = remember(pool, key);
	if (!place->trust) {
		ox_tls_options options = {.version_min = relay->tls_min, .verify = relay->verify,
			.ca_file = relay->ca_file ? relay->ca_file : environment->default_ca_file,
			.pin = relay->pin, .certificate = relay->certificate, .key = relay->key,
			.cache_directory = environment->tls_cache_directory};
		int status = ox_tls_trust_new(&options, &place->trust, error);
		if (status != OX_OK) {
			return status;
		}
	}
	*trust = ox_tls_trust_share(place->trust);
	return OX_OK;
}

unsigned ox_pool_quirks(const ox_pool *pool, const ox_relay *relay)
{
	uint8_t key[OX_RELAY_KEY_SIZE];
	const memory *place = ox_relay_key(relay, key) == OX_OK ? recall(pool, key) : NULL;
	return place ? place->quirks : 0;
}

void ox_pool_learn(ox_pool *pool, const ox_relay *relay, unsigned quirks)
{
	uint8_t key[OX_RELAY_KEY_SIZE];
	if (quirks && ox_relay_key(relay, key) == OX_OK) {
		remember(pool, key)->quirks |= quirks;
	}
}

void ox_pool_count_opened(ox_pool *pool)
{
	pool->facts.opened++;
}

ox_pool_facts ox_pool_facts_of(const ox_pool *pool)
{
	return pool->facts;
}
