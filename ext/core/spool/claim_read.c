/* SPDX-License-Identifier: MIT */
/* Reads a spool file through one small window. */
#include <string.h>

#include "base/crc32c.h"
#include "spool/claim_internal.h"

enum { WINDOW = 65536 };

typedef struct {
	const ox_claim *claim;
	uint8_t *bytes;
	uint64_t at;
	size_t size, room;
	bool at_end; /* the file ends where the window does */
	ox_error *error;
} window;

/* Up to `size` octets from offset, fewer at the end of the file only. */
static int look(window *w, uint64_t offset, size_t size, const uint8_t **bytes, size_t *got)
{
	bool inside = w->size && offset >= w->at && (offset + size <= w->at + w->size || w->at_end) &&
		offset <= w->at + w->size;
	if (!inside) {
		uint64_t rest = offset < w->claim->size ? w->claim->size - offset : 0;
		size_t wanted = rest < w->room ? (size_t)rest : w->room;
		int failed = ox_file_read_at(w->claim->file, offset, w->bytes, wanted, &w->size);
		if (failed) {
			w->size = 0;
			(void)ox_spool_error(w->error, failed, "reading the message", w->claim->place.id);
			return OX_E_FAILED;
		}
		w->at = offset;
		w->at_end = w->size == rest || w->size < wanted;
	}
	size_t left = w->size - (size_t)(offset - w->at);
	*bytes = w->bytes + (offset - w->at);
	*got = left < size ? left : size;
	return OX_OK;
}

static int cut_off(ox_record_fault *fault, bool *torn)
{
	*fault = "cut off";
	*torn = true;
	return OX_E_SYNTAX;
}

/* A head that is larger than the window gets memory of its own for the moment. */
static int read_large_head(window *w, ox_record *record, const ox_record_start *start,
	ox_record_fault *fault, bool *torn)
{
	size_t got = 0, size = (size_t)start->head_size;
	uint8_t *head = ox_alloc(size);
	if (!head) {
		return OX_E_NOMEM;
	}
	int failed = ox_file_read_at(w->claim->file, start->start_size, head, size, &got);
	int status = failed ? ox_spool_error(w->error, failed, "reading the message", w->claim->place.id) :
		got < size ? cut_off(fault, torn) : ox_record_parse_head(record, start, head, fault);
	ox_free(head);
	return status;
}

static int read_head(window *w, ox_record *record, ox_record_start *start, ox_record_fault *fault,
	bool *torn)
{
	const uint8_t *bytes;
	size_t got;
	int status = look(w, 0, WINDOW, &bytes, &got);
	status = status ? status : ox_record_parse_start(bytes, got, start, fault);
	if (status != OX_OK) {
		*torn = status == OX_E_SYNTAX && got < OX_RECORD_START_MAX;
		return status;
	}
	if (start->head_size > WINDOW - start->start_size) {
		return read_large_head(w, record, start, fault, torn);
	}
	return got < start->start_size + start->head_size ? cut_off(fault, torn) :
		ox_record_parse_head(record, start, bytes + start->start_size, fault);
}

static int read_end(window *w, const ox_record *record, const ox_record_start *start, uint32_t *crc,
	ox_record_fault *fault, bool *torn)
{
	const uint8_t *bytes;
	size_t got;
	int status = look(w, record->tail_at - OX_RECORD_END_SIZE, OX_RECORD_END_SIZE, &bytes, &got);
	if (status != OX_OK) {
		return status;
	}
	status = got < OX_RECORD_END_SIZE ? cut_off(fault, torn) :
		ox_record_parse_end(start, bytes, got, crc, fault);
	*torn = status == OX_E_SYNTAX;
	return status;
}

static int check_message(window *w, const ox_record *record, uint32_t wanted, ox_record_fault *fault,
	bool *torn)
{
	uint32_t crc = 0;
	for (uint64_t offset = 0; offset < record->size;) {
		const uint8_t *bytes;
		size_t got;
		uint64_t left = record->size - offset;
		int status = look(w, record->message_at + offset, left < WINDOW ? (size_t)left : WINDOW, &bytes,
			&got);
		if (status != OX_OK) {
			return status;
		}
		if (!got) {
			return cut_off(fault, torn);
		}
		crc = ox_crc32c(crc, bytes, got);
		offset += got;
	}
	if (crc != wanted) {
		*fault = "the sum of the message is wrong";
		return OX_E_SYNTAX;
	}
	return OX_OK;
}

/* A line without an end, or one past the cap, is none. */
static int read_tail(window *w, ox_claim *claim)
{
	ox_record *record = &claim->record;
	ox_tail_entry entry;
	claim->end = record->tail_at;
	claim->torn_end = false;
	for (;;) {
		const uint8_t *bytes;
		size_t got;
		int status = look(w, claim->end, OX_RECORD_LINE_MAX, &bytes, &got);
		if (status != OX_OK || !got) {
			return status;
		}
		const uint8_t *end = memchr(bytes, '\n', got);
		ox_slice line = {(const char *)bytes, end ? (size_t)(end - bytes) : got};
		if (end && ox_tail_parse(line, &entry)) {
			status = ox_record_apply(record, &entry);
		} else if (line.size) {
			record->torn_lines++;
		}
		if (status != OX_OK) {
			return status;
		}
		claim->torn_end = !end;
		claim->end += line.size + (end != NULL);
		if (claim->end - record->tail_at > OX_RECORD_TAIL_MAX) {
			return OX_E_LIMIT;
		}
	}
}

static int read_all(window *w, ox_claim *claim, bool sums, ox_record_fault *fault, bool *torn)
{
	ox_record_start start;
	uint32_t crc;
	int status = read_head(w, &claim->record, &start, fault, torn);
	/* Before END, in the order of the file: most are in the window as a whole. */
	if (status == OX_OK) {
		status = read_end(w, &claim->record, &start, &crc, fault, torn);
	}
	if (status == OX_OK && sums) {
		status = check_message(w, &claim->record, crc, fault, torn);
	}
	if (status == OX_OK) {
		status = read_tail(w, claim);
	}
	if (status == OX_E_LIMIT) {
		*fault = "a tail past its limit";
		status = OX_E_SYNTAX;
	}
	return status;
}

int ox_claim_read(ox_claim *claim, bool sums, ox_record_fault *fault, bool *torn, ox_error *error)
{
	window w = {.claim = claim, .error = error, .room = claim->size < WINDOW ? (size_t)claim->size : WINDOW};
	*torn = false;
	*fault = "";
	w.bytes = ox_alloc(w.room);
	int status = w.bytes ? read_all(&w, claim, sums, fault, torn) : OX_E_NOMEM;
	ox_free(w.bytes);
	return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
}
