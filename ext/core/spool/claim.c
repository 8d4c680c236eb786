/* SPDX-License-Identifier: MIT */
/* Taking a message, and what is written while it is tried. */
#include "spool/claim.h"

#include <stdio.h>
#include <string.h>

#include "spool/claim_internal.h"
#include "spool/events.h"

enum { PENDING_MAX = 16777216 };

static ox_claim *new_claim(ox_spool *spool, const ox_place *place, bool writable)
{
	ox_claim *claim = ox_alloc(sizeof *claim);
	if (claim) {
		claim->spool = spool;
		claim->place = *place;
		claim->file = OX_FILE_NONE;
		claim->writable = writable;
		ox_record_init(&claim->record);
		ox_buffer_init(&claim->pending, PENDING_MAX);
	}
	return claim;
}

void ox_claim_release(ox_claim *claim)
{
	if (claim) {
		ox_file_close(claim->file); /* and the lock with it */
		ox_record_clear(&claim->record);
		ox_buffer_clear(&claim->pending);
		ox_free(claim);
	}
}

/* -- taking -- */

/* Whether this file is the one that the name leads to now: it may have moved, or grown, before it was locked. *facts, of
 * when it was opened, become those of now. */
static bool is_named(ox_spool *spool, const ox_place *place, ox_file_facts *facts)
{
	const ox_file_facts opened = *facts;
	ox_file directory;
	return ox_spool_folder(spool, place, false, &directory) == 0 &&
		ox_file_facts_at(directory, place->id, facts) == 0 && facts->inode == opened.inode &&
		facts->device == opened.device;
}

/* Opens and locks. OX_OK with *fate TAKEN: go on; *fault where it is not ours. */
static int open_file(ox_claim *claim, ox_claim_fate *fate, const char **fault, ox_error *error)
{
	ox_file_facts facts;
	int failed = ox_spool_open_file(claim->spool, &claim->place, claim->writable, &claim->file, &facts);
	*fate = OX_CLAIM_TAKEN;
	*fault = NULL;
	switch (ox_file_fault_of(failed)) {
	case OX_FILE_FINE: break;
	case OX_FILE_MISSING: *fate = OX_CLAIM_GONE; return OX_OK;
	case OX_FILE_LINK:
	case OX_FILE_NOBODY: *fault = "not a regular file"; return OX_OK;
	case OX_FILE_FORBIDDEN: *fault = "not to be opened by its owner"; return OX_OK;
	default: return ox_spool_error(error, failed, "opening the message", claim->place.id);
	}
	failed = claim->writable ? ox_file_lock(claim->file, false) : 0;
	if (ox_spool_is(failed, OX_FILE_BUSY)) {
		*fate = OX_CLAIM_BUSY;
		return OX_OK;
	}
	if (failed) {
		return ox_spool_error(error, failed, "locking the message", claim->place.id);
	}
	if (claim->writable && !is_named(claim->spool, &claim->place, &facts)) {
		*fate = OX_CLAIM_GONE;
	} else if (!ox_file_is_sound(&facts)) {
		*fault = facts.kind != OX_FILE_REGULAR ? "not a regular file" :
			facts.links != 1 ? "it has a second name" : "not a private file of this user";
	}
	claim->size = facts.size;
	return OX_OK;
}

static int read_file(ox_claim *claim, const char **fault, bool *torn, ox_error *error)
{
	int status = ox_claim_read(claim, claim->writable, fault, torn, error);
	if (status == OX_E_SYNTAX) {
		return OX_OK;
	}
	*fault = NULL;
	if (status == OX_OK && strcmp(claim->record.id, claim->place.id) != 0) {
		*fault = "its name is another message's";
	}
	return status;
}

/* It had ended, and a crash kept it from going. */
static int finish_ended(ox_claim *claim, uint64_t now_ms, ox_claim_fate *fate, ox_error *error)
{
	claim->ending = claim->record.ending;
	claim->ending_written = true;
	*fate = OX_CLAIM_SETTLED;
	ox_claim_report(claim, now_ms);
	return ox_claim_finish(claim, now_ms, error);
}

static int refuse(ox_claim *claim, const char *why, ox_error *error)
{
	char place[OX_PLACE_TEXT_SIZE];
	ox_place_text(&claim->place, place);
	return ox_spool_refuse(error, OX_FACT_SPOOL_DAMAGED, "%s: %s", place, why);
}

/* Opens and reads. OX_OK: *made is what came of it, with *fate TAKEN and *fault NULL where all is well. */
static int begin(ox_spool *spool, const ox_place *place, bool writable, ox_claim **made,
	ox_claim_fate *fate, const char **fault, bool *torn, ox_error *error)
{
	*fault = NULL;
	*torn = false;
	*made = new_claim(spool, place, writable);
	if (!*made) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	int status = open_file(*made, fate, fault, error);
	if (status == OX_OK && *fate == OX_CLAIM_TAKEN && !*fault) {
		status = read_file(*made, fault, torn, error);
	}
	if (status == OX_OK && *fault) {
		*fate = OX_CLAIM_QUARANTINED;
	}
	return status;
}

int ox_claim_open(ox_spool *spool, const ox_place *place, uint64_t now_ms, ox_claim **claim,
	ox_claim_fate *fate, ox_error *error)
{
	const char *fault;
	bool torn;
	ox_claim *made;
	*claim = NULL;
	int status = begin(spool, place, true, &made, fate, &fault, &torn, error);
	if (status == OX_OK && *fate == OX_CLAIM_TAKEN) {
		if (made->record.ending != OX_ENDING_NONE && place->state != OX_SPOOL_FAILED) {
			return finish_ended(made, now_ms, fate, error);
		}
		made->attempt = made->record.tries + 1;
		*claim = made;
		return OX_OK;
	}
	if (status == OX_OK && *fate == OX_CLAIM_QUARANTINED) {
		status = ox_quarantine(spool, place, fault, torn, now_ms, error);
		if (status == OX_OK) {
			(void)refuse(made, fault, error);
		}
	}
	ox_claim_release(made);
	return status;
}

int ox_claim_look(ox_spool *spool, const ox_place *place, ox_claim **claim, ox_claim_fate *fate,
	ox_error *error)
{
	const char *fault;
	bool torn;
	ox_claim *made;
	*claim = NULL;
	int status = begin(spool, place, false, &made, fate, &fault, &torn, error);
	if (status == OX_OK && *fate == OX_CLAIM_TAKEN) {
		*claim = made;
		return OX_OK;
	}
	if (status == OX_OK && *fate == OX_CLAIM_QUARANTINED) {
		(void)refuse(made, fault, error);
	}
	ox_claim_release(made);
	return status;
}

/* -- looking -- */

const ox_record *ox_claim_record(const ox_claim *claim)
{
	return &claim->record;
}

const ox_place *ox_claim_place(const ox_claim *claim)
{
	return &claim->place;
}

static size_t read_message(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ox_claim *claim = context;
	size_t got;
	if (offset >= claim->record.size) {
		return 0;
	}
	uint64_t left = claim->record.size - offset;
	if (ox_file_read_at(claim->file, claim->record.message_at + offset, bytes,
		    left < size ? (size_t)left : size, &got) != 0) {
		return 0;
	}
	return got;
}

ox_source ox_claim_source(ox_claim *claim)
{
	const ox_source source = {.context = claim, .read = read_message};
	return source;
}

int ox_claim_history(ox_claim *claim, size_t *position, ox_tail_entry *entry, ox_error *error)
{
	char bytes[OX_RECORD_LINE_MAX];
	for (;;) {
		size_t got;
		int failed = ox_file_read_at(claim->file, claim->record.tail_at + *position, bytes, sizeof bytes,
			&got);
		if (failed) {
			return ox_spool_error(error, failed, "reading the message", claim->place.id);
		}
		const char *end = got ? memchr(bytes, '\n', got) : NULL;
		ox_slice line = {bytes, end ? (size_t)(end - bytes) : got};
		if (!got) {
			return OX_AGAIN;
		}
		*position += line.size + (end != NULL);
		if (end && ox_tail_parse(line, entry)) {
			return OX_OK;
		}
	}
}

/* -- writing -- */

int ox_claim_flush(ox_claim *claim, ox_error *error)
{
	ox_buffer *pending = &claim->pending;
	if (!pending->size) {
		return OX_OK;
	}
	/* In one write. What a crash may have cut off before is closed by the line end in front. */
	size_t skip = claim->torn_end ? 0 : 1;
	int failed = ox_file_write_at(claim->file, claim->end, pending->bytes + skip, pending->size - skip);
	if (failed) {
		ox_file_facts facts;
		if (ox_file_facts_of(claim->file, &facts) == 0 && facts.size > claim->end) {
			claim->end = facts.size;
			claim->torn_end = true;
		}
		return ox_spool_error(error, failed, "writing to the message", claim->place.id);
	}
	claim->end += pending->size - skip;
	claim->torn_end = false;
	ox_buffer_empty(pending);
	return OX_OK;
}

/* Adds a line, and what it says to the record. The first line in the buffer is an empty one. */
static int add_line(ox_claim *claim, const ox_tail_entry *entry, ox_error *error)
{
	size_t before = claim->pending.size;
	int status = before ? OX_OK : ox_buffer_append_byte(&claim->pending, '\n');
	status = status ? status : ox_tail_write(&claim->pending, entry);
	status = status ? status : ox_record_apply(&claim->record, entry);
	if (status != OX_OK) {
		claim->pending.size = before;
		if (claim->pending.bytes) {
			claim->pending.bytes[before] = 0;
		}
		return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) :
			ox_spool_refuse(error, OX_FACT_NONE, "too many results at once for %s", claim->place.id);
	}
	return OX_OK;
}

int ox_claim_result(ox_claim *claim, size_t recipient, ox_outcome outcome, uint16_t code,
	const uint16_t enhanced[3], const char *host, const char *text, uint64_t now_ms, ox_error *error)
{
	ox_tail_entry entry = {.type = 'R', .recipient = (uint32_t)recipient, .outcome = outcome,
		.code = code <= 999 ? code : 0, .at_ms = now_ms};
	if (recipient >= claim->record.recipient_count) {
		return OX_E_USAGE;
	}
	for (size_t i = 0; enhanced && i < 3; i++) {
		entry.enhanced[i] = enhanced[i] <= 999 ? enhanced[i] : 0;
	}
	(void)snprintf(entry.host, sizeof entry.host, "%s", host ? host : "");
	(void)snprintf(entry.text, sizeof entry.text, "%s", text ? text : "");
	return add_line(claim, &entry, error);
}

int ox_claim_intend(ox_claim *claim, uint64_t now_ms, ox_error *error)
{
	const ox_tail_entry entry = {.type = 'I', .attempt = claim->attempt, .at_ms = now_ms};
	int status = add_line(claim, &entry, error);
	return status ? status : ox_claim_flush(claim, error);
}

int ox_claim_close_attempt(ox_claim *claim, uint32_t attempt, uint64_t due_ms, const char *why,
	ox_error *error)
{
	ox_tail_entry entry = {.type = 'A', .attempt = attempt, .due_ms = due_ms};
	(void)snprintf(entry.why, sizeof entry.why, "%s", why);
	int status = add_line(claim, &entry, error);
	return status ? status : ox_claim_flush(claim, error);
}

int ox_claim_note_told(ox_claim *claim, uint32_t minutes, uint64_t now_ms, ox_error *error)
{
	const ox_record *record = &claim->record;
	const ox_tail_entry entry = {.type = 'W', .minutes = minutes, .at_ms = now_ms};
	int status = add_line(claim, &entry, error);
	status = status ? status : ox_claim_flush(claim, error);
	/* Writing made its time now. */
	int failed = claim->place.state == OX_SPOOL_DEFERRED ?
		ox_file_set_modified(claim->file, record->next_ms ? record->next_ms : record->due_ms) : 0;
	return status || !failed ? status : ox_spool_error(error, failed, "writing to the message", record->id);
}

int ox_claim_admit(ox_claim *claim, uint64_t now_ms, ox_error *error)
{
	return ox_claim_close_attempt(claim, claim->record.tries, now_ms, "uncertain", error);
}

int ox_claim_end(ox_claim *claim, ox_ending ending, uint64_t now_ms, ox_error *error)
{
	const ox_tail_entry entry = {.type = 'D', .at_ms = now_ms, .ending = ending};
	claim->ending = ending;
	int status = add_line(claim, &entry, error);
	status = status ? status : ox_claim_flush(claim, error);
	claim->ending_written = status == OX_OK;
	return status;
}

int ox_claim_sync(const ox_claim *claim, ox_error *error)
{
	int failed = ox_file_sync_data(claim->file);
	return failed ? ox_spool_error(error, failed, "syncing the message", claim->place.id) : OX_OK;
}
