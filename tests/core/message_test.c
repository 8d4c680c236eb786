/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/header.h"
#include "message/compose.h"

static const ox_message_origin origin = {
	.now = 1790000000, .random = {1, 2, 3}, .host = "host.example"};

static int take(ox_message *message, const char *text, ox_error *error)
{
	ox_message_init(message, 100000);
	return ox_message_from_text(message, ox_slice_of(text), &origin, error);
}

static void a_complete_message_keeps_its_octets(void **state)
{
	(void)state;
	ox_message message;
	ox_error error;
	const char *text = "X-Odd:\t  kept \r\nTo: b@example.org\r\nFrom: A <a@example.org>\r\nDate: "
					   "any\r\nMessage-ID: <1@x>\r\n\r\n.\r\n";
	assert_int_equal(take(&message, text, &error), OX_OK);
	assert_string_equal(ox_buffer_text(&message.octets), text);
	assert_string_equal(message.sender, "a@example.org");
	assert_string_equal(message.id, "1@x");
	ox_message_clear(&message);
}

static void blind_recipients_are_in_the_envelope_and_nowhere_else(void **state)
{
	(void)state;
	ox_message message;
	ox_error error;
	assert_int_equal(take(&message,
						  "From: a@example.org\nBCC: b@example.org,\n\t\"x\" <c@example.org>\nTo: "
						  "d@example.org\n\nhi\n",
						  &error),
					 OX_OK);
	assert_int_equal(message.recipients.count, 3);
	assert_null(strstr(ox_buffer_text(&message.octets), "b@example.org"));
	assert_null(strstr(ox_buffer_text(&message.octets), "c@example.org"));
	assert_non_null(strstr(ox_buffer_text(&message.octets), "\r\n\r\nhi\r\n"));
	ox_message_clear(&message);
}

static void a_resent_message_goes_to_whom_it_is_resent(void **state)
{
	(void)state;
	ox_message message;
	ox_error error;
	assert_int_equal(take(&message,
						  "Resent-From: r@example.org\nResent-To: s@example.org\nFrom: "
						  "a@example.org\nTo: b@example.org\n\nhi\n",
						  &error),
					 OX_OK);
	assert_int_equal(message.recipients.count, 1);
	assert_string_equal(message.recipients.items[0].address, "s@example.org");
	assert_string_equal(message.sender, "r@example.org");
	ox_message_clear(&message);
}

static void only_the_newest_resending_counts(void **state)
{
	(void)state;
	static const char *const older[] = {"Received: x\n", "", "Return-Path: <x>\n"};
	for (size_t i = 0; i < OX_COUNT(older); i++) {
		char text[400];
		ox_message message;
		ox_error error;
		snprintf(text, sizeof text,
				 "Resent-Date: d\nResent-From: r@example.org\nResent-To: s@example.org\n"
				 "Resent-Bcc: u@example.org\n%sResent-Date: d\nResent-From: "
				 "old@example.org\nResent-To: gone@example.org\n"
				 "Resent-Bcc: gone@example.org\nFrom: a@example.org\n\nhi\n",
				 older[i]);
		assert_int_equal(take(&message, text, &error), OX_OK);
		assert_int_equal(message.recipients.count, 2);
		assert_string_equal(message.recipients.items[1].address, "u@example.org");
		assert_null(strstr(ox_buffer_text(&message.octets), "Resent-Bcc"));
		ox_message_clear(&message);
	}
}

static void what_identifies_a_message_is_added_in_front_where_it_is_missing(void **state)
{
	(void)state;
	static const char date[] = "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n";
	static const char id[] = "Message-ID: <01020300000000000000000000000000@example.org>\r\n";
	static const char *const cases[][2] = {
		{"", "dm"}, {"date: x\r\n", "m"}, {"MESSAGE-ID: <i@d>\r\n", "d"}};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		char text[200], expected[400];
		ox_message message;
		ox_error error;
		snprintf(text, sizeof text, "Subject: s\r\n%sFrom: a@example.org\r\n\r\nhi\r\n",
				 cases[i][0]);
		snprintf(expected, sizeof expected, "%s%s%s", strchr(cases[i][1], 'd') ? date : "",
				 strchr(cases[i][1], 'm') ? id : "", text);
		assert_int_equal(take(&message, text, &error), OX_OK);
		assert_string_equal(ox_buffer_text(&message.octets), expected);
		assert_string_equal(message.id,
							i == 2 ? "i@d" : "01020300000000000000000000000000@example.org");
		ox_message_clear(&message);
	}
}

static void an_identifier_is_told_without_its_folds(void **state)
{
	(void)state;
	static const char *const cases[][2] = {{"\r\n <a@b>", "a@b"},
										   {"<a\r\n @b> (c)", "a@b"},
										   {"bare@x", "bare@x"},
										   {"", ""},
										   {"\r\n bare@x", "bare@x"}};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		char text[100];
		ox_message message;
		ox_error error;
		snprintf(text, sizeof text, "From: a@example.org\r\nMessage-ID: %s\r\n\r\n", cases[i][0]);
		assert_int_equal(take(&message, text, &error), OX_OK);
		assert_string_equal(message.id, cases[i][1]);
		ox_message_clear(&message);
	}
}

static void utf8_in_fields_that_stay_asks_for_smtputf8(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool utf8;
	} cases[] = {
		{"From: a@b\nSubject: \xc3\xa4\n\nx", true},
		{"From: a@b\nBcc: \xc3\xa4 <c@d>\n\nx", false},
		{"From: a@b\n\n\xc3\xa4", false},
		{"From: a@b\nX: a\n \xc3\xa4\n\nx", true},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_message message;
		ox_error error;
		assert_int_equal(take(&message, cases[i].text, &error), OX_OK);
		assert_int_equal(message.utf8_headers, cases[i].utf8);
		ox_message_clear(&message);
	}
}

static void obsolete_and_odd_forms_are_taken(void **state)
{
	(void)state;
	static const char *const texts[] = {"From: \"a b\" <@r:a@b>\nTo: (c) x . y @ z (d), G: ;\n\n",
										"From: a@b",
										"From: a@b\n",
										"From: a@b\n\n",
										"From:a@b\nSubject:\n\n\n\n",
										"X:\n \n \n y\nFrom: a@b\n\n",
										"From: a@b\nTo:\nCc: \n\nFrom x\n",
										"To: b@c\n\nno author",
										"From: a@b\nTo: a@b\nTo: c@d\n\n"};
	for (size_t i = 0; i < OX_COUNT(texts); i++) {
		ox_message message;
		ox_error error = {0};
		if (take(&message, texts[i], &error) != OX_OK) {
			fail_msg("%s: %s", texts[i], error.text);
		}
		assert_true(message.facts.clean);
		ox_message_clear(&message);
	}
}

static int take_lines(const char *line, size_t count, const char *before, ox_error *error)
{
	ox_buffer text;
	ox_message message;
	ox_buffer_init(&text, OX_MESSAGE_MAX);
	assert_int_equal(ox_buffer_append_string(&text, before), OX_OK);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ox_buffer_append_string(&text, line), OX_OK);
	}
	ox_message_init(&message, 20000000);
	ox_slice all = {ox_buffer_text(&text), text.size};
	int status = ox_message_from_text(&message, all, &origin, error);
	ox_message_clear(&message);
	ox_buffer_clear(&text);
	return status;
}

static void each_cap_refuses_what_is_one_over_it(void **state)
{
	(void)state;
	ox_error error;
	assert_int_equal(take_lines("x", OX_LINE_MAX, "From: a@b\n\n", &error), OX_OK);
	assert_int_equal(take_lines("x", OX_LINE_MAX + 1, "From: a@b\n\n", &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_LINE_TOO_LONG);
	assert_int_equal(take_lines("X: y\n", OX_HEADER_FIELDS_MAX - 1, "From: a@b\n", &error), OX_OK);
	assert_int_equal(take_lines("X: y\n", OX_HEADER_FIELDS_MAX, "From: a@b\n", &error),
					 OX_E_FAILED);
	assert_int_equal(
		take_lines(" 45678901234567890123456789012\n", OX_HEADER_MAX / 31 + 1, "X: a@b\n", &error),
		OX_E_FAILED);
	assert_int_equal(take_lines("1234567890\n", 2000000, "From: a@b\n\n", &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_SIZE_LIMIT);
}

static void what_is_no_message_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const char *const wrong[] = {"",
										"\n\nbody",
										"no header",
										"From a@b Mon\nSubject: x\n\n",
										"A: b\nno colon\n\n",
										"A B: c\n\n",
										"To: a@b@c\n\n",
										"To: (open\n\n",
										"From: <a@example.org\n\n"};
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		ox_message message;
		ox_error error;
		assert_int_equal(take(&message, wrong[i], &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_true(*error.text);
		ox_message_clear(&message);
	}
}

static void dates_are_right_in_every_zone_and_century(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		int zone;
		const char *text;
	} cases[] = {
		{0, 0, "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"},
		{951782400, 0, "Date: Tue, 29 Feb 2000 00:00:00 +0000\r\n"},
		{4107542399, 0, "Date: Sun, 28 Feb 2100 23:59:59 +0000\r\n"},
		{4107542400, 0, "Date: Mon, 01 Mar 2100 00:00:00 +0000\r\n"},
		{-1, 0, "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n"},
		{1790000000, -210, "Date: Mon, 21 Sep 2026 10:43:20 -0330\r\n"},
		{1709164800, 720, "Date: Thu, 29 Feb 2024 12:00:00 +1200\r\n"},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_buffer out;
		ox_buffer_init(&out, 100);
		assert_int_equal(ox_header_date(&out, cases[i].seconds, cases[i].zone), OX_OK);
		assert_string_equal(ox_buffer_text(&out), cases[i].text);
		ox_buffer_clear(&out);
	}
}

static void encoded_words_are_short_and_split_no_character(void **state)
{
	(void)state;
	char subject[900];
	for (size_t lead = 0; lead < 4; lead++) {
		ox_buffer out;
		size_t size = 0;
		ox_buffer_init(&out, 10000);
		memset(subject, 'x', lead);
		for (size = lead; size + 4 < sizeof subject; size += 4) {
			memcpy(subject + size, "\xf0\x9f\x98\x80", 4);
		}
		assert_int_equal(ox_header_text(&out, "Subject", (ox_slice){subject, size}), OX_OK);
		for (const char *line = ox_buffer_text(&out); *line;) {
			const char *end = strstr(line, "\r\n");
			const char *word = strstr(line, "=?UTF-8?B?");
			assert_true(end - line <= OX_HEADER_FOLD);
			if (word && word < end) {
				assert_true(end - word <= 75);
			}
			line = end + 2;
		}
		ox_buffer_clear(&out);
	}
}

static void compose_and_take(void)
{
	ox_message message, again;
	ox_error error;
	ox_address_list from, to;
	ox_address_list_init(&from);
	ox_address_list_init(&to);
	if (ox_address_list_parse(&from, ox_slice_of("\"Q, \\\"x\\\"\" <a@example.org>"), &error) ==
			OX_OK &&
		ox_address_list_parse(&to,
							  ox_slice_of("b@example.org, G: c@b\xc3\xbc"
										  "cher.example;"),
							  &error) == OX_OK) {
		ox_draft plain = {.from = &from,
								  .to = &to,
								  .subject = ox_slice_of("Gr\xc3\xbc\xc3\x9f"
														 "e"),
								  .text = ox_slice_of("\xc3\xa4 \n.\n"),
								  .date = INT64_MIN};
		ox_message_init(&message, 100000);
		if (ox_message_compose(&message, &plain, &origin, &error) == OX_OK) {
			ox_message_init(&again, 100000);
			if (ox_message_from_text(
					&again, (ox_slice){ox_buffer_text(&message.octets), message.octets.size},
					&origin, &error) == OX_OK) {
				assert_string_equal(ox_buffer_text(&again.octets), ox_buffer_text(&message.octets));
				assert_int_equal(again.recipients.count, 2);
			}
			ox_message_clear(&again);
		}
		ox_message_clear(&message);
	}
	ox_address_list_clear(&from);
	ox_address_list_clear(&to);
}

static void what_is_composed_is_taken_as_it_is_and_any_allocation_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(compose_and_take);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complete_message_keeps_its_octets),
		cmocka_unit_test(blind_recipients_are_in_the_envelope_and_nowhere_else),
		cmocka_unit_test(a_resent_message_goes_to_whom_it_is_resent),
		cmocka_unit_test(only_the_newest_resending_counts),
		cmocka_unit_test(what_identifies_a_message_is_added_in_front_where_it_is_missing),
		cmocka_unit_test(an_identifier_is_told_without_its_folds),
		cmocka_unit_test(utf8_in_fields_that_stay_asks_for_smtputf8),
		cmocka_unit_test(obsolete_and_odd_forms_are_taken),
		cmocka_unit_test(each_cap_refuses_what_is_one_over_it),
		cmocka_unit_test(what_is_no_message_is_refused_with_a_reason),
		cmocka_unit_test(dates_are_right_in_every_zone_and_century),
		cmocka_unit_test(encoded_words_are_short_and_split_no_character),
		cmocka_unit_test(what_is_composed_is_taken_as_it_is_and_any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
