/* SPDX-License-Identifier: MIT */
/* The profiles: which there are, and whether something can be sent through them now. */
#include "runner/runner_internal.h"

#include <string.h>

static void copy_text(char *to, size_t room, const char *from)
{
	size_t size = strlen(from) < room ? strlen(from) : room - 1;
	memcpy(to, from, size);
	to[size] = 0;
}

uint32_t relays_dice(void)
{
	uint32_t number = 0;
	/* Without randomness, what failed together only comes back together. */
	return ox_random(&number, sizeof number) == OX_OK ? number : 0;
}

/* A slot of a profile that is not there, and that nobody's mail needs; for a profile that is, also one whose mail
 * waits: it stays on the disk. */
static relay_slot *spare_slot(ox_runner *r, bool for_file)
{
	for (unsigned i = 0; i < r->slot_count && !r->settling && !r->batch; i++) {
		relay_slot *slot = r->slots[i];
		bool wanted = ox_index_waiting(r->index, slot->number) || ox_index_has_more(r->index, slot->number);
		if (slot->name[0] && slot->state == OX_PROFILE_MISSING && !slot->stamp && !slot->lanes &&
			(for_file || !wanted)) {
			return slot;
		}
	}
	return NULL;
}

static void vacate(ox_runner *r, relay_slot *slot)
{
	unsigned number = slot->number, id_lane = slot->id_lane;
	if (r->slot_of_lane[id_lane] == number + 1) {
		r->slot_of_lane[id_lane] = 0;
		for (unsigned i = 0; i < r->slot_count && !r->slot_of_lane[id_lane]; i++) {
			bool heir = i != number && r->slots[i]->id_lane == id_lane;
			r->slot_of_lane[id_lane] = heir ? (uint16_t)(i + 1) : 0;
		}
		if (!r->slot_of_lane[id_lane]) {
			r->lane_shared[id_lane / 8] &= (uint8_t)~(1u << id_lane % 8);
		}
	}
	ox_index_trim(r->index, number, 0);
	ox_profile_clear(&slot->profile);
	memset(slot, 0, sizeof *slot);
	slot->number = number;
	r->look_due = true; /* who has it next may have mail that was passed over */
}

/* NULL: memory is out, or r->crowded. */
static relay_slot *room_for_slot(ox_runner *r, bool for_file)
{
	relay_slot *slot;
	if (r->slot_count < OX_INDEX_SLOTS) {
		slot = ox_alloc(sizeof *slot);
		if (slot) {
			slot->number = r->slot_count;
			r->slots[r->slot_count++] = slot;
		}
		return slot;
	}
	slot = spare_slot(r, for_file);
	if (slot) {
		vacate(r, slot);
	}
	r->crowded = r->crowded || !slot;
	return slot;
}

static relay_slot *make_slot(ox_runner *r, const char *name, unsigned id_lane, bool for_file)
{
	relay_slot *slot = room_for_slot(r, for_file);
	if (!slot) {
		return NULL;
	}
	slot->id_lane = id_lane;
	slot->state = OX_PROFILE_MISSING;
	copy_text(slot->name, sizeof slot->name, name);
	ox_profile_init(&slot->profile);
	ox_rates_init(&slot->rates);
	if (r->slot_of_lane[id_lane]) {
		r->lane_shared[id_lane / 8] |= (uint8_t)(1u << id_lane % 8);
	} else {
		r->slot_of_lane[id_lane] = (uint16_t)(slot->number + 1);
	}
	return slot;
}

static relay_slot *slot_named(ox_runner *r, const char *name, bool for_file)
{
	unsigned id_lane = ox_spool_lane(name);
	for (unsigned i = 0; i < r->slot_count; i++) {
		if (!strcmp(r->slots[i]->name, name)) {
			return r->slots[i];
		}
	}
	relay_slot *first = r->slot_of_lane[id_lane] ? r->slots[r->slot_of_lane[id_lane] - 1] : NULL;
	if (first && !first->name[0]) {
		relays_name(r, first, name);
		return first;
	}
	relay_slot *made = make_slot(r, name, id_lane, for_file);
	if (made) {
		relays_name(r, made, name);
	} else if (r->slot_of_lane[id_lane]) {
		/* Its messages are not the other's, which the id alone would say. */
		r->lane_shared[id_lane / 8] |= (uint8_t)(1u << id_lane % 8);
	}
	return made;
}

relay_slot *relays_slot_named(ox_runner *r, const char *name)
{
	return slot_named(r, name, false);
}

relay_slot *relays_slot_of_id(ox_runner *r, const char *id)
{
	unsigned id_lane = ox_spool_id_lane(id);
	bool shared = r->lane_shared[id_lane / 8] & 1u << id_lane % 8;
	if (!shared && r->slot_of_lane[id_lane]) {
		return r->slots[r->slot_of_lane[id_lane] - 1];
	}
	if (!shared) {
		return make_slot(r, "", id_lane, false);
	}
	ox_place place = {.state = OX_SPOOL_DUE};
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	ox_error error;
	relay_slot *slot = r->slots[r->slot_of_lane[id_lane] - 1];
	memcpy(place.id, id, sizeof place.id);
	if (ox_claim_look(r->spool, &place, &claim, &fate, &error) == OX_OK && fate == OX_CLAIM_TAKEN) {
		slot = relays_slot_named(r, ox_claim_record(claim)->profile);
	}
	ox_claim_release(claim);
	return slot;
}

static void resume(ox_runner *r, relay_slot *slot)
{
	if (slot->reason[0]) {
		slot->reason[0] = 0;
		journal_of_profile(r, slot, OX_EVENT_PROFILE_RESUMED, NULL);
	}
	slot->state = OX_PROFILE_OK;
	slot->account = false;
	slot->since_ms = slot->until_ms = 0;
	r->state_changed = true;
	r->look_due = r->look_due || ox_index_has_more(r->index, slot->number);
}

/* What the runner before this one knew of the profile. */
static void restore(ox_runner *r, relay_slot *slot)
{
	const ox_profile_note *note = ox_run_state_find(&r->restored, slot->name);
	uint64_t now_ms = ox_wall_clock_ms();
	if (!note) {
		return;
	}
	slot->rates = note->rates;
	bool same = note->stamp == slot->stamp;
	if (note->state == OX_PROFILE_PAUSED && slot->state == OX_PROFILE_OK) {
		copy_text(slot->reason, sizeof slot->reason, note->reason);
		if (!same) {
			resume(r, slot); /* corrected meanwhile: who was told of the pause is told of its end */
			return;
		}
		slot->state = OX_PROFILE_PAUSED;
		slot->account = note->account;
		slot->since_ms = note->since_ms;
		slot->until_ms = note->until_ms < now_ms + PROBE_PAUSED_MS ? note->until_ms
		                                                           : now_ms + PROBE_PAUSED_MS;
	} else if (same && note->state == OX_PROFILE_WAITING && note->failures) {
		uint64_t pause = note->until_ms > now_ms ? note->until_ms - now_ms : 0;
		copy_text(slot->trouble, sizeof slot->trouble, note->reason);
		slot->trouble_since_ms = note->since_ms;
		slot->breaker.failures = note->failures;
		slot->breaker.until_ms = ox_clock_ms() + (pause < OX_BREAKER_MAX_MS ? pause : OX_BREAKER_MAX_MS);
	}
}

static void suspend(ox_runner *r, relay_slot *slot, ox_profile_state state, const char *reason)
{
	bool news = strcmp(slot->reason, reason) != 0;
	slot->state = state;
	slot->since_ms = news || !slot->since_ms ? ox_wall_clock_ms() : slot->since_ms;
	copy_text(slot->reason, sizeof slot->reason, reason);
	ox_index_trim(r->index, slot->number, BLOCKED_KEEP);
	r->state_changed = true;
	if (news) {
		journal_of_profile(r, slot, OX_EVENT_PROFILE_PAUSED, slot->reason);
	}
	if (news && slot->account) {
		journal_of_profile(r, slot, OX_EVENT_AUTH_NEEDED, slot->reason);
	}
}

/* Reads the file of a slot again if it is another one than before. */
static void refresh(ox_runner *r, relay_slot *slot, bool first)
{
	uint64_t stamp = 0;
	ox_error error;
	ox_profile profile;
	if (ox_profile_stamp(r->profiles_path, slot->name, &stamp) != OX_OK ||
		(stamp == slot->stamp && !first)) {
		return;
	}
	slot->stamp = stamp;
	slot->account = false;
	ox_profile_init(&profile);
	int status = ox_profile_load(r->profiles_path, slot->name, r->options.allow_insecure, &profile, &error);
	if (status == OX_OK) {
		ox_profile_drop_secrets(&profile);
		ox_profile_clear(&slot->profile);
		slot->profile = profile;
		slot->limits = ox_profile_limits_of(&profile);
		slot->provider = ox_provider_find(profile.relay.host);
		ox_rates_limit(&slot->rates, slot->limits.rate_second, slot->limits.rate_minute,
			slot->limits.rate_day);
		memset(&slot->breaker, 0, sizeof slot->breaker);
		memset(&slot->throttle, 0, sizeof slot->throttle);
		slot->fewer = 0;
		slot->trial_quirks = 0;
		relays_ease(r, slot); /* perhaps another relay: its trouble was not this one's */
		resume(r, slot);
		return;
	}
	ox_profile_clear(&profile);
	slot->until_ms = 0;
	if (status == OX_E_NOMEM) {
		slot->stamp = 0; /* once more, next time */
		return;
	}
	suspend(r, slot, ox_profile_is_missing(&error) ? OX_PROFILE_MISSING : OX_PROFILE_BROKEN, error.text);
}

/* What was missing or broken already is told of when that has changed, not again. */
static void recall(ox_runner *r, relay_slot *slot)
{
	const ox_profile_note *note = ox_run_state_find(&r->restored, slot->name);
	if (note && (note->state == OX_PROFILE_MISSING || note->state == OX_PROFILE_BROKEN)) {
		copy_text(slot->reason, sizeof slot->reason, note->reason);
		slot->since_ms = note->since_ms;
	}
}

void relays_name(ox_runner *r, relay_slot *slot, const char *name)
{
	copy_text(slot->name, sizeof slot->name, name);
	recall(r, slot);
	refresh(r, slot, true);
	restore(r, slot);
	/* The rates of the note come without limits. */
	ox_rates_limit(&slot->rates, slot->limits.rate_second, slot->limits.rate_minute,
		slot->limits.rate_day);
}

int relays_load(ox_runner *r, ox_error *error)
{
	ox_buffer names;
	ox_buffer_init(&names, OX_PROFILES_MAX * 256);
	int status = ox_profile_list(r->profiles_path, &names, error);
	for (size_t at = 0; at < names.size && status == OX_OK;) {
		const char *name = (const char *)names.bytes + at;
		at += strlen(name) + 1;
		if (!slot_named(r, name, true) && !r->crowded) {
			status = ox_error_memory(error, OX_STAGE_NONE);
		}
	}
	ox_buffer_clear(&names);
	for (unsigned i = 0; i < r->slot_count && status == OX_OK; i++) {
		if (r->slots[i]->name[0]) {
			refresh(r, r->slots[i], false);
		}
	}
	return status;
}

void relays_pause(ox_runner *r, relay_slot *slot, const char *reason, bool account)
{
	slot->account = account;
	slot->until_ms = ox_wall_clock_ms() + PROBE_PAUSED_MS;
	suspend(r, slot, OX_PROFILE_PAUSED, reason);
}

void relays_fewer(relay_slot *slot)
{
	unsigned open = slot->ready_lanes ? slot->ready_lanes : 1;
	slot->fewer = slot->fewer && slot->fewer < open ? slot->fewer : open;
	slot->fewer_until_ms = ox_clock_ms() + FEWER_MS;
}

/* It does not answer, or answers that it is too much: told of when it begins and when it is over. */
static void note_trouble(ox_runner *r, relay_slot *slot, const char *text)
{
	bool news = !slot->trouble_since_ms;
	copy_text(slot->trouble, sizeof slot->trouble, text);
	r->state_changed = true;
	if (news) {
		slot->trouble_since_ms = ox_wall_clock_ms();
		journal_of_profile(r, slot, OX_EVENT_RELAY_DOWN, slot->trouble);
	}
}

void relays_break(ox_runner *r, relay_slot *slot, const char *text)
{
	note_trouble(r, slot, text);
	ox_breaker_failed(&slot->breaker, ox_clock_ms(), relays_dice());
	r->state_changed = true;
}

void relays_throttle(ox_runner *r, relay_slot *slot, const char *text)
{
	note_trouble(r, slot, text);
	ox_breaker_failed(&slot->throttle, ox_clock_ms(), relays_dice());
	r->state_changed = true;
}

void relays_ease(ox_runner *r, relay_slot *slot)
{
	if (slot->trouble_since_ms && !ox_breaker_is_open(&slot->breaker) && !ox_breaker_is_open(&slot->throttle)) {
		slot->trouble_since_ms = 0;
		slot->trouble[0] = 0;
		r->state_changed = true;
		journal_of_profile(r, slot, OX_EVENT_RELAY_UP, NULL);
	}
}

void relays_works(ox_runner *r, relay_slot *slot)
{
	if (ox_breaker_is_open(&slot->breaker)) {
		ox_breaker_succeeded(&slot->breaker);
		r->state_changed = true;
	}
	if (slot->reason[0]) {
		resume(r, slot);
	}
}

static bool is_usable(relay_slot *slot)
{
	uint64_t now_ms = ox_wall_clock_ms();
	/* A pause ends with one try: if it fails, the pause begins again. No pause is longer than that; the clock was set
	 * back. */
	return slot->state == OX_PROFILE_OK || (slot->state == OX_PROFILE_PAUSED &&
		(now_ms >= slot->until_ms || slot->until_ms > now_ms + PROBE_PAUSED_MS));
}

bool relays_may_send(ox_runner *r, relay_slot *slot)
{
	(void)r;
	return is_usable(slot) && ox_breaker_allows(&slot->throttle, ox_clock_ms()) &&
		ox_rates_allow(&slot->rates, ox_wall_clock_ms());
}

bool relays_may_connect(ox_runner *r, relay_slot *slot)
{
	uint64_t now_ms = ox_clock_ms();
	uint32_t most = slot->limits.connections;
	if (slot->fewer && now_ms >= slot->fewer_until_ms) {
		slot->fewer = 0;
	}
	most = slot->fewer && slot->fewer < most ? slot->fewer : most;
	most = slot->state == OX_PROFILE_PAUSED ? 1 : most;
	return relays_may_send(r, slot) && slot->lanes < most && r->lane_count < LANES_MAX &&
		ox_breaker_allows(&slot->breaker, now_ms);
}

/* The later of the two, where the breaker is open, by the wall clock. */
static uint64_t until_of(const ox_breaker *breaker, uint64_t until_ms)
{
	uint64_t now_ms = ox_clock_ms(), next = ox_breaker_next_ms(breaker, now_ms);
	/* A probe is under way: its end is an event, and no time is known for it. */
	uint64_t at_ms = !next ? 0 : ox_wall_clock_ms() + (next == UINT64_MAX ? 1000 : next - now_ms);
	return at_ms > until_ms ? at_ms : until_ms;
}

bool relays_is_blocked(ox_runner *r, relay_slot *slot, uint64_t *until_ms)
{
	uint64_t wall_ms = ox_wall_clock_ms();
	(void)r;
	if (!is_usable(slot)) {
		*until_ms = slot->until_ms;
		return slot->name[0] != 0; /* one without a name has to be looked at first */
	}
	*until_ms = until_of(&slot->throttle, ox_rates_next_ms(&slot->rates, wall_ms));
	if (!slot->ready_lanes) {
		*until_ms = until_of(&slot->breaker, *until_ms);
	}
	return *until_ms > wall_ms;
}

static ox_profile_state state_of(ox_runner *r, relay_slot *slot, uint64_t *until_ms)
{
	uint64_t wall_ms = ox_wall_clock_ms();
	bool open = ox_breaker_is_open(&slot->breaker) || ox_breaker_is_open(&slot->throttle);
	if (!relays_is_blocked(r, slot, until_ms) && !open) {
		*until_ms = 0;
		return slot->state == OX_PROFILE_PAUSED ? OX_PROFILE_PAUSED : OX_PROFILE_OK;
	}
	if (slot->state != OX_PROFILE_OK) {
		return slot->state;
	}
	return ox_rates_next_ms(&slot->rates, wall_ms) > wall_ms ? OX_PROFILE_LIMITED : OX_PROFILE_WAITING;
}

void relays_note(ox_runner *r, ox_run_state *state)
{
	for (unsigned i = 0; i < r->slot_count; i++) {
		relay_slot *slot = r->slots[i];
		ox_profile_note *note = &state->profiles[state->profile_count];
		if (!slot->name[0]) {
			continue;
		}
		memset(note, 0, sizeof *note);
		copy_text(note->name, sizeof note->name, slot->name);
		note->state = state_of(r, slot, &note->until_ms);
		bool waits = note->state == OX_PROFILE_WAITING;
		copy_text(note->reason, sizeof note->reason, waits ? slot->trouble : slot->reason);
		note->account = slot->account;
		note->since_ms = waits ? slot->trouble_since_ms : slot->since_ms;
		note->stamp = slot->stamp;
		note->failures = slot->breaker.failures;
		note->rates = slot->rates;
		state->profile_count++;
	}
}

void relays_free(ox_runner *r)
{
	for (unsigned i = 0; i < r->slot_count; i++) {
		ox_profile_clear(&r->slots[i]->profile);
		ox_free(r->slots[i]);
	}
	r->slot_count = 0;
}
