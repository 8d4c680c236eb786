/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* renameat2, fallocate, sync_file_range, O_NOFOLLOW */
#endif
#include "net/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK: a FIFO or device of that name must not stop us. */
enum { OPEN_FLAGS = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK };

ox_file_fault ox_file_fault_of(int system_error)
{
	switch (system_error) {
	case 0: return OX_FILE_FINE;
	case ENOENT: return OX_FILE_MISSING;
	case EEXIST: return OX_FILE_EXISTS;
	case ENOSPC:
	case EDQUOT:
	case EFBIG: return OX_FILE_FULL;
	case EWOULDBLOCK: return OX_FILE_BUSY;
	case ENXIO: return OX_FILE_NOBODY;
	case ENOTEMPTY: return OX_FILE_NOT_EMPTY;
	case ELOOP:
	case EMLINK: /* what FreeBSD says for O_NOFOLLOW */
	case EISDIR:
	case ENOTDIR: return OX_FILE_LINK;
	case EACCES:
	case EPERM: return OX_FILE_FORBIDDEN;
	case EROFS: return OX_FILE_READ_ONLY;
	case EMFILE:
	case ENFILE:
	case ENOLCK:
	case ENOMEM: return OX_FILE_RESOURCES;
	case ENOSYS:
	case EOPNOTSUPP: return OX_FILE_UNSUPPORTED;
	default: return OX_FILE_BROKEN;
	}
}

static int open_at(ox_file in, const char *name, int flags, ox_file *file)
{
	int opened;
	do {
		opened = openat(in, name, flags | OPEN_FLAGS, 0600);
	} while (opened < 0 && errno == EINTR);
	*file = opened < 0 ? OX_FILE_NONE : opened;
	return opened < 0 ? errno : 0;
}

static void describe(const struct stat *found, ox_file_facts *facts)
{
#ifdef __APPLE__
	const struct timespec *modified = &found->st_mtimespec;
#else
	const struct timespec *modified = &found->st_mtim;
#endif
	facts->kind = S_ISREG(found->st_mode) ? OX_FILE_REGULAR :
		S_ISDIR(found->st_mode) ? OX_FILE_DIRECTORY :
		S_ISFIFO(found->st_mode) ? OX_FILE_FIFO : OX_FILE_OTHER;
	facts->ours = found->st_uid == geteuid();
	facts->alone = (found->st_mode & (S_IRWXG | S_IRWXO)) == 0;
	facts->links = found->st_nlink;
	facts->size = found->st_size > 0 ? (uint64_t)found->st_size : 0;
	facts->modified_ms = modified->tv_sec > 0 ?
		(uint64_t)modified->tv_sec * 1000 + (uint64_t)modified->tv_nsec / 1000000 : 0;
	facts->device = (uint64_t)found->st_dev;
	facts->inode = (uint64_t)found->st_ino;
}

int ox_file_facts_at(ox_file in, const char *name, ox_file_facts *facts)
{
	struct stat found;
	if (fstatat(in, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
		return errno;
	}
	describe(&found, facts);
	return 0;
}

int ox_file_facts_of(ox_file file, ox_file_facts *facts)
{
	struct stat found;
	if (fstat(file, &found) != 0) {
		return errno;
	}
	describe(&found, facts);
	return 0;
}

uint32_t ox_file_user(void)
{
	return (uint32_t)geteuid();
}

bool ox_file_is_sound(const ox_file_facts *facts)
{
	return facts->kind == OX_FILE_REGULAR && facts->ours && facts->alone && facts->links == 1;
}

int ox_file_create(ox_file in, const char *name, ox_file *file)
{
	return open_at(in, name, O_RDWR | O_CREAT | O_EXCL, file);
}

static int with_facts(int failed, ox_file *file, ox_file_facts *facts)
{
	if (!failed && (failed = ox_file_facts_of(*file, facts)) != 0) {
		ox_file_close(*file);
		*file = OX_FILE_NONE;
	}
	return failed;
}

int ox_file_open(ox_file in, const char *name, bool writable, ox_file *file, ox_file_facts *facts)
{
	return with_facts(open_at(in, name, writable ? O_RDWR : O_RDONLY, file), file, facts);
}

int ox_file_open_or_create(ox_file in, const char *name, ox_file *file, ox_file_facts *facts)
{
	return with_facts(open_at(in, name, O_RDWR | O_CREAT, file), file, facts);
}

int ox_file_open_log(ox_file in, const char *name, ox_file *file, ox_file_facts *facts)
{
	return with_facts(open_at(in, name, O_RDWR | O_CREAT | O_APPEND, file), file, facts);
}

int ox_file_read_at(ox_file file, uint64_t offset, void *bytes, size_t size, size_t *got)
{
	unsigned char *at = bytes;
	*got = 0;
	while (*got < size) {
		ssize_t moved = pread(file, at + *got, size - *got, (off_t)(offset + *got));
		if (moved < 0 && errno == EINTR) {
			continue;
		}
		if (moved < 0) {
			return errno;
		}
		if (moved == 0) {
			break;
		}
		*got += (size_t)moved;
	}
	return 0;
}

int ox_file_write_at(ox_file file, uint64_t offset, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	while (size) {
		ssize_t moved = pwrite(file, at, size, (off_t)offset);
		if (moved < 0 && errno == EINTR) {
			continue;
		}
		if (moved <= 0) {
			return moved < 0 ? errno : ENOSPC;
		}
		at += moved;
		offset += (uint64_t)moved;
		size -= (size_t)moved;
	}
	return 0;
}

int ox_file_append(ox_file file, const void *bytes, size_t size, size_t *put)
{
	const unsigned char *at = bytes;
	*put = 0;
	while (*put < size) {
		ssize_t moved = write(file, at + *put, size - *put);
		if (moved < 0 && errno == EINTR) {
			continue;
		}
		if (moved <= 0) {
			return moved < 0 ? errno : ENOSPC;
		}
		*put += (size_t)moved;
	}
	return 0;
}

int ox_file_cut(ox_file file, uint64_t size)
{
	return ftruncate(file, (off_t)size) == 0 ? 0 : errno;
}

int ox_file_reserve(ox_file file, uint64_t offset, uint64_t size)
{
#ifdef FALLOC_FL_KEEP_SIZE
	if (fallocate(file, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size) != 0 &&
	    (errno == ENOSPC || errno == EDQUOT || errno == EIO)) {
		return errno;
	}
#else
	(void)file, (void)offset, (void)size;
#endif
	return 0;
}

int ox_file_set_modified(ox_file file, uint64_t modified_ms)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
	times[1].tv_sec = (time_t)(modified_ms / 1000);
	times[1].tv_nsec = (long)(modified_ms % 1000 * 1000000);
	return futimens(file, times) == 0 ? 0 : errno;
}

int ox_file_sync(ox_file file)
{
#ifdef F_FULLFSYNC
	/* Apple's fsync() leaves the octets in the drive's cache. */
	if (fcntl(file, F_FULLFSYNC) == 0) {
		return 0;
	}
#endif
	/* Not again on EINTR's sisters: after a failed sync the kernel has dropped what it could not write. */
	int failed;
	do {
		failed = fsync(file) != 0 ? errno : 0;
	} while (failed == EINTR);
	return failed;
}

int ox_file_sync_data(ox_file file)
{
#ifdef __linux__
	int failed;
	do {
		failed = fdatasync(file) != 0 ? errno : 0;
	} while (failed == EINTR);
	return failed;
#else
	return ox_file_sync(file);
#endif
}

void ox_file_start_sync(ox_file file)
{
#ifdef SYNC_FILE_RANGE_WRITE
	(void)sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
	(void)file;
#endif
}

int ox_file_lock(ox_file file, bool shared)
{
	int failed;
	do {
		failed = flock(file, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 ? errno : 0;
	} while (failed == EINTR);
	return failed;
}

int ox_file_wait_lock(ox_file file)
{
	int failed;
	do {
		failed = flock(file, LOCK_EX) != 0 ? errno : 0;
	} while (failed == EINTR);
	return failed;
}

void ox_file_unlock(ox_file file)
{
	(void)flock(file, LOCK_UN);
}

/* Where there is no rename that spares what is there: a second name first, which fails if it is taken. */
static int link_and_unlink(ox_file from, const char *name, ox_file to, const char *as)
{
	if (linkat(from, name, to, as, 0) != 0) {
		return errno;
	}
	return unlinkat(from, name, 0) == 0 ? 0 : errno;
}

static int rename_new(ox_file from, const char *name, ox_file to, const char *as)
{
#if defined(RENAME_NOREPLACE)
	if (renameat2(from, name, to, as, RENAME_NOREPLACE) == 0) {
		return 0;
	}
	if (errno != EINVAL && errno != ENOSYS) {
		return errno;
	}
#elif defined(RENAME_EXCL)
	if (renameatx_np(from, name, to, as, RENAME_EXCL) == 0) {
		return 0;
	}
	if (errno != ENOTSUP) {
		return errno;
	}
#endif
	return link_and_unlink(from, name, to, as);
}

int ox_file_rename(ox_file from, const char *name, ox_file to, const char *as, bool replace)
{
	if (!replace) {
		return rename_new(from, name, to, as);
	}
	return renameat(from, name, to, as) == 0 ? 0 : errno;
}

int ox_file_remove(ox_file in, const char *name)
{
	return unlinkat(in, name, 0) == 0 ? 0 : errno;
}

void ox_file_close(ox_file file)
{
	if (file != OX_FILE_NONE) {
		/* Not again on EINTR: on Linux the number is free already and may be somebody else's. */
		(void)close(file);
	}
}

#endif
