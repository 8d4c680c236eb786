/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "runner/breaker.h"

static void it_opens_for_five_seconds_to_five_minutes(void **state)
{
	static const uint64_t pauses[] = {5000, 10000, 20000, 40000, 80000, 160000, 300000, 300000};
	ox_breaker breaker = {0};
	uint64_t now = 1000;
	(void)state;
	assert_true(ox_breaker_allows(&breaker, now));
	for (size_t i = 0; i < OX_COUNT(pauses); i++) {
		ox_breaker_begin(&breaker);
		ox_breaker_failed(&breaker, now, 0);
		assert_false(ox_breaker_allows(&breaker, now + pauses[i] - 1));
		assert_int_equal(ox_breaker_next_ms(&breaker, now), now + pauses[i]);
		now += pauses[i];
		assert_true(ox_breaker_allows(&breaker, now));
		assert_int_equal(ox_breaker_next_ms(&breaker, now), 0);
	}
	ox_breaker_begin(&breaker);
	ox_breaker_succeeded(&breaker);
	assert_true(ox_breaker_allows(&breaker, now));
	assert_false(ox_breaker_is_open(&breaker));
}

static void one_probe_at_a_time(void **state)
{
	ox_breaker breaker = {0};
	(void)state;
	ox_breaker_failed(&breaker, 0, 0);
	assert_true(ox_breaker_allows(&breaker, 6000));
	ox_breaker_begin(&breaker);
	assert_false(ox_breaker_allows(&breaker, 6000));
	assert_int_equal(ox_breaker_next_ms(&breaker, 6000), UINT64_MAX);
	ox_breaker_withdraw(&breaker);
	assert_true(ox_breaker_allows(&breaker, 6000));
}

static void several_that_fail_together_count_once(void **state)
{
	ox_breaker breaker = {0};
	(void)state;
	for (int i = 0; i < 10; i++) {
		ox_breaker_failed(&breaker, 100, 0);
	}
	assert_true(ox_breaker_allows(&breaker, 100 + OX_BREAKER_FIRST_MS));
}

static void the_dice_only_shorten_a_pause(void **state)
{
	ox_breaker breaker = {0};
	(void)state;
	ox_breaker_failed(&breaker, 0, UINT32_MAX);
	assert_false(ox_breaker_allows(&breaker, 3999));
	assert_true(ox_breaker_allows(&breaker, 4000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_opens_for_five_seconds_to_five_minutes),
		cmocka_unit_test(one_probe_at_a_time),
		cmocka_unit_test(several_that_fail_together_count_once),
		cmocka_unit_test(the_dice_only_shorten_a_pause),
	};
	return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
