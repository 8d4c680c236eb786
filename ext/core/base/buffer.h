/* SPDX-License-Identifier: MIT */
/* A growing run of bytes that is born with its cap. The bytes are always followed by a NUL that is
 * not counted. An all-zero buffer is valid, empty and may hold nothing (its cap is 0). */
#ifndef OX_BASE_BUFFER_H
#define OX_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
	uint8_t *bytes;  /* NULL until the first append */
	size_t size;
	size_t capacity; /* allocated, the NUL not counted */
	size_t cap;      /* size never exceeds it */
	bool secret;     /* wiped when it moves, shrinks or is cleared */
} ox_buffer;

/* Cannot fail: memory is taken at the first append. */
void ox_buffer_init(ox_buffer *buffer, size_t cap);
void ox_buffer_init_secret(ox_buffer *buffer, size_t cap);

/* Frees (and wipes) the bytes and leaves an empty buffer with the same cap. May be called twice. */
void ox_buffer_clear(ox_buffer *buffer);

/* Forgets (and wipes) the bytes, keeps the memory. */
void ox_buffer_empty(ox_buffer *buffer);

/* All or nothing: OX_OK, OX_E_LIMIT (past the cap) or OX_E_NOMEM, the buffer then unchanged. */
OX_MUST_USE int ox_buffer_append(ox_buffer *buffer, const void *bytes, size_t size);
OX_MUST_USE int ox_buffer_append_string(ox_buffer *buffer, const char *text);
OX_MUST_USE int ox_buffer_append_byte(ox_buffer *buffer, uint8_t byte);
OX_MUST_USE int ox_buffer_append_format(ox_buffer *buffer, const char *format, ...) OX_PRINTF(2, 3);

/* Makes room for `room` further bytes behind size and returns where they go (borrows, until the next
 * call on this buffer); the caller adds what it wrote to size. NULL past the cap or without memory. */
OX_MUST_USE uint8_t *ox_buffer_reserve(ox_buffer *buffer, size_t room);

/* Drops count bytes from the front; count <= size. */
void ox_buffer_consume(ox_buffer *buffer, size_t count);

/* The bytes as a C string, "" when empty. borrows, until the next call on this buffer. */
const char *ox_buffer_text(const ox_buffer *buffer);

/* Moves the bytes out as a C string (returns new) and leaves the buffer empty; NULL when memory is
 * out. */
OX_MUST_USE char *ox_buffer_take(ox_buffer *buffer);

#endif
