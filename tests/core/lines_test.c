/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/lines.h"
#include "smtp/body.h"

/* reference: every line end that some server takes for the end of data (CVE-2023-51764, -51765,
 * -51766). */
static const char *const smugglers[] = {
	"a\n.\nMAIL FROM:<x>\r\n",       "a\n.\r\nMAIL FROM:<x>\r\n",
	"a\r.\rMAIL FROM:<x>\r\n",       "a\r.\r\nMAIL FROM:<x>\r\n",
	"a\r\n.\rMAIL FROM:<x>\r\n",     "a\r\n.\nMAIL FROM:<x>\r\n",
	"a\r\n.\r\r\nMAIL FROM:<x>\r\n", "a\r\n.\r\nMAIL FROM:<x>\r\n",
	".\r\nMAIL FROM:<x>\r\n",        "a\r\r\n.\r\n"};

static void no_line_end_makes_two_messages_of_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(smugglers); i++) {
		ox_buffer clean, framed;
		ox_body body;
		ox_buffer_init(&clean, 1000);
		ox_buffer_init(&framed, 1000);
		assert_int_equal(
			ox_lines_normalise(&clean, (const uint8_t *)smugglers[i], strlen(smugglers[i])), OX_OK);
		ox_body_begin(&body, OX_BODY_DATA, clean.size);
		assert_int_equal(ox_body_write(&body, &framed, clean.bytes, clean.size), OX_OK);
		assert_int_equal(ox_body_end(&body, &framed), OX_OK);
		const char *text = ox_buffer_text(&framed);
		const char *end = !strncmp(text, ".\r\n", 3) ? text : strstr(text, "\r\n.\r\n");
		assert_non_null(end);
		assert_int_equal(end + 5 - text, (int)framed.size);
		for (const char *p = text; *p; p++) {
			assert_false(*p == '\n' && (p == text || p[-1] != '\r'));
			assert_false(*p == '\r' && p[1] != '\n');
		}
		ox_buffer_clear(&clean);
		ox_buffer_clear(&framed);
	}
}

static void scanning_tells_what_normalising_makes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *normal;
		bool clean;
		size_t longest;
	} cases[] = {
		{"", "", true, 0},
		{"a", "a\r\n", false, 1},
		{"a\r\n", "a\r\n", true, 1},
		{"a\nbcd\n", "a\r\nbcd\r\n", false, 3},
		{"\r", "\r\n", false, 0},
		{"a\r\r\nb", "a\r\n\r\nb\r\n", false, 1},
		{"\n\n", "\r\n\r\n", false, 0},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_lines_facts facts;
		ox_buffer out;
		ox_buffer_init(&out, 100);
		ox_lines_scan((const uint8_t *)cases[i].text, strlen(cases[i].text), &facts);
		assert_int_equal(
			ox_lines_normalise(&out, (const uint8_t *)cases[i].text, strlen(cases[i].text)), OX_OK);
		assert_string_equal(ox_buffer_text(&out), cases[i].normal);
		assert_int_equal(facts.size, out.size);
		assert_int_equal(facts.clean, cases[i].clean);
		assert_int_equal(facts.longest, cases[i].longest);
		ox_buffer_clear(&out);
	}
}

static void what_does_not_fit_leaves_nothing_behind(void **state)
{
	(void)state;
	ox_buffer out;
	ox_buffer_init(&out, 6);
	assert_int_equal(ox_buffer_append_string(&out, "x"), OX_OK);
	assert_int_equal(ox_lines_normalise(&out, (const uint8_t *)"ab\ncd\n", 6), OX_E_LIMIT);
	assert_string_equal(ox_buffer_text(&out), "x");
	ox_buffer_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_end_makes_two_messages_of_one),
		cmocka_unit_test(scanning_tells_what_normalising_makes),
		cmocka_unit_test(what_does_not_fit_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
