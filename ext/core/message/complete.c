/* SPDX-License-Identifier: MIT */
/* Taking a complete message: what is there stays as it is, what submission needs is added or taken
 * out. */
#include <string.h>

#include "message/header.h"
#include "message/message_internal.h"

static int wrong(ox_error *error, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, "%s",
						why);
}

static size_t line_size(ox_slice text)
{
	const char *feed = memchr(text.at, '\n', text.size);
	return feed ? (size_t)(feed - text.at) + 1 : text.size;
}

int message_next_field(message_fields *reader, message_field *found, ox_error *error)
{
	ox_slice rest = reader->rest;
	if (!rest.size) {
		return OX_AGAIN;
	}
	if (reader->count == OX_HEADER_FIELDS_MAX) {
		return wrong(error, "the header has more than 10000 fields");
	}
	size_t size = line_size(rest);
	const char *colon = memchr(rest.at, ':', size);
	found->name = (ox_slice){rest.at, colon ? (size_t)(colon - rest.at) : 0};
	if (!ox_header_is_name(found->name)) {
		return wrong(error, "a line of the header is neither \"Name: value\" nor a continuation; "
							"between header and body stands an empty line");
	}
	while (size < rest.size && (rest.at[size] == ' ' || rest.at[size] == '\t')) {
		size += line_size((ox_slice){rest.at + size, rest.size - size});
	}
	found->whole = (ox_slice){rest.at, size};
	found->value = (ox_slice){colon + 1, size - found->name.size - 1};
	reader->rest = (ox_slice){rest.at + size, rest.size - size};
	reader->count++;
	return OX_OK;
}

size_t message_header_size(const ox_buffer *text, size_t *gap)
{
	const char *at = ox_buffer_text(text);
	const char *found = text->size >= 2 && !memcmp(at, "\r\n", 2) ? at : strstr(at, "\r\n\r\n");
	if (found == at && text->size) {
		*gap = 2;
		return 0;
	}
	*gap = found ? 2 : 0;
	return found ? (size_t)(found - at) + 2 : text->size;
}

/* What a walk over the fields finds. */
typedef struct {
	bool date, id, blind, resent, high;
	ox_slice from, sender, resent_from, resent_sender, message_id;
} findings;

static bool is(const message_field *f, const char *name)
{
	return ox_slice_is_nocase(f->name, name);
}

static bool is_blind(const message_field *f)
{
	return is(f, "Bcc") || is(f, "Resent-Bcc");
}

static void note(findings *found, const message_field *f)
{
	found->date = found->date || is(f, "Date");
	found->blind = found->blind || is_blind(f);
	found->high = found->high || (!is_blind(f) && ox_has_8bit(f->whole.at, f->whole.size));
	found->resent = found->resent || is(f, "Resent-To") || is(f, "Resent-Cc") ||
					is(f, "Resent-Bcc");
	if (is(f, "Message-ID") && !found->id) {
		found->id = true;
		found->message_id = f->value;
	} else if (is(f, "From") && !found->from.size) {
		found->from = f->value;
	} else if (is(f, "Sender") && !found->sender.size) {
		found->sender = f->value;
	} else if (is(f, "Resent-From") && !found->resent_from.size) {
		found->resent_from = f->value;
	} else if (is(f, "Resent-Sender") && !found->resent_sender.size) {
		found->resent_sender = f->value;
	}
}

static int survey(ox_slice header, findings *found, ox_error *error)
{
	message_fields reader = {.rest = header};
	message_field f;
	int status;
	memset(found, 0, sizeof *found);
	while ((status = message_next_field(&reader, &f, error)) == OX_OK) {
		note(found, &f);
	}
	if (status == OX_AGAIN && !reader.count) {
		return wrong(error, "the message has no header");
	}
	return status == OX_AGAIN ? OX_OK : status;
}

static bool names_recipients(const message_field *f, bool resent)
{
	return resent ? is(f, "Resent-To") || is(f, "Resent-Cc") || is(f, "Resent-Bcc")
				  : is(f, "To") || is(f, "Cc") || is(f, "Bcc");
}

static int parse_list(ox_address_list *list, const message_field *f, ox_error *error)
{
	int status = ox_address_list_parse(list, f->value, error);
	if (status == OX_E_FAILED && error->class == OX_ERROR_USAGE) {
		char why[OX_ERROR_TEXT_MAX];
		memcpy(why, error->text, sizeof why);
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
							"field %.*s: %.400s", (int)f->name.size, f->name.at, why);
	}
	return status;
}

/* Whether the newest resending is over: what is below was resent earlier, to people who have it
 * already (RFC 5322 3.6.6: a block is set in front, and has one Resent-Date and one Resent-From).
 */
static bool is_older_block(const message_field *f, unsigned *seen)
{
	enum { ANY = 1, DATE = 2, FROM = 4 };
	unsigned bit = is(f, "Resent-Date") ? DATE : is(f, "Resent-From") ? FROM : 0;
	bool trace = is(f, "Received") || is(f, "Return-Path");
	bool older = (trace && *seen) || (bit & *seen);
	if (f->name.size > 7 && ox_slice_is_nocase((ox_slice){f->name.at, 7}, "Resent-")) {
		*seen |= bit | ANY;
	}
	return older;
}

static int gather_recipients(ox_message *message, ox_slice header, bool resent, ox_error *error)
{
	message_fields reader = {.rest = header};
	message_field f;
	unsigned seen = 0;
	int status;
	while ((status = message_next_field(&reader, &f, error)) == OX_OK) {
		if (resent && is_older_block(&f, &seen)) {
			return OX_OK;
		}
		if (names_recipients(&f, resent)) {
			status = parse_list(&message->recipients, &f, error);
		}
		if (status != OX_OK) {
			return status;
		}
	}
	return status == OX_AGAIN ? OX_OK : status;
}

/* The author of what is sent now: of the resending, if there is one (RFC 5322 3.6.6). */
static int find_sender(ox_message *message, const findings *found, ox_error *error)
{
	const ox_slice order[] = {found->resent ? found->resent_sender : found->sender,
							  found->resent ? found->resent_from : found->from, found->sender,
							  found->from};
	ox_address_list list;
	ox_address_list_init(&list);
	int status = OX_OK;
	for (size_t i = 0; i < 4 && !list.count && status == OX_OK; i++) {
		message_field f = {.name = {"From", 4}, .value = order[i]};
		status = parse_list(&list, &f, error);
	}
	if (status == OX_OK && list.count) {
		message->sender = ox_copy_string(list.items[0].address);
		status = message->sender ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	ox_address_list_clear(&list);
	return status;
}

static int find_id(ox_message *message, const findings *found, const ox_message_origin *origin,
				   ox_error *error)
{
	ox_slice value = found->message_id;
	if (!found->id) {
		message->id = message_make_id(origin, message->sender);
		return message->id ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
	}
	while (value.size && (unsigned char)*value.at <= ' ') {
		value.at++;
		value.size--;
	}
	const char *open = value.size ? memchr(value.at, '<', value.size) : NULL;
	const char *close = open ? memchr(open, '>', (size_t)(value.at + value.size - open)) : NULL;
	ox_slice word = close ? (ox_slice){open + 1, (size_t)(close - open) - 1}
						  : ox_slice_next_word(&value);
	message->id = ox_copy_bytes(word.at, word.size);
	if (!message->id) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	char *to = message->id; /* goes into logs and receipts: without the folds it may have */
	for (const char *p = to; *p; p++) {
		if (*p > ' ' && *p != 0x7f) {
			*to++ = *p;
		}
	}
	*to = 0;
	return OX_OK;
}

static int add_missing(ox_buffer *out, const ox_message *message, const findings *found,
					   const ox_message_origin *origin)
{
	int status = found->date ? OX_OK : ox_header_date(out, origin->now, origin->zone_minutes);
	if (status == OX_OK && !found->id) {
		status = ox_buffer_append_format(out, "Message-ID: <%s>\r\n", message->id);
	}
	return status;
}

/* Everything but the blind fields, behind what was missing. */
static int rewrite(ox_message *message, const ox_buffer *clean, size_t header,
				   const findings *found, const ox_message_origin *origin, ox_error *error)
{
	ox_buffer *out = &message->octets;
	message_fields reader = {.rest = {ox_buffer_text(clean), header}};
	message_field f;
	int status = add_missing(out, message, found, origin);
	while (status == OX_OK && (status = message_next_field(&reader, &f, error)) == OX_OK) {
		if (!is_blind(&f)) {
			status = ox_buffer_append(out, f.whole.at, f.whole.size);
		}
	}
	if (status == OX_AGAIN) {
		status = ox_buffer_append(out, clean->bytes + header, clean->size - header);
	}
	return status == OX_E_FAILED ? status : message_status(status, error, "the message");
}

static int take(ox_message *message, ox_buffer *clean, const ox_message_origin *origin,
				ox_error *error)
{
	size_t gap;
	size_t size = message_header_size(clean, &gap);
	ox_slice header = {ox_buffer_text(clean), size};
	findings found;
	if (size > OX_HEADER_MAX) {
		return wrong(error, "the header is over 1 MiB");
	}
	int status = survey(header, &found, error);
	message->utf8_headers = found.high;
	if (status == OX_OK) {
		status = gather_recipients(message, header, found.resent, error);
	}
	if (status == OX_OK) {
		status = find_sender(message, &found, error);
	}
	if (status == OX_OK) {
		status = find_id(message, &found, origin, error);
	}
	if (status != OX_OK) {
		return status;
	}
	if (found.date && found.id && !found.blind) {
		ox_buffer empty = message->octets;
		message->octets = *clean;
		*clean = empty;
		return OX_OK;
	}
	return rewrite(message, clean, size, &found, origin, error);
}

static int check_text(ox_slice text, ox_error *error)
{
	ox_lines_facts facts;
	ox_lines_scan((const uint8_t *)text.at, text.size, &facts);
	if (!text.size) {
		return wrong(error, "the message is empty");
	}
	if (facts.nul) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
							OX_FACT_NUL_IN_BODY, "the message holds a NUL octet");
	}
	if (facts.longest > OX_LINE_MAX) {
		return ox_error_set(
			error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_LINE_TOO_LONG,
			"a line of the message has %zu octets, and RFC 5322 allows 998", facts.longest);
	}
	return OX_OK;
}

int ox_message_from_text(ox_message *message, ox_slice text, const ox_message_origin *origin,
						 ox_error *error)
{
	ox_buffer clean;
	ox_buffer_init(&clean, message->octets.cap);
	int status = check_text(text, error);
	if (status == OX_OK) {
		status = message_status(ox_lines_normalise(&clean, (const uint8_t *)text.at, text.size),
								error, "the message");
	}
	if (status == OX_OK) {
		status = take(message, &clean, origin, error);
	}
	ox_buffer_clear(&clean);
	if (status != OX_OK) {
		ox_message_clear(message);
		return status;
	}
	size_t gap;
	message->header_size = message_header_size(&message->octets, &gap);
	message->size = message->octets.size;
	ox_lines_scan(message->octets.bytes, message->octets.size, &message->facts);
	return OX_OK;
}
