/* SPDX-License-Identifier: MIT */
/* The lines behind a message: one for each thing that happened to it. */
#include <stdio.h>
#include <string.h>

#include "base/crc32c.h"
#include "spool/record_internal.h"

static bool take_number(ox_slice *rest, uint64_t max, uint64_t *number)
{
	return ox_parse_number(ox_slice_next_word(rest), number) && *number <= max;
}

static bool take_count(ox_slice *rest, uint32_t *count)
{
	uint64_t wide = 0;
	bool good = take_number(rest, UINT32_MAX, &wide);
	*count = (uint32_t)wide;
	return good;
}

static bool take_word(ox_slice *rest, char *word, size_t room)
{
	ox_slice found = ox_slice_next_word(rest);
	if (!found.size || found.size >= room) {
		return false;
	}
	memcpy(word, found.at, found.size);
	word[found.size] = 0;
	return true;
}

static bool take_outcome(ox_slice *rest, ox_outcome *outcome)
{
	ox_slice word = ox_slice_next_word(rest);
	for (int i = OX_OUTCOME_SENT; i <= OX_OUTCOME_UNKNOWN; i++) {
		if (ox_slice_is(word, ox_outcome_name((ox_outcome)i))) {
			*outcome = (ox_outcome)i;
			return true;
		}
	}
	return false;
}

static bool take_enhanced(ox_slice *rest, uint16_t enhanced[3])
{
	ox_slice word = ox_slice_next_word(rest);
	for (size_t i = 0; i < 3; i++) {
		const char *dot = word.size ? memchr(word.at, '.', word.size) : NULL;
		ox_slice digits = {word.at, i < 2 && dot ? (size_t)(dot - word.at) : word.size};
		uint64_t number = 0;
		if ((i < 2 && !dot) || !ox_parse_number(digits, &number) || number > 999) {
			return false;
		}
		enhanced[i] = (uint16_t)number;
		word.at += digits.size + (i < 2);
		word.size -= digits.size + (i < 2);
	}
	return true;
}

static bool take_result(ox_slice *rest, ox_tail_entry *entry)
{
	uint64_t code = 0;
	if (!take_count(rest, &entry->recipient) || !take_outcome(rest, &entry->outcome) ||
	    !take_number(rest, 999, &code) || !take_enhanced(rest, entry->enhanced) ||
	    !take_number(rest, OX_RECORD_TIME_MAX, &entry->at_ms) ||
	    !take_word(rest, entry->host, sizeof entry->host)) {
		return false;
	}
	entry->code = (uint16_t)code;
	ox_slice text = *rest;
	if (text.size && *text.at == ' ') {
		text.at++;
		text.size--;
	}
	if (text.size > OX_RECORD_TEXT_MAX) {
		return false;
	}
	memcpy(entry->text, text.size ? text.at : "", text.size);
	entry->text[text.size] = 0;
	if (!strcmp(entry->host, "-")) {
		entry->host[0] = 0;
	}
	rest->size = 0;
	return true;
}

static bool take_ending(ox_slice *rest, ox_ending *ending)
{
	ox_slice word = ox_slice_next_word(rest);
	for (int i = OX_ENDING_SENT; i <= OX_ENDING_REMOVED; i++) {
		if (ox_slice_is(word, ox_ending_name((ox_ending)i))) {
			*ending = (ox_ending)i;
			return true;
		}
	}
	return false;
}

static bool take_line(ox_slice *rest, ox_tail_entry *entry)
{
	switch (entry->type) {
	case 'I': return take_count(rest, &entry->attempt) &&
			take_number(rest, OX_RECORD_TIME_MAX, &entry->at_ms);
	case 'R': return take_result(rest, entry);
	case 'A': return take_count(rest, &entry->attempt) &&
			take_number(rest, OX_RECORD_TIME_MAX, &entry->due_ms) &&
			take_word(rest, entry->why, sizeof entry->why);
	case 'W': return take_count(rest, &entry->minutes) &&
			take_number(rest, OX_RECORD_TIME_MAX, &entry->at_ms);
	case 'D': return take_number(rest, OX_RECORD_TIME_MAX, &entry->at_ms) &&
			take_ending(rest, &entry->ending);
	default: return false;
	}
}

bool ox_tail_parse(ox_slice line, ox_tail_entry *entry)
{
	uint32_t sum;
	ox_slice digits = {line.at, 8}, rest = {line.at + 9, line.size - 9};
	memset(entry, 0, sizeof *entry);
	if (line.size < 11 || line.size > OX_RECORD_LINE_MAX || line.at[8] != ' ' ||
	    ox_has_control(line.at, line.size) || !ox_record_parse_sum(digits, &sum) ||
	    sum != ox_crc32c(0, rest.at, rest.size)) {
		return false;
	}
	entry->type = *rest.at;
	rest.at++;
	rest.size--;
	return *rest.at == ' ' && take_line(&rest, entry) && !rest.size;
}

static void put_printable(char *to, size_t room, const char *text)
{
	size_t i = 0;
	for (; text[i] && i + 1 < room; i++) {
		unsigned char c = (unsigned char)text[i];
		to[i] = text[i];
		if (c < 0x20 || c == 0x7f) {
			to[i] = '?';
		}
	}
	to[i] = 0;
}

/* A word that take_word() takes. */
static void put_word(char *to, size_t room, const char *word)
{
	put_printable(to, room, *word ? word : "-");
	for (char *blank = strchr(to, ' '); blank; blank = strchr(blank, ' ')) {
		*blank = '?';
	}
}

static void format_line(char *line, size_t room, const ox_tail_entry *entry)
{
	char word[OX_RECORD_HOST_MAX + 1], text[OX_RECORD_TEXT_MAX + 1];
	switch (entry->type) {
	case 'I':
		(void)snprintf(line, room, "I %u %llu", entry->attempt, (unsigned long long)entry->at_ms);
		break;
	case 'R':
		put_word(word, sizeof word, entry->host);
		put_printable(text, sizeof text, entry->text);
		(void)snprintf(line, room, "R %u %s %u %u.%u.%u %llu %s %s", entry->recipient,
			ox_outcome_name(entry->outcome), entry->code, entry->enhanced[0], entry->enhanced[1],
			entry->enhanced[2], (unsigned long long)entry->at_ms, word, text);
		break;
	case 'A':
		put_word(word, OX_RECORD_WHY_MAX + 1, entry->why);
		(void)snprintf(line, room, "A %u %llu %s", entry->attempt, (unsigned long long)entry->due_ms,
			word);
		break;
	case 'W':
		(void)snprintf(line, room, "W %u %llu", entry->minutes, (unsigned long long)entry->at_ms);
		break;
	default:
		(void)snprintf(line, room, "D %llu %s", (unsigned long long)entry->at_ms,
			ox_ending_name(entry->ending));
	}
}

int ox_tail_write(ox_buffer *out, const ox_tail_entry *entry)
{
	char line[OX_RECORD_HOST_MAX + OX_RECORD_TEXT_MAX + 128];
	format_line(line, sizeof line, entry);
	return ox_buffer_append_format(out, "%08x %s\n", ox_crc32c(0, line, strlen(line)), line);
}

static int apply_result(ox_record_recipient *recipient, const ox_tail_entry *entry)
{
	if (recipient->outcome == OX_OUTCOME_SENT) {
		return OX_OK;
	}
	char *host = entry->host[0] ? ox_copy_string(entry->host) : NULL;
	char *text = entry->text[0] ? ox_copy_string(entry->text) : NULL;
	if ((entry->host[0] && !host) || (entry->text[0] && !text)) {
		ox_free(host);
		ox_free(text);
		return OX_E_NOMEM;
	}
	ox_free(recipient->host);
	ox_free(recipient->text);
	recipient->host = host;
	recipient->text = text;
	recipient->outcome = entry->outcome;
	recipient->code = entry->code;
	memcpy(recipient->enhanced, entry->enhanced, sizeof recipient->enhanced);
	recipient->at_ms = entry->at_ms;
	recipient->answered = true;
	return OX_OK;
}

static void begin_uncertainty(ox_record *record)
{
	for (size_t i = 0; i < record->recipient_count; i++) {
		ox_record_recipient *recipient = &record->recipients[i];
		if (ox_record_is_open(recipient) && !recipient->answered && !recipient->uncertain) {
			recipient->uncertain = true;
			record->uncertain_count++;
		}
	}
}

static void close_attempt(ox_record *record, const ox_tail_entry *entry)
{
	for (size_t i = 0; i < record->recipient_count; i++) {
		ox_record_recipient *recipient = &record->recipients[i];
		recipient->answered = recipient->uncertain = false;
		if (record->ending != OX_ENDING_NONE && recipient->outcome == OX_OUTCOME_REJECTED) {
			recipient->outcome = OX_OUTCOME_DEFERRED;
		}
	}
	bool by_hand = !strcmp(entry->why, OX_WHY_RETRY) || !strcmp(entry->why, OX_WHY_RELEASE);
	if (by_hand && record->expires_ms < entry->due_ms + OX_SPOOL_EXPIRY_MS) {
		record->expires_ms = entry->due_ms + OX_SPOOL_EXPIRY_MS;
	}
	if (by_hand) {
		record->since_ms = entry->due_ms;
		record->told_minutes = 0;
	}
	record->uncertain_count = 0;
	record->ending = OX_ENDING_NONE;
	record->next_ms = entry->due_ms;
	memcpy(record->why, entry->why, sizeof record->why);
}

int ox_record_apply(ox_record *record, const ox_tail_entry *entry)
{
	if (entry->type == 'R') {
		if (entry->recipient >= record->recipient_count) {
			record->torn_lines++;
			return OX_OK;
		}
		ox_record_recipient *recipient = &record->recipients[entry->recipient];
		int status = apply_result(recipient, entry);
		if (status == OX_OK && recipient->uncertain) {
			recipient->uncertain = false;
			record->uncertain_count--;
		}
		return status;
	}
	if (entry->type == 'I') {
		record->tries = entry->attempt > record->tries ? entry->attempt : record->tries;
		begin_uncertainty(record);
	} else if (entry->type == 'A') {
		record->tries = entry->attempt; /* one that is not counted takes its number back */
		close_attempt(record, entry);
	} else if (entry->type == 'W') {
		record->told_minutes = entry->minutes;
	} else {
		record->ending = entry->ending;
		record->ended_ms = entry->at_ms;
	}
	return OX_OK;
}
