/* SPDX-License-Identifier: MIT */
/* What the tests of deliveries share: a spool with letters in it, a profile that names a sink, runs, and the
 * questions afterwards. The invariants are those of spool/README.md. */
#ifndef OX_CRASH_DELIVERY_H
#define OX_CRASH_DELIVERY_H

#include "crash.h"
#include "runner/runner.h"
#include "sink.h"
#include "spool/events.h"

enum { LETTERS_MAX = 8 };

typedef struct {
	char path[128];
	sink server;
	size_t count, recipients; /* of each letter; the last one's address begins with "last" */
	letter letters[LETTERS_MAX];
	char ids[LETTERS_MAX][OX_SPOOL_ID_SIZE + 1];
	ox_durability durability;
	const char *options;      /* of the profile's DSN, "&timeout=1" */
	ox_run_facts facts;       /* of the last run here */
} delivery;

/* A new spool with the letters queued in it; the server is set up by the caller, and started here. */
void delivery_begin(delivery *d);
void delivery_end(delivery *d);

/* Runs a runner in this process until nothing is due; false, and says why, where it cannot. */
bool delivery_run(delivery *d);
/* The same without a word about the result: for a child that is to be killed. Opens the spool itself. */
void delivery_run_quietly(delivery *d);
/* What was deferred is due now, what was paused may be tried: as if time had passed. */
void delivery_let_time_pass(delivery *d);

/* Whether nothing of the letters is due or deferred any more. */
bool delivery_is_over(delivery *d);

/* Events of that type about a message. */
unsigned delivery_events(delivery *d, const char *id, ox_spool_event_type type);
/* Where it is: an ox_spool_state, or -1 for nowhere. *tries and *outcome may be NULL. */
int delivery_state(delivery *d, size_t index, uint32_t *tries);

/* Every letter reached every recipient: once, or once more for each time that this was said to be uncertain; whole;
 * or it lies in f/ with an event, where may_fail. Adds to the totals. */
typedef struct {
	unsigned long lost, duplicates, uncertain, torn;
} delivery_totals;
void delivery_check(delivery *d, bool may_fail, const char *at, delivery_totals *totals);

/* Does the parts in a process each, because most of the time is waiting: every one closes by itself with its line of
 * cases. Returns the exit code of all. */
int delivery_in_parallel(int (*part)(size_t index), size_t count);

#endif
