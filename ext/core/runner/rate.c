/* SPDX-License-Identifier: MIT */
#include "runner/rate.h"

#include <string.h>

void ox_rates_init(ox_rates *rates)
{
	static const uint32_t window_ms[OX_RATE_COUNT] = {1000, 60000, 86400000};
	memset(rates, 0, sizeof *rates);
	for (int kind = 0; kind < OX_RATE_COUNT; kind++) {
		/* Rounded up: 24 of them are never shorter than what is promised. */
		rates->windows[kind].slot_ms = (window_ms[kind] + OX_RATE_SLOTS - 2) / (OX_RATE_SLOTS - 1);
	}
}

void ox_rates_limit(ox_rates *rates, uint32_t second, uint32_t minute, uint32_t day)
{
	rates->windows[OX_RATE_SECOND].limit = second;
	rates->windows[OX_RATE_MINUTE].limit = minute;
	rates->windows[OX_RATE_DAY].limit = day;
}

/* Empties the slots that time has reached. A clock that was set back finds its slots in the future: they are
 * kept, and no time passes until it is there again, or it would be a way around every limit. A window is
 * forgotten when it is further off than its own length. */
static void turn(ox_rate_window *window, uint64_t now_ms)
{
	uint64_t slot = now_ms / window->slot_ms;
	if (slot >= window->slot + OX_RATE_SLOTS || slot + OX_RATE_SLOTS < window->slot) {
		memset(window->counts, 0, sizeof window->counts);
		window->slot = slot;
	}
	while (window->slot < slot) {
		window->counts[++window->slot % OX_RATE_SLOTS] = 0;
	}
}

static uint64_t total(const ox_rate_window *window)
{
	uint64_t sum = 0;
	for (int i = 0; i < OX_RATE_SLOTS; i++) {
		sum += window->counts[i];
	}
	return sum;
}

static uint64_t next_of(ox_rate_window *window, uint64_t now_ms)
{
	turn(window, now_ms);
	uint64_t sum = total(window);
	if (!window->limit || sum < window->limit) {
		return now_ms;
	}
	/* The oldest slots leave one by one. */
	for (uint64_t ahead = 1; ahead <= OX_RATE_SLOTS; ahead++) {
		sum -= window->counts[(window->slot + ahead) % OX_RATE_SLOTS];
		if (sum < window->limit) {
			return (window->slot + ahead) * window->slot_ms;
		}
	}
	return now_ms; /* not reached: an empty window is below every limit */
}

uint64_t ox_rates_next_ms(ox_rates *rates, uint64_t now_ms)
{
	uint64_t latest = now_ms;
	for (int kind = 0; kind < OX_RATE_COUNT; kind++) {
		uint64_t next = next_of(&rates->windows[kind], now_ms);
		latest = next > latest ? next : latest;
	}
	return latest;
}

bool ox_rates_allow(ox_rates *rates, uint64_t now_ms)
{
	return ox_rates_next_ms(rates, now_ms) <= now_ms;
}

void ox_rates_take(ox_rates *rates, uint64_t now_ms)
{
	for (int kind = 0; kind < OX_RATE_COUNT; kind++) {
		ox_rate_window *window = &rates->windows[kind];
		turn(window, now_ms);
		window->counts[window->slot % OX_RATE_SLOTS]++;
	}
}

void ox_rates_restore(ox_rates *rates, ox_rate_kind kind, uint64_t slot, uint32_t count, uint64_t now_ms)
{
	ox_rate_window *window = &rates->windows[kind];
	turn(window, now_ms);
	slot = slot < window->slot ? slot : window->slot;
	if (slot + OX_RATE_SLOTS > window->slot) {
		window->counts[slot % OX_RATE_SLOTS] += count;
	}
}
