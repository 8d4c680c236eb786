/* SPDX-License-Identifier: MIT */
/* What people do to messages. */
#include "spool/manage.h"

#include "spool/claim_internal.h"
#include "spool/events.h"

enum {
	FROM_DUE = 1u << OX_SPOOL_DUE,
	FROM_DEFERRED = 1u << OX_SPOOL_DEFERRED,
	FROM_HELD = 1u << OX_SPOOL_HELD,
	FROM_FAILED = 1u << OX_SPOOL_FAILED,
};

/* The message, if it is in one of these states and nobody has it. OX_AGAIN otherwise. */
static int take(ox_spool *spool, const char *id, unsigned from, uint64_t now_ms, ox_claim **claim,
	ox_error *error)
{
	ox_place place;
	ox_claim_fate fate;
	int status = ox_spool_find(spool, id, &place, error);
	if (status != OX_OK) {
		return status;
	}
	if (!(from & 1u << place.state)) {
		return OX_AGAIN;
	}
	status = ox_claim_open(spool, &place, now_ms, claim, &fate, error);
	return status == OX_OK && fate != OX_CLAIM_TAKEN ? OX_AGAIN : status;
}

/* Derived: that it was done stands. */
static void report(const ox_claim *claim, ox_spool_event_type type, uint64_t now_ms)
{
	const ox_record *record = &claim->record;
	const ox_spool_event event = {.at_ms = now_ms, .type = type, .id = record->id,
		.profile = record->profile, .tag = record->tag, .message_id = record->message_id};
	(void)!ox_events_append(claim->spool, &event, 1, NULL);
}

/* takes. To another state, then its event, so that no event tells of what did not happen. */
static int move(ox_claim *claim, const ox_place *to, ox_spool_event_type type, uint64_t now_ms,
	ox_error *error)
{
	int failed = ox_spool_move(claim->spool, &claim->place, to);
	int status = failed ? ox_spool_error(error, failed, "moving the message", claim->place.id) : OX_OK;
	if (status == OX_OK) {
		report(claim, type, now_ms);
	}
	ox_claim_release(claim);
	return status;
}

/* takes. A new beginning: whatever was open is closed, and the time it has begins anew. */
static int reopen(ox_claim *claim, uint64_t due_ms, const char *why, ox_spool_event_type type,
	uint64_t now_ms, ox_error *error)
{
	const char *id = claim->place.id;
	ox_place to = due_ms > now_ms ?
		ox_place_of(id, OX_SPOOL_DEFERRED, ox_spool_bucket_of(due_ms)) : ox_place_of(id, OX_SPOOL_DUE, 0);
	int status = ox_claim_close_attempt(claim, claim->record.tries, due_ms, why, error);
	int failed = status == OX_OK ? ox_file_set_modified(claim->file, due_ms) : 0;
	if (failed) {
		status = ox_spool_error(error, failed, "writing to the message", id);
	}
	if (status != OX_OK) {
		ox_claim_release(claim);
		return status;
	}
	return move(claim, &to, type, now_ms, error);
}

int ox_spool_retry(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error)
{
	ox_claim *claim;
	int status = take(spool, id, FROM_DEFERRED | FROM_HELD | FROM_FAILED, now_ms, &claim, error);
	return status ? status : reopen(claim, now_ms, OX_WHY_RETRY, OX_EVENT_RETRIED, now_ms, error);
}

int ox_spool_hold(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error)
{
	ox_claim *claim;
	int status = take(spool, id, FROM_DUE | FROM_DEFERRED, now_ms, &claim, error);
	if (status != OX_OK) {
		return status;
	}
	ox_place to = ox_place_of(claim->place.id, OX_SPOOL_HELD, 0);
	return move(claim, &to, OX_EVENT_HELD, now_ms, error);
}

int ox_spool_release(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error)
{
	ox_claim *claim;
	int status = take(spool, id, FROM_HELD, now_ms, &claim, error);
	if (status != OX_OK) {
		return status;
	}
	const ox_record *record = &claim->record;
	uint64_t due_ms = record->next_ms ? record->next_ms : record->due_ms;
	return reopen(claim, due_ms > now_ms ? due_ms : now_ms, OX_WHY_RELEASE, OX_EVENT_RELEASED, now_ms,
		error);
}

/* One that is in quarantine may be anything: its name is all that is used. */
static int remove_quarantined(ox_spool *spool, const ox_place *place, uint64_t now_ms, ox_error *error)
{
	const ox_spool_event event = {.at_ms = now_ms, .type = OX_EVENT_REMOVED, .id = place->id};
	int failed = ox_spool_unlink(spool, place);
	if (failed) {
		return ox_spool_is(failed, OX_FILE_MISSING) ? OX_AGAIN :
			ox_spool_error(error, failed, "removing the message", place->id);
	}
	ox_quarantine_forget(spool, place->id);
	(void)!ox_events_append(spool, &event, 1, NULL);
	return OX_OK;
}

int ox_spool_remove(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error)
{
	ox_place place;
	ox_claim *claim;
	ox_claim_fate fate;
	int status = ox_spool_find(spool, id, &place, error);
	if (status != OX_OK) {
		return status;
	}
	if (place.state == OX_SPOOL_QUARANTINED) {
		return remove_quarantined(spool, &place, now_ms, error);
	}
	status = ox_claim_open(spool, &place, now_ms, &claim, &fate, error);
	if (status != OX_OK || fate != OX_CLAIM_TAKEN) {
		return status ? status : OX_AGAIN;
	}
	/* In writing first: after a power cut the name may be there again. */
	(void)!ox_claim_end(claim, OX_ENDING_REMOVED, now_ms, NULL);
	report(claim, OX_EVENT_REMOVED, now_ms);
	return ox_claim_finish(claim, now_ms, error);
}
