/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/command.h"

static int add(ox_envelope *envelope, const char *address)
{
	size_t index;
	return ox_envelope_add(envelope, address, 0, NULL, &index);
}

static void an_address_that_could_leave_its_command_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"a@b\r\nRCPT TO:<evil@x>",
		"a@b\n",
		"a\rb@c",
		"a\tb@c",
		"a\x7f@b",
		"a@b> SIZE=1",
		"<a@b>",
		"a b@c",
		"\"a\"b\"@c",
		"a\"b c\"@d",
		"\"a@b",
		"\"a\\",
		"\"a\" b@c",
		"",
		"\"a\"> x\"@b",
	};
	ox_envelope envelope;
	ox_envelope_init(&envelope);
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		assert_int_equal(add(&envelope, wrong[i]), OX_E_SYNTAX);
		assert_int_equal(*wrong[i] ? ox_envelope_set_sender(&envelope, wrong[i]) : OX_E_SYNTAX,
						 OX_E_SYNTAX);
	}
	assert_int_equal(envelope.recipient_count, 0);
	char large[OX_PATH_MAX + 2];
	memset(large, 'a', sizeof large - 1);
	large[sizeof large - 1] = 0;
	assert_int_equal(add(&envelope, large), OX_E_LIMIT);
	large[OX_PATH_MAX] = 0;
	assert_int_equal(add(&envelope, large), OX_OK);
	ox_envelope_clear(&envelope);
}

static void quoted_local_parts_literals_and_utf8_are_kept(void **state)
{
	(void)state;
	static const char *const right[] = {
		"\"a b\"@x",   "\"a\\\"b\"@x",  "\"@\"@x",
		"\"a>b\"@x",   "u@[192.0.2.1]", "u@[IPv6:2001:db8::1]",
		"u@localhost", "postmaster",    "gr\xc3\xbc\xc3\x9f@b\xc3\xbc.example"};
	ox_envelope envelope;
	ox_envelope_init(&envelope);
	for (size_t i = 0; i < OX_COUNT(right); i++) {
		assert_int_equal(add(&envelope, right[i]), OX_OK);
		assert_string_equal(envelope.recipients[i].address, right[i]);
	}
	ox_envelope_clear(&envelope);
}

static void a_double_is_found_by_its_domain_in_any_case_and_its_local_part_to_the_byte(void **state)
{
	(void)state;
	ox_envelope envelope;
	size_t index = 9;
	ox_envelope_init(&envelope);
	assert_int_equal(ox_envelope_add(&envelope, "Ann@Example.org", OX_NOTIFY_NEVER, NULL, &index),
					 OX_OK);
	assert_int_equal(index, 0);
	assert_int_equal(ox_envelope_add(&envelope, "ann@example.org", 0, NULL, &index), OX_OK);
	assert_int_equal(index, 1);
	assert_int_equal(ox_envelope_add(&envelope, "Ann@EXAMPLE.ORG", OX_NOTIFY_DELAY, NULL, &index),
					 OX_OK);
	assert_int_equal(index, 0);
	assert_int_equal(envelope.recipient_count, 2);
	assert_int_equal(envelope.recipients[0].notify, OX_NOTIFY_NEVER);
	ox_envelope_clear(&envelope);
}

static void ten_thousand_recipients_fit_and_not_one_more(void **state)
{
	(void)state;
	ox_envelope envelope;
	char address[32];
	ox_envelope_init(&envelope);
	for (int i = 0; i < OX_RECIPIENTS_MAX; i++) {
		snprintf(address, sizeof address, "user%d@example.org", i);
		assert_int_equal(add(&envelope, address), OX_OK);
	}
	assert_int_equal(add(&envelope, "one@too.many"), OX_E_LIMIT);
	assert_int_equal(add(&envelope, "user9999@EXAMPLE.org"), OX_OK);
	assert_int_equal(envelope.recipient_count, OX_RECIPIENTS_MAX);
	ox_envelope_clear(&envelope);
}

static void wishes_for_notification_follow_rfc_3461(void **state)
{
	(void)state;
	ox_envelope envelope;
	size_t index;
	ox_envelope_init(&envelope);
	assert_int_equal(
		ox_envelope_add(&envelope, "a@b", OX_NOTIFY_NEVER | OX_NOTIFY_DELAY, NULL, &index),
		OX_E_SYNTAX);
	assert_int_equal(ox_envelope_add(&envelope, "a@b", 16, NULL, &index), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_add(&envelope, "a@b", 0, "rfc822", &index), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_add(&envelope, "a@b", 0, ";a@b", &index), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_add(&envelope, "a@b", 0, "rfc822;a\r\n@b", &index), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_set_envid(&envelope, ""), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_set_envid(&envelope, "a\r\nb"), OX_E_SYNTAX);
	assert_int_equal(ox_envelope_set_envid(&envelope, "gr\xc3\xbc"), OX_E_SYNTAX);
	char large[OX_ENVID_MAX + 2];
	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = 0;
	assert_int_equal(ox_envelope_set_envid(&envelope, large), OX_E_LIMIT);
	ox_envelope_clear(&envelope);
}

static void full_envelope(ox_envelope *envelope)
{
	size_t index;
	ox_envelope_init(envelope);
	assert_int_equal(ox_envelope_set_sender(envelope, "a@example.com"), OX_OK);
	assert_int_equal(ox_envelope_set_envid(envelope, "id +=1"), OX_OK);
	assert_int_equal(ox_envelope_add(envelope, "b@example.com", OX_NOTIFY_SUCCESS | OX_NOTIFY_DELAY,
									 "rfc822;b+tag=x@example.com", &index),
					 OX_OK);
	assert_int_equal(ox_envelope_add(envelope, "c@example.com", OX_NOTIFY_NEVER, NULL, &index),
					 OX_OK);
	envelope->dsn_return = OX_RETURN_HEADERS;
	envelope->priority = -3;
	envelope->utf8 = envelope->eightbit = envelope->require_tls = true;
	envelope->size = 1234;
}

static void commands_carry_what_the_server_offers_and_nothing_else(void **state)
{
	(void)state;
	ox_capabilities all = {.esmtp = true,
						   .size = true,
						   .dsn = true,
						   .mt_priority = true,
						   .eightbit = true,
						   .utf8 = true,
						   .require_tls = true};
	ox_capabilities none = {.esmtp = true};
	ox_envelope envelope;
	ox_buffer line;
	full_envelope(&envelope);
	ox_buffer_init(&line, OX_COMMAND_LINE_MAX);
	assert_int_equal(ox_command_mail(&line, &envelope, &all, false), OX_OK);
	assert_string_equal(ox_buffer_text(&line),
						"MAIL FROM:<a@example.com> SIZE=1234 RET=HDRS ENVID=id+20+2B+3D1"
						" MT-PRIORITY=-3 BODY=8BITMIME SMTPUTF8 REQUIRETLS");
	ox_buffer_empty(&line);
	assert_int_equal(ox_command_mail(&line, &envelope, &all, true), OX_OK);
	assert_string_equal(ox_buffer_text(&line),
						"MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8 REQUIRETLS");
	ox_buffer_empty(&line);
	assert_int_equal(ox_command_rcpt(&line, &envelope, 0, &all, false), OX_OK);
	assert_string_equal(
		ox_buffer_text(&line),
		"RCPT TO:<b@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Btag+3Dx@example.com");
	ox_buffer_empty(&line);
	assert_int_equal(ox_command_rcpt(&line, &envelope, 1, &all, false), OX_OK);
	assert_string_equal(ox_buffer_text(&line), "RCPT TO:<c@example.com> NOTIFY=NEVER");
	ox_buffer_empty(&line);
	assert_int_equal(ox_command_rcpt(&line, &envelope, 0, &none, false), OX_OK);
	assert_string_equal(ox_buffer_text(&line), "RCPT TO:<b@example.com>");
	envelope.utf8 = envelope.eightbit = envelope.require_tls = false;
	ox_buffer_empty(&line);
	assert_int_equal(ox_command_mail(&line, &envelope, &none, false), OX_OK);
	assert_string_equal(ox_buffer_text(&line), "MAIL FROM:<a@example.com>");
	assert_false(ox_command_mail_has_options(&envelope, &none));
	assert_true(ox_command_mail_has_options(&envelope, &all));
	ox_buffer_clear(&line);
	ox_envelope_clear(&envelope);
}

static void the_null_sender_is_written_exactly(void **state)
{
	(void)state;
	ox_capabilities none = {0};
	ox_envelope envelope;
	ox_buffer line;
	ox_envelope_init(&envelope);
	ox_buffer_init(&line, OX_COMMAND_LINE_MAX);
	assert_int_equal(ox_envelope_set_sender(&envelope, ""), OX_OK);
	assert_int_equal(ox_command_mail(&line, &envelope, &none, false), OX_OK);
	assert_string_equal(ox_buffer_text(&line), "MAIL FROM:<>");
	ox_buffer_clear(&line);
	ox_envelope_clear(&envelope);
}

static void a_copy_has_everything_and_checks_again(void **state)
{
	(void)state;
	ox_envelope envelope, copy;
	full_envelope(&envelope);
	ox_envelope_init(&copy);
	assert_int_equal(ox_envelope_copy(&copy, &envelope), OX_OK);
	assert_string_equal(copy.sender, "a@example.com");
	assert_string_equal(copy.envid, "id +=1");
	assert_string_equal(copy.recipients[0].orcpt, "rfc822;b+tag=x@example.com");
	assert_int_equal(copy.recipients[1].notify, OX_NOTIFY_NEVER);
	assert_int_equal(copy.recipient_count, 2);
	assert_true(copy.utf8 && copy.eightbit && copy.require_tls && copy.priority == -3 &&
				copy.size == 1234);
	ox_envelope_clear(&copy);
	envelope.recipients[1].address[1] = '\n';
	assert_int_equal(ox_envelope_copy(&copy, &envelope), OX_E_SYNTAX);
	assert_int_equal(copy.recipient_count, 0);
	ox_envelope_clear(&copy);
	ox_envelope_clear(&envelope);
}

static void scenario(void)
{
	ox_envelope envelope, copy;
	size_t index;
	ox_envelope_init(&envelope);
	ox_envelope_init(&copy);
	int status = ox_envelope_set_sender(&envelope, "a@b");
	for (int i = 0; i < 9 && status == OX_OK; i++) {
		char address[16];
		snprintf(address, sizeof address, "u%d@b", i);
		status = ox_envelope_add(&envelope, address, 0, "rfc822;u@b", &index);
	}
	if (status == OX_OK) {
		status = ox_envelope_set_envid(&envelope, "id");
	}
	if (status == OX_OK) {
		status = ox_envelope_copy(&copy, &envelope);
	}
	assert_true(status == OX_OK || status == OX_E_NOMEM);
	ox_envelope_clear(&copy);
	ox_envelope_clear(&envelope);
}

static void memory_that_runs_out_is_reported(void **state)
{
	(void)state;
	ox_test_failing_allocations(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_that_could_leave_its_command_is_refused),
		cmocka_unit_test(quoted_local_parts_literals_and_utf8_are_kept),
		cmocka_unit_test(
			a_double_is_found_by_its_domain_in_any_case_and_its_local_part_to_the_byte),
		cmocka_unit_test(ten_thousand_recipients_fit_and_not_one_more),
		cmocka_unit_test(wishes_for_notification_follow_rfc_3461),
		cmocka_unit_test(commands_carry_what_the_server_offers_and_nothing_else),
		cmocka_unit_test(the_null_sender_is_written_exactly),
		cmocka_unit_test(a_copy_has_everything_and_checks_again),
		cmocka_unit_test(memory_that_runs_out_is_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
