/* SPDX-License-Identifier: MIT */
/* The octets of a message at any offset: what is in memory, and between it what is read, and encoded,
 * only when it is asked for. */
#include <string.h>

#include "base/base64.h"
#include "message/message_internal.h"

enum {
	LINE = OX_BASE64_LINE + 2,
	INSERTS_FIRST = 8,
};

static uint64_t size_of(const ox_content *content, ox_insert_form form)
{
	return form == OX_INSERT_BASE64 ? ox_base64_lines_size(content->size) : content->size;
}

/* What the whole has so far. */
static uint64_t size_now(const ox_message *message)
{
	if (!message->insert_count) {
		return message->octets.size;
	}
	const ox_insert *last = &message->inserts[message->insert_count - 1];
	return last->start + last->size + (message->octets.size - last->at);
}

static int make_room(ox_message *message)
{
	if (message->insert_count < message->insert_capacity) {
		return OX_OK;
	}
	size_t capacity = message->insert_capacity ? 2 * message->insert_capacity : INSERTS_FIRST;
	ox_insert *inserts = ox_realloc(message->inserts, capacity * sizeof *inserts);
	if (!inserts) {
		return OX_E_NOMEM;
	}
	message->inserts = inserts;
	message->insert_capacity = capacity;
	return OX_OK;
}

int message_insert(ox_message *message, const ox_content *content, ox_insert_form form)
{
	uint64_t before = size_now(message);
	if (content->size > message->octets.cap ||
		size_of(content, form) > message->octets.cap - before) {
		return OX_E_LIMIT;
	}
	int status = make_room(message);
	if (status == OX_OK && content->size) {
		message->inserts[message->insert_count++] = (ox_insert){
			.content = *content,
			.form = form,
			.at = message->octets.size,
			.start = before,
			.size = size_of(content, form),
		};
	}
	return status;
}

int message_count(ox_message *message)
{
	message->size = size_now(message);
	return message->size > message->octets.cap ? OX_E_LIMIT : OX_OK;
}

int ox_message_prepend(ox_message *message, ox_slice fields)
{
	ox_buffer *octets = &message->octets;
	if (fields.size > octets->cap || message->size > octets->cap - fields.size) {
		return OX_E_LIMIT;
	}
	uint8_t *end = ox_buffer_reserve(octets, fields.size);
	if (!end) {
		return OX_E_NOMEM;
	}
	memmove(octets->bytes + fields.size, octets->bytes, octets->size + 1);
	memcpy(octets->bytes, fields.at, fields.size);
	octets->size += fields.size;
	for (size_t i = 0; i < message->insert_count; i++) {
		message->inserts[i].at += fields.size;
		message->inserts[i].start += fields.size;
	}
	message->header_size += fields.size;
	message->size += fields.size;
	return OX_OK;
}

/* One line of base64, or the piece of it from `skip` on. */
static size_t read_line(const ox_insert *insert, uint64_t line, size_t skip, uint8_t *to, size_t size)
{
	uint8_t raw[OX_BASE64_LINE_OCTETS], encoded[LINE];
	uint64_t left = insert->content.size - line * OX_BASE64_LINE_OCTETS;
	size_t count = left < sizeof raw ? (size_t)left : sizeof raw;
	if (!insert->content.read(insert->content.context, line * OX_BASE64_LINE_OCTETS, raw, count)) {
		return 0;
	}
	ox_base64_lines(encoded, raw, count);
	size_t rest = (size_t)ox_base64_lines_size(count) - skip;
	size = size < rest ? size : rest;
	memcpy(to, encoded + skip, size);
	return size;
}

/* Whole lines, as many as have room. They are read into the end of the room that they fill when encoded. */
static size_t read_lines(const ox_insert *insert, uint64_t line, uint8_t *to, size_t size)
{
	uint64_t left = insert->content.size - line * OX_BASE64_LINE_OCTETS;
	size_t count = size / LINE * OX_BASE64_LINE_OCTETS;
	count = count < left ? count : (size_t)left;
	size_t encoded = (size_t)ox_base64_lines_size(count);
	uint8_t *raw = to + encoded - count;
	if (!insert->content.read(insert->content.context, line * OX_BASE64_LINE_OCTETS, raw, count)) {
		return 0;
	}
	ox_base64_lines(to, raw, count);
	return encoded;
}

/* Some of an insert's octets from offset on, at least one; 0: its content failed. */
static size_t read_insert(const ox_insert *insert, uint64_t offset, uint8_t *to, size_t size)
{
	if (offset + size > insert->size) {
		size = (size_t)(insert->size - offset);
	}
	if (insert->form == OX_INSERT_AS_IT_IS) {
		return insert->content.read(insert->content.context, offset, to, size) ? size : 0;
	}
	uint64_t line = offset / LINE;
	size_t skip = (size_t)(offset % LINE);
	return skip || size < LINE ? read_line(insert, line, skip, to, size)
							   : read_lines(insert, line, to, size);
}

/* How many inserts begin at offset or before it. */
static size_t inserts_until(const ox_message *message, uint64_t offset)
{
	size_t low = 0, high = message->insert_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (message->inserts[middle].start <= offset) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static size_t read_some(const ox_message *message, uint64_t offset, uint8_t *to, size_t size)
{
	size_t count = inserts_until(message, offset);
	const ox_insert *insert = count ? &message->inserts[count - 1] : NULL;
	if (insert && offset - insert->start < insert->size) {
		return read_insert(insert, offset - insert->start, to, size);
	}
	size_t at = insert ? insert->at + (size_t)(offset - insert->start - insert->size)
					   : (size_t)offset;
	size_t end = count < message->insert_count ? message->inserts[count].at : message->octets.size;
	size = size < end - at ? size : end - at;
	memcpy(to, ox_buffer_text(&message->octets) + at, size);
	return size;
}

size_t ox_message_read(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ox_message *message = context;
	size_t done = 0;
	while (done < size && offset + done < message->size) {
		/* A line that does not fit any more is left for the next call, which then begins with it. */
		if (done && size - done < LINE && message->insert_count) {
			break;
		}
		size_t got = read_some(message, offset + done, (uint8_t *)bytes + done, size - done);
		if (!got) {
			return 0;
		}
		done += got;
	}
	return done;
}

bool ox_message_is_intact(const ox_message *message)
{
	bool intact = true;
	for (size_t i = 0; i < message->insert_count && intact; i++) {
		const ox_content *content = &message->inserts[i].content;
		uint8_t none;
		intact = content->read(content->context, 0, &none, 0);
	}
	return intact;
}

bool message_read_all(void *context, uint64_t offset, void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		size_t got = ox_message_read(context, offset + done, (uint8_t *)bytes + done, size - done);
		if (!got) {
			return false;
		}
		done += got;
	}
	return size || ox_message_is_intact(context);
}
