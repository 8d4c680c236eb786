/* SPDX-License-Identifier: MIT */
/* The only place that calls malloc and free, so that a test can make every allocation fail once. */
#ifndef OX_BASE_MEMORY_H
#define OX_BASE_MEMORY_H

#include <stddef.h>

/* A result that must be looked at: every function that can fail carries it. */
#if defined(__GNUC__)
#define OX_MUST_USE    __attribute__((warn_unused_result))
#define OX_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define OX_MUST_USE
#define OX_PRINTF(f, a)
#endif

/* returns new, zeroed; NULL when memory is out. A size of 0 gives a block of one byte. */
OX_MUST_USE void *ox_alloc(size_t size);

/* returns new, zeroed, for count * size bytes; NULL when memory is out or the product overflows. */
OX_MUST_USE void *ox_array_alloc(size_t count, size_t size);

/* takes block (which may be NULL) and returns the larger or smaller one; on NULL the old block is
 * still the caller's. Never for secrets: the old bytes stay where they were (see ox_buffer). */
OX_MUST_USE void *ox_realloc(void *block, size_t size);

/* takes block; NULL is allowed. */
void ox_free(void *block);

/* returns new: a copy of size bytes and a terminating NUL. */
OX_MUST_USE char *ox_copy_bytes(const void *bytes, size_t size);

/* returns new: a copy of a C string; NULL for NULL or when memory is out. */
OX_MUST_USE char *ox_copy_string(const char *text);

/* Overwrites secrets in a way that the compiler may not leave out. */
void ox_wipe(void *block, size_t size);

/* Wipes a secret C string and frees it; NULL is allowed. */
void ox_free_secret(char *text);

/* Gives what was freed back to the system, where the C library keeps it (glibc). For a program of its own that will have
 * nothing to do for a while. */
void ox_memory_trim(void);

/* For tests: the allocation after `successes` further ones returns NULL, once; -1 switches it off.
 * Returns how many allocations were made since the last call. Not for threads. */
long ox_memory_fail_after(long successes);

#endif
