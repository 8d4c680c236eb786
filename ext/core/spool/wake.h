/* SPDX-License-Identifier: MIT */
/* Between those who queue and the one who delivers: the FIFO, the lock of the one runner, and the notes
 * they leave for each other. */
#ifndef OX_SPOOL_WAKE_H
#define OX_SPOOL_WAKE_H

#include "spool/spool.h"

/* -- the FIFO. What goes through is a hint: who reads it need not look through q/ -- */

typedef enum {
	OX_HINT_DUE,      /* this message came into q/ */
	OX_HINT_DEFERRED, /* this one into d/: ask ox_spool_promote() when to come again */
	OX_HINT_LOOK,     /* something else changed: profiles, many messages */
} ox_hint_kind;

typedef struct {
	ox_hint_kind kind;
	char id[OX_SPOOL_ID_SIZE + 1]; /* "" with LOOK */
} ox_hint;

/* id may be NULL (LOOK). Never waits. OX_OK: a runner has it, or has so much to read that it will look
 * anyway. OX_AGAIN: there is no runner. OX_E_FAILED. */
OX_MUST_USE int ox_wake_poke(ox_spool *spool, ox_hint_kind kind, const char *id, ox_error *error);

/* The reader's end, to be polled: made where it is missing. Whoever wants to stop closes it, looks through
 * q/ once more and gives up the lock only then: so a poke that found a reader was for a message that this look
 * finds. */
OX_MUST_USE int ox_wake_open(ox_spool *spool, ox_file *fifo, ox_error *error);
/* OX_OK with *count hints (0: empty). *overflow: some may be missing, look through q/. */
enum { OX_HINTS_MAX = 2048 };
OX_MUST_USE int ox_wake_read(ox_file fifo, ox_hint *hints, size_t room, size_t *count,
	bool *overflow, ox_error *error);

/* -- the one runner -- */

typedef struct {
	bool running;
	uint64_t pid, since_ms;
	char version[32];
} ox_run_info;

/* OX_AGAIN: another one has it. The lock lives as long as *lock is open, and dies with the process. */
OX_MUST_USE int ox_run_lock(ox_spool *spool, const char *version, uint64_t now_ms, ox_file *lock,
	ox_error *error);
OX_MUST_USE int ox_run_info_read(ox_spool *spool, ox_run_info *info, ox_error *error);

/* -- notes: small, replaced as a whole, not synced -- */

/* When there will be something to do, for whoever finds no runner: written by a runner that goes away, by one that
 * comes (its start, should it be killed), and where none could be started. 0 = nothing. */
OX_MUST_USE int ox_run_next_write(ox_spool *spool, uint64_t next_ms, ox_error *error);
OX_MUST_USE int ox_run_next_read(ox_spool *spool, uint64_t *next_ms, ox_error *error);

/* Starting a runner: once in 5 s for a spool, and after failures ever more rarely, to once in 5 min. */
typedef struct {
	uint64_t last_ms;     /* the last attempt, 0 = none */
	uint64_t allowed_ms;  /* when the next one is */
	uint32_t failures;    /* in a row */
	int system_error;     /* of the last, 0 = it went well */
} ox_spawn_note;
enum { OX_SPAWN_PAUSE_MS = 5000, OX_SPAWN_PAUSE_MAX_MS = 300000 };

OX_MUST_USE int ox_spawn_note_read(ox_spool *spool, ox_spawn_note *note, ox_error *error);
/* OX_OK: it is this process's turn, and nobody else's for now. OX_AGAIN: not now; *note says when. */
OX_MUST_USE int ox_spawn_ask(ox_spool *spool, uint64_t now_ms, ox_spawn_note *note, ox_error *error);
OX_MUST_USE int ox_spawn_report(ox_spool *spool, uint64_t now_ms, int system_error, ox_error *error);

/* A small file in the spool's own folder, replaced as a whole: a reader finds the old one or the new one, also where
 * the writer was killed. Nothing is flushed, so that a power cut may lose both: no message may depend on it. It
 * is reached by the spool that was opened, never by its path, where another one may lie by now.
 * read: *size is the room before and what was read after; 0 = there is none. What does not fit is cut off. */
OX_MUST_USE int ox_run_note_write(ox_spool *spool, const char *name, const void *bytes, size_t size, ox_error *error);
OX_MUST_USE int ox_run_note_read(ox_spool *spool, const char *name, void *bytes, size_t *size, ox_error *error);

/* Totals that only grow. One writer: the runner. */
typedef struct {
	uint64_t uncertain, events_dropped, quarantined;
} ox_run_totals;
OX_MUST_USE int ox_run_totals_read(ox_spool *spool, ox_run_totals *totals, ox_error *error);
OX_MUST_USE int ox_run_totals_write(ox_spool *spool, const ox_run_totals *totals, ox_error *error);

#endif
