/* SPDX-License-Identifier: MIT */
/* The runner's lock, and the notes around it. */
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "spool/spool_internal.h"
#include "spool/wake.h"

enum { NOTE_MAX = 256, NUMBERS_MAX = 4 };

/* -- notes: files that are replaced as a whole -- */

int ox_run_note_write(ox_spool *spool, const char *name, const void *bytes, size_t size, ox_error *error)
{
	char fresh[OX_SPOOL_NAME_SIZE + 32];
	uint8_t random[8];
	ox_file file;
	if (ox_random(random, sizeof random) != OX_OK) {
		return ox_spool_refuse(error, OX_FACT_ERRNO, "this system gives no randomness");
	}
	int used = snprintf(fresh, sizeof fresh, "%s.", name);
	for (size_t i = 0; i < sizeof random; i++) {
		used += snprintf(fresh + used, sizeof fresh - (size_t)used, "%02x", random[i]);
	}
	int failed = ox_file_create(spool->tmp, fresh, &file);
	if (!failed) {
		failed = ox_file_write_at(file, 0, bytes, size);
		ox_file_close(file);
		failed = failed ? failed : ox_file_rename(spool->tmp, fresh, spool->root, name, true);
		if (failed) {
			(void)!ox_file_remove(spool->tmp, fresh);
		}
	}
	return failed ? ox_spool_error(error, failed, "writing", name) : OX_OK;
}

int ox_run_note_read(ox_spool *spool, const char *name, void *bytes, size_t *size, ox_error *error)
{
	ox_file file;
	ox_file_facts facts;
	size_t room = *size;
	*size = 0;
	int failed = ox_file_open(spool->root, name, false, &file, &facts);
	if (ox_spool_is(failed, OX_FILE_MISSING)) {
		return OX_OK;
	}
	if (!failed) {
		failed = ox_file_read_at(file, 0, bytes, room, size);
		ox_file_close(file);
	}
	return failed ? ox_spool_error(error, failed, "reading", name) : OX_OK;
}

/* -- numbers parted by blanks -- */

static int write_text(ox_spool *spool, const char *name, const char *text, ox_error *error)
{
	return ox_run_note_write(spool, name, text, strlen(text), error);
}

static int read_text(ox_spool *spool, const char *name, char text[NOTE_MAX], ox_error *error)
{
	size_t got = NOTE_MAX - 1;
	int status = ox_run_note_read(spool, name, text, &got, error);
	text[got] = 0;
	return status;
}

/* What is missing or no number is 0. */
static void parse_numbers(const char *text, uint64_t numbers[NUMBERS_MAX])
{
	ox_slice rest = {text, strcspn(text, "\n")};
	memset(numbers, 0, NUMBERS_MAX * sizeof *numbers);
	for (size_t i = 0; i < NUMBERS_MAX; i++) {
		if (!ox_parse_number(ox_slice_next_word(&rest), &numbers[i])) {
			numbers[i] = 0;
		}
	}
}

static int read_numbers(ox_spool *spool, const char *name, uint64_t numbers[NUMBERS_MAX],
	ox_error *error)
{
	char text[NOTE_MAX];
	int status = read_text(spool, name, text, error);
	parse_numbers(text, numbers);
	return status;
}

int ox_run_next_write(ox_spool *spool, uint64_t next_ms, ox_error *error)
{
	char text[NOTE_MAX];
	(void)snprintf(text, sizeof text, "%llu\n", (unsigned long long)next_ms);
	return write_text(spool, "run.next", text, error);
}

int ox_run_next_read(ox_spool *spool, uint64_t *next_ms, ox_error *error)
{
	uint64_t numbers[NUMBERS_MAX];
	int status = read_numbers(spool, "run.next", numbers, error);
	*next_ms = numbers[0];
	return status;
}

int ox_run_totals_write(ox_spool *spool, const ox_run_totals *totals, ox_error *error)
{
	char text[NOTE_MAX];
	(void)snprintf(text, sizeof text, "%llu %llu %llu\n", (unsigned long long)totals->uncertain,
		(unsigned long long)totals->events_dropped, (unsigned long long)totals->quarantined);
	return write_text(spool, "run.totals", text, error);
}

int ox_run_totals_read(ox_spool *spool, ox_run_totals *totals, ox_error *error)
{
	uint64_t numbers[NUMBERS_MAX];
	int status = read_numbers(spool, "run.totals", numbers, error);
	totals->uncertain = numbers[0];
	totals->events_dropped = numbers[1];
	totals->quarantined = numbers[2];
	return status;
}

/* -- the lock -- */

static const char lock_name[] = "run.lock";

int ox_run_lock(ox_spool *spool, const char *version, uint64_t now_ms, ox_file *lock, ox_error *error)
{
	char text[NOTE_MAX];
	ox_file_facts facts;
	*lock = OX_FILE_NONE;
	int failed = ox_file_open_or_create(spool->root, lock_name, lock, &facts);
	if (failed) {
		return ox_spool_error(error, failed, "opening", lock_name);
	}
	failed = ox_file_lock(*lock, false);
	if (!failed) {
		(void)snprintf(text, sizeof text, "%llu %llu %.31s\n", (unsigned long long)ox_process_id(),
			(unsigned long long)now_ms, version);
		/* For people; the lock itself is what counts. Never unlinked: two runners could lock two files. */
		(void)!ox_file_cut(*lock, 0);
		(void)!ox_file_write_at(*lock, 0, text, strlen(text));
		return OX_OK;
	}
	ox_file_close(*lock);
	*lock = OX_FILE_NONE;
	return ox_spool_is(failed, OX_FILE_BUSY) ? OX_AGAIN : ox_spool_error(error, failed, "locking", lock_name);
}

static int is_running(ox_spool *spool, bool *running, ox_error *error)
{
	ox_file file;
	ox_file_facts facts;
	*running = false;
	int failed = ox_file_open(spool->root, lock_name, false, &file, &facts);
	if (ox_spool_is(failed, OX_FILE_MISSING)) {
		return OX_OK;
	}
	if (failed) {
		return ox_spool_error(error, failed, "opening", lock_name);
	}
	/* Shared, so that two who look do not see each other. */
	*running = ox_spool_is(ox_file_lock(file, true), OX_FILE_BUSY);
	ox_file_close(file);
	return OX_OK;
}

int ox_run_info_read(ox_spool *spool, ox_run_info *info, ox_error *error)
{
	char text[NOTE_MAX];
	uint64_t numbers[NUMBERS_MAX];
	memset(info, 0, sizeof *info);
	int status = is_running(spool, &info->running, error);
	status = status ? status : read_text(spool, lock_name, text, error);
	if (status != OX_OK || !info->running) {
		return status;
	}
	parse_numbers(text, numbers);
	info->pid = numbers[0];
	info->since_ms = numbers[1];
	ox_slice rest = {text, strcspn(text, "\n")};
	(void)ox_slice_next_word(&rest);
	(void)ox_slice_next_word(&rest);
	ox_slice version = ox_slice_next_word(&rest);
	(void)snprintf(info->version, sizeof info->version, "%.*s", (int)version.size, version.at);
	return OX_OK;
}

/* -- starting one -- */

static const char spawn_name[] = "run.spawn";

static uint64_t pause_after(uint64_t failures)
{
	uint64_t pause_ms = OX_SPAWN_PAUSE_MS;
	for (uint64_t i = 1; i <= failures && pause_ms < OX_SPAWN_PAUSE_MAX_MS; i++) {
		pause_ms *= 2;
	}
	return pause_ms < OX_SPAWN_PAUSE_MAX_MS ? pause_ms : OX_SPAWN_PAUSE_MAX_MS;
}

static void read_spawn(const char *text, ox_spawn_note *note)
{
	uint64_t numbers[NUMBERS_MAX];
	parse_numbers(text, numbers);
	note->last_ms = numbers[0];
	note->failures = (uint32_t)numbers[1];
	note->system_error = (int)numbers[2];
	note->allowed_ms = note->last_ms ? note->last_ms + pause_after(note->failures) : 0;
}

int ox_spawn_note_read(ox_spool *spool, ox_spawn_note *note, ox_error *error)
{
	char text[NOTE_MAX];
	int status = read_text(spool, spawn_name, text, error);
	read_spawn(text, note);
	return status;
}

/* In place and under its lock: of many who ask at the same moment one is told to. */
static int open_spawn(ox_spool *spool, ox_file *file, char text[NOTE_MAX], ox_error *error)
{
	ox_file_facts facts;
	size_t got = 0;
	int failed = ox_file_open_or_create(spool->root, spawn_name, file, &facts);
	failed = failed ? failed : ox_file_lock(*file, false);
	failed = failed ? failed : ox_file_read_at(*file, 0, text, NOTE_MAX - 1, &got);
	text[got] = 0;
	if (failed) {
		ox_file_close(*file);
		*file = OX_FILE_NONE;
		return ox_spool_is(failed, OX_FILE_BUSY) ? OX_AGAIN :
			ox_spool_error(error, failed, "opening", spawn_name);
	}
	return OX_OK;
}

/* takes file */
static int write_spawn(ox_file file, uint64_t last_ms, uint32_t failures, int system_error,
	ox_error *error)
{
	char text[NOTE_MAX];
	/* Of one length, so that nothing of the old text is left behind it. */
	(void)snprintf(text, sizeof text, "%020llu %010u %010d\n", (unsigned long long)last_ms, failures,
		system_error);
	int failed = ox_file_write_at(file, 0, text, strlen(text));
	ox_file_close(file);
	return failed ? ox_spool_error(error, failed, "writing", spawn_name) : OX_OK;
}

int ox_spawn_ask(ox_spool *spool, uint64_t now_ms, ox_spawn_note *note, ox_error *error)
{
	char text[NOTE_MAX];
	ox_file file;
	memset(note, 0, sizeof *note);
	int status = open_spawn(spool, &file, text, error);
	if (status != OX_OK) {
		return status;
	}
	read_spawn(text, note);
	/* A clock that went back must not keep a runner from starting. */
	if (note->last_ms <= now_ms && now_ms < note->allowed_ms) {
		ox_file_close(file);
		return OX_AGAIN;
	}
	return write_spawn(file, now_ms, note->failures, note->system_error, error);
}

int ox_spawn_report(ox_spool *spool, uint64_t now_ms, int system_error, ox_error *error)
{
	char text[NOTE_MAX];
	ox_spawn_note note;
	ox_file file;
	int status = open_spawn(spool, &file, text, error);
	if (status != OX_OK) {
		return status == OX_AGAIN ? OX_OK : status;
	}
	read_spawn(text, &note);
	uint32_t failures = system_error ? (note.failures < 1000 ? note.failures + 1 : 1000) : 0;
	return write_spawn(file, now_ms, failures, system_error, error);
}
