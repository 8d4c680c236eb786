/* SPDX-License-Identifier: MIT */
/* A server that says nothing is asked once whether it waits for TLS. */
#include "test.h"

#include "client_fixture.h"
#include "tls_fixture.h"

static client_case it;
static ox_check checked;

static int set_up(void **state)
{
	(void)state;
	memset(&it, 0, sizeof it);
	it.server.offers = "PIPELINING";
	return 0;
}

/* Dials in plain text, fails, and returns how long it took. */
static uint64_t fail_to_connect(const char *options)
{
	uint64_t begun = ox_clock_ms();
	client_begin(&it, "smtp", "", options);
	assert_int_equal(ox_client_check(it.pool, &it.relay, &it.environment, &checked, &it.trace, &it.error),
		OX_E_FAILED);
	assert_int_equal(it.error.stage, OX_STAGE_GREETING);
	return ox_clock_ms() - begun;
}

static void assert_timed_out(void)
{
	assert_int_equal(it.error.class, OX_ERROR_TIMEOUT);
	assert_int_equal(it.error.fact, OX_FACT_NONE);
}

static void a_port_that_waits_for_tls_is_named(void **state)
{
	static const char *const modes[] = {"&timeout=0.1", "&timeout=0.1&tls=none",
		"&timeout=0.1&tls=opportunistic"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(modes); i++) {
		set_up(NULL);
		it.server.context = tls_good_context;
		it.server.implicit = true;
		fail_to_connect(modes[i]);
		assert_int_equal(it.error.class, OX_ERROR_PROTOCOL);
		assert_int_equal(it.error.fact, OX_FACT_PEER_SPEAKS_TLS);
		assert_int_equal(it.error.retry, OX_RETRY_LATER);
		assert_int_equal(checked.stages[checked.count - 1].stage, OX_STAGE_GREETING);
		assert_false(checked.stages[checked.count - 1].ok);
		assert_int_equal(smtp_server_count(&it.server, &it.server.connections), 1);
		client_end(&it);
	}
}

static void a_port_with_tls_1_3_alone_is_named_by_its_alert(void **state)
{
	(void)state;
	assert_int_equal(SSL_CTX_set_min_proto_version(tls_good_context, TLS1_3_VERSION), 1);
	it.server.context = tls_good_context;
	it.server.implicit = true;
	fail_to_connect("&timeout=0.1");
	(void)SSL_CTX_set_min_proto_version(tls_good_context, TLS1_2_VERSION);
	assert_int_equal(it.error.fact, OX_FACT_PEER_SPEAKS_TLS);
	client_end(&it);
}

static smtp_play say_nothing(smtp_peer *peer, const char *line)
{
	(void)peer;
	return strcmp(line, "CONNECT") ? PLAY_ON : PLAY_HANDLED;
}

static void silence_without_tls_stays_a_timeout_that_ends_soon(void **state)
{
	(void)state;
	it.server.hook = say_nothing;
	uint64_t took = fail_to_connect("&timeout=0.1");
	assert_timed_out();
	assert_true(took < 2500);
	client_end(&it);
}

static smtp_play answer_like_the_web(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "CONNECT")) {
		smtp_wait_readable(peer);
		smtp_say(peer, "HTTP/1.1 400 Bad Request\r\n\r\n");
		return PLAY_CLOSE;
	}
	return PLAY_ON;
}

static void a_web_server_is_named_too(void **state)
{
	(void)state;
	it.server.hook = answer_like_the_web;
	fail_to_connect("&timeout=0.1");
	assert_int_equal(it.error.fact, OX_FACT_PEER_SPEAKS_HTTP);
	client_end(&it);
}

static smtp_play greet_late(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "CONNECT")) {
		smtp_wait_readable(peer); /* the question has come: it is too late */
		smtp_say(peer, "220 here I am\r\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void a_greeting_behind_the_deadline_is_not_gone_on_with(void **state)
{
	(void)state;
	it.server.hook = greet_late;
	fail_to_connect("&timeout=0.1");
	assert_timed_out();
	assert_null(strstr(it.trace.transcript, "EHLO"));
	client_end(&it);
}

static smtp_play begin_to_greet(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "CONNECT")) {
		smtp_say(peer, "220 one mom");
		smtp_wait_readable(peer);
		smtp_say(peer, "\x15\x03\x01\x00\x02\x02\x28");
		return PLAY_CLOSE;
	}
	return PLAY_ON;
}

static void a_server_that_has_begun_to_greet_is_not_asked(void **state)
{
	(void)state;
	it.server.hook = begin_to_greet;
	fail_to_connect("&timeout=0.1");
	assert_timed_out();
	client_end(&it);
}

static void nothing_is_asked_when_the_whole_time_is_over(void **state)
{
	(void)state;
	it.server.context = tls_good_context;
	it.server.implicit = true;
	client_begin(&it, "smtp", "", "&timeout=5&total_timeout=0.2");
	uint64_t begun = ox_clock_ms();
	assert_int_equal(client_send(&it, 0, 1), OX_E_FAILED);
	assert_timed_out();
	assert_true(ox_clock_ms() - begun < 1500);
	client_end(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_port_that_waits_for_tls_is_named, set_up),
		cmocka_unit_test_setup(a_port_with_tls_1_3_alone_is_named_by_its_alert, set_up),
		cmocka_unit_test_setup(silence_without_tls_stays_a_timeout_that_ends_soon, set_up),
		cmocka_unit_test_setup(a_web_server_is_named_too, set_up),
		cmocka_unit_test_setup(a_greeting_behind_the_deadline_is_not_gone_on_with, set_up),
		cmocka_unit_test_setup(a_server_that_has_begun_to_greet_is_not_asked, set_up),
		cmocka_unit_test_setup(nothing_is_asked_when_the_whole_time_is_over, set_up),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, tls_set_up, tls_tear_down);
	ox_dial_shutdown();
	return failed;
}
