/* SPDX-License-Identifier: MIT */
/* One message in somebody's hands: nobody else can take it until it is given back, put elsewhere, or the
 * process ends. */
#ifndef OX_SPOOL_CLAIM_H
#define OX_SPOOL_CLAIM_H

#include "base/source.h"
#include "spool/record.h"
#include "spool/scan.h"

typedef struct ox_claim ox_claim;

/* What came of the attempt to take one. */
typedef enum {
	OX_CLAIM_TAKEN,
	OX_CLAIM_GONE,        /* it is not there any more: settled or moved by others */
	OX_CLAIM_BUSY,        /* somebody else has it, or it is still being queued: it stays due, look again */
	OX_CLAIM_SETTLED,     /* it had ended, and a crash kept it from going: it is gone now, with its events */
	OX_CLAIM_QUARANTINED, /* damaged or not ours: it is in x/ now, with an event; the error says why */
} ox_claim_fate;

/* Opens, locks and reads one; checks its sums and every field. *claim returns new with TAKEN, else NULL.
 * OX_OK for every fate; OX_E_FAILED (class STORAGE) when the system failed and nothing is known of the
 * message, OX_E_NOMEM. The whole message is read once, through a small buffer. */
OX_MUST_USE int ox_claim_open(ox_spool *spool, const ox_place *place, uint64_t now_ms,
	ox_claim **claim, ox_claim_fate *fate, ox_error *error);

/* The same only to look, without a lock: nothing below that writes may be called. Its sums are not
 * checked. A message that does not parse: QUARANTINED with the error, and left where it is. */
OX_MUST_USE int ox_claim_look(ox_spool *spool, const ox_place *place, ox_claim **claim,
	ox_claim_fate *fate, ox_error *error);

const ox_record *ox_claim_record(const ox_claim *claim); /* borrows, as long as the claim */
const ox_place *ox_claim_place(const ox_claim *claim);   /* the same */
ox_source ox_claim_source(ox_claim *claim);              /* the message's octets; borrows the claim */

/* The tail line by line, for people: entry 0 is the first. OX_AGAIN behind the last. */
OX_MUST_USE int ox_claim_history(ox_claim *claim, size_t *position, ox_tail_entry *entry,
	ox_error *error);

/* -- while it is tried. Each appends to the file; what could not be written waits for the next call -- */

/* The end of data is about to be sent. Not in memory only: written when it returns. */
OX_MUST_USE int ox_claim_intend(ox_claim *claim, uint64_t now_ms, ox_error *error);

/* What became of one recipient; at once in the record, in the file with the next call of any other
 * function here (one write for all). host and text are cut and made printable; both may be NULL. */
OX_MUST_USE int ox_claim_result(ox_claim *claim, size_t recipient, ox_outcome outcome,
	uint16_t code, const uint16_t enhanced[3], const char *host, const char *text, uint64_t now_ms,
	ox_error *error);
OX_MUST_USE int ox_claim_flush(ox_claim *claim, ox_error *error);

/* Recipients were uncertain, and that has been counted and reported: the attempt that ended so is closed, and the
 * message may be sent again. */
OX_MUST_USE int ox_claim_admit(ox_claim *claim, uint64_t now_ms, ox_error *error);

/* Waits until the file's octets are on the disk. Touches nothing but the descriptor: another thread may
 * do it. */
OX_MUST_USE int ox_claim_sync(const ox_claim *claim, ox_error *error);

/* Remembers that people were told, at this age, that it waits still. Its time stays what it is. */
OX_MUST_USE int ox_claim_note_told(ox_claim *claim, uint32_t minutes, uint64_t now_ms, ox_error *error);

/* -- how it goes on. Those that say "takes" free the claim, also on failure -- */

/* All over: writes the results and how it ended. Then ox_claim_sync() where it matters, the events, and
 * ox_claim_finish(). After a crash in between the next claim finishes. When the disk does not even take
 * this line, ox_claim_finish() will do. */
OX_MUST_USE int ox_claim_end(ox_claim *claim, ox_ending ending, uint64_t now_ms, ox_error *error);

/* takes. Removes an ended message; a failed or expired one is kept in f/. A marker of its key says from now on
 * that it was sent. Of a message that was due, was sent and has no marker, another thread may do it, too: taking
 * a file away makes its caller wait for the filesystem. */
OX_MUST_USE int ox_claim_finish(ox_claim *claim, uint64_t now_ms, ox_error *error);

/* takes. This attempt is over, the next one is at due_ms (never before now); why is a word. */
OX_MUST_USE int ox_claim_defer(ox_claim *claim, uint64_t due_ms, const char *why, uint64_t now_ms,
	ox_error *error);

/* takes. Still due, and this attempt is not counted: of those without a result nothing reached the relay, also where
 * the end of data was announced. */
OX_MUST_USE int ox_claim_again(ox_claim *claim, uint64_t now_ms, ox_error *error);

/* takes. To h/, until somebody releases it; why as above. */
OX_MUST_USE int ox_claim_hold(ox_claim *claim, const char *why, uint64_t now_ms, ox_error *error);

/* takes. To x/; why is a sentence. */
OX_MUST_USE int ox_claim_quarantine(ox_claim *claim, const char *why, uint64_t now_ms,
	ox_error *error);

/* takes. Back as it was: still due. NULL is allowed. */
void ox_claim_release(ox_claim *claim);

#endif
