/* SPDX-License-Identifier: MIT */
/* How a message gets into the spool. */
#ifndef OX_SPOOL_ENQUEUE_H
#define OX_SPOOL_ENQUEUE_H

#include "base/source.h"
#include "base/string.h"
#include "spool/spool.h"

enum {
	OX_SPOOL_UTF8 = 1,           /* the transaction needs SMTPUTF8 */
	OX_SPOOL_EIGHTBIT = 2,       /* the message has octets over 127 */
	OX_SPOOL_REQUIRE_TLS = 4,
	OX_SPOOL_ALL_OR_NOTHING = 8, /* one refused recipient: nobody gets it */
	OX_SPOOL_HOLD_UNCERTAIN = 16, /* on_uncertain=hold: rather not at all than twice */
	OX_SPOOL_TRACE = 32, /* somebody watches: the dialogue comes into the journal where it is not accepted */
	OX_SPOOL_FLAGS = 63,
};

typedef struct {
	const char *address; /* as in an envelope, without <> */
	unsigned notify;     /* RFC 3461, as smtp/envelope.h has it; 0 = the server's default */
	const char *orcpt;   /* NULL = none */
} ox_spool_recipient;

/* One message and what is to be done with it. Everything borrows; a zeroed one with profile, sender,
 * recipients and source is complete. Control characters in any text, an empty list of recipients, a name
 * or address past its cap: class USAGE, and the text begins with the field's name. */
typedef struct {
	const char *profile;
	const char *sender;      /* "" is the null sender */
	const ox_spool_recipient *recipients;
	size_t recipient_count;
	ox_source source;        /* read twice if a sync fails; never while a lock of another's is waited for */
	uint64_t size;           /* octets: CRLF lines, not dot-stuffed */
	const char *message_id;  /* without <>; NULL = none */
	unsigned flags;          /* OX_SPOOL_UTF8 ... */
	unsigned dsn_return;     /* 0, 1 full, 2 headers */
	const char *envid;       /* NULL = none */
	int mt_priority;         /* -9 to 9; only with has_mt_priority */
	bool has_mt_priority;

	ox_slice key;            /* idempotency; empty = none */
	uint64_t send_at_ms;     /* 0 or past: at once */
	uint64_t expires_ms;     /* the moment; 0 = OX_SPOOL_EXPIRY_MS from now or from send_at_ms */
	ox_spool_class class;
	const char *tag;         /* NULL = none */
	const char *held;        /* it waits in h/ until somebody releases it, for this reason ("" = none given); NULL = it
	                          * does not */
	const char *script;      /* which program sent it, for the administrator; NULL = none */

	/* filled in */
	char id[OX_SPOOL_ID_SIZE + 1];
	bool duplicate;          /* the key was used before: id is the first message's, and nothing was queued */
} ox_submission;

/* Queues one message. It returns when the message is as safe as `durability` says, or with an error and no
 * trace: a message that came back with an error is never delivered, unless the power failed before the
 * error was found. One that is held has an event.
 * OX_E_FAILED:
 *  - class USAGE: a field is wrong
 *  - class MESSAGE, fact SPOOL_TOO_LARGE or SPOOL_TOO_MANY_RECIPIENTS
 *  - class MESSAGE, fact BODY_SOURCE: the source failed or gave less than size
 *  - class STORAGE, fact SPOOL_FULL: room, inodes or a quota are out; SPOOL_TOO_MANY: limits.messages
 *    or limits.bytes
 *  - class STORAGE, fact SPOOL_BUSY: another process is queueing under the same key at this moment
 *  - class STORAGE, fact ERRNO: the system failed; sys_errno tells
 * OX_E_NOMEM. Does not wake anybody: see ox_wake_poke(). */
OX_MUST_USE int ox_spool_enqueue(ox_spool *spool, ox_submission *submission,
	ox_durability durability, uint64_t now_ms, ox_error *error);

/* Queues many in their order, with shared syncs where durability is GROUP. *done is how many are safe: all
 * with OX_OK; on failure those before *done are queued and the others are not. */
OX_MUST_USE int ox_spool_enqueue_many(ox_spool *spool, ox_submission *submissions, size_t count,
	ox_durability durability, uint64_t now_ms, size_t *done, ox_error *error);

#endif
