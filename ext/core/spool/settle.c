/* SPDX-License-Identifier: MIT */
/* How a message goes on: each way is one step. */
#include <stdio.h>
#include <string.h>

#include "spool/claim_internal.h"
#include "spool/events.h"
#include "spool/marker.h"

/* takes */
static int move_claim(ox_claim *claim, const ox_place *to, ox_error *error)
{
	int failed = ox_spool_move(claim->spool, &claim->place, to);
	int status = failed ? ox_spool_error(error, failed, "moving the message", claim->place.id) : OX_OK;
	ox_claim_release(claim);
	return status;
}

static int set_due(const ox_claim *claim, uint64_t due_ms, ox_error *error)
{
	int failed = ox_file_set_modified(claim->file, due_ms);
	return failed ? ox_spool_error(error, failed, "writing to the message", claim->place.id) : OX_OK;
}

int ox_claim_defer(ox_claim *claim, uint64_t due_ms, const char *why, uint64_t now_ms,
	ox_error *error)
{
	due_ms = due_ms > now_ms ? due_ms : now_ms;
	ox_place to = ox_place_of(claim->place.id, OX_SPOOL_DEFERRED, ox_spool_bucket_of(due_ms));
	int status = ox_claim_close_attempt(claim, claim->attempt, due_ms, why, error);
	status = status ? status : set_due(claim, due_ms, error);
	if (status != OX_OK) {
		ox_claim_release(claim);
		return status;
	}
	return move_claim(claim, &to, error);
}

int ox_claim_again(ox_claim *claim, uint64_t now_ms, ox_error *error)
{
	bool written = claim->record.tries == claim->attempt || claim->pending.size;
	int status = written ? ox_claim_close_attempt(claim, claim->attempt - 1, now_ms, "again", error) : OX_OK;
	ox_claim_release(claim);
	return status;
}

int ox_claim_hold(ox_claim *claim, const char *why, uint64_t now_ms, ox_error *error)
{
	ox_place to = ox_place_of(claim->place.id, OX_SPOOL_HELD, 0);
	int status = ox_claim_close_attempt(claim, claim->record.tries, now_ms, why, error);
	if (status != OX_OK) {
		ox_claim_release(claim);
		return status;
	}
	return move_claim(claim, &to, error);
}

int ox_claim_finish(ox_claim *claim, uint64_t now_ms, ox_error *error)
{
	ox_spool *spool = claim->spool;
	bool kept = claim->ending == OX_ENDING_FAILED || claim->ending == OX_ENDING_EXPIRED;
	int status = claim->record.marker ?
		ox_marker_end(spool, claim->record.marker, claim->place.id, error) : OX_OK;
	if (status != OX_OK) {
		ox_claim_release(claim);
		return status;
	}
	if (kept) {
		ox_place to = ox_place_of(claim->place.id, OX_SPOOL_FAILED, ox_spool_day_of(now_ms));
		return move_claim(claim, &to, error);
	}
	int failed = ox_spool_unlink(spool, &claim->place);
	if (!failed && !claim->ending_written) {
		/* Nothing in the file says that it is over: it must not come back from a power cut. */
		failed = ox_spool_sync_name(spool, &claim->place);
	}
	status = failed ? ox_spool_error(error, failed, "removing the message", claim->place.id) : OX_OK;
	ox_claim_release(claim);
	return status;
}

/* -- quarantine -- */

static void write_reason(ox_spool *spool, const char *id, const char *why, bool torn)
{
	char name[OX_SPOOL_ID_SIZE + 8], text[OX_ERROR_TEXT_MAX];
	ox_file file;
	ox_file_facts facts;
	(void)snprintf(name, sizeof name, "%s.why", id);
	int size = snprintf(text, sizeof text, "%s%s\n", torn ? OX_QUARANTINE_TORN : "", why);
	if (ox_file_open_or_create(spool->quarantined, name, &file, &facts) == 0) {
		/* For people: without it the message is as safe. */
		(void)!ox_file_write_at(file, 0, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
		ox_file_close(file);
	}
}

int ox_quarantine(ox_spool *spool, const ox_place *place, const char *why, bool torn,
	uint64_t now_ms, ox_error *error)
{
	ox_place to = ox_place_of(place->id, OX_SPOOL_QUARANTINED, 0);
	const ox_spool_event event = {.at_ms = now_ms, .type = OX_EVENT_QUARANTINED, .id = to.id, .text = why};
	int failed = ox_spool_move(spool, place, &to);
	if (ox_spool_is(failed, OX_FILE_EXISTS)) {
		/* A second one of that name, from a copy: both are kept. */
		uint8_t random[OX_SPOOL_RANDOM_SIZE];
		if (ox_random(random, sizeof random) == OX_OK) {
			ox_file from;
			ox_spool_make_id(to.id, now_ms, ox_spool_id_class(place->id), ox_spool_id_lane(place->id),
				random);
			failed = ox_spool_folder(spool, place, false, &from);
			failed = failed ? failed :
				ox_file_rename(from, place->id, spool->quarantined, to.id, false);
		}
	}
	if (failed) {
		return ox_spool_is(failed, OX_FILE_MISSING) ? OX_OK :
			ox_spool_error(error, failed, "moving to x the message", place->id);
	}
	write_reason(spool, to.id, why, torn);
	(void)!ox_events_append(spool, &event, 1, NULL);
	return OX_OK;
}

int ox_claim_quarantine(ox_claim *claim, const char *why, uint64_t now_ms, ox_error *error)
{
	int status = ox_quarantine(claim->spool, &claim->place, why, false, now_ms, error);
	ox_claim_release(claim);
	return status;
}

/* -- what a dead runner did not get to say -- */

static void describe(ox_spool_event *event, const ox_claim *claim, uint64_t now_ms)
{
	const ox_record *record = &claim->record;
	memset(event, 0, sizeof *event);
	event->at_ms = record->ended_ms ? record->ended_ms : now_ms;
	event->id = record->id;
	event->profile = record->profile;
	event->tag = record->tag;
	event->message_id = record->message_id;
	event->attempt = record->tries;
}

static void describe_recipient(ox_spool_event *event, const ox_record_recipient *recipient)
{
	event->type = recipient->outcome == OX_OUTCOME_SENT ? OX_EVENT_ACCEPTED : OX_EVENT_FAILED;
	event->recipient = recipient->address;
	event->text = recipient->text;
	event->code = recipient->code;
	memcpy(event->enhanced, recipient->enhanced, sizeof event->enhanced);
	event->at_ms = recipient->at_ms;
}

static void describe_ending(ox_spool_event *event, ox_ending ending)
{
	event->type = ending == OX_ENDING_SENT ? OX_EVENT_DELIVERED :
		ending == OX_ENDING_EXPIRED ? OX_EVENT_EXPIRED :
		ending == OX_ENDING_REMOVED ? OX_EVENT_REMOVED : OX_EVENT_FAILED;
}

void ox_claim_report(const ox_claim *claim, uint64_t now_ms)
{
	const ox_record *record = &claim->record;
	ox_spool_event *events = ox_array_alloc(record->recipient_count + 1, sizeof *events);
	size_t count = 0;
	if (!events) {
		return; /* derived: losing it loses no mail */
	}
	for (size_t i = 0; i < record->recipient_count; i++) {
		if (!ox_record_is_open(&record->recipients[i])) {
			describe(&events[count], claim, now_ms);
			describe_recipient(&events[count++], &record->recipients[i]);
		}
	}
	if (record->ending != OX_ENDING_FAILED) {
		describe(&events[count], claim, now_ms);
		describe_ending(&events[count++], record->ending);
	}
	(void)!ox_events_append(claim->spool, events, count, NULL);
	ox_free(events);
}
