/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spool_fixture.h"

static const char id[] = "01HF7YAT00ABCDEFGHJKMNPQRS";
static ox_hint hints[OX_HINTS_MAX];

static size_t read_hints(ox_file fifo, bool *overflow)
{
	size_t count;
	assert_int_equal(ox_wake_read(fifo, hints, OX_HINTS_MAX, &count, overflow, NULL), OX_OK);
	return count;
}

static void nobody_is_woken_where_nobody_listens(void **state)
{
	spool_fixture *fixture = *state;
	ox_file fifo;
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, &fixture->error), OX_AGAIN);
	assert_int_equal(ox_wake_open(fixture->spool, &fifo, &fixture->error), OX_OK);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, &fixture->error), OX_OK);
	ox_file_close(fifo);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, &fixture->error), OX_AGAIN);
}

static void hints_arrive_in_order(void **state)
{
	spool_fixture *fixture = *state;
	struct pollfd poll_for = {.events = POLLIN};
	bool overflow;
	assert_int_equal(ox_wake_open(fixture->spool, &poll_for.fd, &fixture->error), OX_OK);
	assert_int_equal(poll(&poll_for, 1, 0), 0);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, NULL), OX_OK);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_LOOK, NULL, NULL), OX_OK);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DEFERRED, id, NULL), OX_OK);
	assert_int_equal(poll(&poll_for, 1, 0), 1);
	assert_int_equal(read_hints(poll_for.fd, &overflow), 3);
	assert_false(overflow);
	assert_int_equal(hints[0].kind, OX_HINT_DUE);
	assert_string_equal(hints[0].id, id);
	assert_int_equal(hints[1].kind, OX_HINT_LOOK);
	assert_string_equal(hints[1].id, "");
	assert_int_equal(hints[2].kind, OX_HINT_DEFERRED);
	/* All writers have gone: that is no end. */
	assert_int_equal(poll(&poll_for, 1, 0), 0);
	assert_int_equal(read_hints(poll_for.fd, &overflow), 0);
	ox_file_close(poll_for.fd);
}

static void a_full_fifo_says_look(void **state)
{
	spool_fixture *fixture = *state;
	ox_file fifo;
	bool overflow;
	assert_int_equal(ox_wake_open(fixture->spool, &fifo, &fixture->error), OX_OK);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, NULL), OX_OK);
	}
	size_t count = read_hints(fifo, &overflow);
	assert_in_range(count, 64, 2999);
	assert_true(overflow);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, NULL), OX_OK);
	assert_int_equal(read_hints(fifo, &overflow), 1);
	assert_false(overflow);
	ox_file_close(fifo);
}

static void octets_that_are_no_hints_say_look(void **state)
{
	spool_fixture *fixture = *state;
	ox_file fifo;
	bool overflow;
	assert_int_equal(ox_wake_open(fixture->spool, &fifo, &fixture->error), OX_OK);
	assert_int_equal(write(fifo, "abc", 3), 3);
	assert_int_equal(read_hints(fifo, &overflow), 0);
	assert_true(overflow);
	assert_int_equal(write(fifo, "q../../../../../etc/passwd01234\n", 32), 32);
	assert_int_equal(read_hints(fifo, &overflow), 0);
	assert_true(overflow);
	ox_file_close(fifo);
}

static void a_reader_that_leaves_leaves_no_signal(void **state)
{
	spool_fixture *fixture = *state;
	signal(SIGPIPE, SIG_DFL);
	int status;
	pid_t child = fork();
	if (child == 0) {
		for (int i = 0; i < 2000; i++) {
			(void)!ox_wake_poke(fixture->spool, OX_HINT_DUE, id, NULL);
		}
		_exit(0);
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		ox_file fifo;
		if (ox_wake_open(fixture->spool, &fifo, NULL) == OX_OK) {
			ox_file_close(fifo);
		}
	}
	assert_true(WIFEXITED(status));
}

static void something_else_of_that_name_is_refused(void **state)
{
	spool_fixture *fixture = *state;
	ox_file fifo;
	close(open(spool_at(fixture, "wake"), O_CREAT | O_WRONLY, 0600));
	assert_int_equal(ox_wake_open(fixture->spool, &fifo, &fixture->error), OX_E_FAILED);
	assert_int_equal(fixture->error.fact, OX_FACT_SPOOL_INSECURE);
	assert_int_equal(ox_wake_poke(fixture->spool, OX_HINT_DUE, id, &fixture->error), OX_E_FAILED);
	unlink(spool_at(fixture, "wake"));
	assert_int_equal(symlink("/dev/null", spool_at(fixture, "wake")), 0);
	assert_int_equal(ox_wake_open(fixture->spool, &fifo, &fixture->error), OX_E_FAILED);
}

static void there_is_one_runner(void **state)
{
	spool_fixture *fixture = *state;
	ox_file lock, second;
	ox_run_info info;
	assert_int_equal(ox_run_info_read(fixture->spool, &info, NULL), OX_OK);
	assert_false(info.running);
	assert_int_equal(ox_run_lock(fixture->spool, "1.0", NOW_MS, &lock, NULL), OX_OK);
	assert_int_equal(ox_run_lock(fixture->spool, "1.0", NOW_MS, &second, NULL), OX_AGAIN);
	assert_int_equal(ox_run_info_read(fixture->spool, &info, NULL), OX_OK);
	assert_true(info.running);
	assert_int_equal(info.pid, getpid());
	assert_int_equal(info.since_ms, NOW_MS);
	assert_string_equal(info.version, "1.0");
	ox_file_close(lock);
	assert_int_equal(ox_run_info_read(fixture->spool, &info, NULL), OX_OK);
	assert_false(info.running);
	assert_int_equal(ox_run_lock(fixture->spool, "1.0", NOW_MS, &lock, NULL), OX_OK);
	ox_file_close(lock);
}

static void notes_come_back(void **state)
{
	spool_fixture *fixture = *state;
	ox_run_totals totals = {0}, wanted = {.uncertain = 3, .events_dropped = 4, .quarantined = 5};
	uint64_t next_ms = 1;
	assert_int_equal(ox_run_next_read(fixture->spool, &next_ms, NULL), OX_OK);
	assert_int_equal(next_ms, 0);
	assert_int_equal(ox_run_next_write(fixture->spool, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_run_next_read(fixture->spool, &next_ms, NULL), OX_OK);
	assert_int_equal(next_ms, NOW_MS);
	assert_int_equal(ox_run_totals_write(fixture->spool, &wanted, NULL), OX_OK);
	assert_int_equal(ox_run_totals_read(fixture->spool, &totals, NULL), OX_OK);
	assert_memory_equal(&totals, &wanted, sizeof totals);
	FILE *file = fopen(spool_at(fixture, "run.next"), "w");
	fputs("garbage", file);
	fclose(file);
	assert_int_equal(ox_run_next_read(fixture->spool, &next_ms, NULL), OX_OK);
	assert_int_equal(next_ms, 0);
	assert_int_equal(count_files(spool_at(fixture, "tmp")), 0);
}

static void runners_are_started_rarely_and_ever_more_rarely(void **state)
{
	spool_fixture *fixture = *state;
	ox_spawn_note note;
	uint64_t now_ms = NOW_MS;
	static const uint64_t pauses[] = {5000, 10000, 20000, 40000, 80000, 160000, 300000, 300000};
	for (size_t i = 0; i < OX_COUNT(pauses); i++) {
		assert_int_equal(ox_spawn_ask(fixture->spool, now_ms, &note, NULL), OX_OK);
		assert_int_equal(ox_spawn_ask(fixture->spool, now_ms, &note, NULL), OX_AGAIN);
		assert_int_equal(note.allowed_ms, now_ms + pauses[i]);
		assert_int_equal(ox_spawn_ask(fixture->spool, now_ms + pauses[i] - 1, &note, NULL), OX_AGAIN);
		assert_int_equal(ox_spawn_report(fixture->spool, now_ms, 2, NULL), OX_OK);
		assert_int_equal(ox_spawn_note_read(fixture->spool, &note, NULL), OX_OK);
		assert_int_equal(note.failures, i + 1);
		assert_int_equal(note.system_error, 2);
		now_ms = note.allowed_ms;
	}
	assert_int_equal(ox_spawn_ask(fixture->spool, now_ms, &note, NULL), OX_OK);
	assert_int_equal(ox_spawn_report(fixture->spool, now_ms, 0, NULL), OX_OK);
	assert_int_equal(ox_spawn_note_read(fixture->spool, &note, NULL), OX_OK);
	assert_int_equal(note.allowed_ms, now_ms + 5000);
	/* A clock that went back. */
	assert_int_equal(ox_spawn_ask(fixture->spool, now_ms - 1000000, &note, NULL), OX_OK);
}

static void one_of_many_starts_the_runner(void **state)
{
	spool_fixture *fixture = *state;
	enum { PROCESSES = 8 };
	int started = 0, go[2];
	assert_int_equal(pipe(go), 0);
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			ox_spawn_note note;
			char octet;
			close(go[1]);
			(void)!read(go[0], &octet, 1); /* until all are there */
			_exit(ox_spawn_ask(fixture->spool, NOW_MS, &note, NULL) == OX_OK);
		}
	}
	close(go[0]);
	close(go[1]);
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_true(wait(&status) > 0);
		started += WEXITSTATUS(status);
	}
	assert_int_equal(started, 1);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, spool_fixture_setup, spool_fixture_teardown)
	const struct CMUnitTest tests[] = {
		WITH(nobody_is_woken_where_nobody_listens),
		WITH(hints_arrive_in_order),
		WITH(a_full_fifo_says_look),
		WITH(octets_that_are_no_hints_say_look),
		WITH(a_reader_that_leaves_leaves_no_signal),
		WITH(something_else_of_that_name_is_refused),
		WITH(there_is_one_runner),
		WITH(notes_come_back),
		WITH(runners_are_started_rarely_and_ever_more_rarely),
		WITH(one_of_many_starts_the_runner),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
