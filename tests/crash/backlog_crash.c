/* SPDX-License-Identifier: MIT */
/* A queue that has grown: how long a runner takes to its first message, what memory it takes, how fast it drains, and
 * that every letter arrives once. 4,000 letters; 100,000 and then a million in the long form. Half of them are due, half
 * deferred and due by now, and one profile that is missing has some, which may not get into anybody's way. */
#include "backlog.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/platform.h"
#include "relay/profile.h"

enum { SMALL = 4000, LARGE = 100000, FIRST_MAX_MS = 2000 };

void backlog_queue(ox_spool *spool, uint32_t seed, const char *profile, uint64_t when_ms, uint64_t send_at_ms)
{
	letter of = {seed, LETTER_SIZE};
	ox_spool_recipient recipient = {.address = "to@example.com"};
	ox_submission submission = {.profile = profile, .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = letter_source(&of), .class = (ox_spool_class)(seed % 3),
		.send_at_ms = send_at_ms};
	ox_error error;
	submission.size = of.size;
	if (ox_spool_enqueue(spool, &submission, OX_DURABILITY_NONE, when_ms, &error) != OX_OK) {
		check(false, "queueing: %s", error.text);
	}
}

static void fill(ox_spool *spool, size_t letters)
{
	uint64_t now_ms = ox_wall_clock_ms();
	for (uint32_t i = 1; i <= letters + letters / 4; i++) {
		bool gone = i > letters;
		/* Queued an hour ago, and what was for later then is due now: spread over the last half hour, some four
		 * buckets. */
		backlog_queue(spool, gone ? 0x40000000 + i : i, gone ? "gone" : "main", now_ms - 3600000 + i % 1000,
			gone || i % 2 ? 0 : now_ms - 1800000 + i % 1700 * 1000);
	}
}

void backlog_profile(const char *path, const sink *server)
{
	char dsn[128], folder[512];
	bool written;
	ox_error error;
	ox_profile profile;
	snprintf(dsn, sizeof dsn, "smtp://127.0.0.1:%u?tls=none&ehlo=client.example&max_messages=1000000", server->port);
	snprintf(folder, sizeof folder, "%s/p", path);
	ox_profile_init(&profile);
	check(ox_relay_parse(&profile.relay, dsn, &error) == OX_OK &&
			ox_relay_finish(&profile.relay, true, &error) == OX_OK &&
			ox_profile_save(folder, "main", &profile, &written, &error) == OX_OK, "profile: %s", error.text);
	ox_profile_clear(&profile);
}

/* As the program does it. */
static int deliver(const char *path)
{
	ox_runner_options options;
	ox_runner *runner = NULL;
	ox_error error;
	ox_runner_options_init(&options);
	options.mode = OX_RUN_IDLE;
	options.sync_threads = OX_RUN_SYNC_THREADS;
	ox_spool *spool = crash_open(path, false);
	int status = spool ? ox_runner_open(spool, &options, &runner, &error) : OX_E_FAILED;
	while (status == OX_OK && (status = ox_runner_step(runner, -1, &error)) == OX_AGAIN) {
		status = OX_OK;
	}
	ox_runner_free(runner);
	ox_spool_free(spool);
	return status == OX_OK ? 0 : 1;
}

/* The most that the process had in memory, in KiB. */
static size_t resident_kb(pid_t process)
{
	char path[64], line[256];
	size_t found = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)process);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file)) {
		found = !strncmp(line, "VmHWM:", 6) ? strtoul(line + 6, NULL, 10) : found;
	}
	if (file) {
		fclose(file);
	}
	return found;
}

static size_t watch(pid_t process)
{
	size_t most = 0, now;
	int status;
	while (waitpid(process, &status, WNOHANG) == 0) {
		now = resident_kb(process);
		most = now > most ? now : most;
		(void)ox_socket_wait_many(NULL, 0, 20);
	}
	check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the runner ended with %d", status);
	return most;
}

backlog_run backlog_deliver(const char *path)
{
	backlog_run run = {.begun_ms = ox_clock_ms()};
	fflush(NULL);
	pid_t runner = fork();
	if (runner == 0) {
		_exit(deliver(path));
	}
	run.resident_kb = watch(runner);
	return run;
}

void backlog_check_arrivals(sink *server, size_t count)
{
	size_t arrived = 0, twice = 0;
	for (uint32_t i = 1; i <= count; i++) {
		sink_entry came = sink_look(server, i);
		arrived += came.copies > 0 && !came.torn;
		twice += came.copies > 1;
	}
	check(arrived == count && !twice, "%zu of %zu arrived, %zu of them twice", arrived, count, twice);
}

/* Beside this program, on a real filesystem. What an earlier run left that was interrupted is in the way. */
static void do_million(void)
{
	char folder[400] = "";
	ssize_t size = readlink("/proc/self/exe", folder, sizeof folder - 16);
	char *end = size > 0 ? strrchr(folder, '/') : NULL;
	if (!check(end != NULL, "where am I?")) {
		return;
	}
	snprintf(end, sizeof "/million", "/million");
	remove_tree(folder);
	if (check(mkdir(folder, 0700) == 0, "%s cannot be made", folder)) {
		backlog_million(folder);
	}
	remove_tree(folder);
}

/* In memory, where it is. Returns what was measured. */
static backlog_run do_letters(size_t letters, sink *server)
{
	char path[128];
	backlog_run run = {0};
	snprintf(path, sizeof path, "%s/backlog", crash_folder());
	ox_spool *spool = crash_open(path, true);
	if (!check(spool != NULL, "no spool")) {
		return run;
	}
	server->pipelining = server->chunking = true;
	server->room = letters;
	sink_start(server);
	backlog_profile(path, server);
	fill(spool, letters);
	run = backlog_deliver(path);
	backlog_check_arrivals(server, letters);
	check_case();
	ox_spool_status left = {0};
	ox_error error;
	check(ox_spool_status_read(spool, &left, &error) == OX_OK && left.count[OX_SPOOL_DUE] == letters / 4 &&
			!left.count[OX_SPOOL_DEFERRED], "%llu due and %llu deferred are left",
		(unsigned long long)left.count[OX_SPOOL_DUE], (unsigned long long)left.count[OX_SPOOL_DEFERRED]);
	check_case();
	ox_spool_free(spool);
	sink_stop(server);
	remove_tree(path);
	return run;
}

int main(int count, char **arguments)
{
	static sink server;
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	(void)setvbuf(stdout, NULL, _IOLBF, 0); /* it takes minutes */
	size_t letters = is_long ? LARGE : SMALL;
	if (ox_dial_startup() != OX_OK) {
		return 1;
	}
	backlog_run run = do_letters(letters, &server);
	uint64_t first_ms = server.first_ms - run.begun_ms, all_ms = server.last_ms - server.first_ms;
	check(first_ms <= FIRST_MAX_MS, "%llu ms to the first message", (unsigned long long)first_ms);
	check_case();
	check(run.resident_kb && run.resident_kb <= RESIDENT_MAX_KB, "%zu KiB resident", run.resident_kb);
	check_case();
	if (is_long) {
		do_million();
	}
	return crash_close("backlog of %zu: first message after %llu ms, %llu messages a second, %zu KiB resident", letters,
		(unsigned long long)first_ms, (unsigned long long)(all_ms ? letters * 1000 / all_ms : 0), run.resident_kb);
}
