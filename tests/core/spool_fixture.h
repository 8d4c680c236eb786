/* SPDX-License-Identifier: MIT */
/* A spool in a folder of its own, and messages for it. */
#ifndef OX_SPOOL_FIXTURE_H
#define OX_SPOOL_FIXTURE_H

#include "spool/claim.h"
#include "spool/enqueue.h"
#include "spool/events.h"
#include "spool/manage.h"
#include "spool/scan.h"
#include "spool/spool.h"
#include "spool/wake.h"
#include "tree.h"

#define NOW_MS ((uint64_t)1700000000000)

typedef struct {
	char folder[64];   /* holds the spool */
	char path[96];     /* of the spool */
	ox_spool *spool;
	ox_error error;
} spool_fixture;

/* For cmocka's setup and teardown: *state is a spool_fixture. */
int spool_fixture_setup(void **state);
int spool_fixture_teardown(void **state);

/* Without cmocka: a spool in a new folder, which goes with its end. */
void spool_fixture_begin(spool_fixture *fixture);
void spool_fixture_end(spool_fixture *fixture);

/* A path below the spool; the caller's until the fourth next call. */
const char *spool_at(const spool_fixture *fixture, const char *name);
const char *place_path(const spool_fixture *fixture, const ox_place *place);
size_t count_files(const char *path); /* all regular files at and below it */

/* A submission of `text` to a@example.com and b@example.com, from profile "main". */
ox_submission submission_of(const char *text);
/* Queues it at NOW_MS with full durability, or fails the test. */
void must_queue(spool_fixture *fixture, ox_submission *submission);
/* Takes the message, or fails the test. */
ox_claim *must_claim(spool_fixture *fixture, const char *id);
ox_claim_fate claim_fate(spool_fixture *fixture, const ox_place *place, uint64_t now_ms);
ox_spool_state state_of(spool_fixture *fixture, const char *id); /* STATE_COUNT: nowhere */
ox_place place_of(spool_fixture *fixture, const char *id);
/* The types of all events, as "queued accepted ..."; the caller's until the next call. */
const char *event_types(spool_fixture *fixture);

#endif
