/* SPDX-License-Identifier: MIT */
/* What becomes of messages whose connection is lost, falls silent or is given up. */
#include "test.h"

#include "client_fixture.h"

#define CHUNKING "PIPELINING CHUNKING 8BITMIME ENHANCEDSTATUSCODES"
#define PLAIN    "&tls=none"

static client_case it;

static int set_up(void **state)
{
	(void)state;
	memset(&it, 0, sizeof it);
	it.server.offers = CHUNKING;
	return 0;
}

static ox_outcome outcome(size_t message)
{
	return it.messages[message].results[0].outcome;
}

static void assert_sent(size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		if (outcome(i) != OX_OUTCOME_SENT) {
			fail_msg("message %zu is %s: %s", i, ox_outcome_name(outcome(i)),
				it.messages[i].results[0].text);
		}
		assert_int_equal(it.deliveries[i].error.class, OX_ERROR_NONE);
	}
}

static void assert_counts(unsigned connections, unsigned accepted)
{
	assert_int_equal(smtp_server_count(&it.server, &it.server.connections), connections);
	assert_int_equal(smtp_server_count(&it.server, &it.server.accepted), accepted);
}

/* After its first message the server closes the idle connection. */
static smtp_play close_when_idle(smtp_peer *peer, const char *line)
{
	return !strcmp(line, "IDLE") && peer->number == 0 ? PLAY_CLOSE : PLAY_ON;
}

static void a_connection_closed_while_idle_is_replaced_unseen(void **state)
{
	(void)state;
	it.server.hook = close_when_idle;
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	smtp_server_await(&it.server, &it.server.closed, 1);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_sent(0, 2);
	assert_false(it.deliveries[1].again);
	assert_int_equal(ox_pool_facts_of(it.pool).stale, 1);
	assert_counts(2, 2);
	client_end(&it);
}

static smtp_play say_421_when_idle(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "IDLE") && peer->number == 0) {
		smtp_say(peer, "421 4.4.2 idle for too long\r\n");
		return PLAY_CLOSE;
	}
	return PLAY_ON;
}

static void an_idle_421_is_not_taken_for_a_reply(void **state)
{
	(void)state;
	it.server.hook = say_421_when_idle;
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	smtp_server_await(&it.server, &it.server.closed, 1);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_sent(0, 2);
	assert_counts(2, 2);
	client_end(&it);
}

static smtp_play close_at_second_mail(smtp_peer *peer, const char *line)
{
	return smtp_is(line, "MAIL") && peer->number == 0 && peer->mails == 2 ? PLAY_CLOSE : PLAY_ON;
}

static void a_reused_connection_that_closes_at_mail_is_replaced_unseen(void **state)
{
	(void)state;
	it.server.hook = close_at_second_mail;
	it.server.offers = "PIPELINING";
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_sent(0, 2);
	assert_true(it.deliveries[1].again);
	assert_int_equal(it.error.class, OX_ERROR_NONE);
	assert_counts(2, 2);
	client_end(&it);
}

/* It leaves with the second message unread: its system answers with a reset. */
static smtp_play leave_unread(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "IDLE") && peer->number == 0) {
		smtp_wait_readable(peer);
		return PLAY_CLOSE;
	}
	return PLAY_ON;
}

static void a_message_that_was_provably_not_read_goes_out_again(void **state)
{
	(void)state;
	it.server.hook = leave_unread;
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_int_equal(client_send(&it, 1, 3), OX_OK);
	assert_sent(0, 4);
	assert_true(it.deliveries[1].again);
	assert_false(it.deliveries[2].again);
	assert_counts(2, 4);
	client_end(&it);
}

static smtp_play close_at_second_dot(smtp_peer *peer, const char *line)
{
	return !strcmp(line, "DOT") && peer->mails == 2 ? PLAY_CLOSE : PLAY_ON;
}

static void a_connection_lost_after_the_message_leaves_it_unknown(void **state)
{
	static const char *const offers[] = {"PIPELINING", CHUNKING};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(offers); i++) {
		set_up(NULL);
		it.server.hook = close_at_second_dot;
		it.server.offers = offers[i];
		client_begin(&it, "smtp", "", PLAIN);
		assert_int_equal(client_send(&it, 0, 1), OX_OK);
		assert_int_equal(client_send(&it, 1, 1), OX_OK);
		assert_int_equal(outcome(1), OX_OUTCOME_UNKNOWN);
		assert_int_equal(it.deliveries[1].error.retry, OX_RETRY_UNKNOWN);
		assert_false(it.deliveries[1].again);
		assert_counts(1, 1);
		client_end(&it);
	}
}

static smtp_play close_at_mail(smtp_peer *peer, const char *line)
{
	(void)peer;
	return smtp_is(line, "MAIL") ? PLAY_CLOSE : PLAY_ON;
}

static void a_fresh_connection_that_dies_is_not_tried_again(void **state)
{
	(void)state;
	it.server.hook = close_at_mail;
	it.server.offers = "PIPELINING";
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_int_equal(outcome(0), OX_OUTCOME_DEFERRED);
	assert_int_equal(it.deliveries[0].error.class, OX_ERROR_CONNECT);
	assert_counts(1, 0);
	client_end(&it);
}

static void a_refused_connection_fails_every_message(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN);
	it.relay.port = 1;
	assert_int_equal(client_send(&it, 0, 3), OX_E_FAILED);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(outcome(i), OX_OUTCOME_DEFERRED);
		assert_int_equal(it.deliveries[i].error.stage, OX_STAGE_CONNECT);
		assert_int_equal(it.deliveries[i].error.fact, OX_FACT_ERRNO);
	}
	assert_int_equal(it.error.stage, OX_STAGE_CONNECT);
	client_end(&it);
}

static const char *silent_at; /* from there on */
static bool is_silent;

static smtp_play fall_silent(smtp_peer *peer, const char *line)
{
	bool *silent = peer->server->context_of_hook;
	*silent = *silent || smtp_is(line, silent_at);
	return *silent ? PLAY_HANDLED : PLAY_ON;
}

static void silence_ends_at_the_deadline_of_its_stage(void **state)
{
	static const struct {
		const char *at;
		ox_stage stage;
		ox_outcome outcome;
		int status;
	} cases[] = {
		{"CONNECT", OX_STAGE_GREETING, OX_OUTCOME_DEFERRED, OX_E_FAILED},
		{"EHLO", OX_STAGE_EHLO, OX_OUTCOME_DEFERRED, OX_E_FAILED},
		{"AUTH", OX_STAGE_AUTH, OX_OUTCOME_DEFERRED, OX_E_FAILED},
		{"MAIL", OX_STAGE_MAIL, OX_OUTCOME_DEFERRED, OX_OK},
		{"RCPT", OX_STAGE_RCPT, OX_OUTCOME_DEFERRED, OX_OK},
		{"DATA", OX_STAGE_DATA, OX_OUTCOME_DEFERRED, OX_OK},
		{"DOT", OX_STAGE_DOT, OX_OUTCOME_UNKNOWN, OX_OK},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		set_up(NULL);
		silent_at = cases[i].at;
		is_silent = false;
		it.server.context_of_hook = &is_silent;
		it.server.hook = fall_silent;
		it.server.offers = "AUTH_PLAIN";
		client_begin(&it, "smtp", "me:secret@", PLAIN "&timeout=0.1");
		uint64_t before = ox_clock_ms();
		assert_int_equal(client_send(&it, 0, 1), cases[i].status);
		uint64_t took = ox_clock_ms() - before;
		assert_int_equal(outcome(0), cases[i].outcome);
		assert_int_equal(it.deliveries[0].error.class, OX_ERROR_TIMEOUT);
		assert_int_equal(it.deliveries[0].error.stage, cases[i].stage);
		uint64_t limit = cases[i].stage == OX_STAGE_DOT ? 100 * OX_RELAY_DOT_TIMEOUT_FACTOR : 100;
		assert_in_range(took, limit, limit + 2000);
		assert_int_equal(ox_pool_facts_of(it.pool).idle, 0);
		assert_counts(1, 0);
		client_end(&it);
	}
}

static smtp_play trickle(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "EHLO")) {
		while (!peer->ended) {
			smtp_say(peer, "2");
			smtp_pause(10);
			smtp_say(peer, "50-x\r\n");
			smtp_pause(10);
		}
	}
	return PLAY_ON;
}

static void a_trickle_is_no_progress(void **state)
{
	(void)state;
	it.server.hook = trickle;
	client_begin(&it, "smtp", "", PLAIN "&timeout=0.3");
	uint64_t before = ox_clock_ms();
	assert_int_equal(client_send(&it, 0, 1), OX_E_FAILED);
	assert_in_range(ox_clock_ms() - before, 300, 2300);
	assert_int_equal(it.error.class, OX_ERROR_TIMEOUT);
	assert_int_equal(it.error.stage, OX_STAGE_EHLO);
	client_end(&it);
}

static smtp_play answer_slowly(smtp_peer *peer, const char *line)
{
	(void)peer, (void)line;
	smtp_pause(100);
	return PLAY_ON;
}

static void the_total_limit_bounds_a_slow_dialogue(void **state)
{
	(void)state;
	it.server.hook = answer_slowly;
	client_begin(&it, "smtp", "", PLAIN "&timeout=10&total_timeout=0.25");
	uint64_t before = ox_clock_ms();
	(void)client_send(&it, 0, 1);
	assert_in_range(ox_clock_ms() - before, 250, 2250);
	assert_int_equal(it.deliveries[0].error.class, OX_ERROR_TIMEOUT);
	client_end(&it);
}

static void a_server_that_loses_pipelined_commands_is_served_one_by_one(void **state)
{
	(void)state;
	it.server.offers = "PIPELINING";
	it.server.lossy = true;
	client_begin(&it, "smtp", "", PLAIN "&timeout=0.2");
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_sent(0, 1);
	assert_true(it.deliveries[0].again);
	assert_counts(2, 1);
	assert_int_equal(ox_pool_quirks(it.pool, &it.relay), OX_QUIRK_NO_PIPELINING);
	assert_int_equal(client_send(&it, 1, 2), OX_OK);
	assert_sent(1, 2);
	assert_false(it.deliveries[1].again);
	client_end(&it);
}

static void silence_teaches_nothing_by_itself(void **state)
{
	(void)state;
	it.server.offers = "PIPELINING";
	silent_at = "MAIL";
	is_silent = false;
	it.server.context_of_hook = &is_silent;
	it.server.hook = fall_silent;
	client_begin(&it, "smtp", "", PLAIN "&timeout=0.1");
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_int_equal(outcome(0), OX_OUTCOME_DEFERRED);
	assert_counts(1, 0);
	assert_int_equal(ox_pool_quirks(it.pool, &it.relay), 0);
	client_end(&it);
}

static void a_source_that_fails_harms_no_other_message(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN "&window=8");
	for (size_t i = 0; i < 6; i++) {
		client_prepare(&it, i, 1, 300000);
	}
	it.messages[2].fail_at = 100000;
	assert_int_equal(client_send_prepared(&it, 0, 6), OX_OK);
	client_release(&it, 0, 6);
	assert_sent(0, 2);
	assert_sent(3, 3);
	assert_int_equal(outcome(2), OX_OUTCOME_DEFERRED);
	assert_int_equal(it.deliveries[2].error.fact, OX_FACT_BODY_SOURCE);
	assert_counts(2, 5);
	client_end(&it);
}

static smtp_play refuse_early(smtp_peer *peer, const char *line)
{
	if (!smtp_is(line, "DATA")) {
		return PLAY_ON;
	}
	smtp_say(peer, "354 go\r\n");
	smtp_wait_readable(peer);
	smtp_say(peer, "552 5.3.4 too large\r\n");
	smtp_pause(50);
	return PLAY_CLOSE;
}

static void a_refusal_in_the_middle_of_a_body_is_heard(void **state)
{
	(void)state;
	it.server.offers = "PIPELINING";
	it.server.hook = refuse_early;
	client_begin(&it, "smtp", "", PLAIN);
	client_prepare(&it, 0, 1, 40000000);
	assert_int_equal(client_send_prepared(&it, 0, 1), OX_OK);
	client_release(&it, 0, 1);
	assert_int_equal(outcome(0), OX_OUTCOME_REJECTED);
	assert_int_equal(it.messages[0].results[0].code, 552);
	client_end(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_connection_closed_while_idle_is_replaced_unseen, set_up),
		cmocka_unit_test_setup(an_idle_421_is_not_taken_for_a_reply, set_up),
		cmocka_unit_test_setup(a_reused_connection_that_closes_at_mail_is_replaced_unseen, set_up),
		cmocka_unit_test_setup(a_message_that_was_provably_not_read_goes_out_again, set_up),
		cmocka_unit_test_setup(a_connection_lost_after_the_message_leaves_it_unknown, set_up),
		cmocka_unit_test_setup(a_fresh_connection_that_dies_is_not_tried_again, set_up),
		cmocka_unit_test_setup(a_refused_connection_fails_every_message, set_up),
		cmocka_unit_test_setup(silence_ends_at_the_deadline_of_its_stage, set_up),
		cmocka_unit_test_setup(a_trickle_is_no_progress, set_up),
		cmocka_unit_test_setup(the_total_limit_bounds_a_slow_dialogue, set_up),
		cmocka_unit_test_setup(a_server_that_loses_pipelined_commands_is_served_one_by_one, set_up),
		cmocka_unit_test_setup(silence_teaches_nothing_by_itself, set_up),
		cmocka_unit_test_setup(a_source_that_fails_harms_no_other_message, set_up),
		cmocka_unit_test_setup(a_refusal_in_the_middle_of_a_body_is_heard, set_up),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	ox_dial_shutdown();
	return failed;
}
