/* SPDX-License-Identifier: MIT */
#include "base/private_key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

enum { SHA256_SIZE = 32 };

struct ox_private_key {
	EVP_PKEY *pkey;
	ox_key_kind kind;
};

static int wrong(ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
		why);
}

/* libcrypto would otherwise ask for the passphrase at the terminal. */
static int refuse_passphrase(char *passphrase, int size, int writing, void *asked)
{
	(void)passphrase, (void)size, (void)writing;
	*(bool *)asked = true;
	return -1;
}

static int read_pem(EVP_PKEY **pkey, ox_slice pem, ox_error *error)
{
	bool asked = false;
	if (pem.size > OX_PRIVATE_KEY_PEM_MAX) {
		return wrong(error, "a private key has no more than 64 KiB");
	}
	BIO *source = BIO_new_mem_buf(pem.at, (int)pem.size);
	if (!source) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	*pkey = PEM_read_bio_PrivateKey(source, NULL, refuse_passphrase, &asked);
	BIO_free(source);
	/* What failed here must not be found by the next who looks for what failed. */
	ERR_clear_error();
	if (*pkey) {
		return OX_OK;
	}
	return wrong(error, asked ? "the private key is encrypted; give it without a passphrase"
							  : "this is no private key in PEM (-----BEGIN PRIVATE KEY-----)");
}

static int check(const EVP_PKEY *pkey, ox_key_kind *kind, ox_error *error)
{
	*kind = OX_KEY_ED25519;
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519) {
		return OX_OK;
	}
	*kind = OX_KEY_RSA;
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA) {
		return wrong(error, "the private key is neither of RSA nor of Ed25519");
	}
	if (EVP_PKEY_get_bits(pkey) < OX_PRIVATE_KEY_RSA_MIN) {
		return wrong(error, "an RSA key has at least 1024 bits; use 2048");
	}
	return EVP_PKEY_get_bits(pkey) > OX_PRIVATE_KEY_RSA_MAX
			   ? wrong(error, "an RSA key has at most 16384 bits; use 2048")
			   : OX_OK;
}

int ox_private_key_from_pem(ox_private_key **key, ox_slice pem, ox_error *error)
{
	EVP_PKEY *pkey = NULL;
	ox_key_kind kind;
	*key = NULL;
	int status = read_pem(&pkey, pem, error);
	if (status == OX_OK) {
		status = check(pkey, &kind, error);
	}
	if (status == OX_OK && !(*key = ox_alloc(sizeof **key))) {
		status = ox_error_memory(error, OX_STAGE_NONE);
	}
	if (status != OX_OK) {
		EVP_PKEY_free(pkey);
		return status;
	}
	**key = (ox_private_key){pkey, kind};
	return OX_OK;
}

void ox_private_key_free(ox_private_key *key)
{
	if (key) {
		EVP_PKEY_free(key->pkey); /* wipes the numbers */
		ox_free(key);
	}
}

ox_key_kind ox_private_key_kind(const ox_private_key *key)
{
	return key->kind;
}

unsigned ox_private_key_bits(const ox_private_key *key)
{
	return (unsigned)EVP_PKEY_get_bits(key->pkey);
}

static bool sign_rsa(EVP_PKEY *pkey, const uint8_t *sha256, uint8_t *signature, size_t *size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
	bool good = context && EVP_PKEY_sign_init(context) > 0 &&
				EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
				EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
				EVP_PKEY_sign(context, signature, size, sha256, SHA256_SIZE) > 0;
	EVP_PKEY_CTX_free(context);
	return good;
}

static bool sign_ed25519(EVP_PKEY *pkey, const uint8_t *sha256, uint8_t *signature, size_t *size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = context && EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) > 0 &&
				EVP_DigestSign(context, signature, size, sha256, SHA256_SIZE) > 0;
	EVP_MD_CTX_free(context);
	return good;
}

int ox_private_key_sign(const ox_private_key *key, const uint8_t *sha256, ox_buffer *signature)
{
	size_t size = (size_t)EVP_PKEY_get_size(key->pkey);
	uint8_t *place = ox_buffer_reserve(signature, size);
	if (!place) {
		return signature->cap - signature->size < size ? OX_E_LIMIT : OX_E_NOMEM;
	}
	bool good = key->kind == OX_KEY_RSA ? sign_rsa(key->pkey, sha256, place, &size)
										: sign_ed25519(key->pkey, sha256, place, &size);
	if (!good) {
		ERR_clear_error();
		return OX_E_NOMEM;
	}
	signature->size += size;
	signature->bytes[signature->size] = 0;
	return OX_OK;
}
