/* SPDX-License-Identifier: MIT */
/* From a submission to a message that is safe. */
#include "spool/enqueue.h"

#include <string.h>

#include "spool/draft.h"
#include "spool/events.h"
#include "spool/marker.h"
#include "spool/record_internal.h"

enum {
	BATCH = 64,              /* messages that share their syncs; each has a descriptor open */
	COUNT_AGAIN_MS = 5000,
	ATTEMPTS = 3,            /* files that one message may take */
};

static int check_size(const ox_spool *spool, const ox_submission *submission, ox_error *error)
{
	uint64_t size_max = spool->limits.message_size ? spool->limits.message_size : OX_SPOOL_MESSAGE_MAX;
	uint64_t count_max = spool->limits.recipients ? spool->limits.recipients : OX_SPOOL_RECIPIENTS_MAX;
	if (submission->size > size_max || submission->size > OX_SPOOL_MESSAGE_MAX) {
		return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
			OX_FACT_SPOOL_TOO_LARGE, "the message has %llu octets, %llu are the limit",
			(unsigned long long)submission->size, (unsigned long long)size_max);
	}
	if (submission->recipient_count > count_max ||
	    submission->recipient_count > OX_SPOOL_RECIPIENTS_MAX) {
		return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
			OX_FACT_SPOOL_TOO_MANY_RECIPIENTS, "the message has %zu recipients, %llu are the limit",
			submission->recipient_count, (unsigned long long)count_max);
	}
	return OX_OK;
}

static int check_room(const ox_spool *spool, uint64_t size, ox_error *error)
{
	ox_file_space space;
	int failed = ox_directory_space(spool->root, &space);
	if (failed) {
		return ox_spool_error(error, failed, "asking for the room of", spool->path);
	}
	uint64_t needed = spool->limits.free_bytes > 2 * size ? spool->limits.free_bytes : 2 * size;
	if (spool->limits.free_bytes && space.free_bytes < needed) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_FULL, "the filesystem of %s has %llu octets left, "
			"%llu are needed", spool->path, (unsigned long long)space.free_bytes,
			(unsigned long long)needed);
	}
	if (space.free_inodes < spool->limits.free_inodes) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_FULL, "the filesystem of %s has %llu inodes left, "
			"%llu are needed", spool->path, (unsigned long long)space.free_inodes,
			(unsigned long long)spool->limits.free_inodes);
	}
	return OX_OK;
}

/* Counting costs as much as there is, so it is done now and then, and what this process adds is added. */
static int check_count(ox_spool *spool, size_t more, uint64_t size, uint64_t now_ms, ox_error *error)
{
	const ox_spool_limits *limits = &spool->limits;
	if (!limits->messages && !limits->bytes) {
		return OX_OK;
	}
	bool stale = !spool->counted_ms || now_ms < spool->counted_ms ||
		now_ms - spool->counted_ms >= COUNT_AGAIN_MS;
	int status = stale ? ox_spool_count(spool, &spool->counted, limits->bytes ? &spool->counted_bytes : NULL, error) :
		OX_OK;
	if (status != OX_OK) {
		return status;
	}
	spool->counted_ms = stale ? now_ms : spool->counted_ms;
	if (limits->messages && spool->counted + more > limits->messages) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_TOO_MANY, "%llu messages wait in the spool, %llu are "
			"the limit", (unsigned long long)spool->counted, (unsigned long long)limits->messages);
	}
	if (limits->bytes && spool->counted_bytes + size > limits->bytes) {
		return ox_spool_refuse(error, OX_FACT_SPOOL_TOO_MANY, "%llu octets wait in the spool, and with %llu more "
			"they are past the limit of %llu", (unsigned long long)spool->counted_bytes,
			(unsigned long long)size, (unsigned long long)limits->bytes);
	}
	spool->counted += more;
	spool->counted_bytes += size;
	return OX_OK;
}

/* Derived, and the caller has its answer. */
static void report(ox_spool *spool, const ox_submission *submission, ox_spool_event_type type,
	const char *text, uint64_t now_ms)
{
	const ox_spool_event event = {.at_ms = now_ms, .type = type, .id = submission->id,
		.profile = submission->profile, .tag = submission->tag, .message_id = submission->message_id,
		.text = text};
	(void)!ox_events_append(spool, &event, 1, NULL);
}

/* No runner meets one that is held, so nobody else tells of it. */
static void report_held(ox_spool *spool, const ox_submission *submission, uint64_t now_ms)
{
	if (submission->held) {
		report(spool, submission, OX_EVENT_HELD, *submission->held ? submission->held : NULL, now_ms);
	}
}

static int check(ox_spool *spool, ox_submission *submission, ox_error *error)
{
	memset(submission->id, 0, sizeof submission->id);
	submission->duplicate = false;
	int status = check_size(spool, submission, error);
	return status ? status : ox_submission_check(submission, error);
}

/* Writes, names and syncs one draft. */
static int place_once(ox_spool *spool, ox_draft *draft, ox_durability durability, bool *again,
	ox_error *error)
{
	int status = ox_draft_publish(spool, draft, again, error);
	if (status == OX_OK && durability != OX_DURABILITY_NONE) {
		status = ox_draft_sync(draft, again, error);
		status = status ? status : ox_draft_sync_name(spool, draft, again, error);
	}
	if (status != OX_OK) {
		ox_draft_discard(spool, draft);
	}
	return status;
}

/* The marker names the message before there is one, so that whoever finds it knows what to look for. */
static int announce(ox_spool *spool, ox_draft *draft, ox_marker *marker, ox_durability durability,
	ox_error *error)
{
	int status = marker ? ox_marker_write(spool, marker, OX_MARKER_PENDING, draft->place.id,
		durability != OX_DURABILITY_NONE, error) : OX_OK;
	if (status != OX_OK) {
		ox_draft_discard(spool, draft);
	}
	return status;
}

/* Again where that can help: after a sync that failed the kernel has forgotten what it could not write, so only a new
 * file can be trusted. */
static int place(ox_spool *spool, ox_draft *draft, ox_marker *marker, ox_durability durability,
	uint64_t now_ms, ox_error *error)
{
	bool again = true;
	int status = OX_E_FAILED;
	for (int attempt = 0; again && attempt < ATTEMPTS; attempt++) {
		again = false;
		status = ox_draft_write(spool, draft, OX_SPOOL_SHARDS, now_ms, marker ? marker->name : NULL,
			error);
		status = status ? status : announce(spool, draft, marker, durability, error);
		status = status ? status : place_once(spool, draft, durability, &again, error);
	}
	ox_draft_close(draft);
	if (status == OX_OK) {
		report_held(spool, draft->submission, now_ms);
	}
	return status;
}

/* -- keys -- */

/* A message that a dead process had named, and not yet seen safe. */
static int make_safe(ox_spool *spool, const ox_place *found, ox_durability durability, ox_error *error)
{
	ox_file file;
	ox_file_facts facts;
	int failed = durability == OX_DURABILITY_NONE ? 0 :
		ox_spool_open_file(spool, found, true, &file, &facts);
	if (failed || durability == OX_DURABILITY_NONE) {
		/* Gone at this moment: it has been sent. */
		return !failed || ox_spool_is(failed, OX_FILE_MISSING) ? OX_OK :
			ox_spool_error(error, failed, "opening the message", found->id);
	}
	failed = ox_file_sync_data(file);
	ox_file_close(file);
	failed = failed ? failed : ox_spool_sync_name(spool, found);
	return failed ? ox_spool_error(error, failed, "syncing the message", found->id) : OX_OK;
}

/* OX_AGAIN: the key is free. */
static int look_up(ox_spool *spool, ox_marker *marker, ox_durability durability, ox_error *error)
{
	ox_place found;
	if (marker->word != OX_MARKER_PENDING) {
		return marker->word == OX_MARKER_NONE ? OX_AGAIN : OX_OK;
	}
	int status = ox_spool_find(spool, marker->id, &found, error);
	if (status != OX_OK) {
		return status;
	}
	if (found.state == OX_SPOOL_QUARANTINED) {
		return OX_AGAIN; /* torn: nobody was promised anything */
	}
	status = make_safe(spool, &found, durability, error);
	return status ? status : ox_marker_write(spool, marker, OX_MARKER_QUEUED, marker->id, false, error);
}

static int place_under_key(ox_spool *spool, ox_draft *draft, ox_durability durability,
	uint64_t now_ms, ox_error *error)
{
	ox_submission *submission = draft->submission;
	ox_marker marker;
	char name[OX_SPOOL_ID_SIZE + 1];
	if (ox_marker_name(submission->key, name) != OX_OK) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	int status = ox_marker_open(spool, name, now_ms, &marker, error);
	if (status != OX_OK) {
		return status;
	}
	status = look_up(spool, &marker, durability, error);
	if (status == OX_OK) {
		memcpy(submission->id, marker.id, sizeof submission->id);
		submission->duplicate = true;
	} else if (status == OX_AGAIN) {
		status = place(spool, draft, &marker, durability, now_ms, error);
		if (status != OX_OK) {
			ox_marker_discard(spool, &marker);
			return status;
		}
		/* Not synced: found pending after a power cut, the message itself tells. The message is safe, so a
		 * failure here is none of the caller's. */
		(void)!ox_marker_write(spool, &marker, OX_MARKER_QUEUED, submission->id, false, NULL);
	}
	ox_marker_close(&marker);
	if (status == OX_OK && submission->duplicate) {
		report(spool, submission, OX_EVENT_DUPLICATE_SUPPRESSED, NULL, now_ms);
	}
	return status;
}

int ox_spool_enqueue(ox_spool *spool, ox_submission *submission, ox_durability durability,
	uint64_t now_ms, ox_error *error)
{
	ox_draft draft;
	ox_draft_init(&draft, submission);
	int status = check(spool, submission, error);
	status = status ? status : check_room(spool, submission->size, error);
	status = status ? status : check_count(spool, 1, submission->size, now_ms, error);
	if (status != OX_OK) {
		return status;
	}
	return submission->key.size ? place_under_key(spool, &draft, durability, now_ms, error) :
		place(spool, &draft, NULL, durability, now_ms, error);
}

/* -- many -- */

/* One sync for all whose names are in one directory: a batch of messages that are due has one shard. */
static int sync_batch(ox_spool *spool, ox_draft *drafts, size_t count, ox_error *error)
{
	bool again;
	int status = OX_OK;
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		status = ox_draft_sync(&drafts[i], &again, error);
	}
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		bool same = i && drafts[i].place.state == drafts[i - 1].place.state &&
			drafts[i].place.folder == drafts[i - 1].place.folder;
		status = same ? OX_OK : ox_draft_sync_name(spool, &drafts[i], &again, error);
	}
	return status;
}

static int place_batch(ox_spool *spool, ox_draft *drafts, ox_submission *submissions, size_t count,
	uint64_t now_ms, ox_error *error)
{
	bool again;
	int status = OX_OK;
	unsigned shard = OX_SPOOL_SHARDS;
	size_t made = 0;
	for (; status == OX_OK && made < count; made++) {
		ox_draft_init(&drafts[made], &submissions[made]);
		status = ox_draft_write(spool, &drafts[made], shard, now_ms, NULL, error);
		if (status == OX_OK) {
			shard = ox_spool_id_shard(submissions[made].id);
			ox_file_start_sync(drafts[made].file);
		}
	}
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		status = ox_draft_publish(spool, &drafts[i], &again, error);
	}
	status = status ? status : sync_batch(spool, drafts, count, error);
	for (size_t i = 0; i < made; i++) {
		status == OX_OK ? ox_draft_close(&drafts[i]) : ox_draft_discard(spool, &drafts[i]);
	}
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		report_held(spool, &submissions[i], now_ms);
	}
	return status;
}

/* How many of them, from the first, can share their syncs: keyed ones have an order of their own. */
static size_t batch_size(const ox_submission *submissions, size_t count)
{
	size_t size = 0;
	while (size < count && size < BATCH && !submissions[size].key.size) {
		size++;
	}
	return size;
}

static int check_all(ox_spool *spool, ox_submission *submissions, size_t count, uint64_t now_ms,
	ox_error *error)
{
	uint64_t size = 0;
	int status = OX_OK;
	for (size_t i = 0; status == OX_OK && i < count; i++) {
		status = check(spool, &submissions[i], error);
		size += submissions[i].size;
	}
	status = status ? status : check_room(spool, size, error);
	return status ? status : check_count(spool, count, size, now_ms, error);
}

int ox_spool_enqueue_many(ox_spool *spool, ox_submission *submissions, size_t count,
	ox_durability durability, uint64_t now_ms, size_t *done, ox_error *error)
{
	*done = 0;
	int status = check_all(spool, submissions, count, now_ms, error);
	if (status != OX_OK) {
		return status;
	}
	ox_draft *drafts = ox_array_alloc(BATCH, sizeof *drafts);
	if (!drafts) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	while (status == OX_OK && *done < count) {
		ox_submission *next = submissions + *done;
		size_t size = durability == OX_DURABILITY_GROUP ? batch_size(next, count - *done) : 0;
		ox_draft_init(drafts, next);
		if (size) {
			status = place_batch(spool, drafts, next, size, now_ms, error);
		} else if (next->key.size) {
			status = place_under_key(spool, drafts, durability, now_ms, error);
		} else {
			status = place(spool, drafts, NULL, durability, now_ms, error);
		}
		*done += status == OX_OK ? (size ? size : 1) : 0;
	}
	ox_free(drafts);
	return status;
}
