/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <openssl/err.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/private_key.h"
#include "private_keys.h"

static int take(ox_private_key **key, const char *pem, ox_error *error)
{
	return ox_private_key_from_pem(key, ox_slice_of(pem), error);
}

static void keys_of_both_kinds_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *pem;
		ox_key_kind kind;
		unsigned bits;
	} rows[] = {
		{RFC8463_RSA, OX_KEY_RSA, 1024},
		{RFC8463_ED25519, OX_KEY_ED25519, 256},
		{KEY_RSA_2048_PKCS8, OX_KEY_RSA, 2048},
		{"a line before it\n" RFC8463_ED25519, OX_KEY_ED25519, 256},
	};
	for (size_t i = 0; i < OX_COUNT(rows); i++) {
		ox_private_key *key;
		assert_int_equal(take(&key, rows[i].pem, NULL), OX_OK);
		assert_int_equal(ox_private_key_kind(key), rows[i].kind);
		assert_int_equal(ox_private_key_bits(key), rows[i].bits);
		ox_private_key_free(key);
	}
}

static void what_is_no_usable_key_is_refused_with_its_reason(void **state)
{
	(void)state;
	static const struct {
		const char *pem, *reason;
	} rows[] = {
		{"", "no private key in PEM"},
		{"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g", "no private key in PEM"},
		{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key in PEM"},
		{KEY_PUBLIC, "no private key in PEM"},
		{KEY_RSA_512, "at least 1024 bits"},
		{KEY_EC, "neither of RSA nor of Ed25519"},
		{KEY_ENCRYPTED, "encrypted"},
		{KEY_ENCRYPTED_OLD, "encrypted"},
	};
	for (size_t i = 0; i < OX_COUNT(rows); i++) {
		ox_private_key *key;
		ox_error error;
		assert_int_equal(take(&key, rows[i].pem, &error), OX_E_FAILED);
		assert_null(key);
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_non_null(strstr(error.text, rows[i].reason));
		assert_int_equal(ERR_peek_error(), 0);
	}
}

static void a_key_of_a_megabyte_is_not_read(void **state)
{
	(void)state;
	ox_private_key *key;
	ox_error error;
	char *pem = test_calloc(1, 1 << 20);
	memset(pem, 'A', (1 << 20) - 1);
	assert_int_equal(take(&key, pem, &error), OX_E_FAILED);
	assert_non_null(strstr(error.text, "64 KiB"));
	test_free(pem);
}

static void sign(const char *pem, const char *text, ox_buffer *base64)
{
	ox_private_key *key;
	ox_buffer octets;
	uint8_t hash[OX_DIGEST_MAX];
	ox_buffer_init(&octets, 4096);
	ox_buffer_empty(base64);
	assert_int_equal(take(&key, pem, NULL), OX_OK);
	assert_int_equal(ox_digest_hash(OX_DIGEST_SHA256, text, strlen(text), hash), OX_OK);
	assert_int_equal(ox_private_key_sign(key, hash, &octets), OX_OK);
	assert_int_equal(ox_base64_encode(base64, octets.bytes, octets.size), OX_OK);
	ox_buffer_clear(&octets);
	ox_private_key_free(key);
}

static void the_same_digest_gives_the_same_signature(void **state)
{
	(void)state;
	static const char *const keys[] = {RFC8463_RSA, RFC8463_ED25519, KEY_RSA_2048_PKCS8};
	static const size_t sizes[] = {172, 88, 344}; /* of base64 */
	for (size_t i = 0; i < OX_COUNT(keys); i++) {
		ox_buffer first, again;
		ox_buffer_init(&first, 4096);
		ox_buffer_init(&again, 4096);
		sign(keys[i], "text", &first);
		sign(keys[i], "text", &again);
		assert_int_equal(first.size, sizes[i]);
		assert_string_equal(ox_buffer_text(&first), ox_buffer_text(&again));
		sign(keys[i], "another", &again);
		assert_string_not_equal(ox_buffer_text(&first), ox_buffer_text(&again));
		ox_buffer_clear(&first);
		ox_buffer_clear(&again);
	}
}

static void a_signature_past_the_cap_is_no_signature(void **state)
{
	(void)state;
	ox_private_key *key;
	ox_buffer out;
	uint8_t hash[OX_DIGEST_MAX] = {0};
	ox_buffer_init(&out, 63);
	assert_int_equal(take(&key, RFC8463_ED25519, NULL), OX_OK);
	assert_int_equal(ox_private_key_sign(key, hash, &out), OX_E_LIMIT);
	assert_int_equal(out.size, 0);
	ox_buffer_clear(&out);
	ox_private_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_both_kinds_are_read),
		cmocka_unit_test(what_is_no_usable_key_is_refused_with_its_reason),
		cmocka_unit_test(a_key_of_a_megabyte_is_not_read),
		cmocka_unit_test(the_same_digest_gives_the_same_signature),
		cmocka_unit_test(a_signature_past_the_cap_is_no_signature),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
