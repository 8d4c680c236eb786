/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/base64.h"
#include "base/buffer.h"
#include "base/crc32c.h"
#include "base/digest.h"
#include "base/idn.h"
#include "base/string.h"

static void a_buffer_never_grows_past_its_cap(void **state)
{
	(void)state;
	ox_buffer buffer;
	ox_buffer_init(&buffer, 10);
	assert_int_equal(ox_buffer_append(&buffer, "12345678", 8), OX_OK);
	assert_int_equal(ox_buffer_append(&buffer, "abc", 3), OX_E_LIMIT);
	assert_int_equal(ox_buffer_append_format(&buffer, "%d", 99), OX_OK);
	assert_int_equal(ox_buffer_append_byte(&buffer, 'x'), OX_E_LIMIT);
	assert_string_equal(ox_buffer_text(&buffer), "1234567899");
	ox_buffer_consume(&buffer, 8);
	assert_string_equal(ox_buffer_text(&buffer), "99");
	ox_buffer_clear(&buffer);
	ox_buffer_clear(&buffer);
	assert_string_equal(ox_buffer_text(&buffer), "");
}

static void an_all_zero_buffer_holds_nothing(void **state)
{
	(void)state;
	ox_buffer buffer = {0};
	assert_int_equal(ox_buffer_append_byte(&buffer, 'x'), OX_E_LIMIT);
	ox_buffer_clear(&buffer);
}

static void fill_a_secret_buffer(void)
{
	ox_buffer buffer;
	ox_buffer_init_secret(&buffer, 5000);
	for (int i = 0; i < 60; i++) {
		if (ox_buffer_append_string(&buffer, "0123456789abcdef0123456789abcdef") != OX_OK) {
			break;
		}
	}
	char *text = ox_buffer_take(&buffer);
	ox_free_secret(text);
	ox_buffer_clear(&buffer);
}

static void every_allocation_of_a_buffer_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(fill_a_secret_buffer);
}

static void base64_decodes_what_it_encoded(void **state)
{
	(void)state;
	uint8_t bytes[70];
	for (size_t size = 0; size <= sizeof bytes; size++) {
		ox_buffer text, back;
		ox_buffer_init(&text, 200);
		ox_buffer_init(&back, 200);
		for (size_t i = 0; i < size; i++) {
			bytes[i] = (uint8_t)(i * 37 + size);
		}
		assert_int_equal(ox_base64_encode(&text, bytes, size), OX_OK);
		assert_int_equal(text.size, (size + 2) / 3 * 4);
		assert_int_equal(ox_base64_decode(&back, ox_buffer_text(&text), text.size), OX_OK);
		assert_int_equal(back.size, size);
		assert_true(!size || !memcmp(back.bytes, bytes, size));
		ox_buffer_clear(&text);
		ox_buffer_clear(&back);
	}
}

static void base64_refuses_what_no_encoder_writes(void **state)
{
	(void)state;
	static const char *const wrong[] = {"A", "AA", "AAA", "====", "A===", "AA=A", "AB==", "AAB=",
		"AA A", "AAAA=", "=AAA", "AAA\xff", "AAAAAAA-"};
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		ox_buffer back;
		ox_buffer_init(&back, 100);
		assert_int_equal(ox_base64_decode(&back, wrong[i], strlen(wrong[i])), OX_E_SYNTAX);
		assert_int_equal(back.size, 0);
		ox_buffer_clear(&back);
	}
}

static void numbers_saturate_and_refuse_all_but_digits(void **state)
{
	(void)state;
	uint64_t number = 7;
	assert_true(ox_parse_number(ox_slice_of("99999999999999999999"), &number));
	assert_true(number == UINT64_MAX);
	assert_true(ox_parse_number(ox_slice_of("18446744073709551615"), &number));
	assert_true(number == UINT64_MAX);
	assert_true(ox_parse_number(ox_slice_of("035"), &number));
	assert_int_equal(number, 35);
	assert_false(ox_parse_number(ox_slice_of(""), &number));
	assert_false(ox_parse_number(ox_slice_of("-1"), &number));
	assert_false(ox_parse_number(ox_slice_of("1 "), &number));
}

static void utf8_is_checked_to_the_letter(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true}, {"abc", true}, {"\xc3\xa9", true}, {"\xe2\x82\xac", true},
		{"\xf0\x9f\x98\x80", true}, {"\xf4\x8f\xbf\xbf", true}, {"\xc0\x80", false},
		{"\xc1\xbf", false}, {"\xe0\x9f\xbf", false}, {"\xed\xa0\x80", false},
		{"\xf0\x8f\xbf\xbf", false}, {"\xf4\x90\x80\x80", false}, {"\xf5\x80\x80\x80", false},
		{"\x80", false}, {"\xc3", false}, {"\xe2\x82", false}, {"\xe2\x28\xa1", false},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		assert_int_equal(ox_is_utf8(cases[i].text, strlen(cases[i].text)), cases[i].valid);
	}
}

static void host_names_follow_rfc_1123(void **state)
{
	(void)state;
	assert_true(ox_is_hostname("mail.example.com"));
	assert_true(ox_is_hostname("mail.example.com."));
	assert_true(ox_is_hostname("vm"));
	assert_true(ox_is_hostname("1and1.example"));
	assert_false(ox_is_hostname(""));
	assert_false(ox_is_hostname("."));
	assert_false(ox_is_hostname("a..b"));
	assert_false(ox_is_hostname(".a"));
	assert_false(ox_is_hostname("-a.example"));
	assert_false(ox_is_hostname("a-.example"));
	assert_false(ox_is_hostname("my_host.example"));
	assert_false(ox_is_hostname("a b"));
}

static void xtext_escapes_what_rfc_3461_names(void **state)
{
	(void)state;
	ox_buffer out;
	ox_buffer_init(&out, 100);
	assert_int_equal(ox_append_xtext(&out, "a+b=c d\x7f", 8), OX_OK);
	assert_string_equal(ox_buffer_text(&out), "a+2Bb+3Dc+20d+7F");
	ox_buffer_clear(&out);
}

static void an_error_text_holds_no_control_byte(void **state)
{
	(void)state;
	ox_error error;
	int status = ox_error_set(&error, OX_ERROR_REJECTED, OX_RETRY_NEVER, OX_STAGE_RCPT,
		OX_FACT_REPLY, "a\r\nb\x1b[31m");
	assert_int_equal(status, OX_E_FAILED);
	assert_string_equal(error.text, "a??b?[31m");
	assert_int_equal(ox_error_outcome(&error), OX_OUTCOME_REJECTED);
}

static void every_fact_and_stage_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < OX_FACT_COUNT; i++) {
		assert_non_null(ox_fact_name((ox_fact)i));
	}
	for (int i = 0; i < OX_STAGE_COUNT; i++) {
		assert_non_null(ox_stage_name((ox_stage)i));
	}
	for (int i = 0; i < OX_ERROR_CLASS_COUNT; i++) {
		assert_non_null(ox_error_class_name((ox_error_class)i));
	}
}

static void hmac_md5_gives_the_digest_of_rfc_2195(void **state)
{
	(void)state;
	static const uint8_t expected[16] = {0xb9, 0x13, 0xa6, 0x02, 0xc7, 0xed, 0xa7, 0xa4, 0x95, 0xb4,
		0xe6, 0xe7, 0x33, 0x4d, 0x38, 0x90};
	const char *challenge = "<1896.697170952@postoffice.reston.mci.net>";
	uint8_t out[OX_DIGEST_MAX];
	assert_int_equal(ox_digest_hmac(OX_DIGEST_MD5, "tanstaaftanstaaf", 16, challenge,
						 strlen(challenge), out), OX_OK);
	assert_memory_equal(out, expected, 16);
}

static void idn_gives_a_labels(void **state)
{
	(void)state;
	char *ascii = NULL;
	assert_int_equal(ox_idn_to_ascii("b\xc3\xbc" "cher.example", &ascii), OX_OK);
	assert_string_equal(ascii, "xn--bcher-kva.example");
	ox_free(ascii);
	assert_int_equal(ox_idn_to_ascii("a..b\xc3\xbc", &ascii), OX_E_SYNTAX);
}

static void crc32c_gives_the_sums_of_rfc_3720_however_it_is_cut(void **state)
{
	uint8_t bytes[48];
	(void)state;
	memset(bytes, 0, sizeof bytes);
	assert_int_equal(ox_crc32c(0, bytes, 32), 0x8a9136aa);
	memset(bytes, 0xff, sizeof bytes);
	assert_int_equal(ox_crc32c(0, bytes, 32), 0x62a8ab43);
	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] = (uint8_t)i;
	}
	assert_int_equal(ox_crc32c(0, bytes, 32), 0x46dd794e);
	assert_int_equal(ox_crc32c(0, "123456789", 9), 0xe3069283);
	for (size_t cut = 0; cut <= sizeof bytes; cut++) {
		uint32_t first = ox_crc32c(0, bytes, cut);
		assert_int_equal(ox_crc32c(first, bytes + cut, sizeof bytes - cut),
			ox_crc32c(0, bytes, sizeof bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_never_grows_past_its_cap),
		cmocka_unit_test(an_all_zero_buffer_holds_nothing),
		cmocka_unit_test(every_allocation_of_a_buffer_may_fail),
		cmocka_unit_test(base64_decodes_what_it_encoded),
		cmocka_unit_test(base64_refuses_what_no_encoder_writes),
		cmocka_unit_test(numbers_saturate_and_refuse_all_but_digits),
		cmocka_unit_test(utf8_is_checked_to_the_letter),
		cmocka_unit_test(host_names_follow_rfc_1123),
		cmocka_unit_test(xtext_escapes_what_rfc_3461_names),
		cmocka_unit_test(an_error_text_holds_no_control_byte),
		cmocka_unit_test(every_fact_and_stage_has_a_name),
		cmocka_unit_test(hmac_md5_gives_the_digest_of_rfc_2195),
		cmocka_unit_test(idn_gives_a_labels),
		cmocka_unit_test(crc32c_gives_the_sums_of_rfc_3720_however_it_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
