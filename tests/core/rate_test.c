/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "runner/rate.h"

static const uint64_t start = 1700000000000u;

/* Sends as fast as it may for so long; notes when. */
static size_t send_greedily(ox_rates *rates, uint64_t from, uint64_t until, uint64_t *times, size_t room)
{
	size_t count = 0;
	uint64_t now = from;
	while (now < until && count < room) {
		uint64_t next = ox_rates_next_ms(rates, now);
		if (next > now) {
			now = next;
			continue;
		}
		assert_true(ox_rates_allow(rates, now));
		ox_rates_take(rates, now);
		times[count++] = now;
		now += 1;
	}
	return count;
}

/* More than `limit` in any window of that length? */
static void check_windows(const uint64_t *times, size_t count, uint64_t length, uint32_t limit)
{
	for (size_t first = 0, last = 0; last < count; last++) {
		while (times[last] - times[first] >= length) {
			first++;
		}
		if (last - first + 1 > limit) {
			fail_msg("%zu within %llu ms, %u are allowed", last - first + 1, (unsigned long long)length, limit);
		}
	}
}

static uint64_t times[200000];

static void no_second_minute_or_day_has_more_than_its_limit(void **state)
{
	ox_rates rates;
	(void)state;
	ox_rates_init(&rates);
	ox_rates_limit(&rates, 10, 300, 2000);
	size_t count = send_greedily(&rates, start, start + 3 * 86400000u, times, OX_COUNT(times));
	check_windows(times, count, 1000, 10);
	check_windows(times, count, 60000, 300);
	check_windows(times, count, 86400000, 2000);
	assert_in_range(count, 4000, 8000);
}

static void what_is_allowed_is_used_almost_wholly(void **state)
{
	ox_rates rates;
	(void)state;
	ox_rates_init(&rates);
	ox_rates_limit(&rates, 0, 30, 0);
	size_t count = send_greedily(&rates, start, start + 3600000, times, OX_COUNT(times));
	assert_in_range(count, 30 * 57, 30 * 61);
	ox_rates_init(&rates);
	ox_rates_limit(&rates, 100, 0, 0);
	count = send_greedily(&rates, start, start + 60000, times, OX_COUNT(times));
	assert_in_range(count, 100 * 50, 100 * 61);
}

static void without_a_limit_nothing_waits(void **state)
{
	ox_rates rates;
	(void)state;
	ox_rates_init(&rates);
	for (int i = 0; i < 1000; i++) {
		assert_true(ox_rates_allow(&rates, start));
		ox_rates_take(&rates, start);
	}
	/* And a limit that comes later knows what was sent. */
	ox_rates_limit(&rates, 0, 0, 1001);
	assert_true(ox_rates_allow(&rates, start + 1));
	ox_rates_take(&rates, start + 1);
	assert_false(ox_rates_allow(&rates, start + 2));
}

static void a_restart_does_not_forget_the_day(void **state)
{
	ox_rates rates, again;
	(void)state;
	ox_rates_init(&rates);
	ox_rates_init(&again);
	ox_rates_limit(&rates, 0, 0, 500);
	ox_rates_limit(&again, 0, 0, 500);
	size_t count = send_greedily(&rates, start, start + 3600000 * 2, times, OX_COUNT(times));
	assert_int_equal(count, 500);
	const ox_rate_window *day = &rates.windows[OX_RATE_DAY];
	uint64_t now = start + 3600000 * 3;
	for (int i = 0; i < OX_RATE_SLOTS; i++) {
		uint64_t slot = day->slot - (uint64_t)i;
		ox_rates_restore(&again, OX_RATE_DAY, slot, day->counts[slot % OX_RATE_SLOTS], now);
	}
	assert_int_equal(ox_rates_next_ms(&again, now), ox_rates_next_ms(&rates, now));
	assert_false(ox_rates_allow(&again, start + 86400000 - 1));
	assert_true(ox_rates_allow(&again, start + 2 * 86400000u));
}

static void a_clock_that_is_set_back_opens_no_door(void **state)
{
	ox_rates rates;
	(void)state;
	ox_rates_init(&rates);
	ox_rates_limit(&rates, 0, 0, 3);
	for (int i = 0; i < 3; i++) {
		ox_rates_take(&rates, start);
	}
	assert_false(ox_rates_allow(&rates, start - 2 * 3600000));
	assert_true(ox_rates_next_ms(&rates, start - 2 * 3600000) > start);
	/* Set back by far more than the window, waiting for it would take for ever. */
	assert_true(ox_rates_allow(&rates, start - (uint64_t)100 * 86400000u));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_second_minute_or_day_has_more_than_its_limit),
		cmocka_unit_test(what_is_allowed_is_used_almost_wholly),
		cmocka_unit_test(without_a_limit_nothing_waits),
		cmocka_unit_test(a_restart_does_not_forget_the_day),
		cmocka_unit_test(a_clock_that_is_set_back_opens_no_door),
	};
	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
