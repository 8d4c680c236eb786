/* SPDX-License-Identifier: MIT */
/* A whole delivery, against a server in this process: what arrives, what stays, what is counted. */
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

static uint64_t left(void)
{
	return runner_count(&it, OX_SPOOL_DUE) + runner_count(&it, OX_SPOOL_DEFERRED) +
		runner_count(&it, OX_SPOOL_HELD) + runner_count(&it, OX_SPOOL_FAILED) +
		runner_count(&it, OX_SPOOL_QUARANTINED);
}

static void a_queued_message_arrives_and_leaves_nothing_behind(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.subject = "hello", .size = 300000, .recipients = 3}, NULL);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
	assert_string_equal(server->subjects[0], "hello");
	assert_int_equal(it.facts.sent, 1);
	assert_int_equal(it.facts.accepted, 3);
	assert_int_equal(left(), 0);
	assert_int_equal(runner_events(&it, OX_EVENT_QUEUED), 1);
	assert_int_equal(runner_events(&it, OX_EVENT_ACCEPTED), 3);
	assert_int_equal(runner_events(&it, OX_EVENT_DELIVERED), 1);
}

static smtp_play refuse_every_third(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "DOT") && peer->mails % 3 == 0) {
		smtp_say(peer, "451 4.3.0 later\r\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void many_messages_share_few_connections(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 90, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 90);
	assert_in_range(smtp_server_count(server, &server->connections), 1, OX_PROFILE_CONNECTIONS);
	assert_int_equal(left(), 0);
}

static void threads_that_wait_for_the_disk_change_nothing(void **state)
{
	(void)state;
	it.options.durability = OX_DURABILITY_FULL;
	it.options.sync_threads = 8;
	it.servers[0].hook = refuse_every_third;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 60, "main");
	runner_queue(&it, it.spool, &(runner_message){.flags = OX_SPOOL_HOLD_UNCERTAIN}, NULL);
	runner_run(&it);
	unsigned accepted = smtp_server_count(server, &server->accepted);
	assert_int_equal(accepted + it.facts.deferred, 61);
	assert_int_equal(it.facts.sent, accepted);
	assert_in_range(it.facts.deferred, 10, 30);
	assert_int_equal(runner_count(&it, OX_SPOOL_DEFERRED), it.facts.deferred);
	assert_int_equal(runner_events(&it, OX_EVENT_DELIVERED), accepted);
}

static void a_connection_is_left_after_its_number_of_messages(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "&max_messages=10");
	runner_queue_many(&it, 50, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 50);
	assert_in_range(smtp_server_count(server, &server->connections), 5, 8);
	assert_int_equal(it.facts.sent, 50);
}

static void plain_data_without_any_extension_works_too(void **state)
{
	(void)state;
	it.servers[0].offers = "8BITMIME";
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 20, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 20);
	assert_int_equal(left(), 0);
}

/* r1 is refused for good, r2 for now; the second time r2 is welcome. */
static unsigned rcpts_seen;
static smtp_play refuse_some(smtp_peer *peer, const char *line)
{
	static unsigned tries;
	rcpts_seen += smtp_is(line, "RCPT");
	if (smtp_is(line, "RCPT TO:<r1@")) {
		smtp_say(peer, "550 5.1.1 no such user\r\n");
		return PLAY_HANDLED;
	}
	if (smtp_is(line, "RCPT TO:<r2@") && tries++ == 0) {
		smtp_say(peer, "450 4.7.1 greylisted\r\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void each_recipient_has_its_own_fate_and_only_the_rest_is_tried_again(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	ox_place place;
	(void)state;
	it.servers[0].hook = refuse_some;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.recipients = 4}, id);
	runner_run(&it);
	assert_int_equal(rcpts_seen, 4);
	assert_int_equal(it.facts.deferred, 1);
	assert_int_equal(runner_count(&it, OX_SPOOL_DEFERRED), 1);
	ox_claim *claim = runner_look(&it, id, &place);
	const ox_record *record = ox_claim_record(claim);
	assert_int_equal(record->recipients[0].outcome, OX_OUTCOME_SENT);
	assert_int_equal(record->recipients[1].outcome, OX_OUTCOME_REJECTED);
	assert_int_equal(record->recipients[1].code, 550);
	assert_int_equal(record->recipients[2].outcome, OX_OUTCOME_DEFERRED);
	assert_int_equal(record->tries, 1);
	assert_in_range(record->next_ms - ox_wall_clock_ms(), 30000, 72000);
	ox_claim_release(claim);
	runner_retry(&it, id);
	runner_run(&it);
	assert_int_equal(rcpts_seen, 5);
	assert_int_equal(smtp_server_count(server, &server->accepted), 2);
	/* One was refused for good, so it is kept for people to see. */
	assert_int_equal(runner_count(&it, OX_SPOOL_FAILED), 1);
	assert_int_equal(it.facts.failed, 1);
	assert_int_equal(runner_events(&it, OX_EVENT_FAILED), 1);
	assert_int_equal(runner_events(&it, OX_EVENT_DEFERRED), 1);
}

static smtp_play refuse_body(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "DOT")) {
		smtp_say(peer, "554 5.7.1 spam\r\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void a_refused_message_fails_and_no_connection_suffers(void **state)
{
	(void)state;
	it.servers[0].hook = refuse_body;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 10, "main");
	runner_run(&it);
	assert_int_equal(it.facts.failed, 10);
	assert_int_equal(runner_count(&it, OX_SPOOL_FAILED), 10);
	assert_in_range(smtp_server_count(server, &server->connections), 1, 3);
	assert_int_equal(runner_events(&it, OX_EVENT_PROFILE_PAUSED), 0);
}

static char wanted_login[64];
static smtp_play check_login(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "AUTH PLAIN")) {
		bool right = !strcmp(line + 11, wanted_login);
		smtp_say(peer, right ? "235 2.7.0 welcome\r\n" : "535 5.7.8 no\r\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void a_wrong_password_pauses_and_the_right_one_repairs_the_queue(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	snprintf(wanted_login, sizeof wanted_login, "%s", "AG1lAHJpZ2h0"); /* me, right */
	it.servers[0].hook = check_login;
	smtp_server *server = runner_server(&it, "main", "me:wrong@", "");
	runner_queue_many(&it, 5, "main");
	runner_queue(&it, it.spool, &(runner_message){.profile = "main"}, id);
	runner_run(&it);
	assert_int_equal(it.facts.attempts, 0);
	assert_int_equal(it.facts.profiles_paused, 1);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 6);
	assert_int_equal(runner_tries(&it, id), 0);
	assert_int_equal(runner_events(&it, OX_EVENT_AUTH_NEEDED), 1);
	/* It is known in the next life, too, so the server is not asked again; and who was told of it is told of its end. */
	assert_int_equal(smtp_server_count(server, &server->connections), 1);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->connections), 1);
	runner_profile(&it, "main", "me:right@", server->port, "");
	runner_run(&it);
	assert_int_equal(runner_events(&it, OX_EVENT_PROFILE_RESUMED), 1);
	assert_int_equal(smtp_server_count(server, &server->accepted), 6);
	assert_int_equal(left(), 0);
}

static void a_status_reader_sees_why_a_profile_is_paused(void **state)
{
	ox_run_state state_of = {0};
	(void)state;
	snprintf(wanted_login, sizeof wanted_login, "%s", "nobody's");
	it.servers[0].hook = check_login;
	runner_server(&it, "main", "me:wrong@", "");
	runner_queue_many(&it, 1, "main");
	runner_run(&it);
	assert_int_equal(ox_run_state_read(it.spool, ox_wall_clock_ms(), &state_of), OX_OK);
	const ox_profile_note *note = ox_run_state_find(&state_of, "main");
	assert_non_null(note);
	assert_int_equal(note->state, OX_PROFILE_PAUSED);
	assert_true(note->account);
	assert_non_null(strstr(note->reason, "no"));
	assert_null(strstr(note->reason, "wrong"));
	assert_in_range(note->until_ms - ox_wall_clock_ms(), 3500000, 3600000);
	ox_run_state_clear(&state_of);
}

static void a_relay_that_is_down_costs_no_message_a_try(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_profile(&it, "main", "", 1, ""); /* nobody listens there */
	runner_queue(&it, it.spool, &(runner_message){.subject = "patient"}, id);
	runner_run(&it);
	assert_int_equal(runner_tries(&it, id), 0);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 1);
	assert_int_equal(it.facts.connections, 1);
	assert_in_range(it.facts.next_ms - ox_wall_clock_ms(), 1000, 5000);
	/* The breaker outlives the process. */
	runner_run(&it);
	assert_int_equal(it.facts.connections, 0);
	runner_profile(&it, "main", "", server->port, "");
	runner_run(&it);
	assert_int_equal(it.facts.sent, 1);
	assert_int_equal(left(), 0);
}

static void a_missing_profile_keeps_its_mail_and_hinders_nobody(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 100, "gone");
	runner_queue_many(&it, 10, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 10);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 100);
	assert_int_equal(it.facts.profiles_paused, 1);
	runner_profile(&it, "gone", "", server->port, "");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 110);
	assert_int_equal(left(), 0);
}

static smtp_play close_at_dot(smtp_peer *peer, const char *line)
{
	return peer->number == 0 && smtp_is(line, "DOT") ? PLAY_CLOSE : PLAY_ON;
}

static void without_a_reply_to_the_end_of_data_a_message_is_uncertain_and_sent_again(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	ox_place place;
	(void)state;
	it.servers[0].hook = close_at_dot;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.recipients = 2}, id);
	runner_run(&it);
	assert_int_equal(it.facts.uncertain, 1);
	assert_int_equal(runner_events(&it, OX_EVENT_UNCERTAIN), 2);
	ox_claim *claim = runner_look(&it, id, &place);
	assert_int_equal(place.state, OX_SPOOL_DEFERRED);
	assert_int_equal(ox_claim_record(claim)->tries, 1);
	assert_int_equal(ox_claim_record(claim)->uncertain_count, 0); /* counted, so not counted again */
	ox_claim_release(claim);
	runner_forget_state(&it);
	runner_retry(&it, id);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
	assert_int_equal(it.facts.uncertain, 0);
	assert_int_equal(left(), 0);
}

static void who_would_rather_not_have_it_twice_has_it_held(void **state)
{
	(void)state;
	it.servers[0].hook = close_at_dot;
	runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.flags = OX_SPOOL_HOLD_UNCERTAIN}, NULL);
	runner_run(&it);
	assert_int_equal(it.facts.held, 1);
	assert_int_equal(runner_count(&it, OX_SPOOL_HELD), 1);
	assert_int_equal(runner_events(&it, OX_EVENT_HELD), 1);
}

/* A runner that died between the end of data and its reply leaves such a file. */
static void leave_intent(const char *id)
{
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	assert_int_equal(ox_spool_find(it.spool, id, &place, &it.error), OX_OK);
	assert_int_equal(ox_claim_open(it.spool, &place, ox_wall_clock_ms(), &claim, &fate, &it.error), OX_OK);
	assert_int_equal(ox_claim_intend(claim, ox_wall_clock_ms(), &it.error), OX_OK);
	ox_claim_release(claim);
}

static void what_a_dead_runner_left_is_counted_once_and_sent_or_held(void **state)
{
	char id[OX_SPOOL_ID_SIZE + 1], careful[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.subject = "resend"}, id);
	runner_queue(&it, it.spool, &(runner_message){.subject = "hold", .flags = OX_SPOOL_HOLD_UNCERTAIN}, careful);
	leave_intent(id);
	leave_intent(careful);
	runner_run(&it);
	assert_int_equal(it.facts.uncertain, 2);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
	assert_string_equal(server->subjects[0], "resend");
	assert_int_equal(runner_count(&it, OX_SPOOL_HELD), 1);
	ox_run_totals totals = {0};
	assert_int_equal(ox_run_totals_read(it.spool, &totals, &it.error), OX_OK);
	assert_int_equal(totals.uncertain, 2);
}

/* The connection ends whenever one message comes. */
static smtp_play poison(smtp_peer *peer, const char *line)
{
	(void)peer;
	return smtp_is(line, "RCPT TO:<r3@") ? PLAY_CLOSE : PLAY_ON;
}

static void one_that_kills_every_connection_does_not_stop_the_others(void **state)
{
	char bad[OX_SPOOL_ID_SIZE + 1];
	(void)state;
	it.servers[0].hook = poison;
	smtp_server *server = runner_server(&it, "main", "", "&window=1");
	runner_queue(&it, it.spool, &(runner_message){.recipients = 4, .class = OX_SPOOL_URGENT}, bad);
	runner_queue_many(&it, 20, "main");
	for (int i = 0; i < 10 && runner_count(&it, OX_SPOOL_DUE); i++) {
		runner_forget_state(&it);
		runner_run(&it);
	}
	assert_int_equal(smtp_server_count(server, &server->accepted), 20);
	assert_int_equal(runner_count(&it, OX_SPOOL_DEFERRED), 1);
	assert_int_equal(runner_tries(&it, bad), 1);
}

/* One more option in a saved profile. */
static void set_in_profile(const char *name, const char *value)
{
	char path[128];
	bool written;
	ox_profile profile;
	snprintf(path, sizeof path, "%s/p", it.folder);
	ox_profile_init(&profile);
	assert_int_equal(ox_profile_load(path, "main", true, &profile, &it.error), OX_OK);
	assert_int_equal(ox_profile_set(&profile, name, ox_slice_of(value), &it.error), OX_OK);
	assert_int_equal(ox_profile_save(path, "main", &profile, &written, &it.error), OX_OK);
	ox_profile_clear(&profile);
}

static void recipients_go_in_parts_as_the_profile_says(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	set_in_profile("recipients_max", "2");
	runner_queue(&it, it.spool, &(runner_message){.recipients = 5}, NULL);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 3);
	assert_int_equal(it.facts.accepted, 5);
	assert_int_equal(it.facts.sent, 1);
	assert_int_equal(left(), 0);
}

static void a_rate_is_kept_and_the_run_waits_for_it(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	set_in_profile("rate_second", "10");
	set_in_profile("rate_day", "25");
	runner_queue_many(&it, 40, "main");
	uint64_t begun = ox_clock_ms();
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 25);
	assert_in_range(ox_clock_ms() - begun, 2000, 20000);
	/* The day's count outlives the process. */
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 25);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 15);
	assert_true(it.facts.next_ms > ox_wall_clock_ms() + 3600000);
}

static void the_urgent_overtake(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "&window=1");
	for (int i = 0; i < 30; i++) {
		runner_queue(&it, it.spool, &(runner_message){.subject = "news", .class = OX_SPOOL_BULK}, NULL);
	}
	runner_queue(&it, it.spool, &(runner_message){.subject = "reset", .class = OX_SPOOL_URGENT}, NULL);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 31);
	bool early = false;
	for (int i = 0; i < 3; i++) {
		early = early || !strcmp(server->subjects[i], "reset");
	}
	assert_true(early);
}

static void what_is_over_fails_visibly_and_is_not_sent(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.expires_ms = ox_wall_clock_ms() + 1}, NULL);
	smtp_pause(5);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->mails), 0);
	assert_int_equal(it.facts.expired, 1);
	assert_int_equal(runner_count(&it, OX_SPOOL_FAILED), 1);
	assert_int_equal(runner_events(&it, OX_EVENT_EXPIRED), 1);
}

static void a_later_message_waits_for_its_time(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.send_at_ms = ox_wall_clock_ms() + 1200}, NULL);
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->mails), 0);
	it.options.mode = OX_RUN_EMPTY;
	uint64_t begun = ox_clock_ms();
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 1);
	assert_in_range(ox_clock_ms() - begun, 300, 5000);
}

static void a_second_runner_finds_the_first(void **state)
{
	ox_runner *first = NULL, *second = NULL;
	(void)state;
	runner_server(&it, "main", "", "");
	ox_spool *other = runner_open_spool(&it);
	assert_int_equal(ox_runner_open(it.spool, &it.options, &first, &it.error), OX_OK);
	it.options.lock_wait_ms = 50;
	assert_int_equal(ox_runner_open(other, &it.options, &second, &it.error), OX_AGAIN);
	assert_null(second);
	ox_runner_free(first);
	assert_int_equal(ox_runner_open(other, &it.options, &second, &it.error), OX_OK);
	ox_runner_free(second);
	ox_spool_free(other);
}

static void a_bound_of_messages_is_kept(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 50, "main");
	it.options.messages_max = 7;
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 7);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 43);
}

static void a_full_index_takes_the_rest_from_the_disk(void **state)
{
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 300, "gone");
	runner_queue_many(&it, 300, "main");
	runner_run(&it);
	assert_int_equal(smtp_server_count(server, &server->accepted), 300);
	assert_true(it.facts.more_on_disk);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 300);
}

#define WITH_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SPOOL(a_queued_message_arrives_and_leaves_nothing_behind),
		WITH_SPOOL(many_messages_share_few_connections),
		WITH_SPOOL(threads_that_wait_for_the_disk_change_nothing),
		WITH_SPOOL(a_connection_is_left_after_its_number_of_messages),
		WITH_SPOOL(plain_data_without_any_extension_works_too),
		WITH_SPOOL(each_recipient_has_its_own_fate_and_only_the_rest_is_tried_again),
		WITH_SPOOL(a_refused_message_fails_and_no_connection_suffers),
		WITH_SPOOL(a_wrong_password_pauses_and_the_right_one_repairs_the_queue),
		WITH_SPOOL(a_status_reader_sees_why_a_profile_is_paused),
		WITH_SPOOL(a_relay_that_is_down_costs_no_message_a_try),
		WITH_SPOOL(a_missing_profile_keeps_its_mail_and_hinders_nobody),
		WITH_SPOOL(without_a_reply_to_the_end_of_data_a_message_is_uncertain_and_sent_again),
		WITH_SPOOL(who_would_rather_not_have_it_twice_has_it_held),
		WITH_SPOOL(what_a_dead_runner_left_is_counted_once_and_sent_or_held),
		WITH_SPOOL(one_that_kills_every_connection_does_not_stop_the_others),
		WITH_SPOOL(recipients_go_in_parts_as_the_profile_says),
		WITH_SPOOL(a_rate_is_kept_and_the_run_waits_for_it),
		WITH_SPOOL(the_urgent_overtake),
		WITH_SPOOL(what_is_over_fails_visibly_and_is_not_sent),
		WITH_SPOOL(a_later_message_waits_for_its_time),
		WITH_SPOOL(a_second_runner_finds_the_first),
		WITH_SPOOL(a_bound_of_messages_is_kept),
		WITH_SPOOL(a_full_index_takes_the_rest_from_the_disk),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests_name("runner", tests, NULL, NULL);
	ox_dial_shutdown();
	return failed;
}
