/* SPDX-License-Identifier: MIT */
/* What the two sizes of backlog_crash share. */
#ifndef OX_CRASH_BACKLOG_H
#define OX_CRASH_BACKLOG_H

#include "delivery.h"

enum { LETTER_SIZE = 2000, RESIDENT_MAX_KB = 150 * 1024 };

/* Queues letter `seed`, for `profile`, as of when_ms; syncs nothing. */
void backlog_queue(ox_spool *spool, uint32_t seed, const char *profile, uint64_t when_ms, uint64_t send_at_ms);
/* The profile "main" of the spool at path leads to the server. */
void backlog_profile(const char *path, const sink *server);

/* A runner in a process of its own works until nothing is due. */
typedef struct {
	uint64_t begun_ms;
	size_t resident_kb; /* the most that it had in memory */
} backlog_run;
backlog_run backlog_deliver(const char *path);

/* Every letter from 1 to count came once, and whole. */
void backlog_check_arrivals(sink *server, size_t count);

/* 1,000,000 letters on a real filesystem, in `folder`. Prints its own line; skipped where there is no room. */
void backlog_million(const char *folder);

#endif
