/* SPDX-License-Identifier: MIT */
#ifndef _WIN32

#include "net/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The processor is left to the child meanwhile; short, since a request waits. */
#define PAUSE_NS 200000
#define WAIT_NS INT64_C(2000000000)

int ox_program_check(const char *path)
{
	struct stat found;
	if (path[0] != '/' || stat(path, &found) != 0) {
		return path[0] != '/' ? EINVAL : errno;
	}
	bool trusted = (found.st_uid == 0 || found.st_uid == geteuid()) && !(found.st_mode & (S_IWGRP | S_IWOTH));
	if (!S_ISREG(found.st_mode) || !trusted) {
		return EPERM;
	}
	return access(path, X_OK) == 0 ? 0 : errno;
}

static int set_files(posix_spawn_file_actions_t *files)
{
	int failed = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	for (int to = STDOUT_FILENO; !failed && to <= STDERR_FILENO; to++) {
		failed = posix_spawn_file_actions_addopen(files, to, "/dev/null", O_WRONLY, 0);
	}
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 34))
	if (!failed) {
		failed = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
	}
#endif
	return failed;
}

/* PHP-FPM ignores SIGPIPE, and shells ignore others for what they start with '&'. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	/* Nobody may touch these two; some systems say so. */
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	int failed = posix_spawnattr_setsigmask(attributes, &none);
	failed = failed ? failed : posix_spawnattr_setsigdefault(attributes, &all);
	return failed ? failed
	              : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Whether it has ended, and how. Never any child: others of this process are none of our business. */
static bool has_ended(pid_t child, int how, int *failed)
{
	int status;
	pid_t ended;
	while ((ended = waitpid(child, &status, how)) < 0 && errno == EINTR) {
	}
	if (ended < 0) {
		/* SIGCHLD is ignored here, or somebody else has waited for it: it was started all the same. */
		*failed = errno == ECHILD ? 0 : errno;
	} else if (ended > 0) {
		*failed = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ECHILD;
	}
	return ended != 0;
}

/* It hands over within a millisecond. What does not is not the program it was taken for, and no request waits for
 * that for ever. */
static int wait_for(pid_t child)
{
	struct timespec pause = {0, PAUSE_NS};
	int failed = 0;
	for (int64_t waited_ns = 0; waited_ns < WAIT_NS; waited_ns += pause.tv_nsec) {
		if (has_ended(child, WNOHANG, &failed)) {
			return failed;
		}
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(child, SIGKILL);
	(void)has_ended(child, 0, &failed);
	return ETIMEDOUT;
}

int ox_program_start(const char *path, const char *const arguments[])
{
	char environment_path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char *environment[] = {environment_path, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t child;
	int failed = posix_spawn_file_actions_init(&files);
	if (failed) {
		return failed;
	}
	failed = posix_spawnattr_init(&attributes);
	if (failed) {
		(void)posix_spawn_file_actions_destroy(&files);
		return failed;
	}
	failed = set_files(&files);
	failed = failed ? failed : set_signals(&attributes);
	if (!failed) {
		/* The prototype has no const for the sake of history; nothing is written to. */
		failed = posix_spawn(&child, path, &files, &attributes, (char *const *)(uintptr_t)arguments,
			environment);
	}
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&files);
	return failed ? failed : wait_for(child);
}

#endif
