/* SPDX-License-Identifier: MIT */
/* A filesystem that is full to its last octet, or out of inodes: queueing says so and leaves nothing, what was
 * acknowledged stays, and delivery goes on. On a tmpfs in a mount namespace of our own, and on ext4, XFS and btrfs, where
 * now and then what the disk has is looked into as after a sudden halt. */
#include "full.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CYCLES = 100, LONG_CYCLES = 1000, DISK_CYCLES = 3, LONG_DISK_CYCLES = 60, CHECK_EACH = 8,
	RESERVE = 2 << 20 };
static const uint64_t now_ms = 1700000000000;

static const disk disks[] = {
	{.name = "octets", .type = "tmpfs", .options = "size=5200k,mode=0700"},
	{.name = "inodes", .type = "tmpfs", .options = "size=8m,nr_inodes=120,mode=0700", .inodes = true},
	{.name = "ext4", .type = "ext4", .mebibytes = 32},
	{.name = "xfs", .type = "xfs", .mebibytes = 320},
	{.name = "btrfs", .type = "btrfs", .mebibytes = 128, .roomy = true},
};

static unsigned long acknowledged, refused, delivered, lost;

static bool write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);
	bool done = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
	if (file >= 0) {
		close(file);
	}
	return done;
}

/* Root of its own, where we are none. */
static bool enter_namespace(void)
{
	char map[64];
	unsigned uid = geteuid(), gid = getegid();
	if (uid == 0) {
		return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
		return false;
	}
	(void)!write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", uid);
	if (!write_text("/proc/self/uid_map", map)) {
		return false;
	}
	snprintf(map, sizeof map, "0 %u 1", gid);
	return write_text("/proc/self/gid_map", map);
}

static ox_submission submission_of(ledger_entry *entry)
{
	static const ox_spool_recipient recipient = {.address = "to@example.com"};
	return (ox_submission){.profile = "main", .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = message_source(entry), .size = entry->size};
}

/* Until nothing fits any more. */
static void fill(ox_spool *spool, ledger *book, const disk *of, unsigned cycle)
{
	ox_error error;
	ledger_reset(book);
	while (book->count < LEDGER_MAX) {
		ledger_entry *entry = &book->entries[book->count];
		entry->seed = cycle * LEDGER_MAX + (uint32_t)book->count + 1;
		entry->size = !of->inodes ? 100000 + (entry->seed * 7919u) % 400000 : 100;
		ox_submission submission = submission_of(entry);
		if (book->count % 3 == 1) {
			submission.key = (ox_slice){(const char *)&entry->seed, sizeof entry->seed};
		}
		if (book->count % 5 == 2) {
			submission.send_at_ms = now_ms + (uint64_t)entry->seed * 1000000;
		}
		book->count++;
		int status = ox_spool_enqueue(spool, &submission, OX_DURABILITY_FULL, now_ms, &error);
		memcpy(entry->id, submission.id, sizeof entry->id);
		entry->acked = status == OX_OK;
		entry->refused = status != OX_OK;
		if (status != OX_OK) {
			check(error.class == OX_ERROR_STORAGE && error.fact == OX_FACT_SPOOL_FULL, "%s: full, and says %s: %s",
				of->name, ox_fact_name(error.fact), error.text);
			refused++;
			return;
		}
		acknowledged++;
		if (of->mebibytes && acknowledged % CHECK_EACH == 0) {
			full_disk_check(of, book, now_ms);
		}
	}
}

/* To the last octet or inode. */
static void fill_up(const char *mount_point, const disk *of)
{
	char path[256], octets[4096] = {0};
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof path, "%s/filler%d", mount_point, i);
		int file = open(path, O_CREAT | O_WRONLY, 0600);
		if (file < 0) {
			return;
		}
		for (size_t piece = !of->inodes ? sizeof octets : 0; piece; piece /= 2) {
			while (write(file, octets, piece) > 0) {
			}
		}
		close(file);
		if (!of->inodes) {
			return;
		}
	}
}

static void drop_fillers(const char *mount_point)
{
	char path[256];
	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof path, "%s/filler%d", mount_point, i);
		(void)unlink(path);
	}
}

static void deliver(ox_spool *spool, const ox_place *place, ledger *book, const disk *of)
{
	ox_claim *claim;
	ox_claim_fate fate = OX_CLAIM_GONE;
	ox_error error;
	size_t index;
	if (!check(ox_claim_open(spool, place, now_ms, &claim, &fate, &error) == OX_OK && fate == OX_CLAIM_TAKEN,
		    "%s: not claimed (%d)", of->name, fate)) {
		return;
	}
	if (!check(message_is_known(book, claim, &index), "%s: an unknown message", of->name)) {
		ox_claim_release(claim);
		return;
	}
	book->entries[index].sent = true;
	check(ox_claim_intend(claim, now_ms, &error) == OX_OK, "%s: intend: %s", of->name, error.text);
	check(ox_claim_result(claim, 0, OX_OUTCOME_SENT, 250, NULL, "mx.example.com", "2.0.0 Ok: queued as 4F1", now_ms,
		&error) == OX_OK, "%s: result", of->name);
	check(ox_claim_end(claim, OX_ENDING_SENT, now_ms, &error) == OX_OK, "%s: end: %s", of->name, error.text);
	check(ox_claim_sync(claim, &error) == OX_OK, "%s: sync: %s", of->name, error.text);
	check(ox_claim_finish(claim, now_ms, &error) == OX_OK, "%s: finish: %s", of->name, error.text);
	delivered++;
}

/* The relay says later, and its bucket has to be made. The room for that was kept. */
static void put_off(ox_spool *spool, ledger *book, const disk *of, unsigned cycle)
{
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate = OX_CLAIM_GONE;
	ox_error error = {0};
	if (!check(ox_spool_find(spool, book->entries[0].id, &place, &error) == OX_OK &&
			ox_claim_open(spool, &place, now_ms, &claim, &fate, &error) == OX_OK && claim,
		    "%s: not claimed (%d)", of->name, fate)) {
		return;
	}
	check(ox_claim_intend(claim, now_ms, &error) == OX_OK, "%s: intend: %s", of->name, error.text);
	check(ox_claim_result(claim, 0, OX_OUTCOME_DEFERRED, 451, NULL, "mx.example.com", "later", now_ms, &error) == OX_OK,
		"%s: result", of->name);
	check(ox_claim_defer(claim, now_ms + 3600000 * (uint64_t)(cycle + 1), "4xx", now_ms, &error) == OX_OK,
		"%s: putting off: %s", of->name, error.text);
	check(ox_spool_find(spool, book->entries[0].id, &place, &error) == OX_OK && place.state == OX_SPOOL_DEFERRED,
		"%s: put off, and not there", of->name);
}

static void drain(ox_spool *spool, ledger *book, const disk *of)
{
	static const ox_spool_state states[] = {OX_SPOOL_DUE, OX_SPOOL_DEFERRED};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		ox_scan *scan;
		ox_place place;
		ox_error error;
		check(ox_scan_open(spool, states[i], &scan, &error) == OX_OK, "%s: %s", of->name, error.text);
		while (ox_scan_next(scan, &place, &error) == OX_OK) {
			deliver(spool, &place, book, of);
		}
		ox_scan_free(scan);
	}
	for (size_t i = 0; i < book->count; i++) {
		lost += book->entries[i].acked && !book->entries[i].sent;
		check(!book->entries[i].acked || book->entries[i].sent, "%s: acknowledged and lost", of->name);
		check(!book->entries[i].refused || !book->entries[i].sent, "%s: refused and delivered", of->name);
	}
}

/* What is given back before a disk that writes nothing in place delivers. */
static void reserve(const char *point)
{
	char path[FULL_PATH_SIZE + 16];
	snprintf(path, sizeof path, "%s/filler0", point);
	int file = open(path, O_CREAT | O_WRONLY, 0600);
	check(file >= 0 && posix_fallocate(file, 0, RESERVE) == 0, "%s cannot be made", path);
	if (file >= 0) {
		close(file);
	}
}

static void run_cycles(const disk *of, const char *point, ledger *book, unsigned cycles)
{
	char path[FULL_PATH_SIZE + 16];
	ox_spool_swept swept;
	ox_error error;
	snprintf(path, sizeof path, "%s/spool", point);
	ox_spool *spool = crash_open(path, true);
	for (unsigned cycle = 0; spool && cycle < cycles; cycle++) {
		unsigned long before = acknowledged;
		ox_spool_keep_ballast(spool);
		if (of->roomy) {
			reserve(point);
		}
		fill(spool, book, of, cycle);
		check(acknowledged > before, "%s: nothing fits into an empty spool", of->name);
		if (of->roomy) {
			drop_fillers(point);
		} else {
			fill_up(point, of);
			put_off(spool, book, of, cycle);
		}
		drain(spool, book, of);
		drop_fillers(point);
		/* Markers of yesterday, empty buckets. */
		check(ox_spool_sweep(spool, now_ms * 2, &swept, &error) == OX_OK, "%s: sweep: %s", of->name, error.text);
		check_case();
	}
	check(spool != NULL, "%s: no spool", of->name);
	ox_spool_free(spool);
}

static void run_disk(const disk *of, ledger *book, bool is_long)
{
	char point[FULL_PATH_SIZE];
	if (of->mebibytes) {
		if (full_disk_mount(of, point)) {
			run_cycles(of, point, book, is_long ? LONG_DISK_CYCLES : DISK_CYCLES);
		} else {
			printf("full: no %s here: root, a loop device, mkfs.%s and the kernel's part are needed\n"
				"0 passed, 0 failed, 1 skipped\n", of->type, of->type);
		}
		full_disk_unmount(of);
	} else if (mount("none", crash_folder(), of->type, 0, of->options) == 0) {
		run_cycles(of, crash_folder(), book, is_long ? LONG_CYCLES : CYCLES);
		(void)umount2(crash_folder(), MNT_DETACH);
	} else {
		check(false, "%s: mount: %s", of->name, strerror(errno));
		check_case();
	}
}

int main(int count, char **arguments)
{
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	ledger *book = ledger_new();
	(void)crash_folder();
	if (!enter_namespace()) {
		printf("full: this machine lets nobody mount a tmpfs\n0 passed, 0 failed, 1 skipped\n");
		return 0;
	}
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
		run_disk(&disks[i], book, is_long);
	}
	return crash_close("full: %lu acknowledged, %lu refused, %lu delivered with nothing left, %lu lost", acknowledged,
		refused, delivered, lost);
}
