/* SPDX-License-Identifier: MIT */
/* How much is left to be delivered, and waiting for a runner of somebody else to do it. */
#ifndef OUTBOX_CLI_DRAIN_H
#define OUTBOX_CLI_DRAIN_H

#include "cli.h"

typedef struct {
	uint64_t due, deferred;
	uint64_t blocked;   /* of these, how many wait for a profile that is paused, missing or broken */
	bool runner;        /* one is at work */
} drain_rest;

OX_MUST_USE int drain_look(ox_spool *spool, drain_rest *rest, ox_error *error);

/* Waits, with a line that shows how it goes, until nothing is due or deferred (EX_OK), or what is left waits for
 * somebody, or until_ms of the monotonic clock (0 = no end) has come (EX_TEMPFAIL both), or the other runner has
 * gone (EX_NOTHING). Else an exit code after a complaint. */
int drain_beside(const cli *cli, ox_spool *spool, uint64_t until_ms);

#endif
