/* SPDX-License-Identifier: MIT */
#include "stepper.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <elf.h>
#include <linux/ptrace.h>

/* What two processors do differently: which register holds the call's number, a length, a result. */
#if defined(__x86_64__)
typedef struct user_regs_struct registers;
#define CALL(r)   ((r)->orig_rax)
#define LENGTH(r) ((r)->rdx)
#define RESULT(r) ((r)->rax)
static void set_call(pid_t child, registers *r, long number)
{
	(void)child;
	r->orig_rax = (unsigned long)number;
}
#elif defined(__aarch64__)
typedef struct user_regs_struct registers;
#define CALL(r)   ((r)->regs[8])
#define LENGTH(r) ((r)->regs[2])
#define RESULT(r) ((r)->regs[0])
static void set_call(pid_t child, registers *r, long number)
{
	int call = (int)number;
	struct iovec part = {&call, sizeof call};
	r->regs[8] = (unsigned long)number;
	(void)ptrace(PTRACE_SETREGSET, child, NT_ARM_SYSTEM_CALL, &part);
}
#else
#error "the stepper knows x86-64 and aarch64"
#endif

static void get_registers(pid_t child, registers *r)
{
	struct iovec part = {r, sizeof *r};
	if (ptrace(PTRACE_GETREGSET, child, NT_PRSTATUS, &part) != 0) {
		perror("PTRACE_GETREGSET");
		exit(1);
	}
}

static void set_registers(pid_t child, registers *r)
{
	struct iovec part = {r, sizeof *r};
	(void)ptrace(PTRACE_SETREGSET, child, NT_PRSTATUS, &part);
}

static bool moves_octets(long call)
{
	return call == SYS_write || call == SYS_pwrite64 || call == SYS_read || call == SYS_pread64;
}

static bool writes_octets(long call)
{
	return call == SYS_write || call == SYS_pwrite64;
}

/* Calls that have no failure to pretend. */
static bool cannot_fail(long call)
{
	return call == SYS_geteuid || call == SYS_getpid || call == SYS_rt_sigprocmask || call == SYS_munmap;
}

typedef struct {
	pid_t child;
	const step_plan *plan;
	step_result result;
	bool kill_at_exit, fail_at_exit;
} stepper;

/* At the entry of the call of the plan. false: the child is dead. */
static bool interfere(stepper *s)
{
	registers r;
	const step_plan *plan = s->plan;
	get_registers(s->child, &r);
	s->result.call = (long)CALL(&r);
	if (s->result.call == SYS_exit_group || (plan->kind == STEP_FAIL && cannot_fail(s->result.call))) {
		return true;
	}
	switch (plan->kind) {
	case STEP_KILL_BEFORE:
		s->result.interfered = true;
		return false;
	case STEP_KILL_AFTER:
		s->result.interfered = s->kill_at_exit = true;
		return true;
	case STEP_KILL_HALF:
	case STEP_SHORT:
		if (LENGTH(&r) < 2 || (plan->kind == STEP_SHORT ? !moves_octets(s->result.call) :
			!writes_octets(s->result.call))) {
			return true;
		}
		LENGTH(&r) /= 2;
		set_registers(s->child, &r);
		s->result.interfered = true;
		s->kill_at_exit = plan->kind == STEP_KILL_HALF;
		return true;
	case STEP_FAIL:
		set_call(s->child, &r, -1);
		set_registers(s->child, &r);
		s->result.interfered = s->fail_at_exit = true;
		return true;
	default: return true;
	}
}

/* At the exit of that call. */
static bool conclude(stepper *s)
{
	registers r;
	if (s->fail_at_exit) {
		get_registers(s->child, &r);
		RESULT(&r) = (unsigned long)-(long)s->plan->error;
		set_registers(s->child, &r);
		s->fail_at_exit = false;
	}
	return !s->kill_at_exit;
}

static void kill_child(stepper *s)
{
	int status;
	kill(s->child, SIGKILL);
	while (waitpid(s->child, &status, __WALL) == s->child && !WIFEXITED(status) && !WIFSIGNALED(status)) {
	}
	s->result.killed = true;
}

static void step(stepper *s)
{
	int status, deliver = 0;
	bool inside = false;
	for (;;) {
		(void)ptrace(PTRACE_SYSCALL, s->child, NULL, (void *)(intptr_t)deliver);
		deliver = 0;
		if (waitpid(s->child, &status, __WALL) < 0 || WIFEXITED(status) || WIFSIGNALED(status)) {
			s->result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
			return;
		}
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			deliver = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
			continue;
		}
		inside = !inside;
		s->result.calls += inside;
		bool alive = s->result.calls != s->plan->at || (inside ? interfere(s) : conclude(s));
		if (!alive) {
			kill_child(s);
			return;
		}
	}
}

step_result step_run(void (*code)(void *context), void *context, const step_plan *plan)
{
	int status;
	stepper s = {.plan = plan};
	fflush(NULL);
	s.child = fork();
	if (s.child == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		code(context);
		_exit(0);
	}
	if (s.child < 0 || waitpid(s.child, &status, __WALL) != s.child || !WIFSTOPPED(status)) {
		fprintf(stderr, "the child cannot be traced\n");
		exit(1);
	}
	(void)ptrace(PTRACE_SETOPTIONS, s.child, NULL,
		(void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	step(&s);
	return s.result;
}

const char *step_kind_name(step_kind kind)
{
	static const char *const names[] = {"counted", "killed before", "killed after", "killed in the middle of",
		"failed", "cut short"};
	return names[kind];
}
