/* SPDX-License-Identifier: MIT */
/* Where a user's spool is: the same answer for PHP, the runner and the program, who have to meet there. */
#ifndef OX_SPOOL_LOCATION_H
#define OX_SPOOL_LOCATION_H

#include "base/error.h"
#include "net/user.h"

#define OX_SPOOL_ROOT "/var/spool/outbox"
enum { OX_SPOOL_PATH_MAX = 3583 };

/* <root>/<uid> where that is there, else <home>/.local/state/outbox. root NULL is OX_SPOOL_ROOT; a root that
 * was given is the only place, there or not, so that a typing error does not begin a second queue.
 * Opens nothing. user NULL: the current one. OX_E_FAILED: class STORAGE, fact SPOOL_MISSING (neither that
 * directory nor a home, with the remedy), SPOOL_UNSUPPORTED; class USAGE: root is not absolute or too long. */
OX_MUST_USE int ox_spool_locate(const char *root, const ox_user *user,
	char path[OX_SPOOL_PATH_MAX + 1], ox_error *error);

/* As root: <root>, which everybody may pass and nobody list (0711), and in it the user's own directory (0700).
 * Without root's rights: the user's own directory in his home. What is there already and fits stays.
 * path gets the directory. OX_E_FAILED: class STORAGE, facts SPOOL_INSECURE (something else is there),
 * ERRNO, SPOOL_UNSUPPORTED; class USAGE as above. */
OX_MUST_USE int ox_spool_prepare(const char *root, const ox_user *user,
	char path[OX_SPOOL_PATH_MAX + 1], ox_error *error);

#endif
