/* SPDX-License-Identifier: MIT */
/* A record and what it is made of, whole files. */
#include "spool/record.h"

#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"

void ox_record_init(ox_record *record)
{
	memset(record, 0, sizeof *record);
}

void ox_record_clear(ox_record *record)
{
	for (size_t i = 0; i < record->recipient_count; i++) {
		ox_free(record->recipients[i].host);
		ox_free(record->recipients[i].text);
	}
	ox_free(record->recipients);
	ox_free(record->texts);
	ox_record_init(record);
}

bool ox_record_is_open(const ox_record_recipient *recipient)
{
	return recipient->outcome != OX_OUTCOME_SENT && recipient->outcome != OX_OUTCOME_REJECTED;
}

const char *ox_record_waits_why(const ox_record *record)
{
	return record->why[0] ? record->why : record->held;
}

size_t ox_record_open_count(const ox_record *record)
{
	size_t count = 0;
	for (size_t i = 0; i < record->recipient_count; i++) {
		count += ox_record_is_open(&record->recipients[i]);
	}
	return count;
}

static const char *const ending_names[] = {
	[OX_ENDING_NONE] = "none",       [OX_ENDING_SENT] = "sent",
	[OX_ENDING_FAILED] = "failed",   [OX_ENDING_EXPIRED] = "expired",
	[OX_ENDING_REMOVED] = "removed",
};

const char *ox_ending_name(ox_ending ending)
{
	return (unsigned)ending <= OX_ENDING_REMOVED ? ending_names[ending] : "none";
}

static int apply_tail(ox_record *record, ox_slice tail)
{
	ox_tail_entry entry;
	while (tail.size) {
		const char *end = memchr(tail.at, '\n', tail.size);
		ox_slice line = {tail.at, end ? (size_t)(end - tail.at) : tail.size};
		int status = OX_OK;
		if (end && ox_tail_parse(line, &entry)) {
			status = ox_record_apply(record, &entry);
		} else if (line.size) {
			record->torn_lines++;
		}
		if (status != OX_OK) {
			return status;
		}
		tail.at += line.size + (end != NULL);
		tail.size -= line.size + (end != NULL);
	}
	return OX_OK;
}

int ox_record_parse(ox_record *record, const void *bytes, size_t size, ox_record_fault *fault)
{
	const uint8_t *at = bytes;
	ox_record_start start;
	uint32_t crc;
	int status = ox_record_parse_start(at, size, &start, fault);
	if (status != OX_OK) {
		return status;
	}
	if (start.head_size + start.message_size + OX_RECORD_END_SIZE > size - start.start_size) {
		*fault = "cut off";
		return OX_E_SYNTAX;
	}
	status = ox_record_parse_head(record, &start, at + start.start_size, fault);
	if (status != OX_OK) {
		return status;
	}
	status = ox_record_parse_end(&start, at + record->tail_at - OX_RECORD_END_SIZE,
		OX_RECORD_END_SIZE, &crc, fault);
	if (status != OX_OK) {
		return status;
	}
	if (crc != ox_crc32c(0, at + record->message_at, (size_t)record->size)) {
		*fault = "the sum of the message is wrong";
		return OX_E_SYNTAX;
	}
	ox_slice tail = {(const char *)at + record->tail_at, size - (size_t)record->tail_at};
	return apply_tail(record, tail);
}
