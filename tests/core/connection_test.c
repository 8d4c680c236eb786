/* SPDX-License-Identifier: MIT */
/* One connection, driven step by step. */
#include "test.h"

#include <sys/resource.h>

#include "client_fixture.h"
#include "tls_fixture.h"

static client_case it;

static int set_up(void **state)
{
	(void)state;
	memset(&it, 0, sizeof it);
	it.server.offers = "PIPELINING CHUNKING 8BITMIME";
	return 0;
}

static ox_connection *open_connection(void)
{
	ox_connection *connection = NULL;
	ox_tls_trust *trust = NULL;
	if (it.relay.tls != OX_TLS_NONE) {
		assert_int_equal(ox_pool_trust(it.pool, &it.relay, &it.environment, &trust, &it.error), OX_OK);
	}
	assert_int_equal(ox_connection_open(&it.relay, &it.environment, trust, 0, &connection, &it.error),
		OX_OK);
	ox_tls_trust_free(trust);
	return connection;
}

static ox_connection *ready_connection(void)
{
	ox_connection *connection = open_connection();
	if (client_drive(connection, &it.error) != OX_OK) {
		fail_msg("%s", it.error.text);
	}
	return connection;
}

static void begin_plain(const char *options)
{
	char all[256];
	snprintf(all, sizeof all, "&tls=none%s", options);
	client_begin(&it, "smtp", "", all);
}

static void begin_encrypted(const char *scheme)
{
	char options[256];
	snprintf(options, sizeof options, "&ca_file=%s", tls_ca_file);
	it.server.context = tls_good_context;
	it.server.implicit = !strcmp(scheme, "smtps");
	client_begin(&it, scheme, "", options);
}

static void opening_does_not_wait(void **state)
{
	(void)state;
	begin_plain("");
	ox_connection *connection = open_connection();
	assert_null(ox_connection_session(connection));
	assert_string_equal(ox_connection_transcript(connection), "");
	assert_string_equal(ox_connection_tls(connection), "");
	ox_delivery delivery = {0};
	assert_int_equal(ox_connection_submit(connection, &delivery), OX_E_USAGE);
	ox_connection_free(connection, true);
	client_end(&it);
}

static void a_ready_connection_shows_what_it_is(void **state)
{
	char peer[32];
	(void)state;
	begin_plain("");
	ox_connection *connection = ready_connection();
	snprintf(peer, sizeof peer, "127.0.0.1:%u", it.server.port);
	assert_string_equal(ox_connection_peer(connection), peer);
	assert_string_equal(ox_connection_tls(connection), "");
	assert_non_null(strstr(ox_connection_transcript(connection), "C: EHLO client.example\n"));
	assert_true(ox_connection_is_reusable(connection, &it.relay));
	assert_int_equal(ox_connection_timings(connection)->round_trips, 3);
	ox_connection_free(connection, true);
	smtp_server_await(&it.server, &it.server.quits, 1);
	client_end(&it);
}

static void tls_is_shown_and_resumed(void **state)
{
	(void)state;
	static const char *const schemes[] = {"smtps", "smtp"};
	for (size_t i = 0; i < OX_COUNT(schemes); i++) {
		set_up(NULL);
		begin_encrypted(schemes[i]);
		for (int turn = 0; turn < 2; turn++) {
			ox_connection *connection = ready_connection();
			assert_int_equal(strncmp(ox_connection_tls(connection), "TLSv1.3", 7), 0);
			assert_int_equal(ox_connection_timings(connection)->tls_resumed, turn);
			assert_true(ox_connection_is_reusable(connection, &it.relay)); /* tickets are no data */
			ox_connection_free(connection, true);
		}
		smtp_server_await(&it.server, &it.server.quits, 2);
		client_end(&it);
	}
}

static smtp_play inject(smtp_peer *peer, const char *line)
{
	if (!smtp_is(line, "STARTTLS")) {
		return PLAY_ON;
	}
	smtp_say(peer, "220 go\r\n250-injected\r\n250 AUTH LOGIN\r\n");
	return PLAY_HANDLED;
}

static void plain_text_behind_starttls_is_refused(void **state)
{
	(void)state;
	it.server.hook = inject;
	begin_encrypted("smtp");
	ox_connection *connection = open_connection();
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	assert_int_equal(it.error.fact, OX_FACT_STARTTLS_INJECTION);
	ox_connection_free(connection, false);
	client_end(&it);
}

static void tls_on_a_plain_port_is_named(void **state)
{
	(void)state;
	char options[256];
	snprintf(options, sizeof options, "&ca_file=%s", tls_ca_file);
	client_begin(&it, "smtps", "", options);
	ox_connection *connection = open_connection();
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	assert_int_equal(it.error.stage, OX_STAGE_TLS);
	assert_int_equal(it.error.fact, OX_FACT_PEER_SPEAKS_PLAIN);
	ox_connection_free(connection, false);
	client_end(&it);
}

static smtp_play speak_tls(smtp_peer *peer, const char *line)
{
	if (!strcmp(line, "CONNECT")) {
		smtp_say(peer, "\x15\x03\x01\x01\x02\x02\n");
		return PLAY_HANDLED;
	}
	return PLAY_ON;
}

static void plain_text_on_a_tls_port_is_named(void **state)
{
	(void)state;
	it.server.hook = speak_tls;
	begin_plain("");
	ox_connection *connection = open_connection();
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	assert_int_equal(it.error.fact, OX_FACT_PEER_SPEAKS_TLS);
	ox_connection_free(connection, false);
	client_end(&it);
}

static void a_message_is_delivered_step_by_step(void **state)
{
	(void)state;
	begin_plain("&window=2&max_messages=3");
	ox_connection *connection = ready_connection();
	for (size_t i = 0; i < 4; i++) {
		client_prepare(&it, i, 1, 0);
	}
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[0]), OX_OK);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[1]), OX_OK);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[2]), OX_E_LIMIT);
	assert_false(ox_connection_is_reusable(connection, &it.relay));
	assert_int_equal(client_drive(connection, &it.error), OX_OK);
	assert_true(it.deliveries[0].done && it.deliveries[1].done);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[2]), OX_OK);
	assert_int_equal(client_drive(connection, &it.error), OX_OK);
	assert_int_equal(it.messages[2].results[0].outcome, OX_OUTCOME_SENT);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[3]), OX_E_LIMIT);
	assert_false(ox_connection_is_reusable(connection, &it.relay)); /* it has had its three */
	ox_connection_free(connection, true);
	client_release(&it, 0, 4);
	client_end(&it);
}

static void failures_stick(void **state)
{
	ox_error again = {0};
	(void)state;
	it.server.hook = speak_tls;
	begin_plain("");
	ox_connection *connection = open_connection();
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	assert_int_equal(ox_connection_step(connection, &again), OX_E_FAILED);
	assert_string_equal(again.text, it.error.text);
	assert_false(ox_connection_is_reusable(connection, &it.relay));
	client_prepare(&it, 0, 1, 0);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[0]), OX_E_USAGE);
	client_release(&it, 0, 1);
	ox_connection_free(connection, true);
	client_end(&it);
}

static smtp_play hold_body(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "DATA")) {
		smtp_say(peer, "354 go\r\n");
		smtp_wait_readable(peer); /* and reads nothing more until the client has left */
		smtp_server_await(peer->server, peer->server->context_of_hook, 1);
		return PLAY_CLOSE;
	}
	return PLAY_ON;
}

static void a_server_that_stops_reading_hits_the_deadline(void **state)
{
	unsigned left = 0;
	(void)state;
	it.server.offers = "PIPELINING";
	it.server.hook = hold_body;
	it.server.context_of_hook = &left;
	begin_plain("&timeout=0.2");
	ox_connection *connection = ready_connection();
	client_prepare(&it, 0, 1, 40000000);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[0]), OX_OK);
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	assert_int_equal(it.error.class, OX_ERROR_TIMEOUT);
	assert_int_equal(it.error.stage, OX_STAGE_BODY);
	assert_true(it.deliveries[0].done);
	assert_int_equal(it.messages[0].results[0].outcome, OX_OUTCOME_DEFERRED);
	ox_connection_free(connection, false);
	client_release(&it, 0, 1);
	pthread_mutex_lock(&it.server.lock);
	left = 1;
	pthread_cond_broadcast(&it.server.changed);
	pthread_mutex_unlock(&it.server.lock);
	client_end(&it);
}

static void waiting_costs_no_processor(void **state)
{
	struct rusage before, after;
	(void)state;
	unsigned left = 0;
	it.server.offers = NULL;
	it.server.hook = hold_body;
	it.server.context_of_hook = &left;
	begin_plain("&timeout=0.5");
	ox_connection *connection = ready_connection();
	client_prepare(&it, 0, 1, 40000000);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[0]), OX_OK);
	for (int i = 0; i < 200 && ox_connection_step(connection, &it.error) == OX_AGAIN &&
		it.messages[0].largest == 0; i++) {
		ox_connection_wait(connection, UINT64_MAX);
	}
	getrusage(RUSAGE_THREAD, &before);
	assert_int_equal(client_drive(connection, &it.error), OX_E_FAILED);
	getrusage(RUSAGE_THREAD, &after);
	long used_us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000L +
		after.ru_utime.tv_usec - before.ru_utime.tv_usec;
	assert_true(used_us < 300000); /* of half a second of waiting, the body's octets included */
	ox_connection_free(connection, false);
	client_release(&it, 0, 1);
	pthread_mutex_lock(&it.server.lock);
	left = 1;
	pthread_cond_broadcast(&it.server.changed);
	pthread_mutex_unlock(&it.server.lock);
	client_end(&it);
}

static void a_name_is_chosen_for_ehlo(void **state)
{
	(void)state;
	begin_plain("");
	it.environment.ehlo = "environment.example";
	ox_connection *connection = ready_connection();
	assert_non_null(strstr(ox_connection_transcript(connection), "C: EHLO client.example\n"));
	ox_connection_free(connection, true);
	ox_free(it.relay.ehlo);
	it.relay.ehlo = NULL;
	connection = ready_connection();
	assert_non_null(strstr(ox_connection_transcript(connection), "C: EHLO environment.example\n"));
	ox_connection_free(connection, true);
	it.environment.ehlo = NULL;
	connection = ready_connection();
	/* The machine's name where it is whole, else the address: in both there is a dot. */
	const char *said = strstr(ox_connection_transcript(connection), "C: EHLO ");
	assert_non_null(said);
	assert_true(strcspn(said, ".") < strcspn(said, "\n"));
	assert_null(strstr(said, "EHLO localhost"));
	ox_connection_free(connection, true);
	client_end(&it);
}

static void connect_once(void)
{
	ox_connection *connection = NULL;
	ox_tls_trust *trust = NULL;
	ox_error error = {0};
	int status = ox_pool_trust(it.pool, &it.relay, &it.environment, &trust, &error);
	if (status == OX_OK) {
		status = ox_connection_open(&it.relay, &it.environment, trust, 0, &connection, &error);
	}
	if (status == OX_OK) {
		status = client_drive(connection, &error);
	}
	assert_true(status == OX_OK || error.class != OX_ERROR_NONE);
	ox_connection_free(connection, true);
	ox_tls_trust_free(trust);
}

static void running_out_of_memory_is_an_error_like_others(void **state)
{
	(void)state;
	begin_encrypted("smtp");
	ox_test_failing_allocations(connect_once);
	client_end(&it);
}

static void many_connections_live_in_one_outer_loop(void **state)
{
	enum { MANY = 6 };
	ox_connection *connections[MANY];
	bool ready[MANY] = {false};
	size_t left = MANY, turns = 0;
	(void)state;
	begin_plain("");
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(
			ox_connection_open(&it.relay, &it.environment, NULL, 0, &connections[i], &it.error), OX_OK);
	}
	while (left && turns++ < 10000) {
		ox_wait waits[MANY * OX_CONNECTION_SOCKETS_MAX];
		size_t count = 0, from[MANY + 1];
		uint64_t nearest = UINT64_MAX, now = ox_clock_ms();
		for (size_t i = 0; i < MANY; i++) {
			uint64_t until;
			from[i] = count;
			count += ready[i] ? 0
				: ox_connection_interest(connections[i], &waits[count], OX_COUNT(waits) - count, &until);
			nearest = !ready[i] && until < nearest ? until : nearest;
		}
		from[MANY] = count;
		(void)ox_socket_wait_many(waits, count, nearest > now ? (int)(nearest - now) : 0);
		for (size_t i = 0; i < MANY; i++) {
			ox_connection_woken(connections[i], &waits[from[i]], from[i + 1] - from[i]);
			int status = ready[i] ? OX_AGAIN : ox_connection_step(connections[i], &it.error);
			assert_int_not_equal(status, OX_E_FAILED);
			left -= status == OX_OK;
			ready[i] = ready[i] || status == OX_OK;
		}
	}
	assert_int_equal(left, 0);
	/* It waits: a loop that turns round and round would take thousands of turns. */
	assert_in_range(turns, 1, 200);
	for (size_t i = 0; i < MANY; i++) {
		ox_connection_free(connections[i], true);
	}
	client_end(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(opening_does_not_wait, set_up),
		cmocka_unit_test_setup(a_ready_connection_shows_what_it_is, set_up),
		cmocka_unit_test_setup(tls_is_shown_and_resumed, set_up),
		cmocka_unit_test_setup(plain_text_behind_starttls_is_refused, set_up),
		cmocka_unit_test_setup(tls_on_a_plain_port_is_named, set_up),
		cmocka_unit_test_setup(plain_text_on_a_tls_port_is_named, set_up),
		cmocka_unit_test_setup(a_message_is_delivered_step_by_step, set_up),
		cmocka_unit_test_setup(failures_stick, set_up),
		cmocka_unit_test_setup(a_server_that_stops_reading_hits_the_deadline, set_up),
		cmocka_unit_test_setup(waiting_costs_no_processor, set_up),
		cmocka_unit_test_setup(many_connections_live_in_one_outer_loop, set_up),
		cmocka_unit_test_setup(a_name_is_chosen_for_ehlo, set_up),
		cmocka_unit_test_setup(running_out_of_memory_is_an_error_like_others, set_up),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, tls_set_up, tls_tear_down);
	ox_dial_shutdown();
	return failed;
}
