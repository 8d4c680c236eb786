/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/header.h"
#include "message/compose.h"

static const ox_message_origin origin = {
	.now = 1790000000, .random = {1, 2, 3}, .host = "host.example"};

/* One message in the making; a test changes what it is about. */
typedef struct {
	ox_address_list from, to, bcc;
	ox_draft plain;
	ox_message made;
	ox_error error;
	int status;
} draft;

static void add(ox_address_list *list, const char *text)
{
	ox_error error;
	assert_int_equal(ox_address_list_parse(list, ox_slice_of(text), &error), OX_OK);
}

static void begin(draft *d)
{
	memset(d, 0, sizeof *d);
	d->plain = (ox_draft){.from = &d->from,
								  .to = &d->to,
								  .bcc = &d->bcc,
								  .subject = ox_slice_of("s"),
								  .text = ox_slice_of("t\n"),
								  .date = INT64_MIN};
	add(&d->from, "a@example.org");
	ox_message_init(&d->made, OX_MESSAGE_MAX);
}

static const char *compose(draft *d)
{
	ox_message_clear(&d->made);
	d->status = ox_message_compose(&d->made, &d->plain, &origin, &d->error);
	return d->status == OX_OK ? ox_buffer_text(&d->made.octets) : d->error.text;
}

static void end(draft *d)
{
	ox_message_clear(&d->made);
	ox_address_list_clear(&d->from);
	ox_address_list_clear(&d->to);
	ox_address_list_clear(&d->bcc);
}

static void a_plain_message_has_the_fields_it_needs_and_no_others(void **state)
{
	(void)state;
	draft d;
	begin(&d);
	add(&d.to, "B <b@example.org>");
	assert_string_equal(compose(&d),
						"Date: Mon, 21 Sep 2026 14:13:20 +0000\r\nFrom: a@example.org\r\n"
						"To: B <b@example.org>\r\n"
						"Message-ID: <01020300000000000000000000000000@example.org>\r\n"
						"Subject: s\r\nMIME-Version: 1.0\r\n"
						"Content-Type: text/plain; charset=utf-8\r\n"
						"Content-Transfer-Encoding: 7bit\r\n\r\nt\r\n");
	assert_string_equal(d.made.id, "01020300000000000000000000000000@example.org");
	assert_false(d.made.utf8_headers || d.made.facts.eightbit);
	end(&d);
}

static void who_is_blind_is_in_no_field(void **state)
{
	(void)state;
	draft d;
	begin(&d);
	add(&d.bcc, "hidden@example.org");
	const char *text = compose(&d);
	assert_non_null(strstr(text, "\r\nTo: undisclosed-recipients:;\r\n"));
	assert_null(strstr(text, "hidden"));
	assert_null(strstr(text, "cc:"));
	assert_int_equal(d.made.recipients.count, 1);
	end(&d);
}

static void of_several_authors_the_first_is_the_sender(void **state)
{
	(void)state;
	draft d;
	begin(&d);
	add(&d.from, "second@example.org");
	assert_non_null(strstr(compose(&d),
						   "From: a@example.org, second@example.org\r\nSender: a@example.org\r\n"));
	end(&d);
}

static void what_would_break_out_of_its_field_is_refused_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *name, *value, *says;
	} cases[] = {
		{"X-A", "b\r\nBcc: x@y", "header X-A: "},
		{"X-A", "b\n c", "header X-A: "},
		{"X-A", "b\rc", "header X-A: "},
		{"X-A", "\xff", "header X-A: "},
		{"X A", "b", "header: "},
		{"X:A", "b", "header: "},
		{"", "b", "header: "},
		{"X\r\nA", "b", "header: "},
		{"X\xc3\xa4", "b", "header: "},
		{"Bcc", "x@y", "header Bcc: "},
		{"RESENT-BCC", "x@y", "header RESENT-BCC"},
		{"subject", "x", "header subject: "},
		{"Content-Type", "x", "header Content-Type: "},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		draft d;
		ox_field field = {ox_slice_of(cases[i].name), ox_slice_of(cases[i].value)};
		begin(&d);
		d.plain.fields = &field;
		d.plain.field_count = 1;
		const char *text = compose(&d);
		assert_int_equal(d.status, OX_E_FAILED);
		assert_int_equal(d.error.class, OX_ERROR_USAGE);
		assert_ptr_equal(strstr(text, cases[i].says), text);
		assert_int_equal(d.made.octets.size, 0);
		end(&d);
	}
}

static void subject_text_and_identifier_are_checked_too(void **state)
{
	(void)state;
	static const char *const subjects[] = {"a\r\nBcc: x@y", "a\nb", "a\rb", "\x01", "\xc3"};
	static const char *const identifiers[] = {
		"x", "@", "a@", "@b", "a@b>\r\nBcc: x", "a b@c", "<a@b>", "a\r\n@b", "\xc3\xa4@b"};
	draft d;
	begin(&d);
	for (size_t i = 0; i < OX_COUNT(subjects); i++) {
		d.plain.subject = ox_slice_of(subjects[i]);
		assert_ptr_equal(strstr(compose(&d), "subject: "), d.error.text);
	}
	d.plain.subject = (ox_slice){"a\0b", 3};
	assert_ptr_equal(strstr(compose(&d), "subject: "), d.error.text);
	d.plain.subject = ox_slice_of("s");
	for (size_t i = 0; i < OX_COUNT(identifiers); i++) {
		d.plain.message_id = ox_slice_of(identifiers[i]);
		assert_ptr_equal(strstr(compose(&d), "messageId: "), d.error.text);
	}
	d.plain.message_id = ox_slice_of("me@there");
	assert_non_null(strstr(compose(&d), "\r\nMessage-ID: <me@there>\r\n"));
	d.plain.text = (ox_slice){"a\0b", 3};
	assert_ptr_equal(strstr(compose(&d), "text: "), d.error.text);
	assert_int_equal(d.error.fact, OX_FACT_NUL_IN_BODY);
	d.plain.text = ox_slice_of("\xff");
	assert_ptr_equal(strstr(compose(&d), "text: "), d.error.text);
	end(&d);
}

static void caps_are_kept(void **state)
{
	(void)state;
	draft d;
	begin(&d);
	ox_field *fields = calloc(OX_HEADER_FIELDS_MAX + 1, sizeof *fields);
	assert_non_null(fields);
	for (size_t i = 0; i <= OX_HEADER_FIELDS_MAX; i++) {
		fields[i] = (ox_field){ox_slice_of("X"), ox_slice_of("y")};
	}
	d.plain.fields = fields;
	d.plain.field_count = OX_HEADER_FIELDS_MAX;
	(void)compose(&d);
	assert_int_equal(d.status, OX_OK);
	d.plain.field_count++;
	assert_ptr_equal(strstr(compose(&d), "header: "), d.error.text);
	char *wide = calloc(1, 3000);
	assert_non_null(wide);
	memset(wide, 'w', 2999);
	for (size_t i = 0; i < 500; i++) {
		fields[i].value = ox_slice_of(wide);
	}
	d.plain.field_count = 500;
	assert_ptr_equal(strstr(compose(&d), "header: "), d.error.text);
	assert_int_equal(d.error.fact, OX_FACT_SIZE_LIMIT);
	end(&d);
	begin(&d);
	ox_message_init(&d.made, 200);
	(void)compose(&d);
	assert_int_equal(d.status, OX_E_FAILED);
	assert_int_equal(d.error.fact, OX_FACT_SIZE_LIMIT);
	end(&d);
	free(wide);
	free(fields);
}

static const char *body_of(draft *d, const char *text)
{
	d->plain.text = ox_slice_of(text);
	const char *body = strstr(compose(d), "\r\n\r\n");
	assert_non_null(body);
	return body + 4;
}

static void text_beyond_ascii_is_quoted_printable(void **state)
{
	(void)state;
	static const struct {
		const char *text, *body;
	} cases[] = {
		{"\xc3\xa4", "=C3=A4\r\n"},
		{"\xc3\xa4=\n", "=C3=A4=3D\r\n"},
		{"\xc3\xa4 \nb\t\r\n c\r", "=C3=A4=20\r\nb=09\r\n c\r\n"},
		{".\xc3\xa4\n.", "=2E=C3=A4\r\n=2E\r\n"},
		{"\xc3\xa4\n\n\n", "=C3=A4\r\n\r\n\r\n"},
		/* 74 and a character of two octets: the soft break is before its first, and after 76 at
		   most. */
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4",
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=\r\n=C3="
		 "A4\r\n"},
	};
	draft d;
	begin(&d);
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		assert_string_equal(body_of(&d, cases[i].text), cases[i].body);
		assert_non_null(strstr(ox_buffer_text(&d.made.octets), ": quoted-printable\r\n"));
	}
	assert_string_equal(body_of(&d, "plain = \n.\nx"), "plain = \r\n.\r\nx\r\n");
	assert_string_equal(body_of(&d, ""), "");
	end(&d);
}

static void long_lines_of_text_are_broken_softly_and_come_back_whole(void **state)
{
	(void)state;
	char line[1100];
	draft d;
	begin(&d);
	for (size_t i = 0; i < sizeof line - 1; i++) {
		line[i] = " .=xyzab"[i % 8];
	}
	line[sizeof line - 1] = 0;
	const char *body = body_of(&d, line);
	size_t at = 0;
	while (*body) {
		const char *stop = strstr(body, "\r\n");
		assert_true(stop - body <= 76);
		assert_true(*body != '.' && stop[-1] != ' ');
		for (const char *p = body; p < stop; p++, at++) {
			char digits[] = {p[0] == '=' ? p[1] : 0, p[0] == '=' ? p[2] : 0, 0};
			if (*p == '=' && p + 1 == stop) {
				break;
			}
			assert_int_equal(*p == '=' ? strtol(digits, NULL, 16) : *p, line[at]);
			p += *p == '=' ? 2 : 0;
		}
		body = stop + 2;
	}
	assert_int_equal(at, sizeof line - 1);
	end(&d);
}

static void assert_field(const char *text, const char *expected)
{
	ox_buffer out;
	ox_buffer_init(&out, 100000);
	assert_int_equal(ox_header_text(&out, "X", ox_slice_of(text)), OX_OK);
	assert_string_equal(ox_buffer_text(&out), expected);
	ox_buffer_clear(&out);
}

static void text_of_a_field_is_left_alone_where_it_may_be(void **state)
{
	(void)state;
	assert_field("", "X: \r\n");
	assert_field("a  b", "X: a  b\r\n");
	assert_field("a=b?c", "X: a=b?c\r\n");
	assert_field("\xc3\xa4", "X: =?UTF-8?B?w6Q=?=\r\n");
	assert_field("=?x", "X: =?UTF-8?B?PT94?=\r\n");
	assert_field(" a", "X: =?UTF-8?B?IGE=?=\r\n");
	assert_field("a ", "X: =?UTF-8?B?YSA=?=\r\n");
	assert_field(
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  cccccc dd",
		"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"
		"  cccccc dd\r\n");
}

/* Words and blanks of any length: no line over 998, under 79 where there is a blank to fold at, and
 * no line of blanks only (RFC 5322 3.2.2), which some servers take for the end of the header. */
static void no_field_passes_the_wall(void **state)
{
	(void)state;
	char text[4000];
	for (size_t word = 1; word < 1200; word += 37) {
		for (size_t blanks = 1; blanks < 1200; blanks += 111) {
			size_t size = 0;
			while (size + word + blanks < sizeof text) {
				memset(text + size, 'w', word);
				memset(text + size + word, ' ', blanks);
				size += word + blanks;
			}
			ox_buffer out;
			ox_buffer_init(&out, 100000);
			ox_slice value = {text, size - blanks};
			assert_int_equal(ox_header_text(&out, "X-Field", value), OX_OK);
			for (const char *line = ox_buffer_text(&out); *line;) {
				const char *stop = strstr(line, "\r\n");
				assert_true(stop - line <= (word + blanks < 60 ? 78 : 998));
				assert_true(stop - line > (long)strspn(line, " "));
				line = stop + 2;
			}
			ox_buffer_clear(&out);
		}
	}
}

static void names_are_quoted_or_encoded_as_they_need(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"Ann B", "X: Ann B <a@b>\r\n"},
		{"B, Ann", "X: \"B, Ann\" <a@b>\r\n"},
		{"a \"b\" \\", "X: \"a \\\"b\\\" \\\\\" <a@b>\r\n"},
		{"a@b", "X: \"a@b\" <a@b>\r\n"},
		{"\xc3\xa4", "X: =?UTF-8?B?w6Q=?= <a@b>\r\n"},
		{"=?x?=", "X: =?UTF-8?B?PT94Pz0=?= <a@b>\r\n"},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_address_list list;
		ox_buffer out;
		ox_error error;
		ox_address_list_init(&list);
		ox_buffer_init(&out, 1000);
		assert_int_equal(
			ox_address_list_add(&list, ox_slice_of("a@b"), ox_slice_of(cases[i][0]), &error),
			OX_OK);
		assert_int_equal(ox_header_addresses(&out, "X", &list), OX_OK);
		assert_string_equal(ox_buffer_text(&out), cases[i][1]);
		ox_buffer_clear(&out);
		ox_address_list_clear(&list);
	}
}

static void a_local_part_in_utf8_asks_for_smtputf8_and_a_domain_does_not(void **state)
{
	(void)state;
	draft d;
	begin(&d);
	add(&d.to, "x@b\xc3\xbc"
			   "cher.example");
	assert_non_null(strstr(compose(&d), "To: x@xn--bcher-kva.example\r\n"));
	assert_false(d.made.utf8_headers);
	add(&d.to, "\xc3\xbc@example.org");
	assert_non_null(strstr(compose(&d), "\xc3\xbc@example.org\r\n"));
	assert_true(d.made.utf8_headers);
	end(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_message_has_the_fields_it_needs_and_no_others),
		cmocka_unit_test(who_is_blind_is_in_no_field),
		cmocka_unit_test(of_several_authors_the_first_is_the_sender),
		cmocka_unit_test(what_would_break_out_of_its_field_is_refused_by_name),
		cmocka_unit_test(subject_text_and_identifier_are_checked_too),
		cmocka_unit_test(caps_are_kept),
		cmocka_unit_test(text_beyond_ascii_is_quoted_printable),
		cmocka_unit_test(long_lines_of_text_are_broken_softly_and_come_back_whole),
		cmocka_unit_test(text_of_a_field_is_left_alone_where_it_may_be),
		cmocka_unit_test(no_field_passes_the_wall),
		cmocka_unit_test(names_are_quoted_or_encoded_as_they_need),
		cmocka_unit_test(a_local_part_in_utf8_asks_for_smtputf8_and_a_domain_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
