/* SPDX-License-Identifier: MIT */
/* What a program does first that a web server started. */
#ifndef _WIN32

#include "net/program.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

enum { FIRST = STDERR_FILENO + 1, DESCRIPTORS_MAX = 1 << 20, NICENESS = 5, OOM_SCORE = 200 };

/* Linux 5.9 and later, whatever the C library knows. */
static bool close_range_at_once(void)
{
#ifdef SYS_close_range
	return syscall(SYS_close_range, (unsigned)FIRST, ~0u, 0u) == 0;
#else
	return false;
#endif
}

/* Those that are open, by name: where somebody may open a million, going through all numbers takes a second. The list
 * gives the numbers upwards, and what is closed behind it disturbs it not. */
static bool close_listed(const char *path)
{
	DIR *directory = opendir(path);
	if (!directory) {
		return false;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char *end;
		long number = strtol(entry->d_name, &end, 10);
		if (end != entry->d_name && !*end && number >= FIRST && number != dirfd(directory)) {
			(void)close((int)number);
		}
	}
	(void)closedir(directory);
	return true;
}

static void close_all_numbers(void)
{
	long last = sysconf(_SC_OPEN_MAX);
	last = last < 0 || last > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : last;
	for (int number = FIRST; number < last; number++) {
		(void)close(number);
	}
}

void ox_process_close_inherited(void)
{
	if (!close_range_at_once() && !close_listed("/proc/self/fd")) {
		close_all_numbers();
	}
}

/* Never to a lower one than an administrator chose. */
static void raise_oom_score(void)
{
	static const char path[] = "/proc/self/oom_score_adj";
	char text[16] = "";
	int file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0) {
		return;
	}
	if (read(file, text, sizeof text - 1) > 0 && strtol(text, NULL, 10) < OOM_SCORE) {
		int size = snprintf(text, sizeof text, "%d\n", OOM_SCORE);
		(void)!pwrite(file, text, (size_t)size, 0);
	}
	(void)close(file);
}

void ox_process_step_back(void)
{
	raise_oom_score();
	if (getpriority(PRIO_PROCESS, 0) < NICENESS) {
		(void)setpriority(PRIO_PROCESS, 0, NICENESS);
	}
}

#endif
