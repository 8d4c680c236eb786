/* SPDX-License-Identifier: MIT */
/* Starting another program that goes its own way, and what that does first. program_posix.c and process_posix.c, or
 * program_windows.c, which cannot. */
#ifndef OX_NET_PROGRAM_H
#define OX_NET_PROGRAM_H

#include "base/memory.h"

/* Whether `path` is one that may be started for others' mail: absolute, a regular file, executable, owned by root
 * or by us, and for nobody else to change. 0, or the system's error number (EACCES's kind for what is not to
 * be trusted). */
OX_MUST_USE int ox_program_check(const char *path);

/* Starts it with these arguments (the first is its name, the last NULL), without a shell, and waits for it: it has
 * to hand over to a child of its own and to end at once. It gets no descriptor of ours (a web server's listening
 * socket would live on in it), standard input and output are /dev/null, no signal is blocked or ignored, and the
 * environment is PATH alone. No handler of pthread_atfork() runs. 0, or the system's error number, ECHILD's kind
 * where it ended badly, ETIMEDOUT's where it had not ended after two seconds and was ended. */
OX_MUST_USE int ox_program_start(const char *path, const char *const arguments[]);

/* In a program that was just started: closes every descriptor but the first three, so that nothing of who started it
 * lives on. */
void ox_process_close_inherited(void);

/* The same, before ox_process_harden(): others have the processor first, and where memory is out this one is ended before
 * the web server. */
void ox_process_step_back(void);

#endif
