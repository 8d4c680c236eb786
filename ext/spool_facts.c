/* SPDX-License-Identifier: MIT */
/* What a spool holds, as arrays: its messages, its events, how it is. */
#include "php_outbox.h"

#include "runner/state.h"
#include "spool/claim.h"
#include "spool/events.h"
#include "spool/wake.h"

static void add_time(zval *to, const char *name, uint64_t ms)
{
	if (ms) {
		add_assoc_double(to, name, (double)ms / 1000);
	} else {
		add_assoc_null(to, name);
	}
}

static void add_text(zval *to, const char *name, const char *text)
{
	if (text) {
		add_assoc_str(to, name, php_outbox_text(text));
	} else {
		add_assoc_null(to, name);
	}
}

static void add_code(zval *to, uint16_t code, const uint16_t enhanced[3])
{
	char text[24];
	if (code) {
		add_assoc_long(to, "code", code);
	} else {
		add_assoc_null(to, "code");
	}
	snprintf(text, sizeof text, "%u.%u.%u", enhanced[0], enhanced[1], enhanced[2]);
	add_text(to, "enhanced", enhanced[0] ? text : NULL);
}

/* -- a message -- */

static void add_recipients(zval *to, const ox_record *record)
{
	zval all;
	array_init_size(&all, (uint32_t)record->recipient_count);
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_record_recipient *r = &record->recipients[i];
		zval one;
		array_init(&one);
		add_text(&one, "outcome", r->outcome == OX_OUTCOME_NONE ? NULL : ox_outcome_name(r->outcome));
		add_code(&one, r->code, r->enhanced);
		add_text(&one, "text", r->text);
		add_time(&one, "time", r->at_ms);
		zend_hash_str_update(Z_ARRVAL(all), r->address, strlen(r->address), &one);
	}
	add_assoc_zval(to, "recipients", &all);
}

/* Of the recipients that were answered the one that was answered last. */
static const char *last_reply(const ox_record *record)
{
	const ox_record_recipient *last = NULL;
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_record_recipient *r = &record->recipients[i];
		if (r->text && (!last || r->at_ms >= last->at_ms)) {
			last = r;
		}
	}
	return last ? last->text : NULL;
}

static void describe(zval *to, ox_claim *claim)
{
	const ox_record *r = ox_claim_record(claim);
	array_init(to);
	add_text(to, "id", r->id);
	add_text(to, "state", ox_spool_state_name(ox_claim_place(claim)->state));
	add_time(to, "created", r->created_ms);
	add_time(to, "due", r->next_ms ? r->next_ms : r->due_ms);
	add_time(to, "expires", r->expires_ms);
	add_text(to, "priority", ox_spool_class_name(r->class));
	add_text(to, "profile", r->profile);
	add_text(to, "tag", r->tag);
	add_text(to, "sender", r->sender);
	add_recipients(to, r);
	add_assoc_long(to, "tries", r->tries);
	add_assoc_long(to, "size", (zend_long)r->size);
	add_text(to, "why", ox_record_waits_why(r));
	add_text(to, "messageId", r->message_id);
	add_text(to, "lastReply", last_reply(r));
	add_assoc_bool(to, "uncertain", r->uncertain_count > 0);
}

static void describe_damaged(zval *to, const ox_place *place, const ox_error *error)
{
	array_init(to);
	add_text(to, "id", place->id);
	add_text(to, "state", ox_spool_state_name(place->state));
	add_text(to, "error", error->text);
}

int php_outbox_spool_message(zval *to, ox_spool *spool, const ox_place *place, ox_error *error)
{
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	int status = ox_claim_look(spool, place, &claim, &fate, error);
	if (status == OX_OK && claim) {
		describe(to, claim);
	} else if (status == OX_OK && fate == OX_CLAIM_QUARANTINED) {
		describe_damaged(to, place, error);
	} else if (status == OX_OK) {
		ZVAL_NULL(to);
	}
	ox_claim_release(claim);
	return status;
}

static void add_entry(zval *to, const ox_record *record, const ox_tail_entry *entry)
{
	zval line;
	array_init(&line);
	switch (entry->type) {
	case 'I':
		add_text(&line, "type", "intent");
		add_assoc_long(&line, "try", entry->attempt);
		add_time(&line, "time", entry->at_ms);
		break;
	case 'A':
		add_text(&line, "type", "deferred");
		add_assoc_long(&line, "try", entry->attempt);
		add_time(&line, "due", entry->due_ms);
		add_text(&line, "why", entry->why);
		break;
	case 'W':
		add_text(&line, "type", "delayed");
		add_time(&line, "time", entry->at_ms);
		add_assoc_long(&line, "minutes", entry->minutes);
		break;
	case 'R':
		add_text(&line, "type", "result");
		add_time(&line, "time", entry->at_ms);
		add_text(&line, "recipient", entry->recipient < record->recipient_count
			? record->recipients[entry->recipient].address : NULL);
		add_text(&line, "outcome", ox_outcome_name(entry->outcome));
		add_code(&line, entry->code, entry->enhanced);
		add_text(&line, "host", entry->host);
		add_text(&line, "text", entry->text);
		break;
	default:
		add_text(&line, "type", "end");
		add_time(&line, "time", entry->at_ms);
		add_text(&line, "ending", ox_ending_name(entry->ending));
	}
	add_next_index_zval(to, &line);
}

static int add_history(zval *to, ox_claim *claim, ox_error *error)
{
	zval history;
	size_t position = 0;
	ox_tail_entry entry;
	int status;
	array_init(&history);
	while ((status = ox_claim_history(claim, &position, &entry, error)) == OX_OK) {
		add_entry(&history, ox_claim_record(claim), &entry);
	}
	add_assoc_zval(to, "history", &history);
	return status == OX_AGAIN ? OX_OK : status;
}

static int add_octets(zval *to, ox_claim *claim, ox_error *error)
{
	ox_source source = ox_claim_source(claim);
	uint64_t size = ox_claim_record(claim)->size, at = 0;
	zend_string *octets = zend_string_alloc((size_t)size, 0);
	while (at < size) {
		size_t got = source.read(source.context, at, ZSTR_VAL(octets) + at, (size_t)(size - at));
		if (!got) {
			zend_string_release(octets);
			return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
				"the message cannot be read to its end");
		}
		at += got;
	}
	ZSTR_VAL(octets)[size] = 0;
	add_assoc_str(to, "message", octets);
	return OX_OK;
}

int php_outbox_spool_whole_message(zval *to, ox_spool *spool, const ox_place *place, ox_error *error)
{
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	int status = ox_claim_look(spool, place, &claim, &fate, error);
	ZVAL_NULL(to);
	if (status == OX_OK && claim) {
		describe(to, claim);
		status = add_octets(to, claim, error);
		status = status == OX_OK ? add_history(to, claim, error) : status;
	} else if (status == OX_OK && fate == OX_CLAIM_QUARANTINED) {
		describe_damaged(to, place, error);
	}
	ox_claim_release(claim);
	if (status != OX_OK) {
		zval_ptr_dtor(to);
		ZVAL_NULL(to);
	}
	return status;
}

/* -- an event -- */

void php_outbox_spool_event(zval *to, const ox_spool_event *event)
{
	const struct {
		const char *name, *text;
	} texts[] = {{"id", event->id}, {"recipient", event->recipient}, {"text", event->text},
		{"profile", event->profile}, {"tls", event->tls}, {"remote_id", event->remote_id},
		{"message_id", event->message_id}, {"tag", event->tag}, {"transcript", event->transcript}};
	array_init(to);
	add_assoc_long(to, "seq", (zend_long)event->sequence);
	add_time(to, "time", event->at_ms);
	add_text(to, "type", ox_event_type_name(event->type));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		add_text(to, texts[i].name, texts[i].text);
	}
	add_code(to, event->code, event->enhanced);
	add_assoc_long(to, "try", event->attempt);
	add_assoc_long(to, "milliseconds", event->milliseconds);
}

/* -- how it is -- */

static void add_runner(zval *to, const ox_run_info *info)
{
	zval runner;
	array_init(&runner);
	add_assoc_bool(&runner, "running", info->running);
	if (info->running) {
		add_assoc_long(&runner, "pid", (zend_long)info->pid);
	} else {
		add_assoc_null(&runner, "pid");
	}
	add_time(&runner, "since", info->running ? info->since_ms : 0);
	add_text(&runner, "version", info->version);
	add_assoc_zval(to, "runner", &runner);
}

static void add_spawn(zval *to, const ox_spawn_note *note)
{
	char words[200];
	zval spawn;
	array_init(&spawn);
	add_assoc_bool(&spawn, "allowed", php_outbox_spawn_allowed());
	add_text(&spawn, "rule", php_outbox_spawn_rule());
	add_time(&spawn, "last", note->last_ms);
	ox_system_message(note->system_error, words, sizeof words);
	add_text(&spawn, "error", note->system_error ? words : NULL);
	add_assoc_zval(to, "spawn", &spawn);
}

static void add_profile(zval *to, const char *name, const ox_profile_note *note, uint32_t queued)
{
	zval profile;
	array_init(&profile);
	add_text(&profile, "state", ox_profile_state_name(note ? note->state : OX_PROFILE_OK));
	add_text(&profile, "reason", note ? note->reason : "");
	add_time(&profile, "since", note ? note->since_ms : 0);
	add_time(&profile, "until", note ? note->until_ms : 0);
	add_assoc_long(&profile, "queued", queued);
	add_assoc_zval(to, name, &profile);
}

/* Those with a file, then those that messages name in vain. */
static int add_profiles(zval *to, ox_spool *spool, const uint32_t *lanes, ox_error *error)
{
	zval profiles;
	ox_buffer names;
	ox_run_state state = {0};
	ox_buffer_init(&names, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = ox_run_state_read(spool, ox_wall_clock_ms(), &state);
	status = status == OX_OK ? ox_profile_list(ox_spool_profiles(spool), &names, error) : status;
	const char *first = ox_buffer_text(&names);
	array_init(&profiles);
	for (const char *name = first; status == OX_OK && name < first + names.size; name += strlen(name) + 1) {
		add_profile(&profiles, name, ox_run_state_find(&state, name), lanes[ox_spool_lane(name)]);
	}
	for (size_t i = 0; status == OX_OK && i < state.profile_count; i++) {
		const ox_profile_note *note = &state.profiles[i];
		if (note->state == OX_PROFILE_MISSING && lanes[ox_spool_lane(note->name)]) {
			add_profile(&profiles, note->name, note, lanes[ox_spool_lane(note->name)]);
		}
	}
	add_assoc_zval(to, "profiles", &profiles);
	ox_buffer_clear(&names);
	ox_run_state_clear(&state);
	return status;
}

static void add_counts(zval *to, const ox_spool_status *status, const ox_run_totals *totals)
{
	for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
		add_assoc_long(to, ox_spool_state_name((ox_spool_state)state), (zend_long)status->count[state]);
	}
	add_assoc_long(to, "uncertain", (zend_long)totals->uncertain);
	add_time(to, "oldest", status->oldest_ms);
	add_time(to, "next", status->next_ms);
	add_assoc_long(to, "bytes", (zend_long)status->bytes);
	add_assoc_long(to, "free_bytes", (zend_long)status->space.free_bytes);
	if (status->space.free_inodes == UINT64_MAX) {
		add_assoc_null(to, "free_inodes");
	} else {
		add_assoc_long(to, "free_inodes", (zend_long)status->space.free_inodes);
	}
}

int php_outbox_spool_overview(zval *to, ox_spool *spool, ox_error *error)
{
	uint32_t *lanes = ecalloc(OX_SPOOL_LANES, sizeof *lanes);
	ox_spool_status held = {.lanes = lanes};
	ox_run_info info = {0};
	ox_spawn_note note = {0};
	ox_run_totals totals = {0};
	int status = ox_spool_status_read(spool, &held, error);
	status = status == OX_OK ? ox_run_info_read(spool, &info, error) : status;
	status = status == OX_OK ? ox_spawn_note_read(spool, &note, error) : status;
	status = status == OX_OK ? ox_run_totals_read(spool, &totals, error) : status;
	if (status == OX_OK) {
		array_init(to);
		add_text(to, "path", ox_spool_path(spool));
		add_counts(to, &held, &totals);
		add_runner(to, &info);
		add_spawn(to, &note);
		status = add_profiles(to, spool, lanes, error);
		if (status != OX_OK) {
			zval_ptr_dtor(to);
			ZVAL_NULL(to);
		}
	}
	efree(lanes);
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}
