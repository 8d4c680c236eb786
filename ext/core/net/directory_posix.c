/* SPDX-License-Identifier: MIT */
#ifndef _WIN32
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "net/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#ifdef __linux__
#include <sys/vfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif
#include <unistd.h>

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

static int open_component(ox_file in, const char *name, ox_file *opened)
{
	int found;
	do {
		found = openat(in, name, DIRECTORY_FLAGS);
	} while (found < 0 && errno == EINTR);
	*opened = found < 0 ? OX_FILE_NONE : found;
	return found < 0 ? errno : 0;
}

/* One on the way to the spool: it may let us pass and not read it, as /var/spool/outbox does. */
static int open_on_the_way(ox_file in, const char *name, ox_file *opened)
{
	int failed = open_component(in, name, opened);
#ifdef O_PATH
	if (failed == EACCES) {
		*opened = openat(in, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		failed = *opened < 0 ? errno : 0;
	}
#endif
	return failed;
}

/* What is made has to be there after a power cut, or all that is put below it is not. */
static int make_component(ox_file in, const char *name, ox_file *opened)
{
	if (mkdirat(in, name, 0700) != 0 && errno != EEXIST) {
		return errno;
	}
	int failed = open_component(in, name, opened);
	return failed ? failed : ox_directory_sync(in);
}

static int judge(ox_file directory, bool last, bool any_parent, ox_directory_fault *fault)
{
	struct stat found;
	if (fstat(directory, &found) != 0) {
		return errno;
	}
	bool ours = found.st_uid == geteuid();
	mode_t open_to = found.st_mode & (S_IWGRP | S_IWOTH);
	if (last) {
		*fault = !ours ? OX_DIRECTORY_OWNER :
			(found.st_mode & 0777) != 0700 ? OX_DIRECTORY_MODE : OX_DIRECTORY_SOUND;
	} else if (!any_parent) {
		if (found.st_gid == 0) {
			open_to &= (mode_t)~S_IWGRP;
		}
		*fault = !ours && found.st_uid != 0 ? OX_DIRECTORY_PARENT_OWNER :
			open_to ? OX_DIRECTORY_PARENT_OPEN : OX_DIRECTORY_SOUND;
	}
	return *fault == OX_DIRECTORY_SOUND ? 0 : EACCES;
}

/* Cuts the next component out of *rest; "" at the end, NULL for one that is not plain or too long. */
static const char *next_component(const char **rest, char *name, size_t room)
{
	while (**rest == '/') {
		(*rest)++;
	}
	size_t length = strcspn(*rest, "/");
	if (length >= room) {
		return NULL;
	}
	memcpy(name, *rest, length);
	name[length] = 0;
	*rest += length;
	return !strcmp(name, ".") || !strcmp(name, "..") ? NULL : name;
}

static bool is_last(const char *rest)
{
	return rest[strspn(rest, "/")] == 0;
}

int ox_directory_open(const char *path, unsigned how, ox_file *directory, ox_directory_fault *fault,
	const char **component)
{
	char name[256];
	const char *rest = path;
	bool any_parent = (how & OX_DIRECTORY_ANY_PARENT) != 0;
	*directory = OX_FILE_NONE;
	*component = path;
	*fault = OX_DIRECTORY_RELATIVE;
	if (*path != '/' || is_last(path)) {
		return EINVAL;
	}
	*fault = OX_DIRECTORY_SOUND;
	int at = OX_FILE_NONE, next;
	int failed = open_on_the_way(AT_FDCWD, "/", &at);
	while (!failed && !(failed = judge(at, is_last(rest), any_parent, fault)) && !is_last(rest)) {
		if (!next_component(&rest, name, sizeof name)) {
			*fault = OX_DIRECTORY_RELATIVE;
			failed = EINVAL;
			break;
		}
		*component = rest;
		failed = is_last(rest) ? open_component(at, name, &next) : open_on_the_way(at, name, &next);
		if (failed == ENOENT && how & OX_DIRECTORY_MAKE) {
			failed = make_component(at, name, &next);
		}
		ox_file_close(at);
		at = next;
	}
	if (failed == ELOOP || failed == ENOTDIR || failed == EMLINK) {
		*fault = OX_DIRECTORY_LINKED;
	}
	if (failed) {
		ox_file_close(at);
		return failed;
	}
	*directory = at;
	return 0;
}

int ox_directory_open_at(ox_file in, const char *name, ox_file *directory)
{
	struct stat found;
	int failed = open_component(in, name, directory);
	if (!failed && fstat(*directory, &found) != 0) {
		failed = errno;
	} else if (!failed && (found.st_uid != geteuid() || (found.st_mode & (S_IRWXG | S_IRWXO)))) {
		failed = EPERM;
	}
	if (failed) {
		ox_file_close(*directory);
		*directory = OX_FILE_NONE;
	}
	return failed;
}

int ox_directory_make(ox_file in, const char *name)
{
	return mkdirat(in, name, 0700) == 0 ? 0 : errno;
}

int ox_directory_remove(ox_file in, const char *name)
{
	if (unlinkat(in, name, AT_REMOVEDIR) == 0) {
		return 0;
	}
	return errno == EEXIST ? ENOTEMPTY : errno;
}

int ox_directory_sync(ox_file directory)
{
	int failed = ox_file_sync(directory);
	return failed == EINVAL ? 0 : failed; /* a filesystem without a notion of it */
}

struct ox_listing {
	DIR *stream;
};

int ox_listing_open(ox_file directory, ox_listing **listing)
{
	int opened;
	*listing = NULL;
	/* An opening of its own: the offset of `directory` is shared with whoever else reads it. */
	int failed = open_component(directory, ".", &opened);
	if (failed) {
		return failed;
	}
	ox_listing *made = ox_alloc(sizeof *made);
	if (!made) {
		ox_file_close(opened);
		return ENOMEM;
	}
	made->stream = fdopendir(opened);
	if (!made->stream) {
		failed = errno;
		ox_file_close(opened);
		ox_free(made);
		return failed;
	}
	*listing = made;
	return 0;
}

int ox_listing_next(ox_listing *listing, const char **name)
{
	struct dirent *entry;
	do {
		errno = 0;
		entry = readdir(listing->stream);
	} while (entry && (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")));
	*name = entry ? entry->d_name : NULL;
	return entry ? 0 : errno;
}

void ox_listing_free(ox_listing *listing)
{
	if (listing) {
		(void)closedir(listing->stream);
		ox_free(listing);
	}
}

#ifdef __linux__
/* Numbers of statfs(2): the kernel's headers for them are not everywhere. */
static ox_filesystem filesystem_of(uint32_t type)
{
	static const uint32_t network[] = {0x6969 /* NFS */, 0x517b /* SMB */, 0xff534d42 /* CIFS */,
		0xfe534d42 /* SMB2 */, 0x5346414f /* AFS */, 0x6b414653 /* kAFS */, 0x73757245 /* Coda */,
		0x564c /* NCP */, 0x01021997 /* 9P */, 0x00c36400 /* Ceph */, 0x0bd00bd0 /* Lustre */,
		0x19830326 /* BeeGFS */, 0x47504653 /* GPFS */, 0x786f4256 /* VirtualBox */};
	for (size_t i = 0; i < sizeof network / sizeof *network; i++) {
		if (network[i] == type) {
			return OX_FILESYSTEM_NETWORK;
		}
	}
	switch (type) {
	case 0x01021994: /* tmpfs */
	case 0x858458f6: return OX_FILESYSTEM_MEMORY; /* ramfs */
	case 0x794c7630: return OX_FILESYSTEM_OVERLAY;
	default: return OX_FILESYSTEM_LOCAL;
	}
}
#endif

int ox_directory_filesystem(ox_file directory, ox_filesystem *filesystem)
{
	struct statfs found;
	if (fstatfs(directory, &found) != 0) {
		return errno;
	}
#ifdef __linux__
	*filesystem = filesystem_of((uint32_t)found.f_type);
#else
	*filesystem = found.f_flags & MNT_LOCAL ? OX_FILESYSTEM_LOCAL : OX_FILESYSTEM_NETWORK;
#endif
	return 0;
}

int ox_directory_space(ox_file directory, ox_file_space *space)
{
	struct statvfs found;
	int failed;
	do {
		failed = fstatvfs(directory, &found) != 0 ? errno : 0;
	} while (failed == EINTR);
	if (failed) {
		return failed;
	}
	space->free_bytes = (uint64_t)found.f_bavail * found.f_frsize;
	space->free_inodes = found.f_files ? (uint64_t)found.f_favail : UINT64_MAX;
	return 0;
}

#endif
