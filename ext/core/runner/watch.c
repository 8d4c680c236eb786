/* SPDX-License-Identifier: MIT */
/* Messages that wait: people are told of those that wait long, those end whose time is over while their relay cannot
 * be tried, and those are due whose time has moved out of reach because a clock was set back. */
#include "runner/runner_internal.h"

#include <string.h>

static const uint32_t told_minutes[] = {15, 240};

static uint64_t to_ms(uint32_t minutes)
{
	return (uint64_t)minutes * 60000;
}

static bool is_far(const ox_place *place, uint64_t now_ms)
{
	return ox_place_due_ms(place) > now_ms + OX_SCHEDULE_DELAY_MAX_MS;
}

/* At which age it is to be told of; 0 = not, or not again. */
static uint32_t age_to_tell(const ox_runner *r, const ox_record *record, uint64_t now_ms, uint64_t *age_ms)
{
	uint32_t minutes = 0;
	*age_ms = ox_clocks_age_ms(&r->clocks, record->since_ms, now_ms);
	for (size_t i = 0; i < sizeof told_minutes / sizeof *told_minutes; i++) {
		minutes = *age_ms >= to_ms(told_minutes[i]) ? told_minutes[i] : minutes;
	}
	return minutes > record->told_minutes ? minutes : 0;
}

/* In a few words: what is wrong with its relay, or what that said last. NULL: nothing is known. */
static const char *cause_of(const ox_runner *r, const ox_record *record)
{
	const char *cause = NULL;
	for (size_t i = 0; i < record->recipient_count; i++) {
		bool open = ox_record_is_open(&record->recipients[i]);
		cause = open && record->recipients[i].text ? record->recipients[i].text : cause;
	}
	for (unsigned i = 0; i < r->slot_count; i++) {
		const relay_slot *slot = r->slots[i];
		if (strcmp(slot->name, record->profile) != 0) {
			continue;
		}
		if (slot->reason[0]) {
			return slot->reason;
		}
		return slot->trouble[0] ? slot->trouble : cause;
	}
	return cause;
}

static void journal_delayed(ox_runner *r, const ox_record *record, uint64_t age_ms)
{
	const ox_spool_event event = {.type = OX_EVENT_DELAYED, .id = record->id, .profile = record->profile,
		.tag = record->tag, .message_id = record->message_id, .attempt = record->tries,
		.milliseconds = age_ms < UINT32_MAX ? (uint32_t)age_ms : UINT32_MAX, .text = cause_of(r, record)};
	journal_event(r, &event);
	journal_flush(r); /* its texts are the claim's */
}

/* In the file first: told once, and not told where the file does not take it. */
static int tell(ox_runner *r, const ox_place *place, ox_error *error)
{
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	uint64_t age_ms, now_ms = ox_wall_clock_ms();
	int status = ox_claim_open(r->spool, place, now_ms, &claim, &fate, error);
	if (status != OX_OK || fate != OX_CLAIM_TAKEN) {
		return status; /* on its way, or gone */
	}
	const ox_record *record = ox_claim_record(claim);
	uint32_t minutes = age_to_tell(r, record, now_ms, &age_ms);
	status = minutes ? ox_claim_note_told(claim, minutes, now_ms, error) : OX_OK;
	if (minutes && status == OX_OK) {
		journal_delayed(r, record, age_ms);
	}
	ox_claim_release(claim);
	return status;
}

/* No step of the schedule is so long, so the clock was ahead when it was put off. One that was queued for later has the
 * time that was asked for. */
static bool is_out_of_reach(const ox_record *record, uint64_t now_ms)
{
	return record->next_ms && record->next_ms != record->due_ms &&
		record->next_ms > now_ms + OX_SCHEDULE_DELAY_MAX_MS;
}

static int fetch(ox_runner *r, const ox_place *place, ox_error *error)
{
	ox_place due;
	int status = ox_spool_promote_one(r->spool, place, &due, error);
	r->look_due = r->look_due || status == OX_OK;
	return status == OX_AGAIN ? OX_OK : status;
}

/* Whether it came of age since the last pass: who opened a million each minute would do nothing else. A minute more, as
 * clocks are read at different moments. Whatever this misses (a file of before that was put back) the pass that opens all
 * finds. */
static bool came_of_age(const ox_runner *r, uint64_t age_ms)
{
	uint64_t since_ms = r->watch_begun_ms - r->watched_ms + WATCH_MS;
	for (size_t i = 0; i < sizeof told_minutes / sizeof *told_minutes; i++) {
		if (age_ms >= to_ms(told_minutes[i]) && age_ms < to_ms(told_minutes[i]) + since_ms) {
			return true;
		}
	}
	return false;
}

/* *opened counts those whose name was not enough. */
static int visit(ox_runner *r, const ox_place *place, int *opened, ox_error *error)
{
	uint64_t age_ms, now_ms = ox_wall_clock_ms();
	bool far = is_far(place, now_ms);
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	uint64_t name_age_ms = ox_clocks_age_ms(&r->clocks, ox_spool_id_created_ms(place->id), now_ms);
	bool tells = name_age_ms >= to_ms(told_minutes[0]) && (r->watch_all || came_of_age(r, name_age_ms));
	/* When its time is over no name tells. */
	if (!far && !tells && !r->watch_all && r->watch_opened >= WATCH_ALWAYS) {
		return OX_OK;
	}
	(*opened)++;
	r->watch_opened++;
	int status = ox_claim_look(r->spool, place, &claim, &fate, error);
	if (status == OX_OK && fate == OX_CLAIM_TAKEN) {
		const ox_record *record = ox_claim_record(claim);
		if (far) {
			status = is_out_of_reach(record, now_ms) ? fetch(r, place, error) : OX_OK;
		} else if (job_is_over(r, record)) {
			status = job_expire(r, place, error);
		} else if (tells && age_to_tell(r, record, now_ms, &age_ms)) {
			status = tell(r, place, error);
		}
	}
	ox_claim_release(claim);
	return status == OX_E_NOMEM ? status : OX_OK; /* a disk in trouble shows elsewhere */
}

/* All are opened in the first pass, each hour, and where a clock was set: it is behind the last pass if it was set back
 * while no runner was there. */
static void plan(ox_runner *r)
{
	uint64_t now_ms = ox_wall_clock_ms();
	r->watch_begun_ms = now_ms;
	r->watch_opened = 0;
	r->watch_all = r->watch_all_due || !r->watched_all_ms || now_ms < r->watched_ms ||
		now_ms < r->watched_all_ms || now_ms - r->watched_all_ms >= WATCH_ALL_MS;
	r->watch_all_due = false;
}

static int begin(ox_runner *r, ox_spool_state state, ox_error *error)
{
	r->watched = state;
	return ox_scan_open(r->spool, state, &r->watch, error);
}

/* All of it, or it broke off. */
static void finish(ox_runner *r, bool whole)
{
	if (whole) {
		r->watched_ms = r->watch_begun_ms;
		r->watched_all_ms = r->watch_all ? r->watch_begun_ms : r->watched_all_ms;
		r->state_changed = true;
	} else {
		r->watch_all_due = r->watch_all_due || r->watch_all; /* a clock may have been set meanwhile */
	}
	watch_free(r);
	r->watch_at_ms = ox_clock_ms() + WATCH_MS;
}

/* Behind the last of a state comes the next state. */
static int go_on(ox_runner *r, ox_error *error)
{
	watch_free(r);
	if (r->watched == OX_SPOOL_DUE) {
		return begin(r, OX_SPOOL_DEFERRED, error);
	}
	finish(r, true);
	return OX_OK;
}

bool watch_is_wanted(const ox_runner *r)
{
	return !r->facts.stopping && (r->watch || !r->watch_at_ms);
}

uint64_t watch_next_ms(const ox_runner *r)
{
	if (r->facts.stopping) {
		return UINT64_MAX;
	}
	if (r->watch || (!r->watch_at_ms && r->calm)) {
		return 0;
	}
	/* What waited for a runner and goes now is told of by its delivery. */
	return r->watch_at_ms ? r->watch_at_ms : r->begun_ms + WATCH_MS;
}

int watch_turn(ox_runner *r, ox_error *error)
{
	ox_place place;
	int status = OX_OK, opened = 0;
	if (ox_clock_ms() < watch_next_ms(r)) {
		return OX_OK;
	}
	if (!r->watch) {
		plan(r);
		status = begin(r, OX_SPOOL_DUE, error);
	}
	for (int i = 0; i < WATCH_NAMES && opened < WATCH_OPENED && status == OX_OK && r->watch; i++) {
		status = ox_scan_next(r->watch, &place, error);
		if (status == OX_AGAIN) {
			status = go_on(r, error);
		} else if (status == OX_OK && !r->watch_all && is_far(&place, ox_wall_clock_ms())) {
			finish(r, true); /* the buckets behind it are later still */
		} else if (status == OX_OK) {
			status = visit(r, &place, &opened, error);
		}
	}
	if (status != OX_OK) {
		finish(r, false);
	}
	return status;
}

void watch_free(ox_runner *r)
{
	ox_scan_free(r->watch);
	r->watch = NULL;
}
