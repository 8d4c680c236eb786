/* SPDX-License-Identifier: MIT */
/* The connections: opened, driven, closed, and what their messages met. */
#include "runner/runner_internal.h"

#include <string.h>

/* -- opening and closing -- */

void lane_remove(ox_runner *r, lane *l, bool polite)
{
	for (unsigned i = 0; i < r->lane_count; i++) {
		if (r->lanes[i] == l) {
			r->lanes[i] = r->lanes[--r->lane_count];
			break;
		}
	}
	l->slot->lanes--;
	l->slot->ready_lanes -= l->ready;
	if (l->probe) {
		ox_breaker_withdraw(&l->slot->breaker);
	}
	while (l->jobs) {
		job *j = l->jobs;
		l->jobs = j->next;
		job_free(j); /* its file says how far it came */
	}
	ox_connection_free(l->connection, polite);
	ox_profile_clear(&l->profile);
	ox_free(l);
}

void lanes_close(ox_runner *r, bool polite)
{
	while (r->lane_count) {
		lane_remove(r, r->lanes[0], polite);
	}
}

static void apply(ox_runner *r, relay_slot *slot, ox_effect effect, const ox_error *error)
{
	switch (effect) {
	case OX_EFFECT_BREAK: relays_break(r, slot, error->text); break;
	case OX_EFFECT_FEWER: relays_fewer(slot); break;
	case OX_EFFECT_PAUSE: relays_pause(r, slot, error->text, error->class == OX_ERROR_AUTH); break;
	default: break;
	}
}

static int connect_lane(ox_runner *r, lane *l, ox_error *error)
{
	ox_tls_trust *trust = NULL;
	relay_slot *slot = l->slot;
	int status = ox_profile_stamp(r->profiles_path, slot->name, &l->stamp);
	ox_profile_init(&l->profile);
	status = ox_profile_load(r->profiles_path, slot->name, r->options.allow_insecure, &l->profile, error);
	if (status == OX_OK && l->profile.relay.tls != OX_TLS_NONE) {
		status = ox_pool_trust(r->pool, &l->profile.relay, &r->options.environment, &trust, error);
	}
	if (status == OX_OK) {
		/* A runner has time, but no message may keep a connection for ever. */
		l->profile.relay.total_timeout_ms = 0;
		l->quirks = ox_pool_quirks(r->pool, &l->profile.relay) | slot->trial_quirks;
		status = ox_connection_open(&l->profile.relay, &r->options.environment, trust, l->quirks,
			&l->connection, error);
	}
	ox_tls_trust_free(trust);
	return status;
}

bool lane_open(ox_runner *r, relay_slot *slot)
{
	ox_error error = {0}; /* without memory it says nothing */
	lane *l = ox_alloc(sizeof *l);
	if (!l) {
		return false;
	}
	l->slot = slot;
	int status = connect_lane(r, l, &error);
	if (status != OX_OK) {
		bool file = error.class == OX_ERROR_STORAGE;
		ox_profile_clear(&l->profile);
		ox_free(l);
		if (file || status == OX_E_NOMEM) {
			r->profiles_at_ms = 0; /* the next look at the files finds the same, and says so */
			slot->state = file ? OX_PROFILE_MISSING : slot->state;
			slot->stamp = 0;
		} else {
			apply(r, slot, ox_effect_of(&error, false, slot->ready_lanes), &error);
		}
		return false;
	}
	l->probe = ox_breaker_is_open(&slot->breaker);
	ox_breaker_begin(&slot->breaker);
	l->window = 1;
	slot->lanes++;
	r->lanes[r->lane_count++] = l;
	r->facts.connections++;
	return true;
}

/* -- what became of the messages -- */

static bool is_loss(const ox_error *error)
{
	return error->smtp_code == 421 || error->class == OX_ERROR_CONNECT || error->class == OX_ERROR_TLS ||
		error->class == OX_ERROR_TIMEOUT || error->class == OX_ERROR_PROTOCOL;
}

/* Whether the server said anything about this message. */
static bool was_answered(const job *j)
{
	bool answered = false;
	for (size_t i = 0; i < j->envelope.recipient_count; i++) {
		answered = answered || (j->results[i].code && j->results[i].code != 421);
	}
	return answered;
}

typedef struct {
	const ox_error *error; /* why the connection ended; NULL = it goes on */
	bool innocent;         /* it was dead when it was used again: nobody's fault */
	bool unsent;           /* and the server read nothing */
	bool culprit_found;
} lane_end;

static void finish_job(ox_runner *r, lane *l, job *j, lane_end *end)
{
	bool loss = is_loss(&j->delivery.error);
	bool culprit = loss && !end->culprit_found && end->error && end->error->class != OX_ERROR_MESSAGE;
	const char *tls = ox_connection_tls(l->connection);
	size_t size = strlen(tls) < sizeof j->tls ? strlen(tls) : sizeof j->tls - 1;
	memcpy(j->tls, tls, size);
	if (ox_claim_record(j->claim)->flags & OX_SPOOL_TRACE) {
		j->transcript = ox_copy_string(ox_connection_transcript(l->connection)); /* without memory: none */
	}
	j->lane = NULL;
	end->culprit_found = end->culprit_found || culprit;
	bool answered = was_answered(j);
	if (answered) {
		l->served = true;
		l->probe = false;
		l->reused = false;
		relays_works(r, l->slot);
		l->slot->trial_quirks = 0;
		ox_pool_learn(r->pool, &l->slot->profile.relay, l->quirks);
	}
	ox_effect effect = settle_decide(r, j, culprit, end->innocent, end->unsent);
	ox_error words = j->delivery.error;
	for (size_t i = 0; effect != OX_EFFECT_NONE && !words.text[0] && i < j->envelope.recipient_count; i++) {
		memcpy(words.text, j->results[i].text, sizeof words.text);
	}
	if (effect == OX_EFFECT_PAUSE) {
		relays_pause(r, l->slot, words.text, words.class == OX_ERROR_AUTH);
	} else if (effect != OX_EFFECT_NONE) {
		/* Too much, says the relay, and keeps the connection: messages wait, then one goes as a probe. */
		relays_throttle(r, l->slot, words.text);
	} else if (answered) {
		ox_breaker_succeeded(&l->slot->throttle);
		relays_ease(r, l->slot);
	} else {
		ox_breaker_withdraw(&l->slot->throttle);
	}
}

/* Those that are done leave the lane, in their order. */
static bool collect(ox_runner *r, lane *l, lane_end *end)
{
	bool any = false;
	for (job **place = &l->jobs; *place;) {
		job *j = *place;
		if (!j->delivery.done) {
			place = &j->next;
			continue;
		}
		*place = j->next;
		l->job_count--;
		any = true;
		finish_job(r, l, j, end);
	}
	return any;
}

static void on_failed(ox_runner *r, lane *l, const ox_error *error)
{
	const ox_session *session = ox_connection_session(l->connection);
	bool heard = session && ox_session_heard_transaction(session), busy = l->job_count > 0;
	lane_end end = {.error = error, .unsent = ox_connection_was_stale(l->connection)};
	end.innocent = (l->reused || l->served) && !heard;
	if (session && error->class == OX_ERROR_TIMEOUT) {
		/* On trial: learned when a connection without pipelining has served. */
		l->slot->trial_quirks |= ox_session_quirks(session) & ~l->quirks;
	} else if (session && l->ready) {
		ox_pool_learn(r->pool, &l->slot->profile.relay, ox_session_quirks(session));
	}
	(void)collect(r, l, &end);
	bool harmless = l->ready && (!busy || end.innocent);
	if (!harmless) {
		unsigned others = l->slot->ready_lanes - l->ready;
		ox_effect effect = ox_effect_of(error, l->ready, others);
		/* Fewer than one is none: then it is the breaker that waits. */
		apply(r, l->slot, effect == OX_EFFECT_FEWER && !others ? OX_EFFECT_BREAK : effect, error);
		l->probe = false; /* the breaker has been told */
	}
	lane_remove(r, l, false);
}

static void on_ready(lane *l)
{
	const ox_capabilities *offers = ox_session_capabilities(ox_connection_session(l->connection));
	bool pipelining = offers->pipelining && !(l->quirks & OX_QUIRK_NO_PIPELINING);
	l->ready = true;
	l->slot->ready_lanes++;
	/* Without pipelining a second message would wait in this line while other lines are free. */
	l->window = pipelining ? l->profile.relay.window : 1;
	l->given_max = l->profile.relay.max_messages;
	l->idle_since_ms = ox_clock_ms();
	ox_profile_clear(&l->profile); /* the login is over: the secrets go */
}

/* True if something happened that another turn can build upon. */
static bool step_lane(ox_runner *r, lane *l)
{
	ox_error error;
	int status = ox_connection_step(l->connection, &error);
	if (status != OX_OK && status != OX_AGAIN) {
		on_failed(r, l, &error);
		return true;
	}
	bool ready_now = status == OX_OK && !l->ready;
	if (ready_now) {
		on_ready(l);
	}
	lane_end end = {.error = NULL};
	bool any = collect(r, l, &end);
	const ox_session *session = ox_connection_session(l->connection);
	if (l->reused && session && ox_session_heard_transaction(session)) {
		l->reused = false;
		any = true;
	}
	if (any && !l->job_count) {
		l->idle_since_ms = ox_clock_ms();
	}
	return any || ready_now;
}

/* -- the turn -- */

size_t lanes_in_flight(const ox_runner *r)
{
	size_t count = 0;
	for (unsigned i = 0; i < r->lane_count; i++) {
		count += r->lanes[i]->job_count;
	}
	return count;
}

static bool is_over(ox_runner *r, const lane *l)
{
	const ox_relay *relay = &l->slot->profile.relay;
	if (!l->ready) {
		return r->facts.stopping || (l->stamp != l->slot->stamp);
	}
	if (l->job_count) {
		return false;
	}
	uint64_t now_ms = ox_clock_ms();
	return r->facts.stopping || l->spent || l->given >= l->given_max || l->stamp != l->slot->stamp ||
		now_ms - l->idle_since_ms >= relay->idle_ms ||
		now_ms - ox_connection_opened_ms(l->connection) >= OX_POOL_AGE_MAX_MS;
}

int lanes_turn(ox_runner *r, bool *moved, ox_error *error)
{
	int status = OX_OK;
	unsigned first = r->slot_count ? r->slot_turn++ % r->slot_count : 0;
	for (unsigned i = 0; i < r->slot_count && status == OX_OK; i++) {
		relay_slot *slot = r->slots[(first + i) % r->slot_count];
		status = ox_index_waiting(r->index, slot->number) ? fill_slot(r, slot, moved, error) : OX_OK;
	}
	fill_submit(r);
	for (unsigned i = r->lane_count; i-- > 0;) {
		lane *l = r->lanes[i];
		bool idle = l->ready && !l->job_count;
		bool heard = false;
		for (size_t w = 0; idle && w < l->wait_count; w++) {
			heard = heard || r->waits[l->waits_at + w].ready;
		}
		if (is_over(r, l)) {
			lane_remove(r, l, true);
		} else if (!idle || heard) {
			*moved = step_lane(r, l) || *moved;
		}
	}
	for (unsigned i = 0; i < r->lane_count; i++) {
		r->lanes[i]->wait_count = 0;
	}
	r->facts.in_flight = lanes_in_flight(r);
	r->facts.connections_open = r->lane_count;
	return status;
}

/* Entries from the second on: the first is the FIFO's. */
size_t lanes_interest(ox_runner *r, uint64_t *until_ms)
{
	size_t count = 2, room = count + (size_t)r->lane_count * OX_CONNECTION_SOCKETS_MAX;
	if (room > r->wait_room) {
		ox_wait *waits = ox_realloc(r->waits, room * sizeof *waits);
		if (!waits) {
			*until_ms = ox_clock_ms() + 10;
			return count < r->wait_room ? count : r->wait_room;
		}
		r->waits = waits;
		r->wait_room = room;
	}
	for (unsigned i = 0; i < r->lane_count; i++) {
		lane *l = r->lanes[i];
		uint64_t step_ms;
		l->waits_at = count;
		l->wait_count = ox_connection_interest(l->connection, &r->waits[count], room - count, &step_ms);
		count += l->wait_count;
		if (l->ready && !l->job_count) {
			step_ms = l->idle_since_ms + l->slot->profile.relay.idle_ms;
		}
		*until_ms = step_ms < *until_ms ? step_ms : *until_ms;
	}
	return count;
}

void lanes_woken(ox_runner *r)
{
	for (unsigned i = 0; i < r->lane_count; i++) {
		lane *l = r->lanes[i];
		ox_connection_woken(l->connection, &r->waits[l->waits_at], l->wait_count);
	}
}
