/* SPDX-License-Identifier: MIT */
#include "message/part.h"

#include <string.h>

#include "message/compose_internal.h"
#include "message/parameter.h"

enum { PARAMETER_NAME_MAX = 30 };

int ox_part_check_name(ox_slice name, ox_error *error)
{
	if (name.size > OX_PART_NAME_MAX) {
		return message_wrong(error, OX_FACT_NONE, "name", "a file name has at most 255 octets");
	}
	if (ox_has_control(name.at, name.size) || !ox_is_utf8(name.at, name.size)) {
		return message_wrong(error, OX_FACT_NONE, "name",
			"a file name must be valid UTF-8 without control characters");
	}
	return OX_OK;
}

static int wrong_type(ox_error *error, const char *why)
{
	return message_wrong(error, OX_FACT_NONE, "contentType", why);
}

static bool begins_nocase(ox_slice text, const char *with)
{
	size_t size = strlen(with);
	return text.size >= size && ox_slice_is_nocase((ox_slice){text.at, size}, with);
}

/* What the composer writes, and what RFC 2231 gives a meaning. */
static bool is_parameter_name(ox_slice name)
{
	bool good = name.size <= PARAMETER_NAME_MAX && !ox_slice_is_nocase(name, "name") &&
				!ox_slice_is_nocase(name, "boundary");
	for (size_t i = 0; i < name.size && good; i++) {
		good = !strchr("*'%", name.at[i]);
	}
	return good;
}

int ox_part_check_type(ox_slice type, ox_error *error)
{
	ox_slice rest = type, name;
	ox_buffer value;
	ox_buffer_init(&value, OX_PART_TYPE_MAX);
	int status = type.size <= OX_PART_TYPE_MAX ? ox_media_type(&rest, &name) : OX_E_SYNTAX;
	if (status == OX_OK && (begins_nocase(name, "multipart/") || begins_nocase(name, "message/"))) {
		return wrong_type(error, "multipart and message types have insides of their own; another "
			"message is attached as a Message");
	}
	while (status == OX_OK && (status = ox_media_parameter(&rest, &name, &value)) == OX_OK) {
		status = is_parameter_name(name) ? OX_OK : OX_E_SYNTAX;
	}
	ox_buffer_clear(&value);
	if (status == OX_E_NOMEM) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	return status == OX_AGAIN ? OX_OK
							  : wrong_type(error, "it must have the form type/subtype; a=\"b\", in "
								    "ASCII, without name= and boundary=");
}

int ox_part_check_id(ox_slice id, ox_error *error)
{
	const char *sign = id.size ? memchr(id.at, '@', id.size) : NULL;
	bool good = id.size && id.size <= OX_PART_ID_MAX && *id.at != '.' && *id.at != '@';
	good = good && id.at[id.size - 1] != '.' && id.at[id.size - 1] != '@';
	for (size_t i = 0; i < id.size && good; i++) {
		good = (id.at[i] == '@' && id.at + i == sign) || message_is_id_octet(id.at[i]);
	}
	return good ? OX_OK
				: message_wrong(error, OX_FACT_NONE, "cid",
					  "it must be letters, digits and !$*+-.=_~, with one @ at most");
}

/* The type was checked: it is written anew, so that nothing of its form is left. */
static int write_type(ox_buffer *out, const ox_part *part)
{
	ox_slice rest = part->type, name;
	ox_buffer value;
	ox_buffer_init(&value, OX_PART_TYPE_MAX);
	int status = ox_media_type(&rest, &name);
	if (status == OX_OK) {
		status = ox_buffer_append_format(out, "Content-Type: %.*s", (int)name.size, name.at);
	}
	while (status == OX_OK && (status = ox_media_parameter(&rest, &name, &value)) == OX_OK) {
		char attribute[PARAMETER_NAME_MAX + 1] = "";
		memcpy(attribute, name.at, name.size);
		status = ox_parameter(out, attribute, (ox_slice){ox_buffer_text(&value), value.size});
	}
	ox_buffer_clear(&value);
	return status == OX_AGAIN ? OX_OK : status;
}

/* RFC 6532 3.7: fields in UTF-8 make it another type. */
static int write_nested_type(ox_buffer *out, const ox_message *nested)
{
	return ox_buffer_append_format(out, "Content-Type: message/%s", nested->utf8_headers ? "global" : "rfc822");
}

static const char *transfer_encoding(const ox_part *part)
{
	if (!part->nested) {
		return "base64";
	}
	/* RFC 2046 5.2.1: a nested message is never encoded as a whole. */
	return part->nested->facts.eightbit ? "8bit" : "7bit";
}

static int write_fields(ox_message *message, const ox_part *part, const char *disposition)
{
	ox_buffer *out = &message->octets;
	int status = part->nested ? write_nested_type(out, part->nested) : write_type(out, part);
	if (status == OX_OK && part->name.size) {
		status = ox_parameter_plain(out, "name", part->name);
	}
	if (status == OX_OK) {
		status = ox_buffer_append_format(out, "\r\nContent-Transfer-Encoding: %s\r\n"
			"Content-Disposition: %s", transfer_encoding(part), disposition);
	}
	if (status == OX_OK && part->name.size) {
		status = ox_parameter(out, "filename", part->name);
	}
	return status == OX_OK ? ox_buffer_append_string(out, "\r\n") : status;
}

int message_part(ox_message *message, const ox_part *part, bool *ended)
{
	bool shown = part->id.size > 0;
	int status = write_fields(message, part, shown ? "inline" : "attachment");
	if (status == OX_OK && shown) {
		status = message_content_id(message, part->id);
	}
	if (status == OX_OK) {
		status = message_end_fields(message);
	}
	if (status != OX_OK) {
		return status;
	}
	*ended = !part->nested && part->content.size;
	if (part->nested) {
		ox_content whole = {part->nested, message_read_all, part->nested->size};
		return message_insert(message, &whole, OX_INSERT_AS_IT_IS);
	}
	return message_insert(message, &part->content, OX_INSERT_BASE64);
}
