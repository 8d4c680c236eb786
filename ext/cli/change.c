/* SPDX-License-Identifier: MIT */
/* retry, flush, hold, release, remove: what a person does to messages, one step for each. */
#include "selection.h"

#include "spool/manage.h"

enum { OPTION_ONLY_MARK = 2500 };

typedef int (*step)(ox_spool *spool, const char *id, uint64_t now_ms, ox_error *error);

typedef struct {
	cli *cli;
	ox_spool *spool;
	step step;
	const char *done; /* "held" */
	uint64_t changed, left;
	json_t *ids;
} change;

static int each(void *context, const ox_place *place)
{
	change *c = context;
	ox_error error;
	int status = c->step(c->spool, place->id, cli_now(), &error);
	if (status == OX_AGAIN) {
		c->left++;
		return EX_OK;
	}
	if (status != OX_OK) {
		return cli_fail(c->cli, status, &error, NULL);
	}
	c->changed++;
	if (c->cli->json) {
		json_array_append_new(c->ids, cli_json_text(place->id));
	} else if (!c->cli->quiet) {
		printf("%s %s\n", place->id, c->done);
	}
	return EX_OK;
}

static void report(const change *c)
{
	if (c->cli->json) {
		cli_print_json(json_pack("{s:I, s:I, s:O}", "changed", (json_int_t)c->changed, "unchanged",
			(json_int_t)c->left, "ids", c->ids));
	} else if (c->left && !c->cli->quiet) {
		fprintf(stderr, "outbox %s: %llu stayed as they were: not in a state for it, or just being sent\n",
			c->cli->command, (unsigned long long)c->left);
	}
}

static int change_all(cli *cli, const selection *selection, int count, char **ids, step step,
	const char *done, bool wake)
{
	change c = {.cli = cli, .step = step, .done = done};
	int code = cli_open_spool(cli, false, &c.spool);
	if (code != EX_OK) {
		return code;
	}
	c.ids = json_array();
	code = selection_each(cli, c.spool, selection, count, ids, each, &c);
	if (wake && c.changed) {
		cli_wake(c.spool, OX_HINT_LOOK, NULL);
	}
	report(&c);
	json_decref(c.ids);
	ox_spool_free(c.spool);
	return code == EX_OK && !c.changed ? EX_NOTHING : code;
}

static int run_change(cli *cli, const command *command, int count, char **words, step step,
	const char *done, bool wake)
{
	static const struct option options[] = {SELECTION_OPTIONS, {0}};
	selection selection = {0};
	int option;
	while ((option = cli_option(cli, command, count, words, "", options)) != -1) {
		if (option == '?' || selection_option(cli, &selection, option, optarg) != EX_OK) {
			return EX_USAGE;
		}
	}
	int ids = count - optind;
	if (!ids && !selection.any) {
		return cli_wrong(cli, "name messages by id, or say which (--all, --state, --profile ...)");
	}
	if (ids && selection.any) {
		return cli_wrong(cli, "either ids or a selection, not both");
	}
	return change_all(cli, &selection, ids, words + optind, step, done, wake);
}

#define CHANGE_ARGUMENTS "[OPTION]... ID... | --all | SELECTION"
#define CHANGE_HELP SELECTION_HELP "  --all               every message that can be\n"

static int run_retry(cli *cli, int count, char **words)
{
	return run_change(cli, &retry_command, count, words, ox_spool_retry, "is due now", true);
}

static int run_hold(cli *cli, int count, char **words)
{
	return run_change(cli, &hold_command, count, words, ox_spool_hold, "is held", false);
}

static int run_release(cli *cli, int count, char **words)
{
	return run_change(cli, &release_command, count, words, ox_spool_release, "is released", true);
}

static int run_remove(cli *cli, int count, char **words)
{
	return run_change(cli, &remove_command, count, words, ox_spool_remove, "is removed", false);
}

static int run_flush(cli *cli, int count, char **words)
{
	static const struct option options[] = {SELECTION_OPTIONS,
		{"only-mark", no_argument, NULL, OPTION_ONLY_MARK}, {0}};
	bool only_mark = false;
	selection selection = {.filter = {.of_state = true, .state = OX_SPOOL_DEFERRED}};
	int option;
	while ((option = cli_option(cli, &flush_command, count, words, "", options)) != -1) {
		if (option == OPTION_ONLY_MARK) {
			only_mark = true;
			continue;
		}
		if (option == '?' || option == SELECTION_STATE
			|| selection_option(cli, &selection, option, optarg) != EX_OK) {
			return option == SELECTION_STATE ? cli_wrong(cli, "only deferred messages can be flushed")
			                                 : EX_USAGE;
		}
	}
	if (optind < count) {
		return cli_wrong(cli, "flush takes no ids; outbox retry does");
	}
	int code = change_all(cli, &selection, 0, NULL, ox_spool_retry, "is due now", true);
	/* With --json the answer is one value, and it has been given. */
	return code == EX_OK && !only_mark && !cli->json ? cli_deliver_due(cli) : code;
}

const command retry_command = {"retry", CHANGE_ARGUMENTS,
	"Tries messages again now: deferred, held and failed ones.", CHANGE_HELP, run_retry};
const command hold_command = {"hold", CHANGE_ARGUMENTS,
	"Keeps messages from being sent until they are released.", CHANGE_HELP, run_hold};
const command release_command = {"release", CHANGE_ARGUMENTS, "Lets held messages go on.", CHANGE_HELP,
	run_release};
const command remove_command = {"remove", CHANGE_ARGUMENTS, "Deletes messages; they are not sent.",
	CHANGE_HELP, run_remove};
const command flush_command = {"flush", "[OPTION]...",
	"Tries all deferred messages now, and shows how it goes.",
	SELECTION_HELP "  --only-mark         makes them due and leaves delivering to the runner\n", run_flush};
