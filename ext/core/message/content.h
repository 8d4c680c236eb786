/* SPDX-License-Identifier: MIT */
/* Octets that are read when they are asked for: a file, a long string of the caller's, another message. */
#ifndef OX_MESSAGE_CONTENT_H
#define OX_MESSAGE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	void *context; /* borrows */
	/* Writes all of the size octets from offset to `bytes`; they lie within the content. May be asked
	 * for the same ones again, and then gives the same; or for none, to see whether they are still there. false: they are not to be had, or the content
	 * is no longer what it was when its size was taken. */
	bool (*read)(void *context, uint64_t offset, void *bytes, size_t size);
	uint64_t size; /* exact, and fixed */
} ox_content;

#endif
