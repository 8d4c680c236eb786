/* SPDX-License-Identifier: MIT */
/* What the tests of the runner share: a spool, servers, profiles that name them, messages. */
#ifndef OX_RUNNER_FIXTURE_H
#define OX_RUNNER_FIXTURE_H

#include "runner/runner.h"
#include "runner/state.h"
#include "smtp_server.h"
#include "spool/claim.h"
#include "spool/enqueue.h"
#include "spool/events.h"
#include "spool/manage.h"
#include "spool/wake.h"

enum { RUNNER_SERVERS_MAX = 3 };

typedef struct {
	char folder[64];
	ox_spool *spool;
	smtp_server servers[RUNNER_SERVERS_MAX];
	size_t server_count;
	ox_runner_options options;
	ox_run_facts facts; /* of the last run */
	ox_error error;
} runner_case;

/* A spool of its own below the working directory's .work, on a disk; no server yet. */
void runner_begin(runner_case *it);
void runner_end(runner_case *it);

/* Another handle on the spool: a producer's, or a second runner's. */
ox_spool *runner_open_spool(const runner_case *it);

/* Starts a server (whose fields are set) and saves a profile that names it: "smtp://ACCOUNT127.0.0.1:PORT?options". */
smtp_server *runner_server(runner_case *it, const char *profile, const char *account, const char *options);
void runner_profile(runner_case *it, const char *profile, const char *account, unsigned port,
	const char *options);

/* What to queue; zeroed: one recipient, profile "main". */
typedef struct {
	const char *profile, *subject, *tag;
	size_t recipients, size;
	ox_spool_class class;
	unsigned flags;
	uint64_t send_at_ms, expires_ms;
	uint64_t age_ms; /* queued so long ago */
} runner_message;

/* Queues one; id gets its id. */
void runner_queue(runner_case *it, ox_spool *spool, const runner_message *message,
	char id[OX_SPOOL_ID_SIZE + 1]);
void runner_queue_many(runner_case *it, size_t count, const char *profile);

/* Runs until it ends by its mode; facts are kept. */
void runner_run(runner_case *it);

uint64_t runner_count(runner_case *it, ox_spool_state state);
/* Looks at a message wherever it is; the caller releases it. NULL: nowhere. */
ox_claim *runner_look(runner_case *it, const char *id, ox_place *place);
uint32_t runner_tries(runner_case *it, const char *id);
size_t runner_events(runner_case *it, ox_spool_event_type type);
/* Due now, whatever was planned. */
void runner_retry(runner_case *it, const char *id);
/* Forgets what the last run knew of breakers and pauses. */
void runner_forget_state(runner_case *it);

#endif
