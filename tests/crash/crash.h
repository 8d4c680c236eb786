/* SPDX-License-Identifier: MIT */
/* What the crash tests share: a spool, the ledger, the messages, and the questions that are asked after a
 * crash. The ledger is memory that parent and child share: writing to it is no system call, so no fault
 * can hit it. */
#ifndef OX_CRASH_CRASH_H
#define OX_CRASH_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spool/claim.h"
#include "spool/enqueue.h"
#include "spool/spool.h"
#include "tree.h"

enum { LEDGER_MAX = 64 };

typedef struct {
	size_t size;           /* of the message */
	uint32_t seed;         /* its octets come from it */
	char id[OX_SPOOL_ID_SIZE + 1];
	volatile bool submitted;
	volatile bool acked;   /* the call said OX_OK */
	volatile bool refused; /* or an error */
	volatile bool duplicate;
	volatile bool sent;    /* its end was said to be safe */
	ox_error error;
} ledger_entry;

typedef struct {
	size_t count;
	ledger_entry entries[LEDGER_MAX];
} ledger;

/* Zeroed memory that parent and children share. */
void *crash_shared(size_t size);
ledger *ledger_new(void);
void ledger_reset(ledger *book);

/* Octets of message `seed`, as a source. Every message begins with its seed, so what is found can be told. */
ox_source message_source(ledger_entry *entry);
/* Whether a claimed message is one of the ledger's, octet by octet; *index says which. */
bool message_is_known(const ledger *book, ox_claim *claim, size_t *index);

/* A folder for spools: in memory where there is one, so that syncs cost nothing. Removed at exit. */
const char *crash_folder(void);
/* The spool as a process that starts anew finds it; NULL, and crash_open() says why. */
ox_spool *crash_open(const char *path, bool make);
ox_spool *crash_try_open(const char *path, bool make, ox_error *error);

/* Says what is wrong where it does not hold. Checks belong to a case, which check_case() closes: one that passed
 * where all of its checks held. */
bool check(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check_case(void);
/* The closing line, and the exit code. What the numbers mean comes before. */
int crash_close(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What is in the spool: every message in q/, d/ and h/ is claimed as a runner would, and given back. */
typedef struct {
	size_t found[LEDGER_MAX]; /* how many of each message */
	size_t unknown;     /* claimed, but none of the ledger's: never */
	size_t held;        /* of those found */
	size_t quarantined, settled, busy, temporary;
} spool_census;
/* Adds the names in a directory, the dots apart. */
void count_names(const char *path, size_t *count);
void take_census(ox_spool *spool, const ledger *book, uint64_t now_ms, spool_census *census);

#endif
