/* SPDX-License-Identifier: MIT */
#include "message/compose.h"

#include <string.h>

#include "message/compose_internal.h"

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

static int check_part(const ox_draft *draft, size_t i, ox_error *error)
{
	const ox_part *part = &draft->parts[i];
	int status = ox_part_check_name(part->name, error);
	if (status == OX_OK && !part->nested) {
		status = ox_part_check_type(part->type, error);
	}
	if (status == OX_OK && part->id.size) {
		status = ox_part_check_id(part->id, error);
	}
	for (size_t j = 0; j < i && status == OX_OK && part->id.size; j++) {
		ox_slice other = draft->parts[j].id;
		if (other.size == part->id.size && !memcmp(other.at, part->id.at, other.size)) {
			return message_wrong(error, OX_FACT_NONE, "cid", "two parts have the same");
		}
	}
	return status;
}

static int check_parts(ox_message *message, const ox_draft *draft, ox_error *error)
{
	bool says = draft->text.at || draft->html.at || draft->calendar.at || draft->part_count;
	if (!says) {
		return message_wrong(error, OX_FACT_NONE, "text",
			"the message has no text, no html, no calendar and no attachment; an empty text makes an "
			"empty message");
	}
	if (draft->part_count > OX_PARTS_MAX) {
		return message_wrong(error, OX_FACT_NONE, "attach", "there are more than 1000 parts");
	}
	int status = OX_OK;
	for (size_t i = 0; i < draft->part_count && status == OX_OK; i++) {
		const ox_message *nested = draft->parts[i].nested;
		status = check_part(draft, i, error);
		if (status == OX_OK && nested && nested->depth >= message->depth) {
			message->depth = nested->depth + 1;
		}
	}
	if (status == OX_OK && message->depth > OX_NESTING_MAX) {
		return message_wrong(error, OX_FACT_NONE, "attach", "there are messages in messages, over 20 deep");
	}
	return status;
}

static int take_identity(ox_message *message, const ox_draft *draft,
	const ox_message_origin *origin, ox_error *error)
{
	const char *from = draft->from->items[0].address;
	message->sender = ox_copy_string(draft->sender ? draft->sender->address : from);
	message->id = draft->message_id.size
					  ? ox_copy_bytes(draft->message_id.at, draft->message_id.size)
					  : message_make_id(origin, from);
	return message->sender && message->id ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

/* Of the whole: contents in base64 are lines of 76 in ASCII. */
static void take_facts(ox_message *message)
{
	ox_lines_facts *facts = &message->facts;
	ox_lines_scan(message->octets.bytes, message->octets.size, facts);
	facts->size = message->size;
	for (size_t i = 0; i < message->insert_count; i++) {
		const ox_insert *insert = &message->inserts[i];
		const ox_message *nested = insert->form == OX_INSERT_AS_IT_IS ? insert->content.context : NULL;
		size_t longest = nested ? nested->facts.longest : 76;
		facts->longest = facts->longest < longest ? longest : facts->longest;
		facts->eightbit = facts->eightbit || (nested && nested->facts.eightbit);
	}
}

static int write_all(ox_message *message, const ox_draft *draft, const ox_message_origin *origin,
	ox_error *error)
{
	int status = message_write_fields(message, draft, origin, error);
	if (status == OX_OK && message->octets.size > OX_HEADER_MAX) {
		return message_wrong(error, OX_FACT_SIZE_LIMIT, "header", "all fields together are over 1 MiB");
	}
	if (status == OX_OK) {
		message->utf8_headers = ox_has_8bit(ox_buffer_text(&message->octets), message->octets.size);
		status = message_write_tree(message, draft, origin);
		if (status == OX_OK) {
			status = message_count(message);
		}
		status = message_status(status, error, draft->part_count ? "attach" : "text");
	}
	return status;
}

static int compose(ox_message *message, const ox_draft *draft, const ox_message_origin *origin,
	ox_error *error)
{
	const ox_address_list *const lists[] = {draft->to, draft->cc, draft->bcc};
	int status = message_check_draft(draft, error);
	if (status == OX_OK) {
		status = check_parts(message, draft, error);
	}
	if (status == OX_OK) {
		status = take_identity(message, draft, origin, error);
	}
	for (size_t i = 0; i < 3 && status == OX_OK; i++) {
		status = copy_recipients(message, lists[i], error);
	}
	return status == OX_OK ? write_all(message, draft, origin, error) : status;
}

int ox_message_compose(ox_message *message, const ox_draft *draft, const ox_message_origin *origin,
	ox_error *error)
{
	int status = compose(message, draft, origin, error);
	if (status != OX_OK) {
		ox_message_clear(message);
		return status;
	}
	take_facts(message);
	return OX_OK;
}
