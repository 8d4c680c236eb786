/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "runner_fixture.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_entry(const char *path, const struct stat *facts, int type, struct FTW *walk)
{
	(void)facts, (void)type, (void)walk;
	return remove(path);
}

ox_spool *runner_open_spool(const runner_case *it)
{
	ox_spool_options options;
	ox_spool *spool = NULL;
	ox_error error = {0};
	ox_spool_options_init(&options, it->folder);
	options.make = true;
	options.any_parent = true;
	options.limits.free_bytes = 0;
	options.limits.free_inodes = 0;
	if (ox_spool_open(&options, &spool, &error) != OX_OK) {
		fail_msg("%s: %s", it->folder, error.text);
	}
	return spool;
}

void runner_begin(runner_case *it)
{
	memset(it, 0, sizeof *it);
	snprintf(it->folder, sizeof it->folder, "/var/tmp/runner_test.XXXXXX");
	assert_non_null(mkdtemp(it->folder));
	it->spool = runner_open_spool(it);
	ox_runner_options_init(&it->options);
	it->options.mode = OX_RUN_IDLE;
	it->options.durability = OX_DURABILITY_NONE;
	it->options.environment.ehlo = "client.example";
	it->options.allow_insecure = true;
}

void runner_end(runner_case *it)
{
	for (size_t i = 0; i < it->server_count; i++) {
		smtp_server_stop(&it->servers[i]);
	}
	ox_spool_free(it->spool);
	assert_int_equal(nftw(it->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

void runner_profile(runner_case *it, const char *name, const char *account, unsigned port, const char *options)
{
	char dsn[512], folder[128];
	bool written;
	ox_profile profile;
	snprintf(dsn, sizeof dsn, "smtp://%s127.0.0.1:%u?tls=none%s", account, port, options);
	snprintf(folder, sizeof folder, "%s/p", it->folder);
	ox_profile_init(&profile);
	if (ox_relay_parse(&profile.relay, dsn, &it->error) != OX_OK ||
		ox_relay_finish(&profile.relay, true, &it->error) != OX_OK ||
		ox_profile_save(folder, name, &profile, &written, &it->error) != OX_OK) {
		fail_msg("%s: %s", dsn, it->error.text);
	}
	ox_profile_clear(&profile);
}

smtp_server *runner_server(runner_case *it, const char *profile, const char *account, const char *options)
{
	smtp_server *server = &it->servers[it->server_count++];
	server->offers = server->offers ? server->offers : "PIPELINING CHUNKING AUTH_PLAIN";
	server->context_of_hook = it;
	smtp_server_start(server);
	runner_profile(it, profile, account, server->port, options);
	return server;
}

typedef struct {
	char head[256];
	size_t size;
} message_source;

static size_t read_message(void *context, uint64_t offset, void *bytes, size_t size)
{
	const message_source *source = context;
	size_t head = strlen(source->head), i = 0;
	char *to = bytes;
	for (; i < size && offset + i < source->size; i++) {
		uint64_t at = offset + i;
		uint64_t column = (at - head) % 66;
		to[i] = at < head ? source->head[at]
			: at + 2 >= source->size ? "\r\n"[at + 2 - source->size]
			: at + 3 == source->size ? 'x'
			: column < 64 ? 'a' : "\r\n"[column - 64];
	}
	return i;
}

void runner_queue(runner_case *it, ox_spool *spool, const runner_message *message,
	char id[OX_SPOOL_ID_SIZE + 1])
{
	static unsigned number;
	char addresses[32][48], message_id[64];
	ox_spool_recipient recipients[32] = {{0}};
	message_source source;
	size_t count = message->recipients ? message->recipients : 1;
	snprintf(message_id, sizeof message_id, "%u.%d@example.com", ++number, (int)getpid());
	snprintf(source.head, sizeof source.head, "Message-ID: <%s>\r\nSubject: %s\r\n\r\n", message_id,
		message->subject ? message->subject : "test");
	source.size = message->size > strlen(source.head) ? message->size : strlen(source.head);
	for (size_t i = 0; i < count; i++) {
		snprintf(addresses[i], sizeof addresses[i], "r%zu@example.com", i);
		recipients[i].address = addresses[i];
	}
	ox_submission submission = {.profile = message->profile ? message->profile : "main",
		.sender = "me@example.com", .recipients = recipients, .recipient_count = count,
		.source = {&source, read_message}, .size = source.size, .message_id = message_id,
		.flags = message->flags, .class = message->class, .tag = message->tag,
		.send_at_ms = message->send_at_ms, .expires_ms = message->expires_ms};
	ox_error error = {0};
	if (ox_spool_enqueue(spool, &submission, OX_DURABILITY_NONE, ox_wall_clock_ms() - message->age_ms, &error) != OX_OK) {
		fail_msg("queueing: %s", error.text);
	}
	(void)it;
	if (id) {
		memcpy(id, submission.id, OX_SPOOL_ID_SIZE + 1);
	}
}

void runner_queue_many(runner_case *it, size_t count, const char *profile)
{
	for (size_t i = 0; i < count; i++) {
		char subject[32];
		snprintf(subject, sizeof subject, "m%zu", i);
		runner_queue(it, it->spool,
			&(runner_message){.profile = profile, .subject = subject, .class = OX_SPOOL_NORMAL}, NULL);
	}
}

void runner_run(runner_case *it)
{
	ox_runner *runner = NULL;
	int status = ox_runner_open(it->spool, &it->options, &runner, &it->error);
	if (status != OX_OK) {
		fail_msg("opening the runner: %d %s", status, it->error.text);
	}
	while ((status = ox_runner_step(runner, 1000, &it->error)) == OX_AGAIN) {
	}
	it->facts = *ox_runner_facts(runner);
	ox_runner_free(runner);
	if (status != OX_OK) {
		fail_msg("the runner: %d %s", status, it->error.text);
	}
}

uint64_t runner_count(runner_case *it, ox_spool_state state)
{
	ox_spool_status status = {0};
	if (ox_spool_status_read(it->spool, &status, &it->error) != OX_OK) {
		fail_msg("status: %s", it->error.text);
	}
	return status.count[state];
}

ox_claim *runner_look(runner_case *it, const char *id, ox_place *place)
{
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	int status = ox_spool_find(it->spool, id, place, &it->error);
	if (status == OX_AGAIN) {
		return NULL;
	}
	assert_int_equal(status, OX_OK);
	assert_int_equal(ox_claim_look(it->spool, place, &claim, &fate, &it->error), OX_OK);
	return claim;
}

uint32_t runner_tries(runner_case *it, const char *id)
{
	ox_place place;
	ox_claim *claim = runner_look(it, id, &place);
	assert_non_null(claim);
	uint32_t tries = ox_claim_record(claim)->tries;
	ox_claim_release(claim);
	return tries;
}

size_t runner_events(runner_case *it, ox_spool_event_type type)
{
	ox_event_reader *reader = NULL;
	ox_spool_event event;
	size_t count = 0;
	assert_int_equal(ox_event_reader_open(it->spool, NULL, &reader, &it->error), OX_OK);
	while (ox_event_reader_next(reader, &event, &it->error) == OX_OK) {
		count += event.type == type;
	}
	ox_event_reader_free(reader);
	return count;
}

void runner_retry(runner_case *it, const char *id)
{
	if (ox_spool_retry(it->spool, id, ox_wall_clock_ms(), &it->error) != OX_OK) {
		fail_msg("retry %s: %s", id, it->error.text);
	}
}

void runner_forget_state(runner_case *it)
{
	char path[128];
	snprintf(path, sizeof path, "%s/run.state", it->folder);
	(void)unlink(path);
}
