/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/error.h"
#include "runner/index.h"

enum { URGENT, NORMAL, BULK };

static ox_index *it;

static int make_index(void **state)
{
	(void)state;
	it = ox_index_new(1000);
	return it ? 0 : -1;
}

static int free_index(void **state)
{
	(void)state;
	ox_index_free(it);
	return 0;
}

/* Ids sort by their number. */
static const char *id_of(unsigned number)
{
	static char ids[8][OX_INDEX_ID_SIZE + 1];
	static unsigned turn;
	char *id = ids[turn++ % 8];
	snprintf(id, OX_INDEX_ID_SIZE + 1, "%026u", number);
	return id;
}

static int add(unsigned slot, unsigned class, unsigned number)
{
	return ox_index_add(it, slot, class, id_of(number));
}

static unsigned take(unsigned slot)
{
	char id[OX_INDEX_ID_SIZE + 1];
	return ox_index_take(it, slot, id) ? (unsigned)strtoul(id, NULL, 10) : 0;
}

static void the_oldest_goes_first(void **state)
{
	static const unsigned numbers[] = {5, 3, 9, 1, 7, 2, 8, 4, 6, 10};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(numbers); i++) {
		assert_int_equal(add(0, NORMAL, numbers[i]), OX_OK);
	}
	for (unsigned i = 1; i <= 10; i++) {
		assert_int_equal(take(0), i);
	}
	assert_int_equal(take(0), 0);
	assert_int_equal(ox_index_count(it), 10);
}

static void a_password_reset_overtakes_a_newsletter(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 500; i++) {
		assert_int_equal(add(0, BULK, i), OX_OK);
	}
	assert_int_equal(take(0), 1);
	assert_int_equal(add(0, URGENT, 1000), OX_OK);
	assert_int_equal(take(0), 1000);
	assert_int_equal(take(0), 2);
}

static void bulk_does_not_starve(void **state)
{
	unsigned bulk = 0, normal = 0;
	(void)state;
	for (unsigned i = 1; i <= 300; i++) {
		assert_int_equal(add(0, URGENT, i), OX_OK);
		assert_int_equal(add(0, NORMAL, i + 1000), OX_OK);
		assert_int_equal(add(0, BULK, i + 2000), OX_OK);
	}
	for (int i = 0; i < 200; i++) {
		unsigned taken = take(0);
		bulk += taken > 2000;
		normal += taken > 1000 && taken <= 2000;
	}
	assert_in_range(bulk, 1, 10);
	assert_in_range(normal, 10, 40);
}

static void sort_all(unsigned slot, uint64_t (*tag)(unsigned), uint64_t (*domain)(unsigned))
{
	const char *id;
	while (ox_index_unsorted(it, slot, &id)) {
		unsigned number = (unsigned)strtoul(id, NULL, 10);
		assert_int_equal(ox_index_sort(it, id, tag(number), domain(number)), OX_OK);
	}
}

static uint64_t by_hundred(unsigned number)
{
	return number / 100;
}

static uint64_t by_ten(unsigned number)
{
	return number / 10;
}

static uint64_t one(unsigned number)
{
	(void)number;
	return 1;
}

static void tags_take_turns(void **state)
{
	(void)state;
	/* A newsletter of 99, then three other tags with one each. */
	for (unsigned i = 1; i <= 99; i++) {
		assert_int_equal(add(0, NORMAL, i), OX_OK);
	}
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(add(0, NORMAL, i * 100), OX_OK);
	}
	sort_all(0, by_hundred, one);
	unsigned others = 0;
	for (int i = 0; i < 4; i++) {
		others += take(0) >= 100;
	}
	assert_int_equal(others, 3);
	assert_int_equal(take(0), 2);
}

static void domains_of_a_tag_take_turns(void **state)
{
	unsigned seen[4] = {0};
	(void)state;
	for (unsigned i = 10; i < 40; i++) {
		assert_int_equal(add(0, NORMAL, i), OX_OK);
	}
	sort_all(0, one, by_ten);
	for (int i = 0; i < 6; i++) {
		seen[take(0) / 10]++;
	}
	assert_int_equal(seen[1], 2);
	assert_int_equal(seen[2], 2);
	assert_int_equal(seen[3], 2);
}

static void a_message_is_known_until_it_is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(add(0, NORMAL, 1), OX_OK);
	assert_int_equal(add(0, NORMAL, 1), OX_AGAIN);
	assert_int_equal(take(0), 1);
	assert_int_equal(add(0, NORMAL, 1), OX_AGAIN);
	assert_int_equal(ox_index_waiting(it, 0), 0);
	ox_index_give_back(it, id_of(1), 3);
	assert_int_equal(ox_index_waiting(it, 3), 1);
	assert_int_equal(take(3), 1);
	ox_index_forget(it, id_of(1));
	assert_false(ox_index_knows(it, id_of(1)));
	assert_int_equal(add(0, NORMAL, 1), OX_OK);
	ox_index_forget(it, id_of(1));
	assert_int_equal(ox_index_count(it), 0);
	assert_int_equal(take(0), 0);
}

static void what_does_not_fit_is_remembered_by_its_slot(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 1000; i++) {
		assert_int_equal(add(0, NORMAL, i), OX_OK);
	}
	assert_false(ox_index_has_any_more(it));
	assert_int_equal(add(0, NORMAL, 1001), OX_E_LIMIT);
	assert_false(ox_index_knows(it, id_of(1001)));
	assert_true(ox_index_has_more(it, 0));
	ox_index_look(it);
	assert_false(ox_index_has_any_more(it));
}

static void a_full_slot_gives_way_to_a_poor_one_and_bulk_to_urgent(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 1000; i++) {
		assert_int_equal(add(0, BULK, i), OX_OK);
	}
	assert_int_equal(add(1, BULK, 2000), OX_E_LIMIT);
	assert_true(ox_index_knows(it, id_of(2000)));
	assert_int_equal(add(0, URGENT, 3000), OX_E_LIMIT);
	assert_int_equal(take(0), 3000);
	assert_true(ox_index_has_more(it, 0));
	assert_false(ox_index_has_more(it, 1));
	assert_int_equal(ox_index_count(it), 1000);
}

static void a_slot_that_can_do_nothing_gives_its_room_back(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 500; i++) {
		assert_int_equal(add(2, i % 3, i), OX_OK);
	}
	sort_all(2, by_hundred, by_ten);
	ox_index_trim(it, 2, 64);
	assert_int_equal(ox_index_waiting(it, 2), 64);
	assert_int_equal(ox_index_count(it), 64);
	assert_true(ox_index_has_more(it, 2));
	for (unsigned i = 0; i < 64; i++) {
		assert_int_equal(take(2) % 3, URGENT); /* the lesser classes went first */
	}
}

/* Everything in random order against what can be counted. */
static void nothing_is_lost_in_a_long_mixture(void **state)
{
	static uint8_t where[2000]; /* 0 unknown, 1 waiting, 2 in hand */
	uint32_t dice = 1;
	(void)state;
	for (int step = 0; step < 200000; step++) {
		dice = dice * 1664525u + 1013904223u;
		unsigned number = 1 + (dice >> 8) % 1999, slot = number % 5;
		char id[OX_INDEX_ID_SIZE + 1];
		const char *first;
		switch ((dice >> 24) % 6) {
		case 0:
		case 1:
			if (!where[number] && ox_index_count(it) < 1000) {
				assert_int_equal(add(slot, number % 3, number), OX_OK);
				where[number] = 1;
			}
			break;
		case 2:
			if (ox_index_take(it, slot, id)) {
				number = (unsigned)strtoul(id, NULL, 10);
				assert_int_equal(where[number], 1);
				where[number] = 2;
			}
			break;
		case 3:
			ox_index_give_back(it, id_of(number), slot);
			where[number] = where[number] ? 1 : 0;
			break;
		case 4:
			ox_index_forget(it, id_of(number));
			where[number] = 0;
			break;
		default:
			if (ox_index_unsorted(it, slot, &first)) {
				assert_int_equal(ox_index_sort(it, first, number % 7, number % 3), OX_OK);
			}
		}
	}
	size_t known = 0, waiting = 0, counted = 0;
	for (unsigned i = 1; i < 2000; i++) {
		known += where[i] > 0;
		waiting += where[i] == 1;
		assert_int_equal(ox_index_knows(it, id_of(i)), where[i] > 0);
	}
	for (unsigned slot = 0; slot < 5; slot++) {
		counted += ox_index_waiting(it, slot);
	}
	assert_int_equal(ox_index_count(it), known);
	assert_int_equal(counted, waiting);
}

static void index_scenario(void)
{
	ox_index *index = ox_index_new(100);
	char id[OX_INDEX_ID_SIZE + 1];
	const char *first;
	for (unsigned i = 1; index && i <= 80; i++) {
		(void)!ox_index_add(index, i % 2, i % 3, id_of(i));
		if (i % 3 == 0 && ox_index_unsorted(index, 0, &first)) {
			(void)!ox_index_sort(index, first, i % 2, i % 5);
		}
		if (i % 7 == 0 && ox_index_take(index, 0, id)) {
			ox_index_give_back(index, id, 1);
		}
	}
	ox_index_free(index);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(index_scenario);
}

#define WITH_INDEX(test) cmocka_unit_test_setup_teardown(test, make_index, free_index)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_INDEX(the_oldest_goes_first),
		WITH_INDEX(a_password_reset_overtakes_a_newsletter),
		WITH_INDEX(bulk_does_not_starve),
		WITH_INDEX(tags_take_turns),
		WITH_INDEX(domains_of_a_tag_take_turns),
		WITH_INDEX(a_message_is_known_until_it_is_forgotten),
		WITH_INDEX(what_does_not_fit_is_remembered_by_its_slot),
		WITH_INDEX(a_full_slot_gives_way_to_a_poor_one_and_bulk_to_urgent),
		WITH_INDEX(a_slot_that_can_do_nothing_gives_its_room_back),
		WITH_INDEX(nothing_is_lost_in_a_long_mixture),
		cmocka_unit_test(every_allocation_may_fail),
	};
	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
