/* SPDX-License-Identifier: MIT */
/* The journal: appending and its segments. README.md, "Events". */
#include "spool/events.h"

#include <stdio.h>
#include <string.h>

#include "spool/events_internal.h"
#include "spool/privacy.h"

enum { BLOCK_MAX = 33554432 };

void ox_segment_name(char name[OX_SEGMENT_NAME_SIZE], uint64_t segment)
{
	(void)snprintf(name, OX_SEGMENT_NAME_SIZE, "%llu.log", (unsigned long long)segment);
}

bool ox_segment_parse(const char *name, uint64_t *segment)
{
	char again[OX_SEGMENT_NAME_SIZE];
	size_t digits = strspn(name, "0123456789");
	if (digits > 15 || !ox_parse_number((ox_slice){name, digits}, segment)) {
		return false;
	}
	ox_segment_name(again, *segment);
	return !strcmp(again, name);
}

int ox_segment_find(ox_spool *spool, uint64_t after, bool newest, uint64_t *segment)
{
	ox_listing *listing;
	const char *name = NULL;
	uint64_t number;
	*segment = 0;
	int failed = ox_listing_open(spool->events, &listing);
	if (failed) {
		return failed;
	}
	while ((failed = ox_listing_next(listing, &name)) == 0 && name) {
		if (ox_segment_parse(name, &number) && number > after &&
		    (!*segment || (newest ? number > *segment : number < *segment))) {
			*segment = number;
		}
	}
	ox_listing_free(listing);
	return failed;
}

static void close_log(ox_spool *spool)
{
	ox_file_close(spool->log);
	spool->log = OX_FILE_NONE;
}

static int open_log(ox_spool *spool, uint64_t segment)
{
	char name[OX_SEGMENT_NAME_SIZE];
	ox_file_facts facts;
	ox_segment_name(name, segment);
	int failed = ox_file_open_log(spool->events, name, &spool->log, &facts);
	if (!failed && !ox_file_is_sound(&facts)) {
		close_log(spool);
		failed = ox_file_lock(OX_FILE_NONE, false); /* the system's word for a file that is none */
	}
	spool->log_segment = segment;
	spool->log_owner = ox_process_id();
	return failed;
}

/* Opened before a fork, its lock would be one for parent and child. */
static int open_newest(ox_spool *spool)
{
	uint64_t segment;
	if (spool->log != OX_FILE_NONE && spool->log_owner == ox_process_id()) {
		return 0;
	}
	close_log(spool);
	int failed = ox_segment_find(spool, 0, true, &segment);
	return failed ? failed : open_log(spool, segment ? segment : 1);
}

/* Locked. *full: the next segment is the one to write to, and there is one. */
static int judge_segment(ox_spool *spool, uint64_t *size, bool *full)
{
	char name[OX_SEGMENT_NAME_SIZE];
	ox_file_facts facts, next;
	ox_file made;
	int failed = ox_file_facts_of(spool->log, &facts);
	if (failed) {
		return failed;
	}
	*size = facts.size;
	ox_segment_name(name, spool->log_segment + 1);
	*full = ox_file_facts_at(spool->events, name, &next) == 0;
	if (*full || facts.size < OX_EVENT_SEGMENT_SIZE) {
		return 0;
	}
	failed = ox_file_create(spool->events, name, &made);
	if (!failed) {
		ox_file_close(made);
	}
	*full = !failed || ox_spool_is(failed, OX_FILE_EXISTS);
	return *full ? 0 : failed;
}

static int append_block(ox_spool *spool, const ox_buffer *block, bool *done)
{
	uint64_t size = 0;
	size_t put = 0;
	bool full = false;
	*done = false;
	int failed = open_newest(spool);
	failed = failed ? failed : ox_file_wait_lock(spool->log);
	if (failed) {
		return failed;
	}
	failed = judge_segment(spool, &size, &full);
	if (!failed && !full) {
		failed = ox_file_append(spool->log, block->bytes, block->size, &put);
		if (failed && put) {
			/* Half an event would be taken for a damaged one; here nobody has seen it yet. */
			(void)!ox_file_cut(spool->log, size);
		}
		*done = !failed;
	}
	ox_file_unlock(spool->log);
	if (full) {
		uint64_t next = spool->log_segment + 1;
		close_log(spool);
		failed = open_log(spool, next);
	}
	return failed;
}

static int append_all(ox_spool *spool, const ox_buffer *block, ox_error *error)
{
	bool done = false;
	int failed = 0;
	/* Each further turn is one segment that others have closed. */
	for (int turn = 0; !done && !failed && turn < 100; turn++) {
		failed = append_block(spool, block, &done);
	}
	if (failed) {
		close_log(spool);
	}
	return failed || !done ? ox_spool_error(error, failed, "appending to the events in", spool->path) :
		OX_OK;
}

static int write_masked(ox_buffer *block, const ox_event_privacy *privacy, const ox_spool_event *event)
{
	ox_event_room room;
	ox_spool_event masked;
	ox_event_mask(privacy, event, &masked, &room);
	return ox_event_write(block, &masked);
}

int ox_events_append(ox_spool *spool, const ox_spool_event *events, size_t count, ox_error *error)
{
	ox_buffer block;
	ox_event_privacy privacy;
	int status = OX_OK;
	ox_event_privacy_read(spool, &privacy);
	ox_buffer_init(&block, BLOCK_MAX);
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		/* A line end in front, too: whatever a crash left behind ends there. */
		status = ox_buffer_append_byte(&block, '\n');
		status = status ? status : write_masked(&block, &privacy, &events[i]);
		status = status ? status : ox_buffer_append_byte(&block, '\n');
	}
	if (status == OX_OK) {
		status = block.size ? append_all(spool, &block, error) : OX_OK;
	} else {
		status = status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) :
			ox_spool_refuse(error, OX_FACT_NONE, "an event is too long");
	}
	ox_buffer_clear(&block);
	return status;
}
