/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 240 };

void ox_buffer_init(ox_buffer *buffer, size_t cap)
{
	memset(buffer, 0, sizeof *buffer);
	buffer->cap = cap;
}

void ox_buffer_init_secret(ox_buffer *buffer, size_t cap)
{
	ox_buffer_init(buffer, cap);
	buffer->secret = true;
}

void ox_buffer_clear(ox_buffer *buffer)
{
	ox_buffer_empty(buffer);
	ox_free(buffer->bytes);
	buffer->bytes = NULL;
	buffer->capacity = 0;
}

void ox_buffer_empty(ox_buffer *buffer)
{
	if (buffer->secret && buffer->bytes) {
		ox_wipe(buffer->bytes, buffer->capacity);
	}
	buffer->size = 0;
	if (buffer->bytes) {
		buffer->bytes[0] = 0;
	}
}

/* Doubles, so that n appends cost O(n); a secret moves by copy and wipe, since realloc leaves the old
 * bytes behind. */
static int grow(ox_buffer *buffer, size_t needed)
{
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	while (capacity < needed) {
		capacity = capacity > buffer->cap / 2 ? buffer->cap : capacity * 2;
	}
	uint8_t *bytes;
	if (buffer->secret) {
		bytes = ox_alloc(capacity + 1);
		if (bytes && buffer->bytes) {
			memcpy(bytes, buffer->bytes, buffer->size);
			ox_wipe(buffer->bytes, buffer->capacity);
			ox_free(buffer->bytes);
		}
	} else {
		bytes = ox_realloc(buffer->bytes, capacity + 1);
	}
	if (!bytes) {
		return OX_E_NOMEM;
	}
	bytes[buffer->size] = 0;
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return OX_OK;
}

static int ensure(ox_buffer *buffer, size_t room)
{
	if (room > buffer->cap - buffer->size) {
		return OX_E_LIMIT;
	}
	size_t needed = buffer->size + room;
	return buffer->bytes && needed <= buffer->capacity ? OX_OK : grow(buffer, needed);
}

int ox_buffer_append(ox_buffer *buffer, const void *bytes, size_t size)
{
	int status = ensure(buffer, size);
	if (status == OX_OK && size) {
		memcpy(buffer->bytes + buffer->size, bytes, size);
		buffer->size += size;
		buffer->bytes[buffer->size] = 0;
	}
	return status;
}

int ox_buffer_append_string(ox_buffer *buffer, const char *text)
{
	return ox_buffer_append(buffer, text, strlen(text));
}

int ox_buffer_append_byte(ox_buffer *buffer, uint8_t byte)
{
	return ox_buffer_append(buffer, &byte, 1);
}

int ox_buffer_append_format(ox_buffer *buffer, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	int status = length < 0 ? OX_E_SYNTAX : ensure(buffer, (size_t)length);
	if (status == OX_OK) {
		(void)vsnprintf((char *)buffer->bytes + buffer->size, (size_t)length + 1, format, again);
		buffer->size += (size_t)length;
	}
	va_end(again);
	return status;
}

uint8_t *ox_buffer_reserve(ox_buffer *buffer, size_t room)
{
	return ensure(buffer, room) == OX_OK ? buffer->bytes + buffer->size : NULL;
}

void ox_buffer_consume(ox_buffer *buffer, size_t count)
{
	if (count >= buffer->size) {
		ox_buffer_empty(buffer);
		return;
	}
	size_t rest = buffer->size - count;
	memmove(buffer->bytes, buffer->bytes + count, rest);
	if (buffer->secret) {
		ox_wipe(buffer->bytes + rest, count);
	}
	buffer->size = rest;
	buffer->bytes[rest] = 0;
}

const char *ox_buffer_text(const ox_buffer *buffer)
{
	return buffer->bytes ? (const char *)buffer->bytes : "";
}

char *ox_buffer_take(ox_buffer *buffer)
{
	char *text = buffer->bytes ? (char *)buffer->bytes : ox_copy_string("");
	buffer->bytes = NULL;
	buffer->size = 0;
	buffer->capacity = 0;
	return text;
}
