/* SPDX-License-Identifier: MIT */
/* A message on its way: from its file to a delivery. */
#include "runner/runner_internal.h"

#include <string.h>

/* The end of data is announced before its last octet leaves our hands; a message that would rather not be sent
 * than twice announces it here, as late as can be. */
static size_t read_octets(void *context, uint64_t offset, void *bytes, size_t size)
{
	job *j = context;
	ox_error error;
	if (offset + size >= j->envelope.size && job_intend(j, &error) != OX_OK) {
		return 0; /* the connection is given up without an end of data */
	}
	return j->source.read(j->source.context, offset, bytes, size);
}

int job_intend(job *j, ox_error *error)
{
	if (j->intended) {
		return OX_OK;
	}
	int status = ox_claim_intend(j->claim, ox_wall_clock_ms(), error);
	if (status == OX_OK && j->runner->options.durability != OX_DURABILITY_NONE) {
		status = ox_claim_sync(j->claim, error);
	}
	j->intended = status == OX_OK;
	return status;
}

void job_sync(void *item)
{
	job *j = item;
	ox_error error;
	j->disk_status = ox_claim_sync(j->claim, &error);
}

void jobs_share(ox_runner *r, job *first, bool (*wanted)(const job *j), void (*work)(void *item))
{
	size_t count = 0;
	for (job *j = first; j; j = j->next) {
		count += wanted(j);
	}
	if (count > r->share_room) {
		void **items = ox_realloc(r->share_items, count * sizeof *items);
		r->share_items = items ? items : r->share_items;
		r->share_room = items ? count : r->share_room;
	}
	bool room = count <= r->share_room;
	count = 0;
	for (job *j = first; j; j = j->next) {
		if (wanted(j) && room) {
			r->share_items[count++] = j;
		} else if (wanted(j)) {
			work(j); /* without memory one by one */
		}
	}
	ox_crew_run(r->crew, work, r->share_items, count);
}

void job_free(job *j)
{
	if (j) {
		journal_flush(j->runner); /* an event may speak of it */
		ox_claim_release(j->claim);
		ox_envelope_clear(&j->envelope);
		ox_free(j->delivery.queue_id);
		ox_free(j->place);
		ox_free(j->results);
		ox_free(j->transcript);
		ox_free(j);
	}
}

static int add_recipient(job *j, size_t index, ox_error *error)
{
	const ox_record_recipient *recipient = &ox_claim_record(j->claim)->recipients[index];
	int status = ox_envelope_add(&j->envelope, recipient->address, recipient->notify, recipient->orcpt,
		&j->place[index]);
	if (status == OX_E_SYNTAX || status == OX_E_LIMIT) {
		/* It was checked when it came in, so by another version of us. */
		j->place[index] = SIZE_MAX;
		return ox_claim_result(j->claim, index, OX_OUTCOME_REJECTED, 0, (uint16_t[3]){5, 1, 3}, NULL,
			"the address cannot be sent to", ox_wall_clock_ms(), error);
	}
	return status;
}

/* Those without a final outcome, as many as the relay takes at once. */
static int fill_envelope(job *j, ox_error *error)
{
	const ox_record *record = ox_claim_record(j->claim);
	bool all = record->flags & OX_SPOOL_ALL_OR_NOTHING || j->slot->profile.relay.all_or_nothing;
	/* All or none cannot be had in parts: then the relay may say that it is too many. */
	uint32_t most = all ? 0 : j->slot->limits.recipients_max;
	int status = ox_envelope_set_sender(&j->envelope, record->sender);
	status = status == OX_OK && record->envid ? ox_envelope_set_envid(&j->envelope, record->envid) : status;
	for (size_t i = 0; i < record->recipient_count && status == OX_OK; i++) {
		bool fits = ox_record_is_open(&record->recipients[i]) &&
			(!most || j->envelope.recipient_count < most);
		j->place[i] = SIZE_MAX;
		status = fits ? add_recipient(j, i, error) : OX_OK;
	}
	j->envelope.dsn_return = (ox_return)record->dsn_return;
	j->envelope.priority = record->has_mt_priority ? record->mt_priority : OX_PRIORITY_NONE;
	j->envelope.utf8 = record->flags & OX_SPOOL_UTF8;
	j->envelope.eightbit = record->flags & OX_SPOOL_EIGHTBIT;
	j->envelope.require_tls = record->flags & OX_SPOOL_REQUIRE_TLS;
	j->envelope.all_or_nothing = all;
	j->envelope.size = record->size;
	return status;
}

static int prepare(job *j, ox_error *error)
{
	const ox_record *record = ox_claim_record(j->claim);
	j->place = ox_array_alloc(record->recipient_count, sizeof *j->place);
	j->results = ox_array_alloc(record->recipient_count, sizeof *j->results);
	int status = j->place && j->results ? fill_envelope(j, error) : OX_E_NOMEM;
	if (status == OX_E_SYNTAX || status == OX_E_LIMIT) {
		return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"the sender cannot be named to a server");
	}
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	j->source = ox_claim_source(j->claim);
	j->delivery.envelope = &j->envelope;
	j->delivery.results = j->results;
	j->delivery.source = (ox_source){j, read_octets};
	return status;
}

static ox_spool_event found(const job *j, ox_spool_event_type type)
{
	const ox_record *record = ox_claim_record(j->claim);
	return (ox_spool_event){.type = type, .id = j->id, .profile = record->profile, .tag = record->tag,
		.message_id = record->message_id, .attempt = record->tries};
}

static void journal_queued(ox_runner *r, const job *j)
{
	ox_spool_event event = found(j, OX_EVENT_QUEUED);
	event.at_ms = ox_claim_record(j->claim)->created_ms;
	journal_event(r, &event);
}

static void journal_uncertain(ox_runner *r, const job *j)
{
	const ox_record *record = ox_claim_record(j->claim);
	ox_spool_event event = found(j, OX_EVENT_UNCERTAIN);
	event.text = "the runner ended between the end of data and its reply";
	for (size_t i = 0; i < record->recipient_count; i++) {
		if (record->recipients[i].uncertain) {
			event.recipient = record->recipients[i].address;
			journal_event(r, &event);
		}
	}
}

/* The clock may have been set a moment ago: nobody's time is over by a clock that was not compared. */
bool job_is_over(ox_runner *r, const ox_record *record)
{
	bool over = ox_clocks_is_over(&r->clocks, record->created_ms, record->expires_ms, record->tries, ox_wall_clock_ms());
	if (over) {
		runner_note_clocks(r);
		over = ox_clocks_is_over(&r->clocks, record->created_ms, record->expires_ms, record->tries,
			ox_wall_clock_ms());
	}
	return over;
}

/* What the file says about the message itself, before anything is sent. True: it is not to be sent now. */
static bool settle_first(ox_runner *r, job *j)
{
	const ox_record *record = ox_claim_record(j->claim);
	uint64_t now_ms = ox_wall_clock_ms();
	if (record->tries == 0 && !record->next_ms && !record->uncertain_count) {
		journal_queued(r, j);
	}
	if (record->uncertain_count) {
		r->facts.uncertain++;
		r->totals.uncertain++;
		journal_uncertain(r, j);
		if (j->hold_uncertain) {
			j->action = ACT_HOLD;
			j->why = "uncertain";
			settle_add(r, j);
			return true;
		}
		ox_error error;
		/* Where the disk does not take this, it is counted again with the next claim: rather twice than not. */
		(void)!ox_claim_admit(j->claim, now_ms, &error);
	}
	if (!ox_record_open_count(record)) {
		settle_end_early(r, j, OX_ENDING_NONE);
		return true;
	}
	if (job_is_over(r, record)) {
		settle_end_early(r, j, OX_ENDING_EXPIRED);
		return true;
	}
	return false;
}

/* takes claim; NULL, and it is released, where memory is out. */
static job *make_job(ox_runner *r, relay_slot *own, ox_claim *claim)
{
	const ox_record *record = ox_claim_record(claim);
	job *j = ox_alloc(sizeof *j);
	if (!j) {
		ox_claim_release(claim);
		return NULL;
	}
	j->runner = r;
	j->claim = claim;
	j->slot = own;
	j->begun_ms = ox_clock_ms();
	j->hold_uncertain = record->flags & OX_SPOOL_HOLD_UNCERTAIN || own->limits.hold_uncertain;
	memcpy(j->id, record->id, sizeof j->id);
	ox_envelope_init(&j->envelope);
	return j;
}

int job_expire(ox_runner *r, const ox_place *place, ox_error *error)
{
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	int status = ox_claim_open(r->spool, place, ox_wall_clock_ms(), &claim, &fate, error);
	if (status != OX_OK || fate != OX_CLAIM_TAKEN) {
		return status; /* on its way, or gone */
	}
	relay_slot *own = relays_slot_named(r, ox_claim_record(claim)->profile);
	if (!own) {
		ox_claim_release(claim); /* the next look may find room for it, or memory */
		return OX_OK;
	}
	job *j = make_job(r, own, claim);
	if (j && !settle_first(r, j)) {
		job_free(j);
	}
	return j ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

/* A claim in hand becomes a job, or finds its own way. */
static int adopt(ox_runner *r, relay_slot *slot, ox_claim *claim, job **made, ox_error *error)
{
	const ox_record *record = ox_claim_record(claim);
	relay_slot *own = strcmp(slot->name, record->profile) ? relays_slot_named(r, record->profile) : slot;
	char id[OX_SPOOL_ID_SIZE + 1];
	memcpy(id, record->id, sizeof id);
	if (!own && r->crowded) {
		ox_index_forget(r->index, id); /* it waits on the disk for a slot */
		ox_claim_release(claim);
		return OX_OK;
	}
	if (!own) {
		ox_claim_release(claim);
	}
	job *j = own ? make_job(r, own, claim) : NULL;
	if (!j) {
		ox_index_give_back(r->index, id, slot->number);
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	if (own != slot) {
		ox_index_give_back(r->index, j->id, own->number);
		job_free(j);
		return OX_OK;
	}
	if (settle_first(r, j)) {
		return OX_OK;
	}
	int status = prepare(j, error);
	if (status == OX_E_FAILED && error->class == OX_ERROR_MESSAGE) {
		settle_end_early(r, j, OX_ENDING_FAILED);
		return OX_OK;
	}
	if (status == OX_OK && !j->envelope.recipient_count) {
		settle_end_early(r, j, OX_ENDING_NONE);
		return OX_OK;
	}
	if (status != OX_OK) {
		ox_index_give_back(r->index, j->id, slot->number);
		job_free(j);
		return status;
	}
	*made = j;
	return OX_OK;
}

int job_take(ox_runner *r, relay_slot *slot, const char *id, job **made, ox_error *error)
{
	ox_place place = {.state = OX_SPOOL_DUE};
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	*made = NULL;
	memcpy(place.id, id, sizeof place.id);
	int status = ox_claim_open(r->spool, &place, ox_wall_clock_ms(), &claim, &fate, error);
	if (status != OX_OK) {
		/* The disk may be mended, or memory be there again, when it is found the next time. */
		ox_index_forget(r->index, id);
		r->look_at_ms = ox_wall_clock_ms() + BUSY_MS;
		return status == OX_E_NOMEM ? status : OX_OK;
	}
	if (fate == OX_CLAIM_TAKEN) {
		return adopt(r, slot, claim, made, error);
	}
	ox_index_forget(r->index, id);
	if (fate == OX_CLAIM_BUSY) {
		r->look_at_ms = ox_wall_clock_ms() + BUSY_MS;
	} else if (fate == OX_CLAIM_QUARANTINED) {
		r->facts.quarantined++;
		r->totals.quarantined++;
	}
	return OX_OK;
}
