/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/program.h"

static char folder[64];
static char program[96], report[96];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/outbox-program-XXXXXX");
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(program, sizeof program, "%s/program", folder);
	snprintf(report, sizeof report, "%s/report", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	remove(program);
	remove(report);
	return rmdir(folder);
}

/* A program that does this; $1 is the report. */
static void make_program(const char *script)
{
	remove(program);
	remove(report);
	FILE *file = fopen(program, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fclose(file);
	assert_int_equal(chmod(program, 0755), 0);
}

static int start(void)
{
	const char *const arguments[] = {"program", report, "second", NULL};
	return ox_program_start(program, arguments);
}

static const char *reported(void)
{
	static char text[4096];
	FILE *file = fopen(report, "r");
	assert_non_null(file);
	size_t size = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[size] = 0;
	return text;
}

static void a_program_that_others_can_change_is_not_started(void **state)
{
	static const struct {
		mode_t mode;
		int failed;
	} modes[] = {{0755, 0}, {0700, 0}, {0775, EPERM}, {0757, EPERM}, {0777, EPERM}, {0644, EACCES}};
	(void)state;
	make_program("exit 0");
	for (size_t i = 0; i < OX_COUNT(modes); i++) {
		assert_int_equal(chmod(program, modes[i].mode), 0);
		assert_int_equal(ox_program_check(program), modes[i].failed);
	}
	assert_int_equal(chmod(program, 0755), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(program, 65534, 0), 0);
		assert_int_equal(ox_program_check(program), EPERM);
		assert_int_equal(chown(program, 0, 0), 0);
	}
	assert_int_equal(ox_program_check("program"), EINVAL);
	assert_int_equal(ox_program_check(report), ENOENT);
	assert_int_equal(ox_program_check(folder), EPERM);
}

static void it_gets_its_arguments_and_nothing_of_the_environment(void **state)
{
	(void)state;
	setenv("OUTBOX_TEST_SECRET", "canary", 1);
	make_program("{ echo \"$# $2\"; /usr/bin/env; pwd; } >\"$1\"");
	assert_int_equal(start(), 0);
	unsetenv("OUTBOX_TEST_SECRET");
	assert_memory_equal(reported(), "2 second\n", 9);
	assert_non_null(strstr(reported(), "\nPATH=/usr/local/bin:/usr/bin:/bin\n"));
	assert_null(strstr(reported(), "canary"));
}

/* What a web server has open must not live on in what it starts: its port could not be bound again. */
static void it_inherits_no_descriptor(void **state)
{
	int ends[2], high;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	(void)state;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(pipe(ends), 0);
	assert_true((high = fcntl(listener, F_DUPFD, 251)) >= 251);
	/* The shell has this script and our report open; ls would show more. */
	make_program("{ for f in /proc/$$/fd/*; do readlink $f; done; :; } >\"$1\" 2>&1");
	assert_int_equal(start(), 0);
	close(high);
	close(ends[0]);
	close(ends[1]);
	close(listener);
	assert_null(strstr(reported(), "socket:"));
	assert_null(strstr(reported(), "pipe:"));
	assert_non_null(strstr(reported(), "/dev/null"));
}

static void no_signal_is_blocked_or_ignored_in_it(void **state)
{
	sigset_t some, before;
	(void)state;
	void (*pipe_before)(int) = signal(SIGPIPE, SIG_IGN);
	void (*quit_before)(int) = signal(SIGQUIT, SIG_IGN);
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGUSR1);
	sigprocmask(SIG_BLOCK, &some, &before);
	make_program("/bin/grep -E '^Sig(Blk|Ign)' /proc/self/status >\"$1\"");
	int failed = start();
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, pipe_before);
	signal(SIGQUIT, quit_before);
	assert_int_equal(failed, 0);
	static const char first[] = "SigBlk:\t0000000000000000\nSigIgn:\t";
	assert_memory_equal(reported(), first, sizeof first - 1);
	unsigned long long ignored = strtoull(reported() + sizeof first - 1, NULL, 16);
	/* 32 and 33 are glibc's own, which nobody is allowed to change. */
	assert_int_equal(ignored & ~0x180000000ull, 0);
}

static void one_that_cannot_be_started_or_ends_badly_says_so(void **state)
{
	const char *const arguments[] = {"none", NULL};
	(void)state;
	make_program("exit 1");
	assert_int_equal(start(), ECHILD);
	make_program("kill -9 $$");
	assert_int_equal(start(), ECHILD);
	assert_int_equal(ox_program_start("/nonexistent/program", arguments), ENOENT);
	make_program("exit 0");
	assert_int_equal(chmod(program, 0644), 0);
	assert_int_equal(start(), EACCES);
}

/* Whoever is named by mistake: a request must not wait for it for ever. */
static void one_that_does_not_hand_over_is_ended(void **state)
{
	pid_t child;
	int status;
	(void)state;
	make_program("echo $$ >\"$1\"; while :; do /bin/sleep 0.1; done");
	assert_int_equal(start(), ETIMEDOUT);
	child = (pid_t)strtol(reported(), NULL, 10);
	assert_true(child > 1);
	assert_int_equal(waitpid(child, &status, WNOHANG), -1); /* ended, and no zombie */
	assert_int_equal(errno, ECHILD);
}

static void other_children_are_left_to_their_parent(void **state)
{
	int status;
	pid_t other = fork();
	(void)state;
	if (other == 0) {
		_exit(7);
	}
	make_program("exit 0");
	assert_int_equal(start(), 0);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void it_starts_where_nobody_hears_of_children(void **state)
{
	(void)state;
	void (*before)(int) = signal(SIGCHLD, SIG_IGN);
	make_program("exit 0");
	int failed = start();
	signal(SIGCHLD, before);
	assert_int_equal(failed, 0);
}

static int forks;

static void count_fork(void)
{
	forks++;
}

/* FrankenPHP's handler makes what was forked die with its thread. */
static void no_handler_of_forks_runs(void **state)
{
	(void)state;
	assert_int_equal(pthread_atfork(count_fork, count_fork, count_fork), 0);
	make_program("exit 0");
	assert_int_equal(start(), 0);
	assert_int_equal(forks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_others_can_change_is_not_started),
		cmocka_unit_test(it_gets_its_arguments_and_nothing_of_the_environment),
		cmocka_unit_test(it_inherits_no_descriptor),
		cmocka_unit_test(no_signal_is_blocked_or_ignored_in_it),
		cmocka_unit_test(one_that_cannot_be_started_or_ends_badly_says_so),
		cmocka_unit_test(one_that_does_not_hand_over_is_ended),
		cmocka_unit_test(other_children_are_left_to_their_parent),
		cmocka_unit_test(it_starts_where_nobody_hears_of_children),
		cmocka_unit_test(no_handler_of_forks_runs),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
