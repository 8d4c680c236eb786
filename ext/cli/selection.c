/* SPDX-License-Identifier: MIT */
#include "selection.h"

#include <string.h>

int selection_option(const cli *cli, selection *selection, int option, const char *value)
{
	ox_spool_filter *filter = &selection->filter;
	selection->any = true;
	switch (option) {
	case SELECTION_PROFILE: filter->profile = value; return EX_OK;
	case SELECTION_TAG: filter->tag = value; return EX_OK;
	case SELECTION_RECIPIENT: filter->recipient = value; return EX_OK;
	case SELECTION_STATE:
		for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
			if (!strcmp(value, ox_spool_state_name((ox_spool_state)state))) {
				filter->of_state = true;
				filter->state = (ox_spool_state)state;
				return EX_OK;
			}
		}
		return cli_wrong(cli, "\"%s\" is no state", value);
	default: return EX_OK; /* --all */
	}
}

static int each_id(const cli *cli, ox_spool *spool, int count, char **ids,
	int (*each)(void *context, const ox_place *place), void *context)
{
	int code = EX_OK, missing = 0;
	for (int i = 0; i < count; i++) {
		if (!ox_spool_id_is_valid(ids[i])) {
			return cli_wrong(cli, "\"%s\" is no id of a message", ids[i]);
		}
	}
	for (int i = 0; i < count && code == EX_OK; i++) {
		ox_place place;
		ox_error error;
		int status = ox_spool_find(spool, ids[i], &place, &error);
		if (status == OX_OK) {
			code = each(context, &place);
		} else if (status == OX_AGAIN) {
			fprintf(stderr, "outbox %s: there is no message %s\n", cli->command, ids[i]);
			missing++;
		} else {
			code = cli_fail(cli, status, &error, NULL);
		}
	}
	return code == EX_OK && missing == count ? EX_NOTHING : code;
}

int selection_each(const cli *cli, ox_spool *spool, const selection *selection, int count, char **ids,
	int (*each)(void *context, const ox_place *place), void *context)
{
	if (count) {
		return each_id(cli, spool, count, ids, each, context);
	}
	ox_spool_filter filter = selection->filter;
	size_t wanted = filter.limit ? filter.limit : SIZE_MAX;
	size_t room = wanted < SELECTION_PAGE ? wanted : SELECTION_PAGE, found = room;
	ox_place *page = ox_array_alloc(room, sizeof *page);
	char after[OX_SPOOL_ID_SIZE + 1];
	int code = page ? EX_OK : cli_fail(cli, OX_E_NOMEM, NULL, NULL);
	while (code == EX_OK && wanted && found == room) {
		ox_error error;
		filter.limit = room = wanted < room ? wanted : room;
		int status = ox_spool_list(spool, &filter, page, &found, &error);
		code = status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
		for (size_t i = 0; i < found && code == EX_OK; i++) {
			code = each(context, &page[i]);
		}
		if (found) {
			memcpy(after, page[found - 1].id, sizeof after);
			filter.after = after;
		}
		wanted -= found;
	}
	ox_free(page);
	return code;
}
