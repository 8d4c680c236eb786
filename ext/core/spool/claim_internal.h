/* SPDX-License-Identifier: MIT */
/* Internal to spool/claim*.c and settle.c: a message in somebody's hands. */
#ifndef OX_SPOOL_CLAIM_INTERNAL_H
#define OX_SPOOL_CLAIM_INTERNAL_H

#include "spool/claim.h"
#include "spool/record_internal.h"
#include "spool/spool_internal.h"

struct ox_claim {
	ox_spool *spool;
	ox_place place;
	ox_file file;
	bool writable;      /* locked, and the name leads to it */
	ox_record record;
	uint64_t size;      /* of the file when it was taken */
	uint64_t end;       /* where lines are appended */
	bool torn_end;      /* the last line has no end */
	ox_buffer pending;  /* lines that are not in the file yet */
	uint32_t attempt;   /* the number of this one */
	ox_ending ending;
	bool ending_written;
};

/* claim_read.c: start, head, END and tail into the record; the message's sum with `sums`. OX_E_SYNTAX: *fault;
 * *torn: the file has no END, so nobody was promised anything. OX_E_FAILED: *error. */
OX_MUST_USE int ox_claim_read(ox_claim *claim, bool sums, ox_record_fault *fault, bool *torn,
	ox_error *error);

/* claim.c: appends an A with everything before it. */
OX_MUST_USE int ox_claim_close_attempt(ox_claim *claim, uint32_t attempt, uint64_t due_ms,
	const char *why, ox_error *error);

/* settle.c: a file from its place to x/, with its reason and an event. */
OX_MUST_USE int ox_quarantine(ox_spool *spool, const ox_place *place, const char *why, bool torn,
	uint64_t now_ms, ox_error *error);
/* The start of the reason for a file that nobody was promised anything of. */
#define OX_QUARANTINE_TORN "torn: "

/* sweep.c: the reason of a message that left x/. */
void ox_quarantine_forget(ox_spool *spool, const char *id);

/* settle.c: the events that the results of an ended message imply. */
void ox_claim_report(const ox_claim *claim, uint64_t now_ms);

#endif
