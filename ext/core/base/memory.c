/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__ /* any of the headers above says so */
#include <malloc.h>
#endif

#ifdef OX_MEMORY_TEST
static long remaining = -1;
static long made = 0;

static int must_fail(void)
{
	made++;
	if (remaining < 0) {
		return 0;
	}
	return remaining-- == 0;
}

long ox_memory_fail_after(long successes)
{
	long count = made;
	made = 0;
	remaining = successes;
	return count;
}
#else
#define must_fail() 0

long ox_memory_fail_after(long successes)
{
	(void)successes;
	return 0;
}
#endif

void *ox_alloc(size_t size)
{
	return must_fail() ? NULL : calloc(1, size ? size : 1);
}

void *ox_array_alloc(size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		return NULL;
	}
	return ox_alloc(count * size);
}

void *ox_realloc(void *block, size_t size)
{
	return must_fail() ? NULL : realloc(block, size ? size : 1);
}

void ox_memory_trim(void)
{
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}

void ox_free(void *block)
{
	free(block);
}

char *ox_copy_bytes(const void *bytes, size_t size)
{
	if (size == SIZE_MAX) {
		return NULL;
	}
	char *copy = ox_alloc(size + 1);
	if (copy && size) {
		memcpy(copy, bytes, size);
	}
	return copy;
}

char *ox_copy_string(const char *text)
{
	return text ? ox_copy_bytes(text, strlen(text)) : NULL;
}

void ox_wipe(void *block, size_t size)
{
	volatile unsigned char *p = block;
	while (size--) {
		*p++ = 0;
	}
}

void ox_free_secret(char *text)
{
	if (text) {
		ox_wipe(text, strlen(text));
		ox_free(text);
	}
}
