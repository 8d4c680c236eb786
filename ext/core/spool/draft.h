/* SPDX-License-Identifier: MIT */
/* Internal to spool/: one message on its way in, from nothing to a name that is safe. */
#ifndef OX_SPOOL_DRAFT_H
#define OX_SPOOL_DRAFT_H

#include "spool/enqueue.h"
#include "spool/spool_internal.h"

typedef struct {
	ox_submission *submission; /* borrows */
	ox_file file;              /* locked from its first moment until ox_draft_close() */
	ox_place place;            /* where it is, or will be */
	bool published;            /* it has that name; otherwise it is tmp/ID */
	uint64_t reserved;         /* octets that were reserved */
} ox_draft;

void ox_draft_init(ox_draft *draft, ox_submission *submission);

/* Writes tmp/ID. marker: the name of its key's, or NULL. shard: 0 to 15, or any for OX_SPOOL_SHARDS. On failure
 * nothing is left. */
OX_MUST_USE int ox_draft_write(ox_spool *spool, ox_draft *draft, unsigned shard, uint64_t now_ms,
	const char *marker, ox_error *error);

/* Gives it its name. *again: it did not get it, for a reason that a new file will not meet. */
OX_MUST_USE int ox_draft_publish(ox_spool *spool, ox_draft *draft, bool *again, ox_error *error);

/* Waits until its octets are safe, and its name. *again: a sync failed; what the file holds is not known
 * any more, and this draft is of no use. */
OX_MUST_USE int ox_draft_sync(ox_draft *draft, bool *again, ox_error *error);
OX_MUST_USE int ox_draft_sync_name(ox_spool *spool, ox_draft *draft, bool *again, ox_error *error);

/* Unlocks it: from here it is the runner's. */
void ox_draft_close(ox_draft *draft);
/* Removes it, wherever it is, while it is locked: nobody can have sent it. */
void ox_draft_discard(ox_spool *spool, ox_draft *draft);

#endif
