/* SPDX-License-Identifier: MIT */
/* What every cmocka program here starts from. */
#ifndef OX_TEST_H
#define OX_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#define OX_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs scenario once with no failure, then again with its first, second, ... allocation failing, until
 * it gets through. The scenario must clean up and return; sanitizers see leaks and bad accesses. */
static inline void ox_test_failing_allocations(void (*scenario)(void))
{
	for (long successes = 0; successes < 20000; successes++) {
		ox_memory_fail_after(successes);
		scenario();
		if (ox_memory_fail_after(-1) <= successes) {
			return;
		}
	}
	fail_msg("the scenario makes more than 20000 allocations");
}

#endif
