/* SPDX-License-Identifier: MIT */
/* purge: deletes what is kept about an address or older than so many days: for data protection requests and for
 * full disks. */
#include "selection.h"

#include <string.h>

#include "base/string.h"
#include "spool/manage.h"

enum { OPTION_DAYS = 9500, OPTION_YES };

#define DAY_MS 86400000ULL

typedef struct {
	cli *cli;
	ox_spool *spool;
	uint64_t before_ms; /* only messages that came in before; 0 = any */
	bool yes;
	uint64_t found, removed;
} purge;

static int each(void *context, const ox_place *place)
{
	purge *p = context;
	ox_error error;
	if (p->before_ms && ox_spool_id_created_ms(place->id) >= p->before_ms) {
		return EX_OK;
	}
	p->found++;
	if (!p->yes) {
		if (!p->cli->quiet && !p->cli->json) {
			printf("%s %s\n", place->id, ox_spool_state_name(place->state));
		}
		return EX_OK;
	}
	int status = ox_spool_remove(p->spool, place->id, cli_now(), &error);
	p->removed += status == OX_OK;
	return status == OX_OK || status == OX_AGAIN ? EX_OK : cli_fail(p->cli, status, &error, NULL);
}

static int purge_all(cli *cli, const selection *selection, purge *p)
{
	int code = cli_open_spool(cli, false, &p->spool);
	code = code == EX_OK ? selection_each(cli, p->spool, selection, 0, NULL, each, p) : code;
	ox_spool_free(p->spool);
	if (code != EX_OK) {
		return code;
	}
	if (cli->json) {
		cli_print_json(json_pack("{s:I, s:I}", "found", (json_int_t)p->found, "removed",
			(json_int_t)p->removed));
	} else if (!cli->quiet && !p->yes) {
		printf("%llu messages would be removed; --yes does it\n", (unsigned long long)p->found);
	} else if (!cli->quiet) {
		printf("%llu of %llu messages removed\n", (unsigned long long)p->removed,
			(unsigned long long)p->found);
	}
	return p->found ? EX_OK : EX_NOTHING;
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {SELECTION_OPTIONS,
		{"older-than", required_argument, NULL, OPTION_DAYS}, {"yes", no_argument, NULL, OPTION_YES}, {0}};
	selection selection = {0};
	purge p = {.cli = cli};
	uint64_t days = 0;
	int option;
	while ((option = cli_option(cli, &purge_command, count, words, "", options)) != -1) {
		if (option == OPTION_YES) {
			p.yes = true;
		} else if (option == OPTION_DAYS) {
			if (!ox_parse_number(ox_slice_of(optarg), &days) || !days || days > 36500) {
				return cli_wrong(cli, "--older-than is a number of days");
			}
		} else if (option == '?' || selection_option(cli, &selection, option, optarg) != EX_OK) {
			return EX_USAGE;
		}
	}
	if (optind < count) {
		return cli_wrong(cli, "purge takes no ids; outbox remove does");
	}
	if (!selection.any && !days) {
		return cli_wrong(cli, "say what: --recipient, --older-than, --state, --profile, --tag or --all");
	}
	uint64_t now = cli_now(); /* nothing came in before 1970 */
	p.before_ms = !days ? 0 : days * DAY_MS < now ? now - days * DAY_MS : 1;
	return purge_all(cli, &selection, &p);
}

const command purge_command = {"purge", "SELECTION... [--yes]",
	"Deletes all that fits, whatever its state; without --yes it only shows what that would be.",
	SELECTION_HELP "  --older-than DAYS   that came in before\n"
	"  --all               everything\n"
	"  --yes               does it\n"
	"The events journal forgets by itself after seven days.\n",
	run};
