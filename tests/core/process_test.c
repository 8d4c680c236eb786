/* SPDX-License-Identifier: MIT */
/* What a program does first that a web server started, on kernels new and old. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/program.h"

/* These system calls fail with ENOSYS in this process from now on; 0 = none. */
static bool forget_calls(unsigned first, unsigned second)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first ? first : ~0u, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second ? second : ~0u, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = OX_COUNT(lines), .filter = lines};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* What the child says with its exit code. */
static int in_child(int (*act)(unsigned first, unsigned second), unsigned first, unsigned second)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		_exit(act(first, second));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int close_and_count(unsigned first, unsigned second)
{
	static const int numbers[] = {3, 4, 77, 250};
	struct rlimit few = {.rlim_cur = 512, .rlim_max = 512};
	int open_count = 0;
	for (size_t i = 0; i < OX_COUNT(numbers); i++) {
		if (dup2(STDERR_FILENO, numbers[i]) < 0) {
			return 100;
		}
	}
	if (setrlimit(RLIMIT_NOFILE, &few) != 0 || !forget_calls(first, second)) {
		return 101;
	}
	ox_process_close_inherited();
	for (int number = 3; number < 512; number++) {
		open_count += fcntl(number, F_GETFD) >= 0;
	}
	for (int number = 0; number < 3; number++) {
		open_count += fcntl(number, F_GETFD) < 0 ? 10 : 0;
	}
	return open_count;
}

static void nothing_inherited_stays_open(void **state)
{
	(void)state;
	assert_int_equal(in_child(close_and_count, 0, 0), 0);
}

static void nor_on_a_kernel_without_close_range(void **state)
{
	(void)state;
	assert_int_equal(in_child(close_and_count, SYS_close_range, 0), 0);
}

static void nor_where_proc_is_not_mounted_either(void **state)
{
	(void)state;
	assert_int_equal(in_child(close_and_count, SYS_close_range, SYS_openat), 0);
}

static long oom_score(void)
{
	char text[16] = "";
	int file = open("/proc/self/oom_score_adj", O_RDONLY);
	if (file >= 0) {
		(void)!read(file, text, sizeof text - 1);
		close(file);
	}
	return strtol(text, NULL, 10);
}

static int step_back(unsigned first, unsigned second)
{
	(void)first, (void)second;
	ox_process_step_back();
	return getpriority(PRIO_PROCESS, 0) < 5 ? 1 : oom_score() < 200 ? 2 : 0;
}

static int step_back_from_further(unsigned first, unsigned second)
{
	(void)first, (void)second;
	int file = open("/proc/self/oom_score_adj", O_WRONLY);
	if (file < 0 || write(file, "700\n", 4) != 4 || setpriority(PRIO_PROCESS, 0, 15) != 0) {
		return 3;
	}
	close(file);
	ox_process_step_back();
	return getpriority(PRIO_PROCESS, 0) < 15 ? 1 : oom_score() != 700 ? 2 : 0;
}

static void the_web_server_has_the_processor_and_the_memory_first(void **state)
{
	(void)state;
	assert_int_equal(in_child(step_back, 0, 0), 0);
}

static void who_was_put_further_back_stays_there(void **state)
{
	(void)state;
	assert_int_equal(in_child(step_back_from_further, 0, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_inherited_stays_open),
		cmocka_unit_test(nor_on_a_kernel_without_close_range),
		cmocka_unit_test(nor_where_proc_is_not_mounted_either),
		cmocka_unit_test(the_web_server_has_the_processor_and_the_memory_first),
		cmocka_unit_test(who_was_put_further_back_stays_there),
	};
	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
