/* SPDX-License-Identifier: MIT */
/* Where a message is, and which messages fit. */
#include <string.h>

#include "base/string.h"
#include "spool/claim.h"
#include "spool/scan_internal.h"

static bool is_there(ox_spool *spool, const ox_place *place)
{
	ox_file_facts facts;
	ox_file directory;
	return ox_spool_folder(spool, place, false, &directory) == 0 &&
		ox_file_facts_at(directory, place->id, &facts) == 0;
}

static int find_in_folders(ox_spool *spool, const char *id, ox_spool_state state, ox_place *place,
	ox_error *error)
{
	ox_folders folders;
	int status = ox_folders_read(spool, state, &folders, error);
	bool found = false;
	for (size_t i = 0; status == OX_OK && !found && i < folders.count; i++) {
		*place = ox_place_of(id, state, folders.numbers[i]);
		/* One that is kept open may be another by now. */
		ox_spool_forget_folder(spool, place);
		found = is_there(spool, place);
	}
	ox_folders_clear(&folders);
	return status != OX_OK || found ? status : OX_AGAIN;
}

static int find_once(ox_spool *spool, const char *id, ox_place *place, ox_error *error)
{
	static const ox_spool_state single[] = {OX_SPOOL_DUE, OX_SPOOL_HELD, OX_SPOOL_QUARANTINED};
	for (size_t i = 0; i < sizeof single / sizeof *single; i++) {
		*place = ox_place_of(id, single[i], 0);
		if (is_there(spool, place)) {
			return OX_OK;
		}
	}
	int status = find_in_folders(spool, id, OX_SPOOL_DEFERRED, place, error);
	return status == OX_AGAIN ? find_in_folders(spool, id, OX_SPOOL_FAILED, place, error) : status;
}

int ox_spool_find(ox_spool *spool, const char *id, ox_place *place, ox_error *error)
{
	if (!ox_spool_id_is_valid(id)) {
		return OX_AGAIN;
	}
	int status = find_once(spool, id, place, error);
	/* It may have moved behind the search's back, from where was not looked yet to where it was. */
	return status == OX_AGAIN ? find_once(spool, id, place, error) : status;
}

/* -- lists -- */

static bool has_recipient(const ox_record *record, const char *address)
{
	for (size_t i = 0; i < record->recipient_count; i++) {
		if (ox_equal_nocase(record->recipients[i].address, address)) {
			return true;
		}
	}
	return false;
}

static bool is_text(const char *wanted, const char *text)
{
	return !wanted || (text && !strcmp(wanted, text));
}

static int fits_inside(ox_spool *spool, const ox_spool_filter *filter, const ox_place *place,
	bool *fits, ox_error *error)
{
	ox_claim *claim;
	ox_claim_fate fate;
	int status = ox_claim_look(spool, place, &claim, &fate, error);
	*fits = false;
	if (status != OX_OK || fate != OX_CLAIM_TAKEN) {
		return status;
	}
	const ox_record *record = ox_claim_record(claim);
	*fits = is_text(filter->profile, record->profile) && is_text(filter->tag, record->tag) &&
		(!filter->recipient || has_recipient(record, filter->recipient));
	ox_claim_release(claim);
	return OX_OK;
}

typedef struct {
	ox_spool *spool;
	const ox_spool_filter *filter;
	ox_place *places;
	size_t count;
} lister;

static int fits(const lister *list, const ox_place *place, bool *fits, ox_error *error)
{
	const ox_spool_filter *filter = list->filter;
	bool full = list->count == filter->limit;
	*fits = (!filter->after || strcmp(place->id, filter->after) > 0) &&
		(!full || strcmp(place->id, list->places[list->count - 1].id) < 0) &&
		(!filter->profile || ox_spool_id_lane(place->id) == ox_spool_lane(filter->profile));
	bool inside = filter->profile || filter->tag || filter->recipient;
	return *fits && inside ? fits_inside(list->spool, filter, place, fits, error) : OX_OK;
}

/* Into its place among the first ones. */
static void insert(lister *list, const ox_place *place)
{
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(list->places[middle].id, place->id);
		if (order == 0) {
			return; /* it moved while we looked, and was seen twice */
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	size_t kept = list->count < list->filter->limit ? list->count++ : list->count - 1;
	memmove(list->places + low + 1, list->places + low, (kept - low) * sizeof *list->places);
	list->places[low] = *place;
}

static int list_state(lister *list, ox_spool_state state, ox_error *error)
{
	ox_scan *scan;
	ox_place place;
	int status = ox_scan_open(list->spool, state, &scan, error);
	while (status == OX_OK && (status = ox_scan_next(scan, &place, error)) == OX_OK) {
		bool fit;
		status = fits(list, &place, &fit, error);
		if (status == OX_OK && fit) {
			insert(list, &place);
		}
	}
	ox_scan_free(scan);
	return status == OX_AGAIN ? OX_OK : status;
}

int ox_spool_list(ox_spool *spool, const ox_spool_filter *filter, ox_place *places, size_t *count,
	ox_error *error)
{
	lister list = {.spool = spool, .filter = filter, .places = places};
	int status = OX_OK;
	for (int state = 0; status == OX_OK && filter->limit && state < OX_SPOOL_STATE_COUNT; state++) {
		if (!filter->of_state || (int)filter->state == state) {
			status = list_state(&list, (ox_spool_state)state, error);
		}
	}
	*count = list.count;
	return status;
}
