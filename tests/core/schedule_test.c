/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "runner/schedule.h"

enum { MINUTE = 60000, HOUR = 3600000, DAY = 86400000 };

static void tries_follow_the_table_with_a_fifth_of_jitter(void **state)
{
	static const uint64_t table[] = {MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
		4 * HOUR, 4 * HOUR};
	(void)state;
	for (uint32_t tries = 1; tries <= OX_COUNT(table); tries++) {
		uint64_t middle = table[tries - 1];
		assert_int_equal(ox_schedule_delay_ms(tries, 0), middle * 4 / 5);
		assert_int_equal(ox_schedule_delay_ms(tries, UINT32_MAX), middle * 6 / 5);
		assert_in_range(ox_schedule_delay_ms(tries, UINT32_MAX / 2), middle - 1, middle);
	}
	assert_int_equal(ox_schedule_delay_ms(0, 0), MINUTE * 4 / 5);
	assert_int_equal(ox_schedule_delay_ms(UINT32_MAX, 0), (uint64_t)4 * HOUR * 4 / 5);
}

static void what_failed_together_does_not_come_back_together(void **state)
{
	unsigned early = 0;
	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		early += ox_schedule_delay_ms(7, i * 4294967u) < 4 * (uint64_t)HOUR;
	}
	assert_in_range(early, 490, 510);
}

static void the_last_try_is_not_behind_the_expiry(void **state)
{
	(void)state;
	assert_int_equal(ox_schedule_next_ms(7, 1000, 1000 + HOUR, 0), 1000 + HOUR);
	assert_int_equal(ox_schedule_next_ms(1, 1000, 1000 + HOUR, 0), 1000 + MINUTE * 4 / 5);
	assert_int_equal(ox_schedule_next_ms(1, 1000, 0, 0), 1000 + MINUTE * 4 / 5);
	/* Over already: it must not be due at once again and again. */
	assert_true(ox_schedule_next_ms(1, 1000, 500, 0) > 1000);
}

static void a_message_is_over_when_its_time_has_passed(void **state)
{
	ox_clocks clocks = {0};
	(void)state;
	assert_false(ox_clocks_is_over(&clocks, 1000, 1000 + HOUR, 0, 1000 + HOUR - 1));
	assert_true(ox_clocks_is_over(&clocks, 1000, 1000 + HOUR, 0, 1000 + HOUR));
	assert_false(ox_clocks_is_over(&clocks, 1000, 1000 + HOUR, 0, 0)); /* from the future */
	assert_false(ox_clocks_is_over(&clocks, 1000, 0, 0, UINT64_MAX / 4)); /* has no expiry */
}

static void a_clock_that_jumps_ahead_ends_nothing(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u;
	(void)state;
	assert_false(ox_clocks_note(&clocks, "boot", 5000, start));
	assert_false(ox_clocks_note(&clocks, "boot", 5000 + HOUR, start + HOUR));
	assert_true(ox_clocks_note(&clocks, "boot", 5000 + 2 * HOUR, start + 2 * HOUR + 30 * (uint64_t)DAY));
	uint64_t now = start + 2 * HOUR + 30 * (uint64_t)DAY;
	/* Also what came in behind the first note, up to the moment at which the clock was set. */
	for (uint64_t created = start; created <= start + 2 * HOUR; created += HOUR / 2) {
		assert_false(ox_clocks_is_over(&clocks, created, created + 4 * (uint64_t)DAY, 0, now));
		assert_int_equal(ox_clocks_age_ms(&clocks, created, now), start + 2 * HOUR - created);
	}
	/* What came in after it is judged as always. */
	assert_int_equal(ox_clocks_age_ms(&clocks, now, now + HOUR), HOUR);
	assert_true(ox_clocks_is_over(&clocks, now, now + HOUR, 0, now + HOUR));
	/* And time goes on for the old ones. */
	assert_true(ox_clocks_is_over(&clocks, start, start + 4 * (uint64_t)DAY, 0, now + 4 * (uint64_t)DAY));
}

static void what_comes_in_behind_a_clock_that_was_set_back_is_young(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u, back = DAY; /* 1970 */
	(void)state;
	(void)ox_clocks_note(&clocks, "boot", 5000, start);
	assert_true(ox_clocks_note(&clocks, "boot", 5000 + HOUR, back));
	assert_int_equal(ox_clocks_age_ms(&clocks, back + MINUTE, back + HOUR), HOUR - MINUTE);
	assert_int_equal(ox_clocks_age_ms(&clocks, start + MINUTE, back + HOUR), 2 * HOUR - MINUTE);
	/* And put right again. */
	assert_true(ox_clocks_note(&clocks, "boot", 5000 + 3 * HOUR, start + 3 * HOUR));
	assert_int_equal(ox_clocks_age_ms(&clocks, back + HOUR, start + 3 * HOUR), HOUR);
	assert_int_equal(ox_clocks_age_ms(&clocks, start + MINUTE, start + 3 * HOUR), 3 * HOUR - MINUTE);
}

/* Queued while no runner was there to see the clock set. */
static void who_came_in_unseen_is_as_old_as_its_tries(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u, four_days = 4 * (uint64_t)DAY, year = 365 * (uint64_t)DAY;
	(void)state;
	assert_int_equal(ox_schedule_elapsed_ms(0), 0);
	assert_int_equal(ox_schedule_elapsed_ms(4), 51 * MINUTE);
	assert_int_equal(ox_schedule_elapsed_ms(9), 51 * MINUTE + 15 * HOUR);
	(void)ox_clocks_note(&clocks, "boot", 5000, start + year);
	uint64_t now = start + year + MINUTE;
	assert_false(ox_clocks_is_over(&clocks, start, start + four_days, 29, now));
	assert_true(ox_clocks_is_over(&clocks, start, start + four_days, 30, now));
	assert_false(ox_clocks_is_over(&clocks, DAY, DAY + four_days, 0, now)); /* 1970 */
	/* A link that is good for an hour is not sent a year later. */
	assert_true(ox_clocks_is_over(&clocks, start, start + HOUR, 0, now));
	/* After a restart only what came in while the system was down, so to say. */
	(void)ox_clocks_note(&clocks, "another", 5000, start + 2 * year);
	now = start + 2 * year + MINUTE;
	assert_true(ox_clocks_is_over(&clocks, start, start + four_days, 0, now));
	assert_false(ox_clocks_is_over(&clocks, start + year + HOUR, start + year + HOUR + four_days, 0, now));
}

static void a_clock_that_is_set_back_keeps_nothing_for_ever(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u;
	(void)state;
	(void)ox_clocks_note(&clocks, "boot", 5000, start);
	assert_true(ox_clocks_note(&clocks, "boot", 5000 + HOUR, start - DAY));
	assert_int_equal(ox_clocks_age_ms(&clocks, start - MINUTE, start - DAY), HOUR + MINUTE);
}

static void small_steps_and_restarts_are_no_jumps(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u;
	(void)state;
	(void)ox_clocks_note(&clocks, "one", 5000, start);
	assert_false(ox_clocks_note(&clocks, "one", 5000 + HOUR, start + HOUR + 59000));
	assert_false(ox_clocks_note(&clocks, "two", 100, start + DAY));
	assert_false(ox_clocks_note(&clocks, "two", 200, start + DAY + 100));
	assert_int_equal(clocks.jump_count, 0);
}

static void steps_that_add_up_are_noticed_and_old_jumps_forgotten(void **state)
{
	ox_clocks clocks = {0};
	const uint64_t start = 1700000000000u;
	unsigned noticed = 0;
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		/* Half a minute gained in every hour. */
		noticed += ox_clocks_note(&clocks, "boot", i * HOUR, start + i * (HOUR + 30000));
	}
	assert_in_range(noticed, 30, 50);
	assert_int_equal(clocks.jump_count, OX_CLOCK_JUMPS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_follow_the_table_with_a_fifth_of_jitter),
		cmocka_unit_test(what_failed_together_does_not_come_back_together),
		cmocka_unit_test(the_last_try_is_not_behind_the_expiry),
		cmocka_unit_test(a_message_is_over_when_its_time_has_passed),
		cmocka_unit_test(a_clock_that_jumps_ahead_ends_nothing),
		cmocka_unit_test(a_clock_that_is_set_back_keeps_nothing_for_ever),
		cmocka_unit_test(what_comes_in_behind_a_clock_that_was_set_back_is_young),
		cmocka_unit_test(who_came_in_unseen_is_as_old_as_its_tries),
		cmocka_unit_test(small_steps_and_restarts_are_no_jumps),
		cmocka_unit_test(steps_that_add_up_are_noticed_and_old_jumps_forgotten),
	};
	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
