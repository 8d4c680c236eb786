/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/base64.h"
#include "message/message_internal.h"

enum { LARGEST = 40000 };

/* A content of octets that are told by their place; read past `whole` it has shrunk. */
typedef struct {
	uint64_t whole;
} ramp;

static bool read_ramp(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ramp *r = context;
	if (offset + size > r->whole) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)bytes)[i] = (uint8_t)((offset + i) * 7 + (offset + i) / 251);
	}
	return true;
}

static void begin(ox_message *message, ramp *ramps, size_t count, ox_insert_form form)
{
	ox_message_init(message, 1 << 20);
	assert_int_equal(ox_buffer_append_string(&message->octets, "From: a@b\r\n"), OX_OK);
	message->header_size = message->octets.size;
	assert_int_equal(ox_buffer_append_string(&message->octets, "\r\n"), OX_OK);
	for (size_t i = 0; i < count; i++) {
		ox_content content = {&ramps[i], read_ramp, ramps[i].whole};
		assert_int_equal(message_insert(message, &content, form), OX_OK);
		assert_int_equal(ox_buffer_append_format(&message->octets, "--%zu\r\n", i), OX_OK);
	}
	assert_int_equal(message_count(message), OX_OK);
}

/* The same octets put together by the plain encoder. */
static char *expected(const ramp *ramps, size_t count, ox_insert_form form)
{
	static uint8_t raw[LARGEST];
	ox_buffer whole;
	ox_buffer_init(&whole, 1 << 20);
	assert_int_equal(ox_buffer_append_string(&whole, "From: a@b\r\n\r\n"), OX_OK);
	for (size_t i = 0; i < count; i++) {
		size_t step = form == OX_INSERT_BASE64 ? 57 : LARGEST;
		for (size_t at = 0; at < ramps[i].whole; at += step) {
			size_t size = ramps[i].whole - at < step ? (size_t)ramps[i].whole - at : step;
			assert_true(read_ramp((void *)&ramps[i], at, raw, size));
			if (form == OX_INSERT_BASE64) {
				assert_int_equal(ox_base64_encode(&whole, raw, size), OX_OK);
				assert_int_equal(ox_buffer_append_string(&whole, "\r\n"), OX_OK);
			} else {
				assert_int_equal(ox_buffer_append(&whole, raw, size), OX_OK);
			}
		}
		assert_int_equal(ox_buffer_append_format(&whole, "--%zu\r\n", i), OX_OK);
	}
	return ox_buffer_take(&whole);
}

static void read_in_pieces(ox_message *message, const char *whole, size_t piece)
{
	static char got[2 * LARGEST];
	uint64_t at = 0;
	while (at < message->size) {
		size_t count = ox_message_read(message, at, got, piece);
		assert_true(count > 0 && count <= piece);
		assert_memory_equal(got, whole + at, count);
		at += count;
	}
	assert_int_equal(at, message->size);
	assert_int_equal(ox_message_read(message, at, got, piece), 0);
	assert_int_equal(ox_message_read(message, at + 1000, got, piece), 0);
}

static void octets_are_the_same_in_pieces_of_any_size(void **state)
{
	(void)state;
	static const ox_insert_form forms[] = {OX_INSERT_BASE64, OX_INSERT_AS_IT_IS};
	static const size_t pieces[] = {1, 2, 7, 77, 78, 79, 155, 156, 4096, 65536};
	for (size_t f = 0; f < 2; f++) {
		ramp ramps[] = {{1}, {56}, {57}, {58}, {0}, {114}, {20000}, {LARGEST}};
		ox_message message;
		begin(&message, ramps, OX_COUNT(ramps), forms[f]);
		char *whole = expected(ramps, OX_COUNT(ramps), forms[f]);
		for (size_t i = 0; i < OX_COUNT(pieces); i++) {
			read_in_pieces(&message, whole, pieces[i]);
		}
		for (uint64_t at = 0; at < message.size; at += 13) { /* anywhere, and again */
			char one;
			assert_int_equal(ox_message_read(&message, at, &one, 1), 1);
			assert_int_equal(one, whole[at]);
		}
		ox_free(whole);
		ox_message_clear(&message);
	}
}

static void most_of_a_content_is_read_in_large_pieces(void **state)
{
	(void)state;
	ramp ramps[] = {{LARGEST}};
	ox_message message;
	static char got[65536];
	begin(&message, ramps, 1, OX_INSERT_BASE64);
	size_t count = ox_message_read(&message, 0, got, 20000);
	assert_in_range(count, 20000 - 77, 20000); /* whole lines, so that the next piece begins with one */
	assert_memory_equal(got + count - 2, "\r\n", 2);
	ox_message_clear(&message);
}

static void fields_can_be_put_on_top(void **state)
{
	(void)state;
	ramp ramps[] = {{100}, {3}};
	ox_message message;
	begin(&message, ramps, 2, OX_INSERT_BASE64);
	char *before = expected(ramps, 2, OX_INSERT_BASE64);
	size_t header = message.header_size;
	uint64_t size = message.size;
	char whole[1000];
	assert_int_equal(ox_message_prepend(&message, ox_slice_of("DKIM-Signature: x\r\n")), OX_OK);
	assert_int_equal(message.header_size, header + 19);
	assert_int_equal(message.size, size + 19);
	snprintf(whole, sizeof whole, "DKIM-Signature: x\r\n%s", before);
	read_in_pieces(&message, whole, 50);
	message.octets.cap = (size_t)message.size + 3;
	assert_int_equal(ox_message_prepend(&message, ox_slice_of("X:\r\n")), OX_E_LIMIT);
	read_in_pieces(&message, whole, 500);
	ox_free(before);
	ox_message_clear(&message);
}

static void a_content_that_shrinks_ends_the_reading(void **state)
{
	(void)state;
	ramp ramps[] = {{1000}};
	ox_message message;
	char got[4000];
	begin(&message, ramps, 1, OX_INSERT_BASE64);
	assert_true(ox_message_is_intact(&message));
	ramps[0].whole = 999;
	assert_int_equal(ox_message_read(&message, 0, got, sizeof got), 0);
	assert_int_equal(ox_message_read(&message, 0, got, 91), 13 + 78);
	assert_int_equal(ox_message_read(&message, message.size - 20, got, 5), 0);
	ox_message_clear(&message);
}

static void the_cap_counts_what_is_sent(void **state)
{
	(void)state;
	ramp small = {570};
	ox_content content = {&small, read_ramp, 570};
	ox_message message;
	ox_message_init(&message, 780);
	assert_int_equal(message_insert(&message, &content, OX_INSERT_BASE64), OX_OK);
	assert_int_equal(message_count(&message), OX_OK);
	assert_int_equal(ox_buffer_append_string(&message.octets, "x"), OX_OK);
	assert_int_equal(message_count(&message), OX_E_LIMIT);
	ox_message_clear(&message);
	ox_message_init(&message, 779);
	assert_int_equal(message_insert(&message, &content, OX_INSERT_BASE64), OX_E_LIMIT);
	content.size = UINT64_MAX;
	assert_int_equal(message_insert(&message, &content, OX_INSERT_AS_IT_IS), OX_E_LIMIT);
	assert_int_equal(message_insert(&message, &content, OX_INSERT_BASE64), OX_E_LIMIT);
	ox_message_clear(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_are_the_same_in_pieces_of_any_size),
		cmocka_unit_test(most_of_a_content_is_read_in_large_pieces),
		cmocka_unit_test(fields_can_be_put_on_top),
		cmocka_unit_test(a_content_that_shrinks_ends_the_reading),
		cmocka_unit_test(the_cap_counts_what_is_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
