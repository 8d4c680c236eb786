/* SPDX-License-Identifier: MIT */
/* Which messages there are, by names alone. */
#ifndef OX_SPOOL_SCAN_H
#define OX_SPOOL_SCAN_H

#include "spool/spool.h"

/* Where a message was when its name was seen. Others may move it at any time. */
typedef struct {
	char id[OX_SPOOL_ID_SIZE + 1];
	ox_spool_state state;
	uint64_t folder; /* the bucket of d/ or the day of f/, else 0 */
} ox_place;

typedef struct ox_scan ox_scan;

/* One pass over a state, in no order within a directory; deferred and failed ones directory by directory,
 * oldest first. What comes or goes meanwhile may be seen or not. *scan returns new; one at a time is open
 * in memory, whatever the backlog. OX_E_FAILED (class STORAGE), OX_E_NOMEM. */
OX_MUST_USE int ox_scan_open(ox_spool *spool, ox_spool_state state, ox_scan **scan,
	ox_error *error);
/* OX_OK, OX_AGAIN at the end, OX_E_FAILED, OX_E_NOMEM. */
OX_MUST_USE int ox_scan_next(ox_scan *scan, ox_place *place, ox_error *error);
void ox_scan_free(ox_scan *scan);

/* Moves deferred messages whose time has come to the due ones, oldest bucket first, up to `room` of them;
 * places gets them as they are now. Empty buckets go. *next_ms: when to ask again, 0 = nothing is deferred
 * (now_ms where room was not enough). Costs as much as is due, not as the backlog. */
OX_MUST_USE int ox_spool_promote(ox_spool *spool, uint64_t now_ms, ox_place *places, size_t room,
	size_t *count, uint64_t *next_ms, ox_error *error);

/* The earliest moment that a place lets its message be due; 0 = at once, or never. */
uint64_t ox_place_due_ms(const ox_place *place);

/* One deferred message is due now, whatever its time says. OX_AGAIN: it is not there any more. *due is where it
 * is then. */
OX_MUST_USE int ox_spool_promote_one(ox_spool *spool, const ox_place *place, ox_place *due, ox_error *error);

/* Finds a message by its id. OX_AGAIN: nowhere. */
OX_MUST_USE int ox_spool_find(ox_spool *spool, const char *id, ox_place *place, ox_error *error);

/* What to look for; a zeroed one finds everything. Borrows. */
typedef struct {
	bool of_state;
	ox_spool_state state;
	const char *profile, *tag, *recipient; /* NULL = any; the recipient in any case */
	const char *after;  /* an id; NULL = from the start */
	size_t limit;
} ox_spool_filter;

/* The first `limit` that fit, by id (so by age). places has room for as many. Opens messages only where
 * tag, recipient or profile are asked for. */
OX_MUST_USE int ox_spool_list(ox_spool *spool, const ox_spool_filter *filter, ox_place *places,
	size_t *count, ox_error *error);

#endif
