/* SPDX-License-Identifier: MIT */
/* What a runner leaves for those who ask and for the next runner, in the spool's file run.state: how the
 * profiles are, what was counted against their rates, and what is known of the clocks. Derived, replaced as a
 * whole; without it a paused profile is tried once more. */
#ifndef OX_RUNNER_STATE_H
#define OX_RUNNER_STATE_H

#include "relay/profile.h"
#include "runner/rate.h"
#include "runner/schedule.h"
#include "spool/spool.h"

typedef enum {
	OX_PROFILE_OK,
	OX_PROFILE_PAUSED,  /* the account or the relay's settings: until the file changes, or until_ms */
	OX_PROFILE_WAITING, /* the relay does not answer: the breaker is open until until_ms */
	OX_PROFILE_LIMITED, /* the rates are used up until until_ms */
	OX_PROFILE_MISSING, /* messages name it and it is not there */
	OX_PROFILE_BROKEN,  /* its file cannot be used; reason says why */
} ox_profile_state;

const char *ox_profile_state_name(ox_profile_state state); /* "ok" ... never NULL */

typedef struct {
	char name[OX_PROFILE_NAME_MAX + 1];
	ox_profile_state state;
	char reason[OX_ERROR_TEXT_MAX]; /* "" = none */
	bool account;        /* the login is to blame */
	uint64_t since_ms, until_ms; /* wall clock; 0 = unknown */
	uint64_t stamp;      /* of the profile's file when that was found, see ox_profile_stamp */
	uint32_t failures;   /* of the breaker */
	ox_rates rates;
} ox_profile_note;

typedef struct {
	uint64_t written_ms;
	uint64_t watched_ms;     /* when the last pass over those that wait began, and the last that opened all; wall clock, */
	uint64_t watched_all_ms; /* 0 = unknown */
	ox_clocks clocks;
	ox_profile_note *profiles;
	size_t profile_count;
} ox_run_state;

/* Into a zeroed state; returns new inside, ox_run_state_clear frees. No file, or one that cannot be read, is an
 * empty state. OX_E_NOMEM. */
OX_MUST_USE int ox_run_state_read(ox_spool *spool, uint64_t now_ms, ox_run_state *state);
OX_MUST_USE int ox_run_state_write(ox_spool *spool, const ox_run_state *state, ox_error *error);
void ox_run_state_clear(ox_run_state *state);

/* The note of a profile, or NULL; borrows. */
const ox_profile_note *ox_run_state_find(const ox_run_state *state, const char *name);

#endif
