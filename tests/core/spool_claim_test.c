/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "spool_fixture.h"

#define HELLO "Subject: hello\r\n\r\nHello.\r\n"

static const uint16_t none[3] = {0, 0, 0};
static char id[OX_SPOOL_ID_SIZE + 1]; /* of the message of the test */

static void queue(spool_fixture *fixture)
{
	ox_submission submission = submission_of(HELLO);
	must_queue(fixture, &submission);
	memcpy(id, submission.id, sizeof id);
}

static void result(ox_claim *claim, size_t recipient, ox_outcome outcome, uint16_t code)
{
	assert_int_equal(ox_claim_result(claim, recipient, outcome, code, none, "mx.example.com", "said so", NOW_MS,
		NULL), OX_OK);
}

/* Ends without a word, as a process that is killed. */
static void drop(ox_claim *claim)
{
	ox_claim_release(claim);
}

static void a_delivered_message_is_gone(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_intend(claim, NOW_MS, NULL), OX_OK);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_SENT, 250);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 0);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_SENT, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_sync(claim, NULL), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_STATE_COUNT);
	assert_int_equal(count_files(fixture->path), 1); /* VERSION */
}

static void a_failed_message_is_kept_with_its_results(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_REJECTED, 550);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_FAILED, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	ox_place place = place_of(fixture, id);
	assert_int_equal(place.state, OX_SPOOL_FAILED);
	assert_int_equal(place.folder, NOW_MS / 86400000);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_record(claim)->ending, OX_ENDING_FAILED);
	assert_int_equal(ox_claim_record(claim)->recipients[1].code, 550);
	assert_string_equal(ox_claim_record(claim)->recipients[1].host, "mx.example.com");
	assert_string_equal(ox_claim_record(claim)->recipients[1].text, "said so");
	ox_claim_release(claim);
}

static void a_deferred_message_waits_in_its_bucket(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_DEFERRED, 451);
	assert_int_equal(ox_claim_defer(claim, NOW_MS + 300000, "reply", NOW_MS, NULL), OX_OK);
	ox_place place = place_of(fixture, id);
	assert_int_equal(place.state, OX_SPOOL_DEFERRED);
	claim = must_claim(fixture, id);
	const ox_record *record = ox_claim_record(claim);
	assert_int_equal(record->tries, 1);
	assert_int_equal(record->next_ms, NOW_MS + 300000);
	assert_string_equal(record->why, "reply");
	assert_int_equal(ox_record_open_count(record), 1);
	/* The next attempt has the next number. */
	assert_int_equal(ox_claim_defer(claim, 0, "reply", NOW_MS, NULL), OX_OK);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_record(claim)->tries, 2);
	assert_int_equal(ox_claim_record(claim)->next_ms, NOW_MS);
	ox_claim_release(claim);
}

static void nobody_else_gets_a_claimed_message(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	ox_claim *claim = must_claim(fixture, id);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_BUSY);
	assert_int_equal(ox_spool_hold(fixture->spool, id, NOW_MS, NULL), OX_AGAIN);
	assert_int_equal(ox_spool_remove(fixture->spool, id, NOW_MS, NULL), OX_AGAIN);
	ox_claim_release(claim);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_TAKEN);
}

static void a_lock_dies_with_its_process(void **state)
{
	spool_fixture *fixture = *state;
	int ready[2];
	char octet;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		ox_claim *claim;
		ox_claim_fate fate;
		bool taken = ox_claim_open(fixture->spool, &place, NOW_MS, &claim, &fate, NULL) == OX_OK &&
			fate == OX_CLAIM_TAKEN;
		(void)!write(ready[1], taken ? "1" : "0", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &octet, 1), 1);
	assert_int_equal(octet, '1');
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_BUSY);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_TAKEN);
	close(ready[0]);
	close(ready[1]);
}

static void a_message_that_moved_is_gone_from_where_it_was(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	assert_int_equal(ox_spool_hold(fixture->spool, id, NOW_MS, NULL), OX_OK);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_GONE);
}

/* -- after a crash -- */

static void an_end_without_an_unlink_is_finished_by_the_next_claim(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_SENT, 250);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_SENT, NOW_MS, NULL), OX_OK);
	drop(claim);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_SETTLED);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_STATE_COUNT);
	assert_string_equal(event_types(fixture), "accepted accepted delivered");
}

static void a_failure_without_a_rename_is_finished_by_the_next_claim(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 1, OX_OUTCOME_REJECTED, 550);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_FAILED, NOW_MS, NULL), OX_OK);
	drop(claim);
	assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_SETTLED);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_FAILED);
	assert_string_equal(event_types(fixture), "failed");
}

static void an_intent_without_results_is_uncertain_until_it_is_admitted(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_intend(claim, NOW_MS, NULL), OX_OK);
	drop(claim);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_record(claim)->uncertain_count, 2);
	assert_int_equal(ox_claim_record(claim)->tries, 1);
	assert_int_equal(ox_claim_admit(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_record(claim)->uncertain_count, 0);
	drop(claim);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_record(claim)->uncertain_count, 0);
	assert_int_equal(ox_claim_record(claim)->tries, 1);
	ox_claim_release(claim);
}

static void results_that_were_not_written_are_not_there(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	drop(claim);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 2);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	assert_int_equal(ox_claim_flush(claim, NULL), OX_OK);
	drop(claim);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 1);
	ox_claim_release(claim);
}

static void add(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void a_torn_line_loses_only_itself(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	assert_int_equal(ox_claim_flush(claim, NULL), OX_OK);
	drop(claim);
	add(place_path(fixture, &place), "0badcafe R 1 sent 250 2.0.0");
	claim = must_claim(fixture, id);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 1);
	result(claim, 1, OX_OUTCOME_REJECTED, 550);
	assert_int_equal(ox_claim_flush(claim, NULL), OX_OK);
	drop(claim);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 0);
	assert_int_equal(ox_claim_record(claim)->torn_lines, 1);
	ox_claim_release(claim);
}

/* -- damage and hostility -- */

static void is_quarantined(spool_fixture *fixture, const ox_place *place, const char *why)
{
	assert_int_equal(claim_fate(fixture, place, NOW_MS), OX_CLAIM_QUARANTINED);
	assert_int_equal(fixture->error.fact, OX_FACT_SPOOL_DAMAGED);
	if (!strstr(fixture->error.text, why)) {
		fail_msg("%s", fixture->error.text);
	}
	assert_int_equal(state_of(fixture, place->id), OX_SPOOL_QUARANTINED);
	assert_string_equal(event_types(fixture), "quarantined");
}

static void a_changed_octet_quarantines(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	int file = open(place_path(fixture, &place), O_RDWR);
	off_t end = lseek(file, 0, SEEK_END);
	assert_int_equal(pwrite(file, "J", 1, end - 34 - 8), 1);
	close(file);
	is_quarantined(fixture, &place, "sum of the message");
}

static void a_cut_file_quarantines_and_goes_after_a_day(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	char why[64];
	queue(fixture);
	ox_place place = place_of(fixture, id);
	assert_int_equal(truncate(place_path(fixture, &place), 100), 0);
	is_quarantined(fixture, &place, "cut off");
	snprintf(why, sizeof why, "x/%s.why", id);
	assert_int_equal(access(spool_at(fixture, why), F_OK), 0);
	uint64_t now_ms = (uint64_t)time(NULL) * 1000;
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + 86400000 / 2, &swept, NULL), OX_OK);
	assert_int_equal(swept.unacknowledged, 0);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + 86400000 + 60000, &swept, NULL), OX_OK);
	assert_int_equal(swept.unacknowledged, 1);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_STATE_COUNT);
	assert_int_equal(access(spool_at(fixture, why), F_OK), -1);
	assert_string_equal(event_types(fixture), "quarantined dropped_unacked");
}

static void another_messages_name_quarantines(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id), other = place;
	other.id[20] = other.id[20] == 'A' ? 'B' : 'A';
	assert_int_equal(rename(place_path(fixture, &place), place_path(fixture, &other)), 0);
	is_quarantined(fixture, &other, "another message's");
}

static void a_second_name_quarantines(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	assert_int_equal(link(place_path(fixture, &place), spool_at(fixture, "p/copy")), 0);
	is_quarantined(fixture, &place, "second name");
}

static void things_that_are_no_files_quarantine(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	for (int kind = 0; kind < 4; kind++) {
		unlink(place_path(fixture, &place));
		int made = kind == 0 ? symlink("/etc/passwd", place_path(fixture, &place)) :
			kind == 1 ? mkfifo(place_path(fixture, &place), 0600) :
			kind == 2 ? mkdir(place_path(fixture, &place), 0700) :
			symlink(place_path(fixture, &place), place_path(fixture, &place));
		assert_int_equal(made, 0);
		assert_int_equal(claim_fate(fixture, &place, NOW_MS), OX_CLAIM_QUARANTINED);
		assert_int_equal(access(place_path(fixture, &place), F_OK), -1);
	}
}

static void a_mode_that_lets_others_in_quarantines(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	assert_int_equal(chmod(place_path(fixture, &place), 0644), 0);
	is_quarantined(fixture, &place, "private");
}

static void looking_changes_nothing(void **state)
{
	spool_fixture *fixture = *state;
	ox_claim *claim;
	ox_claim_fate fate;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	ox_claim *holder = must_claim(fixture, id);
	assert_int_equal(ox_claim_look(fixture->spool, &place, &claim, &fate, NULL), OX_OK);
	assert_int_equal(fate, OX_CLAIM_TAKEN);
	assert_string_equal(ox_claim_record(claim)->sender, "me@example.com");
	ox_claim_release(claim);
	ox_claim_release(holder);
	assert_int_equal(truncate(place_path(fixture, &place), 100), 0);
	assert_int_equal(ox_claim_look(fixture->spool, &place, &claim, &fate, &fixture->error), OX_OK);
	assert_int_equal(fate, OX_CLAIM_QUARANTINED);
	assert_null(claim);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_DUE);
}

static void the_history_tells_what_happened(void **state)
{
	spool_fixture *fixture = *state;
	ox_tail_entry entry;
	size_t position = 0, count = 0;
	char types[8] = "";
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_intend(claim, NOW_MS, NULL), OX_OK);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_DEFERRED, 451);
	assert_int_equal(ox_claim_defer(claim, NOW_MS + 1000, "reply", NOW_MS, NULL), OX_OK);
	claim = must_claim(fixture, id);
	while (ox_claim_history(claim, &position, &entry, NULL) == OX_OK) {
		types[count++] = entry.type;
	}
	assert_string_equal(types, "IRRA");
	ox_claim_release(claim);
}

/* -- people -- */

static void hold_and_release_are_each_one_step(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	assert_int_equal(ox_spool_release(fixture->spool, id, NOW_MS, NULL), OX_AGAIN);
	assert_int_equal(ox_spool_hold(fixture->spool, id, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_hold(fixture->spool, id, NOW_MS, NULL), OX_AGAIN);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_HELD);
	assert_int_equal(ox_spool_release(fixture->spool, id, NOW_MS, NULL), OX_OK);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_DUE);
	assert_string_equal(event_types(fixture), "held released");
	assert_int_equal(ox_spool_hold(fixture->spool, "no id", NOW_MS, NULL), OX_AGAIN);
}

static void a_release_keeps_a_time_that_has_not_come(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submission = submission_of(HELLO);
	submission.send_at_ms = NOW_MS + 86400000;
	must_queue(fixture, &submission);
	assert_int_equal(ox_spool_hold(fixture->spool, submission.id, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_release(fixture->spool, submission.id, NOW_MS, NULL), OX_OK);
	ox_place place = place_of(fixture, submission.id);
	assert_int_equal(place.state, OX_SPOOL_DEFERRED);
	assert_int_equal(place.folder, submission.send_at_ms / 512000);
}

static void a_retry_makes_it_due_and_gives_it_time(void **state)
{
	spool_fixture *fixture = *state;
	const uint64_t later = NOW_MS + (uint64_t)10 * 86400000;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	result(claim, 0, OX_OUTCOME_SENT, 250);
	result(claim, 1, OX_OUTCOME_REJECTED, 550);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_FAILED, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_retry(fixture->spool, id, later, NULL), OX_OK);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_DUE);
	claim = must_claim(fixture, id);
	assert_int_equal(ox_claim_record(claim)->ending, OX_ENDING_NONE);
	assert_int_equal(ox_record_open_count(ox_claim_record(claim)), 1);
	assert_int_equal(ox_claim_record(claim)->expires_ms, later + OX_SPOOL_EXPIRY_MS);
	ox_claim_release(claim);
	assert_int_equal(ox_spool_retry(fixture->spool, id, later, NULL), OX_AGAIN);
}

static void removing_works_from_everywhere(void **state)
{
	spool_fixture *fixture = *state;
	for (int from = 0; from < OX_SPOOL_STATE_COUNT; from++) {
		queue(fixture);
		if (from == OX_SPOOL_HELD) {
			assert_int_equal(ox_spool_hold(fixture->spool, id, NOW_MS, NULL), OX_OK);
		} else if (from == OX_SPOOL_QUARANTINED) {
			assert_int_equal(ox_claim_quarantine(must_claim(fixture, id), "so", NOW_MS, NULL), OX_OK);
		} else if (from == OX_SPOOL_DEFERRED) {
			assert_int_equal(ox_claim_defer(must_claim(fixture, id), NOW_MS + 1, "so", NOW_MS, NULL), OX_OK);
		} else if (from == OX_SPOOL_FAILED) {
			ox_claim *claim = must_claim(fixture, id);
			assert_int_equal(ox_claim_end(claim, OX_ENDING_EXPIRED, NOW_MS, NULL), OX_OK);
			assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
		}
		assert_int_equal(state_of(fixture, id), from);
		assert_int_equal(ox_spool_remove(fixture->spool, id, NOW_MS, NULL), OX_OK);
		assert_int_equal(state_of(fixture, id), OX_SPOOL_STATE_COUNT);
	}
	assert_int_equal(count_files(spool_at(fixture, "x")), 0);
}

static void an_end_that_cannot_be_written_still_removes(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_claim *claim = must_claim(fixture, id);
	/* No end was written: ox_claim_finish() alone, as after a disk that took nothing. */
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(state_of(fixture, id), OX_SPOOL_STATE_COUNT);
}

static void every_allocation_may_fail(void **state)
{
	spool_fixture *fixture = *state;
	queue(fixture);
	ox_place place = place_of(fixture, id);
	for (long successes = 0;; successes++) {
		ox_claim *claim;
		ox_claim_fate fate;
		ox_memory_fail_after(successes);
		int status = ox_claim_open(fixture->spool, &place, NOW_MS, &claim, &fate, NULL);
		if (claim) {
			status = ox_claim_result(claim, 0, OX_OUTCOME_DEFERRED, 451, none, "h", "t", NOW_MS, NULL);
			status = status ? status : ox_claim_intend(claim, NOW_MS, NULL);
			status = status ? status : ox_claim_admit(claim, NOW_MS, NULL);
			ox_claim_release(claim);
		}
		if (ox_memory_fail_after(-1) <= successes) {
			assert_int_equal(status, OX_OK);
			break;
		}
		assert_int_equal(status, OX_E_NOMEM);
		assert_int_equal(state_of(fixture, id), OX_SPOOL_DUE);
	}
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, spool_fixture_setup, spool_fixture_teardown)
	const struct CMUnitTest tests[] = {
		WITH(a_delivered_message_is_gone),
		WITH(a_failed_message_is_kept_with_its_results),
		WITH(a_deferred_message_waits_in_its_bucket),
		WITH(nobody_else_gets_a_claimed_message),
		WITH(a_lock_dies_with_its_process),
		WITH(a_message_that_moved_is_gone_from_where_it_was),
		WITH(an_end_without_an_unlink_is_finished_by_the_next_claim),
		WITH(a_failure_without_a_rename_is_finished_by_the_next_claim),
		WITH(an_intent_without_results_is_uncertain_until_it_is_admitted),
		WITH(results_that_were_not_written_are_not_there),
		WITH(a_torn_line_loses_only_itself),
		WITH(a_changed_octet_quarantines),
		WITH(a_cut_file_quarantines_and_goes_after_a_day),
		WITH(another_messages_name_quarantines),
		WITH(a_second_name_quarantines),
		WITH(things_that_are_no_files_quarantine),
		WITH(a_mode_that_lets_others_in_quarantines),
		WITH(looking_changes_nothing),
		WITH(the_history_tells_what_happened),
		WITH(hold_and_release_are_each_one_step),
		WITH(a_release_keeps_a_time_that_has_not_come),
		WITH(a_retry_makes_it_due_and_gives_it_time),
		WITH(removing_works_from_everywhere),
		WITH(an_end_that_cannot_be_written_still_removes),
		WITH(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
