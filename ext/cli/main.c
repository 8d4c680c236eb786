/* SPDX-License-Identifier: MIT */
/* The program `outbox`: delivers the queue and shows what is in it. */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const command *const commands[] = {&status_command, &list_command, &show_command,
	&events_command, &retry_command, &flush_command, &hold_command, &release_command, &remove_command,
	&run_command, &drain_command, &send_command, &sendmail_command, &check_command, &profile_command,
	&setup_command, &purge_command};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };
enum { OPTION_SPOOL = 1000, OPTION_JSON, OPTION_QUIET, OPTION_NO_COLOR, OPTION_ANY_PARENT,
	OPTION_ANY_FILESYSTEM, OPTIONS_MAX = 24 };

static const struct option common[] = {
	{"spool", required_argument, NULL, OPTION_SPOOL}, {"json", no_argument, NULL, OPTION_JSON},
	{"quiet", no_argument, NULL, OPTION_QUIET}, {"no-color", no_argument, NULL, OPTION_NO_COLOR},
	{"any-parent", no_argument, NULL, OPTION_ANY_PARENT},
	{"any-filesystem", no_argument, NULL, OPTION_ANY_FILESYSTEM}};

enum { COMMON_COUNT = sizeof common / sizeof *common };

static const char common_help[] =
	"Everywhere:\n"
	"  --spool DIR    the spool; without it <uid> in " OX_SPOOL_ROOT ", or ~/.local/state/outbox\n"
	"  --any-parent   takes a spool although others may change the directories above it\n"
	"  --any-filesystem  takes it on a network's filesystem too, where locks may be lies\n"
	"  --json         one JSON value on standard output (one for each line where it goes on and on)\n"
	"  --quiet        no progress, no remarks\n"
	"  --no-color     no colours; NO_COLOR in the environment does the same\n"
	"  --help         this text\n";

static const char exit_help[] =
	"Exit codes: 0 done, 1 nothing to do, 64 wrong use, 65 bad data, 66 no such input, 67 no such user,\n"
	"69 the relay cannot be reached or refuses, 70 a fault of ours, 71 or 74 the system failed, 73 cannot\n"
	"create, 75 try again later, 76 the peer does not speak SMTP, 77 not permitted, 78 wrong settings.\n";

int cli_wrong(const cli *cli, const char *format, ...)
{
	va_list arguments;
	fprintf(stderr, "outbox%s%s: ", cli->command ? " " : "", cli->command ? cli->command : "");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "; see outbox%s%s --help\n", cli->command ? " " : "", cli->command ? cli->command : "");
	return EX_USAGE;
}

void cli_help(const command *command)
{
	printf("Usage: outbox %s %s\n\n%s\n", command->name, command->arguments, command->summary);
	if (*command->help) {
		printf("\n%s", command->help);
	}
	printf("\n%s\n%s", common_help, exit_help);
}

static void help(void)
{
	printf("Usage: outbox COMMAND [OPTION]... [ARGUMENT]...\n\nOutbox " OUTBOX_VERSION
		" delivers the mail that was queued on this machine.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	}
	printf("\n  --version  says which version this is\n\n%s\nMore: outbox COMMAND --help, man outbox.\n",
		common_help);
}

/* Returns 0 for an option of everybody's. */
static int take_common(cli *cli, int option)
{
	switch (option) {
	case OPTION_SPOOL: cli->spool_path = optarg; return 0;
	case OPTION_JSON: cli->json = true; return 0;
	case OPTION_QUIET: cli->quiet = true; return 0;
	case OPTION_NO_COLOR: cli->color = false; return 0;
	case OPTION_ANY_PARENT: cli->any_parent = true; return 0;
	case OPTION_ANY_FILESYSTEM: cli->any_filesystem = true; return 0;
	default: return option;
	}
}

int cli_option(cli *cli, const command *command, int count, char **words, const char *letters,
	const struct option *options)
{
	struct option all[OPTIONS_MAX];
	size_t known = 0;
	while (options[known].name) {
		all[known] = options[known];
		known++;
	}
	memcpy(all + known, common, sizeof common);
	memset(all + known + COMMON_COUNT, 0, sizeof *all);
	for (;;) {
		int option = take_common(cli, getopt_long(count, words, letters, all, NULL));
		if (option == '?') {
			fprintf(stderr, "See outbox %s --help\n", command->name);
		}
		if (option != 0) {
			return option;
		}
	}
}

static const command *find(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!strcmp(name, commands[i]->name)) {
			return commands[i];
		}
	}
	return NULL;
}

/* What stands in front of the command: options with their values, up to its name. */
static int command_at(int count, char **words)
{
	int at = 1;
	while (at < count && words[at][0] == '-') {
		at += !strcmp(words[at], "--spool") && at + 1 < count ? 2 : 1;
	}
	return at;
}

/* The options in front of a command go behind it, so that one reader is enough. */
static void bring_forward(int at, char **words)
{
	char *name = words[at];
	memmove(words + 2, words + 1, (size_t)(at - 1) * sizeof *words);
	words[1] = name;
}

/* Whoever asks for help gets it, whatever else is said. */
static bool asks_for_help(int count, char **words)
{
	for (int i = 1; i < count && strcmp(words[i], "--") != 0; i++) {
		if (!strcmp(words[i], "--help")) {
			return true;
		}
	}
	return false;
}

static bool is_sendmail(const char *name)
{
	const char *slash = strrchr(name, '/');
	name = slash ? slash + 1 : name;
	return !strcmp(name, "sendmail") || !strcmp(name, "outbox-sendmail");
}

int main(int count, char **words)
{
	cli cli = {.color = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO) && !getenv("NO_COLOR"),
		.terminal = isatty(STDERR_FILENO)};
	if (is_sendmail(words[0])) {
		cli.command = "sendmail";
		return sendmail_command.run(&cli, count, words);
	}
	int at = command_at(count, words);
	if (at >= count) {
		bool version = count > 1 && !strcmp(words[1], "--version");
		bool asked = count > 1 && (!strcmp(words[1], "--help") || !strcmp(words[1], "-h"));
		if (version) {
			printf("outbox " OUTBOX_VERSION "\n");
		} else if (asked) {
			help();
		} else {
			return cli_wrong(&cli, "a command is missing");
		}
		return EX_OK;
	}
	const command *chosen = find(words[at]);
	if (!chosen) {
		return cli_wrong(&cli, "there is no command \"%s\"", words[at]);
	}
	if (asks_for_help(count, words)) {
		cli_help(chosen);
		return EX_OK;
	}
	bring_forward(at, words);
	cli.command = chosen->name;
	return chosen->run(&cli, count - 1, words + 1);
}
