/* SPDX-License-Identifier: MIT */
/* Profiles in trouble: what people are told of them, and that nobody else is hindered. */
#include "test.h"

#include "runner_fixture.h"

static runner_case it;

static int set_up(void **state)
{
	(void)state;
	runner_begin(&it);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	runner_end(&it);
	return 0;
}

/* As ox_run_state has it; the caller's to clear. */
static const ox_profile_note *note_of_main(ox_run_state *notes)
{
	assert_int_equal(ox_run_state_read(it.spool, ox_wall_clock_ms(), notes), OX_OK);
	const ox_profile_note *note = ox_run_state_find(notes, "main");
	assert_non_null(note);
	return note;
}

static smtp_play hang_up(smtp_peer *peer, const char *line)
{
	(void)peer;
	return smtp_is(line, "CONNECT") ? PLAY_CLOSE : PLAY_ON;
}

static void a_relay_that_is_down_is_told_of_once_with_its_reason(void **state)
{
	ox_run_state notes = {0};
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	server->hook = hang_up;
	runner_queue_many(&it, 1, "main");
	runner_run(&it);
	const ox_profile_note *note = note_of_main(&notes);
	assert_int_equal(note->state, OX_PROFILE_WAITING);
	assert_non_null(strstr(note->reason, "closed"));
	assert_in_range(note->since_ms, 1, ox_wall_clock_ms());
	uint64_t since_ms = note->since_ms;
	/* The pause is over, and another runner meets the same. */
	notes.profiles[0].until_ms = 1;
	assert_int_equal(ox_run_state_write(it.spool, &notes, &it.error), OX_OK);
	ox_run_state_clear(&notes);
	runner_run(&it);
	assert_int_equal(it.facts.connections, 1);
	note = note_of_main(&notes);
	assert_int_equal(note->since_ms, since_ms);
	assert_int_equal(note->failures, 2);
	assert_int_equal(runner_events(&it, OX_EVENT_RELAY_DOWN), 1);
	assert_int_equal(runner_events(&it, OX_EVENT_RELAY_UP), 0);
	/* It is back. */
	notes.profiles[0].until_ms = 1;
	assert_int_equal(ox_run_state_write(it.spool, &notes, &it.error), OX_OK);
	ox_run_state_clear(&notes);
	server->hook = NULL;
	runner_run(&it);
	assert_int_equal(it.facts.sent, 1);
	assert_int_equal(runner_events(&it, OX_EVENT_RELAY_UP), 1);
	note = note_of_main(&notes);
	assert_int_equal(note->state, OX_PROFILE_OK);
	assert_string_equal(note->reason, "");
	ox_run_state_clear(&notes);
}

static void a_broken_or_missing_profile_is_told_of_once(void **state)
{
	char path[128];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	snprintf(path, sizeof path, "%s/p/main", it.folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("{}", file);
	fclose(file);
	runner_queue_many(&it, 1, "main");
	runner_queue_many(&it, 1, "gone");
	for (int i = 0; i < 3; i++) {
		runner_run(&it);
		assert_int_equal(runner_events(&it, OX_EVENT_PROFILE_PAUSED), 2);
	}
	runner_profile(&it, "main", "", server->port, "");
	runner_run(&it);
	assert_int_equal(it.facts.sent, 1);
	assert_int_equal(runner_events(&it, OX_EVENT_PROFILE_RESUMED), 1);
}

/* Steps until a fact is that great; not for ever. */
static void step_until(ox_runner *runner, const uint64_t *fact, uint64_t least)
{
	uint64_t begun = ox_clock_ms();
	while (*fact < least && ox_clock_ms() - begun < 60000) {
		assert_int_equal(ox_runner_step(runner, 100, &it.error), OX_AGAIN);
	}
	assert_in_range(*fact, least, UINT64_MAX);
}

static void mail_of_more_profiles_than_there_may_be_hinders_nobody(void **state)
{
	enum { MANY = 3200 }; /* names; they share 4,096 lanes, and some 2,200 are by themselves in theirs */
	ox_runner *runner = NULL;
	char name[32];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "gone%08x", (unsigned)i * 2654435761u);
		runner_queue_many(&it, 1, name);
	}
	runner_queue_many(&it, 5, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 5);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), MANY);
	assert_in_range(it.facts.profiles_paused, 2048, MANY); /* all slots, and that there were too few */
	/* One that comes while all slots are taken gets another's. */
	it.options.mode = OX_RUN_FOREVER;
	runner_queue_many(&it, 1, "main");
	assert_int_equal(ox_runner_open(it.spool, &it.options, &runner, &it.error), OX_OK);
	const ox_run_facts *facts = ox_runner_facts(runner);
	step_until(runner, &facts->sent, 1);
	while (facts->profiles_paused < 2048) {
		assert_int_equal(ox_runner_step(runner, 100, &it.error), OX_AGAIN);
	}
	runner_profile(&it, "late", "", server->port, "");
	runner_queue_many(&it, 5, "late");
	runner_profile(&it, name, "", server->port, "");
	assert_int_equal(ox_wake_poke(it.spool, OX_HINT_LOOK, NULL, &it.error), OX_OK);
	step_until(runner, &facts->sent, 7);
	assert_int_equal(smtp_server_count(server, &server->accepted), 12);
	ox_runner_free(runner);
}

static void what_is_over_ends_although_its_relay_cannot_be_tried(void **state)
{
	(void)state;
	uint64_t now_ms = ox_wall_clock_ms(), hour_ms = 3600000;
	runner_profile(&it, "down", "", 1, ""); /* nobody listens there */
	static const char *const profiles[] = {"down", "missing"};
	for (size_t i = 0; i < 2; i++) {
		const runner_message over = {.profile = profiles[i], .expires_ms = now_ms - hour_ms, .age_ms = 2 * hour_ms};
		const runner_message not = {.profile = profiles[i], .expires_ms = now_ms + hour_ms, .age_ms = 2 * hour_ms};
		runner_queue(&it, it.spool, &over, NULL);
		runner_queue(&it, it.spool, &not, NULL);
	}
	runner_run(&it);
	assert_int_equal(it.facts.expired, 2);
	assert_int_equal(runner_count(&it, OX_SPOOL_FAILED), 2);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 2);
	assert_int_equal(runner_events(&it, OX_EVENT_EXPIRED), 2);
	assert_int_equal(runner_events(&it, OX_EVENT_QUEUED), 2);
	/* And while the breaker is open, in a pass that does not open all. */
	runner_queue(&it, it.spool, &(runner_message){.profile = "down", .expires_ms = now_ms - 1, .age_ms = 5000}, NULL);
	runner_run(&it);
	assert_int_equal(runner_count(&it, OX_SPOOL_FAILED), 3);
	assert_int_equal(it.facts.connections, 0);
}

#define WITH_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SPOOL(a_relay_that_is_down_is_told_of_once_with_its_reason),
		WITH_SPOOL(a_broken_or_missing_profile_is_told_of_once),
		WITH_SPOOL(mail_of_more_profiles_than_there_may_be_hinders_nobody),
		WITH_SPOOL(what_is_over_ends_although_its_relay_cannot_be_tried),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests_name("runner_profile", tests, NULL, NULL);
	ox_dial_shutdown();
	return failed;
}
