/* SPDX-License-Identifier: MIT */
/* Runs a server and lets nothing of it outlive the test: whatever the server started, its orphans
 * too, is a child of this program at last, which ends it and reaps it.
 *
 * usage: keeper COMMAND...; ends the server on SIGTERM, or when whoever started it has died; its
 * exit code is the server's, 143 after SIGTERM. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 3 };

static void end_children(void)
{
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	while (file && fscanf(file, "%d", &child) == 1) {
		kill(child, SIGKILL);
	}
	if (file) {
		fclose(file);
	}
}

static pid_t start(char **command, const sigset_t *blocked)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_UNBLOCK, blocked, NULL);
		execvp(command[0], command);
		fprintf(stderr, "keeper: %s cannot be run\n", command[0]);
		_exit(127);
	}
	return child;
}

int main(int argc, char **argv)
{
	const struct timespec patience = {PATIENCE_S, 0}, moment = {0, 50000000};
	bool alive = true, told = false;
	int code = 143;
	sigset_t signals;
	pid_t server;

	if (argc < 2) {
		fprintf(stderr, "usage: keeper COMMAND...\n");
		return 64;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	server = start(argv + 1, &signals);
	if (server < 0) {
		perror("keeper: fork");
		return 71;
	}
	for (;;) {
		int status;
		pid_t ended;
		int got = told || !alive ? sigtimedwait(&signals, NULL, alive ? &patience : &moment)
								 : sigwaitinfo(&signals, NULL);
		if (got == SIGTERM) {
			told = true;
			kill(server, SIGTERM);
		}
		while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
			if (ended == server) {
				alive = false;
				code = WIFEXITED(status) ? WEXITSTATUS(status) : code;
			}
		}
		if (ended < 0 && errno == ECHILD) {
			return code;
		}
		if (!alive || (told && got < 0)) {
			end_children();
		}
	}
}
