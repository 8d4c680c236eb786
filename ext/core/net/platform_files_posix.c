/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_NOFOLLOW, O_DIRECTORY, openat */
#endif
#include "net/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_LENGTH_MAX = 200 };

static bool is_private(const struct stat *file)
{
	return file->st_uid == geteuid() && (file->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool is_plain_name(const char *name)
{
	size_t length = strlen(name);
	return length && length <= NAME_LENGTH_MAX && !strchr(name, '/') && name[0] != '.';
}

/* Opens the directory itself, so that what was checked is what is used; -1 if it is not private. */
static int open_directory(const char *directory, bool make)
{
	char *path = ox_copy_string(directory);
	struct stat found;
	int opened = -1;
	if (!path) {
		return -1;
	}
	/* A trailing slash would make O_NOFOLLOW follow. */
	for (size_t end = strlen(path); end > 1 && path[end - 1] == '/'; end--) {
		path[end - 1] = 0;
	}
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	opened = open(path, flags);
	if (opened < 0 && errno == ENOENT && make && (mkdir(path, 0700) == 0 || errno == EEXIST)) {
		opened = open(path, flags);
	}
	if (opened >= 0 && (fstat(opened, &found) != 0 || !is_private(&found))) {
		close(opened);
		opened = -1;
	}
	ox_free(path);
	return opened;
}

static bool read_all(int file, void *bytes, size_t size)
{
	unsigned char *at = bytes;
	while (size) {
		ssize_t got = read(file, at, size);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return false;
		}
		at += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_all(int file, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	while (size) {
		ssize_t put = write(file, at, size);
		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put <= 0) {
			return false;
		}
		at += put;
		size -= (size_t)put;
	}
	return true;
}

int ox_private_read(const char *directory, const char *name, void *bytes, size_t *size)
{
	int status = OX_E_FAILED;
	int file = -1;
	struct stat found;
	int folder = is_plain_name(name) ? open_directory(directory, false) : -1;
	if (folder < 0) {
		return OX_E_FAILED;
	}
	/* O_NONBLOCK: a FIFO of that name must not stop us. */
	file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0 || fstat(file, &found) != 0) {
		goto done;
	}
	/* A second link would be a way to have us read a file from elsewhere. */
	if (!S_ISREG(found.st_mode) || !is_private(&found) || found.st_nlink != 1) {
		goto done;
	}
	if (found.st_size < 0 || (uintmax_t)found.st_size > *size ||
	    !read_all(file, bytes, (size_t)found.st_size)) {
		goto done;
	}
	*size = (size_t)found.st_size;
	status = OX_OK;
done:
	if (file >= 0) {
		close(file);
	}
	close(folder);
	return status;
}

int ox_private_write(const char *directory, const char *name, const void *bytes, size_t size)
{
	int status = OX_E_FAILED;
	uint64_t dice;
	char fresh[NAME_LENGTH_MAX + 32];
	int folder = is_plain_name(name) ? open_directory(directory, true) : -1;
	if (folder < 0) {
		return OX_E_FAILED;
	}
	if (ox_random(&dice, sizeof dice) != OX_OK) {
		goto done;
	}
	snprintf(fresh, sizeof fresh, ".%s.%016llx", name, (unsigned long long)dice);
	int file = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0) {
		goto done;
	}
	bool whole = write_all(file, bytes, size);
	if (close(file) != 0 || !whole || renameat(folder, fresh, folder, name) != 0) {
		(void)unlinkat(folder, fresh, 0);
		goto done;
	}
	status = OX_OK;
done:
	close(folder);
	return status;
}

void ox_private_remove(const char *directory, const char *name)
{
	int folder = is_plain_name(name) ? open_directory(directory, false) : -1;
	if (folder >= 0) {
		(void)unlinkat(folder, name, 0);
		close(folder);
	}
}

#endif
