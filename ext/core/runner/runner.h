/* SPDX-License-Identifier: MIT */
/* The one who delivers a spool: many connections in one loop, one runner for a spool. Driven by its caller, and
 * never calls back:
 *
 *     status = ox_runner_open(spool, &options, &runner, &error);
 *     while (status == OX_OK && (status = ox_runner_step(runner, 1000, &error)) == OX_AGAIN) {
 *         ... show ox_runner_facts(runner) ...
 *         status = OX_OK;
 *     }
 *     ox_runner_free(runner);
 *
 * README.md has what is counted, paused and tried again. */
#ifndef OX_RUNNER_RUNNER_H
#define OX_RUNNER_RUNNER_H

#include "client/connection.h"
#include "spool/spool.h"

typedef enum {
	OX_RUN_IDLE,    /* until nothing is due and nothing under way: from cron, and Spool::run() */
	OX_RUN_EMPTY,   /* until nothing is due or deferred either (what is held or failed stays) */
	OX_RUN_SERVE,   /* until nothing was to be done for idle_ms: started on demand */
	OX_RUN_FOREVER, /* until it is stopped: a service */
} ox_run_mode;

enum { OX_RUN_SYNC_THREADS = 16 }; /* for a program of its own */
enum { OX_RUN_IDLE_MS = 60000, OX_RUN_LOCK_WAIT_MS = 3000, OX_RUN_STOP_MS = 75000, OX_RUN_NEXT_FAR_MS = 600000 };

typedef struct {
	ox_run_mode mode;
	ox_client_environment environment; /* borrows, until ox_runner_free */
	bool allow_insecure;      /* profiles with verify=0 are used */
	ox_durability durability; /* FULL: intents and results are on the disk before they matter. NONE: in the file */
	unsigned sync_threads;    /* that wait for the disk together; 0 = none, which is right where others share the process */
	const char *version;      /* for status; borrows; NULL = "" */
	uint64_t messages_max;    /* tries, then it ends; 0 = no bound */
	uint64_t run_ms;          /* then it stops as with ox_runner_stop; 0 = no bound */
	uint32_t idle_ms;         /* with SERVE */
	uint32_t lock_wait_ms;    /* how long to wait for a runner that is about to leave */
	uint32_t stop_ms;         /* how long transactions may take to end once it is stopped */
} ox_runner_options;

/* SERVE, full durability, and the times above. */
void ox_runner_options_init(ox_runner_options *options);

typedef struct {
	/* Since the start. A message counts each time it is tried; recipients once for each answer. */
	uint64_t attempts;
	uint64_t sent;       /* messages, accepted for all that were left */
	uint64_t deferred, failed, expired, held, quarantined; /* messages */
	uint64_t uncertain;  /* messages whose end of data was sent without a reply, now or found in the spool */
	uint64_t accepted, refused; /* recipients */
	uint64_t connections;       /* opened */
	uint64_t octets;            /* of messages accepted */
	uint64_t events_dropped;
	/* Now. */
	size_t waiting;      /* due, as far as they are in the index */
	bool more_on_disk;
	size_t in_flight, connections_open;
	size_t profiles_paused; /* paused, missing, or behind an open breaker */
	uint64_t next_ms;    /* when the next thing will be due, wall clock; 0 = nothing is deferred or paused */
	bool stopping;
	char fault[OX_ERROR_TEXT_MAX]; /* why the spool cannot be looked at now; what is under way goes on. "" = it can */
} ox_run_facts;

typedef struct ox_runner ox_runner;

/* Takes the spool's run.lock. *runner returns new. spool borrows, until ox_runner_free, and is the runner's alone
 * in this process. ox_dial_startup() has been called. OX_AGAIN: another runner is at work, which is as good.
 * OX_E_FAILED, OX_E_NOMEM. */
OX_MUST_USE int ox_runner_open(ox_spool *spool, const ox_runner_options *options, ox_runner **runner,
	ox_error *error);

/* Goes on for at most timeout_ms (negative: until it ends), and returns earlier when messages were finished. OX_AGAIN: call it
 * again. OX_OK: it has ended as its mode says, or was stopped; nothing is in flight. OX_E_FAILED: the spool
 * cannot be worked with any more, for seconds (SERVE: idle_ms) already, and nothing is in flight. FOREVER goes on trying. But
 * where it was deleted or replaced (fact SPOOL_MISSING), every mode ends. */
OX_MUST_USE int ox_runner_step(ox_runner *runner, int timeout_ms, ox_error *error);

/* Nothing new is begun, what is under way ends, within stop_ms: never between the end of data and its reply. The only
 * function here that a signal handler may call. */
void ox_runner_stop(ox_runner *runner);

const ox_run_facts *ox_runner_facts(ox_runner *runner); /* borrows, until the next call */

/* Gives up what is left (in a forked child without a byte on the wire) and the lock. NULL is allowed. */
void ox_runner_free(ox_runner *runner);

/* For a program of its own, first thing: no core dumps, no ptrace by others of the same user, jansson's memory
 * wiped. False where the system cannot, which is no reason to stop. */
bool ox_runner_harden(void);

#endif
