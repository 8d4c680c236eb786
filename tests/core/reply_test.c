/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/reply.h"

/* Reads bytes in pieces of `step` octets; the status of the first reply, or of the end of the
 * bytes. */
static int read_in_steps(ox_reply_reader *reader, const char *bytes, size_t size, size_t step,
						 size_t *taken, ox_error *error)
{
	int status = OX_AGAIN;
	*taken = 0;
	while (*taken < size && status == OX_AGAIN) {
		size_t piece = size - *taken < step ? size - *taken : step, used;
		status = ox_reply_read(reader, (const uint8_t *)bytes + *taken, piece, &used, error);
		*taken += used;
	}
	return status;
}

typedef struct {
	const char *bytes;
	uint16_t code;
	const char *text;
	uint16_t enhanced[3];
} good_reply;

static const good_reply good[] = {
	{"250 ok\r\n", 250, "ok", {0}},
	{"250 ok\n", 250, "ok", {0}},
	{"250\r\n", 250, "", {0}},
	{"250-\r\n250 \r\n", 250, "\n", {0}},
	{"220-a\r\n220-b\r\n220 c\r\n", 220, "a\nb\nc", {0}},
	{"250-a\r\n550 b\r\n", 550, "a\nb", {0}},
	{"250 a\rb\r\n", 250, "a\rb", {0}},
	{"250 a\r\r\n", 250, "a\r", {0}},
	{"\r\n250 ok\r\n", 250, "ok", {0}},
	{"550 5.1.1 no such user\r\n", 550, "5.1.1 no such user", {5, 1, 1}},
	{"550-5.7.26 a\r\n550 5.7.26 b\r\n", 550, "5.7.26 a\n5.7.26 b", {5, 7, 26}},
	{"550 4.1.1 the class is not the code's\r\n", 550, "4.1.1 the class is not the code's", {0}},
	{"250 2.0.0\r\n", 250, "2.0.0", {2, 0, 0}},
	{"250 2.0.0.1 a version\r\n", 250, "2.0.0.1 a version", {0}},
	{"535-5.7.139 a\r\n535 b\r\n", 535, "5.7.139 a\nb", {5, 7, 139}},
	{"334 \r\n", 334, "", {0}},
	{"250 \xc3\xa9\r\n", 250, "\xc3\xa9", {0}},
};

static void a_reply_reads_the_same_whole_and_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(good); i++) {
		for (size_t step = 1; step < 64; step += 7) {
			ox_reply_reader reader;
			ox_error error;
			size_t taken;
			ox_reply_reader_init(&reader);
			size_t size = strlen(good[i].bytes);
			assert_int_equal(read_in_steps(&reader, good[i].bytes, size, step, &taken, &error),
							 OX_OK);
			assert_int_equal(taken, size);
			assert_int_equal(reader.reply.code, good[i].code);
			assert_string_equal(ox_buffer_text(&reader.reply.text), good[i].text);
			assert_memory_equal(reader.reply.enhanced, good[i].enhanced, sizeof good[i].enhanced);
			assert_true(ox_reply_reader_is_empty(&reader));
			ox_reply_reader_clear(&reader);
		}
	}
}

static void bytes_behind_a_reply_are_left_alone(void **state)
{
	(void)state;
	ox_reply_reader reader;
	ox_error error;
	size_t used;
	const char *bytes = "250 one\r\n251 two\r\n35";
	ox_reply_reader_init(&reader);
	assert_int_equal(ox_reply_read(&reader, (const uint8_t *)bytes, 20, &used, &error), OX_OK);
	assert_int_equal(used, 9);
	assert_int_equal(ox_reply_read(&reader, (const uint8_t *)bytes + 9, 11, &used, &error), OX_OK);
	assert_int_equal(used, 9);
	assert_int_equal(reader.reply.code, 251);
	assert_string_equal(ox_buffer_text(&reader.reply.text), "two");
	assert_int_equal(ox_reply_read(&reader, (const uint8_t *)bytes + 18, 2, &used, &error),
					 OX_AGAIN);
	assert_false(ox_reply_reader_is_empty(&reader));
	ox_reply_reader_clear(&reader);
}

static const struct {
	const char *bytes;
	size_t size;
	ox_fact fact;
} bad[] = {
	{"25\r\n", 4, OX_FACT_BAD_REPLY},
	{"abc\r\n", 5, OX_FACT_BAD_REPLY},
	{"2500 x\r\n", 8, OX_FACT_BAD_REPLY},
	{" 250 x\r\n", 8, OX_FACT_BAD_REPLY},
	{"150 x\r\n", 7, OX_FACT_BAD_REPLY},
	{"650 x\r\n", 7, OX_FACT_BAD_REPLY},
	{"250_x\r\n", 7, OX_FACT_BAD_REPLY},
	{"\r\n\r\n250 ok\r\n", 12, OX_FACT_BAD_REPLY},
	{"250-a\r\n\r\n250 b\r\n", 16, OX_FACT_BAD_REPLY},
	{"250 a\rb 250 ok\r550 no\r\r\rx\n25\n", 30, OX_FACT_NONE}, /* a bare CR ends nothing */
	{"250 a\0b\r\n", 9, OX_FACT_NUL_IN_REPLY},
	{"\0", 1, OX_FACT_NUL_IN_REPLY},
	{"\x16\x03\x01\x02\x00", 5, OX_FACT_PEER_SPEAKS_TLS},
	{"\x15\x03\x01\x00\x02\x02\x28", 7, OX_FACT_PEER_SPEAKS_TLS},
	{"HTTP/1.1 400 Bad Request\r\n", 26, OX_FACT_PEER_SPEAKS_HTTP},
	{"SSH-2.0-OpenSSH_9.2\r\n", 21, OX_FACT_PEER_SPEAKS_SSH},
};

static void what_is_no_reply_is_an_error_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(bad); i++) {
		for (size_t step = 1; step < 40; step += 13) {
			ox_reply_reader reader;
			ox_error error = {0};
			size_t taken;
			ox_reply_reader_init(&reader);
			int status = read_in_steps(&reader, bad[i].bytes, bad[i].size, step, &taken, &error);
			assert_int_equal(status, bad[i].fact == OX_FACT_NONE ? OX_OK : OX_E_FAILED);
			assert_int_equal(error.fact, bad[i].fact);
			ox_reply_reader_clear(&reader);
		}
	}
}

static void a_bad_line_is_quoted_without_its_control_bytes(void **state)
{
	(void)state;
	ox_reply_reader reader;
	ox_error error;
	size_t used;
	ox_reply_reader_init(&reader);
	assert_int_equal(
		ox_reply_read(&reader, (const uint8_t *)"* OK \x1b[2J\xff\r\n", 12, &used, &error),
		OX_E_FAILED);
	assert_string_equal(error.text, "not an SMTP reply: \"* OK ?[2J?\"");
	ox_reply_reader_clear(&reader);
}

static int read_repeated(const char *line, size_t times, size_t padding, ox_reply_reader *reader,
						 ox_error *error)
{
	int status = OX_AGAIN;
	size_t used;
	char pad[512];
	memset(pad, 'x', sizeof pad);
	for (size_t i = 0; i < times && status == OX_AGAIN; i++) {
		status = ox_reply_read(reader, (const uint8_t *)line, strlen(line), &used, error);
		for (size_t left = padding; left && status == OX_AGAIN;
			 left -= left < sizeof pad ? left : sizeof pad) {
			status = ox_reply_read(reader, (const uint8_t *)pad,
								   left < sizeof pad ? left : sizeof pad, &used, error);
		}
		if (status == OX_AGAIN && padding) {
			status = ox_reply_read(reader, (const uint8_t *)"\r\n", 2, &used, error);
		}
	}
	return status;
}

static void lines_and_replies_without_end_are_bounded(void **state)
{
	(void)state;
	ox_reply_reader reader;
	ox_error error;
	ox_reply_reader_init(&reader);
	assert_int_equal(read_repeated("250-x\r\n", 501, 0, &reader, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_REPLY_TOO_LONG);
	ox_reply_reader_clear(&reader);

	ox_reply_reader_init(&reader);
	assert_int_equal(read_repeated("250-", 40, 2000, &reader, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_REPLY_TOO_LONG);
	ox_reply_reader_clear(&reader);

	/* One endless line keeps its code and a prefix. */
	ox_reply_reader_init(&reader);
	assert_int_equal(read_repeated("552 5.3.4 ", 1, 1000000, &reader, &error), OX_OK);
	assert_int_equal(reader.reply.code, 552);
	assert_int_equal(reader.reply.enhanced[2], 4);
	assert_int_equal(reader.reply.text.size, OX_REPLY_LINE_MAX);
	ox_reply_reader_clear(&reader);

	ox_reply_reader_init(&reader);
	assert_int_equal(read_repeated("334 ", 1, OX_CHALLENGE_MAX, &reader, &error), OX_OK);
	assert_int_equal(reader.reply.text.size, OX_CHALLENGE_MAX);
	assert_int_equal(read_repeated("334 ", 1, OX_CHALLENGE_MAX + 1, &reader, &error), OX_E_FAILED);
	assert_int_equal(error.fact, OX_FACT_REPLY_TOO_LONG);
	ox_reply_reader_clear(&reader);
}

/* One reply, which must be good. */
static void read_one(ox_reply_reader *reader, const char *bytes)
{
	ox_error error;
	size_t used;
	ox_reply_reader_init(reader);
	assert_int_equal(ox_reply_read(reader, (const uint8_t *)bytes, strlen(bytes), &used, &error),
					 OX_OK);
}

static void a_description_is_one_line_without_enhanced_codes_cut_at_a_character(void **state)
{
	(void)state;
	ox_reply_reader reader;
	char text[64];
	read_one(&reader, "550-5.7.26 This mail\r\n550-5.7.26 is\t\x1b[1m\r\n550 5.7.26 refused\r\n");
	ox_reply_describe(&reader.reply, text, sizeof text);
	assert_string_equal(text, "This mail is??[1m refused");
	ox_reply_reader_clear(&reader);

	read_one(&reader, "250 \xc3\xa9\xc3\xa9\xc3\xa9\r\n");
	ox_reply_describe(&reader.reply, text, 6);
	assert_string_equal(text, "\xc3\xa9\xc3\xa9");
	ox_reply_reader_clear(&reader);

	read_one(&reader, "250 latin1 \xe9 here\r\n");
	ox_reply_describe(&reader.reply, text, sizeof text);
	assert_string_equal(text, "latin1 ? here");
	ox_reply_reader_clear(&reader);
}

static void queue_ids_of_the_known_servers_are_found_and_others_not_invented(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"250 2.0.0 Ok: queued as 4F3A1\r\n", "4F3A1"},
		{"250 OK id=1rX2kq-0003Xy-2T\r\n", "1rX2kq-0003Xy-2T"},
		{"250 Ok 0100018c9a-5d1e-000000\r\n", "0100018c9a-5d1e-000000"},
		{"250 2.0.0 OK  1700000000 a1-20020a05.12 - gsmtp\r\n", "1700000000"},
		{"250 2.0.0 OK <abc123@x.example> [Hostname=Y]\r\n", "abc123@x.example"},
		{"250 Great success\r\n", NULL},
		{"250 ok\r\n", NULL},
		{"250 Ok thanks a lot\r\n", NULL},
		{"250\r\n", NULL},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_reply_reader reader;
		read_one(&reader, cases[i][0]);
		char *id = ox_reply_queue_id(&reader.reply);
		if (cases[i][1]) {
			assert_non_null(id);
			assert_string_equal(id, cases[i][1]);
		} else {
			assert_null(id);
		}
		ox_free(id);
		ox_reply_reader_clear(&reader);
	}
}

static void scenario(void)
{
	ox_reply_reader reader;
	ox_error error;
	size_t used;
	const char *bytes =
		"250-"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n250 queued as X1\r\n";
	ox_reply_reader_init(&reader);
	int status = ox_reply_read(&reader, (const uint8_t *)bytes, strlen(bytes), &used, &error);
	if (status == OX_OK) {
		ox_free(ox_reply_queue_id(&reader.reply));
	} else {
		assert_int_equal(error.class, OX_ERROR_MEMORY);
	}
	ox_reply_reader_clear(&reader);
}

static void memory_that_runs_out_is_reported(void **state)
{
	(void)state;
	ox_test_failing_allocations(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_reads_the_same_whole_and_in_pieces),
		cmocka_unit_test(bytes_behind_a_reply_are_left_alone),
		cmocka_unit_test(what_is_no_reply_is_an_error_with_its_reason),
		cmocka_unit_test(a_bad_line_is_quoted_without_its_control_bytes),
		cmocka_unit_test(lines_and_replies_without_end_are_bounded),
		cmocka_unit_test(a_description_is_one_line_without_enhanced_codes_cut_at_a_character),
		cmocka_unit_test(queue_ids_of_the_known_servers_are_found_and_others_not_invented),
		cmocka_unit_test(memory_that_runs_out_is_reported),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
