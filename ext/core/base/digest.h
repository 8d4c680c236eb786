/* SPDX-License-Identifier: MIT */
/* Hash, HMAC and PBKDF2 as values: libcrypto computes, nothing is read and nothing is kept. */
#ifndef OX_BASE_DIGEST_H
#define OX_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef enum { OX_DIGEST_MD5, OX_DIGEST_SHA1, OX_DIGEST_SHA256 } ox_digest;

enum { OX_DIGEST_MAX = 32 }; /* octets of the longest one */

size_t ox_digest_size(ox_digest digest);

/* Write ox_digest_size() octets to out. OX_OK, or OX_E_NOMEM where libcrypto fails: out of memory, or
 * (MD5 under a FIPS provider) an algorithm that it does not have. */
OX_MUST_USE int ox_digest_hash(ox_digest digest, const void *bytes, size_t size, uint8_t *out);
OX_MUST_USE int ox_digest_hmac(ox_digest digest, const void *key, size_t key_size,
	const void *bytes, size_t size, uint8_t *out);
OX_MUST_USE int ox_digest_pbkdf2(ox_digest digest, const void *password, size_t password_size,
	const void *salt, size_t salt_size, unsigned iterations, uint8_t *out);

/* A hash of what comes in pieces. All zero is valid to clear. */
typedef struct {
	void *context;
} ox_digest_stream;

/* begin takes memory until clear; end writes ox_digest_size() octets to out, once. Results as above. */
OX_MUST_USE int ox_digest_begin(ox_digest_stream *stream, ox_digest digest);
OX_MUST_USE int ox_digest_add(ox_digest_stream *stream, const void *bytes, size_t size);
OX_MUST_USE int ox_digest_end(ox_digest_stream *stream, uint8_t *out);
void ox_digest_clear(ox_digest_stream *stream);

#endif
