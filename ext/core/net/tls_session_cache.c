/* SPDX-License-Identifier: MIT */
/* Sessions to resume: a few in memory, and one per key in a private file for other processes. A
 * TLS 1.3 ticket lies in one place only and is used once (RFC 8446 C.4: a second use can be
 * linked). */
#include "net/tls_internal.h"

#include <string.h>

enum {
	FILE_SIZE_MAX = 16384,
	AGE_MAX_S = 24 * 60 * 60, /* servers change their ticket keys about daily */
	FILE_NAME_SIZE = OX_TLS_KEY_SIZE * 2 + 1,
};

static void file_name(const ox_tls_key *key, char name[FILE_NAME_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < OX_TLS_KEY_SIZE; i++) {
		name[2 * i] = digits[key->bytes[i] >> 4];
		name[2 * i + 1] = digits[key->bytes[i] & 15];
	}
	name[2 * OX_TLS_KEY_SIZE] = 0;
}

static bool is_used_once(const SSL_SESSION *session)
{
	return SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION;
}

static bool is_same(const ox_tls_key *a, const ox_tls_key *b)
{
	return memcmp(a->bytes, b->bytes, OX_TLS_KEY_SIZE) == 0;
}

static int64_t time_of(const SSL_SESSION *session)
{
#if OPENSSL_VERSION_NUMBER >= 0x30400000L /* which deprecates the other */
	return (int64_t)SSL_SESSION_get_time_ex(session);
#else
	return (int64_t)SSL_SESSION_get_time(session);
#endif
}

/* A resumed handshake shows no certificate again, so what time does to one is looked at here. */
static bool is_fresh(const ox_tls *tls, SSL_SESSION *session)
{
	int64_t age = (int64_t)(ox_wall_clock_ms() / 1000) - time_of(session);
	int64_t limit = SSL_SESSION_get_timeout(session);
	X509 *leaf = SSL_SESSION_get0_peer(session);
	if (!SSL_SESSION_is_resumable(session) || age < 0 || age >= AGE_MAX_S || age >= limit) {
		return false;
	}
	return leaf && (!tls->trust->verify || X509_cmp_current_time(X509_get0_notAfter(leaf)) > 0);
}

static bool write_file(const ox_tls *tls, SSL_SESSION *session)
{
	char name[FILE_NAME_SIZE];
	int size = i2d_SSL_SESSION(session, NULL);
	unsigned char *bytes = size > 0 && size <= FILE_SIZE_MAX ? ox_alloc((size_t)size) : NULL;
	if (!bytes) {
		return false;
	}
	unsigned char *end = bytes;
	i2d_SSL_SESSION(session, &end);
	file_name(&tls->key, name);
	bool written =
		ox_private_write(tls->trust->cache.directory, name, bytes, (size_t)size) == OX_OK;
	ox_wipe(bytes, (size_t)size);
	ox_free(bytes);
	return written;
}

static SSL_SESSION *read_file(const ox_tls *tls)
{
	const char *directory = tls->trust->cache.directory;
	char name[FILE_NAME_SIZE];
	size_t size = FILE_SIZE_MAX;
	SSL_SESSION *session = NULL;
	unsigned char *bytes = directory ? ox_alloc(size) : NULL;
	if (!bytes) {
		return NULL;
	}
	file_name(&tls->key, name);
	if (ox_private_read(directory, name, bytes, &size) != OX_OK) {
		goto done;
	}
	const unsigned char *end = bytes;
	session = d2i_SSL_SESSION(NULL, &end, (long)size);
	bool usable = session && end == bytes + size && is_fresh(tls, session);
	if (!usable || is_used_once(session)) {
		ox_private_remove(directory, name);
	}
	if (!usable) {
		SSL_SESSION_free(session);
		session = NULL;
	}
	ox_wipe(bytes, size);
done:
	ox_free(bytes);
	return session;
}

static void empty_place(ox_tls_cached *place)
{
	SSL_SESSION_free(place->session);
	place->session = NULL;
}

/* Where a new session goes: the oldest of its host where that has its share, else a free place,
 * else the oldest of all. */
static ox_tls_cached *place_for(ox_tls_cache *cache, const ox_tls_key *key)
{
	ox_tls_cached *oldest = cache->places, *oldest_same = NULL, *empty = NULL;
	unsigned same = 0;
	for (ox_tls_cached *place = cache->places; place < cache->places + OX_TLS_SESSIONS_MAX;
		 place++) {
		if (!place->session) {
			empty = place;
			continue;
		}
		if (!oldest->session || place->stored < oldest->stored) {
			oldest = place;
		}
		if (is_same(&place->key, key)) {
			same++;
			if (!oldest_same || place->stored < oldest_same->stored) {
				oldest_same = place;
			}
		}
	}
	if (same >= OX_TLS_SESSIONS_PER_HOST_MAX) {
		return oldest_same;
	}
	return empty ? empty : oldest;
}

void ox_tls_cache_put(ox_tls *tls, SSL_SESSION *session)
{
	ox_tls_cache *cache = &tls->trust->cache;
	if (!SSL_SESSION_is_resumable(session)) {
		SSL_SESSION_free(session);
		return;
	}
	if (cache->directory && !tls->stored_in_file && write_file(tls, session)) {
		tls->stored_in_file = true;
		if (is_used_once(session)) {
			SSL_SESSION_free(session);
			return;
		}
	}
	ox_tls_cached *place = place_for(cache, &tls->key);
	empty_place(place);
	place->key = tls->key;
	place->session = session;
	place->stored = ++cache->count;
}

SSL_SESSION *ox_tls_cache_get(ox_tls *tls)
{
	ox_tls_cache *cache = &tls->trust->cache;
	for (;;) {
		ox_tls_cached *newest = NULL;
		for (ox_tls_cached *place = cache->places; place < cache->places + OX_TLS_SESSIONS_MAX;
		     place++) {
			if (place->session && is_same(&place->key, &tls->key) &&
			    (!newest || place->stored > newest->stored)) {
				newest = place;
			}
		}
		if (!newest) {
			return read_file(tls);
		}
		if (!is_fresh(tls, newest->session)) {
			empty_place(newest);
			continue;
		}
		SSL_SESSION *session = newest->session;
		if (is_used_once(session)) {
			newest->session = NULL;
			return session;
		}
		return SSL_SESSION_up_ref(session) ? session : NULL;
	}
}

void ox_tls_cache_clear(ox_tls_cache *cache)
{
	for (size_t i = 0; i < OX_TLS_SESSIONS_MAX; i++) {
		empty_place(&cache->places[i]);
	}
	ox_free(cache->directory);
	cache->directory = NULL;
}
