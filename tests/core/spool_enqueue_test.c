/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "spool/marker.h"
#include "spool_fixture.h"

#define HELLO "Subject: hello\r\n\r\nHello.\r\n"

static void read_back(spool_fixture *fixture, const char *id, const char *text)
{
	char bytes[256];
	ox_claim *claim = must_claim(fixture, id);
	ox_source source = ox_claim_source(claim);
	const ox_record *record = ox_claim_record(claim);
	assert_int_equal(record->size, strlen(text));
	assert_int_equal(source.read(source.context, 0, bytes, sizeof bytes), strlen(text));
	assert_memory_equal(bytes, text, strlen(text));
	assert_int_equal(source.read(source.context, 5, bytes, 3), 3);
	assert_memory_equal(bytes, text + 5, 3);
	assert_int_equal(source.read(source.context, strlen(text), bytes, 3), 0);
	ox_claim_release(claim);
}

static void a_message_comes_out_as_it_went_in(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submission = submission_of(HELLO);
	submission.message_id = "one@example.com";
	submission.tag = "reset";
	submission.script = "/srv/site/index.php";
	submission.envid = "envelope 1";
	submission.flags = OX_SPOOL_UTF8 | OX_SPOOL_HOLD_UNCERTAIN;
	submission.dsn_return = 2;
	submission.has_mt_priority = true;
	submission.mt_priority = -3;
	submission.class = OX_SPOOL_URGENT;
	submission.expires_ms = NOW_MS + 3600000;
	must_queue(fixture, &submission);
	assert_int_equal(state_of(fixture, submission.id), OX_SPOOL_DUE);
	assert_int_equal(ox_spool_id_class(submission.id), OX_SPOOL_URGENT);
	assert_int_equal(ox_spool_id_created_ms(submission.id), NOW_MS);
	assert_int_equal(ox_spool_id_lane(submission.id), ox_spool_lane("main"));
	ox_claim *claim = must_claim(fixture, submission.id);
	const ox_record *record = ox_claim_record(claim);
	assert_string_equal(record->id, submission.id);
	assert_string_equal(record->profile, "main");
	assert_string_equal(record->sender, "me@example.com");
	assert_string_equal(record->message_id, "one@example.com");
	assert_string_equal(record->tag, "reset");
	assert_string_equal(record->script, "/srv/site/index.php");
	assert_string_equal(record->envid, "envelope 1");
	assert_int_equal(record->flags, submission.flags);
	assert_int_equal(record->dsn_return, 2);
	assert_true(record->has_mt_priority);
	assert_int_equal(record->mt_priority, -3);
	assert_int_equal(record->class, OX_SPOOL_URGENT);
	assert_int_equal(record->created_ms, NOW_MS);
	assert_int_equal(record->due_ms, NOW_MS);
	assert_int_equal(record->expires_ms, NOW_MS + 3600000);
	assert_int_equal(record->uid, geteuid());
	assert_int_equal(record->recipient_count, 2);
	assert_string_equal(record->recipients[0].address, "a@example.com");
	assert_string_equal(record->recipients[1].orcpt, "rfc822;b@example.com");
	assert_int_equal(record->recipients[1].notify, 4);
	assert_int_equal(record->tries, 0);
	ox_claim_release(claim);
	read_back(fixture, submission.id, HELLO);
}

static void the_file_is_private_and_has_one_name(void **state)
{
	spool_fixture *fixture = *state;
	struct stat found;
	ox_submission submission = submission_of(HELLO);
	must_queue(fixture, &submission);
	ox_place place = place_of(fixture, submission.id);
	assert_int_equal(stat(place_path(fixture, &place), &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	assert_int_equal(found.st_nlink, 1);
	assert_int_equal(count_files(spool_at(fixture, "tmp")), 0);
	assert_int_equal(count_files(spool_at(fixture, "q")), 1);
}

static void every_durability_queues(void **state)
{
	spool_fixture *fixture = *state;
	static const ox_durability all[] = {OX_DURABILITY_FULL, OX_DURABILITY_GROUP, OX_DURABILITY_NONE};
	for (size_t i = 0; i < OX_COUNT(all); i++) {
		ox_submission submission = submission_of(HELLO);
		assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, all[i], NOW_MS, &fixture->error),
			OX_OK);
		read_back(fixture, submission.id, HELLO);
	}
}

static void a_message_for_later_is_deferred_to_its_bucket(void **state)
{
	spool_fixture *fixture = *state;
	struct stat found;
	ox_submission submission = submission_of(HELLO);
	submission.send_at_ms = NOW_MS + 86400000;
	must_queue(fixture, &submission);
	ox_place place = place_of(fixture, submission.id);
	assert_int_equal(place.state, OX_SPOOL_DEFERRED);
	assert_int_equal(place.folder, (NOW_MS + 86400000) / 1000 / 512);
	assert_int_equal(stat(place_path(fixture, &place), &found), 0);
	assert_int_equal(found.st_mtime, (NOW_MS + 86400000) / 1000);
	ox_claim *claim = must_claim(fixture, submission.id);
	assert_int_equal(ox_claim_record(claim)->due_ms, NOW_MS + 86400000);
	assert_int_equal(ox_claim_record(claim)->expires_ms, NOW_MS + 86400000 + OX_SPOOL_EXPIRY_MS);
	ox_claim_release(claim);
}

static void a_message_may_be_queued_held(void **state)
{
	spool_fixture *fixture = *state;
	static const uint64_t times[] = {0, NOW_MS + 86400000};
	for (size_t i = 0; i < OX_COUNT(times); i++) {
		ox_submission submission = submission_of(HELLO);
		submission.held = "the site is a copy";
		submission.send_at_ms = times[i];
		must_queue(fixture, &submission);
		assert_int_equal(state_of(fixture, submission.id), OX_SPOOL_HELD);
		ox_claim *claim = must_claim(fixture, submission.id);
		assert_string_equal(ox_record_waits_why(ox_claim_record(claim)), "the site is a copy");
		ox_claim_release(claim);
		assert_int_equal(ox_spool_release(fixture->spool, submission.id, NOW_MS + 1, &fixture->error), OX_OK);
		assert_int_equal(state_of(fixture, submission.id), times[i] ? OX_SPOOL_DEFERRED : OX_SPOOL_DUE);
		claim = must_claim(fixture, submission.id);
		assert_string_equal(ox_record_waits_why(ox_claim_record(claim)), "release");
		ox_claim_release(claim);
		read_back(fixture, submission.id, HELLO);
	}
	assert_string_equal(event_types(fixture), "held released held released");
}

static void many_may_be_held_and_others_not(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submissions[3];
	size_t done;
	for (size_t i = 0; i < OX_COUNT(submissions); i++) {
		submissions[i] = submission_of(HELLO);
		submissions[i].held = i == 1 ? "" : NULL;
	}
	assert_int_equal(ox_spool_enqueue_many(fixture->spool, submissions, OX_COUNT(submissions),
		OX_DURABILITY_GROUP, NOW_MS, &done, &fixture->error), OX_OK);
	for (size_t i = 0; i < OX_COUNT(submissions); i++) {
		assert_int_equal(state_of(fixture, submissions[i].id), i == 1 ? OX_SPOOL_HELD : OX_SPOOL_DUE);
	}
	ox_claim *claim = must_claim(fixture, submissions[1].id);
	assert_null(ox_record_waits_why(ox_claim_record(claim)));
	ox_claim_release(claim);
	assert_string_equal(event_types(fixture), "held");
}

static size_t read_pattern(void *context, uint64_t offset, void *bytes, size_t size)
{
	/* In odd pieces, so that no border is a multiple of anything. */
	size_t piece = size < 7001 ? size : 7001;
	(void)context;
	for (size_t i = 0; i < piece; i++) {
		((uint8_t *)bytes)[i] = (uint8_t)((offset + i) * 31 >> 3);
	}
	return piece;
}

static void a_large_message_is_streamed_in_and_out(void **state)
{
	spool_fixture *fixture = *state;
	enum { SIZE = 25 << 20 };
	uint8_t expected[4096], got[4096];
	ox_submission submission = submission_of("");
	submission.source = (ox_source){NULL, read_pattern};
	submission.size = SIZE;
	must_queue(fixture, &submission);
	ox_claim *claim = must_claim(fixture, submission.id);
	ox_source source = ox_claim_source(claim);
	for (uint64_t offset = 0; offset < SIZE; offset += 1048576 - 4096) {
		read_pattern(NULL, offset, expected, sizeof expected);
		assert_int_equal(source.read(source.context, offset, got, sizeof got), sizeof got);
		assert_memory_equal(got, expected, sizeof got);
	}
	ox_claim_release(claim);
}

static void thousands_of_recipients_fit(void **state)
{
	spool_fixture *fixture = *state;
	enum { COUNT = 9000 };
	static char addresses[COUNT][40];
	static ox_spool_recipient many[COUNT];
	ox_spool_limits limits;
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(addresses[i], sizeof addresses[i], "recipient.number.%zu@example.com", i);
		many[i] = (ox_spool_recipient){.address = addresses[i]};
	}
	ox_submission submission = submission_of(HELLO);
	submission.recipients = many;
	submission.recipient_count = COUNT;
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_FULL, NOW_MS,
		&fixture->error), OX_E_FAILED);
	assert_int_equal(fixture->error.fact, OX_FACT_SPOOL_TOO_MANY_RECIPIENTS);
	ox_spool_limits_default(&limits);
	limits.recipients = 0;
	ox_spool_set_limits(fixture->spool, &limits);
	must_queue(fixture, &submission);
	ox_claim *claim = must_claim(fixture, submission.id);
	assert_int_equal(ox_claim_record(claim)->recipient_count, COUNT);
	assert_string_equal(ox_claim_record(claim)->recipients[COUNT - 1].address, addresses[COUNT - 1]);
	ox_claim_release(claim);
}

static int refused(spool_fixture *fixture, ox_submission *submission)
{
	size_t before = count_files(fixture->path);
	int status = ox_spool_enqueue(fixture->spool, submission, OX_DURABILITY_FULL, NOW_MS, &fixture->error);
	assert_int_equal(count_files(fixture->path), before);
	assert_int_equal(status, OX_E_FAILED);
	return (int)fixture->error.class;
}

static void what_may_not_be_written_is_refused_and_named(void **state)
{
	spool_fixture *fixture = *state;
	static char long_tag[80], long_address[400];
	memset(long_tag, 'x', sizeof long_tag - 1);
	memset(long_address, 'x', sizeof long_address - 1);
	const ox_spool_recipient bad = {.address = "a@example.com\nrcpt: b@example.com"},
		empty = {.address = ""}, wide = {.address = long_address};
	struct {
		const char *names;
		ox_submission submission;
	} cases[16];
	size_t count = 0;
#define CASE(name, field, value) \
	cases[count].names = name; \
	cases[count].submission = submission_of(HELLO); \
	cases[count++].submission.field = value
	CASE("profile", profile, NULL);
	CASE("profile", profile, "../x");
	CASE("profile", profile, ".hidden");
	CASE("sender", sender, "me@example.com\r\nid: x");
	CASE("tag", tag, "a\tb");
	CASE("tag", tag, long_tag);
	CASE("message id", message_id, "a\x7f");
	CASE("script", script, "a\nb");
	CASE("envid", envid, "a\nb");
	CASE("recipient", recipients, &bad);
	CASE("recipient", recipients, &empty);
	CASE("recipient", recipients, &wide);
	CASE("recipients", recipient_count, 0);
	CASE("options", flags, 1u << 20);
	CASE("options", dsn_return, 3);
	CASE("send_at", send_at_ms, UINT64_MAX);
#undef CASE
	for (size_t i = 0; i < count; i++) {
		if (cases[i].submission.recipient_count) {
			cases[i].submission.recipient_count = 1;
		}
		assert_int_equal(refused(fixture, &cases[i].submission), OX_ERROR_USAGE);
		if (strncmp(fixture->error.text, cases[i].names, strlen(cases[i].names)) != 0) {
			fail_msg("case %zu says: %s", i, fixture->error.text);
		}
	}
}

static size_t read_nothing(void *context, uint64_t offset, void *bytes, size_t size)
{
	(void)context, (void)bytes, (void)size;
	return offset < 10 ? 5 : 0;
}

static size_t read_too_much(void *context, uint64_t offset, void *bytes, size_t size)
{
	(void)context, (void)bytes, (void)offset;
	return size + 1;
}

static void a_source_that_fails_leaves_nothing(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submission = submission_of(HELLO);
	submission.source.read = read_nothing;
	assert_int_equal(refused(fixture, &submission), OX_ERROR_MESSAGE);
	assert_int_equal(fixture->error.fact, OX_FACT_BODY_SOURCE);
	submission.source.read = read_too_much;
	assert_int_equal(refused(fixture, &submission), OX_ERROR_MESSAGE);
}

static void limits_are_typed_errors(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submission = submission_of(HELLO);
	const struct {
		ox_spool_limits limits;
		ox_fact fact;
	} cases[] = {
		{{.message_size = 10}, OX_FACT_SPOOL_TOO_LARGE},
		{{.recipients = 1}, OX_FACT_SPOOL_TOO_MANY_RECIPIENTS},
		{{.free_bytes = UINT64_MAX}, OX_FACT_SPOOL_FULL},
		{{.free_inodes = UINT64_MAX}, OX_FACT_SPOOL_FULL},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_spool_set_limits(fixture->spool, &cases[i].limits);
		(void)refused(fixture, &submission);
		assert_int_equal(fixture->error.fact, cases[i].fact);
	}
}

static void as_many_wait_as_the_limit_allows(void **state)
{
	spool_fixture *fixture = *state;
	const ox_spool_limits limits = {.messages = 3};
	ox_submission submission = submission_of(HELLO);
	ox_spool_set_limits(fixture->spool, &limits);
	for (int i = 0; i < 3; i++) {
		must_queue(fixture, &submission);
	}
	(void)refused(fixture, &submission);
	assert_int_equal(fixture->error.fact, OX_FACT_SPOOL_TOO_MANY);
	/* A message that leaves is seen when counting is due again. */
	assert_int_equal(ox_spool_remove(fixture->spool, submission_of(HELLO).id, NOW_MS, NULL), OX_AGAIN);
	ox_spool_filter filter = {.limit = 1};
	ox_place place;
	size_t count;
	assert_int_equal(ox_spool_list(fixture->spool, &filter, &place, &count, NULL), OX_OK);
	assert_int_equal(ox_spool_remove(fixture->spool, place.id, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_NONE, NOW_MS + 6000,
		&fixture->error), OX_OK);
}

static size_t read_blanks(void *context, uint64_t offset, void *bytes, size_t size)
{
	(void)context, (void)offset;
	memset(bytes, ' ', size);
	return size;
}

static void as_much_waits_as_the_limit_allows(void **state)
{
	spool_fixture *fixture = *state;
	const ox_spool_limits limits = {.bytes = 25000};
	ox_submission submission = submission_of("");
	char large[OX_SPOOL_ID_SIZE + 1];
	size_t done;
	ox_spool_set_limits(fixture->spool, &limits);
	submission.source = (ox_source){NULL, read_blanks};
	submission.size = 10000;
	must_queue(fixture, &submission);
	memcpy(large, submission.id, sizeof large);
	submission.held = "";
	must_queue(fixture, &submission);
	(void)refused(fixture, &submission);
	assert_int_equal(fixture->error.fact, OX_FACT_SPOOL_TOO_MANY);
	assert_int_equal(ox_spool_enqueue_many(fixture->spool, &submission, 1, OX_DURABILITY_NONE, NOW_MS, &done,
		&fixture->error), OX_E_FAILED);
	submission.size = 1000;
	must_queue(fixture, &submission);
	/* Counted anew it is what the files have, and what has left is no part of it. */
	submission.size = 10000;
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_NONE, NOW_MS + 6000,
		&fixture->error), OX_E_FAILED);
	assert_int_equal(ox_spool_remove(fixture->spool, large, NOW_MS, NULL), OX_OK);
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_NONE, NOW_MS + 12000,
		&fixture->error), OX_OK);
}

/* -- keys -- */

static ox_submission keyed(const char *key)
{
	ox_submission submission = submission_of(HELLO);
	submission.key = ox_slice_of(key);
	return submission;
}

static void a_key_queues_once(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission first = keyed("order 1"), second = keyed("order 1"), other = keyed("order 2");
	must_queue(fixture, &first);
	must_queue(fixture, &second);
	must_queue(fixture, &other);
	assert_false(first.duplicate);
	assert_true(second.duplicate);
	assert_false(other.duplicate);
	assert_string_equal(first.id, second.id);
	assert_string_not_equal(first.id, other.id);
	assert_int_equal(count_files(spool_at(fixture, "q")), 2);
	assert_string_equal(event_types(fixture), "duplicate_suppressed");
}

static void a_key_is_remembered_for_a_day_after_its_message_was_sent(void **state)
{
	spool_fixture *fixture = *state;
	const uint64_t day = 86400000;
	ox_submission first = keyed("order 1"), again = keyed("order 1");
	must_queue(fixture, &first);
	ox_claim *claim = must_claim(fixture, first.id);
	assert_int_equal(ox_claim_end(claim, OX_ENDING_SENT, NOW_MS, &fixture->error), OX_OK);
	assert_int_equal(ox_claim_finish(claim, NOW_MS, &fixture->error), OX_OK);
	assert_int_equal(count_files(spool_at(fixture, "q")), 0);
	uint64_t sent_ms = (uint64_t)time(NULL) * 1000; /* of the marker */
	assert_int_equal(ox_spool_enqueue(fixture->spool, &again, OX_DURABILITY_FULL, sent_ms + day - 60000,
		&fixture->error), OX_OK);
	assert_true(again.duplicate);
	assert_int_equal(ox_spool_enqueue(fixture->spool, &again, OX_DURABILITY_FULL, sent_ms + day + 60000,
		&fixture->error), OX_OK);
	assert_false(again.duplicate);
}

/* Of the one key that these tests use. */
static void set_marker(spool_fixture *fixture, const char *text)
{
	char name[OX_SPOOL_ID_SIZE + 1], path[256];
	assert_int_equal(ox_marker_name(ox_slice_of("order 1"), name), OX_OK);
	snprintf(path, sizeof path, "k/%s/%s", name + OX_SPOOL_ID_SIZE - 2, name);
	FILE *file = fopen(spool_at(fixture, path), "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void a_pending_key_whose_message_exists_gives_it(void **state)
{
	spool_fixture *fixture = *state;
	char text[64];
	ox_submission first = keyed("order 1"), second = keyed("order 1");
	must_queue(fixture, &first);
	snprintf(text, sizeof text, "pending %s\n", first.id);
	set_marker(fixture, text);
	must_queue(fixture, &second);
	assert_true(second.duplicate);
	assert_string_equal(first.id, second.id);
}

static void a_pending_key_whose_message_does_not_exist_suppresses_nothing(void **state)
{
	spool_fixture *fixture = *state;
	static const char *const texts[] = {"pending 01HF7YAT00ABCDEFGHJKMNPQRS\n", "pending", "", "queued  x",
		"queued  01HF7YAT00ABCDEFGHJKMNPQRI\n"};
	for (size_t i = 0; i < OX_COUNT(texts); i++) {
		ox_submission submission = keyed("order 1");
		if (i) {
			set_marker(fixture, texts[i]);
		} else {
			must_queue(fixture, &submission);
			assert_int_equal(ox_spool_remove(fixture->spool, submission.id, NOW_MS, NULL), OX_OK);
			set_marker(fixture, texts[i]);
		}
		must_queue(fixture, &submission);
		assert_false(submission.duplicate);
		assert_int_equal(ox_spool_remove(fixture->spool, submission.id, NOW_MS, NULL), OX_OK);
	}
}

static void a_key_that_failed_can_be_used_again(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission submission = keyed("order 1");
	submission.source.read = read_nothing;
	assert_int_equal(ox_spool_enqueue(fixture->spool, &submission, OX_DURABILITY_FULL, NOW_MS,
		&fixture->error), OX_E_FAILED);
	assert_int_equal(count_files(spool_at(fixture, "k")), 0);
	submission = keyed("order 1");
	must_queue(fixture, &submission);
	assert_false(submission.duplicate);
}

/* -- many -- */

static void many_share_one_directory_and_keep_their_order(void **state)
{
	spool_fixture *fixture = *state;
	enum { COUNT = 150 };
	static ox_submission many[COUNT];
	size_t done;
	for (size_t i = 0; i < COUNT; i++) {
		many[i] = submission_of(HELLO);
	}
	many[70].key = ox_slice_of("order 1");
	many[71].key = ox_slice_of("order 1");
	many[100].send_at_ms = NOW_MS + 5000000;
	assert_int_equal(ox_spool_enqueue_many(fixture->spool, many, COUNT, OX_DURABILITY_GROUP, NOW_MS, &done,
		&fixture->error), OX_OK);
	assert_int_equal(done, COUNT);
	assert_true(many[71].duplicate);
	assert_int_equal(count_files(spool_at(fixture, "q")), COUNT - 2);
	assert_int_equal(count_files(spool_at(fixture, "d")), 1);
	for (size_t i = 0; i < COUNT; i++) {
		ox_place first = place_of(fixture, many[0].id), this = place_of(fixture, many[i].id);
		/* Those of the first batch: their directory is synced once. */
		assert_true(i >= 64 || !strncmp(place_path(fixture, &first), place_path(fixture, &this),
			strlen(fixture->path) + 4));
		read_back(fixture, many[i].id, HELLO);
	}
}

static void one_bad_one_of_many_keeps_those_before_it(void **state)
{
	spool_fixture *fixture = *state;
	ox_submission many[3] = {submission_of(HELLO), submission_of(HELLO), submission_of(HELLO)};
	size_t done;
	many[1].source.read = read_nothing;
	assert_int_equal(ox_spool_enqueue_many(fixture->spool, many, 3, OX_DURABILITY_FULL, NOW_MS, &done,
		&fixture->error), OX_E_FAILED);
	assert_int_equal(done, 1);
	assert_int_equal(count_files(spool_at(fixture, "q")), 1);
	assert_int_equal(ox_spool_enqueue_many(fixture->spool, many, 3, OX_DURABILITY_GROUP, NOW_MS, &done,
		&fixture->error), OX_E_FAILED);
	assert_int_equal(done, 0);
	assert_int_equal(count_files(fixture->path), 2); /* VERSION and the first one */
}

static void allocations(void)
{
	spool_fixture fixture;
	ox_memory_fail_after(-1);
	spool_fixture_begin(&fixture);
	long successes = 0, made = 0;
	do {
		ox_submission submission = keyed("order 1");
		ox_memory_fail_after(successes);
		int status = ox_spool_enqueue(fixture.spool, &submission, OX_DURABILITY_FULL, NOW_MS,
			&fixture.error);
		made = ox_memory_fail_after(-1);
		assert_true(status == OX_OK || status == OX_E_NOMEM || status == OX_E_FAILED);
		size_t queued = count_files(spool_at(&fixture, "q"));
		assert_int_equal(queued, status == OX_OK);
		assert_int_equal(count_files(spool_at(&fixture, "tmp")), 0);
		if (status == OX_OK) {
			assert_int_equal(ox_spool_remove(fixture.spool, submission.id, NOW_MS, NULL), OX_OK);
			remove_tree(spool_at(&fixture, "k"));
			mkdir(spool_at(&fixture, "k"), 0700);
			ox_spool_free(fixture.spool);
			ox_spool_options options;
			ox_spool_options_init(&options, fixture.path);
			options.any_parent = true;
			assert_int_equal(ox_spool_open(&options, &fixture.spool, &fixture.error), OX_OK);
		}
		successes++;
	} while (made >= successes);
	spool_fixture_end(&fixture);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	allocations();
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, spool_fixture_setup, spool_fixture_teardown)
	const struct CMUnitTest tests[] = {
		WITH(a_message_comes_out_as_it_went_in),
		WITH(the_file_is_private_and_has_one_name),
		WITH(every_durability_queues),
		WITH(a_message_for_later_is_deferred_to_its_bucket),
		WITH(a_message_may_be_queued_held),
		WITH(many_may_be_held_and_others_not),
		WITH(a_large_message_is_streamed_in_and_out),
		WITH(thousands_of_recipients_fit),
		WITH(what_may_not_be_written_is_refused_and_named),
		WITH(a_source_that_fails_leaves_nothing),
		WITH(limits_are_typed_errors),
		WITH(as_many_wait_as_the_limit_allows),
		WITH(as_much_waits_as_the_limit_allows),
		WITH(a_key_queues_once),
		WITH(a_key_is_remembered_for_a_day_after_its_message_was_sent),
		WITH(a_pending_key_whose_message_exists_gives_it),
		WITH(a_pending_key_whose_message_does_not_exist_suppresses_nothing),
		WITH(a_key_that_failed_can_be_used_again),
		WITH(many_share_one_directory_and_keep_their_order),
		WITH(one_bad_one_of_many_keeps_those_before_it),
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
