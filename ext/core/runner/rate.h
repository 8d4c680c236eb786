/* SPDX-License-Identifier: MIT */
/* How many messages in a second, a minute, a day. Sliding windows, not refilled buckets: a bucket of 500 a day
 * lets almost 1,000 through in its first, and a provider closes the account for that. Pure; the wall clock,
 * because the day's count outlives the process. */
#ifndef OX_RUNNER_RATE_H
#define OX_RUNNER_RATE_H

#include <stdbool.h>
#include <stdint.h>

enum { OX_RATE_SLOTS = 25 }; /* the window's 24 parts and the one that is filling */

typedef struct {
	uint32_t limit;   /* 0 = none */
	uint32_t slot_ms;
	uint64_t slot;    /* the one that is filling: time / slot_ms */
	uint32_t counts[OX_RATE_SLOTS]; /* of slot n at n % OX_RATE_SLOTS */
} ox_rate_window;

typedef enum { OX_RATE_SECOND, OX_RATE_MINUTE, OX_RATE_DAY, OX_RATE_COUNT } ox_rate_kind;

typedef struct {
	ox_rate_window windows[OX_RATE_COUNT];
} ox_rates;

void ox_rates_init(ox_rates *rates);
/* 0 = no bound. What was counted stays counted, also without a bound. */
void ox_rates_limit(ox_rates *rates, uint32_t second, uint32_t minute, uint32_t day);

bool ox_rates_allow(ox_rates *rates, uint64_t now_ms);
void ox_rates_take(ox_rates *rates, uint64_t now_ms);
/* When ox_rates_allow() will say yes, if nothing is taken meanwhile; now_ms if it does. */
uint64_t ox_rates_next_ms(ox_rates *rates, uint64_t now_ms);

/* What was counted in a slot, from a file. Slots of the future (the clock was set back) count as
 * now; those that have left their window are forgotten. */
void ox_rates_restore(ox_rates *rates, ox_rate_kind kind, uint64_t slot, uint32_t count, uint64_t now_ms);

#endif
