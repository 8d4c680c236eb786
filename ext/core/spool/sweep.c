/* SPDX-License-Identifier: MIT */
/* Upkeep. What cannot be removed now is tried again the next time. */
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "spool/claim_internal.h"
#include "spool/events_internal.h"
#include "spool/marker.h"
#include "spool/scan_internal.h"

typedef struct {
	ox_spool *spool;
	uint64_t now_ms;
	ox_spool_swept *swept;
	ox_error *error;
} sweep;

static bool is_older(const sweep *s, uint64_t then_ms, uint64_t age_ms)
{
	return then_ms + age_ms < s->now_ms;
}

static int list_failed(const sweep *s, int failed)
{
	return ox_spool_error(s->error, failed, "listing a directory of", s->spool->path);
}

/* Calls visit() for each name; it says nothing, whatever happens to one name. */
static int each_name(sweep *s, ox_file directory, void (*visit)(sweep *, ox_file, const char *))
{
	ox_listing *listing;
	const char *name = NULL;
	int failed = ox_listing_open(directory, &listing);
	if (failed) {
		return list_failed(s, failed);
	}
	while ((failed = ox_listing_next(listing, &name)) == 0 && name) {
		visit(s, directory, name);
	}
	ox_listing_free(listing);
	return failed ? list_failed(s, failed) : OX_OK;
}

/* Nobody has it locked, and it is so old that nobody is about to. */
static void visit_temporary(sweep *s, ox_file directory, const char *name)
{
	ox_file file;
	ox_file_facts facts;
	if (ox_file_facts_at(directory, name, &facts) != 0 ||
	    !is_older(s, facts.modified_ms, OX_SPOOL_TEMPORARY_MS) || facts.kind == OX_FILE_DIRECTORY) {
		return;
	}
	if (ox_file_open(directory, name, true, &file, &facts) != 0) {
		s->swept->temporary += ox_file_remove(directory, name) == 0; /* a link, or not to be opened */
		return;
	}
	if (ox_file_lock(file, false) == 0) {
		s->swept->temporary += ox_file_remove(directory, name) == 0;
	}
	ox_file_close(file);
}

void ox_quarantine_forget(ox_spool *spool, const char *id)
{
	char name[OX_SPOOL_ID_SIZE + 8];
	(void)snprintf(name, sizeof name, "%s.why", id);
	(void)!ox_file_remove(spool->quarantined, name);
}

static bool was_torn(ox_spool *spool, const char *id)
{
	char name[OX_SPOOL_ID_SIZE + 8], text[sizeof OX_QUARANTINE_TORN];
	size_t got = 0, wanted = sizeof OX_QUARANTINE_TORN - 1;
	ox_file file;
	ox_file_facts facts;
	(void)snprintf(name, sizeof name, "%s.why", id);
	if (ox_file_open(spool->quarantined, name, false, &file, &facts) != 0) {
		return false;
	}
	int failed = ox_file_read_at(file, 0, text, wanted, &got);
	ox_file_close(file);
	return !failed && got == wanted && !memcmp(text, OX_QUARANTINE_TORN, wanted);
}

/* By the reason's age: the message's own time is one it brought with it. */
static void visit_quarantined(sweep *s, ox_file directory, const char *name)
{
	char why[OX_SPOOL_ID_SIZE + 8];
	ox_file_facts facts;
	if (!ox_spool_id_is_valid(name)) {
		return;
	}
	(void)snprintf(why, sizeof why, "%s.why", name);
	if (ox_file_facts_at(directory, why, &facts) != 0 ||
	    !is_older(s, facts.modified_ms, OX_SPOOL_MARKER_MS) || !was_torn(s->spool, name) ||
	    ox_file_remove(directory, name) != 0) {
		return;
	}
	const ox_spool_event event = {.at_ms = s->now_ms, .type = OX_EVENT_DROPPED_UNACKED, .id = name};
	ox_quarantine_forget(s->spool, name);
	(void)!ox_events_append(s->spool, &event, 1, NULL);
	s->swept->unacknowledged++;
}

static void visit_marker(sweep *s, ox_file directory, const char *name)
{
	char octets[OX_MARKER_MAX];
	size_t got = 0;
	ox_file file;
	ox_file_facts facts;
	if (ox_file_open(directory, name, true, &file, &facts) != 0) {
		return;
	}
	/* Whoever has it locked is using it at this moment. */
	if (ox_file_lock(file, false) == 0 &&
	    ox_file_read_at(file, 0, octets, sizeof octets, &got) == 0 &&
	    ox_marker_is_over((ox_slice){octets, got}, facts.modified_ms, s->now_ms)) {
		s->swept->markers += ox_file_remove(directory, name) == 0;
	}
	ox_file_close(file);
}

static void visit_markers(sweep *s, ox_file directory, const char *name)
{
	ox_file folder;
	if (ox_directory_open_at(directory, name, &folder) == 0) {
		(void)!each_name(s, folder, visit_marker);
		ox_file_close(folder);
	}
}

static void visit_bucket(sweep *s, ox_file directory, const char *name)
{
	uint64_t number;
	/* Not where a message is in it, or may come into it. */
	if (ox_spool_bucket_parse(name, &number) && ox_spool_bucket_is_past(number, s->now_ms)) {
		s->swept->buckets += ox_directory_remove(directory, name) == 0;
	}
}

static void visit_failed(sweep *s, ox_file directory, const char *name)
{
	if (ox_spool_id_is_valid(name)) {
		s->swept->failed += ox_file_remove(directory, name) == 0;
	}
}

static void visit_day(sweep *s, ox_file directory, const char *name)
{
	uint64_t day;
	ox_file folder;
	if (!ox_spool_day_parse(name, &day) ||
	    day + OX_SPOOL_FAILED_MS / OX_SPOOL_DAY_MS >= ox_spool_day_of(s->now_ms)) {
		return;
	}
	if (ox_directory_open_at(directory, name, &folder) == 0) {
		(void)!each_name(s, folder, visit_failed);
		ox_file_close(folder);
	}
	s->swept->buckets += ox_directory_remove(directory, name) == 0;
}

static int segment_facts(ox_spool *spool, uint64_t segment, ox_file_facts *facts)
{
	char name[OX_SEGMENT_NAME_SIZE];
	ox_segment_name(name, segment);
	return ox_file_facts_at(spool->events, name, facts);
}

static int sum_segments(ox_spool *spool, uint64_t *total)
{
	uint64_t segment = 0;
	int failed = 0;
	*total = 0;
	while ((failed = ox_segment_find(spool, segment, false, &segment)) == 0 && segment) {
		ox_file_facts facts;
		*total += segment_facts(spool, segment, &facts) == 0 ? facts.size : 0;
	}
	return failed;
}

/* Oldest first: those past their age, and those past what all may have. The newest stays. */
static int sweep_events(sweep *s)
{
	uint64_t newest, total, segment;
	int failed = ox_segment_find(s->spool, 0, true, &newest);
	failed = failed ? failed : sum_segments(s->spool, &total);
	while (!failed && (failed = ox_segment_find(s->spool, 0, false, &segment)) == 0 &&
		segment && segment < newest) {
		char name[OX_SEGMENT_NAME_SIZE];
		ox_file_facts facts;
		failed = segment_facts(s->spool, segment, &facts);
		if (failed || (total <= OX_EVENT_TOTAL_MAX &&
			!is_older(s, facts.modified_ms, OX_EVENT_AGE_MAX_MS))) {
			break;
		}
		ox_segment_name(name, segment);
		failed = ox_file_remove(s->spool->events, name);
		total -= facts.size;
		s->swept->segments += !failed;
	}
	return failed ? list_failed(s, failed) : OX_OK;
}

int ox_spool_sweep(ox_spool *spool, uint64_t now_ms, ox_spool_swept *swept, ox_error *error)
{
	sweep s = {.spool = spool, .now_ms = now_ms, .swept = swept, .error = error};
	memset(swept, 0, sizeof *swept);
	int status = each_name(&s, spool->tmp, visit_temporary);
	status = status ? status : each_name(&s, spool->quarantined, visit_quarantined);
	status = status ? status : each_name(&s, spool->markers, visit_markers);
	status = status ? status : each_name(&s, spool->deferred, visit_bucket);
	status = status ? status : each_name(&s, spool->failed, visit_day);
	return status ? status : sweep_events(&s);
}
