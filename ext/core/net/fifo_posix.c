/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* F_GETPIPE_SZ */
#endif
#include "net/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_fifo(ox_file in, const char *name, int flags, ox_file *fifo)
{
	struct stat found;
	int opened = openat(in, name, flags | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	*fifo = OX_FILE_NONE;
	if (opened < 0) {
		return errno;
	}
	if (fstat(opened, &found) != 0 || !S_ISFIFO(found.st_mode) || found.st_uid != geteuid()) {
		(void)close(opened);
		return ELOOP; /* some other thing of that name */
	}
	*fifo = opened;
	return 0;
}

int ox_fifo_make(ox_file in, const char *name)
{
#ifdef __APPLE__
	(void)in, (void)name;
	return ENOSYS; /* no mkfifoat before macOS 13 */
#else
	return mkfifoat(in, name, 0600) == 0 ? 0 : errno;
#endif
}

int ox_fifo_open(ox_file in, const char *name, ox_file *fifo)
{
	/* For writing, too: with a writer that never leaves, there is no end of file to be polled for. */
	return open_fifo(in, name, O_RDWR, fifo);
}

/* So much in it that a writer may have found no room. */
static bool is_full(ox_file fifo)
{
	int capacity = 65536, waiting = 0;
#ifdef F_GETPIPE_SZ
	int told = fcntl(fifo, F_GETPIPE_SZ);
	capacity = told > 0 ? told : capacity;
#endif
	return ioctl(fifo, FIONREAD, &waiting) != 0 || waiting > capacity - PIPE_BUF;
}

int ox_fifo_read(ox_file fifo, void *bytes, size_t size, size_t *got, bool *full)
{
	ssize_t moved;
	*full = is_full(fifo);
	do {
		moved = read(fifo, bytes, size);
	} while (moved < 0 && errno == EINTR);
	*got = moved > 0 ? (size_t)moved : 0;
	return moved < 0 && errno != EAGAIN && errno != EWOULDBLOCK ? errno : 0;
}

int ox_fifo_poke(ox_file in, const char *name, const void *bytes, size_t size)
{
	ox_file fifo, reader = OX_FILE_NONE;
	int failed = open_fifo(in, name, O_WRONLY, &fifo);
	if (failed) {
		return failed; /* ENXIO: nobody reads */
	}
	/* A reader of our own, so that one who leaves at this moment does not leave us a SIGPIPE. */
	failed = open_fifo(in, name, O_RDONLY, &reader);
	if (!failed && write(fifo, bytes, size) < 0) {
		failed = errno;
	}
	ox_file_close(reader);
	ox_file_close(fifo);
	return failed;
}

#endif
