/* SPDX-License-Identifier: MIT */
/* Messages that wait long, and those whose time is out of reach. */
#include "test.h"

#include "runner_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

enum { MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static runner_case it;

static int setup(void **state)
{
	(void)state;
	runner_begin(&it);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	runner_end(&it);
	return 0;
}

static void queue(uint64_t age_ms, char id[OX_SPOOL_ID_SIZE + 1])
{
	runner_queue(&it, it.spool, &(runner_message){.age_ms = age_ms}, id);
}

/* Moves it to d/, as if a try had failed. */
static void put_off(const char *id, uint64_t due_ms, uint64_t now_ms)
{
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	assert_int_equal(ox_spool_find(it.spool, id, &place, &it.error), OX_OK);
	assert_int_equal(ox_claim_open(it.spool, &place, now_ms, &claim, &fate, &it.error), OX_OK);
	assert_int_equal(fate, OX_CLAIM_TAKEN);
	assert_int_equal(ox_claim_intend(claim, now_ms, &it.error), OX_OK);
	assert_int_equal(ox_claim_result(claim, 0, OX_OUTCOME_DEFERRED, 451, NULL, NULL, "try again later", now_ms,
		&it.error), OX_OK);
	assert_int_equal(ox_claim_defer(claim, due_ms, "4xx", now_ms, &it.error), OX_OK);
}

/* The `delayed` events of a message: how long it had waited, in minutes; and the last one's text. */
static size_t delays_of(const char *id, uint32_t minutes[4], char text[200])
{
	ox_event_reader *reader = NULL;
	ox_spool_event event;
	size_t count = 0;
	assert_int_equal(ox_event_reader_open(it.spool, NULL, &reader, &it.error), OX_OK);
	while (ox_event_reader_next(reader, &event, &it.error) == OX_OK) {
		if (event.type == OX_EVENT_DELAYED && !strcmp(event.id, id) && count < 4) {
			minutes[count++] = event.milliseconds / MINUTE;
			snprintf(text, 200, "%s", event.text ? event.text : "");
		}
	}
	ox_event_reader_free(reader);
	return count;
}

static void people_are_told_once_at_each_age(void **state)
{
	char young[OX_SPOOL_ID_SIZE + 1], old[OX_SPOOL_ID_SIZE + 1], older[OX_SPOOL_ID_SIZE + 1], text[200] = "";
	uint32_t minutes[4];
	(void)state;
	runner_profile(&it, "main", "", 1, ""); /* nobody listens there */
	queue(10 * MINUTE, young);
	queue(20 * MINUTE, old);
	queue(5 * HOUR, older);
	for (int i = 0; i < 2; i++) { /* a second runner tells nothing twice */
		runner_run(&it);
		assert_int_equal(delays_of(young, minutes, text), 0);
		assert_int_equal(delays_of(old, minutes, text), 1);
		assert_int_equal(minutes[0], 20);
		assert_int_equal(delays_of(older, minutes, text), 1);
		assert_int_equal(minutes[0], 300);
	}
	assert_string_equal(text, "cannot connect to 127.0.0.1 port 1: Connection refused");
	assert_int_equal(runner_tries(&it, old), 0);
}

static void the_second_age_is_told_after_the_first(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1], text[200];
	uint32_t minutes[4];
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	(void)state;
	queue(241 * MINUTE, id); /* of a profile that is not there */
	assert_int_equal(ox_spool_find(it.spool, id, &place, &it.error), OX_OK);
	assert_int_equal(ox_claim_open(it.spool, &place, ox_wall_clock_ms(), &claim, &fate, &it.error), OX_OK);
	assert_int_equal(ox_claim_note_told(claim, 15, ox_wall_clock_ms(), &it.error), OX_OK);
	ox_claim_release(claim);
	runner_run(&it);
	runner_run(&it);
	assert_int_equal(delays_of(id, minutes, text), 1);
	assert_int_equal(minutes[0], 241);
}

static void a_deferred_one_is_told_of_and_keeps_its_time(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1], text[200];
	uint32_t minutes[4];
	uint64_t now_ms = ox_wall_clock_ms(), next_ms = 0;
	ox_place place, before;
	size_t count;
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	queue(30 * MINUTE, id);
	put_off(id, now_ms + HOUR, now_ms - 9 * MINUTE);
	assert_int_equal(ox_spool_find(it.spool, id, &before, &it.error), OX_OK);
	runner_run(&it);
	runner_run(&it);
	assert_int_equal(delays_of(id, minutes, text), 1);
	assert_int_equal(minutes[0], 30);
	assert_string_equal(text, "try again later");
	assert_int_equal(ox_spool_find(it.spool, id, &place, &it.error), OX_OK);
	assert_int_equal(place.state, OX_SPOOL_DEFERRED);
	assert_int_equal(place.folder, before.folder);
	/* Its file's time as well: nothing of its bucket is due before. */
	assert_int_equal(ox_spool_promote(it.spool, now_ms + HOUR - 1000, &place, 1, &count, &next_ms, &it.error), OX_OK);
	assert_int_equal(count, 0);
	assert_int_equal(smtp_server_count(server, &server->mails), 0);
}

static void nobody_is_told_of_what_was_meant_for_later_or_goes_now(void **state)
{
	char later[OX_SPOOL_ID_SIZE + 1], held[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.age_ms = DAY, .send_at_ms = ox_wall_clock_ms() + HOUR}, later);
	queue(DAY, held);
	assert_int_equal(ox_spool_hold(it.spool, held, ox_wall_clock_ms(), &it.error), OX_OK);
	queue(5 * HOUR, NULL);
	runner_run(&it);
	assert_int_equal(runner_events(&it, OX_EVENT_DELAYED), 0);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
}

/* A clock that was two days ahead put it off. */
static void a_time_out_of_reach_counts_as_due(void **state)
{
	char lost[OX_SPOOL_ID_SIZE + 1], soon[OX_SPOOL_ID_SIZE + 1], later[OX_SPOOL_ID_SIZE + 1];
	uint64_t now_ms = ox_wall_clock_ms();
	ox_place place;
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	queue(0, lost);
	put_off(lost, now_ms + 2 * DAY + HOUR, now_ms + 2 * DAY);
	queue(0, soon);
	put_off(soon, now_ms + 4 * HOUR, now_ms);
	runner_queue(&it, it.spool, &(runner_message){.send_at_ms = now_ms + 2 * DAY}, later);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
	assert_int_equal(ox_spool_find(it.spool, lost, &place, &it.error), OX_AGAIN);
	assert_int_equal(runner_count(&it, OX_SPOOL_DEFERRED), 2);
}

static void a_released_one_for_later_keeps_its_time(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.send_at_ms = ox_wall_clock_ms() + 2 * DAY}, id);
	assert_int_equal(ox_spool_hold(it.spool, id, ox_wall_clock_ms(), &it.error), OX_OK);
	assert_int_equal(ox_spool_release(it.spool, id, ox_wall_clock_ms(), &it.error), OX_OK);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->mails), 0);
	assert_int_equal(runner_count(&it, OX_SPOOL_DEFERRED), 1);
}

/* A million that wait are not opened each minute. */
static void between_whole_passes_only_those_that_came_of_age_are_opened(void **state)
{
	char now_old[OX_SPOOL_ID_SIZE + 1], long_old[OX_SPOOL_ID_SIZE + 1], text[200];
	uint32_t minutes[4];
	ox_run_state notes = {0};
	(void)state;
	runner_run(&it); /* a whole pass over nothing */
	queue(15 * MINUTE + 30000, now_old);
	queue(HOUR, long_old); /* put back from a backup: not seen when it came of age */
	runner_run(&it);
	assert_int_equal(delays_of(now_old, minutes, text), 1);
	assert_int_equal(delays_of(long_old, minutes, text), 0);
	assert_int_equal(ox_run_state_read(it.spool, ox_wall_clock_ms(), &notes), OX_OK);
	assert_true(notes.watched_all_ms && notes.watched_ms >= notes.watched_all_ms);
	notes.watched_all_ms -= HOUR; /* as if that was over */
	assert_int_equal(ox_run_state_write(it.spool, &notes, &it.error), OX_OK);
	ox_run_state_clear(&notes);
	runner_run(&it);
	assert_int_equal(delays_of(now_old, minutes, text), 1);
	assert_int_equal(delays_of(long_old, minutes, text), 1);
}

static void many_that_wait_are_all_told_of(void **state)
{
	enum { MANY = 700 }; /* more than one turn looks at */
	(void)state;
	for (int i = 0; i < MANY; i++) {
		queue(HOUR, NULL);
	}
	runner_run(&it);
	assert_int_equal(runner_events(&it, OX_EVENT_DELAYED), MANY);
	runner_run(&it);
	assert_int_equal(runner_events(&it, OX_EVENT_DELAYED), MANY);
}

static void room_is_kept_for_a_full_disk(void **state)
{
	char path[128];
	struct stat found;
	(void)state;
	snprintf(path, sizeof path, "%s/ballast", it.folder);
	runner_run(&it);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_size, 1048576);
	assert_true(found.st_blocks * 512 >= 1048576);
	assert_int_equal(found.st_mode & 07777, 0600);
	assert_int_equal(truncate(path, 10), 0); /* a runner was killed while it made it */
	runner_run(&it);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_size, 1048576);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(people_are_told_once_at_each_age),
		WITH(the_second_age_is_told_after_the_first),
		WITH(a_deferred_one_is_told_of_and_keeps_its_time),
		WITH(nobody_is_told_of_what_was_meant_for_later_or_goes_now),
		WITH(a_time_out_of_reach_counts_as_due),
		WITH(a_released_one_for_later_keeps_its_time),
		WITH(between_whole_passes_only_those_that_came_of_age_are_opened),
		WITH(many_that_wait_are_all_told_of),
		WITH(room_is_kept_for_a_full_disk),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
