/* SPDX-License-Identifier: MIT */
/* Reads the journal from a cursor on, while others append to it. */
#include <stdio.h>
#include <string.h>

#include "spool/events_internal.h"

enum { WINDOW = 65536, SEQUENCE_BITS = 32 /* of an offset */ };

struct ox_event_reader {
	ox_spool *spool;
	uint64_t segment, offset;
	ox_file file;          /* of the segment; NONE: it comes next */
	bool closed;           /* there is a later segment, so what this one has is all it will have */
	uint8_t *window;
	uint64_t window_at;
	size_t window_size;
	ox_event_block *block; /* of the last event */
};

static int bad_cursor(ox_error *error)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"cursor: is none that was given out here");
}

static bool parse_cursor(const char *cursor, uint64_t *segment, uint64_t *offset)
{
	const char *colon = strchr(cursor, ':');
	if (!colon || strlen(cursor) >= OX_EVENT_CURSOR_SIZE) {
		return false;
	}
	return ox_parse_number((ox_slice){cursor, (size_t)(colon - cursor)}, segment) &&
		ox_parse_number(ox_slice_of(colon + 1), offset) && *segment <= INT64_MAX &&
		*offset <= INT64_MAX;
}

int ox_event_reader_open(ox_spool *spool, const char *cursor, ox_event_reader **reader,
	ox_error *error)
{
	uint64_t segment = 0, offset = 0;
	*reader = NULL;
	if (cursor && *cursor && !parse_cursor(cursor, &segment, &offset)) {
		return bad_cursor(error);
	}
	ox_event_reader *made = ox_alloc(sizeof *made);
	if (!made) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	made->spool = spool;
	made->segment = segment;
	made->offset = offset;
	made->file = OX_FILE_NONE;
	made->window = ox_alloc(WINDOW);
	if (!made->window) {
		ox_event_reader_free(made);
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	*reader = made;
	return OX_OK;
}

void ox_event_reader_free(ox_event_reader *reader)
{
	if (reader) {
		ox_file_close(reader->file);
		ox_event_block_free(reader->block);
		ox_free(reader->window);
		ox_free(reader);
	}
}

void ox_event_reader_cursor(const ox_event_reader *reader, char cursor[OX_EVENT_CURSOR_SIZE])
{
	(void)snprintf(cursor, OX_EVENT_CURSOR_SIZE, "%llu:%llu", (unsigned long long)reader->segment,
		(unsigned long long)reader->offset);
}

static int open_segment(ox_event_reader *reader)
{
	char name[OX_SEGMENT_NAME_SIZE];
	ox_file_facts facts;
	ox_segment_name(name, reader->segment);
	int failed = ox_file_open(reader->spool->events, name, false, &reader->file, &facts);
	if (!failed && reader->offset > facts.size) {
		reader->offset = 0; /* another journal than the cursor's: its beginning is news */
	}
	reader->closed = false;
	reader->window_size = 0;
	return failed;
}

/* To the next segment there is. *none: there is none. */
static int advance(ox_event_reader *reader, bool *none)
{
	uint64_t next;
	int failed = ox_segment_find(reader->spool, reader->segment, false, &next);
	*none = !failed && !next;
	if (failed || !next) {
		return failed;
	}
	ox_file_close(reader->file);
	reader->file = OX_FILE_NONE;
	reader->segment = next;
	reader->offset = 0;
	return open_segment(reader);
}

/* The cursor's segment is not there: kept no longer, so the next one is what comes. Where there is none behind it either, the
 * cursor is of a journal that was begun anew, whose events nobody has seen. */
static int begin_elsewhere(ox_event_reader *reader, bool *none)
{
	int failed = advance(reader, none);
	if (!failed && *none) {
		reader->segment = reader->offset = 0;
		failed = advance(reader, none);
	}
	return failed;
}

/* At the end of what the segment has. *none: nothing more for now. */
static int at_end(ox_event_reader *reader, bool *none)
{
	uint64_t next;
	if (reader->closed) {
		return advance(reader, none);
	}
	/* Whoever makes the next one holds this one's lock: seen after that, its end is the last. So look once more. */
	int failed = ox_segment_find(reader->spool, reader->segment, false, &next);
	*none = !failed && !next;
	reader->closed = !failed && next;
	reader->window_size = 0;
	return failed;
}

/* What is known from the offset on; fewer octets than a line may have at the file's end only. */
static int look(ox_event_reader *reader, const char **at, size_t *got)
{
	uint64_t end = reader->window_at + reader->window_size;
	if (!reader->window_size || reader->offset < reader->window_at ||
	    reader->offset + OX_EVENT_LINE_MAX > end) {
		int failed = ox_file_read_at(reader->file, reader->offset, reader->window, WINDOW,
			&reader->window_size);
		reader->window_at = reader->offset;
		if (failed) {
			reader->window_size = 0;
			return failed;
		}
	}
	*at = (const char *)reader->window + (reader->offset - reader->window_at);
	*got = reader->window_size - (size_t)(reader->offset - reader->window_at);
	return 0;
}

/* The next line with something in it, behind which the offset is then; at == NULL: the end of the segment. */
static int next_line(ox_event_reader *reader, ox_slice *line)
{
	for (;;) {
		const char *at = NULL;
		size_t got = 0;
		int failed = look(reader, &at, &got);
		const char *end = failed || !got ? NULL : memchr(at, '\n', got);
		if (failed || (!end && got < OX_EVENT_LINE_MAX)) {
			*line = (ox_slice){NULL, 0};
			return failed;
		}
		*line = (ox_slice){at, end ? (size_t)(end - at) : got};
		reader->offset += line->size + (end != NULL);
		if (end && line->size) {
			return 0;
		}
	}
}

static int read_failed(const ox_event_reader *reader, int failed, ox_error *error)
{
	return ox_spool_error(error, failed, "reading the events in", reader->spool->path);
}

int ox_event_reader_next(ox_event_reader *reader, ox_spool_event *event, ox_error *error)
{
	ox_event_block_free(reader->block);
	reader->block = NULL;
	for (;;) {
		ox_slice line = {NULL, 0};
		bool none = false;
		int failed = 0;
		if (reader->file == OX_FILE_NONE) {
			failed = reader->segment ? open_segment(reader) : advance(reader, &none);
			if (ox_spool_is(failed, OX_FILE_MISSING)) {
				failed = begin_elsewhere(reader, &none);
			}
		}
		if (!failed && !none) {
			failed = next_line(reader, &line);
		}
		if (!failed && !none && !line.at) {
			failed = at_end(reader, &none);
		}
		if (failed) {
			return read_failed(reader, failed, error);
		}
		if (none) {
			return OX_AGAIN;
		}
		if (line.at) {
			int status = ox_event_parse(line, event, &reader->block);
			event->sequence = reader->segment << SEQUENCE_BITS | (reader->offset - line.size - 1);
			if (status != OX_E_SYNTAX) {
				return status == OX_E_NOMEM ? ox_error_memory(error, OX_STAGE_NONE) : status;
			}
		}
	}
}
