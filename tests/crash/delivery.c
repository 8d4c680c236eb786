/* SPDX-License-Identifier: MIT */
#include "delivery.h"

#include <sys/wait.h>
#include <unistd.h>

#include "relay/profile.h"
#include "spool/manage.h"

static void save_profile(delivery *d)
{
	char dsn[256], folder[160];
	bool written;
	ox_error error;
	ox_profile profile;
	snprintf(dsn, sizeof dsn, "%s://me:secret@127.0.0.1:%u?%s&ehlo=client.example%s",
		d->server.tls ? "smtps" : "smtp", d->server.port,
		d->server.tls || d->server.starttls ? "verify=0" : "tls=none", d->options ? d->options : "");
	snprintf(folder, sizeof folder, "%s/p", d->path);
	ox_profile_init(&profile);
	check(ox_relay_parse(&profile.relay, dsn, &error) == OX_OK &&
			ox_relay_finish(&profile.relay, true, &error) == OX_OK &&
			ox_profile_set(&profile, "connections", ox_slice_of("1"), &error) == OX_OK &&
			ox_profile_save(folder, "main", &profile, &written, &error) == OX_OK,
		"%s: %s", dsn, error.text);
	ox_profile_clear(&profile);
}

static void queue_letters(delivery *d, ox_spool *spool)
{
	static uint32_t next_seed = 1;
	ox_error error;
	for (size_t i = 0; i < d->count; i++) {
		char addresses[8][32];
		ox_spool_recipient recipients[8] = {{0}};
		for (size_t r = 0; r < d->recipients; r++) {
			snprintf(addresses[r], sizeof addresses[r], "%s%zu@example.com",
				r && r + 1 == d->recipients ? "last" : "r", r);
			recipients[r].address = r && r + 1 == d->recipients ? "last@example.com" : addresses[r];
		}
		d->letters[i].seed = next_seed++;
		d->letters[i].size = d->letters[i].size ? d->letters[i].size : 300;
		ox_submission submission = {.profile = "main", .sender = "me@example.com", .recipients = recipients,
			.recipient_count = d->recipients, .source = letter_source(&d->letters[i])};
		submission.size = d->letters[i].size;
		/* One is older than the other, so that it is known whose turn it is. */
		uint64_t when_ms = ox_wall_clock_ms() - 10 * (d->count - i);
		check(ox_spool_enqueue(spool, &submission, OX_DURABILITY_NONE, when_ms, &error) == OX_OK,
			"queueing: %s", error.text);
		memcpy(d->ids[i], submission.id, sizeof d->ids[i]);
	}
}

void delivery_begin(delivery *d)
{
	static unsigned number;
	snprintf(d->path, sizeof d->path, "%s/d%u", crash_folder(), number++);
	sink_start(&d->server);
	ox_spool *spool = crash_open(d->path, true);
	if (check(spool != NULL, "no spool")) {
		save_profile(d);
		queue_letters(d, spool);
	}
	ox_spool_free(spool);
}

void delivery_end(delivery *d)
{
	sink_stop(&d->server);
	remove_tree(d->path);
}

/* Not crash_open(): a run that is interfered with fails without a word on the terminal. */
static ox_spool *open_spool(const delivery *d, ox_error *error)
{
	ox_spool_options options;
	ox_spool *spool = NULL;
	ox_spool_options_init(&options, d->path);
	options.any_parent = true;
	return ox_spool_open(&options, &spool, error) == OX_OK ? spool : NULL;
}

static int run(delivery *d, ox_error *error)
{
	ox_runner_options options;
	ox_runner *runner = NULL;
	ox_runner_options_init(&options);
	options.mode = OX_RUN_IDLE;
	options.durability = d->durability;
	options.allow_insecure = true;
	options.lock_wait_ms = 0;
	ox_spool *spool = open_spool(d, error);
	int status = spool ? ox_runner_open(spool, &options, &runner, error) : OX_E_FAILED;
	while (status == OX_OK && (status = ox_runner_step(runner, -1, error)) == OX_AGAIN) {
		status = OX_OK;
	}
	if (runner) {
		d->facts = *ox_runner_facts(runner);
	}
	ox_runner_free(runner);
	ox_spool_free(spool);
	return status;
}

void delivery_run_quietly(delivery *d)
{
	ox_error error;
	(void)run(d, &error);
}

bool delivery_run(delivery *d)
{
	ox_error error = {0};
	int status = run(d, &error);
	return check(status == OX_OK, "the runner: %d %s", status, error.text);
}

void delivery_let_time_pass(delivery *d)
{
	char path[160];
	ox_error error;
	ox_spool *spool = crash_open(d->path, false);
	for (size_t i = 0; spool && i < d->count; i++) {
		ox_place place;
		if (ox_spool_find(spool, d->ids[i], &place, &error) == OX_OK && place.state == OX_SPOOL_DEFERRED) {
			(void)!ox_spool_retry(spool, d->ids[i], ox_wall_clock_ms(), &error);
		}
	}
	ox_spool_free(spool);
	snprintf(path, sizeof path, "%s/run.state", d->path);
	(void)unlink(path);
}

unsigned delivery_events(delivery *d, const char *id, ox_spool_event_type type)
{
	ox_error error;
	ox_event_reader *reader = NULL;
	ox_spool_event event;
	unsigned count = 0;
	ox_spool *spool = crash_open(d->path, false);
	if (spool && ox_event_reader_open(spool, NULL, &reader, &error) == OX_OK) {
		while (ox_event_reader_next(reader, &event, &error) == OX_OK) {
			count += event.type == type && event.id && !strcmp(event.id, id);
		}
	}
	ox_event_reader_free(reader);
	ox_spool_free(spool);
	return count;
}

int delivery_state(delivery *d, size_t index, uint32_t *tries)
{
	ox_error error;
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	ox_spool *spool = crash_open(d->path, false);
	int state = -1;
	if (spool && ox_spool_find(spool, d->ids[index], &place, &error) == OX_OK) {
		state = (int)place.state;
		if (tries && ox_claim_look(spool, &place, &claim, &fate, &error) == OX_OK && claim) {
			*tries = ox_claim_record(claim)->tries;
		}
		ox_claim_release(claim);
	}
	ox_spool_free(spool);
	return state;
}

bool delivery_is_over(delivery *d)
{
	bool over = true;
	for (size_t i = 0; i < d->count; i++) {
		int state = delivery_state(d, i, NULL);
		over = over && state != OX_SPOOL_DUE && state != OX_SPOOL_DEFERRED;
	}
	return over;
}

int delivery_in_parallel(int (*part)(size_t index), size_t count)
{
	pid_t children[16];
	int failed = 0, status;
	fflush(NULL);
	for (size_t i = 0; i < count; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			exit(part(i)); /* and with it, whoever cleans up at the exit */
		}
	}
	for (size_t i = 0; i < count; i++) {
		bool ended = children[i] > 0 && waitpid(children[i], &status, 0) == children[i];
		failed = failed || !ended || !WIFEXITED(status) || WEXITSTATUS(status);
	}
	return failed;
}

void delivery_check(delivery *d, bool may_fail, const char *at, delivery_totals *totals)
{
	for (size_t i = 0; i < d->count; i++) {
		sink_entry came = sink_look(&d->server, d->letters[i].seed);
		int state = delivery_state(d, i, NULL);
		unsigned uncertain = delivery_events(d, d->ids[i], OX_EVENT_UNCERTAIN);
		bool failed = may_fail && state == OX_SPOOL_FAILED &&
			delivery_events(d, d->ids[i], OX_EVENT_FAILED);
		/* By recipient: a letter may come in several transactions, each for some of them. */
		unsigned wanted = (unsigned)d->recipients;
		unsigned extra = came.recipients > wanted ? came.recipients - wanted : 0;
		bool arrived = came.recipients >= wanted;
		totals->lost += !arrived && !failed;
		totals->duplicates += extra;
		totals->uncertain += uncertain;
		totals->torn += came.torn;
		check(arrived || failed, "%s: letter %zu reached %u of %u (state %d)", at, i, came.recipients, wanted, state);
		check(state == -1 || failed, "%s: letter %zu arrived and is still there, state %d", at, i, state);
		check(!came.torn, "%s: letter %zu came torn", at, i);
		check(extra <= uncertain, "%s: letter %zu came to %u of %u recipients, and was uncertain for %u", at, i,
			came.recipients, wanted, uncertain);
	}
}
