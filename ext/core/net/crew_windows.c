/* SPDX-License-Identifier: MIT */
#ifdef _WIN32
#include "net/crew.h"

struct ox_crew {
	size_t unused;
};

ox_crew *ox_crew_new(size_t threads)
{
	(void)threads;
	return ox_alloc(sizeof(ox_crew));
}

void ox_crew_free(ox_crew *crew)
{
	ox_free(crew);
}

void ox_crew_run(ox_crew *crew, void (*work)(void *item), void *const *items, size_t count)
{
	(void)crew;
	for (size_t i = 0; i < count; i++) {
		work(items[i]);
	}
}

#endif
