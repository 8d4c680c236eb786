/* SPDX-License-Identifier: MIT */
#include "spool/location.h"

#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "net/platform.h"

enum { ROOT_MODE = 0711, OWN_MODE = 0700, ROOT_MAX = 3071 };

#define IN_HOME "/.local/state/outbox"

static int check_root(const char *root, ox_error *error)
{
	if (root[0] != '/' || strlen(root) > ROOT_MAX || ox_has_control(root, strlen(root))) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"the root of the spools must be an absolute path of at most %d octets", ROOT_MAX);
	}
	return OX_OK;
}

static int no_users(ox_error *error)
{
	return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
		OX_FACT_SPOOL_UNSUPPORTED, "there is no queue on this system yet");
}

static void below(const char *root, const ox_user *user, char path[OX_SPOOL_PATH_MAX + 1])
{
	snprintf(path, OX_SPOOL_PATH_MAX + 1, "%s/%lu", root, (unsigned long)user->id);
}

int ox_spool_locate(const char *root, const ox_user *user, char path[OX_SPOOL_PATH_MAX + 1],
	ox_error *error)
{
	ox_user current;
	if (!user && !ox_user_current(&current)) {
		return no_users(error);
	}
	user = user ? user : &current;
	int status = check_root(root ? root : OX_SPOOL_ROOT, error);
	if (status != OX_OK) {
		return status;
	}
	below(root ? root : OX_SPOOL_ROOT, user, path);
	if (root || ox_user_path_exists(path)) {
		return OX_OK;
	}
	if (!user->home[0] || !user->home[1]) {
		return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
			OX_FACT_SPOOL_MISSING, "there is no %s, and user %lu has no home; as root: outbox setup --user %lu",
			path, (unsigned long)user->id, (unsigned long)user->id);
	}
	snprintf(path, OX_SPOOL_PATH_MAX + 1, "%s" IN_HOME, user->home);
	return OX_OK;
}

static int make(const char *path, const ox_user *owner, unsigned mode, ox_error *error)
{
	char words[200];
	bool foreign;
	int failed = ox_user_make_directory(path, owner, mode, &foreign);
	if (!failed) {
		return OX_OK;
	}
	if (foreign) {
		return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE,
			OX_FACT_SPOOL_INSECURE, "%s is there already, with another owner, another mode than %04o, or as "
			"a symbolic link", path, mode);
	}
	ox_system_message(failed, words, sizeof words);
	int status = ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
		"cannot make %s: %s", path, words);
	if (error) {
		error->sys_errno = failed;
	}
	return status;
}

int ox_spool_prepare(const char *root, const ox_user *user, char path[OX_SPOOL_PATH_MAX + 1],
	ox_error *error)
{
	ox_user current;
	if (!ox_user_current(&current)) {
		return no_users(error);
	}
	const char *at = root ? root : OX_SPOOL_ROOT;
	int status = check_root(at, error);
	if (status != OX_OK) {
		return status;
	}
	user = user ? user : &current;
	if (current.id == 0 || root) {
		status = make(at, NULL, ROOT_MODE, error);
		below(at, user, path);
	} else {
		status = ox_spool_locate(NULL, user, path, error);
	}
	return status == OX_OK ? make(path, user->id == current.id ? NULL : user, OWN_MODE, error) : status;
}
