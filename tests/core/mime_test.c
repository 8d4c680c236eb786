/* SPDX-License-Identifier: MIT */
/* What is composed, read back by mime_reader: every field, part and octet. */
#include "test.h"

#include "message/compose.h"
#include "mime_reader.h"

static const ox_message_origin origin = {.now = 1790000000, .random = {1, 2, 3, [16] = 7}, .host = "host.example"};
static const char base[] = "=_070000000000000000000000"; /* of that randomness */

typedef struct {
	const char *at;
} octets;

static bool read_octets(void *context, uint64_t offset, void *bytes, size_t size)
{
	memcpy(bytes, ((const octets *)context)->at + offset, size);
	return true;
}

#define EMOJI "\xf0\x9f\x98\x80"

/* A message in the making, what became of it, and what a reader makes of that. */
typedef struct {
	ox_address_list from;
	ox_part parts[8];
	octets contents[8];
	ox_draft draft;
	ox_message made;
	ox_error error;
	char *whole;
	mime_part *read;
} letter;

static void begin(letter *l)
{
	ox_error error;
	memset(l, 0, sizeof *l);
	(void)!ox_address_list_parse(&l->from, ox_slice_of("a@example.org"), &error); /* memory may be out */
	l->draft = (ox_draft){.from = &l->from, .subject = {"s", 1}, .date = INT64_MIN, .parts = l->parts};
	ox_message_init(&l->made, OX_MESSAGE_MAX);
}

static ox_part *attach(letter *l, const char *name, const char *type, const char *body)
{
	ox_part *part = &l->parts[l->draft.part_count];
	octets *content = &l->contents[l->draft.part_count++];
	content->at = body;
	*part = (ox_part){.name = ox_slice_of(name), .type = ox_slice_of(type), .content = {content, read_octets, strlen(body)}};
	return part;
}

static void forget(letter *l)
{
	mime_free(l->read);
	free(l->whole);
	l->read = NULL;
	l->whole = NULL;
	ox_message_clear(&l->made);
}

static int compose(letter *l)
{
	forget(l);
	return ox_message_compose(&l->made, &l->draft, &origin, &l->error);
}

static mime_part *send(letter *l)
{
	const char *why = "";
	if (compose(l) != OX_OK) {
		fail_msg("%s", l->error.text);
	}
	l->whole = malloc((size_t)l->made.size + 1);
	for (size_t done = 0, got; done < l->made.size; done += got) {
		got = ox_message_read(&l->made, done, l->whole + done, (size_t)l->made.size - done);
		assert_int_not_equal(got, 0);
	}
	l->whole[l->made.size] = 0;
	l->read = mime_read(l->whole, (size_t)l->made.size, &why);
	if (!l->read) {
		fail_msg("%s:\n%s", why, l->whole);
	}
	return l->read;
}

static void end(letter *l)
{
	forget(l);
	ox_address_list_clear(&l->from);
}

static void assert_body(const mime_part *part, const char *type, const char *encoding, const char *body)
{
	assert_string_equal(part->type, type);
	assert_string_equal(part->encoding, encoding);
	assert_int_equal(part->size, strlen(body));
	assert_memory_equal(part->body, body, part->size);
}

static void a_whole_tree_comes_back(void **state)
{
	(void)state;
	letter l;
	begin(&l);
	l.draft.text = ox_slice_of("text \xc3\xa4");
	l.draft.html = ox_slice_of("<img src=\"cid:pic\">\n");
	l.draft.calendar = ox_slice_of("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR");
	attach(&l, "\xc3\xbc.bin", "application/x-a", "one\n\r\n two");
	attach(&l, "", "image/png", "picture")->id = ox_slice_of("pic");
	mime_part *root = send(&l);
	assert_string_equal(root->type, "multipart/mixed");
	assert_int_equal(root->count, 2);
	mime_part *alternative = root->children[0], *related = alternative->children[1];
	assert_string_equal(alternative->type, "multipart/alternative");
	assert_int_equal(alternative->count, 3);
	assert_body(alternative->children[0], "text/plain", "quoted-printable", "text \xc3\xa4");
	assert_string_equal(related->type, "multipart/related");
	assert_body(related->children[0], "text/html", "7bit", "<img src=\"cid:pic@example.org\">\r\n");
	assert_body(related->children[1], "image/png", "base64", "picture");
	assert_null(mime_parameter(related->children[1], "Content-Type", "name"));
	assert_null(mime_parameter(related->children[1], "Content-Disposition", "filename"));
	assert_body(alternative->children[2], "text/calendar", "7bit", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR");
	assert_body(root->children[1], "application/x-a", "base64", "one\n\r\n two");
	char *name = mime_parameter(root->children[1], "Content-Disposition", "filename");
	assert_string_equal(name, "\xc3\xbc.bin");
	free(name);
	end(&l);
}

static void every_text_comes_back_to_the_octet_in_any_encoding(void **state)
{
	(void)state;
	static char wide[3000], blanks[400];
	memset(wide, 'w', sizeof wide - 1);
	memset(blanks, ' ', sizeof blanks - 1);
	const struct {
		const char *text, *encoding;
	} cases[] = {{"", "7bit"}, {"x", "7bit"}, {"x\r\n", "7bit"}, {"\r\n\r\n", "7bit"}, {"--\r\n--=_x\r\n", "7bit"},
		{"\xc3\xa4", "quoted-printable"}, {"\xc3\xa4\r\n", "quoted-printable"}, {"\xc3\xa4 \r\n\t\r\n.", "quoted-printable"},
		{wide, "quoted-printable"}, {"\xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c\xe4\xb8\x96\xe7\x95\x8c\r\n", "base64"}, {blanks, "7bit"}};
	letter l;
	begin(&l);
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		l.draft.text = ox_slice_of("alternative");
		l.draft.html = ox_slice_of(cases[i].text);
		assert_body(send(&l)->children[1], "text/html", cases[i].encoding, cases[i].text);
	}
	end(&l);
}

static void a_boundary_that_stands_in_the_message_is_not_used(void **state)
{
	(void)state;
	char text[200];
	letter l;
	begin(&l);
	l.draft.text = ox_slice_of("a");
	l.draft.html = ox_slice_of("b");
	(void)send(&l);
	assert_non_null(strstr(l.whole, base));
	snprintf(text, sizeof text, "a\r\n--%s2--\r\n--%s2\r\nb", base, base);
	for (int where = 0; where < 3; where++) {
		l.draft.text = where == 0 ? ox_slice_of(text) : ox_slice_of("a");
		l.draft.html = where == 1 ? ox_slice_of(text) : ox_slice_of("b");
		l.draft.flowed = where == 0;
		l.draft.calendar = where == 2 ? ox_slice_of("BEGIN:VCALENDAR\r\n--=_0700000000000000000000002--") : (ox_slice){NULL, 0};
		mime_part *root = send(&l);
		assert_int_equal(root->count, where == 2 ? 3 : 2);
		assert_null(strstr(strstr(l.whole, "boundary="), "boundary=\"=_07"));
	}
	end(&l);
}

static void nested(letter *outer, letter *inner)
{
	begin(outer);
	outer->draft.text = ox_slice_of("outer");
	outer->parts[0] = (ox_part){.name = ox_slice_of("inner.eml"), .nested = &inner->made};
	outer->draft.part_count = 1;
}

static void a_message_in_a_message_is_the_same_octets(void **state)
{
	(void)state;
	letter inner, outer;
	begin(&inner);
	inner.draft.text = ox_slice_of("inner");
	attach(&inner, "x.bin", "application/x-a", "content");
	(void)send(&inner);
	nested(&outer, &inner);
	mime_part *root = send(&outer);
	assert_string_equal(root->children[1]->type, "message/rfc822");
	assert_body(root->children[1]->children[0]->children[1], "application/x-a", "base64", "content");
	const char *found = strstr(outer.whole, inner.whole);
	assert_non_null(found);
	assert_memory_equal(found + strlen(inner.whole), "\r\n--=_", 6); /* its last line end is its own */
	/* The same randomness: the inner message's boundary is in the way. */
	assert_memory_not_equal(strstr(outer.whole, "boundary=\"") + 10, base, strlen(base));
	assert_int_equal(outer.made.depth, 2);
	end(&outer);
	end(&inner);
}

static void what_is_8bit_in_a_nested_message_is_told(void **state)
{
	(void)state;
	letter inner, outer;
	ox_error error;
	begin(&inner);
	ox_slice text = ox_slice_of("From: a@b.c\nSubject: x\n\n\xc3\xa4\n");
	assert_int_equal(ox_message_from_text(&inner.made, text, &origin, &error), OX_OK);
	nested(&outer, &inner);
	char *whole;
	assert_int_equal(compose(&outer), OX_OK);
	assert_true(outer.made.facts.eightbit);
	whole = malloc((size_t)outer.made.size + 1);
	assert_int_equal(ox_message_read(&outer.made, 0, whole, 300), 300);
	whole[300] = 0;
	assert_non_null(strstr(whole, "\r\nContent-Transfer-Encoding: 8bit\r\n"));
	free(whole);
	ox_message_clear(&inner.made);
	text = ox_slice_of("From: a@b.c\nSubject: \xc3\xa4\n\nx\n");
	assert_int_equal(ox_message_from_text(&inner.made, text, &origin, &error), OX_OK);
	assert_int_equal(compose(&outer), OX_OK);
	assert_non_null(strstr(ox_buffer_text(&outer.made.octets), "Content-Type: message/global;"));
	assert_false(outer.made.utf8_headers);
	end(&outer);
	end(&inner);
}

static void flowed_text_is_the_same_paragraphs(void **state)
{
	(void)state;
	static const char *const words[] = {"a", "From", ">", "--", "word", "", "longer-than-others", " "};
	letter l;
	begin(&l);
	l.draft.flowed = true;
	for (unsigned seed = 1; seed < 400; seed++) {
		char text[2000] = "", expected[2000] = "";
		unsigned dice = seed * 2654435761u;
		for (int line = 0; line < 4; line++) {
			size_t start = strlen(text);
			for (unsigned i = 0; i < dice % 60; i++) {
				dice = dice * 1664525u + 1013904223u;
				size_t size = strlen(text);
				snprintf(text + size, sizeof text - size, "%s ", words[dice >> 16 & 7]);
			}
			size_t size = strlen(text);
			while (size > start && text[size - 1] == ' ' && strcmp(text + start, "-- ")) {
				text[--size] = 0; /* what is lost on purpose */
			}
			snprintf(text + size, sizeof text - size, "\n");
			dice = dice * 1664525u + 1013904223u;
		}
		snprintf(expected, sizeof expected, "%s", text);
		l.draft.text = ox_slice_of(text);
		mime_part *part = send(&l);
		char *back = mime_unflow(part->body, part->size);
		assert_string_equal(back, expected);
		for (const char *at = part->body; *at; at = strchr(at, '\n') + 1) {
			assert_true(*at == '>' || strcspn(at, "\r") <= 78);
			assert_int_not_equal(strncmp(at, "From ", 5), 0);
		}
		free(back);
	}
	end(&l);
}

static void flowed_text_makes_no_signature_of_a_dash(void **state)
{
	(void)state;
	char text[100] = "-- ";
	letter l;
	begin(&l);
	memset(text + 3, 'x', 90);
	l.draft.text = ox_slice_of(text);
	l.draft.flowed = true;
	mime_part *part = send(&l);
	assert_null(strstr(part->body, "-- \r\n"));
	assert_non_null(strstr(part->body, text));
	end(&l);
}

static void names_of_files_come_back_and_have_a_plain_form(void **state)
{
	(void)state;
	static char narrow[256];
	memset(narrow, 'n', 255);
	const char *const names[] = {"plain.txt", "with blank.txt", " edges ", "quo\"te", "back\\slash", "semi;colon", "=?UTF-8?B?eA==?=",
		"\xe4\xbd\xa0\xe5\xa5\xbd.pdf", "x" EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI, "100%.txt", "it's*.txt", "a/b", "\xf0\x9f\x98\x80", narrow,
		"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d \xd7\x90\xd7\x97\xd7\x93 \xd7\xa9\xd7\xaa\xd7\x99\xd7\x99\xd7\x9d.docx"};
	letter l;
	begin(&l);
	for (size_t i = 0; i < OX_COUNT(names); i++) {
		l.draft.part_count = 0;
		attach(&l, names[i], "a/b; c=\"d e\"", "x");
		mime_part *part = send(&l)->children[0];
		char *name = mime_parameter(part, "Content-Disposition", "filename"), *plain = mime_parameter(part, "Content-Type", "name");
		assert_string_equal(name, names[i]);
		assert_non_null(plain);
		assert_true(strlen(plain) <= 60 && !strpbrk(plain, "\"\\"));
		for (const char *line = l.whole; *line; line = strstr(line, "\r\n") + 2) {
			assert_true(strcspn(line, "\r") <= 78);
		}
		free(name);
		free(plain);
	}
	end(&l);
}

static void subjects_of_any_length_come_back(void **state)
{
	(void)state;
	static const char *const words[] = {"word", "\xc3\xa4", "\xf0\x9f\x98\x80", "=?x?=", " ", "  ", "\"q\"", "\xe4\xbd\xa0\xe5\xa5\xbd", "a=b"};
	letter l;
	begin(&l);
	l.draft.text = ox_slice_of("");
	for (unsigned seed = 1; seed < 600; seed++) {
		char subject[3000] = "";
		unsigned dice = seed * 2654435761u;
		for (unsigned i = 0; i < dice % 200; i++) {
			size_t size = strlen(subject);
			dice = dice * 1664525u + 1013904223u;
			snprintf(subject + size, sizeof subject - size, "%s", words[(dice >> 16) % (seed % 2 ? 9 : 1)]);
		}
		l.draft.subject = ox_slice_of(subject);
		char *field = mime_field(send(&l), "Subject"), *back = mime_words(field);
		assert_non_null(back);
		assert_string_equal(back, subject);
		free(field);
		free(back);
	}
	end(&l);
}

static void what_a_part_is_made_of_is_checked(void **state)
{
	(void)state;
	static const char *const types[] = {"", "text", "text/", "/plain", "text/plain;a", "text/plain;a=", "text/plain;=b", "text/plain a=b",
		"text/plain;a=\"", "text/plain;a=b\r\nX: y", "text/plain;a=\"b\r\n\"", "multipart/mixed", "MESSAGE/rfc822", "a/b;name=c", "a/b;Boundary=c",
		"a/b;c*=d", "a/b;c*0=d", "\xc3\xa4/b", "a/b;this-parameter-has-a-name-too-long=x"};
	static const char *const good[] = {"text/plain", "TEXT/Plain", " a/b ;c=d; e=\"f;g\" ;", "a/b;c=\"\\\"\"", "application/vnd.ms-x+xml"};
	static const char *const ids[] = {"", "a b", "<a>", "a@b@c", "@", "a@", ".a", "a.", "\"", "a>b", "a\r\nb", "\xc3\xa4", "a%b", "a'b"};
	ox_error error;
	for (size_t i = 0; i < OX_COUNT(types); i++) {
		assert_int_equal(ox_part_check_type(ox_slice_of(types[i]), &error), OX_E_FAILED);
		assert_ptr_equal(strstr(error.text, "contentType: "), error.text);
	}
	for (size_t i = 0; i < OX_COUNT(good); i++) {
		assert_int_equal(ox_part_check_type(ox_slice_of(good[i]), &error), OX_OK);
	}
	for (size_t i = 0; i < OX_COUNT(ids); i++) {
		assert_int_equal(ox_part_check_id(ox_slice_of(ids[i]), &error), OX_E_FAILED);
	}
	assert_int_equal(ox_part_check_id(ox_slice_of("logo_1.png@x-y.example"), &error), OX_OK);
	assert_int_equal(ox_part_check_name(ox_slice_of("a\nb"), &error), OX_E_FAILED);
	assert_int_equal(ox_part_check_name(ox_slice_of("\xff"), &error), OX_E_FAILED);
}

static void a_draft_that_says_nothing_or_too_much_is_refused(void **state)
{
	(void)state;
	letter l;
	begin(&l);
	assert_int_equal(compose(&l), OX_E_FAILED);
	assert_ptr_equal(strstr(l.error.text, "text: "), l.error.text);
	l.draft.html = ox_slice_of("\xff");
	assert_int_equal(compose(&l), OX_E_FAILED);
	assert_ptr_equal(strstr(l.error.text, "html: "), l.error.text);
	l.draft.html = ox_slice_of("x");
	l.draft.part_count = OX_PARTS_MAX + 1;
	assert_int_equal(compose(&l), OX_E_FAILED);
	l.draft.part_count = 0;
	attach(&l, "", "a/b", "x")->content.size = (uint64_t)1 << 40;
	assert_int_equal(compose(&l), OX_E_FAILED);
	assert_int_equal(l.error.fact, OX_FACT_SIZE_LIMIT);
	end(&l);
}

static void compose_everything(void)
{
	letter inner, outer;
	begin(&inner);
	inner.draft.text = ox_slice_of("inner \xc3\xa4 text");
	attach(&inner, "x.bin", "application/x-a; b=\"c d\"", "content");
	if (compose(&inner) == OX_OK) {
		nested(&outer, &inner);
		outer.draft.flowed = true;
		outer.draft.html = ox_slice_of("<img src=\"cid:pic\">\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0\xe5\xa5\xbd");
		outer.draft.calendar = ox_slice_of("BEGIN:VCALENDAR\nMETHOD:REQUEST\n");
		outer.draft.priority = 1;
		outer.draft.unsubscribe_url = ox_slice_of("https://example.org/");
		outer.draft.one_click = true;
		attach(&outer, "\xc3\xa4 long name that takes more than one section in the field of the part", "a/b", "p")->id = ox_slice_of("pic");
		int status = compose(&outer);
		bool memory = status == OX_E_NOMEM && outer.error.class == OX_ERROR_MEMORY;
		assert_true(status == OX_OK || memory || !outer.from.count);
		assert_true(status == OX_OK || !outer.made.octets.size);
		end(&outer);
	}
	end(&inner);
}

static void any_allocation_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(compose_everything);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_tree_comes_back),
		cmocka_unit_test(every_text_comes_back_to_the_octet_in_any_encoding),
		cmocka_unit_test(a_boundary_that_stands_in_the_message_is_not_used),
		cmocka_unit_test(a_message_in_a_message_is_the_same_octets),
		cmocka_unit_test(what_is_8bit_in_a_nested_message_is_told),
		cmocka_unit_test(flowed_text_is_the_same_paragraphs),
		cmocka_unit_test(flowed_text_makes_no_signature_of_a_dash),
		cmocka_unit_test(names_of_files_come_back_and_have_a_plain_form),
		cmocka_unit_test(subjects_of_any_length_come_back),
		cmocka_unit_test(what_a_part_is_made_of_is_checked),
		cmocka_unit_test(a_draft_that_says_nothing_or_too_much_is_refused),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
