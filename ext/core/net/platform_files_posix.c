/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_NOFOLLOW, O_DIRECTORY, openat */
#endif
#include "net/platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

enum {
	NAME_LENGTH_MAX = 200,
	PATH_LENGTH_MAX = 4096,
	CLOCK_STEP_MS = 100, /* more than any filesystem's clock moves at once */
};

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
		errno = 0;
	}
	ox_free(path);
	return opened;
}

bool ox_private_is_usable(const char *directory)
{
	int opened = open_directory(directory, true);
	if (opened >= 0) {
		close(opened);
	}
	return opened >= 0;
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

/* -1 and errno 0 where it was not the system that refused. */
static int open_named(const char *directory, const char *name, bool make)
{
	errno = 0;
	return is_plain_name(name) ? open_directory(directory, make) : -1;
}

static int write_file(int folder, const char *fresh, const void *bytes, size_t size, bool durable)
{
	int file = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0) {
		return OX_E_FAILED;
	}
	bool whole = write_all(file, bytes, size) && (!durable || fsync(file) == 0);
	int why = errno;
	whole = close(file) == 0 && whole;
	if (!whole) {
		(void)unlinkat(folder, fresh, 0);
		errno = why;
	}
	return whole ? OX_OK : OX_E_FAILED;
}

static int replace_file(const char *directory, const char *name, const void *bytes, size_t size,
	bool durable)
{
	uint64_t dice;
	char fresh[NAME_LENGTH_MAX + 32];
	int folder = open_named(directory, name, true);
	if (folder < 0 || ox_random(&dice, sizeof dice) != OX_OK) {
		if (folder >= 0) {
			close(folder);
		}
		return OX_E_FAILED;
	}
	snprintf(fresh, sizeof fresh, ".%s.%016llx", name, (unsigned long long)dice);
	int status = write_file(folder, fresh, bytes, size, durable);
	if (status == OX_OK && renameat(folder, fresh, folder, name) != 0) {
		int why = errno;
		(void)unlinkat(folder, fresh, 0);
		errno = why;
		status = OX_E_FAILED;
	}
	if (status == OX_OK && durable && fsync(folder) != 0) {
		status = OX_E_FAILED;
	}
	int why = errno;
	close(folder);
	errno = why;
	return status;
}

int ox_private_write(const char *directory, const char *name, const void *bytes, size_t size)
{
	return replace_file(directory, name, bytes, size, false);
}

int ox_private_save(const char *directory, const char *name, const void *bytes, size_t size,
	int *system_error)
{
	int status = replace_file(directory, name, bytes, size, true);
	*system_error = status == OX_OK ? 0 : errno;
	return status;
}

int ox_private_delete(const char *directory, const char *name, int *system_error)
{
	int folder = open_named(directory, name, false);
	bool gone = folder >= 0 && unlinkat(folder, name, 0) == 0;
	gone = gone && fsync(folder) == 0;
	*system_error = gone ? 0 : errno;
	if (folder >= 0) {
		close(folder);
	}
	return gone ? OX_OK : OX_E_FAILED;
}

static uint64_t nanoseconds(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
}

int ox_private_stamp(const char *directory, const char *name, uint64_t *stamp, bool *settled)
{
	struct stat found;
	char path[PATH_LENGTH_MAX];
	int length = is_plain_name(name) ? snprintf(path, sizeof path, "%s/%s", directory, name) : -1;
	*stamp = 0;
	if (length < 0 || (size_t)length >= sizeof path) {
		return OX_E_FAILED;
	}
	if (fstatat(AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) != 0) {
		return errno == ENOENT ? OX_OK : OX_E_FAILED;
	}
	const uint64_t facts[] = {(uint64_t)found.st_dev, (uint64_t)found.st_ino, (uint64_t)found.st_size,
		nanoseconds(&found.st_mtim), nanoseconds(&found.st_ctim)};
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		*stamp = (*stamp ^ facts[i]) * UINT64_C(0x9e3779b97f4a7c15);
		*stamp ^= *stamp >> 32;
	}
	*stamp |= 1;
	if (settled) {
		uint64_t changed_ms = nanoseconds(&found.st_ctim) / 1000000, now_ms = ox_wall_clock_ms();
		*settled = now_ms > changed_ms && now_ms - changed_ms > CLOCK_STEP_MS;
	}
	return OX_OK;
}

int ox_private_list(const char *directory, ox_buffer *names)
{
	errno = 0;
	int folder = open_directory(directory, false);
	if (folder < 0) {
		return errno == ENOENT ? OX_OK : OX_E_FAILED;
	}
	DIR *stream = fdopendir(folder); /* takes folder */
	if (!stream) {
		close(folder);
		return OX_E_FAILED;
	}
	int status = OX_OK;
	const struct dirent *entry;
	while (status == OX_OK && (entry = readdir(stream))) {
		if (entry->d_name[0] != '.') {
			status = ox_buffer_append(names, entry->d_name, strlen(entry->d_name) + 1);
		}
	}
	closedir(stream);
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
