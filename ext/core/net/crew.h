/* SPDX-License-Identifier: MIT */
/* A few threads that wait for the disk together: many syncs at once cost little more than one. They see no signals
 * and touch nothing but what they are given. crew_posix.c, or crew_windows.c, where the caller does the work. */
#ifndef OX_NET_CREW_H
#define OX_NET_CREW_H

#include <stddef.h>

#include "base/memory.h"

enum { OX_CREW_MAX = 32 };

typedef struct ox_crew ox_crew;

/* returns new, for at most so many threads, which are started when there is something to share; 0: the caller does all
 * of it. NULL when memory is out. */
ox_crew *ox_crew_new(size_t threads);
void ox_crew_free(ox_crew *crew); /* NULL is allowed; waits for the threads, not in a forked child */

/* work(item) for each of the items, in any order, in these threads and the caller's; returns when all are done. */
void ox_crew_run(ox_crew *crew, void (*work)(void *item), void *const *items, size_t count);

#endif
