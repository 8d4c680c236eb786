/* SPDX-License-Identifier: MIT */
#include "runner/schedule.h"

#include <string.h>

enum { MINUTE = 60000, HOUR = 3600000 };

/* 2020: no message is older than this program. */
#define CLOCK_LEAST_MS 1577836800000u

static uint64_t delay_behind(uint32_t tries)
{
	static const uint32_t delays[] = {1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 1 * HOUR, 2 * HOUR,
		4 * HOUR};
	const uint32_t last = sizeof delays / sizeof *delays - 1;
	uint32_t index = tries ? tries - 1 : 0;
	return delays[index < last ? index : last];
}

uint64_t ox_schedule_delay_ms(uint32_t tries, uint32_t dice)
{
	uint64_t delay = delay_behind(tries);
	/* From four to six fifths. */
	return delay * 4 / 5 + delay * 2 / 5 * dice / UINT32_MAX;
}

uint64_t ox_schedule_next_ms(uint32_t tries, uint64_t now_ms, uint64_t expires_ms, uint32_t dice)
{
	uint64_t next = now_ms + ox_schedule_delay_ms(tries, dice);
	return expires_ms && expires_ms > now_ms && next > expires_ms ? expires_ms : next;
}

uint64_t ox_schedule_elapsed_ms(uint32_t tries)
{
	uint64_t elapsed = 0;
	uint32_t each = tries < 7 ? tries : 7; /* from there on they are alike */
	for (uint32_t i = 1; i <= each; i++) {
		elapsed += delay_behind(i);
	}
	return elapsed + (tries - each) * delay_behind(tries);
}

static void add_jump(ox_clocks *clocks, uint64_t at_ms, int64_t by_ms)
{
	if (clocks->jump_count == OX_CLOCK_JUMPS_MAX) {
		clocks->jump_count--;
		memmove(&clocks->jumps[0], &clocks->jumps[1], clocks->jump_count * sizeof clocks->jumps[0]);
	}
	clocks->jumps[clocks->jump_count++] = (ox_clock_jump){at_ms, by_ms};
}

bool ox_clocks_note(ox_clocks *clocks, const char *boot, uint64_t since_boot_ms, uint64_t wall_ms)
{
	bool same = clocks->boot[0] && !strcmp(clocks->boot, boot) && since_boot_ms >= clocks->since_boot_ms;
	bool jumped = false;
	if (!same) {
		clocks->unseen_from_ms = clocks->seen_ms;
		clocks->unseen_to_ms = wall_ms;
	}
	clocks->seen_ms = wall_ms;
	if (same) {
		uint64_t expected_ms = clocks->wall_ms + (since_boot_ms - clocks->since_boot_ms);
		int64_t by = (int64_t)(wall_ms - expected_ms);
		jumped = by > OX_CLOCK_TOLERANCE_MS || by < -OX_CLOCK_TOLERANCE_MS;
		if (jumped) {
			add_jump(clocks, expected_ms, by);
		}
		/* Small steps must not add up unseen: the comparison stays with the first note. */
		if (!jumped) {
			return false;
		}
	}
	size_t size = strlen(boot) < OX_CLOCK_BOOT_SIZE ? strlen(boot) : OX_CLOCK_BOOT_SIZE - 1;
	memset(clocks->boot, 0, sizeof clocks->boot);
	memcpy(clocks->boot, boot, size);
	clocks->since_boot_ms = since_boot_ms;
	clocks->wall_ms = wall_ms;
	return jumped;
}

/* A clock that was set back shows the same times again: only what is in its future, or before the time to which it was
 * set, is from before for sure. */
static bool is_from_before(const ox_clock_jump *jump, uint64_t since_ms, uint64_t now_ms)
{
	return jump->by_ms >= 0 ? since_ms <= jump->at_ms :
		since_ms > now_ms || (int64_t)since_ms < (int64_t)jump->at_ms + jump->by_ms;
}

uint64_t ox_clocks_age_ms(const ox_clocks *clocks, uint64_t since_ms, uint64_t now_ms)
{
	int64_t age = (int64_t)(now_ms - since_ms);
	for (unsigned i = 0; i < clocks->jump_count; i++) {
		const ox_clock_jump *jump = &clocks->jumps[i];
		if (is_from_before(jump, since_ms, now_ms)) {
			age -= jump->by_ms;
		}
	}
	return age > 0 ? (uint64_t)age : 0;
}

static bool is_unsure(const ox_clocks *clocks, uint64_t created_ms)
{
	return created_ms < CLOCK_LEAST_MS ||
		(created_ms > clocks->unseen_from_ms && created_ms < clocks->unseen_to_ms);
}

bool ox_clocks_is_over(const ox_clocks *clocks, uint64_t created_ms, uint64_t expires_ms, uint32_t tries,
	uint64_t now_ms)
{
	uint64_t lifetime = expires_ms > created_ms ? expires_ms - created_ms : 0;
	uint64_t age = ox_clocks_age_ms(clocks, created_ms, now_ms), tried = ox_schedule_elapsed_ms(tries);
	bool unsure = lifetime >= OX_CLOCK_PATIENT_MS && is_unsure(clocks, created_ms);
	return expires_ms && (unsure && tried < age ? tried : age) >= lifetime;
}
