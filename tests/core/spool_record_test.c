/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/crc32c.h"
#include "spool_fixture.h"

#define BODY "Subject: x\r\n\r\nHello.\r\n"

static void build(ox_buffer *file, const char *tail)
{
	char end[OX_RECORD_END_SIZE + 1];
	ox_submission submission = submission_of(BODY);
	memcpy(submission.id, "01HF7YAT00ABCDEFGHJKMNPQRS", sizeof submission.id);
	submission.tag = "tag";
	ox_buffer_init(file, 1 << 20);
	assert_int_equal(ox_record_write_head(file, &submission, NULL, 1000, NOW_MS), OX_OK);
	assert_int_equal(ox_buffer_append_string(file, BODY), OX_OK);
	ox_record_write_end(end, ox_crc32c(0, BODY, strlen(BODY)), file->size);
	assert_int_equal(ox_buffer_append_string(file, end), OX_OK);
	assert_int_equal(ox_buffer_append_string(file, tail), OX_OK);
}

static const char *line_of(const ox_tail_entry *entry)
{
	static char line[2048];
	ox_buffer out;
	ox_buffer_init(&out, sizeof line - 1);
	assert_int_equal(ox_tail_write(&out, entry), OX_OK);
	snprintf(line, sizeof line, "%s", ox_buffer_text(&out));
	ox_buffer_clear(&out);
	return line;
}

static void parse(ox_record *record, const char *tail)
{
	ox_buffer file;
	ox_record_fault fault = NULL;
	build(&file, tail);
	ox_record_init(record);
	int status = ox_record_parse(record, file.bytes, file.size, &fault);
	if (status != OX_OK) {
		fail_msg("%s", fault);
	}
	ox_buffer_clear(&file);
}

static void every_octet_before_the_tail_counts(void **state)
{
	ox_buffer file;
	(void)state;
	build(&file, "");
	for (size_t i = 0; i < file.size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			ox_record record;
			ox_record_fault fault = NULL;
			ox_record_init(&record);
			file.bytes[i] ^= (uint8_t)(1 << bit);
			int status = ox_record_parse(&record, file.bytes, file.size, &fault);
			file.bytes[i] ^= (uint8_t)(1 << bit);
			ox_record_clear(&record);
			if (status != OX_E_SYNTAX || !fault) {
				fail_msg("octet %zu, bit %d: taken", i, bit);
			}
		}
	}
	ox_buffer_clear(&file);
}

static void no_part_of_a_file_is_taken_for_one(void **state)
{
	ox_buffer file;
	(void)state;
	build(&file, "");
	for (size_t size = 0; size < file.size; size++) {
		ox_record record;
		ox_record_fault fault = NULL;
		ox_record_init(&record);
		assert_int_equal(ox_record_parse(&record, file.bytes, size, &fault), OX_E_SYNTAX);
		assert_non_null(fault);
		ox_record_clear(&record);
	}
	ox_buffer_clear(&file);
}

/* A head of our own with a right sum. */
static int parse_head(const char *head, ox_record_fault *fault)
{
	ox_record record;
	ox_record_start start = {.head_size = strlen(head), .message_size = 0, .start_size = 40,
		.head_crc = ox_crc32c(0, head, strlen(head))};
	ox_record_init(&record);
	*fault = NULL;
	int status = ox_record_parse_head(&record, &start, head, fault);
	ox_record_clear(&record);
	return status;
}

#define HEAD_START "id: 01HF7YAT00ABCDEFGHJKMNPQRS\ncreated: 1\ndue: 1\nexpires: 2\n"
#define HEAD_REST "class: bulk\nprofile: p\nuid: 0\nflags: 0\nfrom: \n"

static void heads_are_read_strictly(void **state)
{
	static const struct {
		const char *head;
		bool good;
	} cases[] = {
		{HEAD_START HEAD_REST "rcpt: a\n\n", true},
		{HEAD_START HEAD_REST "priority: -9\nrcpt: a\nnotify: 1\norcpt: rfc822;a\nrcpt: b\n\n", true},
		{HEAD_START HEAD_REST "\n", false},
		{HEAD_START "rcpt: a\n\n", false},
		{HEAD_START HEAD_REST "rcpt: a\n", false},
		{HEAD_START HEAD_REST "rcpt: \n\n", false},
		{HEAD_START HEAD_REST "notify: 1\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "rcpt: a\nnotify: 0\n\n", false},
		{HEAD_START HEAD_REST "rcpt: a\nnotify: 1\nnotify: 2\n\n", false},
		{HEAD_START HEAD_REST "rcpt: a\norcpt: a\norcpt: b\n\n", false},
		{HEAD_START HEAD_REST "rcpt: a\n\nrcpt: b\n\n", false},
		{HEAD_START HEAD_REST "from: x\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "shell: x\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "rcpt:a\nrcpt: b\n\n", false},
		{HEAD_START HEAD_REST "tag: a\rb\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "tag: \nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "key: x\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "ret: 3\nrcpt: a\n\n", false},
		{HEAD_START HEAD_REST "priority: 10\nrcpt: a\n\n", false},
		{"id: x\ncreated: 1\ndue: 1\nexpires: 2\n" HEAD_REST "rcpt: a\n\n", false},
		{"id: 01HF7YAT00ABCDEFGHJKMNPQRS\ncreated: -1\ndue: 1\nexpires: 2\n" HEAD_REST "rcpt: a\n\n", false},
		{"id: 01HF7YAT00ABCDEFGHJKMNPQRS\ncreated: 99999999999999999999\ndue: 1\nexpires: 2\n" HEAD_REST
			"rcpt: a\n\n", false},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_record_fault fault;
		int status = parse_head(cases[i].head, &fault);
		if ((status == OX_OK) != cases[i].good) {
			fail_msg("case %zu: %s", i, fault ? fault : "taken");
		}
	}
}

static const ox_tail_entry begin = {.type = 'I', .attempt = 1, .at_ms = 5};
static const ox_tail_entry first_sent = {.type = 'R', .recipient = 0, .outcome = OX_OUTCOME_SENT, .code = 250,
	.enhanced = {2, 0, 0}, .at_ms = 6, .host = "mx.example.com", .text = "2.0.0 Ok: queued as 1"};
static const ox_tail_entry second_deferred = {.type = 'R', .recipient = 1, .outcome = OX_OUTCOME_DEFERRED,
	.code = 451, .at_ms = 6, .text = "try later"};
static const ox_tail_entry second_refused = {.type = 'R', .recipient = 1, .outcome = OX_OUTCOME_REJECTED,
	.code = 550, .enhanced = {5, 1, 1}, .at_ms = 7};
static const ox_tail_entry deferred = {.type = 'A', .attempt = 1, .due_ms = 99, .why = "reply"};
static const ox_tail_entry told = {.type = 'W', .minutes = 15, .at_ms = 98};
static const ox_tail_entry ended = {.type = 'D', .at_ms = 8, .ending = OX_ENDING_FAILED};
static const ox_tail_entry retried = {.type = 'A', .attempt = 1, .due_ms = NOW_MS * 2, .why = "retry"};

static void tail_lines_come_back_as_they_were_written(void **state)
{
	const ox_tail_entry *const entries[] = {&begin, &first_sent, &second_deferred, &second_refused, &deferred,
		&told, &ended};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(entries); i++) {
		ox_tail_entry back;
		const char *line = line_of(entries[i]);
		assert_true(ox_tail_parse((ox_slice){line, strlen(line) - 1}, &back));
		assert_memory_equal(&back, entries[i], sizeof back);
	}
}

static void a_line_with_one_octet_changed_or_missing_is_none(void **state)
{
	ox_tail_entry back;
	char line[2048];
	(void)state;
	snprintf(line, sizeof line, "%s", line_of(&first_sent));
	size_t size = strlen(line) - 1;
	for (size_t i = 0; i < size; i++) {
		line[i] ^= 1;
		assert_false(ox_tail_parse((ox_slice){line, size}, &back));
		line[i] ^= 1;
		assert_false(ox_tail_parse((ox_slice){line, i}, &back));
	}
}

static void what_servers_say_cannot_break_a_line(void **state)
{
	ox_tail_entry entry = first_sent, back;
	(void)state;
	snprintf(entry.text, sizeof entry.text, "evil\nD 1 sent\r\x1b[0m");
	snprintf(entry.host, sizeof entry.host, "a b\nc");
	const char *line = line_of(&entry);
	assert_int_equal(strchr(line, '\n') - line, strlen(line) - 1);
	assert_true(ox_tail_parse((ox_slice){line, strlen(line) - 1}, &back));
	assert_string_equal(back.text, "evil?D 1 sent??[0m");
	assert_string_equal(back.host, "a?b?c");
	memset(entry.text, 'x', sizeof entry.text - 1);
	memset(entry.host, 'y', sizeof entry.host - 1);
	entry.text[OX_RECORD_TEXT_MAX] = entry.host[OX_RECORD_HOST_MAX] = 0;
	line = line_of(&entry);
	assert_true(ox_tail_parse((ox_slice){line, strlen(line) - 1}, &back));
	assert_string_equal(back.text, entry.text);
}

static void tail_of(char *tail, size_t size, const ox_tail_entry *const *entries)
{
	size_t used = 0;
	tail[0] = 0;
	for (; *entries; entries++) {
		used += (size_t)snprintf(tail + used, size - used, "%s", line_of(*entries));
	}
}

#define TAIL(...) \
	char tail[8192]; \
	ox_record record; \
	tail_of(tail, sizeof tail, (const ox_tail_entry *const[]){__VA_ARGS__, NULL}); \
	parse(&record, tail)

static void an_intent_without_results_makes_all_uncertain(void **state)
{
	(void)state;
	TAIL(&begin);
	assert_int_equal(record.uncertain_count, 2);
	assert_int_equal(record.tries, 1);
	assert_true(record.recipients[0].uncertain && record.recipients[1].uncertain);
	ox_record_clear(&record);
}

static void results_after_an_intent_leave_the_others_uncertain(void **state)
{
	(void)state;
	TAIL(&begin, &first_sent);
	assert_int_equal(record.uncertain_count, 1);
	assert_true(record.recipients[1].uncertain);
	assert_int_equal(ox_record_open_count(&record), 1);
	assert_string_equal(record.recipients[0].text, "2.0.0 Ok: queued as 1");
	ox_record_clear(&record);
}

static void those_refused_before_the_intent_are_not_uncertain(void **state)
{
	(void)state;
	TAIL(&second_deferred, &begin);
	assert_int_equal(record.uncertain_count, 1);
	assert_true(record.recipients[0].uncertain);
	ox_record_clear(&record);
}

static void a_closed_attempt_leaves_nobody_uncertain(void **state)
{
	(void)state;
	TAIL(&begin, &first_sent, &second_deferred, &deferred);
	assert_int_equal(record.uncertain_count, 0);
	assert_int_equal(record.next_ms, 99);
	assert_string_equal(record.why, "reply");
	assert_int_equal(ox_record_open_count(&record), 1);
	ox_record_clear(&record);
}

static void what_was_told_stays_so_in_the_next_attempt(void **state)
{
	(void)state;
	TAIL(&begin, &second_deferred, &told, &deferred);
	assert_int_equal(record.told_minutes, 15);
	assert_int_equal(record.since_ms, record.due_ms);
	assert_int_equal(record.next_ms, 99);
	ox_record_clear(&record);
}

static void a_retry_by_hand_begins_the_waiting_anew(void **state)
{
	(void)state;
	TAIL(&told, &retried);
	assert_int_equal(record.told_minutes, 0);
	assert_int_equal(record.since_ms, NOW_MS * 2);
	ox_record_clear(&record);
}

static void who_was_accepted_stays_so(void **state)
{
	ox_tail_entry later = second_refused;
	(void)state;
	later.recipient = 0;
	TAIL(&begin, &first_sent, &later);
	assert_int_equal(record.recipients[0].outcome, OX_OUTCOME_SENT);
	ox_record_clear(&record);
}

static void a_retry_begins_again_for_those_who_were_refused(void **state)
{
	(void)state;
	TAIL(&begin, &first_sent, &second_refused, &ended, &retried);
	assert_int_equal(record.ending, OX_ENDING_NONE);
	assert_int_equal(ox_record_open_count(&record), 1);
	assert_true(ox_record_is_open(&record.recipients[1]));
	assert_int_equal(record.expires_ms, NOW_MS * 2 + OX_SPOOL_EXPIRY_MS);
	ox_record_clear(&record);
}

static void torn_lines_are_passed_over_and_counted(void **state)
{
	char tail[4096];
	ox_record record;
	(void)state;
	snprintf(tail, sizeof tail, "%.20s\n\n", line_of(&first_sent));
	snprintf(tail + strlen(tail), sizeof tail - strlen(tail), "%sgarbage", line_of(&ended));
	parse(&record, tail);
	assert_int_equal(record.torn_lines, 2);
	assert_int_equal(record.ending, OX_ENDING_FAILED);
	assert_int_equal(record.uncertain_count, 0);
	ox_record_clear(&record);
}

static void a_result_of_nobody_changes_nothing(void **state)
{
	ox_tail_entry entry = first_sent;
	(void)state;
	entry.recipient = 2;
	TAIL(&entry);
	assert_int_equal(record.torn_lines, 1);
	assert_int_equal(ox_record_open_count(&record), 2);
	ox_record_clear(&record);
}

static void read_all(void)
{
	char tail[8192] = "";
	ox_buffer file;
	ox_record record;
	ox_record_fault fault;
	long left = ox_memory_fail_after(-1); /* building is not the question */
	(void)left;
	tail_of(tail, sizeof tail, (const ox_tail_entry *const[]){&begin, &first_sent, &second_refused, &ended, NULL});
	build(&file, tail);
	for (long successes = 0;; successes++) {
		ox_record_init(&record);
		ox_memory_fail_after(successes);
		int status = ox_record_parse(&record, file.bytes, file.size, &fault);
		long made = ox_memory_fail_after(-1);
		ox_record_clear(&record);
		if (made <= successes) {
			assert_int_equal(status, OX_OK);
			break;
		}
		assert_int_equal(status, OX_E_NOMEM);
	}
	ox_buffer_clear(&file);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	read_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_octet_before_the_tail_counts),
		cmocka_unit_test(no_part_of_a_file_is_taken_for_one),
		cmocka_unit_test(heads_are_read_strictly),
		cmocka_unit_test(tail_lines_come_back_as_they_were_written),
		cmocka_unit_test(a_line_with_one_octet_changed_or_missing_is_none),
		cmocka_unit_test(what_servers_say_cannot_break_a_line),
		cmocka_unit_test(an_intent_without_results_makes_all_uncertain),
		cmocka_unit_test(results_after_an_intent_leave_the_others_uncertain),
		cmocka_unit_test(those_refused_before_the_intent_are_not_uncertain),
		cmocka_unit_test(a_closed_attempt_leaves_nobody_uncertain),
		cmocka_unit_test(what_was_told_stays_so_in_the_next_attempt),
		cmocka_unit_test(a_retry_by_hand_begins_the_waiting_anew),
		cmocka_unit_test(who_was_accepted_stays_so),
		cmocka_unit_test(a_retry_begins_again_for_those_who_were_refused),
		cmocka_unit_test(torn_lines_are_passed_over_and_counted),
		cmocka_unit_test(a_result_of_nobody_changes_nothing),
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
