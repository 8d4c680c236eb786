/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/mend.h"
#include "message/message.h"

static void expect(const char *text, const char *mended)
{
	ox_buffer out;
	ox_buffer_init(&out, 100000);
	assert_int_equal(ox_message_mend(&out, ox_slice_of(text), "host.example"), OX_OK);
	assert_string_equal(ox_buffer_text(&out), mended);
	ox_buffer_clear(&out);
}

static void text_beyond_ascii_in_a_field_is_encoded(void **state)
{
	(void)state;
	expect("Subject: Gr\xc3\xbc\xc3\x9f" "e\nX-Shop:  \xc3\xbc\n\tb \n\nx\n",
		"Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\nX-Shop: =?UTF-8?B?w7wgYg==?=\r\n\r\nx\r\n");
	expect("From: M\xc3\xbcller <m@example.org>, b@example.org\n\n",
		"From: =?UTF-8?B?TcO8bGxlcg==?= <m@example.org>, b@example.org\r\n\r\n");
}

static void what_is_no_utf8_counts_as_latin_1(void **state)
{
	(void)state;
	expect("Subject: Gr\xfc\xdf" "e\n\nx\n", "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n\r\nx\r\n");
}

static void what_is_good_stays_octet_by_octet(void **state)
{
	(void)state;
	const char *good = "Received: by x (\xc3\xbc)\r\nSubject:   two  blanks\r\nTo: b@example.org,\r\n\t(c) d@example.org\r\n"
		"Content-Disposition: attachment; filename=\"\xc3\xbc\"\r\n\r\nbody \xc3\xbc\r\n.\r\n";
	expect(good, good);
}

static void a_lone_local_part_gets_the_domain(void **state)
{
	(void)state;
	expect("From: root (Cron Daemon)\nTo: root, \"A\" <b>, c@example.org\n\n",
		"From: root@host.example\r\nTo: root@host.example, A <b@host.example>, c@example.org\r\n\r\n");
}

static void without_a_domain_a_lone_local_part_stays(void **state)
{
	(void)state;
	ox_buffer out;
	ox_buffer_init(&out, 1000);
	assert_int_equal(ox_message_mend(&out, ox_slice_of("To: root\n\n"), NULL), OX_OK);
	assert_string_equal(ox_buffer_text(&out), "To: root\r\n\r\n");
	ox_buffer_clear(&out);
}

static void what_cannot_be_read_stays_to_be_refused(void **state)
{
	(void)state;
	expect("Subject: \xc3\xbc\nno field\nSubject: \xc3\xbc\n\nx\n",
		"Subject: =?UTF-8?B?w7w=?=\r\nno field\r\nSubject: \xc3\xbc\r\n\r\nx\r\n");
	expect("To: \xc3\xbc <a@@b>\n\nx\n", "To: \xc3\xbc <a@@b>\r\n\r\nx\r\n");
	expect("", "");
	expect("\n\nx\n", "\r\n\r\nx\r\n");
}

/* The body of what is made of these fields and a line of 3000 octets. */
static void mend_long(ox_buffer *out, const char *fields, char octet)
{
	ox_buffer text;
	ox_buffer_init(&text, 10000);
	ox_buffer_init(out, 100000);
	assert_int_equal(ox_buffer_append_format(&text, "%s\n", fields), OX_OK);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(ox_buffer_append_byte(&text, (uint8_t)octet), OX_OK);
	}
	assert_int_equal(ox_message_mend(out, (ox_slice){ox_buffer_text(&text), text.size}, NULL), OX_OK);
	ox_buffer_clear(&text);
}

static void a_line_that_is_too_long_is_encoded(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *mended;
	} cases[] = {
		{"Subject: x\n", "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n"},
		{"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
			"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n"},
		{"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n",
			"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_buffer out;
		ox_lines_facts facts;
		mend_long(&out, cases[i].fields, 'A');
		assert_memory_equal(out.bytes, cases[i].mended, strlen(cases[i].mended));
		ox_lines_scan(out.bytes, out.size, &facts);
		assert_in_range(facts.longest, 70, 78);
		size_t letters = 0;
		for (size_t at = strlen(cases[i].mended); at < out.size; at++) {
			letters += out.bytes[at] == 'A';
		}
		assert_int_equal(letters, 3000);
		ox_buffer_clear(&out);
	}
}

static void a_part_among_others_is_left_to_be_refused(void **state)
{
	(void)state;
	ox_buffer out;
	ox_lines_facts facts;
	mend_long(&out, "Content-Type: multipart/mixed; boundary=b\n", 'A');
	ox_lines_scan(out.bytes, out.size, &facts);
	assert_int_equal(facts.longest, 3000);
	ox_buffer_clear(&out);
}

static void mend_all(void)
{
	ox_buffer out;
	ox_buffer_init(&out, 10000);
	int status = ox_message_mend(&out, ox_slice_of("From: \xc3\xbc <root>\nSubject: \xfc\n\nx\n"), "host.example");
	assert_true(status == OX_OK || status == OX_E_NOMEM);
	ox_buffer_clear(&out);
}

static void any_allocation_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(mend_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_beyond_ascii_in_a_field_is_encoded),
		cmocka_unit_test(what_is_no_utf8_counts_as_latin_1),
		cmocka_unit_test(what_is_good_stays_octet_by_octet),
		cmocka_unit_test(a_lone_local_part_gets_the_domain),
		cmocka_unit_test(without_a_domain_a_lone_local_part_stays),
		cmocka_unit_test(what_cannot_be_read_stays_to_be_refused),
		cmocka_unit_test(a_line_that_is_too_long_is_encoded),
		cmocka_unit_test(a_part_among_others_is_left_to_be_refused),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
