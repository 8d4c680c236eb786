/* SPDX-License-Identifier: MIT */
/* Passes over the names of a state. */
#include "spool/scan.h"

#include <stdlib.h>
#include <string.h>

#include "spool/scan_internal.h"

/* -- the folders of a state, sorted -- */

static bool parse_folder(ox_spool_state state, const char *name, uint64_t *number)
{
	return state == OX_SPOOL_DEFERRED ? ox_spool_bucket_parse(name, number) :
		ox_spool_day_parse(name, number);
}

static int add_folder(ox_folders *folders, uint64_t number)
{
	if (folders->count == folders->capacity) {
		size_t capacity = folders->capacity ? 2 * folders->capacity : 64;
		uint64_t *larger = ox_realloc(folders->numbers, capacity * sizeof *larger);
		if (!larger) {
			return OX_E_NOMEM;
		}
		folders->numbers = larger;
		folders->capacity = capacity;
	}
	folders->numbers[folders->count++] = number;
	return OX_OK;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

int ox_folders_read(ox_spool *spool, ox_spool_state state, ox_folders *folders, ox_error *error)
{
	ox_listing *listing;
	const char *name = NULL;
	uint64_t number;
	memset(folders, 0, sizeof *folders);
	int failed = ox_listing_open(state == OX_SPOOL_DEFERRED ? spool->deferred : spool->failed,
		&listing);
	if (failed) {
		return ox_spool_error(error, failed, "listing the spool's directory",
			ox_spool_state_name(state));
	}
	int status = OX_OK;
	while (status == OX_OK && (failed = ox_listing_next(listing, &name)) == 0 && name) {
		if (parse_folder(state, name, &number)) {
			status = add_folder(folders, number);
		}
	}
	ox_listing_free(listing);
	if (status != OX_OK || failed) {
		ox_folders_clear(folders);
		return status != OX_OK ? ox_error_memory(error, OX_STAGE_NONE) :
			ox_spool_error(error, failed, "listing the spool's directory", ox_spool_state_name(state));
	}
	if (folders->count) {
		qsort(folders->numbers, folders->count, sizeof *folders->numbers, compare_numbers);
	}
	return OX_OK;
}

void ox_folders_clear(ox_folders *folders)
{
	ox_free(folders->numbers);
	memset(folders, 0, sizeof *folders);
}

/* -- one pass -- */

int ox_scan_open(ox_spool *spool, ox_spool_state state, ox_scan **scan, ox_error *error)
{
	*scan = NULL;
	ox_scan *made = ox_alloc(sizeof *made);
	if (!made) {
		(void)ox_error_memory(error, OX_STAGE_NONE);
		return OX_E_NOMEM;
	}
	made->spool = spool;
	made->state = state;
	made->directory = OX_FILE_NONE;
	made->last = state == OX_SPOOL_DUE ? OX_SPOOL_SHARDS : 1;
	if (state == OX_SPOOL_DEFERRED || state == OX_SPOOL_FAILED) {
		int status = ox_folders_read(spool, state, &made->folders, error);
		if (status != OX_OK) {
			ox_free(made);
			return status;
		}
		made->last = made->folders.count;
	}
	*scan = made;
	return OX_OK;
}

/* The directory is the spool's, which keeps one bucket and one day open: the listing has its own opening. */
static int open_next(ox_scan *scan, ox_error *error)
{
	ox_place place = {.state = scan->state};
	ox_file directory;
	int failed;
	if (scan->state == OX_SPOOL_DUE) {
		failed = ox_spool_shard(scan->spool, (unsigned)scan->next, &directory);
	} else {
		place.folder = scan->folders.count ? scan->folders.numbers[scan->next] : 0;
		failed = ox_spool_folder(scan->spool, &place, false, &directory);
	}
	scan->folder = place.folder;
	scan->next++;
	failed = failed ? failed : ox_listing_open(directory, &scan->listing);
	if (failed && !ox_spool_is(failed, OX_FILE_MISSING)) {
		return ox_spool_error(error, failed, "listing the spool's directory",
			ox_spool_state_name(scan->state));
	}
	scan->directory = directory;
	return OX_OK; /* a bucket that was removed meanwhile has no listing */
}

int ox_scan_next_name(ox_scan *scan, const char **name, ox_error *error)
{
	for (;;) {
		while (!scan->listing) {
			if (scan->next == scan->last) {
				return OX_AGAIN;
			}
			int status = open_next(scan, error);
			if (status != OX_OK) {
				return status;
			}
		}
		int failed = ox_listing_next(scan->listing, name);
		if (failed) {
			return ox_spool_error(error, failed, "listing the spool's directory",
				ox_spool_state_name(scan->state));
		}
		if (*name) {
			return OX_OK;
		}
		ox_listing_free(scan->listing);
		scan->listing = NULL;
	}
}

int ox_scan_next(ox_scan *scan, ox_place *place, ox_error *error)
{
	const char *name;
	int status;
	do {
		status = ox_scan_next_name(scan, &name, error);
	} while (status == OX_OK && !ox_spool_id_is_valid(name));
	if (status == OX_OK) {
		*place = ox_place_of(name, scan->state, scan->folder);
	}
	return status;
}

void ox_scan_free(ox_scan *scan)
{
	if (scan) {
		ox_listing_free(scan->listing);
		ox_folders_clear(&scan->folders);
		ox_free(scan);
	}
}

enum { MEASURED_MAX = 10000 };

static void measure(const ox_scan *scan, const ox_place *place, uint64_t *measured, uint64_t *bytes)
{
	ox_file_facts facts;
	if (*measured < MEASURED_MAX && ox_file_facts_at(scan->directory, place->id, &facts) == 0) {
		*bytes += facts.size;
		(*measured)++;
	}
}

int ox_spool_count(ox_spool *spool, uint64_t *count, uint64_t *bytes, ox_error *error)
{
	static const ox_spool_state states[] = {OX_SPOOL_DUE, OX_SPOOL_DEFERRED, OX_SPOOL_HELD};
	int status = OX_OK;
	uint64_t measured = 0, sum = 0;
	*count = 0;
	for (size_t i = 0; status == OX_OK && i < sizeof states / sizeof *states; i++) {
		ox_scan *scan;
		ox_place place;
		status = ox_scan_open(spool, states[i], &scan, error);
		while (status == OX_OK && (status = ox_scan_next(scan, &place, error)) == OX_OK) {
			(*count)++;
			if (bytes) {
				measure(scan, &place, &measured, &sum);
			}
		}
		ox_scan_free(scan);
		status = status == OX_AGAIN ? OX_OK : status;
	}
	if (bytes) {
		*bytes = measured && *count > measured ? sum / measured * *count : sum;
	}
	return status;
}
