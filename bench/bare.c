/* SPDX-License-Identifier: MIT */
/* What the system alone takes for a message: create, write, rename, and, where it is to be durable, fsync the file, fsync the
 * directory.
 *
 * usage: bare DIRECTORY durable|quick (with tmp and q in it); answers each line {"size":N,"count":N} on standard input, in this order, with
 * {"ms":[N,...]}, one for each message of so many octets. Ends with standard input. Removes nothing: see queue.php. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int write_one(int queue, bool durable, const char *octets, size_t size, unsigned number)
{
	char from[32], to[32];
	snprintf(from, sizeof from, "tmp/message%u", number);
	snprintf(to, sizeof to, "q/message%u", number);
	int file = open(from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int failed = file < 0 || write(file, octets, size) != (ssize_t)size || rename(from, to) != 0
		|| (durable && (fsync(file) != 0 || fsync(queue) != 0));
	close(file);
	return failed;
}

int main(int argc, char **argv)
{
	char line[256];
	unsigned number = 0;
	if (argc != 3 || chdir(argv[1]) != 0) {
		return 64;
	}
	bool durable = strcmp(argv[2], "durable") == 0;
	int queue = open("q", O_RDONLY | O_DIRECTORY);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		char *end;
		size_t size = strtoul(line + strcspn(line, "0123456789"), &end, 10);
		unsigned count = (unsigned)strtoul(end + strcspn(end, "0123456789"), NULL, 10);
		char *octets = malloc(size);
		memset(octets, 'x', size);
		printf("{\"ms\":[");
		for (unsigned i = 0; i < count; i++, number++) {
			double begun = now_ms();
			if (write_one(queue, durable, octets, size, number)) {
				printf("]}\n");
				return 1;
			}
			printf("%s%.4f", i ? "," : "", now_ms() - begun);
		}
		printf("]}\n");
		free(octets);
	}
	return 0;
}
