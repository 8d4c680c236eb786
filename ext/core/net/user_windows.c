/* SPDX-License-Identifier: MIT */
#ifdef _WIN32

#include "net/user.h"

#include <errno.h>

bool ox_user_current(ox_user *user)
{
	(void)user;
	return false;
}

bool ox_user_find(const char *name, ox_user *user)
{
	(void)name;
	(void)user;
	return false;
}

bool ox_user_path_exists(const char *path)
{
	(void)path;
	return false;
}

int ox_user_make_directory(const char *path, const ox_user *owner, unsigned mode, bool *foreign)
{
	(void)path;
	(void)owner;
	(void)mode;
	*foreign = false;
	return ENOSYS;
}

#endif
