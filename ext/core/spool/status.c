/* SPDX-License-Identifier: MIT */
/* What a spool holds, by names and sizes. */
#include <string.h>

#include "spool/scan_internal.h"

static void note_least(uint64_t *least, uint64_t number)
{
	if (!*least || number < *least) {
		*least = number;
	}
}

/* x/ has the reasons beside the messages. */
static bool is_reason(const char *name)
{
	char id[OX_SPOOL_ID_SIZE + 1] = "";
	if (strlen(name) != OX_SPOOL_ID_SIZE + 4 || strcmp(name + OX_SPOOL_ID_SIZE, ".why") != 0) {
		return false;
	}
	memcpy(id, name, OX_SPOOL_ID_SIZE);
	return ox_spool_id_is_valid(id);
}

enum { MEASURED_MAX = 10000 };

typedef struct {
	ox_spool_status *status;
	uint64_t names, measured;
	uint64_t first_bucket; /* that has a message in it */
	bool has_first;
} counter;

/* Sizes cost more than names: of many files the first ones stand for all. */
static bool measure(counter *c, const ox_scan *scan, const char *name, ox_file_facts *facts)
{
	bool first = scan->state == OX_SPOOL_DEFERRED && (!c->has_first || c->first_bucket == scan->folder);
	c->names++;
	if (c->measured >= MEASURED_MAX && !first) {
		return false;
	}
	bool known = ox_file_facts_at(scan->directory, name, facts) == 0;
	c->measured += known;
	c->status->bytes += known ? facts->size : 0;
	return known;
}

/* Buckets come in their order, so the first one has what is due next. */
static void note_next(counter *c, const ox_scan *scan, const ox_file_facts *facts, bool known)
{
	if (scan->state != OX_SPOOL_DEFERRED || (c->has_first && c->first_bucket != scan->folder)) {
		return;
	}
	c->has_first = true;
	c->first_bucket = scan->folder;
	bool inside = known && ox_spool_bucket_of(facts->modified_ms) == scan->folder;
	note_least(&c->status->next_ms, inside ? facts->modified_ms : ox_spool_bucket_start_ms(scan->folder));
}

static void count_one(counter *c, const ox_scan *scan, const char *name)
{
	ox_spool_status *status = c->status;
	ox_file_facts facts;
	bool waits = scan->state == OX_SPOOL_DUE || scan->state == OX_SPOOL_DEFERRED ||
		scan->state == OX_SPOOL_HELD;
	bool known = measure(c, scan, name, &facts);
	if (!ox_spool_id_is_valid(name)) {
		status->foreign += scan->state != OX_SPOOL_QUARANTINED || !is_reason(name);
		return;
	}
	status->count[scan->state]++;
	if (waits) {
		note_least(&status->oldest_ms, ox_spool_id_created_ms(name));
		if (status->lanes) {
			status->lanes[ox_spool_id_lane(name)]++;
		}
	}
	note_next(c, scan, &facts, known);
}

static int count_state(ox_spool *spool, ox_spool_state state, counter *c, ox_error *error)
{
	ox_scan *scan;
	const char *name;
	int result = ox_scan_open(spool, state, &scan, error);
	while (result == OX_OK && (result = ox_scan_next_name(scan, &name, error)) == OX_OK) {
		count_one(c, scan, name);
	}
	ox_scan_free(scan);
	return result == OX_AGAIN ? OX_OK : result;
}

int ox_spool_status_read(ox_spool *spool, ox_spool_status *status, ox_error *error)
{
	uint32_t *lanes = status->lanes;
	memset(status, 0, sizeof *status);
	status->lanes = lanes;
	if (lanes) {
		memset(lanes, 0, OX_SPOOL_LANES * sizeof *lanes);
	}
	int failed = ox_directory_space(spool->root, &status->space);
	if (failed) {
		return ox_spool_error(error, failed, "asking for the room of", spool->path);
	}
	counter c = {.status = status};
	int result = OX_OK;
	for (int state = 0; result == OX_OK && state < OX_SPOOL_STATE_COUNT; state++) {
		result = count_state(spool, (ox_spool_state)state, &c, error);
	}
	if (c.measured && c.names > c.measured) {
		status->bytes = (uint64_t)((double)status->bytes / (double)c.measured * (double)c.names);
	}
	return result;
}
