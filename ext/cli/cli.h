/* SPDX-License-Identifier: MIT */
/* What the files of the program share. One file per command; main.c picks it. The program translates between
 * a terminal and ext/core and does nothing else. */
#ifndef OUTBOX_CLI_H
#define OUTBOX_CLI_H

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/error.h"
#include "relay/relay.h"
#include "spool/location.h"
#include "spool/scan.h"
#include "spool/wake.h"

#define OUTBOX_VERSION "0.1.0-dev"

/* Exit codes are those of sysexits.h, and this one. */
enum { EX_NOTHING = 1 }; /* all went well, and there was nothing to do */

/* What was given in front of the command, or behind it. */
typedef struct cli {
	const char *command;
	const char *spool_path; /* --spool; NULL = where ox_spool_locate() says */
	bool any_parent, any_filesystem;
	bool json, color, quiet;
	bool terminal; /* standard error is one: lines that show how it goes */
} cli;

typedef struct {
	const char *name;
	const char *arguments; /* for the help: "[OPTION]... ID..." */
	const char *summary;
	const char *help;      /* the options of this command, line by line; "" = none */
	int (*run)(cli *cli, int count, char **words); /* words[0] is the command; returns the exit code */
} command;

/* One for each file of commands. */
extern const command run_command, drain_command, status_command, list_command, show_command,
	retry_command, hold_command, release_command, remove_command, flush_command, events_command,
	send_command, sendmail_command, check_command, setup_command, purge_command, profile_command;

/* -- main.c -- */

/* The next option of a command, as getopt_long() has it; those that every command knows (--spool, --json,
 * --quiet ...) are taken here. options ends with a zeroed one. -1 at the end, optind is then the first word that is none; '?' after a complaint. */
int cli_option(cli *cli, const command *command, int count, char **words, const char *letters,
	const struct option *options);
/* "outbox COMMAND: ..." on standard error; returns EX_USAGE. */
int cli_wrong(const cli *cli, const char *format, ...) OX_PRINTF(2, 3);
void cli_help(const command *command);

/* -- output.c -- */

typedef enum { PAINT_NONE, PAINT_BOLD, PAINT_DIM, PAINT_RED, PAINT_GREEN, PAINT_YELLOW } paint;
/* The text with its colour, or without where there is no terminal. */
void cli_paint(const cli *cli, FILE *to, paint paint, const char *format, ...) OX_PRINTF(4, 5);
/* Octets of others as one line for a terminal: controls become '?'. */
void cli_print_text(FILE *to, const char *text);
/* takes value. Compact JSON and a line end on standard output. */
void cli_print_json(json_t *value);
/* JSON text, or null for NULL; what is not UTF-8 loses its octets past ASCII. returns new. */
json_t *cli_json_text(const char *text);
json_t *cli_json_time(uint64_t ms);   /* seconds with a fraction, null for 0; returns new */
void cli_time(uint64_t ms, char text[32]);           /* "2026-11-24 23:01:07" here, "-" for 0 */
void cli_duration(uint64_t ms, char text[32]);       /* "3 min", "2 h" */
void cli_size(uint64_t octets, char text[32]);       /* "12 kB" */

/* -- failure.c -- */

/* Says what went wrong, and what helps if the relay is known (else NULL), and returns the exit code that fits. */
int cli_fail(const cli *cli, int status, const ox_error *error, const ox_relay *relay);
/* Adds the diagnosis to a JSON object. */
json_t *cli_json_diagnosis(const ox_error *error, const ox_relay *relay); /* returns new */

/* -- run.c -- */

/* Delivers what is due, with a line that shows how it goes; a runner that is at work already does it instead. */
int cli_deliver_due(const cli *cli);

/* -- place.c -- */

/* The spool of --spool or of this user; make: it may begin here. *spool returns new. EX_OK, or an exit code
 * after a complaint. */
int cli_open_spool(const cli *cli, bool make, ox_spool **spool);
uint64_t cli_now(void);
/* Tells the runner, if there is one; without one a message waits, and queueing it was no less a success. */
void cli_wake(ox_spool *spool, ox_hint_kind kind, const char *id);

#endif
