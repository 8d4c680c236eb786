/* SPDX-License-Identifier: MIT */
/* Private keys that sign digests: libcrypto computes, nothing is read but the text that is given, and
 * no octet of the key leaves the object. */
#ifndef OX_BASE_PRIVATE_KEY_H
#define OX_BASE_PRIVATE_KEY_H

#include "base/string.h"

enum {
	OX_PRIVATE_KEY_PEM_MAX = 65536,
	OX_PRIVATE_KEY_RSA_MIN = 1024,   /* bits: RFC 8301 3.2; 2048 is what it advises */
	OX_PRIVATE_KEY_RSA_MAX = 16384,  /* bits: a signature is to take no second */
};

typedef enum { OX_KEY_RSA, OX_KEY_ED25519 } ox_key_kind;

typedef struct ox_private_key ox_private_key;

/* *key returns new, from PEM: PKCS#8, or RSA's own form. OX_E_FAILED, class USAGE, where it is no
 * private key, is encrypted, is of another kind than RSA and Ed25519, or too small; OX_E_NOMEM. */
OX_MUST_USE int ox_private_key_from_pem(ox_private_key **key, ox_slice pem, ox_error *error);

/* Wipes and frees; NULL is allowed. */
void ox_private_key_free(ox_private_key *key);

ox_key_kind ox_private_key_kind(const ox_private_key *key);
unsigned ox_private_key_bits(const ox_private_key *key);

/* Appends the signature of a SHA-256 digest (32 octets): RSASSA-PKCS1-v1_5, or PureEdDSA over the octets
 * of the digest (RFC 8463 3). The same digest gives the same signature. */
OX_MUST_USE int ox_private_key_sign(const ox_private_key *key, const uint8_t *sha256,
	ox_buffer *signature);

#endif
