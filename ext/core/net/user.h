/* SPDX-License-Identifier: MIT */
/* Who a process acts as, and directories made for others. What the system is asked for is in user_posix.c, or
 * user_windows.c, where nobody is found. */
#ifndef OX_NET_USER_H
#define OX_NET_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum { OX_USER_NAME_MAX = 255, OX_USER_HOME_MAX = 3071, OX_USER_DOMAIN_SIZE = 256,
	OX_USER_ADDRESS_SIZE = OX_USER_NAME_MAX + 1 + OX_USER_DOMAIN_SIZE };

typedef struct {
	uint32_t id, group;
	char name[OX_USER_NAME_MAX + 1]; /* "" where the system knows none: the id counts */
	char home[OX_USER_HOME_MAX + 1]; /* absolute, or "" */
} ox_user;

/* By effective id: a program that gave up its rights acts as who it is now. false only on Windows. */
bool ox_user_current(ox_user *user);

/* The domain of users of this host: its name, or "localhost" where that is none. */
void ox_user_domain(char domain[OX_USER_DOMAIN_SIZE]);

/* user@host, for a message that names nobody: "nobody" where the system has no name for the user. */
void ox_user_address(char address[OX_USER_ADDRESS_SIZE]);

/* By name, or by number where nobody has that name. false: there is no such user. */
bool ox_user_find(const char *name, ox_user *user);

/* Whether anything has this path; a link counts by itself. */
bool ox_user_path_exists(const char *path);

/* A directory that is there afterwards with this owner and mode, and nobody's link: made with its missing
 * parents (0755, whoever runs this), or taken as it is where owner and mode fit already. owner NULL: whoever
 * runs this. 0 or the system's error number; EEXIST's kind of trouble (another owner, another mode, a link)
 * is *foreign. */
OX_MUST_USE int ox_user_make_directory(const char *path, const ox_user *owner, unsigned mode,
	bool *foreign);

#endif
