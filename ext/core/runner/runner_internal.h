/* SPDX-License-Identifier: MIT */
/* What the files of the loop share: runner.c (its life), look.c (what is due), watch.c (what waits
 * long), relays.c (the profiles), lanes.c
 * (connections), fill.c (messages for them), jobs.c (a message on its way), settle.c (what became of it), journal.c (events). */
#ifndef OX_RUNNER_RUNNER_INTERNAL_H
#define OX_RUNNER_RUNNER_INTERNAL_H

#include "client/pool.h"
#include "net/crew.h"
#include "relay/profile.h"
#include "relay/provider.h"
#include "runner/breaker.h"
#include "runner/fate.h"
#include "runner/index.h"
#include "runner/runner.h"
#include "runner/state.h"
#include "spool/claim.h"
#include "spool/events.h"
#include "spool/wake.h"

enum {
	LANES_MAX = 256,
	LOOK_NAMES = 2000,        /* of a look at q/, between two turns of the loop */
	LOOK_SORTED = 64,         /* messages opened to learn tag and domain, in one turn */
	SORT_FROM = 32,           /* fewer that wait are not worth opening */
	LOW_WATER = 256,          /* of a slot that has more on the disk */
	BLOCKED_KEEP = 64,        /* of a slot that can do nothing */
	HINTS_ROOM = 256,
	PROMOTE_ROOM = 1024,
	PROFILES_CHECK_MS = 2000,
	BUSY_MS = 500,            /* one that somebody else holds is looked for again */
	PROBE_PAUSED_MS = 3600000, /* the account may have been mended at the provider */
	FEWER_MS = 300000,
	UPKEEP_MS = 3600000,
	STATE_WRITE_MS = 2000,
	TRIM_MS = 1000,           /* without anything to do, until memory is given back */
	CLOCK_NOTE_MS = 10000,
	EVENTS_ROOM = 4096,
	WATCH_MS = 60000,
	BALLAST_MS = 60000,
	THERE_MS = 2000,          /* how often the spool's path is asked for */
	WATCH_ALL_MS = 3600000,
	WATCH_ALWAYS = 1000,      /* opened in any pass, whatever their names say */
	WATCH_NAMES = 500,        /* of a pass, between two turns of the loop */
	WATCH_OPENED = 32,        /* the same, messages opened */
	SHORT_WAIT_MS = 61000,    /* what IDLE waits for: the rates of a second and a minute */
};

typedef struct lane lane;
typedef struct job job;

/* A profile, and the messages that name it. */
typedef struct {
	unsigned number;              /* in the index */
	char name[OX_PROFILE_NAME_MAX + 1]; /* "" until one of its messages was looked at */
	unsigned id_lane;             /* of its messages' ids */
	ox_profile profile;           /* without secrets */
	ox_profile_limits limits;
	const ox_provider *provider;  /* NULL = unknown */
	uint64_t stamp;               /* of the file that was loaded; 0 = there is none */
	ox_profile_state state;       /* OK, PAUSED, MISSING, BROKEN; the others are made of breaker and rates */
	bool account;
	char reason[OX_ERROR_TEXT_MAX];
	uint64_t since_ms, until_ms;  /* wall clock */
	char trouble[OX_ERROR_TEXT_MAX]; /* why a breaker is open */
	uint64_t trouble_since_ms;    /* wall clock; 0 = none is */
	ox_breaker breaker;           /* of connections, by ox_clock_ms */
	ox_breaker throttle;          /* of messages: the relay answers that it is too much for now */
	ox_rates rates;
	unsigned fewer;               /* connections at most, until fewer_until_ms; 0 = as the limits say */
	uint64_t fewer_until_ms;
	unsigned trial_quirks;        /* learned when a connection with them has served */
	unsigned lanes, ready_lanes;
} relay_slot;

/* A connection. */
struct lane {
	relay_slot *slot;
	ox_connection *connection;
	ox_profile profile;   /* with secrets, until it is ready */
	uint64_t stamp;       /* of the file it was opened from */
	unsigned quirks;
	bool ready, spent, probe;
	bool reused;          /* it was idle before, and has not proved alive since */
	bool served;          /* the server said something about a message */
	job *jobs;            /* in flight, the oldest first */
	unsigned job_count, window; /* jobs that wait in the batch are counted */
	uint32_t given, given_max; /* messages on this connection */
	uint64_t idle_since_ms;
	size_t waits_at, wait_count; /* its entries in the loop's list */
};

typedef enum {
	ACT_NONE,
	ACT_FINISH, /* it has ended: claim_end was written */
	ACT_DEFER,
	ACT_HOLD,
	ACT_AGAIN,
} job_action;

/* A message on its way. */
struct job {
	ox_claim *claim;
	char id[OX_SPOOL_ID_SIZE + 1];
	relay_slot *slot;
	lane *lane;
	ox_envelope envelope;
	size_t *place;        /* of each recipient of the record in the envelope; SIZE_MAX = not in it */
	ox_result *results;
	ox_delivery delivery;
	ox_source source;     /* the claim's */
	uint64_t begun_ms;
	bool hold_uncertain;
	bool intended;        /* the end of data is announced in its file */
	bool ended_early;     /* never submitted: expired, or all was settled before */
	bool sync;            /* results have to be on the disk before it goes on */
	int disk_status;      /* of what was shared with other threads */
	job_action action;
	ox_ending ending;
	uint64_t due_ms;
	const char *why;
	char tls[64];
	char *transcript;     /* of a message with OX_SPOOL_TRACE, for the journal */
	bool told;            /* it is there */
	ox_runner *runner;
	job *next;
};

struct ox_runner {
	ox_spool *spool;
	ox_runner_options options;
	char profiles_path[4096];
	ox_file lock, fifo;
	ox_index *index;
	ox_pool *pool;        /* for its trusts and quirks; it keeps no connections */
	relay_slot *slots[OX_INDEX_SLOTS];
	unsigned slot_count, slot_turn;
	bool crowded;         /* there was no slot for somebody's mail: it waits on the disk */
	uint16_t slot_of_lane[OX_SPOOL_LANES]; /* number + 1; 0 = none yet */
	uint8_t lane_shared[OX_SPOOL_LANES / 8]; /* several profiles have this lane: the id is not enough */
	lane *lanes[LANES_MAX];
	unsigned lane_count;
	job *settling, **settling_end; /* done, not written yet */
	job *batch, **batch_end;       /* taken, and to be announced and submitted together */
	ox_crew *crew;
	void **share_items;
	size_t share_room;
	ox_scan *scan;
	ox_scan *watch;           /* a pass over those that wait; NULL between passes */
	ox_spool_state watched;   /* which of them it is at */
	uint64_t watch_at_ms;     /* when the next begins, by ox_clock_ms; 0 = it is owed, once what can go has gone */
	bool calm;                /* nothing moved in this turn, and nothing could */
	uint64_t watch_begun_ms;  /* when it began, by the wall clock */
	uint64_t watched_ms, watched_all_ms; /* as in run.state */
	unsigned watch_opened;    /* in this pass */
	bool watch_all;           /* it opens all that wait long, and those that are due only in a long time */
	bool watch_all_due;       /* the next one does */
	bool look_due;
	uint64_t look_at_ms;      /* wall; 0 = no look is planned */
	uint64_t look_again_ms;   /* of one that never leaves */
	uint64_t promote_at_ms;   /* wall; 0 = nothing is deferred */
	bool promote_due;
	uint64_t profiles_at_ms, upkeep_at_ms, ballast_at_ms, there_at_ms, clock_at_ms, state_at_ms; /* ox_clock_ms */
	bool state_changed;
	ox_error fault;           /* the spool could not be looked at */
	uint64_t fault_since_ms;  /* ox_clock_ms; 0 = it could, the last time */
	uint64_t fault_until_ms;  /* no look before that */
	ox_clocks clocks;
	ox_run_state restored;    /* what the runner before left */
	ox_run_totals totals;
	ox_spool_event *events;
	size_t event_count;
	ox_wait *waits;
	size_t wait_room;
	uint64_t busy_ms;         /* when there was something to do last */
	uint64_t begun_ms, stop_ms; /* stop_ms 0 = not stopping */
	volatile int stop;        /* set by a signal handler */
	ox_bell bell;
	bool swept, left;
	bool lost;                /* the spool's path leads elsewhere */
	bool trimmed;             /* memory was given back since there was something to do */
	ox_run_facts facts;
};

/* runner.c */
void runner_note_clocks(ox_runner *r); /* as it does now and then by itself */

/* relays.c */
uint32_t relays_dice(void); /* for jitter */
OX_MUST_USE int relays_load(ox_runner *r, ox_error *error); /* looks at p/, and at files that changed */
/* The slot for a message by its id; made where there is none. NULL: memory is out, or r->crowded. */
relay_slot *relays_slot_of_id(ox_runner *r, const char *id);
relay_slot *relays_slot_named(ox_runner *r, const char *name);
void relays_name(ox_runner *r, relay_slot *slot, const char *name);
void relays_pause(ox_runner *r, relay_slot *slot, const char *reason, bool account);
void relays_fewer(relay_slot *slot);
void relays_break(ox_runner *r, relay_slot *slot, const char *text);
void relays_throttle(ox_runner *r, relay_slot *slot, const char *text);
void relays_ease(ox_runner *r, relay_slot *slot); /* neither breaker is open any more, perhaps */
void relays_works(ox_runner *r, relay_slot *slot);
/* Whether a connection may be begun, or a message be given to one that is open. */
bool relays_may_connect(ox_runner *r, relay_slot *slot);
bool relays_may_send(ox_runner *r, relay_slot *slot);
/* Whether its messages wait for something that time or a person brings; *until_ms by the wall clock. */
bool relays_is_blocked(ox_runner *r, relay_slot *slot, uint64_t *until_ms);
void relays_note(ox_runner *r, ox_run_state *state); /* fills a state for run.state */
void relays_free(ox_runner *r);

/* look.c */
OX_MUST_USE int look_turn(ox_runner *r, bool *moved, ox_error *error);
OX_MUST_USE int look_read_hints(ox_runner *r, ox_error *error);
/* Whether q/ has anything that could be sent now, by names; for the farewell. */
OX_MUST_USE int look_is_anything_left(ox_runner *r, bool *left, ox_error *error);
void look_sort(ox_runner *r);
void look_free(ox_runner *r);

/* watch.c */
/* A part of a pass: tells of messages that wait long, and has those due that a clock put out of reach. */
OX_MUST_USE int watch_turn(ox_runner *r, ox_error *error);
bool watch_is_wanted(const ox_runner *r); /* it is under way, or owed */
uint64_t watch_next_ms(const ox_runner *r); /* when there is something to do for it, by ox_clock_ms */
void watch_free(ox_runner *r);

/* fill.c */
/* Takes messages of a slot for its connections, into the batch; opens another connection where they are too few. */
OX_MUST_USE int fill_slot(ox_runner *r, relay_slot *slot, bool *moved, ox_error *error);
/* Announces the batch and hands it to its connections. */
void fill_submit(ox_runner *r);

/* lanes.c */
bool lane_open(ox_runner *r, relay_slot *slot); /* false where none could be begun; then the slot knows why */
void lane_remove(ox_runner *r, lane *l, bool polite); /* its place in r->lanes is another's then */
size_t lanes_in_flight(const ox_runner *r);
OX_MUST_USE int lanes_turn(ox_runner *r, bool *moved, ox_error *error); /* opens, fills, steps */
size_t lanes_interest(ox_runner *r, uint64_t *until_ms);
void lanes_woken(ox_runner *r);
void lanes_close(ox_runner *r, bool polite); /* all; what is in flight stays as its file says */

/* jobs.c */
/* *made is NULL where the message is not to be sent now: it was put right, or belongs elsewhere. */
OX_MUST_USE int job_take(ox_runner *r, relay_slot *slot, const char *id, job **made, ox_error *error);
/* Ends a message whose time is over although its relay cannot be tried; *place may be in q/ or d/. */
OX_MUST_USE int job_expire(ox_runner *r, const ox_place *place, ox_error *error);
bool job_is_over(ox_runner *r, const ox_record *record);
OX_MUST_USE int job_intend(job *j, ox_error *error);
void job_free(job *j); /* gives the claim back */
/* Does the work for those that `wanted` says, side by side where there are threads for it; work touches nothing but
 * its job. */
void jobs_share(ox_runner *r, job *first, bool (*wanted)(const job *j), void (*work)(void *item));
void job_sync(void *item); /* has a job's file on the disk; disk_status tells */

/* settle.c */
void settle_add(ox_runner *r, job *j); /* done: its results will be written with the others' */
/* culprit, stale as in fate.h; the effect on the relay is applied by the caller. */
ox_effect settle_decide(ox_runner *r, job *j, bool culprit, bool innocent, bool unsent);
OX_MUST_USE int settle_turn(ox_runner *r, bool *moved, ox_error *error);
void settle_end_early(ox_runner *r, job *j, ox_ending ending);

/* journal.c */
void journal_event(ox_runner *r, const ox_spool_event *event);
void journal_of_profile(ox_runner *r, const relay_slot *slot, ox_spool_event_type type, const char *text);
void journal_flush(ox_runner *r);

#endif
