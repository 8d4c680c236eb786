/* SPDX-License-Identifier: MIT */
/* A million letters of 2 kB on the disk: 100,000 are due, in 100 buckets whose time has come, and 900,000 in 900 that
 * are for the next days. Made by several processes through the very enqueue, without syncs. */
#include "backlog.h"

#include <dirent.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/platform.h"
#include "spool/scan.h"

enum {
	WORKERS = 4, BUCKETS = 1000, OF_A_BUCKET = 1000, DUE_BUCKETS = 100,
	DUE = DUE_BUCKETS * OF_A_BUCKET, ALL = BUCKETS * OF_A_BUCKET,
	SAMPLES = 2000,           /* of queueing, with and without the backlog */
	FIRST_MAX_MS = 1000, RATE_MIN = 500, QUEUE_RATIO_MAX = 2,
	LIST_PAGE = 20, ALL_PAGE = 65536, ALL_MAX_MS = 60000,
};

#define BUCKET_MS 512000ULL
#define MARGIN_MS (2 * 3600000ULL) /* between what is due and what is not, so that nothing becomes due meanwhile */
#define ROOM_OCTETS (12ULL << 30)
#define ROOM_INODES 1100000ULL

/* A file takes two blocks: 2 kB of message and its head, and the 4 KiB that are reserved for results. */
static bool has_room(const char *folder)
{
	struct statvfs room;
	return statvfs(folder, &room) == 0 && room.f_bavail * (uint64_t)room.f_frsize >= ROOM_OCTETS &&
		room.f_favail >= ROOM_INODES;
}

static uint64_t bucket_time(unsigned bucket, uint64_t now_ms)
{
	return bucket < DUE_BUCKETS ? now_ms - MARGIN_MS - (DUE_BUCKETS - bucket) * BUCKET_MS :
		now_ms + MARGIN_MS + (bucket - DUE_BUCKETS) * BUCKET_MS;
}

/* Each part in a process of its own. Returns the seconds it took. */
static unsigned by_many(int (*work)(const char *path, unsigned part, uint64_t now_ms), const char *path)
{
	pid_t workers[WORKERS];
	uint64_t begun_ms = ox_clock_ms(), now_ms = ox_wall_clock_ms();
	int status;
	fflush(NULL);
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		if (workers[i] == 0) {
			_exit(work(path, i, now_ms));
		}
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		bool ended = workers[i] > 0 && waitpid(workers[i], &status, 0) == workers[i];
		check(ended && WIFEXITED(status) && !WEXITSTATUS(status), "part %u of the work failed", i);
	}
	return (unsigned)((ox_clock_ms() - begun_ms) / 1000);
}

static int make_part(const char *path, unsigned part, uint64_t now_ms)
{
	ox_spool *spool = crash_open(path, false);
	for (unsigned bucket = part; spool && bucket < BUCKETS; bucket += WORKERS) {
		uint64_t at_ms = bucket_time(bucket, now_ms);
		for (unsigned i = 0; i < OF_A_BUCKET; i++) {
			/* Queued before the first of them was due. */
			backlog_queue(spool, bucket * OF_A_BUCKET + i + 1, "main",
				now_ms - 2 * MARGIN_MS - DUE_BUCKETS * BUCKET_MS, at_ms + i);
		}
	}
	bool made = spool != NULL;
	ox_spool_free(spool);
	return made ? 0 : 1;
}

/* A filesystem may wait for its disk with every file that goes. */
static int remove_part(const char *path, unsigned part, uint64_t now_ms)
{
	char name[600];
	unsigned number = 0;
	(void)now_ms;
	snprintf(name, sizeof name, "%s/d", path);
	DIR *buckets = opendir(name);
	for (struct dirent *entry; buckets && (entry = readdir(buckets));) {
		if (entry->d_name[0] != '.' && number++ % WORKERS == part) {
			snprintf(name, sizeof name, "%s/d/%.20s", path, entry->d_name);
			remove_tree(name);
		}
	}
	if (buckets) {
		closedir(buckets);
	}
	return 0;
}

/* -- queueing beside it -- */

static uint64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int compare_times(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

/* Durably, for a profile that is not there, so that these stay. */
static uint64_t time_of_queueing(ox_spool *spool, uint32_t seed)
{
	letter of = {seed, LETTER_SIZE};
	ox_spool_recipient recipient = {.address = "to@example.com"};
	ox_submission submission = {.profile = "gone", .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = letter_source(&of)};
	ox_error error;
	submission.size = of.size;
	uint64_t begun_us = now_us();
	int status = ox_spool_enqueue(spool, &submission, OX_DURABILITY_FULL, ox_wall_clock_ms(), &error);
	uint64_t took_us = now_us() - begun_us;
	check(status == OX_OK, "queueing beside the backlog: %s", error.text);
	return took_us;
}

/* One here, one there, so that whatever else the machine does hits both alike. */
static void compare_queueing(ox_spool *full, const char *folder)
{
	static uint64_t with[SAMPLES], without[SAMPLES];
	char path[512];
	snprintf(path, sizeof path, "%s/empty", folder);
	ox_spool *empty = crash_open(path, true);
	if (!check(empty != NULL, "no second spool")) {
		return;
	}
	for (uint32_t i = 0; i < SAMPLES; i++) {
		without[i] = time_of_queueing(empty, 0x50000000 + i);
		with[i] = time_of_queueing(full, 0x60000000 + i);
	}
	qsort(with, SAMPLES, sizeof *with, compare_times);
	qsort(without, SAMPLES, sizeof *without, compare_times);
	uint64_t half = with[SAMPLES / 2], most = with[SAMPLES * 99 / 100];
	uint64_t half_empty = without[SAMPLES / 2], most_empty = without[SAMPLES * 99 / 100];
	check(half <= QUEUE_RATIO_MAX * half_empty && most <= QUEUE_RATIO_MAX * most_empty,
		"queueing takes %llu us (p99 %llu) with the backlog, %llu (p99 %llu) without", (unsigned long long)half,
		(unsigned long long)most, (unsigned long long)half_empty, (unsigned long long)most_empty);
	printf("million: queueing p50 %llu us, p99 %llu us; into an empty spool %llu and %llu\n",
		(unsigned long long)half, (unsigned long long)most, (unsigned long long)half_empty,
		(unsigned long long)most_empty);
	ox_spool_free(empty);
	check_case();
}

/* -- looking -- */

static void look(ox_spool *spool, const char *when, uint64_t due, uint64_t deferred)
{
	static uint32_t lanes[OX_SPOOL_LANES];
	ox_spool_status status = {.lanes = lanes};
	ox_spool_filter filter = {.limit = LIST_PAGE};
	ox_place places[LIST_PAGE];
	ox_error error;
	size_t count = 0;
	uint64_t begun_ms = ox_clock_ms();
	check(ox_spool_status_read(spool, &status, &error) == OX_OK, "status: %s", error.text);
	uint64_t status_ms = ox_clock_ms() - begun_ms;
	check(status.count[OX_SPOOL_DUE] == due && status.count[OX_SPOOL_DEFERRED] == deferred,
		"%s: %llu due and %llu deferred", when, (unsigned long long)status.count[OX_SPOOL_DUE],
		(unsigned long long)status.count[OX_SPOOL_DEFERRED]);
	begun_ms = ox_clock_ms();
	check(ox_spool_list(spool, &filter, places, &count, &error) == OX_OK && count == LIST_PAGE, "list: %zu",
		count);
	printf("million: %s: status in %llu ms, a page of the list in %llu ms\n", when, (unsigned long long)status_ms,
		(unsigned long long)(ox_clock_ms() - begun_ms));
	check_case();
}

/* As `outbox list` and `outbox retry --all` go through it. */
static void list_all(ox_spool *spool)
{
	static ox_place places[ALL_PAGE];
	char after[OX_SPOOL_ID_SIZE + 1];
	ox_spool_filter filter = {.limit = ALL_PAGE};
	ox_error error;
	size_t count = ALL_PAGE, all = 0;
	uint64_t begun_ms = ox_clock_ms();
	while (count == ALL_PAGE && check(ox_spool_list(spool, &filter, places, &count, &error) == OX_OK, "list") && count) {
		memcpy(after, places[count - 1].id, sizeof after);
		filter.after = after;
		all += count;
	}
	uint64_t took_ms = ox_clock_ms() - begun_ms;
	check(all == ALL && took_ms <= ALL_MAX_MS, "%zu were listed in %llu ms", all, (unsigned long long)took_ms);
	printf("million: all of the list in %llu ms\n", (unsigned long long)took_ms);
	check_case();
}

/* The buckets whose letters are gone are gone themselves. */
static void check_buckets(const char *path)
{
	char name[600];
	size_t count = 0;
	snprintf(name, sizeof name, "%s/d", path);
	count_names(name, &count);
	/* Whose time is in two buckets has two. */
	check(count >= BUCKETS - DUE_BUCKETS && count <= 2 * (BUCKETS - DUE_BUCKETS), "%zu buckets are left", count);
	check_case();
}

static void measure(ox_spool *spool, const char *folder, const char *path, sink *server)
{
	look(spool, "before", 0, ALL);
	list_all(spool);
	compare_queueing(spool, folder);
	backlog_run run = backlog_deliver(path);
	backlog_check_arrivals(server, DUE);
	check_case();
	uint64_t first_ms = server->first_ms - run.begun_ms, all_ms = server->last_ms - server->first_ms;
	uint64_t rate = all_ms ? DUE * 1000ULL / all_ms : 0;
	check(first_ms <= FIRST_MAX_MS, "%llu ms to the first message", (unsigned long long)first_ms);
	check_case();
	check(rate >= RATE_MIN, "%llu messages a second", (unsigned long long)rate);
	check_case();
	check(run.resident_kb && run.resident_kb <= RESIDENT_MAX_KB, "%zu KiB resident", run.resident_kb);
	check_case();
	look(spool, "after", SAMPLES, ALL - DUE);
	check_buckets(path);
	printf("million: first message after %llu ms, %llu messages a second, %zu KiB resident\n",
		(unsigned long long)first_ms, (unsigned long long)rate, run.resident_kb);
}

void backlog_million(const char *folder)
{
	static sink server;
	char path[512];
	if (!has_room(folder)) {
		printf("million: %s has no room for 1,000,000 files and 12 GiB\n0 passed, 0 failed, 1 skipped\n", folder);
		return;
	}
	snprintf(path, sizeof path, "%s/full", folder);
	ox_spool *spool = crash_open(path, true);
	if (!check(spool != NULL, "no spool")) {
		return;
	}
	server.pipelining = server.chunking = true;
	server.room = DUE;
	sink_start(&server);
	backlog_profile(path, &server);
	printf("million: made in %u s\n", by_many(make_part, path));
	sync(); /* or writing all of this back would be what is measured */
	measure(spool, folder, path, &server);
	ox_spool_free(spool);
	sink_stop(&server);
	(void)by_many(remove_part, path);
}
