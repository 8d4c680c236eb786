/* SPDX-License-Identifier: MIT */
/* From deferred to due. */
#include "spool/scan_internal.h"

typedef struct {
	ox_spool *spool;
	uint64_t now_ms, next_ms;
	ox_place *places;
	size_t room, count;
	bool crowded; /* there was more than room */
} promotion;

static void note_next(promotion *p, uint64_t due_ms)
{
	if (!p->next_ms || due_ms < p->next_ms) {
		p->next_ms = due_ms;
	}
}

/* A file's modification time is its time, within its bucket: a copy that lost the times is early rather than
 * late. */
static uint64_t due_of(uint64_t bucket, uint64_t modified_ms)
{
	return ox_spool_bucket_of(modified_ms) == bucket ? modified_ms : ox_spool_bucket_start_ms(bucket);
}

uint64_t ox_place_due_ms(const ox_place *place)
{
	return place->state == OX_SPOOL_DEFERRED ? ox_spool_bucket_start_ms(place->folder) : 0;
}

int ox_spool_promote_one(ox_spool *spool, const ox_place *place, ox_place *due, ox_error *error)
{
	*due = ox_place_of(place->id, OX_SPOOL_DUE, 0);
	int failed = ox_spool_move(spool, place, due);
	if (ox_spool_is(failed, OX_FILE_MISSING) || ox_spool_is(failed, OX_FILE_EXISTS)) {
		return OX_AGAIN; /* others were faster; a second one of that id stays where it is, and is seen by status */
	}
	return failed ? ox_spool_error(error, failed, "moving to the due ones", place->id) : OX_OK;
}

static int promote_one(promotion *p, const ox_place *place, ox_error *error)
{
	if (p->count == p->room) {
		p->crowded = true;
		return OX_OK;
	}
	int status = ox_spool_promote_one(p->spool, place, &p->places[p->count], error);
	p->count += status == OX_OK;
	return status == OX_AGAIN ? OX_OK : status;
}

static int visit(promotion *p, ox_file directory, const ox_place *place, bool all_due, ox_error *error)
{
	ox_file_facts facts;
	if (!all_due) {
		if (ox_file_facts_at(directory, place->id, &facts) != 0) {
			return OX_OK; /* gone */
		}
		uint64_t due_ms = due_of(place->folder, facts.modified_ms);
		if (due_ms > p->now_ms) {
			note_next(p, due_ms);
			return OX_OK;
		}
	}
	return promote_one(p, place, error);
}

static int list_bucket(promotion *p, ox_listing *listing, ox_file directory, uint64_t bucket,
	bool all_due, bool *empty, ox_error *error)
{
	const char *name;
	int failed = 0, status = OX_OK;
	*empty = true;
	while (status == OX_OK && !p->crowded && (failed = ox_listing_next(listing, &name)) == 0 && name) {
		size_t before = p->count;
		if (ox_spool_id_is_valid(name)) {
			ox_place place = ox_place_of(name, OX_SPOOL_DEFERRED, bucket);
			status = visit(p, directory, &place, all_due, error);
		}
		*empty = *empty && p->count > before;
	}
	return failed ? ox_spool_error(error, failed, "listing a bucket of", p->spool->path) : status;
}

static int promote_bucket(promotion *p, uint64_t bucket, ox_error *error)
{
	ox_place any = {.state = OX_SPOOL_DEFERRED, .folder = bucket};
	char name[OX_SPOOL_NAME_SIZE];
	ox_listing *listing;
	ox_file directory;
	bool empty, all_due = ox_spool_bucket_is_past(bucket, p->now_ms);
	int failed = ox_spool_folder(p->spool, &any, false, &directory);
	failed = failed ? failed : ox_listing_open(directory, &listing);
	if (failed) {
		return ox_spool_is(failed, OX_FILE_MISSING) ? OX_OK :
			ox_spool_error(error, failed, "listing a bucket of", p->spool->path);
	}
	int status = list_bucket(p, listing, directory, bucket, all_due, &empty, error);
	ox_listing_free(listing);
	/* One whose time is not over may be somebody's who is about to put a message into it. */
	if (status == OX_OK && empty && all_due && !p->crowded) {
		ox_spool_forget_folder(p->spool, &any);
		ox_spool_bucket_name(name, bucket);
		(void)!ox_directory_remove(p->spool->deferred, name);
	}
	return status;
}

int ox_spool_promote(ox_spool *spool, uint64_t now_ms, ox_place *places, size_t room, size_t *count,
	uint64_t *next_ms, ox_error *error)
{
	promotion p = {.spool = spool, .now_ms = now_ms, .places = places, .room = room};
	ox_folders buckets;
	int status = ox_folders_read(spool, OX_SPOOL_DEFERRED, &buckets, error);
	*count = 0;
	*next_ms = 0;
	if (status != OX_OK) {
		return status;
	}
	for (size_t i = 0; status == OX_OK && i < buckets.count && !p.crowded; i++) {
		uint64_t start_ms = ox_spool_bucket_start_ms(buckets.numbers[i]);
		if (start_ms > now_ms) {
			/* Maybe a little early: the bucket is looked into then. */
			note_next(&p, start_ms);
			break;
		}
		status = promote_bucket(&p, buckets.numbers[i], error);
	}
	ox_folders_clear(&buckets);
	*count = p.count;
	*next_ms = p.crowded ? now_ms : p.next_ms;
	return status;
}
