/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_fixture.h"
#include "tls_fixture.h"

static client_case it;

static int set_up(void **state)
{
	(void)state;
	memset(&it, 0, sizeof it);
	it.server.offers = "PIPELINING CHUNKING";
	client_begin(&it, "smtp", "", "&tls=none");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	client_end(&it);
	return 0;
}

static ox_connection *open_ready(void)
{
	ox_connection *connection = NULL;
	assert_int_equal(ox_connection_open(&it.relay, &it.environment, NULL, 0, &connection, &it.error),
		OX_OK);
	assert_int_equal(client_drive(connection, &it.error), OX_OK);
	return connection;
}

static void give(ox_connection *connection)
{
	ox_pool_give(it.pool, &it.relay, &it.environment, connection);
}

static ox_connection *take(void)
{
	return ox_pool_take(it.pool, &it.relay, &it.environment);
}

static size_t idle(void)
{
	return ox_pool_facts_of(it.pool).idle;
}

static void what_is_given_is_taken_the_last_one_first(void **state)
{
	(void)state;
	ox_connection *a = open_ready(), *b = open_ready();
	give(a);
	give(b);
	assert_int_equal(idle(), 2);
	assert_ptr_equal(take(), b);
	assert_ptr_equal(take(), a);
	assert_null(take());
	assert_int_equal(ox_pool_facts_of(it.pool).reused, 2);
	give(a);
	give(b);
}

static void another_relay_gets_nothing(void **state)
{
	(void)state;
	give(open_ready());
	ox_relay other = it.relay;
	other.port++;
	assert_null(ox_pool_take(it.pool, &other, &it.environment));
	other = it.relay;
	other.verify = !other.verify;
	assert_null(ox_pool_take(it.pool, &other, &it.environment));
	assert_int_equal(idle(), 1);
}

static void another_environment_gets_nothing(void **state)
{
	const ox_address_policy strict = {.allow_private = false};
	const ox_address_policy listed = {.allow_private = true, .allowed_hosts = "mail.example.com"};
	const ox_client_environment others[] = {
		{.policy = &strict}, {.policy = &listed}, {.default_ca_file = "/ca.pem"}, {.ehlo = "a.example"},
	};
	(void)state;
	give(open_ready());
	for (size_t i = 0; i < OX_COUNT(others); i++) {
		assert_null(ox_pool_take(it.pool, &it.relay, &others[i]));
	}
	assert_int_equal(idle(), 1);
}

static void past_its_size_the_longest_unused_one_goes(void **state)
{
	(void)state;
	ox_connection *connections[5];
	for (size_t i = 0; i < 5; i++) {
		connections[i] = open_ready();
	}
	for (size_t i = 0; i < 5; i++) {
		give(connections[i]);
	}
	assert_int_equal(idle(), 4);
	smtp_server_await(&it.server, &it.server.quits, 1);
	for (size_t i = 5; i-- > 1;) {
		ox_connection *taken = take();
		assert_ptr_equal(taken, connections[i]);
		ox_connection_free(taken, true);
	}
	assert_null(take());
	assert_int_equal(ox_pool_facts_of(it.pool).closed, 1);
}

static void an_idle_connection_grows_too_old(void **state)
{
	(void)state;
	give(open_ready());
	it.relay.idle_ms = 1;
	smtp_pause(5);
	assert_null(take());
	assert_int_equal(ox_pool_facts_of(it.pool).expired, 1);
	assert_int_equal(idle(), 0);
	smtp_server_await(&it.server, &it.server.quits, 1);
}

static void a_connection_that_the_server_has_left_is_not_given_out(void **state)
{
	(void)state;
	give(open_ready());
	/* The server hangs up. */
	pthread_mutex_lock(&it.server.lock);
	(void)shutdown(it.server.peers[0]->socket, SHUT_RDWR);
	pthread_mutex_unlock(&it.server.lock);
	smtp_server_await(&it.server, &it.server.closed, 1);
	assert_null(take());
	assert_int_equal(ox_pool_facts_of(it.pool).stale, 1);
}

static void one_in_use_is_not_kept(void **state)
{
	(void)state;
	ox_connection *connection = open_ready();
	client_prepare(&it, 0, 1, 0);
	assert_int_equal(ox_connection_submit(connection, &it.deliveries[0]), OX_OK);
	give(connection);
	assert_int_equal(idle(), 0);
	client_release(&it, 0, 1);
}

static void closing_says_goodbye(void **state)
{
	(void)state;
	ox_connection *a = open_ready(), *b = open_ready();
	give(a);
	give(b);
	ox_pool_close_idle(it.pool);
	smtp_server_await(&it.server, &it.server.quits, 2);
	assert_int_equal(idle(), 0);
}

static void a_child_closes_without_a_word(void **state)
{
	(void)state;
	give(open_ready());
	pid_t child = fork();
	if (child == 0) {
		ox_pool_close_idle(it.pool);
		_exit((int)idle());
	}
	int status = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	ox_connection *taken = take();
	assert_non_null(taken);
	assert_int_equal(smtp_server_count(&it.server, &it.server.quits), 0);
	give(taken);
}

static void a_pool_of_no_size_keeps_nothing(void **state)
{
	(void)state;
	ox_pool *none = ox_pool_new(0);
	assert_non_null(none);
	ox_pool_give(none, &it.relay, &it.environment, open_ready());
	assert_int_equal(ox_pool_facts_of(none).idle, 0);
	assert_null(ox_pool_take(none, &it.relay, &it.environment));
	ox_pool_free(none);
	ox_pool_free(NULL);
}

static void quirks_are_remembered_for_each_relay(void **state)
{
	(void)state;
	ox_relay other = it.relay;
	assert_int_equal(ox_pool_quirks(it.pool, &it.relay), 0);
	ox_pool_learn(it.pool, &it.relay, OX_QUIRK_NO_CHUNKING);
	ox_pool_learn(it.pool, &it.relay, OX_QUIRK_HELO);
	assert_int_equal(ox_pool_quirks(it.pool, &it.relay), OX_QUIRK_NO_CHUNKING | OX_QUIRK_HELO);
	other.port++;
	assert_int_equal(ox_pool_quirks(it.pool, &other), 0);
	for (unsigned i = 0; i < 200; i++) { /* more than are kept */
		other.port = (uint16_t)(1 + i);
		ox_pool_learn(it.pool, &other, OX_QUIRK_NO_PIPELINING);
		assert_int_equal(ox_pool_quirks(it.pool, &other), OX_QUIRK_NO_PIPELINING);
	}
}

static ox_tls_trust *trust_of(const ox_relay *relay)
{
	ox_tls_trust *trust;
	assert_int_equal(ox_pool_trust(it.pool, relay, &it.environment, &trust, &it.error), OX_OK);
	ox_tls_trust_free(trust); /* the pool holds it */
	return trust;
}

static void a_trust_is_made_once_for_the_same_options(void **state)
{
	(void)state;
	it.environment.default_ca_file = tls_ca_file;
	ox_relay other = it.relay;
	ox_tls_trust *first = trust_of(&it.relay);
	other.port++;
	assert_ptr_equal(trust_of(&other), first);
	other.tls_min = OX_TLS_VERSION_1_3;
	assert_ptr_not_equal(trust_of(&other), first);
	other = it.relay;
	other.verify = false;
	assert_ptr_not_equal(trust_of(&other), first);
	char pin[80];
	for (unsigned i = 0; i < 40; i++) { /* more than are kept */
		tls_write_pin(&tls_good, pin, sizeof pin);
		pin[9] = (char)('A' + i % 26);
		pin[10] = (char)('A' + i / 26);
		other.pin = pin;
		(void)trust_of(&other);
	}
	assert_ptr_equal(trust_of(&other), trust_of(&other));
}

static void a_trust_that_cannot_be_made_is_an_error(void **state)
{
	ox_tls_trust *trust;
	(void)state;
	it.environment.default_ca_file = "/nowhere/ca.pem";
	assert_int_equal(ox_pool_trust(it.pool, &it.relay, &it.environment, &trust, &it.error), OX_E_FAILED);
	assert_int_equal(it.error.fact, OX_FACT_TLS_SETUP);
	assert_null(trust);
}

static void use_a_pool(void)
{
	ox_tls_trust *trust = NULL;
	ox_pool *pool = ox_pool_new(2);
	if (!pool) {
		return;
	}
	ox_connection *connection = NULL;
	ox_error error;
	int status = ox_pool_trust(pool, &it.relay, &it.environment, &trust, &error);
	ox_tls_trust_free(trust);
	ox_pool_learn(pool, &it.relay, OX_QUIRK_HELO);
	if (status == OX_OK && ox_connection_open(&it.relay, &it.environment, NULL, 0, &connection, &error) == OX_OK) {
		(void)client_drive(connection, &error);
		ox_pool_give(pool, &it.relay, &it.environment, connection);
		connection = ox_pool_take(pool, &it.relay, &it.environment);
		ox_connection_free(connection, true);
	}
	ox_pool_free(pool);
}

static void running_out_of_memory_only_costs_a_connection(void **state)
{
	(void)state;
	it.environment.default_ca_file = tls_ca_file;
	ox_test_failing_allocations(use_a_pool);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_given_is_taken_the_last_one_first),
		TEST(another_relay_gets_nothing),
		TEST(another_environment_gets_nothing),
		TEST(past_its_size_the_longest_unused_one_goes),
		TEST(an_idle_connection_grows_too_old),
		TEST(a_connection_that_the_server_has_left_is_not_given_out),
		TEST(one_in_use_is_not_kept),
		TEST(closing_says_goodbye),
		TEST(a_child_closes_without_a_word),
		TEST(a_pool_of_no_size_keeps_nothing),
		TEST(quirks_are_remembered_for_each_relay),
		TEST(a_trust_is_made_once_for_the_same_options),
		TEST(a_trust_that_cannot_be_made_is_an_error),
		TEST(running_out_of_memory_only_costs_a_connection),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, tls_set_up, tls_tear_down);
	ox_dial_shutdown();
	return failed;
}
