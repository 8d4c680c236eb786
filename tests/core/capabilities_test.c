/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/capabilities.h"

static ox_capabilities parsed(const char *reply)
{
	ox_reply_reader reader;
	ox_error error;
	ox_capabilities capabilities;
	size_t used;
	ox_reply_reader_init(&reader);
	assert_int_equal(ox_reply_read(&reader, (const uint8_t *)reply, strlen(reply), &used, &error),
					 OX_OK);
	ox_capabilities_parse(&capabilities, &reader.reply);
	ox_reply_reader_clear(&reader);
	return capabilities;
}

static void every_keyword_is_read(void **state)
{
	(void)state;
	ox_capabilities c = parsed(
		"250-mail.example at your service\r\n250-PIPELINING\r\n250-CHUNKING\r\n"
		"250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n250-STARTTLS\r\n"
		"250-REQUIRETLS\r\n250-MT-PRIORITY MIXER\r\n250-SIZE 35882577\r\n"
		"250-LIMITS MAILMAX=20 RCPTMAX=50 RCPTDOMAINMAX=1\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n");
	assert_true(c.esmtp && c.pipelining && c.chunking && c.eightbit && c.utf8 && c.dsn);
	assert_true(c.enhanced_codes && c.starttls && c.require_tls && c.mt_priority && c.size &&
				c.auth);
	assert_int_equal(c.size_limit, 35882577);
	assert_int_equal(c.mail_max, 20);
	assert_int_equal(c.rcpt_max, 50);
	assert_int_equal(c.rcpt_domain_max, 1);
	assert_int_equal(c.mechanisms, 1u << OX_MECHANISM_PLAIN | 1u << OX_MECHANISM_LOGIN |
									   1u << OX_MECHANISM_XOAUTH2);
}

static void a_single_line_offers_nothing(void **state)
{
	(void)state;
	/* Our own name may stand on the first line, even if it is that of an extension. */
	ox_capabilities c = parsed("250 PIPELINING\r\n"), none = {.esmtp = true};
	assert_memory_equal(&c, &none, sizeof c);
}

static void case_and_blanks_do_not_matter_and_near_misses_do_not_count(void **state)
{
	(void)state;
	ox_capabilities c = parsed(
		"250-x\r\n250-  pipelining \t\r\n250-\tsize\t 100 \r\n250-8 BITMIME\r\n"
		"250-XXXXXXXA\r\n250-CHUNKINGS\r\n250-\r\n250 auth  plain\tcram-md5 \r\n");
	assert_true(c.pipelining && c.size && c.auth);
	assert_false(c.eightbit || c.starttls || c.chunking);
	assert_int_equal(c.size_limit, 100);
	assert_int_equal(c.mechanisms, 1u << OX_MECHANISM_PLAIN | 1u << OX_MECHANISM_CRAM_MD5);
}

static void both_forms_of_auth_add_up_and_an_empty_list_is_none(void **state)
{
	(void)state;
	ox_capabilities c = parsed("250-x\r\n250-AUTH=LOGIN PLAIN\r\n250 AUTH LOGIN\r\n");
	assert_int_equal(c.mechanisms, 1u << OX_MECHANISM_PLAIN | 1u << OX_MECHANISM_LOGIN);
	assert_true(c.auth);
	c = parsed("250-x\r\n250 AUTH=PLAIN\r\n");
	assert_int_equal(c.mechanisms, 1u << OX_MECHANISM_PLAIN);
	c = parsed("250-x\r\n250-AUTH\r\n250 AUTH=\r\n");
	assert_false(c.auth);
	c = parsed("250-x\r\n250 AUTH NTLM GSSAPI\r\n");
	assert_true(c.auth && !c.mechanisms);
}

static void size_without_a_number_names_no_limit_and_a_huge_one_saturates(void **state)
{
	(void)state;
	assert_int_equal(parsed("250-x\r\n250 SIZE\r\n").size_limit, 0);
	assert_int_equal(parsed("250-x\r\n250 SIZE 0\r\n").size_limit, 0);
	assert_int_equal(parsed("250-x\r\n250 SIZE -5\r\n").size_limit, 0);
	assert_int_equal(parsed("250-x\r\n250 SIZE 99999999999999999999\r\n").size_limit, UINT64_MAX);
	assert_true(parsed("250-x\r\n250 SIZE\r\n").size);
}

static void limits_that_are_no_numbers_are_none(void **state)
{
	(void)state;
	ox_capabilities c = parsed(
		"250-x\r\n250 LIMITS MAILMAX= RCPTMAX=x OTHER=3 rcptdomainmax=9999999999 FLAG\r\n");
	assert_int_equal(c.mail_max, 0);
	assert_int_equal(c.rcpt_max, 0);
	assert_int_equal(c.rcpt_domain_max, UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_keyword_is_read),
		cmocka_unit_test(a_single_line_offers_nothing),
		cmocka_unit_test(case_and_blanks_do_not_matter_and_near_misses_do_not_count),
		cmocka_unit_test(both_forms_of_auth_add_up_and_an_empty_list_is_none),
		cmocka_unit_test(size_without_a_number_names_no_limit_and_a_huge_one_saturates),
		cmocka_unit_test(limits_that_are_no_numbers_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
