/* SPDX-License-Identifier: MIT */
#include "crash.h"

#include <dirent.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/file.h"
#include "spool/scan.h"

/* -- ledger and messages -- */

void *crash_shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

ledger *ledger_new(void)
{
	return crash_shared(sizeof(ledger));
}

void ledger_reset(ledger *book)
{
	memset(book, 0, sizeof *book);
}

static uint8_t octet_at(uint32_t seed, uint64_t offset)
{
	uint64_t mixed = (offset / 8 + seed * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
	return offset < 4 ? (uint8_t)(seed >> (8 * offset)) : (uint8_t)(mixed >> (offset % 8 * 8) ^ mixed >> 31);
}

static size_t read_message(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ledger_entry *entry = context;
	uint64_t left = entry->size - offset;
	size_t part = left < size ? (size_t)left : size;
	for (size_t i = 0; i < part; i++) {
		((uint8_t *)bytes)[i] = octet_at(entry->seed, offset + i);
	}
	return part;
}

ox_source message_source(ledger_entry *entry)
{
	return (ox_source){entry, read_message};
}

bool message_is_known(const ledger *book, ox_claim *claim, size_t *index)
{
	static uint8_t bytes[65536];
	ox_source source = ox_claim_source(claim);
	const ox_record *record = ox_claim_record(claim);
	size_t got = source.read(source.context, 0, bytes, sizeof bytes);
	uint32_t seed = got < 4 ? 0 : bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	for (*index = 0; *index < book->count && book->entries[*index].seed != seed; (*index)++) {
	}
	if (*index == book->count || book->entries[*index].size != record->size) {
		return false;
	}
	for (uint64_t offset = 0; offset < record->size; offset += got) {
		got = source.read(source.context, offset, bytes, sizeof bytes);
		for (size_t i = 0; i < got; i++) {
			if (bytes[i] != octet_at(seed, offset + i)) {
				return false;
			}
		}
		if (!got) {
			return false;
		}
	}
	return true;
}

/* -- places -- */

static char folder[64];
static pid_t folder_owner;

static void remove_folder(void)
{
	if (getpid() == folder_owner) {
		remove_tree(folder);
	}
}

const char *crash_folder(void)
{
	if (!folder[0]) {
		snprintf(folder, sizeof folder, "%s/outbox-crash-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		if (!mkdtemp(folder)) {
			perror(folder);
			exit(1);
		}
		folder_owner = getpid();
		atexit(remove_folder);
	}
	return folder;
}

ox_spool *crash_try_open(const char *path, bool make, ox_error *error)
{
	ox_spool_options options;
	ox_spool *spool;
	ox_spool_options_init(&options, path);
	options.make = make;
	options.any_parent = true; /* below /tmp or /dev/shm */
	options.limits.free_bytes = 0;
	options.limits.free_inodes = 0;
	(void)!ox_spool_open(&options, &spool, error);
	return spool;
}

ox_spool *crash_open(const char *path, bool make)
{
	ox_error error;
	ox_spool *spool = crash_try_open(path, make, &error);
	if (!spool) {
		fprintf(stderr, "%s\n", error.text);
	}
	return spool;
}

/* -- verdicts -- */

static unsigned long passed, failed, broken; /* broken: checks of this case */
enum { SAID_MAX = 20 };

bool check(bool holds, const char *format, ...)
{
	static unsigned long said;
	if (holds) {
		return true;
	}
	broken++;
	if (said++ < SAID_MAX) {
		va_list arguments;
		va_start(arguments, format);
		printf("FAILED: ");
		vprintf(format, arguments);
		printf("\n");
		va_end(arguments);
	}
	return false;
}

void check_case(void)
{
	passed += !broken;
	failed += broken != 0;
	broken = 0;
}

int crash_close(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	if (broken) {
		check_case();
	}
	printf("\n%lu passed, %lu failed\n", passed, failed);
	return failed || !passed;
}

/* -- census -- */

static void claim_one(ox_spool *spool, const ledger *book, const ox_place *place, uint64_t now_ms,
	spool_census *census)
{
	ox_claim *claim;
	ox_claim_fate fate;
	ox_error error;
	size_t index;
	if (!check(ox_claim_open(spool, place, now_ms, &claim, &fate, &error) == OX_OK, "claim: %s",
		    error.text)) {
		return;
	}
	census->quarantined += fate == OX_CLAIM_QUARANTINED;
	census->settled += fate == OX_CLAIM_SETTLED;
	census->busy += fate == OX_CLAIM_BUSY;
	if (fate == OX_CLAIM_TAKEN) {
		if (message_is_known(book, claim, &index)) {
			census->found[index]++;
			census->held += place->state == OX_SPOOL_HELD;
		} else {
			census->unknown++;
		}
		ox_claim_release(claim);
	}
}

void count_names(const char *path, size_t *count)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	while (directory && (entry = readdir(directory))) {
		*count += entry->d_name[0] != '.';
	}
	if (directory) {
		closedir(directory);
	}
}

void take_census(ox_spool *spool, const ledger *book, uint64_t now_ms, spool_census *census)
{
	static const ox_spool_state states[] = {OX_SPOOL_DUE, OX_SPOOL_DEFERRED, OX_SPOOL_HELD};
	char tmp[256];
	memset(census, 0, sizeof *census);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		ox_scan *scan;
		ox_place place;
		ox_error error;
		int status = ox_scan_open(spool, states[i], &scan, &error);
		while (status == OX_OK && (status = ox_scan_next(scan, &place, &error)) == OX_OK) {
			claim_one(spool, book, &place, now_ms, census);
		}
		check(status == OX_AGAIN, "scan: %s", error.text);
		ox_scan_free(scan);
	}
	snprintf(tmp, sizeof tmp, "%s/tmp", ox_spool_path(spool));
	count_names(tmp, &census->temporary);
}
