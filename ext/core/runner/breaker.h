/* SPDX-License-Identifier: MIT */
/* Keeps from knocking at a door that nobody opens: after a failure no connection for 5 s, then twice as long
 * each time, to 5 min; then a single one as a probe. Pure; the clock may be any that only goes forward. */
#ifndef OX_RUNNER_BREAKER_H
#define OX_RUNNER_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { OX_BREAKER_FIRST_MS = 5000, OX_BREAKER_MAX_MS = 300000 };

typedef struct {
	uint32_t failures; /* in a row; 0 = closed, everything may pass */
	uint64_t until_ms;
	bool probing;      /* the one connection that tries is under way */
} ox_breaker; /* zeroed: closed */

/* Whether a connection may be begun. */
bool ox_breaker_allows(const ox_breaker *breaker, uint64_t now_ms);
/* One is begun. */
void ox_breaker_begin(ox_breaker *breaker);
/* One failed; those that fail while it is open anyway change nothing. dice as in schedule.h. */
void ox_breaker_failed(ox_breaker *breaker, uint64_t now_ms, uint32_t dice);
/* One got through: a server that greets and hangs up on every message has not. */
void ox_breaker_succeeded(ox_breaker *breaker);
/* The probe ended before anything could be told (we closed it). */
void ox_breaker_withdraw(ox_breaker *breaker);
/* When ox_breaker_allows() will say yes; UINT64_MAX while a probe is under way, 0 = now. */
uint64_t ox_breaker_next_ms(const ox_breaker *breaker, uint64_t now_ms);
bool ox_breaker_is_open(const ox_breaker *breaker);

#endif
