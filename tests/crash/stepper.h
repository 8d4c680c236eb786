/* SPDX-License-Identifier: MIT */
/* Runs a piece of code in a child process and interferes with one of its system calls, by ptrace. The child
 * makes no other calls than those of the code, so "the 17th" is the same one every time. */
#ifndef OX_CRASH_STEPPER_H
#define OX_CRASH_STEPPER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
	STEP_ONLY_COUNT,
	STEP_KILL_BEFORE, /* SIGKILL, and the call is not made */
	STEP_KILL_AFTER,  /* SIGKILL when it has been made */
	STEP_KILL_HALF,   /* a write of half its octets, then SIGKILL; other calls are left alone */
	STEP_FAIL,        /* the call is not made and fails with `error` */
	STEP_SHORT,       /* a read or write of half its octets */
} step_kind;

typedef struct {
	step_kind kind;
	size_t at;  /* which call, from 1 */
	int error;
} step_plan;

typedef struct {
	size_t calls;      /* that were begun */
	bool interfered;   /* the plan was carried out */
	bool killed;
	int exit_code;     /* of a child that was not killed; -1: by another signal */
	long call;         /* the number of the system call that was interfered with */
} step_result;

/* Runs code(context) in a child and then lets it exit. Follows one process and its first thread; others that it
 * starts run freely and die with it. */
step_result step_run(void (*code)(void *context), void *context, const step_plan *plan);

const char *step_kind_name(step_kind kind);

#endif
