/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/crew.h"
#include "net/platform.h"

enum { ITEMS = 200 };

static unsigned done[ITEMS];
static void *items[ITEMS];

static void count_up(void *item)
{
	++*(unsigned *)item;
}

static void prepare(void)
{
	for (size_t i = 0; i < ITEMS; i++) {
		done[i] = 0;
		items[i] = &done[i];
	}
}

static void each_item_is_done_once_whatever_the_number_of_threads(void **state)
{
	static const size_t threads[] = {0, 1, 3, OX_CREW_MAX, 1000};
	(void)state;
	for (size_t t = 0; t < OX_COUNT(threads); t++) {
		ox_crew *crew = ox_crew_new(threads[t]);
		assert_non_null(crew);
		prepare();
		for (unsigned round = 1; round <= 50; round++) {
			ox_crew_run(crew, count_up, items, round % 3 ? ITEMS : round % 2);
			ox_crew_run(crew, count_up, items, 0);
		}
		for (size_t i = 1; i < ITEMS; i++) {
			assert_int_equal(done[i], 34);
		}
		ox_crew_free(crew);
	}
	ox_crew_free(NULL);
}

static void wait_a_little(void *item)
{
	(void)item;
	(void)ox_socket_wait_many(NULL, 0, 100);
}

static void waiting_is_shared(void **state)
{
	(void)state;
	ox_crew *crew = ox_crew_new(8);
	prepare();
	uint64_t begun = ox_clock_ms();
	ox_crew_run(crew, wait_a_little, items, 8);
	/* One after the other it would be 800. */
	assert_in_range(ox_clock_ms() - begun, 100, 600);
	ox_crew_free(crew);
}

static pthread_t here;
static volatile unsigned elsewhere;
static void note_thread(void *item)
{
	elsewhere += !pthread_equal(here, pthread_self());
	wait_a_little(item);
}

static void a_forked_child_does_it_by_itself(void **state)
{
	int status;
	(void)state;
	ox_crew *crew = ox_crew_new(4);
	prepare();
	ox_crew_run(crew, count_up, items, ITEMS);
	pid_t child = fork();
	if (child == 0) {
		here = pthread_self();
		ox_crew_run(crew, note_thread, items, 3);
		ox_crew_run(crew, count_up, items, ITEMS);
		ox_crew_free(crew);
		_exit(elsewhere || done[0] != 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ox_crew_free(crew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_is_done_once_whatever_the_number_of_threads),
		cmocka_unit_test(waiting_is_shared),
		cmocka_unit_test(a_forked_child_does_it_by_itself),
	};
	return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
