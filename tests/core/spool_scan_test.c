/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "spool_fixture.h"

#define HELLO "Subject: hello\r\n\r\nHello.\r\n"
enum { DAY_MS = 86400000 };

static ox_submission queue_at(spool_fixture *fixture, uint64_t send_at_ms)
{
	ox_submission submission = submission_of(HELLO);
	submission.send_at_ms = send_at_ms;
	must_queue(fixture, &submission);
	return submission;
}

static size_t promote(spool_fixture *fixture, uint64_t now_ms, size_t room, uint64_t *next_ms)
{
	static ox_place places[64];
	size_t count;
	assert_true(room <= OX_COUNT(places));
	assert_int_equal(ox_spool_promote(fixture->spool, now_ms, places, room, &count, next_ms,
		&fixture->error), OX_OK);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(places[i].state, OX_SPOOL_DUE);
		assert_int_equal(state_of(fixture, places[i].id), OX_SPOOL_DUE);
	}
	return count;
}

static void nothing_is_due_before_its_time(void **state)
{
	spool_fixture *fixture = *state;
	uint64_t next_ms;
	assert_int_equal(promote(fixture, NOW_MS, 10, &next_ms), 0);
	assert_int_equal(next_ms, 0);
	ox_submission later = queue_at(fixture, NOW_MS + 100000);
	assert_int_equal(promote(fixture, NOW_MS, 10, &next_ms), 0);
	/* Its bucket has begun or begins: never later than the message's time. */
	assert_in_range(next_ms, NOW_MS, NOW_MS + 100000);
	assert_int_equal(promote(fixture, NOW_MS + 99999, 10, &next_ms), 0);
	assert_int_equal(next_ms, NOW_MS + 100000);
	assert_int_equal(promote(fixture, NOW_MS + 100000, 10, &next_ms), 1);
	assert_int_equal(next_ms, 0);
	assert_int_equal(state_of(fixture, later.id), OX_SPOOL_DUE);
}

static void empty_buckets_go(void **state)
{
	spool_fixture *fixture = *state;
	uint64_t next_ms;
	struct stat found;
	queue_at(fixture, NOW_MS + 100000);
	assert_int_equal(stat(spool_at(fixture, "d"), &found), 0);
	assert_int_equal(found.st_nlink, 3);
	assert_int_equal(promote(fixture, NOW_MS + DAY_MS, 10, &next_ms), 1);
	assert_int_equal(stat(spool_at(fixture, "d"), &found), 0);
	assert_int_equal(found.st_nlink, 2);
	/* And come again: the one that was kept open is not used any more. */
	queue_at(fixture, NOW_MS + 100000);
	assert_int_equal(promote(fixture, NOW_MS + DAY_MS, 10, &next_ms), 1);
}

static void a_bucket_that_others_removed_is_made_again(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_options options;
	ox_spool *other;
	ox_place place;
	size_t count;
	uint64_t next_ms;
	ox_spool_options_init(&options, fixture->path);
	options.any_parent = true;
	assert_int_equal(ox_spool_open(&options, &other, NULL), OX_OK);
	for (int i = 0; i < 3; i++) {
		ox_submission submission = queue_at(fixture, NOW_MS + 100000);
		place = place_of(fixture, submission.id);
		assert_int_equal(ox_spool_promote(other, NOW_MS + DAY_MS, &place, 1, &count, &next_ms, NULL), OX_OK);
		assert_int_equal(count, 1);
		ox_claim *claim = must_claim(fixture, submission.id);
		assert_int_equal(ox_claim_defer(claim, NOW_MS + 100000, "so", NOW_MS, NULL), OX_OK);
		assert_int_equal(ox_spool_promote(other, NOW_MS + DAY_MS, &place, 1, &count, &next_ms, NULL), OX_OK);
	}
	ox_spool_free(other);
}

static void the_oldest_come_first_as_far_as_there_is_room(void **state)
{
	spool_fixture *fixture = *state;
	uint64_t next_ms;
	ox_submission last = queue_at(fixture, NOW_MS + 9000000), first = queue_at(fixture, NOW_MS + 1000000),
		second = queue_at(fixture, NOW_MS + 4000000);
	assert_int_equal(promote(fixture, NOW_MS + DAY_MS, 2, &next_ms), 2);
	assert_int_equal(next_ms, NOW_MS + DAY_MS);
	assert_int_equal(state_of(fixture, first.id), OX_SPOOL_DUE);
	assert_int_equal(state_of(fixture, second.id), OX_SPOOL_DUE);
	assert_int_equal(state_of(fixture, last.id), OX_SPOOL_DEFERRED);
	assert_int_equal(promote(fixture, NOW_MS + DAY_MS, 2, &next_ms), 1);
	assert_int_equal(next_ms, 0);
}

static void a_lost_time_is_early_and_not_late(void **state)
{
	spool_fixture *fixture = *state;
	uint64_t next_ms;
	ox_submission submission = queue_at(fixture, NOW_MS + 100000);
	ox_place place = place_of(fixture, submission.id);
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 2000000000}};
	assert_int_equal(utimensat(AT_FDCWD, place_path(fixture, &place), times, 0), 0);
	assert_int_equal(promote(fixture, NOW_MS + 100000, 10, &next_ms), 1);
}

static void clocks_may_jump(void **state)
{
	spool_fixture *fixture = *state;
	uint64_t next_ms;
	ox_submission submission = queue_at(fixture, NOW_MS + 100000);
	assert_int_equal(promote(fixture, 0, 10, &next_ms), 0);
	assert_in_range(next_ms, NOW_MS - 512000, NOW_MS + 100000);
	assert_int_equal(promote(fixture, (uint64_t)1 << 52, 10, &next_ms), 1);
	ox_claim *claim = must_claim(fixture, submission.id);
	assert_int_equal(ox_claim_defer(claim, (uint64_t)1 << 52, "so", 0, NULL), OX_OK);
	assert_int_equal(state_of(fixture, submission.id), OX_SPOOL_DEFERRED);
	assert_int_equal(promote(fixture, UINT64_MAX / 2, 10, &next_ms), 1);
	submission = submission_of(HELLO);
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_NONE, 0, NULL), OX_OK);
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_NONE, 4291747200000, NULL),
		OX_OK);
	assert_int_equal(count_files(spool_at(fixture, "q")), 3);
}

static void status_counts_everything(void **state)
{
	spool_fixture *fixture = *state;
	static uint32_t lanes[OX_SPOOL_LANES];
	ox_spool_status status = {.lanes = lanes};
	ox_submission one = queue_at(fixture, 0);
	queue_at(fixture, 0);
	queue_at(fixture, NOW_MS + 700000);
	queue_at(fixture, NOW_MS + 9000000);
	assert_int_equal(ox_spool_hold(fixture->spool, one.id, NOW_MS, NULL), OX_OK);
	ox_submission failed = queue_at(fixture, 0), bad = queue_at(fixture, 0);
	ox_claim *claim = must_claim(fixture, failed.id);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_FAILED, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_quarantine(must_claim(fixture, bad.id), "so", NOW_MS, NULL), OX_OK);
	close(open(spool_at(fixture, "q/0/README"), O_CREAT | O_WRONLY, 0600));
	assert_int_equal(ox_spool_status_read(fixture->spool, &status, NULL), OX_OK);
	assert_int_equal(status.count[OX_SPOOL_DUE], 1);
	assert_int_equal(status.count[OX_SPOOL_DEFERRED], 2);
	assert_int_equal(status.count[OX_SPOOL_HELD], 1);
	assert_int_equal(status.count[OX_SPOOL_FAILED], 1);
	assert_int_equal(status.count[OX_SPOOL_QUARANTINED], 1);
	assert_int_equal(status.foreign, 1);
	assert_int_equal(status.oldest_ms, NOW_MS);
	assert_int_equal(status.next_ms, NOW_MS + 700000);
	assert_int_equal(lanes[ox_spool_lane("main")], 4);
	assert_true(status.bytes > 6 * strlen(HELLO));
	assert_true(status.space.free_bytes > 0);
}

static void lists_are_sorted_filtered_and_cut(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission made[6];
	ox_place places[8];
	size_t count;
	static const ox_spool_recipient third = {.address = "Third@Example.com"};
	for (size_t i = 0; i < OX_COUNT(made); i++) {
		made[i] = submission_of(HELLO);
		made[i].profile = i % 2 ? "main" : "other";
		made[i].tag = i < 3 ? "early" : NULL;
		made[i].send_at_ms = i == 4 ? NOW_MS + DAY_MS : 0;
		if (i == 2) {
			made[i].recipients = &third;
			made[i].recipient_count = 1;
		}
		assert_int_equal(ox_spool_enqueue(fixture->spool, &made[i], OX_DURABILITY_NONE, NOW_MS + i,
			&fixture->error), OX_OK);
	}
	ox_spool_filter filter = {.limit = 8};
#define LIST(expected) \
	assert_int_equal(ox_spool_list(fixture->spool, &filter, places, &count, &fixture->error), OX_OK); \
	assert_int_equal(count, expected)
	LIST(6);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(places[i].id, made[i].id);
	}
	filter.limit = 2;
	LIST(2);
	assert_string_equal(places[1].id, made[1].id);
	filter.after = made[1].id;
	LIST(2);
	assert_string_equal(places[0].id, made[2].id);
	filter = (ox_spool_filter){.limit = 8, .profile = "main"};
	LIST(3);
	filter.tag = "early";
	LIST(1);
	assert_string_equal(places[0].id, made[1].id);
	filter = (ox_spool_filter){.limit = 8, .recipient = "third@example.COM"};
	LIST(1);
	assert_string_equal(places[0].id, made[2].id);
	filter = (ox_spool_filter){.limit = 8, .of_state = true, .state = OX_SPOOL_DEFERRED};
	LIST(1);
	assert_string_equal(places[0].id, made[4].id);
	filter = (ox_spool_filter){0};
	LIST(0);
}

/* As a power cut between two renames can leave it, or somebody who moves files by hand. */
static void what_is_there_twice_is_listed_once(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission made[40];
	ox_place places[8];
	char after[OX_SPOOL_ID_SIZE + 1];
	size_t count, seen = 0;
	for (size_t i = 0; i < OX_COUNT(made); i++) {
		made[i] = submission_of(HELLO);
		assert_int_equal(ox_spool_enqueue(fixture->spool, &made[i], OX_DURABILITY_NONE, NOW_MS + i * 7 % 40,
			&fixture->error), OX_OK);
		ox_place place = {.state = OX_SPOOL_DUE};
		memcpy(place.id, made[i].id, sizeof place.id);
		const char *from = place_path(fixture, &place);
		place.state = OX_SPOOL_HELD;
		assert_int_equal(link(from, place_path(fixture, &place)), 0);
	}
	ox_spool_filter filter = {.limit = OX_COUNT(places)};
	do {
		LIST(OX_COUNT(places));
		for (size_t i = 0; i < count; i++, seen++) {
			assert_int_equal(ox_spool_id_created_ms(places[i].id), NOW_MS + seen);
		}
		memcpy(after, places[count - 1].id, sizeof after);
		filter.after = after;
	} while (seen < OX_COUNT(made));
	LIST(0);
}

static void age(const char *path, uint64_t modified_s)
{
	const struct timespec times[2] = {{.tv_sec = (time_t)modified_s}, {.tv_sec = (time_t)modified_s}};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void the_sweep_leaves_what_is_in_use(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	ox_file directory, held;
	ox_directory_fault fault;
	const char *component;
	assert_int_equal(ox_directory_open(spool_at(fixture, "tmp"), OX_DIRECTORY_ANY_PARENT, &directory, &fault,
		&component), 0);
	assert_int_equal(ox_file_create(directory, "held", &held), 0);
	assert_int_equal(ox_file_lock(held, false), 0);
	close(open(spool_at(fixture, "tmp/fresh"), O_CREAT | O_WRONLY, 0600));
	close(open(spool_at(fixture, "tmp/old"), O_CREAT | O_WRONLY, 0600));
	assert_int_equal(symlink("/etc/passwd", spool_at(fixture, "tmp/link")), 0);
	age(spool_at(fixture, "tmp/held"), NOW_MS / 1000 - 601);
	age(spool_at(fixture, "tmp/old"), NOW_MS / 1000 - 601);
	age(spool_at(fixture, "tmp/fresh"), NOW_MS / 1000 - 599);
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	assert_int_equal(utimensat(AT_FDCWD, spool_at(fixture, "tmp/link"), times, AT_SYMLINK_NOFOLLOW), 0);
	assert_int_equal(mkdir(spool_at(fixture, "d/000000001"), 0700), 0);
	assert_int_equal(ox_spool_sweep(fixture->spool, NOW_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.temporary, 2);
	assert_int_equal(swept.buckets, 1);
	assert_int_equal(access(spool_at(fixture, "tmp/held"), F_OK), 0);
	assert_int_equal(access(spool_at(fixture, "tmp/fresh"), F_OK), 0);
	assert_int_equal(access("/etc/passwd", F_OK), 0);
	ox_file_close(held);
	ox_file_close(directory);
}

static void failed_messages_are_kept_for_a_week(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	ox_submission submission = queue_at(fixture, 0);
	ox_claim *claim = must_claim(fixture, submission.id);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_FAILED, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_sweep(fixture->spool, NOW_MS + (uint64_t)7 * DAY_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.failed, 0);
	assert_int_equal(ox_spool_sweep(fixture->spool, NOW_MS + (uint64_t)9 * DAY_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.failed, 1);
	assert_int_equal(state_of(fixture, submission.id), OX_SPOOL_STATE_COUNT);
}

static void markers_go_when_they_are_over(void **state)
{
	spool_fixture *fixture = *state;
	ox_spool_swept swept;
	uint64_t now_ms = (uint64_t)time(NULL) * 1000;
	ox_submission submission = submission_of(HELLO);
	submission.key = ox_slice_of("order 1");
	must_queue(fixture, &submission);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + (uint64_t)9 * DAY_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.markers, 0);
	assert_int_equal(ox_spool_remove(fixture->spool, submission.id, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + DAY_MS / 2, &swept, NULL), OX_OK);
	assert_int_equal(swept.markers, 0);
	assert_int_equal(ox_spool_sweep(fixture->spool, now_ms + 2 * (uint64_t)DAY_MS, &swept, NULL), OX_OK);
	assert_int_equal(swept.markers, 1);
}

static void every_allocation_may_fail(void **state)
{
	spool_fixture *fixture = *state;
	queue_at(fixture, 0);
	queue_at(fixture, NOW_MS + 100000);
	for (long successes = 0;; successes++) {
		ox_spool_status counts = {0};
		ox_spool_swept swept;
		ox_place places[4];
		size_t count;
		uint64_t next_ms;
		const ox_spool_filter filter = {.limit = 4, .profile = "main"};
		ox_memory_fail_after(successes);
		int status = ox_spool_status_read(fixture->spool, &counts, NULL);
		status = status ? status : ox_spool_list(fixture->spool, &filter, places, &count, NULL);
		status = status ? status : ox_spool_promote(fixture->spool, NOW_MS, places, 4, &count, &next_ms, NULL);
		status = status ? status : ox_spool_sweep(fixture->spool, NOW_MS, &swept, NULL);
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
		WITH(nothing_is_due_before_its_time),
		WITH(empty_buckets_go),
		WITH(a_bucket_that_others_removed_is_made_again),
		WITH(the_oldest_come_first_as_far_as_there_is_room),
		WITH(a_lost_time_is_early_and_not_late),
		WITH(clocks_may_jump),
		WITH(status_counts_everything),
		WITH(lists_are_sorted_filtered_and_cut),
		WITH(what_is_there_twice_is_listed_once),
		WITH(the_sweep_leaves_what_is_in_use),
		WITH(failed_messages_are_kept_for_a_week),
		WITH(markers_go_when_they_are_over),
		WITH(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
