/* SPDX-License-Identifier: MIT */
/* Internal to spool/: what remembers that a key was used. README.md, "Idempotency". Lines of one length, the last
 * whole one counts: nothing is ever written over, so a power cut leaves the word before. */
#ifndef OX_SPOOL_MARKER_H
#define OX_SPOOL_MARKER_H

#include "base/string.h"
#include "spool/spool_internal.h"

typedef enum {
	OX_MARKER_NONE,
	OX_MARKER_PENDING, /* its message was being queued */
	OX_MARKER_QUEUED,  /* its message is safe, or was sent */
	OX_MARKER_ENDED,   /* its message has left the spool */
} ox_marker_word;

typedef struct {
	char name[OX_SPOOL_ID_SIZE + 1];
	ox_file file;      /* locked */
	uint64_t end;      /* where the next line goes */
	ox_marker_word word;
	char id[OX_SPOOL_ID_SIZE + 1]; /* of the message, with any word but NONE */
} ox_marker;

OX_MUST_USE int ox_marker_name(ox_slice key, char name[OX_SPOOL_ID_SIZE + 1]); /* OX_E_NOMEM */

/* Opens or makes it and waits for its lock: another process may be queueing under the same key. One that is too old
 * says NONE. */
OX_MUST_USE int ox_marker_open(ox_spool *spool, const char *name, uint64_t now_ms, ox_marker *marker,
	ox_error *error);
/* sync: with its name, before it returns. */
OX_MUST_USE int ox_marker_write(ox_spool *spool, ox_marker *marker, ox_marker_word word,
	const char *id, bool sync, ox_error *error);
void ox_marker_close(ox_marker *marker);
/* Forgets the key. */
void ox_marker_discard(ox_spool *spool, ox_marker *marker);

/* Before a keyed message leaves the spool. Nothing where the marker is gone or another message's. */
OX_MUST_USE int ox_marker_end(ox_spool *spool, const char *name, const char *id,
	ox_error *error);

/* Whether a marker with these octets, last written at modified_ms, may go. */
bool ox_marker_is_over(ox_slice octets, uint64_t modified_ms, uint64_t now_ms);
enum { OX_MARKER_MAX = 4096 };

#endif
