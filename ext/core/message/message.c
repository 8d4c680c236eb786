/* SPDX-License-Identifier: MIT */
/* Composing a plain text message. Taking a complete one is complete.c's. */
#include "message/message.h"

#include <string.h>

#include "base/idn.h"
#include "message/header.h"
#include "message/message_internal.h"

enum { MESSAGE_ID_MAX = 900 }; /* fits a line of 998 with its name, behind a fold */

void ox_message_init(ox_message *message, size_t cap)
{
	memset(message, 0, sizeof *message);
	ox_buffer_init(&message->octets, cap < OX_MESSAGE_MAX ? cap : OX_MESSAGE_MAX);
	ox_address_list_init(&message->recipients);
}

void ox_message_clear(ox_message *message)
{
	size_t cap = message->octets.cap;
	ox_buffer_clear(&message->octets);
	ox_address_list_clear(&message->recipients);
	ox_free(message->inserts);
	ox_free(message->id);
	ox_free(message->sender);
	ox_message_init(message, cap);
}

int message_wrong(ox_error *error, ox_fact fact, const char *argument, const char *why)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, fact, "%s: %s",
						argument, why);
}

int message_status(int status, ox_error *error, const char *argument)
{
	switch (status) {
	case OX_OK: return OX_OK;
	case OX_E_NOMEM: return ox_error_memory(error, OX_STAGE_NONE);
	case OX_E_LIMIT:
		return message_wrong(error, OX_FACT_SIZE_LIMIT, argument, "the message is too large");
	default:
		return message_wrong(error, OX_FACT_NONE, argument,
							 "it cannot be written in a header field");
	}
}

/* "unique@sender-domain" (RFC 5322 3.6.4), returns new. */
char *message_make_id(const ox_message_origin *origin, const char *sender)
{
	static const char digits[] = "0123456789abcdef";
	char unique[2 * OX_MESSAGE_ID_RANDOM_SIZE + 1];
	for (size_t i = 0; i < OX_MESSAGE_ID_RANDOM_SIZE; i++) {
		unique[2 * i] = digits[origin->random[i] >> 4];
		unique[2 * i + 1] = digits[origin->random[i] & 15];
	}
	unique[2 * OX_MESSAGE_ID_RANDOM_SIZE] = 0;
	const char *sign = sender ? strrchr(sender, '@') : NULL;
	const char *domain = sign && ox_is_hostname(sign + 1) ? sign + 1 : origin->host;
	ox_buffer id;
	ox_buffer_init(&id, 400);
	char *made = ox_buffer_append_format(&id, "%s@%s", unique, domain) == OX_OK
					 ? ox_buffer_take(&id)
					 : NULL;
	ox_buffer_clear(&id);
	return made;
}

static int copy_recipients(ox_message *message, const ox_address_list *list, ox_error *error)
{
	for (size_t i = 0; list && i < list->count; i++) {
		int status = ox_address_list_add(&message->recipients, ox_slice_of(list->items[i].address),
										 (ox_slice){"", 0}, error);
		if (status != OX_OK) {
			return status;
		}
	}
	return OX_OK;
}

/* What compose() writes itself: a second one would contradict it, or show who is blind. */
static bool is_taken(ox_slice name)
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
										"content-transfer-encoding"};
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
	if (is_taken(field->name)) {
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

static int check_fields(const ox_plain_message *plain, ox_error *error)
{
	if (ox_has_control(plain->subject.at, plain->subject.size) ||
		!ox_is_utf8(plain->subject.at, plain->subject.size)) {
		return message_wrong(error, OX_FACT_NONE, "subject",
							 "control characters, or no valid UTF-8");
	}
	if (plain->text.size && memchr(plain->text.at, 0, plain->text.size)) {
		return message_wrong(error, OX_FACT_NUL_IN_BODY, "text", "it has a NUL octet");
	}
	if (!ox_is_utf8(plain->text.at, plain->text.size)) {
		return message_wrong(error, OX_FACT_NONE, "text", "it is not valid UTF-8");
	}
	if (plain->message_id.size && !is_message_id(plain->message_id)) {
		return message_wrong(
			error, OX_FACT_NONE, "messageId",
			"it must have the form left@right, in printable ASCII and without brackets");
	}
	if (plain->field_count > OX_HEADER_FIELDS_MAX) {
		return message_wrong(error, OX_FACT_NONE, "header", "there are more than 10000 fields");
	}
	int status = OX_OK;
	for (size_t i = 0; i < plain->field_count && status == OX_OK; i++) {
		status = check_field(&plain->fields[i], error);
	}
	return status;
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

static int write_originators(ox_buffer *out, const ox_plain_message *plain, ox_error *error)
{
	/* RFC 5322 3.6.2: with several authors, one of them must be named as the sender. */
	const ox_address *first = plain->sender ? plain->sender : plain->from->items;
	ox_address_list sender = {(ox_address *)first, plain->sender || plain->from->count > 1, 0};
	int status = write_addresses(out, "From", plain->from, error);
	if (status == OX_OK) {
		status = write_addresses(out, "Sender", &sender, error);
	}
	return status == OX_OK ? write_addresses(out, "Reply-To", plain->reply_to, error) : status;
}

static int write_destinations(ox_buffer *out, const ox_plain_message *plain, ox_error *error)
{
	bool named = (plain->to && plain->to->count) || (plain->cc && plain->cc->count);
	if (!named) {
		return message_status(ox_buffer_append_string(out, "To: undisclosed-recipients:;\r\n"),
							  error, "To");
	}
	int status = write_addresses(out, "To", plain->to, error);
	return status == OX_OK ? write_addresses(out, "Cc", plain->cc, error) : status;
}

static bool needs_encoding(ox_slice text)
{
	ox_lines_facts facts;
	ox_lines_scan((const uint8_t *)text.at, text.size, &facts);
	return facts.eightbit || facts.longest > OX_LINE_MAX;
}

static int write_header(ox_buffer *out, const ox_message *message, const ox_plain_message *plain,
						const ox_message_origin *origin, ox_error *error)
{
	bool dated = plain->date != INT64_MIN;
	int status = message_status(
		ox_header_date(out, dated ? plain->date : origin->now,
					   dated ? plain->date_zone_minutes : origin->zone_minutes),
		error, "date");
	if (status == OX_OK) {
		status = write_originators(out, plain, error);
	}
	if (status == OX_OK) {
		status = write_destinations(out, plain, error);
	}
	if (status == OX_OK) {
		status = message_status(ox_buffer_append_format(out, "Message-ID: <%s>\r\n", message->id),
								error, "messageId");
	}
	if (status == OX_OK) {
		status = message_status(ox_header_text(out, "Subject", plain->subject), error, "subject");
	}
	for (size_t i = 0; i < plain->field_count && status == OX_OK; i++) {
		status = message_status(write_field(out, &plain->fields[i]), error, "header");
	}
	const char *encoding = needs_encoding(plain->text) ? "quoted-printable" : "7bit";
	return status == OX_OK
			   ? message_status(ox_buffer_append_format(
									out,
									"MIME-Version: 1.0\r\nContent-Type: text/plain; "
									"charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n",
									encoding),
								error, "text")
			   : status;
}

static int write_body(ox_buffer *out, ox_slice text, ox_error *error)
{
	int status = needs_encoding(text)
					 ? message_quoted_printable(out, text)
					 : ox_lines_normalise(out, (const uint8_t *)text.at, text.size);
	return message_status(status, error, "text");
}

static int take_identity(ox_message *message, const ox_plain_message *plain,
						 const ox_message_origin *origin, ox_error *error)
{
	const char *from = plain->from && plain->from->count ? plain->from->items[0].address : NULL;
	if (!from) {
		return message_wrong(error, OX_FACT_NONE, "from", "a message needs one");
	}
	message->sender = ox_copy_string(plain->sender ? plain->sender->address : from);
	message->id = plain->message_id.size
					  ? ox_copy_bytes(plain->message_id.at, plain->message_id.size)
					  : message_make_id(origin, from);
	return message->sender && message->id ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

static int compose(ox_message *message, const ox_plain_message *plain,
				   const ox_message_origin *origin, ox_error *error)
{
	const ox_address_list *const lists[] = {plain->to, plain->cc, plain->bcc};
	int status = check_fields(plain, error);
	if (status == OX_OK) {
		status = take_identity(message, plain, origin, error);
	}
	for (size_t i = 0; i < 3 && status == OX_OK; i++) {
		status = copy_recipients(message, lists[i], error);
	}
	if (status == OX_OK) {
		status = write_header(&message->octets, message, plain, origin, error);
	}
	if (status == OX_OK) {
		if (message->octets.size > OX_HEADER_MAX) {
			return message_wrong(error, OX_FACT_SIZE_LIMIT, "header",
								 "all fields together are over 1 MiB");
		}
		message->header_size = message->octets.size - 2;
		message->utf8_headers = ox_has_8bit(ox_buffer_text(&message->octets), message->octets.size);
		status = write_body(&message->octets, plain->text, error);
	}
	return status == OX_OK ? message_status(message_count(message), error, "text") : status;
}

int ox_message_compose(ox_message *message, const ox_plain_message *plain,
					   const ox_message_origin *origin, ox_error *error)
{
	int status = compose(message, plain, origin, error);
	if (status != OX_OK) {
		ox_message_clear(message);
		return status;
	}
	ox_lines_scan(message->octets.bytes, message->octets.size, &message->facts);
	return OX_OK;
}
