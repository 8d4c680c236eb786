/* SPDX-License-Identifier: MIT */
#include "spool/draft.h"

#include <string.h>

#include "base/crc32c.h"
#include "spool/record_internal.h"

enum { PIECE = 65536 };

void ox_draft_init(ox_draft *draft, ox_submission *submission)
{
	memset(draft, 0, sizeof *draft);
	draft->submission = submission;
	draft->file = OX_FILE_NONE;
}

/* -- octets to a file, in large pieces -- */

typedef struct {
	ox_file file;
	uint64_t at; /* where `bytes` belong */
	uint8_t *bytes;
	size_t used, room;
} piece_writer;

static int flush(piece_writer *writer)
{
	int failed = ox_file_write_at(writer->file, writer->at, writer->bytes, writer->used);
	writer->at += writer->used;
	writer->used = 0;
	return failed;
}

static int put(piece_writer *writer, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	while (size) {
		size_t fits = writer->room - writer->used;
		size_t part = size < fits ? size : fits;
		memcpy(writer->bytes + writer->used, at, part);
		writer->used += part;
		at += part;
		size -= part;
		int failed = writer->used == writer->room ? flush(writer) : 0;
		if (failed) {
			return failed;
		}
	}
	return 0;
}

static int source_failed(ox_error *error)
{
	return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_BODY_SOURCE,
		"the message could not be read to its end");
}

/* The message's octets straight from their source into the buffer. */
static int put_message(piece_writer *writer, const ox_submission *submission, uint32_t *crc,
	ox_error *error)
{
	for (uint64_t offset = 0; offset < submission->size;) {
		uint64_t left = submission->size - offset;
		size_t fits = writer->room - writer->used;
		size_t part = left < fits ? (size_t)left : fits;
		size_t got = submission->source.read(submission->source.context, offset,
			writer->bytes + writer->used, part);
		if (!got || got > part) {
			return source_failed(error);
		}
		*crc = ox_crc32c(*crc, writer->bytes + writer->used, got);
		writer->used += got;
		offset += got;
		int failed = writer->used == writer->room ? flush(writer) : 0;
		if (failed) {
			return ox_spool_error(error, failed, "writing the message", submission->id);
		}
	}
	return OX_OK;
}

static int write_octets(ox_draft *draft, const ox_buffer *head, ox_error *error)
{
	const ox_submission *submission = draft->submission;
	char end[OX_RECORD_END_SIZE + 1];
	uint32_t crc = 0;
	uint64_t total = head->size + submission->size;
	piece_writer writer = {.file = draft->file};
	writer.room = total + OX_RECORD_END_SIZE < PIECE ? (size_t)total + OX_RECORD_END_SIZE : PIECE;
	writer.bytes = ox_alloc(writer.room);
	if (!writer.bytes) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	int status = OX_OK;
	int failed = put(&writer, head->bytes, head->size);
	if (!failed) {
		status = put_message(&writer, submission, &crc, error);
		ox_record_write_end(end, crc, total);
		failed = status != OX_OK ? 0 : put(&writer, end, OX_RECORD_END_SIZE);
	}
	failed = failed || status != OX_OK ? failed : flush(&writer);
	ox_free(writer.bytes);
	return failed ? ox_spool_error(error, failed, "writing the message", submission->id) : status;
}

/* -- the file -- */

/* A sweep that met the file before it was locked is about to remove it: then it is made again. */
static int create_locked(ox_spool *spool, ox_draft *draft)
{
	int failed = 0;
	for (int attempt = 0; attempt < 3; attempt++) {
		failed = ox_file_create(spool->tmp, draft->place.id, &draft->file);
		failed = failed ? failed : ox_file_lock(draft->file, false);
		if (draft->file == OX_FILE_NONE || !ox_spool_is(failed, OX_FILE_BUSY)) {
			break;
		}
		(void)!ox_file_remove(spool->tmp, draft->place.id);
		ox_draft_close(draft);
	}
	return failed;
}

static int create(ox_spool *spool, ox_draft *draft, uint64_t size, ox_error *error)
{
	int failed = create_locked(spool, draft);
	/* With room for the tail: results have to be written when the disk is full. */
	failed = failed ? failed : ox_file_reserve(draft->file, 0, size + OX_SPOOL_RESERVE);
	return failed ? ox_spool_error(error, failed, "creating the message", draft->place.id) : OX_OK;
}

/* The modification time of a deferred message is its time. */
static int set_due(const ox_draft *draft, ox_error *error)
{
	int failed = draft->place.state == OX_SPOOL_DEFERRED ?
		ox_file_set_modified(draft->file, draft->submission->send_at_ms) : 0;
	return failed ? ox_spool_error(error, failed, "writing the message", draft->submission->id) : OX_OK;
}

static int choose_id(ox_draft *draft, unsigned shard, uint64_t now_ms, ox_error *error)
{
	ox_submission *submission = draft->submission;
	uint8_t random[OX_SPOOL_RANDOM_SIZE];
	if (ox_random(random, sizeof random) != OX_OK) {
		return ox_spool_refuse(error, OX_FACT_ERRNO, "this system gives no randomness");
	}
	ox_spool_make_id(submission->id, now_ms, submission->class, ox_spool_lane(submission->profile),
		random);
	if (shard < OX_SPOOL_SHARDS) {
		ox_spool_id_set_shard(submission->id, shard);
	}
	if (submission->held) {
		draft->place = ox_place_of(submission->id, OX_SPOOL_HELD, 0);
	} else if (submission->send_at_ms > now_ms) {
		draft->place = ox_place_of(submission->id, OX_SPOOL_DEFERRED,
			ox_spool_bucket_of(submission->send_at_ms));
	} else {
		draft->place = ox_place_of(submission->id, OX_SPOOL_DUE, 0);
	}
	return OX_OK;
}

int ox_draft_write(ox_spool *spool, ox_draft *draft, unsigned shard, uint64_t now_ms,
	const char *marker, ox_error *error)
{
	ox_submission *submission = draft->submission;
	ox_buffer head;
	ox_buffer_init(&head, OX_SPOOL_HEAD_MAX + OX_RECORD_START_MAX);
	draft->published = false;
	int status = choose_id(draft, shard, now_ms, error);
	if (status != OX_OK) {
		return status;
	}
	status = ox_record_write_head(&head, submission, marker, ox_file_user(), now_ms);
	if (status == OX_E_NOMEM) {
		status = ox_error_memory(error, OX_STAGE_NONE);
	} else if (status != OX_OK) {
		status = ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
			OX_FACT_SPOOL_TOO_MANY_RECIPIENTS, "recipients: their list is longer than 1 MiB");
	}
	status = status ? status : create(spool, draft, head.size + submission->size, error);
	status = status ? status : write_octets(draft, &head, error);
	status = status ? status : set_due(draft, error);
	ox_buffer_clear(&head);
	if (status != OX_OK) {
		ox_draft_discard(spool, draft);
	}
	return status;
}

int ox_draft_publish(ox_spool *spool, ox_draft *draft, bool *again, ox_error *error)
{
	ox_file directory;
	int failed = 0;
	for (int attempt = 0; attempt < OX_SPOOL_FOLDER_ATTEMPTS; attempt++) {
		failed = ox_spool_folder(spool, &draft->place, true, &directory);
		failed = failed ? failed :
			ox_file_rename(spool->tmp, draft->place.id, directory, draft->place.id, false);
		if (!ox_spool_is(failed, OX_FILE_MISSING)) {
			break;
		}
		/* The bucket was removed as an empty one; or tmp/ID was swept. */
		ox_spool_forget_folder(spool, &draft->place);
	}
	*again = ox_spool_is(failed, OX_FILE_MISSING) || ox_spool_is(failed, OX_FILE_EXISTS);
	if (failed) {
		return ox_spool_error(error, failed, "giving its name to the message", draft->place.id);
	}
	draft->published = true;
	return OX_OK;
}

static int sync_failed(const ox_draft *draft, int failed, bool *again, ox_error *error)
{
	*again = failed != 0;
	return failed ? ox_spool_error(error, failed, "syncing the message", draft->place.id) : OX_OK;
}

int ox_draft_sync(ox_draft *draft, bool *again, ox_error *error)
{
	return sync_failed(draft, ox_file_sync_data(draft->file), again, error);
}

int ox_draft_sync_name(ox_spool *spool, ox_draft *draft, bool *again, ox_error *error)
{
	return sync_failed(draft, ox_spool_sync_name(spool, &draft->place), again, error);
}

void ox_draft_close(ox_draft *draft)
{
	ox_file_close(draft->file);
	draft->file = OX_FILE_NONE;
}

void ox_draft_discard(ox_spool *spool, ox_draft *draft)
{
	if (draft->file == OX_FILE_NONE) {
		return; /* never made: a file of that name is another's */
	}
	if (draft->published) {
		(void)!ox_spool_unlink(spool, &draft->place);
	} else {
		(void)!ox_file_remove(spool->tmp, draft->place.id);
	}
	ox_draft_close(draft);
}
