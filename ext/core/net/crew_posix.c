/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#include "net/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

struct ox_crew {
	size_t wanted, started;
	pthread_t threads[OX_CREW_MAX];
	pid_t owner; /* a forked child has none of the threads */
	pthread_mutex_t lock;
	pthread_cond_t called, finished;
	void (*work)(void *item);
	void *const *items;
	size_t count, next, done;
	bool over;
};

ox_crew *ox_crew_new(size_t threads)
{
	ox_crew *crew = ox_alloc(sizeof *crew);
	if (crew) {
		crew->wanted = threads < OX_CREW_MAX ? threads : OX_CREW_MAX;
		crew->owner = getpid();
		(void)pthread_mutex_init(&crew->lock, NULL);
		(void)pthread_cond_init(&crew->called, NULL);
		(void)pthread_cond_init(&crew->finished, NULL);
	}
	return crew;
}

/* Takes items as long as there are some. The lock is held before and after. */
static void take_part(ox_crew *crew)
{
	while (crew->next < crew->count) {
		void *item = crew->items[crew->next++];
		void (*work)(void *item) = crew->work;
		pthread_mutex_unlock(&crew->lock);
		work(item);
		pthread_mutex_lock(&crew->lock);
		if (++crew->done == crew->count) {
			pthread_cond_signal(&crew->finished);
		}
	}
}

static void *serve(void *argument)
{
	ox_crew *crew = argument;
	pthread_mutex_lock(&crew->lock);
	while (!crew->over) {
		take_part(crew);
		if (!crew->over) {
			pthread_cond_wait(&crew->called, &crew->lock);
		}
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* Signals are for the program's own thread. Where a thread cannot be had, the others do its share. */
static void start(ox_crew *crew, size_t enough)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
		return;
	}
	while (crew->started < crew->wanted && crew->started < enough &&
		pthread_create(&crew->threads[crew->started], NULL, serve, crew) == 0) {
		crew->started++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void ox_crew_run(ox_crew *crew, void (*work)(void *item), void *const *items, size_t count)
{
	if (count < 2 || !crew->wanted || crew->owner != getpid()) {
		for (size_t i = 0; i < count; i++) {
			work(items[i]);
		}
		return;
	}
	start(crew, count - 1);
	pthread_mutex_lock(&crew->lock);
	crew->work = work;
	crew->items = items;
	crew->count = count;
	crew->next = crew->done = 0;
	pthread_cond_broadcast(&crew->called);
	take_part(crew);
	while (crew->done < count) {
		pthread_cond_wait(&crew->finished, &crew->lock);
	}
	crew->count = crew->next = 0;
	pthread_mutex_unlock(&crew->lock);
}

void ox_crew_free(ox_crew *crew)
{
	if (crew && crew->owner == getpid()) {
		pthread_mutex_lock(&crew->lock);
		crew->over = true;
		pthread_cond_broadcast(&crew->called);
		pthread_mutex_unlock(&crew->lock);
		for (size_t i = 0; i < crew->started; i++) {
			(void)pthread_join(crew->threads[i], NULL);
		}
		(void)pthread_mutex_destroy(&crew->lock);
		(void)pthread_cond_destroy(&crew->called);
		(void)pthread_cond_destroy(&crew->finished);
	}
	ox_free(crew);
}

#endif
