/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* realpath, pread */
#endif
#include "net/given_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/platform.h"

#ifdef __APPLE__
#define CHANGED(found) ((found).st_mtimespec)
#else
#define CHANGED(found) ((found).st_mtim)
#endif

struct ox_given_file {
	int descriptor;
	struct stat opened;
};

static int wrong(ox_error *error, int system_error)
{
	char words[128];
	ox_system_message(system_error, words, sizeof words);
	(void)ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
		"the file cannot be opened: %s", words);
	if (error) {
		error->sys_errno = system_error;
	}
	return OX_E_FAILED;
}

static int not_regular(ox_error *error)
{
	return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
		"it is not a regular file");
}

int ox_given_file_open(const char *path, ox_given_file **file, ox_error *error)
{
	struct stat found;
	/* To open a device can already do something to it. */
	if (stat(path, &found) != 0) {
		return wrong(error, errno);
	}
	if (!S_ISREG(found.st_mode)) {
		return not_regular(error);
	}
	int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (descriptor < 0) {
		return wrong(error, errno);
	}
	ox_given_file *made = ox_alloc(sizeof *made);
	if (!made) {
		close(descriptor);
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	int status = OX_OK;
	if (fstat(descriptor, &made->opened) != 0) {
		status = wrong(error, errno);
	}
	if (status == OX_OK && !S_ISREG(made->opened.st_mode)) {
		status = not_regular(error);
	}
	if (status != OX_OK) {
		ox_free(made);
		close(descriptor);
		return status;
	}
	made->descriptor = descriptor;
	*file = made;
	return OX_OK;
}

void ox_given_file_free(ox_given_file *file)
{
	if (file) {
		close(file->descriptor);
		ox_free(file);
	}
}

uint64_t ox_given_file_size(const ox_given_file *file)
{
	return (uint64_t)file->opened.st_size;
}

/* Where no /proc is, the name is resolved anew and must lead to the same file. */
static int resolve(const ox_given_file *file, const char *path, char *found, size_t size)
{
	char resolved[PATH_MAX];
	struct stat now;
	if (!realpath(path, resolved) || lstat(resolved, &now) != 0 || strlen(resolved) >= size) {
		return OX_E_FAILED;
	}
	memcpy(found, resolved, strlen(resolved) + 1);
	return now.st_dev == file->opened.st_dev && now.st_ino == file->opened.st_ino ? OX_OK : OX_E_FAILED;
}

int ox_given_file_path(const ox_given_file *file, const char *path, char *found, size_t size)
{
	char name[64];
	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", file->descriptor);
	ssize_t length = readlink(name, found, size);
	if (length <= 0 || (size_t)length >= size || found[0] != '/') {
		return resolve(file, path, found, size);
	}
	found[length] = 0;
	return OX_OK;
}

static bool is_unchanged(const ox_given_file *file)
{
	struct stat now;
	return fstat(file->descriptor, &now) == 0 && now.st_size == file->opened.st_size &&
		   CHANGED(now).tv_sec == CHANGED(file->opened).tv_sec &&
		   CHANGED(now).tv_nsec == CHANGED(file->opened).tv_nsec;
}

bool ox_given_file_read(void *context, uint64_t offset, void *bytes, size_t size)
{
	const ox_given_file *file = context;
	unsigned char *at = bytes;
	while (size) {
		ssize_t got = pread(file->descriptor, at, size, (off_t)offset);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return false;
		}
		at += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	/* After the reading: what was read before a change is as it was. */
	return is_unchanged(file);
}

#endif
