/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/base64.h"
#include "base/digest.h"
#include "message/canonical.h"

enum { ROOM = 4096 };

/* The canonical form, the octets fed `cut` at a time, coming out through `room` octets. */
static size_t canonical(ox_canonical_kind kind, ox_slice text, size_t cut, size_t room, char *out)
{
	ox_canonical c;
	size_t made = 0, size;
	ox_canonical_init(&c, kind);
	while (text.size) {
		ox_slice in = {text.at, text.size < cut ? text.size : cut};
		text = (ox_slice){text.at + in.size, text.size - in.size};
		while (in.size) {
			made += ox_canonical_feed(&c, &in, out + made, room);
		}
	}
	while ((size = ox_canonical_finish(&c, out + made, room))) {
		made += size;
	}
	out[made] = 0;
	return made;
}

static void expect(ox_canonical_kind kind, const char *text, const char *expected)
{
	char out[ROOM];
	for (size_t cut = 1; cut <= strlen(text) + 1; cut++) {
		for (size_t room = OX_CANONICAL_ROOM_MIN; room < 40; room++) {
			assert_int_equal(canonical(kind, ox_slice_of(text), cut, room, out), strlen(expected));
			assert_string_equal(out, expected);
		}
	}
}

static void the_examples_of_rfc_6376_come_out(void **state)
{
	(void)state;
	static const char body[] = " C \r\nD \t E\r\n\r\n\r\n";
	expect(OX_CANONICAL_FIELD_RELAXED, "A: X\r\n", "a:X\r\n");
	expect(OX_CANONICAL_FIELD_RELAXED, "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n");
	expect(OX_CANONICAL_BODY_RELAXED, body, " C\r\nD E\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, body, " C \r\nD \t E\r\n");
}

static void a_body_ends_with_one_line_end(void **state)
{
	(void)state;
	expect(OX_CANONICAL_BODY_SIMPLE, "", "\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "\r\n\r\n\r\n", "\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "a", "a\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "a\r\n", "a\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "a \r\n\r\n \r\n\r\n", "a \r\n\r\n \r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "\r\n\r\na\r\n", "\r\n\r\na\r\n");
}

static void a_relaxed_body_knows_no_blank_lines_at_its_end(void **state)
{
	(void)state;
	expect(OX_CANONICAL_BODY_RELAXED, "", "");
	expect(OX_CANONICAL_BODY_RELAXED, "\r\n \r\n\t\r\n", "");
	expect(OX_CANONICAL_BODY_RELAXED, " ", "");
	expect(OX_CANONICAL_BODY_RELAXED, "a ", "a\r\n");
	expect(OX_CANONICAL_BODY_RELAXED, "a \t b\t\r\n\r\n \t\r\n", "a b\r\n");
	expect(OX_CANONICAL_BODY_RELAXED, "\r\n \r\n a\tb", "\r\n\r\n a b\r\n");
}

static void a_relaxed_field_is_one_line(void **state)
{
	(void)state;
	expect(OX_CANONICAL_FIELD_RELAXED, "SubJect :\r\n\t A  \r\n B:C \r\n", "subject:A B:C\r\n");
	expect(OX_CANONICAL_FIELD_RELAXED, "X:\r\n", "x:\r\n");
	expect(OX_CANONICAL_FIELD_RELAXED, "X: \t\r\n \r\n", "x:\r\n");
}

static void a_cr_or_lf_alone_is_an_octet_like_others(void **state)
{
	(void)state;
	expect(OX_CANONICAL_BODY_SIMPLE, "a\rb\nc\r\r\n", "a\rb\nc\r\r\n");
	expect(OX_CANONICAL_BODY_RELAXED, "a \r b\n \r\r\n", "a \r b\n \r\r\n");
	expect(OX_CANONICAL_BODY_RELAXED, "a\r", "a\r\r\n");
	expect(OX_CANONICAL_BODY_SIMPLE, "\r\n\r", "\r\n\r\r\n");
	expect(OX_CANONICAL_FIELD_RELAXED, "X: \r\n \ra\r\n", "x:\ra\r\n");
}

static void empty_bodies_have_the_hashes_of_rfc_6376(void **state)
{
	(void)state;
	static const struct {
		ox_canonical_kind kind;
		const char *hash;
	} rows[] = {
		{OX_CANONICAL_BODY_SIMPLE, "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="},
		{OX_CANONICAL_BODY_RELAXED, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
	};
	for (size_t i = 0; i < OX_COUNT(rows); i++) {
		char out[ROOM];
		uint8_t hash[OX_DIGEST_MAX];
		ox_buffer text;
		ox_buffer_init(&text, 100);
		size_t size = canonical(rows[i].kind, ox_slice_of(""), 1, 8, out);
		assert_int_equal(ox_digest_hash(OX_DIGEST_SHA256, out, size, hash), OX_OK);
		assert_int_equal(ox_base64_encode(&text, hash, 32), OX_OK);
		assert_string_equal(ox_buffer_text(&text), rows[i].hash);
		ox_buffer_clear(&text);
	}
}

static void a_long_body_comes_through_a_small_room(void **state)
{
	(void)state;
	enum { LINES = 5000 };
	static char body[LINES * 2 + 2], out[LINES * 2 + 100];
	for (int i = 0; i < LINES; i++) {
		memcpy(body + 2 * i, "\r\n", 2);
	}
	body[LINES * 2] = 'x';
	size_t size = canonical(OX_CANONICAL_BODY_RELAXED, (ox_slice){body, LINES * 2 + 1}, 7, 5, out);
	assert_int_equal(size, LINES * 2 + 3);
	assert_memory_equal(out, body, LINES * 2 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rfc_6376_come_out),
		cmocka_unit_test(a_body_ends_with_one_line_end),
		cmocka_unit_test(a_relaxed_body_knows_no_blank_lines_at_its_end),
		cmocka_unit_test(a_relaxed_field_is_one_line),
		cmocka_unit_test(a_cr_or_lf_alone_is_an_octet_like_others),
		cmocka_unit_test(empty_bodies_have_the_hashes_of_rfc_6376),
		cmocka_unit_test(a_long_body_comes_through_a_small_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
