/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/scram.h"

static const struct vector {
	ox_digest digest;
	const char *nonce, *first, *server_first, *final, *server_final;
} rfc_5802 = {
	OX_DIGEST_SHA1,
	"fyko+d2lbbFgONRv9qkxdawL",
	"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
	"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
	"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
}, rfc_7677 = {
	OX_DIGEST_SHA256,
	"rOprNGfwEbeRWgbNEkqO",
	"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
	"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

static void begin_scram(ox_scram *scram, const struct vector *vector)
{
	ox_scram_options options = {.digest = vector->digest, .user = "user", .password = "pencil",
		.nonce = vector->nonce, .flag = 'n'};
	assert_int_equal(ox_scram_init(scram, &options), OX_OK);
}

static int scram_step(ox_scram *scram, const char *challenge, char *answer, size_t size,
	ox_error *error)
{
	ox_buffer out;
	ox_buffer_init(&out, OX_SCRAM_MESSAGE_MAX);
	int status = ox_scram_step(scram, ox_slice_of(challenge), &out, error);
	if (answer) {
		assert_true(out.size < size);
		memcpy(answer, ox_buffer_text(&out), out.size + 1);
	}
	ox_buffer_clear(&out);
	return status;
}

static void follow(const struct vector *vector)
{
	ox_scram scram;
	ox_buffer first;
	ox_error error;
	char answer[400];
	begin_scram(&scram, vector);
	ox_buffer_init(&first, 400);
	assert_int_equal(ox_scram_first(&scram, &first), OX_OK);
	assert_string_equal(ox_buffer_text(&first), vector->first);
	ox_buffer_clear(&first);
	assert_int_equal(scram_step(&scram, vector->server_first, answer, sizeof answer, &error),
		OX_OK);
	assert_string_equal(answer, vector->final);
	assert_null(scram.password);
	assert_int_equal(scram_step(&scram, vector->server_final, answer, sizeof answer, &error),
		OX_OK);
	assert_string_equal(answer, "");
	assert_int_equal(scram.state, OX_SCRAM_PROVEN);
	assert_int_equal(scram_step(&scram, vector->server_final, NULL, 0, &error), OX_E_FAILED);
	assert_int_equal(scram.state, OX_SCRAM_FAILED);
	ox_scram_clear(&scram);
}

static void scram_sha_1_follows_rfc_5802_section_5(void **state)
{
	(void)state;
	follow(&rfc_5802);
}

static void scram_sha_256_follows_rfc_7677_section_3(void **state)
{
	(void)state;
	follow(&rfc_7677);
}

static void expect_scram_failure(const char *server_first, const char *server_final, ox_fact fact)
{
	ox_scram scram;
	ox_error error;
	begin_scram(&scram, &rfc_5802);
	int status = scram_step(&scram, server_first, NULL, 0, &error);
	if (server_final) {
		assert_int_equal(status, OX_OK);
		status = scram_step(&scram, server_final, NULL, 0, &error);
	}
	assert_int_equal(status, OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_AUTH);
	assert_int_equal(error.fact, fact);
	assert_int_equal(error.retry,
		fact == OX_FACT_AUTH_TEMPORARY ? OX_RETRY_LATER : OX_RETRY_NEVER);
	assert_int_equal(scram_step(&scram, rfc_5802.server_first, NULL, 0, &error), OX_E_FAILED);
	assert_int_equal(scram.state, OX_SCRAM_FAILED);
	ox_scram_clear(&scram);
}

#define OURS "r=fyko+d2lbbFgONRv9qkxdawL"

static void scram_refuses_a_first_message_that_breaks_the_rules(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"", "r", "r=", ",", "x=y", "\x01",
		"r=other3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", /* not ours */
		OURS ",s=QSXCR+Q6sek8bf92,i=4096",                    /* nothing added */
		"r=fyko+d2lbbFgONRv9qkxdaw,s=QSXCR+Q6sek8bf92,i=4096", /* shorter */
		OURS "x\x01,s=QSXCR+Q6sek8bf92,i=4096",
		OURS "x", OURS "x,s=QSXCR+Q6sek8bf92", OURS "x,i=4096",
		OURS "x,s=,i=4096", OURS "x,s=???,i=4096",
		OURS "x,s=QSXCR+Q6sek8bf92,i=", OURS "x,s=QSXCR+Q6sek8bf92,i=4096x",
		OURS "x,s=QSXCR+Q6sek8bf92,i=-1",
		OURS "x,s=QSXCR+Q6sek8bf92,i=4095", OURS "x,s=QSXCR+Q6sek8bf92,i=1",
		OURS "x,s=QSXCR+Q6sek8bf92,i=1000001",
		OURS "x,s=QSXCR+Q6sek8bf92,i=99999999999999999999999",
		"m=ext," OURS "x,s=QSXCR+Q6sek8bf92,i=4096",
	};
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		expect_scram_failure(wrong[i], NULL, OX_FACT_AUTH_EXCHANGE);
	}
}

static void scram_ignores_extensions_behind_what_it_knows(void **state)
{
	(void)state;
	ox_scram scram;
	ox_error error;
	begin_scram(&scram, &rfc_5802);
	assert_int_equal(scram_step(&scram, OURS "x,s=QSXCR+Q6sek8bf92,i=4096,z=new", NULL, 0, &error),
		OX_OK);
	ox_scram_clear(&scram);
}

static void scram_refuses_a_server_that_does_not_know_the_password(void **state)
{
	(void)state;
	static const char *const wrong[] = {"v=rmF9pqV8S7suAoZWja4dJRkFsKR=",
		"v=smF9pqV8S7suAoZWja4dJRkFsKQ=", "v=", "v=rmF9", "v=?"};
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		expect_scram_failure(rfc_5802.server_first, wrong[i], OX_FACT_AUTH_SERVER_PROOF);
	}
	expect_scram_failure(rfc_5802.server_first, "", OX_FACT_AUTH_EXCHANGE);
	expect_scram_failure(rfc_5802.server_first, "x=y", OX_FACT_AUTH_EXCHANGE);
}

static void a_server_error_of_scram_is_told_by_its_kind(void **state)
{
	(void)state;
	expect_scram_failure(rfc_5802.server_first, "e=invalid-proof", OX_FACT_AUTH_REFUSED);
	expect_scram_failure(rfc_5802.server_first, "e=unknown-user", OX_FACT_AUTH_REFUSED);
	expect_scram_failure(rfc_5802.server_first, "e=no-resources", OX_FACT_AUTH_TEMPORARY);
	expect_scram_failure(rfc_5802.server_first, "e=channel-bindings-dont-match",
		OX_FACT_AUTH_EXCHANGE);
	expect_scram_failure("e=unknown-user", NULL, OX_FACT_AUTH_REFUSED);
}

static void check_the_server_s_signature(void)
{
	ox_scram scram;
	ox_buffer out;
	ox_error error;
	ox_scram_options options = {.digest = OX_DIGEST_SHA1, .user = "user", .password = "pencil",
		.nonce = rfc_5802.nonce, .flag = 'n'};
	ox_buffer_init(&out, OX_SCRAM_MESSAGE_MAX);
	int status = ox_scram_init(&scram, &options);
	if (status == OX_OK) {
		status = ox_scram_step(&scram, ox_slice_of(rfc_5802.server_first), &out, &error);
	}
	if (status == OX_OK) {
		status = ox_scram_step(&scram, ox_slice_of(rfc_5802.server_final), &out, &error);
	}
	assert_true(status == OX_E_NOMEM || scram.state == OX_SCRAM_PROVEN);
	ox_buffer_clear(&out);
	ox_scram_clear(&scram);
}

static void memory_that_is_out_is_never_a_wrong_signature(void **state)
{
	(void)state;
	ox_test_failing_allocations(check_the_server_s_signature);
}

static void nothing_secret_is_left_in_a_cleared_scram(void **state)
{
	(void)state;
	static const uint8_t zero[OX_DIGEST_MAX];
	ox_scram scram;
	ox_error error;
	begin_scram(&scram, &rfc_7677);
	assert_int_equal(scram_step(&scram, rfc_7677.server_first, NULL, 0, &error), OX_OK);
	assert_memory_not_equal(scram.server_signature, zero, sizeof zero);
	ox_scram_clear(&scram);
	ox_scram_clear(&scram);
	assert_null(scram.password);
	assert_memory_equal(scram.server_signature, zero, sizeof zero);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scram_sha_1_follows_rfc_5802_section_5),
		cmocka_unit_test(scram_sha_256_follows_rfc_7677_section_3),
		cmocka_unit_test(scram_refuses_a_first_message_that_breaks_the_rules),
		cmocka_unit_test(scram_ignores_extensions_behind_what_it_knows),
		cmocka_unit_test(scram_refuses_a_server_that_does_not_know_the_password),
		cmocka_unit_test(a_server_error_of_scram_is_told_by_its_kind),
		cmocka_unit_test(memory_that_is_out_is_never_a_wrong_signature),
		cmocka_unit_test(nothing_secret_is_left_in_a_cleared_scram),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
