/* SPDX-License-Identifier: MIT */
/* A runner that lives beside those who queue: waking it, its leaving, stopping it. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner_fixture.h"

static runner_case it;

static int set_up(void **state)
{
	(void)state;
	runner_begin(&it);
	it.options.mode = OX_RUN_SERVE;
	it.options.idle_ms = 30000;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	runner_end(&it);
	return 0;
}

typedef struct {
	pthread_t thread;
	ox_spool *spool;
	ox_runner *runner;
	ox_runner_options options;
	ox_run_facts facts;
	ox_error error;
	int opened, status;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool running;
} serving;

static void *serve(void *argument)
{
	serving *s = argument;
	int opened = ox_runner_open(s->spool, &s->options, &s->runner, &s->error);
	pthread_mutex_lock(&s->lock);
	s->opened = opened;
	s->running = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	while (opened == OX_OK && (s->status = ox_runner_step(s->runner, -1, &s->error)) == OX_AGAIN) {
	}
	if (opened == OX_OK) {
		s->facts = *ox_runner_facts(s->runner);
	}
	return NULL;
}

static void start(serving *s)
{
	memset(s, 0, sizeof *s);
	s->spool = runner_open_spool(&it);
	s->options = it.options;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	pthread_mutex_lock(&s->lock);
	while (!s->running) {
		pthread_cond_wait(&s->changed, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
}

/* Waits until it has ended by itself or by ox_runner_stop. */
static void finish(serving *s)
{
	pthread_join(s->thread, NULL);
	ox_runner_free(s->runner);
	ox_spool_free(s->spool);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->changed);
}

static int queue_and_poke(ox_spool *spool, const runner_message *message)
{
	char id[OX_SPOOL_ID_SIZE + 1];
	ox_error error = {0};
	runner_queue(&it, spool, message, id);
	return ox_wake_poke(spool, OX_HINT_DUE, id, &error);
}

static void a_poke_is_enough(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	start(&s);
	for (unsigned i = 1; i <= 20; i++) {
		assert_int_equal(queue_and_poke(it.spool, &(runner_message){.subject = "now"}), OX_OK);
		uint64_t begun = ox_clock_ms();
		smtp_server_await(server, &server->accepted, i);
		/* On a busy machine; the looks by time come at a second and later. */
		assert_in_range(ox_clock_ms() - begun, 0, 900);
	}
	assert_in_range(smtp_server_count(server, &server->connections), 1, 2);
	ox_runner_stop(s.runner);
	finish(&s);
	assert_int_equal(s.facts.sent, 20);
}

static void a_corrected_profile_is_noticed_by_a_poke(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	smtp_server *server = runner_server(&it, "other", "", "");
	start(&s);
	assert_int_equal(queue_and_poke(it.spool, &(runner_message){.profile = "main"}), OX_OK);
	smtp_pause(100);
	assert_int_equal(smtp_server_count(server, &server->accepted), 0);
	runner_profile(&it, "main", "", server->port, "");
	assert_int_equal(ox_wake_poke(it.spool, OX_HINT_LOOK, NULL, &it.error), OX_OK);
	uint64_t begun = ox_clock_ms();
	smtp_server_await(server, &server->accepted, 1);
	assert_in_range(ox_clock_ms() - begun, 0, 1000);
	ox_runner_stop(s.runner);
	finish(&s);
}

static void an_idle_runner_leaves_and_says_when_to_come_again(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	uint64_t next_ms = 0, later = ox_wall_clock_ms() + 7200000;
	(void)state;
	runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.send_at_ms = later}, NULL);
	it.options.idle_ms = 200;
	uint64_t begun = ox_clock_ms();
	start(&s);
	finish(&s);
	assert_int_equal(s.status, OX_OK);
	assert_in_range(ox_clock_ms() - begun, 200, 5000);
	assert_int_equal(ox_run_next_read(it.spool, &next_ms, &it.error), OX_OK);
	assert_in_range(next_ms, later - 512000, later + 1000);
}

static void who_has_work_in_a_few_minutes_stays(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue(&it, it.spool, &(runner_message){.send_at_ms = ox_wall_clock_ms() + 1500}, NULL);
	it.options.idle_ms = 100;
	start(&s);
	smtp_server_await(server, &server->accepted, 1);
	finish(&s);
	assert_int_equal(s.facts.sent, 1);
}

/* Moved away while it serves, or while it delivers: what is under way ends, nothing else is begun. */
static void a_spool_that_is_replaced_ends_its_runner(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	char away[96];
	(void)state;
	it.options.mode = OX_RUN_FOREVER;
	start(&s);
	snprintf(away, sizeof away, "%s.away", it.folder);
	uint64_t begun = ox_clock_ms();
	assert_int_equal(rename(it.folder, away), 0);
	assert_int_equal(mkdir(it.folder, 0700), 0);
	finish(&s);
	assert_int_equal(rmdir(it.folder), 0);
	assert_int_equal(rename(away, it.folder), 0);
	assert_int_equal(s.status, OX_E_FAILED);
	assert_int_equal(s.error.fact, OX_FACT_SPOOL_MISSING);
	assert_non_null(strstr(s.error.text, "was deleted or replaced"));
	assert_in_range(ox_clock_ms() - begun, 0, 5000);
	assert_int_equal(s.facts.attempts, 0);
}

/* The path may lead elsewhere before the runner has noticed: its notes follow the folder, not the name. */
static void what_a_runner_notes_goes_into_its_own_spool(void **state)
{
	char away[96];
	ox_run_state noted = {.written_ms = 1, .watched_ms = 1234567}, read = {0};
	(void)state;
	snprintf(away, sizeof away, "%s.away", it.folder);
	assert_int_equal(rename(it.folder, away), 0);
	assert_int_equal(mkdir(it.folder, 0700), 0);
	int status = ox_run_state_write(it.spool, &noted, &it.error);
	int empty = rmdir(it.folder);
	assert_int_equal(status, OX_OK);
	assert_int_equal(empty, 0);
	assert_int_equal(rename(away, it.folder), 0);
	assert_int_equal(ox_run_state_read(it.spool, ox_wall_clock_ms(), &read), OX_OK);
	assert_int_equal(read.watched_ms, 1234567);
	ox_run_state_clear(&read);
}

/* Producers and runners that leave after a few milliseconds: whoever finds no reader starts a new one. In the end
 * nothing may lie in the spool, although nobody looks any more. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static unsigned runs;

static void *run_once(void *argument)
{
	ox_spool *spool = runner_open_spool(&it);
	ox_runner_options options = it.options;
	ox_runner *runner = NULL;
	ox_error error = {0};
	(void)argument;
	options.idle_ms = 0;
	options.lock_wait_ms = 3000;
	int status = ox_runner_open(spool, &options, &runner, &error);
	while (status == OX_OK && (status = ox_runner_step(runner, -1, &error)) == OX_AGAIN) {
		status = OX_OK;
	}
	ox_runner_free(runner);
	ox_spool_free(spool);
	return NULL;
}

enum { PRODUCERS = 3, EACH = 60, RUNNERS_MAX = PRODUCERS * EACH + 1 };
static pthread_t runners[RUNNERS_MAX];

static void *produce(void *argument)
{
	ox_spool *spool = runner_open_spool(&it);
	unsigned dice = (unsigned)(uintptr_t)argument;
	for (int i = 0; i < EACH; i++) {
		if (queue_and_poke(spool, &(runner_message){.subject = "race"}) == OX_AGAIN) {
			pthread_mutex_lock(&starting);
			assert_int_equal(pthread_create(&runners[runs++], NULL, run_once, NULL), 0);
			pthread_mutex_unlock(&starting);
		}
		dice = dice * 1664525u + 1013904223u;
		smtp_pause((int)(dice >> 24) % 25);
	}
	ox_spool_free(spool);
	return NULL;
}

static void no_wake_up_is_lost_between_a_leaving_runner_and_the_next(void **state)
{
	pthread_t producers[PRODUCERS];
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	runs = 0;
	for (uintptr_t i = 0; i < PRODUCERS; i++) {
		assert_int_equal(pthread_create(&producers[i], NULL, produce, (void *)(i + 1)), 0);
	}
	for (int i = 0; i < PRODUCERS; i++) {
		pthread_join(producers[i], NULL);
	}
	for (unsigned i = 0; i < runs; i++) {
		pthread_join(runners[i], NULL);
	}
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 0);
	assert_int_equal(smtp_server_count(server, &server->accepted), PRODUCERS * EACH);
	assert_in_range(runs, 3, RUNNERS_MAX); /* there were such moments */
}

static smtp_play slow_dot(smtp_peer *peer, const char *line)
{
	(void)peer;
	if (smtp_is(line, "DOT")) {
		smtp_pause(400);
	}
	return PLAY_ON;
}

static unsigned dots;
static smtp_play signal_dot(smtp_peer *peer, const char *line)
{
	if (smtp_is(line, "DOT")) {
		pthread_mutex_lock(&peer->server->lock);
		dots++;
		pthread_cond_broadcast(&peer->server->changed);
		pthread_mutex_unlock(&peer->server->lock);
	}
	return slow_dot(peer, line);
}

static void a_stop_never_cuts_between_the_end_of_data_and_its_reply(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	it.servers[0].hook = signal_dot;
	dots = 0;
	smtp_server *server = runner_server(&it, "main", "", "&window=1");
	runner_queue_many(&it, 20, "main");
	start(&s);
	smtp_server_await(server, &dots, 1);
	uint64_t begun = ox_clock_ms();
	ox_runner_stop(s.runner);
	finish(&s);
	assert_in_range(ox_clock_ms() - begun, 100, 5000);
	unsigned accepted = smtp_server_count(server, &server->accepted);
	assert_int_equal(s.facts.sent, accepted);
	assert_int_equal(s.facts.uncertain, 0);
	assert_in_range(accepted, 1, 6);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 20 - accepted);
}

static smtp_play deaf_at_dot(smtp_peer *peer, const char *line)
{
	(void)peer;
	return smtp_is(line, "DOT") ? PLAY_HANDLED : PLAY_ON;
}

static void a_stop_ends_in_time_and_leaves_what_nobody_answered_uncertain(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	it.servers[0].hook = deaf_at_dot;
	smtp_server *server = runner_server(&it, "main", "", "");
	runner_queue_many(&it, 1, "main");
	it.options.stop_ms = 300;
	start(&s);
	smtp_server_await(server, &server->mails, 1);
	smtp_pause(50);
	uint64_t begun = ox_clock_ms();
	ox_runner_stop(s.runner);
	finish(&s);
	assert_in_range(ox_clock_ms() - begun, 250, 3000);
	assert_int_equal(runner_count(&it, OX_SPOOL_DUE), 1);
	it.options.mode = OX_RUN_IDLE;
	server->hook = NULL;
	runner_run(&it);
	assert_int_equal(it.facts.uncertain, 1);
	assert_int_equal(it.facts.sent, 1);
}

/* Puts a file where a folder of the spool should be, or takes it away again. */
static void spoil(const char *folder, bool spoilt)
{
	char path[128], aside[128];
	snprintf(path, sizeof path, "%s/%s", it.folder, folder);
	snprintf(aside, sizeof aside, "%s/aside", it.folder);
	if (spoilt) {
		assert_int_equal(rename(path, aside), 0);
		int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		assert_true(file >= 0 && close(file) == 0);
	} else {
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rename(aside, path), 0);
	}
}

static atomic_bool may_answer;

static smtp_play patient_dot(smtp_peer *peer, const char *line)
{
	(void)peer;
	while (smtp_is(line, "DOT") && !may_answer) {
		smtp_pause(5);
	}
	return PLAY_ON;
}

static void a_look_that_fails_costs_nobody_under_way(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	static const char *const folders[] = {"p", "d", "q/0"};
	(void)state;
	it.servers[0].hook = patient_dot;
	smtp_server *server = runner_server(&it, "main", "", "");
	start(&s);
	for (unsigned i = 0; i < 3; i++) {
		may_answer = false;
		assert_int_equal(queue_and_poke(it.spool, &(runner_message){.subject = "under way"}), OX_OK);
		smtp_server_await(server, &server->mails, i + 1);
		spoil(folders[i], true);
		assert_int_equal(ox_wake_poke(it.spool, OX_HINT_LOOK, NULL, &it.error), OX_OK);
		smtp_pause(200);
		may_answer = true;
		smtp_server_await(server, &server->accepted, i + 1);
		spoil(folders[i], false);
	}
	ox_runner_stop(s.runner);
	finish(&s);
	assert_int_equal(s.status, OX_OK);
	assert_int_equal(s.facts.sent, 3);
	assert_int_equal(s.facts.uncertain, 0);
}

static void a_fault_that_lasts_ends_a_run_with_an_error(void **state)
{
	(void)state;
	runner_server(&it, "main", "", "");
	spoil("q/0", true);
	it.options.mode = OX_RUN_IDLE;
	ox_runner *runner = NULL;
	int status = ox_runner_open(it.spool, &it.options, &runner, &it.error);
	uint64_t begun = ox_clock_ms();
	while (status == OX_OK && (status = ox_runner_step(runner, -1, &it.error)) == OX_AGAIN) {
		status = OX_OK;
	}
	assert_int_equal(status, OX_E_FAILED);
	assert_int_equal(it.error.class, OX_ERROR_STORAGE);
	assert_string_equal(ox_runner_facts(runner)->fault, it.error.text);
	assert_in_range(ox_clock_ms() - begun, 2000, 20000);
	ox_runner_free(runner);
	spoil("q/0", false);
}

static serving *stopped_by_signal;
static void on_signal(int number)
{
	(void)number;
	ox_runner_stop(stopped_by_signal->runner);
}

static void a_signal_handler_may_stop_it(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	struct sigaction action = {.sa_handler = on_signal}, before;
	(void)state;
	runner_server(&it, "main", "", "");
	it.options.mode = OX_RUN_FOREVER;
	start(&s);
	stopped_by_signal = &s;
	sigaction(SIGUSR1, &action, &before);
	uint64_t begun = ox_clock_ms();
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	finish(&s);
	sigaction(SIGUSR1, &before, NULL);
	assert_int_equal(s.status, OX_OK);
	assert_in_range(ox_clock_ms() - begun, 0, 900);
}

static void a_waiting_runner_costs_no_processor(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	smtp_server *server = runner_server(&it, "main", "", "");
	start(&s);
	assert_int_equal(queue_and_poke(it.spool, &(runner_message){.subject = "one"}), OX_OK);
	smtp_server_await(server, &server->accepted, 1);
	smtp_pause(100);
	clock_t before = clock();
	smtp_pause(1000);
	assert_in_range((clock() - before) * 1000 / CLOCKS_PER_SEC, 0, 100);
	ox_runner_stop(s.runner);
	finish(&s);
}

static smtp_play close_when_idle(smtp_peer *peer, const char *line)
{
	(void)peer;
	return smtp_is(line, "IDLE") ? PLAY_CLOSE : PLAY_ON;
}

static void a_server_that_leaves_an_idle_connection_costs_nothing(void **state)
{
	static serving s; /* a test that fails leaves its thread behind */
	(void)state;
	it.servers[0].hook = close_when_idle;
	smtp_server *server = runner_server(&it, "main", "", "&window=1");
	start(&s);
	for (unsigned i = 1; i <= 5; i++) {
		assert_int_equal(queue_and_poke(it.spool, &(runner_message){.subject = "one"}), OX_OK);
		smtp_server_await(server, &server->closed, i);
	}
	ox_runner_stop(s.runner);
	finish(&s);
	assert_int_equal(s.facts.sent, 5);
	assert_int_equal(s.facts.deferred + s.facts.uncertain, 0);
}

#define WITH_SPOOL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SPOOL(a_spool_that_is_replaced_ends_its_runner),
		WITH_SPOOL(what_a_runner_notes_goes_into_its_own_spool),
		WITH_SPOOL(a_poke_is_enough),
		WITH_SPOOL(a_corrected_profile_is_noticed_by_a_poke),
		WITH_SPOOL(an_idle_runner_leaves_and_says_when_to_come_again),
		WITH_SPOOL(who_has_work_in_a_few_minutes_stays),
		WITH_SPOOL(no_wake_up_is_lost_between_a_leaving_runner_and_the_next),
		WITH_SPOOL(a_stop_never_cuts_between_the_end_of_data_and_its_reply),
		WITH_SPOOL(a_stop_ends_in_time_and_leaves_what_nobody_answered_uncertain),
		WITH_SPOOL(a_look_that_fails_costs_nobody_under_way),
		WITH_SPOOL(a_fault_that_lasts_ends_a_run_with_an_error),
		WITH_SPOOL(a_signal_handler_may_stop_it),
		WITH_SPOOL(a_waiting_runner_costs_no_processor),
		WITH_SPOOL(a_server_that_leaves_an_idle_connection_costs_nothing),
	};
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	int failed = cmocka_run_group_tests_name("runner_serve", tests, NULL, NULL);
	ox_dial_shutdown();
	return failed;
}
