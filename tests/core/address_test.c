/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/address.h"

enum { LINE_SIZE = 4096 };

static void expand_run(ox_buffer *out, const char **at)
{
	char *end;
	long count = strtol(*at + 1, &end, 10);
	assert_int_equal(*end, '*');
	const char *stop = strchr(end, '}');
	assert_non_null(stop);
	for (long i = 0; i < count; i++) {
		assert_int_equal(ox_buffer_append(out, end + 1, (size_t)(stop - end) - 1), OX_OK);
	}
	*at = stop + 1;
}

/* \xNN and {N*c} of data/addresses.tsv. */
static ox_slice expand(ox_buffer *out, const char *text)
{
	ox_buffer_init(out, LINE_SIZE);
	while (*text) {
		if (text[0] == '{' && text[1] >= '1' && text[1] <= '9') {
			expand_run(out, &text);
		} else if (text[0] == '\\' && text[1] == 'x') {
			const char digits[] = {text[2], text[3], 0};
			assert_int_equal(ox_buffer_append_byte(out, (uint8_t)strtol(digits, NULL, 16)), OX_OK);
			text += 4;
		} else {
			assert_int_equal(ox_buffer_append_byte(out, (uint8_t)*text++), OX_OK);
		}
	}
	return (ox_slice){ox_buffer_text(out), out->size};
}

/* Both say which row is wrong and go on, so that one run shows all. */
static bool accepts(ox_slice input, const char *expected, bool needs_utf8)
{
	char *address = NULL, *again = NULL;
	bool utf8 = !needs_utf8;
	ox_error error = {0};
	int status = ox_address_check(input, false, &address, &utf8, &error);
	bool good = status == OX_OK && !strcmp(address, expected) && utf8 == needs_utf8 &&
				ox_address_check(ox_slice_of(address), false, &again, &utf8, &error) == OX_OK &&
				!strcmp(again, expected);
	if (!good) {
		print_error("%.*s: %s %s\n", (int)input.size, input.at, address, error.text);
	}
	ox_free(again);
	ox_free(address);
	return good;
}

static bool refuses(ox_slice input, const char *reason)
{
	for (int keep_utf8 = 0; keep_utf8 < 2; keep_utf8++) {
		char *address = NULL;
		bool utf8;
		ox_error error = {0};
		int status = ox_address_check(input, keep_utf8, &address, &utf8, &error);
		if (status != OX_E_FAILED || address || error.class != OX_ERROR_USAGE ||
			!strstr(error.text, reason) || strlen(error.text) > 200) {
			print_error("%.*s: %d %s\n", (int)input.size, input.at, status, error.text);
			ox_free(address);
			return false;
		}
	}
	return true;
}

static bool row_holds(char *line)
{
	char *fields[4] = {line, "", "", ""};
	for (size_t i = 1; i < OX_COUNT(fields); i++) {
		char *tab = strchr(fields[i - 1], '\t');
		if (!tab) {
			break;
		}
		*tab = 0;
		fields[i] = tab + 1;
	}
	ox_buffer input, expected;
	ox_slice text = expand(&input, fields[1]);
	bool holds;
	if (!strcmp(fields[0], "ok")) {
		ox_slice result = expand(&expected, strcmp(fields[2], "-") ? fields[2] : fields[1]);
		holds = accepts(text, result.at, !strcmp(fields[3], "utf8"));
		ox_buffer_clear(&expected);
	} else {
		assert_string_equal(fields[0], "no");
		holds = refuses(text, fields[2]);
	}
	ox_buffer_clear(&input);
	return holds;
}

static void each_address_of_the_table_is_taken_or_refused_as_it_says(void **state)
{
	(void)state;
	char line[LINE_SIZE];
	size_t rows = 0, wrong = 0;
	FILE *file = fopen("data/addresses.tsv", "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = 0;
		if (*line && *line != '#') {
			rows++;
			wrong += !row_holds(line);
		}
	}
	fclose(file);
	assert_true(rows >= 200);
	assert_int_equal(wrong, 0);
}

static void utf8_is_kept_or_refused_where_the_caller_says_so(void **state)
{
	(void)state;
	char *address = NULL;
	bool utf8 = false;
	ox_error error;
	ox_slice both = ox_slice_of("j\xc3\xbcrgen@b\xc3\xbc"
								"cher.example");
	assert_int_equal(ox_address_check(both, true, &address, &utf8, &error), OX_OK);
	assert_string_equal(address, both.at);
	assert_true(utf8);
	ox_free(address);
	address = NULL;
	assert_int_equal(ox_address_check(both, true, &address, NULL, &error), OX_E_FAILED);
	assert_null(address);
}

static void assert_list(const char *text, const char *expected)
{
	ox_address_list list;
	ox_buffer seen;
	ox_error error = {0};
	ox_address_list_init(&list);
	ox_buffer_init(&seen, LINE_SIZE);
	int status = ox_address_list_parse(&list, ox_slice_of(text), &error);
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(ox_buffer_append_format(&seen, "%s%s[%s]", i ? " " : "",
												 list.items[i].name, list.items[i].address),
						 OX_OK);
	}
	if (status != OX_OK || strcmp(ox_buffer_text(&seen), expected)) {
		fail_msg("%s: %s %s", text, ox_buffer_text(&seen), error.text);
	}
	ox_buffer_clear(&seen);
	ox_address_list_clear(&list);
}

static void lists_are_read_in_every_form_that_headers_have(void **state)
{
	(void)state;
	assert_list("", "");
	assert_list(" \r\n ", "");
	assert_list("a@b", "[a@b]");
	assert_list("a@b, c@d", "[a@b] [c@d]");
	assert_list(",, a@b ,,c@d,", "[a@b] [c@d]");
	assert_list("John Doe <a@b>", "John Doe[a@b]");
	assert_list("  John   Doe\t<a@b>", "John Doe[a@b]");
	assert_list("John Q. Public <a@b>", "John Q. Public[a@b]");
	assert_list("\"Doe, John\" <a@b>", "Doe, John[a@b]");
	assert_list("\"a \\\"b\\\" \\\\c\" <a@b>", "a \"b\" \\c[a@b]");
	assert_list("\"folded\r\n name\" <a@b>", "folded name[a@b]");
	assert_list("<a@b>", "[a@b]");
	assert_list("< a@b >", "[a@b]");
	assert_list("\"a b\"@c, \"x\"@d", "[\"a b\"@c] [x@d]");
	assert_list("\"a,b\" <\"c,d\"@e>", "a,b[\"c,d\"@e]");
	assert_list("john(c)@x (y)", "[john@x]");
	assert_list("(a (nested \\) one)) a@b", "[a@b]");
	assert_list("a . b @ c . d", "[a.b@c.d]");
	assert_list("a@b\r\n\t,\r\n c@d", "[a@b] [c@d]");
	assert_list("undisclosed-recipients:;", "");
	assert_list("A:a@x,b@y;", "[a@x] [b@y]");
	assert_list("\"A, B\": a@x; , c@z", "[a@x] [c@z]");
	assert_list("A:;, B: N <b@y>;", "N[b@y]");
	assert_list("<@r1,@r2:a@b>", "[a@b]");
	assert_list("N <@r1:a@b>", "N[a@b]");
	assert_list("=?UTF-8?Q?J=C3=BC?= <a@b>", "=?UTF-8?Q?J=C3=BC?=[a@b]");
	assert_list("J\xc3\xbc <j\xc3\xbc@b\xc3\xbc.example>",
				"J\xc3\xbc[j\xc3\xbc@b\xc3\xbc.example]");
	assert_list("x@[IPv6:::1], y@[192.0.2.1]", "[x@[IPv6:::1]] [y@[192.0.2.1]]");
}

static void a_malformed_list_is_refused_and_adds_nothing(void **state)
{
	(void)state;
	static const char *const lists[] = {"a",
										"a b@c",
										"a@b c@d",
										"a@b; c@d",
										"a@b <c@d> e",
										"<a@b",
										"a@b>",
										"<>",
										"N <>",
										"<a@b,c@d>",
										"<a@b> <c@d>",
										"\"open <a@b>",
										"(open a@b",
										"A: a@b",
										":a@b;",
										"A: B: a@b;;",
										";",
										"a@b, c",
										"\"x\x01\" <a@b>",
										"a@b\r\nBcc:c@d",
										"<@r:>",
										"N <\"a\r\n b\"@c>",
										"a@b, \xff <c@d>",
										"\"a\\",
										"[",
										"x@[1.2.3.4"};
	for (size_t i = 0; i < OX_COUNT(lists); i++) {
		ox_address_list list;
		ox_error error = {0};
		ox_address_list_init(&list);
		assert_int_equal(ox_address_list_parse(&list, ox_slice_of("x@y, z@w"), &error), OX_OK);
		if (ox_address_list_parse(&list, ox_slice_of(lists[i]), &error) != OX_E_FAILED) {
			fail_msg("taken: %s", lists[i]);
		}
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_true(*error.text);
		assert_int_equal(list.count, 2);
		ox_address_list_clear(&list);
	}
	ox_address_list list;
	ox_error error;
	ox_address_list_init(&list);
	assert_int_equal(ox_address_list_parse(&list, (ox_slice){"a@b\0", 4}, &error), OX_E_FAILED);
	ox_address_list_clear(&list);
}

static int parse_repeated(ox_address_list *list, const char *piece, size_t count, const char *tail)
{
	ox_buffer text;
	ox_error error;
	ox_buffer_init(&text, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ox_buffer_append_string(&text, piece), OX_OK);
	}
	assert_int_equal(ox_buffer_append_string(&text, tail), OX_OK);
	ox_address_list_init(list);
	ox_slice all = {ox_buffer_text(&text), text.size};
	int status = ox_address_list_parse(list, all, &error);
	ox_buffer_clear(&text);
	return status;
}

static void lists_names_and_comments_have_their_caps(void **state)
{
	(void)state;
	static const struct {
		const char *piece, *tail;
		size_t most;
	} cases[] = {
		{"a@b,", "", OX_ADDRESS_LIST_MAX},
		{"x", " <a@b>", OX_ADDRESS_NAME_MAX},
	};
	ox_address_list list;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		int status = parse_repeated(&list, cases[i].piece, cases[i].most, cases[i].tail);
		assert_int_equal(status, OX_OK);
		ox_address_list_clear(&list);
		status = parse_repeated(&list, cases[i].piece, cases[i].most + 1, cases[i].tail);
		assert_int_equal(status, OX_E_FAILED);
		assert_int_equal(list.count, 0);
		ox_address_list_clear(&list);
	}
	assert_int_equal(parse_repeated(&list, "(", 100000, "a@b"), OX_E_FAILED);
	assert_int_equal(parse_repeated(&list, "x ", 100000, "<a@b>"), OX_E_FAILED);
}

static void parse_a_list(void)
{
	ox_address_list list;
	ox_error error;
	ox_address_list_init(&list);
	int status = ox_address_list_parse(&list,
									   ox_slice_of("\"A, B\" <a@b\xc3\xbc"
												   "cher.example>, G: c@d, e@f, g@h; (x) i@j"),
									   &error);
	assert_true(status == OX_E_NOMEM ? list.count == 0 : list.count == 5);
	char *address = NULL;
	bool utf8;
	status = ox_address_check(ox_slice_of("a@b\xc3\xbc"
										  "cher.example"),
							  false, &address, &utf8, &error);
	assert_true(status == OX_OK || status == OX_E_NOMEM);
	ox_free(address);
	ox_address_list_clear(&list);
}

static void any_allocation_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(parse_a_list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_of_the_table_is_taken_or_refused_as_it_says),
		cmocka_unit_test(utf8_is_kept_or_refused_where_the_caller_says_so),
		cmocka_unit_test(lists_are_read_in_every_form_that_headers_have),
		cmocka_unit_test(a_malformed_list_is_refused_and_adds_nothing),
		cmocka_unit_test(lists_names_and_comments_have_their_caps),
		cmocka_unit_test(any_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
