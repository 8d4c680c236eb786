/* SPDX-License-Identifier: MIT */
#ifndef _WIN32

#include "net/user.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/string.h"

enum { RECORD_MAX = 65536, MODE_BITS = 07777, PARENT_MODE = 0755 };

static void take(ox_user *user, const struct passwd *found)
{
	user->id = (uint32_t)found->pw_uid;
	user->group = (uint32_t)found->pw_gid;
	/* A name or home past its cap is as good as none. */
	if (strlen(found->pw_name) <= OX_USER_NAME_MAX) {
		memcpy(user->name, found->pw_name, strlen(found->pw_name) + 1);
	}
	if (found->pw_dir[0] == '/' && strlen(found->pw_dir) <= OX_USER_HOME_MAX) {
		memcpy(user->home, found->pw_dir, strlen(found->pw_dir) + 1);
	}
}

/* name, or id where name is NULL. */
static bool look_up(const char *name, uid_t id, ox_user *user)
{
	struct passwd record, *found = NULL;
	char *text = ox_alloc(RECORD_MAX);
	if (!text) {
		return false;
	}
	int failed = name ? getpwnam_r(name, &record, text, RECORD_MAX, &found)
	                  : getpwuid_r(id, &record, text, RECORD_MAX, &found);
	if (!failed && found) {
		take(user, found);
	}
	ox_free(text);
	return !failed && found;
}

bool ox_user_current(ox_user *user)
{
	memset(user, 0, sizeof *user);
	user->id = (uint32_t)geteuid();
	user->group = (uint32_t)getegid();
	/* In a container a process may act as a number that nobody has a name for. */
	(void)look_up(NULL, geteuid(), user);
	return true;
}

bool ox_user_find(const char *name, ox_user *user)
{
	uint64_t id;
	memset(user, 0, sizeof *user);
	if (look_up(name, 0, user)) {
		return true;
	}
	if (!ox_parse_number(ox_slice_of(name), &id) || id >= UINT32_MAX) {
		return false;
	}
	user->id = user->group = (uint32_t)id;
	(void)look_up(NULL, (uid_t)id, user);
	return true;
}

bool ox_user_path_exists(const char *path)
{
	struct stat found;
	return lstat(path, &found) == 0;
}

/* The parents as far as they are missing; each is made and entered without following a link that somebody
 * may have put there in between. *last is the name behind the last '/'. */
static int open_parent(const char *path, int *parent, const char **last)
{
	char name[256];
	int at = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (at >= 0) {
		path += strspn(path, "/");
		size_t size = strcspn(path, "/");
		const char *next = path + size + strspn(path + size, "/");
		if (!*next) {
			*parent = at;
			*last = path;
			return 0;
		}
		if (size >= sizeof name) {
			(void)close(at);
			return ENAMETOOLONG;
		}
		memcpy(name, path, size);
		name[size] = 0;
		(void)mkdirat(at, name, PARENT_MODE); /* most are there already; the open below tells */
		int below = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		int failed = errno;
		(void)close(at);
		errno = failed;
		at = below;
		path = next;
	}
	return errno;
}

static int make_in(int parent, const char *name, const ox_user *owner, unsigned mode, bool *foreign)
{
	struct stat found;
	bool made = mkdirat(parent, name, mode) == 0;
	if (!made && errno != EEXIST) {
		return errno;
	}
	int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0) {
		*foreign = errno == ELOOP || errno == ENOTDIR;
		return errno;
	}
	uid_t id = owner ? (uid_t)owner->id : geteuid();
	int failed = fstat(directory, &found) ? errno : 0;
	if (!failed && made) {
		/* The mode first: as soon as it is the owner's he may do with it what he likes. */
		failed = fchmod(directory, mode) || (owner && fchown(directory, id, (gid_t)owner->group)) ? errno : 0;
	} else if (!failed && (found.st_uid != id || (found.st_mode & MODE_BITS) != mode)) {
		*foreign = true;
		failed = EEXIST;
	}
	(void)close(directory);
	return failed;
}

int ox_user_make_directory(const char *path, const ox_user *owner, unsigned mode, bool *foreign)
{
	int parent = -1;
	const char *last = NULL;
	*foreign = false;
	if (path[0] != '/' || !path[strspn(path, "/")]) {
		return EINVAL;
	}
	int failed = open_parent(path, &parent, &last);
	if (failed) {
		*foreign = failed == ELOOP || failed == ENOTDIR;
		return failed;
	}
	failed = make_in(parent, last, owner, mode, foreign);
	(void)close(parent);
	return failed;
}

#endif
