/* SPDX-License-Identifier: MIT */
/* Where a message is, and which messages fit. */
#include <stdlib.h>
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

/* The first ones so far, as a heap: the last of them is on top, and goes when an earlier one comes. */
typedef struct {
	ox_spool *spool;
	const ox_spool_filter *filter;
	ox_place *places;
	size_t count;
} lister;

static int compare_places(const void *a, const void *b)
{
	return strcmp(((const ox_place *)a)->id, ((const ox_place *)b)->id);
}

static int fits(const lister *list, const ox_place *place, bool *fits, ox_error *error)
{
	const ox_spool_filter *filter = list->filter;
	bool full = list->count == filter->limit;
	*fits = (!filter->after || strcmp(place->id, filter->after) > 0) &&
		(!full || compare_places(place, &list->places[0]) < 0) &&
		(!filter->profile || ox_spool_id_lane(place->id) == ox_spool_lane(filter->profile));
	bool inside = filter->profile || filter->tag || filter->recipient;
	return *fits && inside ? fits_inside(list->spool, filter, place, fits, error) : OX_OK;
}

static void rise(lister *list, const ox_place *place)
{
	size_t at = list->count++;
	for (; at && compare_places(&list->places[(at - 1) / 2], place) < 0; at = (at - 1) / 2) {
		list->places[at] = list->places[(at - 1) / 2];
	}
	list->places[at] = *place;
}

/* In place of the top. */
static void sink(lister *list, const ox_place *place)
{
	size_t at = 0;
	for (;;) {
		size_t child = at * 2 + 1;
		if (child + 1 < list->count && compare_places(&list->places[child], &list->places[child + 1]) < 0) {
			child++;
		}
		if (child >= list->count || compare_places(&list->places[child], place) <= 0) {
			break;
		}
		list->places[at] = list->places[child];
		at = child;
	}
	list->places[at] = *place;
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
			list->count < list->filter->limit ? rise(list, &place) : sink(list, &place);
		}
	}
	ox_scan_free(scan);
	return status == OX_AGAIN ? OX_OK : status;
}

/* One that moved while we looked was seen twice. */
static void sort_once(lister *list)
{
	size_t kept = 0;
	if (list->count) {
		qsort(list->places, list->count, sizeof *list->places, compare_places);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (!kept || compare_places(&list->places[kept - 1], &list->places[i]) != 0) {
			list->places[kept++] = list->places[i];
		}
	}
	list->count = kept;
}

int ox_spool_list(ox_spool *spool, const ox_spool_filter *filter, ox_place *places, size_t *count,
	ox_error *error)
{
	ox_spool_filter rest = *filter;
	int status = OX_OK;
	bool pushed_out = true; /* by one that was there twice */
	*count = 0;
	while (status == OX_OK && rest.limit && pushed_out) {
		lister list = {.spool = spool, .filter = &rest, .places = places + *count};
		for (int state = 0; status == OX_OK && state < OX_SPOOL_STATE_COUNT; state++) {
			if (!filter->of_state || (int)filter->state == state) {
				status = list_state(&list, (ox_spool_state)state, error);
			}
		}
		pushed_out = list.count == rest.limit;
		sort_once(&list);
		pushed_out = pushed_out && list.count < rest.limit;
		*count += list.count;
		rest.limit -= list.count;
		rest.after = list.count ? list.places[list.count - 1].id : rest.after;
	}
	return status;
}
