/* SPDX-License-Identifier: MIT */
/* What became of messages: written for all that were done in one turn together, so that they share the waiting
 * for the disk and the block of events. */
#include "runner/runner_internal.h"

#include <string.h>

void settle_add(ox_runner *r, job *j)
{
	j->next = NULL;
	*r->settling_end = j;
	r->settling_end = &j->next;
}

void settle_end_early(ox_runner *r, job *j, ox_ending ending)
{
	j->action = ACT_FINISH;
	j->ending = ending;
	j->ended_early = true;
	settle_add(r, j);
}

static ox_spool_event event_of(const job *j, ox_spool_event_type type)
{
	const ox_record *record = ox_claim_record(j->claim);
	return (ox_spool_event){.type = type, .id = j->id, .profile = record->profile, .tag = record->tag,
		.message_id = record->message_id, .attempt = record->tries,
		.milliseconds = (uint32_t)(ox_clock_ms() - j->begun_ms), .tls = *j->tls ? j->tls : NULL,
		.remote_id = j->delivery.queue_id};
}

static void journal_recipient(ox_runner *r, job *j, size_t index, ox_spool_event_type type,
	const ox_result *result)
{
	ox_spool_event event = event_of(j, type);
	event.recipient = ox_claim_record(j->claim)->recipients[index].address;
	event.code = result->code;
	memcpy(event.enhanced, result->enhanced, sizeof event.enhanced);
	event.text = result->text[0] ? result->text : NULL;
	if (type != OX_EVENT_ACCEPTED && !j->told) {
		event.transcript = j->transcript; /* once: a list of recipients would have it as often */
		j->told = true;
	}
	journal_event(r, &event);
}

static void journal_message(ox_runner *r, const job *j, ox_spool_event_type type, const char *text)
{
	ox_spool_event event = event_of(j, type);
	event.text = text;
	journal_event(r, &event);
}

/* In memory; the file gets it with the next line. */
static int note_result(ox_runner *r, job *j, size_t index, ox_fate fate, const ox_result *result)
{
	static const struct {
		ox_outcome outcome;
		ox_spool_event_type event;
	} of[] = {
		[OX_FATE_SENT] = {OX_OUTCOME_SENT, OX_EVENT_ACCEPTED},
		[OX_FATE_FAIL] = {OX_OUTCOME_REJECTED, OX_EVENT_FAILED},
		[OX_FATE_DEFER] = {OX_OUTCOME_DEFERRED, OX_EVENT_DEFERRED},
		[OX_FATE_UNCERTAIN] = {OX_OUTCOME_UNKNOWN, OX_EVENT_UNCERTAIN},
	};
	ox_error error;
	int status = ox_claim_result(j->claim, index, of[fate].outcome, result->code, result->enhanced,
		j->slot->profile.relay.host, result->text, ox_wall_clock_ms(), &error);
	journal_recipient(r, j, index, of[fate].event, result);
	r->facts.accepted += fate == OX_FATE_SENT;
	r->facts.refused += fate == OX_FATE_FAIL;
	return status;
}

typedef struct {
	size_t of[OX_FATE_AGAIN + 1];
	const ox_result *worst; /* that decides when and why */
} fate_count;

/* unsent: the connection was found dead before the server read any of it. */
static ox_effect judge(ox_runner *r, job *j, bool culprit, bool innocent, bool unsent, fate_count *count)
{
	const ox_record *record = ox_claim_record(j->claim);
	const char *provider = j->slot->provider ? j->slot->provider->name : NULL;
	ox_effect strongest = OX_EFFECT_NONE;
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_result *result = j->place[i] == SIZE_MAX ? NULL : &j->results[j->place[i]];
		if (!result) {
			continue;
		}
		ox_effect effect;
		ox_fate fate = ox_fate_of(result, &j->delivery.error, culprit && !innocent, provider, &effect);
		if (unsent && fate == OX_FATE_UNCERTAIN) {
			fate = OX_FATE_AGAIN;
		}
		if (fate != OX_FATE_AGAIN && note_result(r, j, i, fate, result) != OX_OK) {
			/* Without memory for the record the file still says "announced": uncertain, the careful word. */
			fate = OX_FATE_UNCERTAIN;
		}
		count->of[fate]++;
		bool decides = fate == OX_FATE_DEFER || fate == OX_FATE_UNCERTAIN;
		count->worst = decides && !count->worst ? result : count->worst;
		strongest = effect > strongest ? effect : strongest;
	}
	return strongest;
}

static void put_off(ox_runner *r, job *j, const fate_count *count)
{
	const ox_record *record = ox_claim_record(j->claim);
	ox_fate fate = count->of[OX_FATE_UNCERTAIN] ? OX_FATE_UNCERTAIN : OX_FATE_DEFER;
	uint32_t tries = j->intended ? record->tries : record->tries + 1;
	j->action = ACT_DEFER;
	j->why = ox_fate_why(count->worst, &j->delivery.error, fate);
	j->due_ms = ox_schedule_next_ms(tries, ox_wall_clock_ms(), record->expires_ms, relays_dice());
	r->facts.deferred++;
}

ox_effect settle_decide(ox_runner *r, job *j, bool culprit, bool innocent, bool unsent)
{
	fate_count count = {.worst = NULL};
	ox_effect effect = judge(r, j, culprit, innocent, unsent, &count);
	size_t open = ox_record_open_count(ox_claim_record(j->claim));
	size_t put_off_count = count.of[OX_FATE_DEFER] + count.of[OX_FATE_UNCERTAIN];
	j->sync = count.of[OX_FATE_SENT] > 0;
	r->facts.attempts++;
	if (count.of[OX_FATE_UNCERTAIN]) {
		r->facts.uncertain++;
		r->totals.uncertain++;
	}
	if (!open) {
		j->action = ACT_FINISH;
	} else if (count.of[OX_FATE_UNCERTAIN] && j->hold_uncertain) {
		j->action = ACT_HOLD;
		j->why = "uncertain";
	} else if (put_off_count) {
		put_off(r, j, &count);
	} else {
		j->action = ACT_AGAIN;
	}
	settle_add(r, j);
	return effect;
}

static ox_ending ending_of(const job *j)
{
	const ox_record *record = ox_claim_record(j->claim);
	ox_ending ending = OX_ENDING_SENT;
	for (size_t i = 0; i < record->recipient_count; i++) {
		ending = record->recipients[i].outcome == OX_OUTCOME_SENT ? ending : OX_ENDING_FAILED;
	}
	return ending;
}

/* The line that ends it, and what it means. A disk that does not take even this line: finishing will do. */
static void write_end(ox_runner *r, job *j)
{
	ox_error error;
	j->ending = j->ending == OX_ENDING_NONE ? ending_of(j) : j->ending;
	if (ox_claim_end(j->claim, j->ending, ox_wall_clock_ms(), &error) != OX_OK) {
		r->look_at_ms = ox_wall_clock_ms() + BUSY_MS;
	}
	switch (j->ending) {
	case OX_ENDING_SENT:
		r->facts.sent++;
		r->facts.octets += ox_claim_record(j->claim)->size;
		journal_message(r, j, OX_EVENT_DELIVERED, NULL);
		break;
	case OX_ENDING_EXPIRED:
		r->facts.expired++;
		journal_message(r, j, OX_EVENT_EXPIRED, "its time was over");
		break;
	default:
		r->facts.failed++;
		if (j->ended_early) {
			journal_message(r, j, OX_EVENT_FAILED, "it cannot be sent as it is");
		}
	}
}

static void write_results(ox_runner *r, job *j)
{
	ox_error error;
	if (j->action == ACT_FINISH) {
		write_end(r, j);
		return;
	}
	if (j->action == ACT_HOLD) {
		r->facts.held++;
		journal_message(r, j, OX_EVENT_HELD, "it may have been delivered already");
	}
	if (j->sync && ox_claim_flush(j->claim, &error) != OX_OK) {
		r->look_at_ms = ox_wall_clock_ms() + BUSY_MS;
	}
}

/* Most of them: nothing is written for them but their own end. */
static bool goes_by_itself(const job *j)
{
	return j->action == ACT_FINISH && j->ending == OX_ENDING_SENT && !ox_claim_record(j->claim)->marker;
}

static void take_away(void *item)
{
	job *j = item;
	ox_claim *claim = j->claim;
	ox_error error;
	j->claim = NULL;
	j->disk_status = ox_claim_finish(claim, ox_wall_clock_ms(), &error);
}

/* Takes the job's claim on to its next place. */
static int carry_out(ox_runner *r, job *j, ox_error *error)
{
	uint64_t now_ms = ox_wall_clock_ms();
	ox_claim *claim = j->claim;
	int status = OX_OK;
	j->claim = NULL;
	switch (j->action) {
	case ACT_FINISH: status = claim ? ox_claim_finish(claim, now_ms, error) : j->disk_status; break;
	case ACT_DEFER:
		status = ox_claim_defer(claim, j->due_ms, j->why, now_ms, error);
		r->promote_at_ms = !r->promote_at_ms || j->due_ms < r->promote_at_ms ? j->due_ms : r->promote_at_ms;
		break;
	case ACT_HOLD: status = ox_claim_hold(claim, j->why, now_ms, error); break;
	default: status = ox_claim_again(claim, now_ms, error); break;
	}
	if (j->action == ACT_AGAIN && status == OX_OK) {
		ox_index_give_back(r->index, j->id, j->slot->number);
	} else {
		ox_index_forget(r->index, j->id);
	}
	if (status != OX_OK) {
		/* It is still in q/, and its file says as much as could be written. */
		r->look_at_ms = now_ms + BUSY_MS;
	}
	return status;
}

static bool has_results(const job *j)
{
	return j->sync;
}

int settle_turn(ox_runner *r, bool *moved, ox_error *error)
{
	job *first = r->settling;
	ox_error fault;
	r->settling = NULL;
	r->settling_end = &r->settling;
	*moved = *moved || first;
	for (job *j = first; j; j = j->next) {
		write_results(r, j);
	}
	if (r->options.durability != OX_DURABILITY_NONE) {
		/* Should one fail, a power cut would have it sent again: no reason to do so now. */
		jobs_share(r, first, has_results, job_sync);
	}
	journal_flush(r);
	jobs_share(r, first, goes_by_itself, take_away);
	int status = OX_OK;
	while (first) {
		job *j = first;
		first = j->next;
		if (carry_out(r, j, &fault) == OX_E_NOMEM) {
			status = ox_error_memory(error, OX_STAGE_NONE);
		}
		job_free(j);
	}
	return status;
}
