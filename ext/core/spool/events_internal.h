/* SPDX-License-Identifier: MIT */
/* Internal to spool/event*.c and sweep.c: the segments of the journal. */
#ifndef OX_SPOOL_EVENTS_INTERNAL_H
#define OX_SPOOL_EVENTS_INTERNAL_H

#include "spool/events.h"
#include "spool/spool_internal.h"

enum { OX_SEGMENT_NAME_SIZE = 32 };

void ox_segment_name(char name[OX_SEGMENT_NAME_SIZE], uint64_t segment);
bool ox_segment_parse(const char *name, uint64_t *segment);

/* The newest, or oldest, of those behind `after`; 0 = there is none. 0 or the system's number. */
OX_MUST_USE int ox_segment_find(ox_spool *spool, uint64_t after, bool newest, uint64_t *segment);

#endif
