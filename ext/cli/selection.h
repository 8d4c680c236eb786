/* SPDX-License-Identifier: MIT */
/* Which messages a command is about: ids, or all that fit --state, --profile, --tag, --recipient. */
#ifndef OUTBOX_CLI_SELECTION_H
#define OUTBOX_CLI_SELECTION_H

#include "cli.h"

enum { SELECTION_STATE = 2000, SELECTION_PROFILE, SELECTION_TAG, SELECTION_RECIPIENT, SELECTION_ALL,
	SELECTION_PAGE = 65536 }; /* of one pass over all names, which a million of them make long */

/* For the option tables of commands. */
#define SELECTION_OPTIONS \
	{"state", required_argument, NULL, SELECTION_STATE}, \
	{"profile", required_argument, NULL, SELECTION_PROFILE}, \
	{"tag", required_argument, NULL, SELECTION_TAG}, \
	{"recipient", required_argument, NULL, SELECTION_RECIPIENT}, \
	{"all", no_argument, NULL, SELECTION_ALL}

#define SELECTION_HELP \
	"  --state WORD        due, deferred, held, failed or quarantined\n" \
	"  --profile NAME      of this relay profile\n" \
	"  --tag TAG           with this tag\n" \
	"  --recipient ADDRESS to this recipient, in any case\n"

typedef struct {
	ox_spool_filter filter; /* borrows the words of the command line */
	bool any;               /* an option above, or --all, was given */
} selection;

/* Takes an option of the table above; EX_OK, or EX_USAGE after a complaint. */
int selection_option(const cli *cli, selection *selection, int option, const char *value);

/* Calls back for each of the ids, or, where there are none, for each message that fits, until it returns
 * other than EX_OK. Memory does not grow with the backlog. Returns the exit code. */
int selection_each(const cli *cli, ox_spool *spool, const selection *selection, int count, char **ids,
	int (*each)(void *context, const ox_place *place), void *context);

#endif
