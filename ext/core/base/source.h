/* SPDX-License-Identifier: MIT */
/* Octets that are asked for piece by piece, so that a large message never lies in memory as a whole. */
#ifndef OX_BASE_SOURCE_H
#define OX_BASE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
	void *context;
	/* Writes up to size octets from offset to `bytes`; returns how many, 0 on failure. May be asked for
	 * the same offset again. Never called while anything of the caller's runtime can jump away. */
	size_t (*read)(void *context, uint64_t offset, void *bytes, size_t size);
} ox_source;

#endif
