/* SPDX-License-Identifier: MIT */
/* What is due: hints from the FIFO, names in q/, deferred messages whose time has come. */
#include "runner/runner_internal.h"

#include <string.h>

static int note_id(ox_runner *r, const char *id, ox_error *error)
{
	if (ox_index_knows(r->index, id)) {
		return OX_OK;
	}
	relay_slot *slot = relays_slot_of_id(r, id);
	if (!slot) {
		return r->crowded ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	uint64_t until_ms;
	bool blocked = relays_is_blocked(r, slot, &until_ms);
	int status = ox_index_add(r->index, slot->number, (unsigned)ox_spool_id_class(id), id);
	if (blocked && ox_index_waiting(r->index, slot->number) > BLOCKED_KEEP) {
		ox_index_trim(r->index, slot->number, BLOCKED_KEEP);
	}
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : OX_OK;
}

int look_read_hints(ox_runner *r, ox_error *error)
{
	ox_hint hints[HINTS_ROOM];
	size_t count = HINTS_ROOM;
	bool overflow = false;
	int status = OX_OK;
	while (status == OX_OK && count == HINTS_ROOM && r->fifo != OX_FILE_NONE) {
		status = ox_wake_read(r->fifo, hints, HINTS_ROOM, &count, &overflow, error);
		for (size_t i = 0; i < count && status == OX_OK; i++) {
			if (hints[i].kind == OX_HINT_DUE) {
				status = note_id(r, hints[i].id, error);
			} else {
				r->promote_due = true;
				r->profiles_at_ms = hints[i].kind == OX_HINT_LOOK ? 0 : r->profiles_at_ms;
				r->look_due = r->look_due || hints[i].kind == OX_HINT_LOOK;
			}
		}
		r->look_due = r->look_due || overflow;
	}
	return status;
}

static int promote(ox_runner *r, bool *moved, ox_error *error)
{
	ox_place places[PROMOTE_ROOM];
	size_t room = OX_INDEX_MAX - ox_index_count(r->index), count = 0;
	uint64_t now_ms = ox_wall_clock_ms(), next_ms = 0;
	room = room < PROMOTE_ROOM ? room : PROMOTE_ROOM;
	if (!room) {
		r->promote_at_ms = now_ms + BUSY_MS; /* when some have gone */
		r->promote_due = false;
		return OX_OK;
	}
	int status = ox_spool_promote(r->spool, now_ms, places, room, &count, &next_ms, error);
	for (size_t i = 0; i < count && status == OX_OK; i++) {
		status = note_id(r, places[i].id, error);
	}
	r->promote_at_ms = next_ms;
	r->promote_due = next_ms && next_ms <= now_ms && count > 0;
	if (next_ms && next_ms <= now_ms && !count) {
		r->promote_at_ms = now_ms + BUSY_MS; /* somebody holds what is due */
	}
	*moved = *moved || count;
	return status;
}

/* A part of the look at all names of q/. */
static int scan_turn(ox_runner *r, bool *moved, ox_error *error)
{
	ox_place place;
	int status = OX_OK;
	if (!r->scan) {
		r->look_due = false;
		r->look_at_ms = 0;
		r->crowded = false;
		ox_index_look(r->index);
		status = ox_scan_open(r->spool, OX_SPOOL_DUE, &r->scan, error);
	}
	for (int i = 0; i < LOOK_NAMES && status == OX_OK; i++) {
		status = ox_scan_next(r->scan, &place, error);
		if (status == OX_OK) {
			status = note_id(r, place.id, error);
		}
	}
	*moved = true;
	if (status == OX_OK) {
		return OX_OK; /* there is more */
	}
	ox_scan_free(r->scan);
	r->scan = NULL;
	return status == OX_AGAIN ? OX_OK : status;
}

/* Some slot that could send is running dry while the disk has more for it. */
static bool is_dry(ox_runner *r)
{
	for (unsigned i = 0; i < r->slot_count; i++) {
		uint64_t until_ms;
		relay_slot *slot = r->slots[i];
		if (ox_index_has_more(r->index, slot->number) &&
			ox_index_waiting(r->index, slot->number) < LOW_WATER && !relays_is_blocked(r, slot, &until_ms)) {
			return true;
		}
	}
	return false;
}

int look_turn(ox_runner *r, bool *moved, ox_error *error)
{
	uint64_t now_ms = ox_wall_clock_ms();
	int status = OX_OK;
	if (r->facts.stopping) {
		return OX_OK;
	}
	if (r->promote_due || (r->promote_at_ms && now_ms >= r->promote_at_ms)) {
		status = promote(r, moved, error);
	}
	bool planned = r->look_at_ms && now_ms >= r->look_at_ms;
	if (status == OX_OK && (r->scan || r->look_due || planned || is_dry(r))) {
		status = scan_turn(r, moved, error);
	}
	return status;
}

int look_is_anything_left(ox_runner *r, bool *left, ox_error *error)
{
	ox_scan *scan = NULL;
	ox_place place;
	int status = ox_scan_open(r->spool, OX_SPOOL_DUE, &scan, error);
	*left = false;
	while (status == OX_OK && !*left) {
		status = ox_scan_next(scan, &place, error);
		if (status == OX_OK && !ox_index_knows(r->index, place.id)) {
			uint64_t until_ms;
			relay_slot *slot = relays_slot_of_id(r, place.id);
			*left = slot ? !relays_is_blocked(r, slot, &until_ms) : !r->crowded;
		}
	}
	ox_scan_free(scan);
	return status == OX_AGAIN ? OX_OK : status;
}

static uint64_t hash_of(const char *text, char until)
{
	uint64_t hash = 1469598103934665603u;
	for (; text && *text && *text != until; text++) {
		hash = (hash ^ (uint64_t)ox_lower((unsigned char)*text)) * 1099511628211u;
	}
	return hash;
}

static void sort_one(ox_runner *r, const char *id)
{
	ox_error error;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	ox_place place = {.state = OX_SPOOL_DUE};
	uint64_t tag = 0, domain = 0;
	memcpy(place.id, id, sizeof place.id);
	if (ox_claim_look(r->spool, &place, &claim, &fate, &error) == OX_OK && fate == OX_CLAIM_TAKEN) {
		const ox_record *record = ox_claim_record(claim);
		const char *at = record->recipient_count ? strrchr(record->recipients[0].address, '@') : NULL;
		tag = hash_of(record->tag, 0);
		domain = hash_of(at, 0);
	}
	ox_claim_release(claim);
	/* What cannot be read is sorted, too: it comes to the light when it is taken. Without memory it stays in the order
	 * of its age. */
	(void)!ox_index_sort(r->index, place.id, tag, domain);
}

/* Learns tag and domain of those that wait, some in each turn; not worth it for a few. */
void look_sort(ox_runner *r)
{
	const char *id;
	int budget = LOOK_SORTED;
	for (unsigned i = 0; i < r->slot_count && budget > 0; i++) {
		relay_slot *slot = r->slots[(r->slot_turn + i) % r->slot_count];
		bool many = ox_index_waiting(r->index, slot->number) >= SORT_FROM;
		while (many && budget-- > 0 && ox_index_unsorted(r->index, slot->number, &id)) {
			sort_one(r, id);
		}
	}
}

void look_free(ox_runner *r)
{
	ox_scan_free(r->scan);
	r->scan = NULL;
}
