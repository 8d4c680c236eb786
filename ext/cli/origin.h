/* SPDX-License-Identifier: MIT */
/* Where a command takes its relay from: a profile of the spool, or a DSN that is in no process list. */
#ifndef OUTBOX_CLI_ORIGIN_H
#define OUTBOX_CLI_ORIGIN_H

#include "policy.h"

#include "client/client.h"
#include "relay/profile.h"

enum { ORIGIN_PROFILE = 6000, ORIGIN_DSN_FILE, ORIGIN_INSECURE };

#define ORIGIN_OPTIONS \
	{"profile", required_argument, NULL, ORIGIN_PROFILE}, \
	{"dsn-file", required_argument, NULL, ORIGIN_DSN_FILE}, \
	{"insecure", no_argument, NULL, ORIGIN_INSECURE}

#define ORIGIN_HELP \
	"  --profile NAME   the relay profile of the spool; else \"default\", or the only one\n" \
	"  --dsn-file FILE  a file whose first line is a DSN (smtps://user:password@host); - is standard\n" \
	"                   input. OUTBOX_DSN in the environment does the same. Not an option of its own:\n" \
	"                   everybody on the machine can read those\n" \
	"  --insecure       allows verify=0 in it\n"

typedef struct {
	const char *profile, *dsn_file; /* borrow the words of the command line */
	policy policy; /* zeroed at first; origin_load puts the host's word into it */
} origin;

/* Takes an option of the table above; false for another one. */
bool origin_option(origin *origin, int option, const char *value);

/* Into an initialised profile, finished. EX_OK, or an exit code after a complaint. */
int origin_load(const cli *cli, origin *origin, ox_profile *profile);

/* The first line of a file ("-": standard input), without its end. EX_OK, or an exit code after a complaint. */
int origin_read_line(const cli *cli, const char *path, ox_buffer *line);

#endif
