/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const EVP_MD *algorithm(ox_digest digest)
{
	switch (digest) {
	case OX_DIGEST_MD5: return EVP_md5();
	case OX_DIGEST_SHA1: return EVP_sha1();
	default: return EVP_sha256();
	}
}

size_t ox_digest_size(ox_digest digest)
{
	switch (digest) {
	case OX_DIGEST_MD5: return 16;
	case OX_DIGEST_SHA1: return 20;
	default: return 32;
	}
}

int ox_digest_hash(ox_digest digest, const void *bytes, size_t size, uint8_t *out)
{
	return EVP_Digest(bytes, size, out, NULL, algorithm(digest), NULL) ? OX_OK : OX_E_NOMEM;
}

int ox_digest_hmac(ox_digest digest, const void *key, size_t key_size, const void *bytes,
	size_t size, uint8_t *out)
{
	if (key_size > INT_MAX) {
		return OX_E_LIMIT;
	}
	return HMAC(algorithm(digest), key, (int)key_size, bytes, size, out, NULL) ? OX_OK
	                                                                           : OX_E_NOMEM;
}

int ox_digest_pbkdf2(ox_digest digest, const void *password, size_t password_size,
	const void *salt, size_t salt_size, unsigned iterations, uint8_t *out)
{
	if (password_size > INT_MAX || salt_size > INT_MAX || iterations > INT_MAX) {
		return OX_E_LIMIT;
	}
	return PKCS5_PBKDF2_HMAC(password, (int)password_size, salt, (int)salt_size, (int)iterations,
		algorithm(digest), (int)ox_digest_size(digest), out) ? OX_OK : OX_E_NOMEM;
}

int ox_digest_begin(ox_digest_stream *stream, ox_digest digest)
{
	stream->context = EVP_MD_CTX_new();
	return stream->context && EVP_DigestInit_ex(stream->context, algorithm(digest), NULL)
			   ? OX_OK
			   : OX_E_NOMEM;
}

int ox_digest_add(ox_digest_stream *stream, const void *bytes, size_t size)
{
	return EVP_DigestUpdate(stream->context, bytes, size) ? OX_OK : OX_E_NOMEM;
}

int ox_digest_end(ox_digest_stream *stream, uint8_t *out)
{
	return EVP_DigestFinal_ex(stream->context, out, NULL) ? OX_OK : OX_E_NOMEM;
}

void ox_digest_clear(ox_digest_stream *stream)
{
	EVP_MD_CTX_free(stream->context);
	stream->context = NULL;
}
