/* SPDX-License-Identifier: MIT */
/* Reads the part of a file that never changes. Whoever can write to a spool could send mail anyway, but a
 * disk or a hand may have written anything: every length and field is checked. */
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "spool/record.h"
#include "spool/record_internal.h"

static bool parse_hex(ox_slice digits, uint32_t *number)
{
	*number = 0;
	for (size_t i = 0; i < digits.size; i++) {
		char c = digits.at[i];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
			c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
		if (digit == 16) {
			return false;
		}
		*number = *number << 4 | digit;
	}
	return digits.size == 8;
}

bool ox_record_parse_sum(ox_slice digits, uint32_t *sum)
{
	return parse_hex(digits, sum);
}

static int bad(ox_record_fault *fault, const char *what)
{
	*fault = what;
	return OX_E_SYNTAX;
}

int ox_record_parse_start(const void *bytes, size_t size, ox_record_start *start,
	ox_record_fault *fault)
{
	const char *at = bytes;
	const char *end = memchr(at, '\n', size < OX_RECORD_START_MAX ? size : OX_RECORD_START_MAX);
	if (!end) {
		return bad(fault, size < OX_RECORD_START_MAX ? "cut off" : "no message of this spool");
	}
	ox_slice line = {at, (size_t)(end - at)};
	ox_slice mark = ox_slice_next_word(&line), head = ox_slice_next_word(&line),
		message = ox_slice_next_word(&line), sum = ox_slice_next_word(&line);
	if (!ox_slice_is(mark, "SPOOL1") || line.size || !ox_parse_number(head, &start->head_size) ||
	    !ox_parse_number(message, &start->message_size) || !parse_hex(sum, &start->head_crc)) {
		return bad(fault, "no message of this spool");
	}
	if (!start->head_size || start->head_size > OX_SPOOL_HEAD_MAX ||
	    start->message_size > OX_SPOOL_MESSAGE_MAX) {
		return bad(fault, "a length past its limit");
	}
	start->start_size = (size_t)(end - at) + 1;
	return OX_OK;
}

int ox_record_parse_end(const ox_record_start *start, const void *bytes, size_t size,
	uint32_t *message_crc, ox_record_fault *fault)
{
	const char *at = bytes;
	uint64_t total;
	if (size < OX_RECORD_END_SIZE || memcmp(at, "END ", 4) != 0 || at[12] != ' ' ||
	    at[OX_RECORD_END_SIZE - 1] != '\n') {
		return bad(fault, "no END");
	}
	ox_slice sum = {at + 4, 8}, digits = {at + 13, OX_RECORD_END_SIZE - 14};
	if (!parse_hex(sum, message_crc) || !ox_parse_number(digits, &total) ||
	    total != start->start_size + start->head_size + start->message_size) {
		return bad(fault, "no END");
	}
	return OX_OK;
}

/* -- the head, a line at a time -- */

typedef struct {
	ox_record *record;
	uint32_t seen;   /* a bit for each field that may be there once */
	size_t recipients;
	const char *wrong;
} head_reader;

typedef enum { ID, CREATED, DUE, EXPIRES, CLASS, PROFILE, UID, FLAGS, TAG, MESSAGE_ID, SCRIPT, KEY, RET, ENVID,
	PRIORITY, HELD, FROM, RCPT, NOTIFY, ORCPT, FIELDS } field;

static const char *const field_names[FIELDS] = {"id", "created", "due", "expires", "class", "profile",
	"uid", "flags", "tag", "message-id", "script", "key", "ret", "envid", "priority", "held", "from",
	"rcpt", "notify", "orcpt"};

enum { NEEDED = 1u << ID | 1u << CREATED | 1u << DUE | 1u << EXPIRES | 1u << CLASS | 1u << PROFILE |
	1u << UID | 1u << FLAGS | 1u << FROM };

static bool take_number(const char *value, uint64_t max, uint64_t *number)
{
	return ox_parse_number(ox_slice_of(value), number) && *number <= max;
}

static bool take_text(const char *value, size_t max, const char **text)
{
	*text = value;
	return *value && strlen(value) <= max;
}

static bool take_priority(ox_record *record, const char *value)
{
	uint64_t number;
	bool negative = *value == '-';
	if (!take_number(value + negative, 9, &number)) {
		return false;
	}
	record->mt_priority = negative ? -(int)number : (int)number;
	record->has_mt_priority = true;
	return true;
}

static bool take_small(const char *value, uint64_t max, unsigned *number)
{
	uint64_t wide = 0;
	bool good = take_number(value, max, &wide);
	*number = (unsigned)wide;
	return good;
}

static bool take_recipient(head_reader *reader, const char *value)
{
	if (reader->recipients == reader->record->recipient_count) {
		return false;
	}
	return take_text(value, OX_SPOOL_ADDRESS_MAX,
		&reader->record->recipients[reader->recipients++].address);
}

/* notify and orcpt belong to the recipient above them, once each. */
static bool take_of_recipient(head_reader *reader, field which, const char *value)
{
	if (!reader->recipients) {
		return false;
	}
	ox_record_recipient *recipient = &reader->record->recipients[reader->recipients - 1];
	return which == NOTIFY ?
		!recipient->notify && take_small(value, 15, &recipient->notify) && recipient->notify :
		!recipient->orcpt && take_text(value, OX_RECORD_ORCPT_MAX, &recipient->orcpt);
}

static bool take_id(ox_record *record, const char *value)
{
	if (!ox_spool_id_is_valid(value)) {
		return false;
	}
	memcpy(record->id, value, sizeof record->id);
	return true;
}

static bool take(head_reader *reader, field which, const char *value)
{
	ox_record *record = reader->record;
	uint64_t uid = 0;
	switch (which) {
	case ID: return take_id(record, value);
	case CREATED: return take_number(value, OX_RECORD_TIME_MAX, &record->created_ms);
	case DUE: return take_number(value, OX_RECORD_TIME_MAX, &record->due_ms);
	case EXPIRES: return take_number(value, OX_RECORD_TIME_MAX, &record->expires_ms);
	case CLASS: return ox_spool_class_of(value, &record->class);
	case PROFILE: record->profile = value; return ox_spool_profile_is_valid(value);
	case UID:
		if (!take_number(value, UINT32_MAX, &uid)) {
			return false;
		}
		record->uid = (uint32_t)uid;
		return true;
	case FLAGS: return take_small(value, OX_SPOOL_FLAGS, &record->flags);
	case TAG: return take_text(value, OX_SPOOL_TAG_MAX, &record->tag);
	case MESSAGE_ID: return take_text(value, OX_RECORD_MESSAGE_ID_MAX, &record->message_id);
	case SCRIPT: return take_text(value, OX_RECORD_SCRIPT_MAX, &record->script);
	case KEY: record->marker = value; return ox_spool_id_is_valid(value);
	case RET: return take_small(value, 2, &record->dsn_return);
	case ENVID: return take_text(value, OX_RECORD_ENVID_MAX, &record->envid);
	case PRIORITY: return take_priority(record, value);
	case HELD: return take_text(value, OX_SPOOL_HELD_MAX, &record->held);
	case FROM: record->sender = value; return strlen(value) <= OX_SPOOL_ADDRESS_MAX;
	case RCPT: return take_recipient(reader, value);
	default: return take_of_recipient(reader, which, value);
	}
}

/* line is terminated and holds no line end. */
static bool take_line(head_reader *reader, char *line)
{
	char *colon = strstr(line, ": ");
	if (!colon) {
		return false;
	}
	*colon = 0;
	for (int i = 0; i < FIELDS; i++) {
		if (strcmp(line, field_names[i]) != 0) {
			continue;
		}
		reader->wrong = field_names[i];
		if (i < RCPT && reader->seen & 1u << i) {
			return false;
		}
		reader->seen |= 1u << i;
		return take(reader, (field)i, colon + 2);
	}
	return false;
}

static size_t count_recipients(const char *head, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i + 7 < size; i++) {
		count += !memcmp(head + i, "\nrcpt: ", 7);
	}
	return count;
}

static int read_lines(head_reader *reader, char *head, size_t size, ox_record_fault *fault)
{
	for (char *line = head; line < head + size;) {
		char *end = memchr(line, '\n', (size_t)(head + size - line));
		size_t length = (size_t)(end - line); /* there is one: the last octet */
		*end = 0;
		if (ox_has_control(line, length)) {
			return bad(fault, "a control character in the head");
		}
		reader->wrong = "a field that is not known";
		if (length ? !take_line(reader, line) : end != head + size - 1) {
			return bad(fault, length ? reader->wrong : "an empty line in the head");
		}
		line = end + 1;
	}
	return OX_OK;
}

int ox_record_parse_head(ox_record *record, const ox_record_start *start, const void *bytes,
	ox_record_fault *fault)
{
	size_t size = (size_t)start->head_size;
	const char *head = bytes;
	if (ox_crc32c(0, head, size) != start->head_crc) {
		return bad(fault, "the sum of the head is wrong");
	}
	size_t recipients = count_recipients(head, size);
	if (size < 2 || memcmp(head + size - 2, "\n\n", 2) != 0 || !recipients ||
	    recipients > OX_SPOOL_RECIPIENTS_MAX) {
		return bad(fault, "a head without end or recipients");
	}
	record->texts = ox_copy_bytes(head, size);
	record->recipients = record->texts ? ox_array_alloc(recipients, sizeof *record->recipients) : NULL;
	if (!record->recipients) {
		return OX_E_NOMEM;
	}
	record->recipient_count = recipients;
	head_reader reader = {.record = record};
	int status = read_lines(&reader, record->texts, size, fault);
	if (status != OX_OK) {
		return status;
	}
	if ((reader.seen & NEEDED) != NEEDED || reader.recipients != recipients) {
		return bad(fault, "a field is missing");
	}
	record->since_ms = record->due_ms;
	record->message_at = start->start_size + start->head_size;
	record->size = start->message_size;
	record->tail_at = record->message_at + record->size + OX_RECORD_END_SIZE;
	return OX_OK;
}
