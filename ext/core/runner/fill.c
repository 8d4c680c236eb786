/* SPDX-License-Identifier: MIT */
/* Messages for connections: who may have one more, and how a turn's are announced together. */
#include "runner/runner_internal.h"

#include <string.h>

enum { RESTED_MS = 1000 };

static bool is_open_for_more(ox_runner *r, const lane *l)
{
	return l->ready && !l->spent && l->stamp == l->slot->stamp && !r->facts.stopping &&
		l->given < l->given_max && l->job_count < (l->reused ? 1 : l->window);
}

/* Whether it can be used again: the server may have left it since its last message. False: it is gone. */
static bool wake_up(ox_runner *r, lane *l)
{
	if (l->job_count || !l->served) {
		return true;
	}
	if (!ox_connection_is_reusable(l->connection, &l->slot->profile.relay)) {
		lane_remove(r, l, true);
		return false;
	}
	if (ox_clock_ms() - l->idle_since_ms >= RESTED_MS) {
		/* Alone until something is heard: of one message it can be told whether a dead server read it. */
		ox_connection_begin_use(l->connection);
		l->reused = true;
	}
	return true;
}

static void append_job(lane *l, job *j)
{
	job **end = &l->jobs;
	while (*end) {
		end = &(*end)->next;
	}
	j->next = NULL;
	*end = j;
}

/* Back to where it was, as if it had not been taken. */
static void take_back(ox_runner *r, job *j)
{
	j->lane->job_count--;
	j->lane = NULL;
	j->action = ACT_AGAIN;
	settle_add(r, j);
}

static void give_job(ox_runner *r, lane *l, job *j)
{
	int status = ox_connection_submit(l->connection, &j->delivery);
	if (status == OX_OK) {
		append_job(l, j);
	} else if (status == OX_E_SYNTAX) {
		l->job_count--;
		settle_end_early(r, j, OX_ENDING_FAILED);
	} else {
		l->spent = status != OX_E_NOMEM || l->spent;
		take_back(r, j);
	}
}

static bool is_announced(const job *j)
{
	return j->intended;
}

/* Announces the ends of data of all that were taken in this turn, waits for the disk once, and hands them over. Those
 * that would rather not be sent than twice are announced later, one by one: see jobs.c. */
void fill_submit(ox_runner *r)
{
	job *first = r->batch;
	bool durable = r->options.durability != OX_DURABILITY_NONE;
	ox_error error;
	journal_flush(r); /* that they were met, before what becomes of them */
	r->batch = NULL;
	r->batch_end = &r->batch;
	for (job *j = first; j && durable; j = j->next) {
		j->disk_status = j->hold_uncertain ? OX_OK : ox_claim_intend(j->claim, ox_wall_clock_ms(), &error);
		j->intended = !j->hold_uncertain && j->disk_status == OX_OK;
	}
	if (durable) {
		jobs_share(r, first, is_announced, job_sync);
	}
	while (first) {
		job *j = first;
		first = j->next;
		if (j->disk_status == OX_OK) {
			give_job(r, j->lane, j);
		} else {
			/* A disk that takes no announcement: nothing is sent, and a look is taken later. */
			r->look_at_ms = ox_wall_clock_ms() + BUSY_MS;
			take_back(r, j);
		}
	}
}

static bool may_try_more(const ox_runner *r)
{
	return !r->options.messages_max || r->facts.attempts + r->facts.in_flight < r->options.messages_max;
}

static int fill_lane(ox_runner *r, lane *l, bool *moved, ox_error *error)
{
	int status = OX_OK;
	char id[OX_SPOOL_ID_SIZE + 1];
	while (status == OX_OK && is_open_for_more(r, l) && may_try_more(r) && relays_may_send(r, l->slot) &&
		ox_index_take(r->index, l->slot->number, id)) {
		job *j;
		status = job_take(r, l->slot, id, &j, error);
		if (status == OX_OK && j) {
			j->lane = l;
			l->job_count++;
			l->given++;
			*r->batch_end = j;
			r->batch_end = &j->next;
			ox_breaker_begin(&l->slot->throttle);
			ox_rates_take(&l->slot->rates, ox_wall_clock_ms());
		}
		r->facts.in_flight = lanes_in_flight(r);
		*moved = true;
	}
	return status;
}

/* A slot whose name nobody knows yet: one of its messages tells it. */
static void learn_name(ox_runner *r, relay_slot *slot)
{
	const char *id;
	ox_error error;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	ox_place place = {.state = OX_SPOOL_DUE};
	if (!ox_index_unsorted(r->index, slot->number, &id)) {
		return;
	}
	memcpy(place.id, id, sizeof place.id);
	if (ox_claim_look(r->spool, &place, &claim, &fate, &error) == OX_OK && fate == OX_CLAIM_TAKEN) {
		relays_name(r, slot, ox_claim_record(claim)->profile);
	} else {
		/* Gone, or damaged: taking it hands it on to where it belongs. */
		job *none;
		char copy[OX_SPOOL_ID_SIZE + 1];
		if (ox_index_take(r->index, slot->number, copy) &&
			job_take(r, slot, copy, &none, &error) == OX_OK && none) {
			ox_index_give_back(r->index, copy, slot->number);
			job_free(none);
		}
	}
	ox_claim_release(claim);
}

int fill_slot(ox_runner *r, relay_slot *slot, bool *moved, ox_error *error)
{
	/* Those that connect, or have yet to prove that the server is still there, will take a window full. */
	unsigned soon = slot->lanes - slot->ready_lanes;
	int status = OX_OK;
	if (!slot->name[0]) {
		learn_name(r, slot);
		*moved = true;
		return OX_OK;
	}
	for (unsigned i = 0; i < r->lane_count && status == OX_OK; i++) {
		lane *l = r->lanes[i];
		if (l->slot != slot || !is_open_for_more(r, l) || !ox_index_waiting(r->index, slot->number)) {
			soon += l->slot == slot && l->reused;
			continue;
		}
		if (!wake_up(r, l)) {
			i--; /* another one has its place */
			continue;
		}
		status = fill_lane(r, l, moved, error);
		soon += l->reused;
	}
	/* Another connection, if those that are on their way will not be enough. */
	size_t waiting = ox_index_waiting(r->index, slot->number);
	if (status == OX_OK && !r->facts.stopping && may_try_more(r) && waiting > soon * OX_RELAY_WINDOW &&
		relays_may_connect(r, slot)) {
		*moved = lane_open(r, slot) || *moved;
	}
	return status;
}
