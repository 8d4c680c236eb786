/* SPDX-License-Identifier: MIT */
/* One event as a line of JSON, by jansson. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "spool/events.h"

enum {
	TEXT_MAX = 1024,
	TRANSCRIPT_MAX = 4096, /* twice as long where every character needs a backslash: a line holds it still */
};

static const char *const type_names[OX_EVENT_TYPE_COUNT] = {
	[OX_EVENT_QUEUED] = "queued",           [OX_EVENT_ACCEPTED] = "accepted",
	[OX_EVENT_DELIVERED] = "delivered",     [OX_EVENT_DEFERRED] = "deferred",
	[OX_EVENT_DELAYED] = "delayed",
	[OX_EVENT_FAILED] = "failed",           [OX_EVENT_EXPIRED] = "expired",
	[OX_EVENT_HELD] = "held",               [OX_EVENT_RELEASED] = "released",
	[OX_EVENT_REMOVED] = "removed",         [OX_EVENT_RETRIED] = "retried",
	[OX_EVENT_UNCERTAIN] = "uncertain",     [OX_EVENT_QUARANTINED] = "quarantined",
	[OX_EVENT_DUPLICATE_SUPPRESSED] = "duplicate_suppressed",
	[OX_EVENT_DROPPED_UNACKED] = "dropped_unacked",
	[OX_EVENT_AUTH_NEEDED] = "auth_needed", [OX_EVENT_PROFILE_PAUSED] = "profile_paused",
	[OX_EVENT_PROFILE_RESUMED] = "profile_resumed", [OX_EVENT_RELAY_DOWN] = "relay_down",
	[OX_EVENT_RELAY_UP] = "relay_up",
};

const char *ox_event_type_name(ox_spool_event_type type)
{
	return (unsigned)type < OX_EVENT_TYPE_COUNT ? type_names[type] : "none";
}

static bool type_of(const char *name, ox_spool_event_type *type)
{
	for (int i = 0; name && i < OX_EVENT_TYPE_COUNT; i++) {
		if (!strcmp(name, type_names[i])) {
			*type = (ox_spool_event_type)i;
			return true;
		}
	}
	return false;
}

/* -- writing -- */

static json_t *text_value(const char *text, size_t max)
{
	char plain[TRANSCRIPT_MAX];
	size_t size = strlen(text);
	if (size < max && ox_is_utf8(text, size)) {
		return json_stringn_nocheck(text, size);
	}
	/* Cut, or not UTF-8: ASCII is left, which no cut spoils. */
	size = size < max ? size : max - 1;
	for (size_t i = 0; i < size; i++) {
		plain[i] = text[i];
		if ((unsigned char)text[i] >= 0x80) {
			plain[i] = '?';
		}
	}
	return json_stringn_nocheck(plain, size);
}

/* Without the field where there is nothing to say. false: memory is out. */
static bool put_text(json_t *to, const char *name, const char *text)
{
	return !text || !*text || json_object_set_new_nocheck(to, name, text_value(text, TEXT_MAX)) == 0;
}

/* Whole lines from its end: what went wrong comes last. */
static bool put_transcript(json_t *to, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	if (size >= TRANSCRIPT_MAX) {
		const char *feed = strchr(text + (size - TRANSCRIPT_MAX), '\n');
		text = feed ? feed + 1 : "";
	}
	return !size || !*text ||
		json_object_set_new_nocheck(to, "transcript", text_value(text, TRANSCRIPT_MAX)) == 0;
}

static bool put_number(json_t *to, const char *name, uint64_t number)
{
	return !number || json_object_set_new_nocheck(to, name, json_integer((json_int_t)number)) == 0;
}

static bool put_enhanced(json_t *to, const uint16_t enhanced[3])
{
	char text[24];
	(void)snprintf(text, sizeof text, "%u.%u.%u", enhanced[0], enhanced[1], enhanced[2]);
	return !enhanced[0] || put_text(to, "enhanced", text);
}

static bool put_fields(json_t *to, const ox_spool_event *event)
{
	return put_number(to, "ms", event->at_ms) &&
		put_text(to, "type", ox_event_type_name(event->type)) && put_text(to, "id", event->id) &&
		put_text(to, "recipient", event->recipient) && put_number(to, "code", event->code) &&
		put_enhanced(to, event->enhanced) && put_text(to, "text", event->text) &&
		put_text(to, "profile", event->profile) && put_number(to, "try", event->attempt) &&
		put_number(to, "milliseconds", event->milliseconds) && put_text(to, "tls", event->tls) &&
		put_text(to, "remote_id", event->remote_id) &&
		put_text(to, "message_id", event->message_id) && put_text(to, "tag", event->tag) &&
		put_transcript(to, event->transcript);
}

int ox_event_write(ox_buffer *out, const ox_spool_event *event)
{
	const size_t flags = JSON_COMPACT;
	int status = OX_E_NOMEM;
	json_t *object = json_object();
	if (!object || !put_fields(object, event)) {
		goto done;
	}
	size_t size = json_dumpb(object, NULL, 0, flags);
	if (!size) {
		goto done;
	}
	if (size > OX_EVENT_LINE_MAX || size > out->cap - out->size) {
		status = OX_E_LIMIT;
		goto done;
	}
	uint8_t *to = ox_buffer_reserve(out, size);
	if (to && json_dumpb(object, (char *)to, size, flags) == size) {
		out->size += size;
		out->bytes[out->size] = 0;
		status = OX_OK;
	}
done:
	json_decref(object);
	return status;
}

/* -- reading -- */

struct ox_event_block {
	json_t *object;
};

static const char *text_of(const json_t *from, const char *name)
{
	return json_string_value(json_object_get(from, name)); /* NULL for what is no string */
}

static uint64_t number_of(const json_t *from, const char *name, uint64_t max)
{
	json_int_t number = json_integer_value(json_object_get(from, name));
	return number < 0 ? 0 : (uint64_t)number > max ? max : (uint64_t)number;
}

static void read_enhanced(const char *text, uint16_t enhanced[3])
{
	for (size_t i = 0; text && i < 3; i++) {
		uint64_t number;
		size_t size = strspn(text, "0123456789");
		ox_slice digits = {text, size};
		if (!ox_parse_number(digits, &number) || number > 999) {
			return;
		}
		enhanced[i] = (uint16_t)number;
		text += size + (text[size] == '.');
	}
}

static void read_fields(const json_t *from, ox_spool_event *event)
{
	event->at_ms = number_of(from, "ms", INT64_MAX);
	event->id = text_of(from, "id");
	event->recipient = text_of(from, "recipient");
	event->code = (uint16_t)number_of(from, "code", 999);
	read_enhanced(text_of(from, "enhanced"), event->enhanced);
	event->text = text_of(from, "text");
	event->profile = text_of(from, "profile");
	event->attempt = (uint32_t)number_of(from, "try", UINT32_MAX);
	event->milliseconds = (uint32_t)number_of(from, "milliseconds", UINT32_MAX);
	event->tls = text_of(from, "tls");
	event->remote_id = text_of(from, "remote_id");
	event->message_id = text_of(from, "message_id");
	event->tag = text_of(from, "tag");
	event->transcript = text_of(from, "transcript");
}

int ox_event_parse(ox_slice line, ox_spool_event *event, ox_event_block **block)
{
	json_error_t where;
	memset(event, 0, sizeof *event);
	*block = NULL;
	if (line.size > OX_EVENT_LINE_MAX) {
		return OX_E_SYNTAX;
	}
	ox_event_block *made = ox_alloc(sizeof *made);
	if (!made) {
		return OX_E_NOMEM;
	}
	made->object = json_loadb(line.at, line.size, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(made->object) || !type_of(text_of(made->object, "type"), &event->type)) {
		int status = !made->object && json_error_code(&where) == json_error_out_of_memory ?
			OX_E_NOMEM : OX_E_SYNTAX;
		ox_event_block_free(made);
		return status;
	}
	read_fields(made->object, event);
	*block = made;
	return OX_OK;
}

void ox_event_block_free(ox_event_block *block)
{
	if (block) {
		json_decref(block->object);
		ox_free(block);
	}
}
