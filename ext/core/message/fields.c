/* SPDX-License-Identifier: MIT */
/* The fields of a composed message: checked, then written in the order of RFC 5322 3.6. */
#include <string.h>

#include "message/compose_internal.h"
#include "message/header.h"

enum { MESSAGE_ID_MAX = 900 }; /* fits a line of 998 with its name, behind a fold */

/* What the composer writes itself: a second one would contradict it, or show who is blind. Return-Path is
 * the last server's (RFC 5321 4.4). */
bool ox_header_is_reserved(ox_slice name)
{
	static const char *const taken[] = {"from",
										"sender",
										"reply-to",
										"to",
										"cc",
										"bcc",
										"resent-bcc",
										"subject",
										"date",
										"message-id",
										"mime-version",
										"content-type",
										"content-transfer-encoding",
										"content-disposition",
										"content-id",
										"return-path"};
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
		if (ox_slice_is_nocase(name, taken[i])) {
			return true;
		}
	}
	return false;
}

static int check_field(const ox_field *field, ox_error *error)
{
	char argument[OX_HEADER_NAME_MAX + 16] = "header ";
	if (!ox_header_is_name(field->name)) {
		return message_wrong(error, OX_FACT_NONE, "header",
							 "a name must be printable ASCII without blanks and colons");
	}
	memcpy(argument + strlen(argument), field->name.at, field->name.size);
	if (ox_header_is_reserved(field->name)) {
		return message_wrong(error, OX_FACT_NONE, argument, "the message writes that field itself");
	}
	if (ox_has_control(field->value.at, field->value.size) ||
		!ox_is_utf8(field->value.at, field->value.size)) {
		return message_wrong(error, OX_FACT_NONE, argument,
							 "the value has control characters, or is not valid UTF-8");
	}
	return OX_OK;
}

/* msg-id of RFC 5322 3.6.4, as far as it has to be so that nothing breaks out of its brackets. */
static bool is_message_id(ox_slice id)
{
	const char *sign = id.size ? memchr(id.at, '@', id.size) : NULL;
	bool good = sign && sign > id.at && sign < id.at + id.size - 1 && id.size <= MESSAGE_ID_MAX;
	for (size_t i = 0; good && i < id.size; i++) {
		good = id.at[i] > ' ' && id.at[i] < 0x7f && id.at[i] != '<' && id.at[i] != '>';
	}
	return good;
}

static int check_text(ox_slice text, const char *argument, ox_error *error)
{
	if (text.size && memchr(text.at, 0, text.size)) {
		return message_wrong(error, OX_FACT_NUL_IN_BODY, argument, "it has a NUL octet");
	}
	return ox_is_utf8(text.at, text.size)
			   ? OX_OK
			   : message_wrong(error, OX_FACT_NONE, argument, "it is not valid UTF-8");
}

/* What priority() and listUnsubscribe() write. */
static bool contradicts(const ox_draft *draft, ox_slice name)
{
	bool priority = draft->priority && (ox_slice_is_nocase(name, "X-Priority") ||
										   ox_slice_is_nocase(name, "Importance"));
	bool list = (draft->unsubscribe_url.size || draft->unsubscribe_mailto.size) &&
				(ox_slice_is_nocase(name, "List-Unsubscribe") ||
					ox_slice_is_nocase(name, "List-Unsubscribe-Post"));
	return priority || list;
}

static int check_further_fields(const ox_draft *draft, ox_error *error)
{
	int status = OX_OK;
	if (draft->field_count > OX_HEADER_FIELDS_MAX) {
		return message_wrong(error, OX_FACT_NONE, "header", "there are more than 10000 fields");
	}
	for (size_t i = 0; i < draft->field_count && status == OX_OK; i++) {
		status = check_field(&draft->fields[i], error);
		if (status == OX_OK && contradicts(draft, draft->fields[i].name)) {
			return message_wrong(error, OX_FACT_NONE, "header",
				"a field of priority() or listUnsubscribe() is given by name as well");
		}
	}
	return status;
}

static bool is_uri(ox_slice text, const char *scheme)
{
	size_t size = strlen(scheme);
	bool good = text.size > size && text.size <= OX_UNSUBSCRIBE_MAX &&
				ox_slice_is_nocase((ox_slice){text.at, size}, scheme);
	for (size_t i = 0; i < text.size && good; i++) {
		good = text.at[i] > ' ' && text.at[i] < 0x7f && !strchr("<>\"\\", text.at[i]);
	}
	return good;
}

int ox_unsubscribe_check(ox_slice url, ox_slice mailto, bool one_click, ox_error *error)
{
	if (!url.size && !mailto.size) {
		return message_wrong(error, OX_FACT_NONE, "url", "a URL or a mailto: is needed");
	}
	if (url.size && !is_uri(url, "https://") && (one_click || !is_uri(url, "http://"))) {
		return message_wrong(error, OX_FACT_NONE, "url",
			one_click ? "one click needs an https:// URL in ASCII, of 900 octets at most"
					  : "it must be an http:// or https:// URL in ASCII, of 900 octets at most");
	}
	return !mailto.size || is_uri(mailto, "mailto:")
			   ? OX_OK
			   : message_wrong(error, OX_FACT_NONE, "mailto",
					 "it must be a mailto: URL in ASCII, of 900 octets at most");
}

int message_check_draft(const ox_draft *draft, ox_error *error)
{
	if (!draft->from || !draft->from->count) {
		return message_wrong(error, OX_FACT_NONE, "from", "a message needs one");
	}
	if (ox_has_control(draft->subject.at, draft->subject.size) ||
		!ox_is_utf8(draft->subject.at, draft->subject.size)) {
		return message_wrong(error, OX_FACT_NONE, "subject",
							 "control characters, or no valid UTF-8");
	}
	if (draft->message_id.size && !is_message_id(draft->message_id)) {
		return message_wrong(
			error, OX_FACT_NONE, "messageId",
			"it must have the form left@right, in printable ASCII and without brackets");
	}
	if (draft->priority < 0 || draft->priority > OX_PRIORITY_LOWEST) {
		return message_wrong(error, OX_FACT_NONE, "priority", "it must lie between 1 and 5");
	}
	ox_slice method;
	int status = check_text(draft->text, "text", error);
	if (status == OX_OK) {
		status = check_text(draft->html, "html", error);
	}
	if (status == OX_OK && draft->calendar.at) {
		status = ox_calendar_check(draft->calendar, &method, error);
	}
	if (status == OX_OK && (draft->unsubscribe_url.size || draft->unsubscribe_mailto.size)) {
		status = ox_unsubscribe_check(draft->unsubscribe_url, draft->unsubscribe_mailto,
			draft->one_click && draft->unsubscribe_url.size, error);
	}
	return status == OX_OK ? check_further_fields(draft, error) : status;
}

static int write_field(ox_buffer *out, const ox_field *field)
{
	char name[OX_HEADER_NAME_MAX + 1];
	memcpy(name, field->name.at, field->name.size);
	name[field->name.size] = 0;
	return ox_header_text(out, name, field->value);
}

/* A domain in UTF-8 or a local part in it stays so in the header: then SMTPUTF8 is needed (RFC
 * 6532). U-labels are written as A-labels, which every server takes. */
static int to_ascii_domains(ox_address_list *to, const ox_address_list *from, ox_error *error)
{
	for (size_t i = 0; from && i < from->count; i++) {
		char *address = NULL;
		bool utf8;
		int status = ox_address_check(ox_slice_of(from->items[i].address), false, &address, &utf8,
									  error);
		if (status == OX_OK) {
			status = ox_address_list_add(to, ox_slice_of(address), ox_slice_of(from->items[i].name),
										 error);
			ox_free(address);
		}
		if (status != OX_OK) {
			return status;
		}
	}
	return OX_OK;
}

static int write_addresses(ox_buffer *out, const char *name, const ox_address_list *list,
						   ox_error *error)
{
	ox_address_list ascii;
	ox_address_list_init(&ascii);
	int status = to_ascii_domains(&ascii, list, error);
	if (status == OX_OK) {
		status = message_status(ox_header_addresses(out, name, &ascii), error, name);
	}
	ox_address_list_clear(&ascii);
	return status;
}

static int write_originators(ox_buffer *out, const ox_draft *draft, ox_error *error)
{
	/* RFC 5322 3.6.2: with several authors, one of them must be named as the sender. */
	const ox_address *first = draft->sender ? draft->sender : draft->from->items;
	ox_address_list sender = {.items = (ox_address *)first, .count = draft->sender || draft->from->count > 1};
	int status = write_addresses(out, "From", draft->from, error);
	if (status == OX_OK) {
		status = write_addresses(out, "Sender", &sender, error);
	}
	return status == OX_OK ? write_addresses(out, "Reply-To", draft->reply_to, error) : status;
}

static int write_destinations(ox_buffer *out, const ox_draft *draft, ox_error *error)
{
	bool named = (draft->to && draft->to->count) || (draft->cc && draft->cc->count);
	if (!named) {
		return message_status(ox_buffer_append_string(out, "To: undisclosed-recipients:;\r\n"),
							  error, "To");
	}
	int status = write_addresses(out, "To", draft->to, error);
	return status == OX_OK ? write_addresses(out, "Cc", draft->cc, error) : status;
}

static int write_priority(ox_buffer *out, int priority)
{
	static const char *const lines[] = {
		"", "1 (Highest)\r\nImportance: high\r\n", "2 (High)\r\nImportance: high\r\n",
		"3 (Normal)\r\nImportance: normal\r\n", "4 (Low)\r\nImportance: low\r\n",
		"5 (Lowest)\r\nImportance: low\r\n"};
	return priority ? ox_buffer_append_format(out, "X-Priority: %s", lines[priority]) : OX_OK;
}

/* RFC 2369 2 wants the preferred way first; RFC 8058 3.1 the https URL and the Post field together. */
static int write_unsubscribe(ox_buffer *out, const ox_draft *draft)
{
	ox_slice url = draft->unsubscribe_url, mailto = draft->unsubscribe_mailto;
	int status = OX_OK;
	if (url.size || mailto.size) {
		status = ox_buffer_append_string(out, "List-Unsubscribe:");
	}
	if (status == OX_OK && url.size) {
		status = ox_buffer_append_format(out, "%s<%.*s>%s", url.size > 50 ? "\r\n " : " ", (int)url.size,
			url.at, mailto.size ? ",\r\n" : "\r\n");
	}
	if (status == OX_OK && mailto.size) {
		status = ox_buffer_append_format(out, " <%.*s>\r\n", (int)mailto.size, mailto.at);
	}
	if (status == OX_OK && url.size && draft->one_click) {
		status = ox_buffer_append_string(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
	}
	return status;
}

static int write_identity(ox_buffer *out, const ox_message *message, const ox_draft *draft, ox_error *error)
{
	int status = message_status(ox_buffer_append_format(out, "Message-ID: <%s>\r\n", message->id),
		error, "messageId");
	return status == OX_OK
			   ? message_status(ox_header_text(out, "Subject", draft->subject), error, "subject")
			   : status;
}

int message_write_fields(ox_message *message, const ox_draft *draft, const ox_message_origin *origin,
	ox_error *error)
{
	ox_buffer *out = &message->octets;
	bool dated = draft->date != INT64_MIN;
	int status = message_status(
		ox_header_date(out, dated ? draft->date : origin->now,
			dated ? draft->date_zone_minutes : origin->zone_minutes),
		error, "date");
	if (status == OX_OK) {
		status = write_originators(out, draft, error);
	}
	if (status == OX_OK) {
		status = write_destinations(out, draft, error);
	}
	if (status == OX_OK) {
		status = write_identity(out, message, draft, error);
	}
	if (status == OX_OK) {
		status = message_status(write_priority(out, draft->priority), error, "priority");
	}
	if (status == OX_OK) {
		status = message_status(write_unsubscribe(out, draft), error, "listUnsubscribe");
	}
	for (size_t i = 0; i < draft->field_count && status == OX_OK; i++) {
		status = message_status(write_field(out, &draft->fields[i]), error, "header");
	}
	return status;
}
