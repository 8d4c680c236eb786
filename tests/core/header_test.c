/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/header.h"

/* RFC 5322 2.1.1: 78 octets; RFC 2047 2: 76 where an encoded word stands. A line that is one word may be
 * longer. */
static void expect_narrow_lines(const char *field)
{
	const char *end;
	for (const char *line = field; *line; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_non_null(end);
		size_t size = (size_t)(end - line);
		const char *word = strstr(line, "=?UTF-8?B?");
		size_t limit = word && word < end ? 76 : 78;
		bool divisible = memchr(line + 1, ' ', size - 1) != NULL;
		if (size > limit && divisible) {
			fail_msg("%zu octets: %.*s", size, (int)size, line);
		}
	}
}

/* Mailboxes with names as long as asked for, made of a pattern. */
static void fill(ox_address_list *list, const char *pattern, size_t size)
{
	char name[400] = "";
	for (size_t i = 0; i < size; i++) {
		name[i] = pattern[i % strlen(pattern)];
	}
	while (size && ((unsigned char)name[size - 1] >= 0x80 || name[size - 1] == ' ')) {
		name[--size] = 0; /* neither half a character nor a blank at the end */
	}
	assert_int_equal(ox_address_list_add(list, ox_slice_of("reader@example.org"),
		ox_slice_of(name), NULL), OX_OK);
}

static void address_fields_fold_before_their_lines_are_full(void **state)
{
	(void)state;
	static const char *const patterns[] = {"word ", "a, \"b\" ", "\\\"", "gr\xc3\xbc\xc3\x9f " "e ", "=?x "};
	for (size_t p = 0; p < OX_COUNT(patterns); p++) {
		for (size_t size = 0; size < 300; size++) {
			ox_address_list list, back;
			ox_buffer field;
			ox_address_list_init(&list);
			ox_address_list_init(&back);
			ox_buffer_init(&field, 1 << 16);
			fill(&list, patterns[p], size);
			fill(&list, patterns[p], 300 - size);
			fill(&list, "", 0);
			fill(&list, patterns[p], size / 2);
			assert_int_equal(ox_header_addresses(&field, "Reply-To", &list), OX_OK);
			expect_narrow_lines(ox_buffer_text(&field));
			ox_slice value = {ox_buffer_text(&field) + 9, field.size - 9};
			assert_int_equal(ox_address_list_parse(&back, value, NULL), OX_OK);
			assert_int_equal(back.count, 4);
			ox_address_list_clear(&list);
			ox_address_list_clear(&back);
			ox_buffer_clear(&field);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_fields_fold_before_their_lines_are_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
