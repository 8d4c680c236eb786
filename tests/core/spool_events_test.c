/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "spool_fixture.h"

static const ox_spool_event full = {.at_ms = NOW_MS, .type = OX_EVENT_DEFERRED, .id = "01HF7YAT00ABCDEFGHJKMNPQRS",
	.recipient = "a@example.com", .profile = "main", .tag = "t", .message_id = "m@example.com",
	.text = "4.7.1 \"later\", \xc3\xbc", .tls = "TLSv1.3", .remote_id = "X1",
	.transcript = "C: MAIL FROM:<a@example.com>\nS: 451 4.7.1 later\n", .code = 451, .enhanced = {4, 7, 1},
	.attempt = 3, .milliseconds = 17};

static void append(spool_fixture *fixture, const ox_spool_event *event)
{
	assert_int_equal(ox_events_append(fixture->spool, event, 1, &fixture->error), OX_OK);
}

static ox_event_reader *open_reader(spool_fixture *fixture, const char *cursor)
{
	ox_event_reader *reader;
	assert_int_equal(ox_event_reader_open(fixture->spool, cursor, &reader, &fixture->error), OX_OK);
	return reader;
}

static size_t count_from(spool_fixture *fixture, const char *cursor, char next[OX_EVENT_CURSOR_SIZE])
{
	ox_event_reader *reader = open_reader(fixture, cursor);
	ox_spool_event event;
	size_t count = 0;
	uint64_t last = 0;
	int status;
	while ((status = ox_event_reader_next(reader, &event, &fixture->error)) == OX_OK) {
		assert_true(event.sequence > last);
		last = event.sequence;
		count++;
	}
	assert_int_equal(status, OX_AGAIN);
	if (next) {
		ox_event_reader_cursor(reader, next);
	}
	ox_event_reader_free(reader);
	return count;
}

static void an_event_comes_back_whole(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_event event;
	append(fixture, &full);
	ox_event_reader *reader = open_reader(fixture, NULL);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_int_equal(event.at_ms, full.at_ms);
	assert_int_equal(event.type, full.type);
	assert_string_equal(event.id, full.id);
	assert_string_equal(event.recipient, full.recipient);
	assert_string_equal(event.profile, full.profile);
	assert_string_equal(event.tag, full.tag);
	assert_string_equal(event.message_id, full.message_id);
	assert_string_equal(event.text, full.text);
	assert_string_equal(event.tls, full.tls);
	assert_string_equal(event.remote_id, full.remote_id);
	assert_string_equal(event.transcript, full.transcript);
	assert_int_equal(event.code, full.code);
	assert_memory_equal(event.enhanced, full.enhanced, sizeof full.enhanced);
	assert_int_equal(event.attempt, full.attempt);
	assert_int_equal(event.milliseconds, full.milliseconds);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_AGAIN);
	append(fixture, &full);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	ox_event_reader_free(reader);
}

static void what_is_missing_is_missing(void **state)
{
	spool_fixture *fixture = *state;
	const ox_spool_event bare = {.type = OX_EVENT_PROFILE_PAUSED, .text = "\xff\xfe bad"};
	ox_spool_event event;
	append(fixture, &bare);
	ox_event_reader *reader = open_reader(fixture, "");
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_null(event.id);
	assert_null(event.recipient);
	assert_int_equal(event.code, 0);
	assert_string_equal(event.text, "?? bad");
	ox_event_reader_free(reader);
}

static void a_long_transcript_keeps_its_last_lines(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_event event, told = {.type = OX_EVENT_FAILED};
	char line[24], *text = ox_alloc(9 * 1000 + 1);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(line, sizeof line, "S: \"%03d\"\n", i);
		memcpy(text + 9 * (size_t)i, line, 10);
	}
	told.transcript = text;
	append(fixture, &told);
	ox_event_reader *reader = open_reader(fixture, NULL);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_in_range(strlen(event.transcript), 4000, 4095);
	assert_int_equal(strncmp(event.transcript, "S: \"", 4), 0);
	assert_string_equal(event.transcript + strlen(event.transcript) - 9, "S: \"999\"\n");
	ox_event_reader_free(reader);
	ox_free(text);
}

static void a_cursor_goes_on_where_it_was(void **state)
{
	spool_fixture *fixture = *state;
	char cursor[OX_EVENT_CURSOR_SIZE];
	assert_int_equal(count_from(fixture, NULL, cursor), 0);
	append(fixture, &full);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, cursor, cursor), 2);
	assert_int_equal(count_from(fixture, cursor, cursor), 0);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, cursor, cursor), 1);
	assert_int_equal(count_from(fixture, NULL, NULL), 3);
}

static void cursors_that_are_none_are_refused(void **state)
{
	spool_fixture *fixture = *state;
	static const char *const none[] = {"x", "1", "1:", ":1", "1:2:3", "-1:0", "1:0x1",
		"99999999999999999999:0", "1:99999999999999999999999999999999999999999999"};
	for (size_t i = 0; i < OX_COUNT(none); i++) {
		ox_event_reader *reader;
		assert_int_equal(ox_event_reader_open(fixture->spool, none[i], &reader, &fixture->error), OX_E_FAILED);
		assert_int_equal(fixture->error.class, OX_ERROR_USAGE);
		assert_null(reader);
	}
	append(fixture, &full);
	/* In the middle of a line, behind the end, of a segment that is gone: nothing is made up. */
	assert_int_equal(count_from(fixture, "1:7", NULL), 0);
	assert_int_equal(count_from(fixture, "1:99999", NULL), 1);
	assert_int_equal(count_from(fixture, "0:5", NULL), 1);
}

static void a_cursor_of_another_journal_begins_at_the_beginning(void **state)
{
	spool_fixture *fixture = *state;
	char cursor[OX_EVENT_CURSOR_SIZE];
	assert_int_equal(count_from(fixture, "99:5", cursor), 0);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, cursor, NULL), 1);
	assert_int_equal(count_from(fixture, "99:5", cursor), 1);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, cursor, NULL), 1);
}

static void add(const char *path, const char *text, size_t size)
{
	FILE *file = fopen(path, "a");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
}

static void damaged_lines_spoil_no_other(void **state)
{
	spool_fixture *fixture = *state;
	static char long_line[OX_EVENT_LINE_MAX * 3];
	memset(long_line, 'x', sizeof long_line);
	append(fixture, &full);
	add(spool_at(fixture, "ev/1.log"), "{\"type\":\"sent", 13);
	append(fixture, &full);
	add(spool_at(fixture, "ev/1.log"), "\0\0\0\0", 4);
	append(fixture, &full);
	add(spool_at(fixture, "ev/1.log"), long_line, sizeof long_line);
	append(fixture, &full);
	add(spool_at(fixture, "ev/1.log"), "[]\n{}\n{\"type\":\"nonsense\"}\n{\"type\":1}\n", 38);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, NULL, NULL), 5);
}

static void grow(spool_fixture *fixture, const char *segment)
{
	/* A sparse segment that is as large as they become. */
	assert_int_equal(truncate(spool_at(fixture, segment), OX_EVENT_SEGMENT_SIZE), 0);
}

static void segments_follow_one_another_for_writers_and_readers(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_event event;
	ox_spool_options options;
	ox_spool *other;
	char cursor[OX_EVENT_CURSOR_SIZE];
	ox_spool_options_init(&options, fixture->path);
	options.any_parent = true;
	assert_int_equal(ox_spool_open(&options, &other, NULL), OX_OK);
	append(fixture, &full);
	assert_int_equal(ox_events_append(other, &full, 1, NULL), OX_OK);
	ox_event_reader *reader = open_reader(fixture, NULL);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_AGAIN);
	grow(fixture, "ev/1.log");
	append(fixture, &full);
	assert_int_equal(access(spool_at(fixture, "ev/2.log"), F_OK), 0);
	/* The other one still has the first segment open. */
	assert_int_equal(ox_events_append(other, &full, 1, NULL), OX_OK);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_OK);
	assert_int_equal(ox_event_reader_next(reader, &event, NULL), OX_AGAIN);
	ox_event_reader_cursor(reader, cursor);
	assert_int_equal(cursor[0], '2');
	ox_event_reader_free(reader);
	ox_spool_free(other);
	assert_int_equal(count_from(fixture, NULL, NULL), 4);
}

static void old_segments_are_swept_and_cursors_of_them_go_on(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	char cursor[OX_EVENT_CURSOR_SIZE];
	uint64_t now_ms = (uint64_t)time(NULL) * 1000;
	append(fixture, &full);
	assert_int_equal(count_from(fixture, NULL, cursor), 1);
	grow(fixture, "ev/1.log");
	append(fixture, &full);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + (uint64_t)6 * 86400000, &swept, NULL), OX_OK);
	assert_int_equal(swept.segments, 0);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + (uint64_t)8 * 86400000, &swept, NULL), OX_OK);
	assert_int_equal(swept.segments, 1);
	assert_int_equal(count_from(fixture, cursor, NULL), 1);
	append(fixture, &full);
	assert_int_equal(count_from(fixture, NULL, NULL), 2);
}

static void no_more_is_kept_than_the_limit(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	char name[32];
	for (int i = 1; i <= 10; i++) {
		append(fixture, &full);
		snprintf(name, sizeof name, "ev/%d.log", i);
		grow(fixture, name);
	}
	assert_int_equal(ox_spool_sweep(fixture->spool, NOW_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.segments, 2);
	assert_int_equal(access(spool_at(fixture, "ev/2.log"), F_OK), -1);
	assert_int_equal(access(spool_at(fixture, "ev/3.log"), F_OK), 0);
}

static void many_processes_append_whole_lines(void **state)
{
	spool_fixture *fixture = *state;
	enum { PROCESSES = 4, EVENTS = 200 };
	append(fixture, &full);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			int status = OX_OK;
			for (int k = 0; status == OX_OK && k < EVENTS; k++) {
				status = ox_events_append(fixture->spool, &full, 1, NULL);
			}
			_exit(status == OX_OK ? 0 : 1);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_from(fixture, NULL, NULL), 1 + PROCESSES * EVENTS);
}

static void every_allocation_may_fail(void **state)
{
	spool_fixture *fixture = *state;
	for (long successes = 0;; successes++) {
		ox_event_reader *reader = NULL;
		ox_spool_event event;
		ox_memory_fail_after(successes);
		int status = ox_events_append(fixture->spool, &full, 1, NULL);
		status = status ? status : ox_event_reader_open(fixture->spool, NULL, &reader, NULL);
		status = status ? status : ox_event_reader_next(reader, &event, NULL);
		ox_event_reader_free(reader);
		if (ox_memory_fail_after(-1) <= successes) {
			assert_int_equal(status, OX_OK);
			break;
		}
		assert_int_not_equal(status, OX_OK);
	}
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, spool_fixture_setup, spool_fixture_teardown)
	const struct CMUnitTest tests[] = {
		WITH(an_event_comes_back_whole),
		WITH(what_is_missing_is_missing),
		WITH(a_long_transcript_keeps_its_last_lines),
		WITH(a_cursor_goes_on_where_it_was),
		WITH(a_cursor_of_another_journal_begins_at_the_beginning),
		WITH(cursors_that_are_none_are_refused),
		WITH(damaged_lines_spoil_no_other),
		WITH(segments_follow_one_another_for_writers_and_readers),
		WITH(old_segments_are_swept_and_cursors_of_them_go_on),
		WITH(no_more_is_kept_than_the_limit),
		WITH(many_processes_append_whole_lines),
		WITH(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
