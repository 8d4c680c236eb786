/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/body.h"

/* Frames text in pieces of `step` octets; the status of the first call that failed. */
static int frame(ox_body_framing framing, const char *text, size_t size, size_t step,
				 ox_buffer *out)
{
	ox_body body;
	int status = OX_OK;
	ox_buffer_init(out, 4096);
	ox_body_begin(&body, framing, size);
	for (size_t at = 0; at < size && status == OX_OK; at += step) {
		size_t piece = size - at < step ? size - at : step;
		status = ox_body_write(&body, out, (const uint8_t *)text + at, piece);
	}
	return status == OX_OK ? ox_body_end(&body, out) : status;
}

static void dots_are_doubled_at_line_starts_only_wherever_the_pieces_end(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ".\r\n"},
		{".\r\n", "..\r\n.\r\n"},
		{"..\r\n", "...\r\n.\r\n"},
		{"..x\r\n.\r\n", "...x\r\n..\r\n.\r\n"},
		{"a.\r\n.b\r\nc.d\r\n", "a.\r\n..b\r\nc.d\r\n.\r\n"},
		{"\r\n.\r\n\r\n..\r\n", "\r\n..\r\n\r\n...\r\n.\r\n"},
		{"a\r\n", "a\r\n.\r\n"},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		for (size_t step = 1; step < 16; step++) {
			ox_buffer out;
			assert_int_equal(frame(OX_BODY_DATA, cases[i][0], strlen(cases[i][0]), step, &out),
							 OX_OK);
			assert_string_equal(ox_buffer_text(&out), cases[i][1]);
			ox_buffer_clear(&out);
			assert_int_equal(frame(OX_BODY_BDAT, cases[i][0], strlen(cases[i][0]), step, &out),
							 OX_OK);
			assert_string_equal(ox_buffer_text(&out), cases[i][0]);
			ox_buffer_clear(&out);
		}
	}
}

static void what_a_server_could_take_for_an_end_of_data_never_leaves(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
	} cases[] = {
		{"a\n.\nb\r\n", 7},
		{"a\n.\r\nb\r\n", 8},
		{"a\r.\rb\r\n", 7},
		{"a\r.\r\nb\r\n", 8},
		{"a\r\n.\rb\r\n", 8},
		{"a\r\n.\nb\r\n", 8},
		{"a\r\n.\r\r\nb\r\n", 10},
		{"a\r\n\0.\r\nb\r\n", 10},
		{"\n", 1},
		{"\r", 1},
		{"a\r\r\n", 4},
		{"\na\r\n", 4},
		{"a\0\r\n", 4},
		{"no end", 6},
		{"half end\r", 9},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		for (size_t step = 1; step < 12; step++) {
			ox_buffer out;
			assert_int_equal(frame(OX_BODY_DATA, cases[i].bytes, cases[i].size, step, &out),
							 OX_E_SYNTAX);
			assert_null(memmem(ox_buffer_text(&out), out.size, "\n.\r\n", 4));
			ox_buffer_clear(&out);
			assert_int_equal(frame(OX_BODY_BDAT, cases[i].bytes, cases[i].size, step, &out),
							 OX_E_SYNTAX);
			ox_buffer_clear(&out);
		}
	}
}

/* Every text of up to seven octets over CR, LF, dot and a letter: what leaves has only CRLF line
 * ends, and a dot alone on a line only as its end. */
static void no_short_text_smuggles_an_end_of_data(void **state)
{
	(void)state;
	static const char letters[] = "\r\n.a";
	for (unsigned number = 0; number < 4u * 4 * 4 * 4 * 4 * 4 * 4; number++) {
		char text[7];
		for (unsigned i = 0, rest = number; i < sizeof text; i++, rest /= 4) {
			text[i] = letters[rest % 4];
		}
		ox_buffer out;
		if (frame(OX_BODY_DATA, text, sizeof text, 1 + number % 7, &out) == OX_OK) {
			const char *all = ox_buffer_text(&out);
			for (size_t i = 0; i < out.size; i++) {
				assert_true(all[i] != '\r' || all[i + 1] == '\n');
				assert_true(all[i] != '\n' || (i && all[i - 1] == '\r'));
			}
			assert_ptr_equal(strstr(all, "\r\n.\r\n"), all + out.size - 5);
		}
		ox_buffer_clear(&out);
	}
}

static void octets_are_counted(void **state)
{
	(void)state;
	ox_body body;
	ox_buffer out;
	ox_buffer_init(&out, 100);
	ox_body_begin(&body, OX_BODY_BDAT, 4);
	assert_int_equal(ox_body_write(&body, &out, (const uint8_t *)"a\r", 2), OX_OK);
	assert_int_equal(ox_body_end(&body, &out), OX_E_USAGE);
	assert_int_equal(ox_body_write(&body, &out, (const uint8_t *)"\nbc", 3), OX_E_USAGE);
	assert_int_equal(ox_body_write(&body, &out, (const uint8_t *)"\nb", 2), OX_OK);
	assert_int_equal(ox_body_end(&body, &out), OX_E_SYNTAX);
	assert_string_equal(ox_buffer_text(&out), "a\r\nb");
	ox_buffer_clear(&out);
}

static void a_full_buffer_leaves_everything_as_it_was(void **state)
{
	(void)state;
	ox_body body, before;
	ox_buffer out;
	ox_buffer_init(&out, 8);
	ox_body_begin(&body, OX_BODY_DATA, 9);
	assert_int_equal(ox_body_write(&body, &out, (const uint8_t *)"abc\r\n", 5), OX_OK);
	before = body;
	/* Four octets would not fit because of the dot that is added. */
	assert_int_equal(ox_body_write(&body, &out, (const uint8_t *)".d\r\n", 4), OX_E_LIMIT);
	assert_memory_equal(&before, &body, sizeof body);
	assert_string_equal(ox_buffer_text(&out), "abc\r\n");
	ox_buffer_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dots_are_doubled_at_line_starts_only_wherever_the_pieces_end),
		cmocka_unit_test(what_a_server_could_take_for_an_end_of_data_never_leaves),
		cmocka_unit_test(no_short_text_smuggles_an_end_of_data),
		cmocka_unit_test(octets_are_counted),
		cmocka_unit_test(a_full_buffer_leaves_everything_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
