/* SPDX-License-Identifier: MIT */
/* Sending where all goes well, and checking; client_loss_test.c has the rest. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "client_fixture.h"
#include "tls_fixture.h"

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

static void a_warm_connection_costs_one_round_trip(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_sent(0, 1);
	assert_false(it.trace.timings.reused);
	assert_int_equal(it.trace.timings.round_trips, 4); /* TCP, 220, EHLO, message */
	client_prepare(&it, 1, 4, 0);
	assert_int_equal(client_send_prepared(&it, 1, 1), OX_OK);
	assert_string_equal(it.deliveries[1].queue_id, "T1");
	client_release(&it, 1, 1);
	assert_true(it.trace.timings.reused);
	assert_int_equal(it.trace.timings.round_trips, 1);
	assert_non_null(strstr(it.trace.transcript, "C: MAIL FROM"));
	assert_null(strstr(it.trace.transcript, "EHLO"));
	assert_counts(1, 2);
	client_end(&it);
}

static void a_warm_connection_without_chunking_costs_two(void **state)
{
	(void)state;
	it.server.offers = "PIPELINING";
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	assert_int_equal(it.trace.timings.round_trips, 5);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_int_equal(it.trace.timings.round_trips, 2);
	client_end(&it);
}

static void tls_and_login_cost_what_the_rfcs_ask(void **state)
{
	static const struct {
		const char *scheme, *offers;
		unsigned round_trips;
	} cases[] = {
		{"smtps", CHUNKING " AUTH_PLAIN", 6},
		{"smtp", CHUNKING " AUTH_PLAIN", 8},
		{"smtps", "PIPELINING AUTH_PLAIN", 7},
		{"smtp", "PIPELINING AUTH_PLAIN", 9},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		char options[256];
		set_up(NULL);
		snprintf(options, sizeof options, "&ca_file=%s", tls_ca_file);
		it.server.context = tls_good_context;
		it.server.implicit = !strcmp(cases[i].scheme, "smtps");
		it.server.offers = cases[i].offers;
		client_begin(&it, cases[i].scheme, "me:secret@", options);
		assert_int_equal(client_send(&it, 0, 1), OX_OK);
		assert_sent(0, 1);
		assert_int_equal(it.trace.timings.round_trips, cases[i].round_trips);
		assert_int_equal(strncmp(it.trace.tls, "TLSv1.3", 7), 0);
		assert_null(strstr(it.trace.transcript, "secret"));
		assert_int_equal(client_send(&it, 1, 1), OX_OK);
		assert_counts(1, 2);
		client_end(&it);
	}
}

static void a_connection_is_left_after_its_number_of_messages(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN "&max_messages=2&window=8");
	assert_int_equal(client_send(&it, 0, 5), OX_OK);
	assert_sent(0, 5);
	assert_counts(3, 5);
	assert_int_equal(client_send(&it, 5, 2), OX_OK);
	assert_sent(5, 2);
	assert_counts(4, 7);
	client_end(&it);
}

static void the_servers_own_limit_of_messages_is_kept(void **state)
{
	(void)state;
	it.server.offers = "PIPELINING CHUNKING LIMITS_MAILMAX=3";
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 7), OX_OK);
	assert_sent(0, 7);
	assert_counts(3, 7);
	client_end(&it);
}

static void a_stream_keeps_its_order_on_one_connection(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN "&window=8");
	assert_int_equal(client_send(&it, 0, 20), OX_OK);
	assert_sent(0, 20);
	assert_counts(1, 20);
	assert_true(it.trace.timings.round_trips < 3 + 20);
	for (unsigned i = 0; i < 20; i++) {
		char subject[32];
		snprintf(subject, sizeof subject, "m%u", i);
		assert_string_equal(it.server.subjects[i], subject);
	}
	client_end(&it);
}

static long resident_kib(void)
{
	char text[128] = "";
	FILE *file = fopen("/proc/self/statm", "r");
	if (file) {
		(void)!fgets(text, sizeof text, file);
		fclose(file);
	}
	char *second = strchr(text, ' ');
	return second ? strtol(second, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024) : 0;
}

static void a_large_body_passes_through_little_memory(void **state)
{
	enum { SIZE = 25 * 1024 * 1024 };
	static const char *const offers[] = {"PIPELINING", CHUNKING};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(offers); i++) {
		set_up(NULL);
		it.server.offers = offers[i];
		client_begin(&it, "smtp", "", PLAIN);
		assert_int_equal(client_send(&it, 0, 1), OX_OK); /* buffers of libraries are warm */
		long before = resident_kib();
		client_prepare(&it, 1, 1, SIZE);
		assert_int_equal(client_send_prepared(&it, 1, 1), OX_OK);
		client_release(&it, 1, 1);
		assert_sent(1, 1);
		assert_in_range(it.messages[1].largest, 1, 65536);
		assert_in_range(it.server.octets, SIZE, SIZE + 1000);
		/* Sanitizers keep freed memory for a while, so the bound is wide; the body is much wider. */
		assert_true(resident_kib() - before < 8 * 1024);
		client_end(&it);
	}
}

static void a_forked_child_says_nothing_on_the_parents_connection(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	pid_t child = fork();
	if (child == 0) {
		ox_connection *taken = ox_pool_take(it.pool, &it.relay, &it.environment);
		ox_pool_free(it.pool);
		_exit(taken ? 1 : 0);
	}
	int status = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_sent(0, 2);
	assert_true(it.trace.timings.reused);
	assert_int_equal(smtp_server_count(&it.server, &it.server.quits), 0);
	assert_counts(1, 2);
	client_end(&it);
}

static void a_forked_child_says_nothing_inside_tls(void **state)
{
	char options[256];
	(void)state;
	snprintf(options, sizeof options, "&ca_file=%s", tls_ca_file);
	it.server.context = tls_good_context;
	it.server.implicit = true;
	client_begin(&it, "smtps", "", options);
	assert_int_equal(client_send(&it, 0, 1), OX_OK);
	pid_t child = fork();
	if (child == 0) {
		ox_pool_free(it.pool);
		_exit(0);
	}
	int status = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(client_send(&it, 1, 1), OX_OK);
	assert_sent(0, 2);
	assert_counts(1, 2);
	client_end(&it);
}

static void a_check_names_every_stage(void **state)
{
	static const ox_stage stages[] = {OX_STAGE_DNS, OX_STAGE_CONNECT, OX_STAGE_GREETING, OX_STAGE_EHLO,
		OX_STAGE_STARTTLS, OX_STAGE_TLS, OX_STAGE_AUTH};
	char options[256];
	ox_check check;
	(void)state;
	snprintf(options, sizeof options, "&ca_file=%s", tls_ca_file);
	it.server.context = tls_good_context;
	it.server.offers = "PIPELINING AUTH_PLAIN";
	client_begin(&it, "smtp", "me:secret@", options);
	assert_int_equal(ox_client_check(it.pool, &it.relay, &it.environment, &check, &it.trace, &it.error),
		OX_OK);
	assert_int_equal(check.count, OX_COUNT(stages));
	for (size_t i = 0; i < check.count; i++) {
		assert_int_equal(check.stages[i].stage, stages[i]);
		assert_true(check.stages[i].ok);
	}
	assert_string_equal(check.stages[3].detail, "PIPELINING");
	assert_non_null(strstr(check.stages[5].detail, "; certificate: names "));
	assert_string_equal(check.stages[6].detail, "PLAIN");
	smtp_server_await(&it.server, &it.server.quits, 1);
	assert_int_equal(smtp_server_count(&it.server, &it.server.mails), 0);
	assert_int_equal(ox_pool_facts_of(it.pool).idle, 0);
	client_end(&it);
}

static void a_check_stops_at_the_stage_that_fails(void **state)
{
	ox_check check;
	(void)state;
	it.server.context = tls_good_context;
	client_begin(&it, "smtp", "", ""); /* an authority that this machine does not know */
	assert_int_equal(ox_client_check(it.pool, &it.relay, &it.environment, &check, &it.trace, &it.error),
		OX_E_FAILED);
	assert_int_equal(it.error.fact, OX_FACT_CERTIFICATE);
	assert_int_equal(check.stages[check.count - 1].stage, OX_STAGE_TLS);
	assert_false(check.stages[check.count - 1].ok);
	client_end(&it);
}

static void send_twice(void)
{
	for (size_t i = 0; i < 2; i++) {
		client_prepare(&it, i, 1, 0);
	}
	if (it.messages[0].envelope.recipient_count && it.messages[1].envelope.recipient_count) {
		(void)client_send_prepared(&it, 0, 2);
		for (size_t i = 0; i < 2; i++) {
			assert_true(it.deliveries[i].done);
			assert_int_not_equal(outcome(i), OX_OUTCOME_NONE);
		}
	}
	client_release(&it, 0, 2);
	ox_pool_close_idle(it.pool);
}

static void running_out_of_memory_loses_no_message_silently(void **state)
{
	(void)state;
	client_begin(&it, "smtp", "", PLAIN "&timeout=1");
	ox_test_failing_allocations(send_twice);
	assert_sent(0, 2);
	client_end(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_warm_connection_costs_one_round_trip, set_up),
		cmocka_unit_test_setup(a_warm_connection_without_chunking_costs_two, set_up),
		cmocka_unit_test_setup(tls_and_login_cost_what_the_rfcs_ask, set_up),
		cmocka_unit_test_setup(a_connection_is_left_after_its_number_of_messages, set_up),
		cmocka_unit_test_setup(the_servers_own_limit_of_messages_is_kept, set_up),
		cmocka_unit_test_setup(a_stream_keeps_its_order_on_one_connection, set_up),
		cmocka_unit_test_setup(a_large_body_passes_through_little_memory, set_up),
		cmocka_unit_test_setup(a_forked_child_says_nothing_on_the_parents_connection, set_up),
		cmocka_unit_test_setup(a_forked_child_says_nothing_inside_tls, set_up),
		cmocka_unit_test_setup(a_check_names_every_stage, set_up),
		cmocka_unit_test_setup(a_check_stops_at_the_stage_that_fails, set_up),
		cmocka_unit_test_setup(running_out_of_memory_loses_no_message_silently, set_up),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, tls_set_up, tls_tear_down);
	ox_dial_shutdown();
	return failed;
}
