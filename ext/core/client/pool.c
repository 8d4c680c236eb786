/* SPDX-License-Identifier: MIT */
#include "client/pool.h"

#include <string.h>

#include "base/digest.h"

/* Past these the oldest is forgotten. A trust holds all authorities of the system: some megabytes. */
enum { LESSONS_MAX = 64, TRUSTS_MAX = 16, TRUST_AGE_MAX_MS = 3600000, ENVIRONMENT_MAX = 1 << 20 };

typedef struct {
	uint8_t bytes[OX_RELAY_KEY_SIZE];
} pool_key;

typedef struct {
	pool_key key;
	ox_connection *connection;
} pooled;

typedef struct {
	pool_key key;
	ox_tls_trust *trust;
	uint64_t made_ms;
} trusted;

typedef struct {
	pool_key key;
	unsigned quirks;
} lesson;

struct ox_pool {
	pooled *items; /* the one used last stands last */
	size_t size;
	trusted trusts[TRUSTS_MAX];
	size_t trust_next;
	lesson lessons[LESSONS_MAX];
	size_t lesson_next;
	ox_pool_facts facts; /* idle is the number of items */
};

static bool is_key(const pool_key *a, const pool_key *b)
{
	return ox_equal_secret(a->bytes, b->bytes, sizeof a->bytes);
}

static int append_text(ox_buffer *out, const char *text)
{
	uint64_t size = text ? strlen(text) : UINT64_MAX; /* NULL is not "" */
	int status = ox_buffer_append(out, &size, sizeof size);
	return status == OX_OK && text && *text ? ox_buffer_append(out, text, (size_t)size) : status;
}

/* A connection that one site may open need not be one that another may use: policy and trust of the
 * environment are in the key. */
static int key_of(const ox_relay *relay, const ox_client_environment *environment, pool_key *key)
{
	const ox_address_policy *policy = environment->policy;
	uint8_t rules = policy ? 1 + policy->allow_private : 0;
	ox_buffer fields;
	ox_buffer_init(&fields, ENVIRONMENT_MAX);
	int status = ox_relay_key(relay, key->bytes);
	status = status ? status : ox_buffer_append(&fields, key->bytes, sizeof key->bytes);
	status = status ? status : ox_buffer_append_byte(&fields, rules);
	status = status ? status : append_text(&fields, policy ? policy->allowed_hosts : NULL);
	status = status ? status : append_text(&fields, environment->default_ca_file);
	status = status ? status : append_text(&fields, environment->ehlo);
	status = status ? status : ox_digest_hash(OX_DIGEST_SHA256, fields.bytes, fields.size, key->bytes);
	ox_buffer_clear(&fields);
	return status;
}

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
	for (size_t i = 0; i < TRUSTS_MAX; i++) {
		ox_tls_trust_free(pool->trusts[i].trust);
	}
	ox_free(pool->items);
	ox_free(pool);
}

static bool is_too_old(const ox_connection *connection)
{
	return ox_clock_ms() - ox_connection_opened_ms(connection) >= OX_POOL_AGE_MAX_MS;
}

ox_connection *ox_pool_take(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment)
{
	pool_key key;
	if (!pool->facts.idle || key_of(relay, environment, &key) != OX_OK) {
		return NULL;
	}
	for (size_t i = pool->facts.idle; i-- > 0;) {
		if (!is_key(&pool->items[i].key, &key)) {
			continue;
		}
		ox_connection *connection = remove_item(pool, i);
		if (is_too_old(connection) || !ox_connection_is_sound(connection, relay)) {
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

void ox_pool_give(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_connection *connection)
{
	pool_key key;
	/* Whether the server has said goodbye is asked when somebody wants the connection. */
	bool keep = pool->size && ox_connection_is_sound(connection, relay) && !is_too_old(connection) &&
		key_of(relay, environment, &key) == OX_OK;
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
	item->key = key;
	item->connection = connection;
}

/* Everything that decides whom we believe and who we are to them, as a key. */
static int trust_key(const ox_tls_options *options, pool_key *key)
{
	ox_buffer fields;
	ox_buffer_init(&fields, ENVIRONMENT_MAX);
	int status = ox_buffer_append_format(&fields, "%d %d ", options->version_min, options->verify);
	status = status ? status : append_text(&fields, options->ca_file);
	status = status ? status : append_text(&fields, options->pin);
	status = status ? status : append_text(&fields, options->certificate);
	status = status ? status : append_text(&fields, options->key);
	status = status ? status : append_text(&fields, options->cache_directory);
	status = status ? status : ox_digest_hash(OX_DIGEST_SHA256, fields.bytes, fields.size, key->bytes);
	ox_buffer_clear(&fields);
	return status;
}

/* The place of a trust that is young enough, or the place for a new one. */
static trusted *place_of(ox_pool *pool, const pool_key *key)
{
	for (size_t i = 0; i < TRUSTS_MAX; i++) {
		trusted *place = &pool->trusts[i];
		if (place->trust && is_key(&place->key, key)) {
			if (ox_clock_ms() - place->made_ms >= TRUST_AGE_MAX_MS) {
				ox_tls_trust_free(place->trust);
				place->trust = NULL;
			}
			return place;
		}
	}
	trusted *place = &pool->trusts[pool->trust_next];
	pool->trust_next = (pool->trust_next + 1) % TRUSTS_MAX;
	ox_tls_trust_free(place->trust);
	place->trust = NULL;
	return place;
}

int ox_pool_trust(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_tls_trust **trust, ox_error *error)
{
	ox_tls_options options = {.version_min = relay->tls_min, .verify = relay->verify,
		.ca_file = relay->ca_file ? relay->ca_file : environment->default_ca_file, .pin = relay->pin,
		.certificate = relay->certificate, .key = relay->key,
		.cache_directory = environment->tls_cache_directory};
	pool_key key;
	*trust = NULL;
	if (trust_key(&options, &key) != OX_OK) {
		return ox_error_memory(error, OX_STAGE_TLS);
	}
	trusted *place = place_of(pool, &key);
	if (!place->trust) {
		int status = ox_tls_trust_new(&options, &place->trust, error);
		if (status != OX_OK) {
			place->trust = NULL;
			return status;
		}
		place->key = key;
		place->made_ms = ox_clock_ms();
	}
	*trust = ox_tls_trust_share(place->trust);
	return OX_OK;
}

static const lesson *recall(const ox_pool *pool, const pool_key *key)
{
	for (size_t i = 0; i < LESSONS_MAX; i++) {
		if (pool->lessons[i].quirks && is_key(&pool->lessons[i].key, key)) {
			return &pool->lessons[i];
		}
	}
	return NULL;
}

unsigned ox_pool_quirks(const ox_pool *pool, const ox_relay *relay)
{
	pool_key key;
	const lesson *known = ox_relay_key(relay, key.bytes) == OX_OK ? recall(pool, &key) : NULL;
	return known ? known->quirks : 0;
}

void ox_pool_learn(ox_pool *pool, const ox_relay *relay, unsigned quirks)
{
	pool_key key;
	if (!quirks || ox_relay_key(relay, key.bytes) != OX_OK) {
		return;
	}
	const lesson *known = recall(pool, &key);
	size_t place = known ? (size_t)(known - pool->lessons) : pool->lesson_next;
	unsigned before = known ? known->quirks : 0;
	pool->lesson_next = known ? pool->lesson_next : (place + 1) % LESSONS_MAX;
	pool->lessons[place].key = key;
	pool->lessons[place].quirks = before | quirks;
}

void ox_pool_count_opened(ox_pool *pool)
{
	pool->facts.opened++;
}

ox_pool_facts ox_pool_facts_of(const ox_pool *pool)
{
	return pool->facts;
}
