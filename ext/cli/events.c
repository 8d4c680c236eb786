/* SPDX-License-Identifier: MIT */
/* events: the journal, from a cursor on. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/string.h"
#include "spool/events.h"

enum { OPTION_CURSOR = 3000, OPTION_LIMIT, OPTION_FOLLOW, FOLLOW_MS = 500 };

static void add(json_t *to, const char *name, const char *text)
{
	if (text && *text) {
		json_object_set_new(to, name, cli_json_text(text));
	}
}

static void add_number(json_t *to, const char *name, uint64_t number)
{
	if (number) {
		json_object_set_new(to, name, json_integer((json_int_t)number));
	}
}

static void print_json(const ox_spool_event *event, const char *cursor)
{
	char enhanced[24] = "";
	json_t *line = json_pack("{s:I, s:o, s:s, s:s}", "seq", (json_int_t)event->sequence, "time",
		cli_json_time(event->at_ms), "type", ox_event_type_name(event->type), "cursor", cursor);
	if (event->enhanced[0]) {
		snprintf(enhanced, sizeof enhanced, "%u.%u.%u", event->enhanced[0], event->enhanced[1],
			event->enhanced[2]);
	}
	add(line, "id", event->id);
	add(line, "recipient", event->recipient);
	add_number(line, "code", event->code);
	add(line, "enhanced", enhanced);
	add(line, "text", event->text);
	add(line, "profile", event->profile);
	add(line, "tag", event->tag);
	add(line, "message_id", event->message_id);
	add(line, "remote_id", event->remote_id);
	add(line, "tls", event->tls);
	add(line, "transcript", event->transcript);
	add_number(line, "try", event->attempt);
	add_number(line, "milliseconds", event->milliseconds);
	cli_print_json(line);
}

static paint paint_of(ox_spool_event_type type)
{
	switch (type) {
	case OX_EVENT_ACCEPTED:
	case OX_EVENT_DELIVERED:
	case OX_EVENT_PROFILE_RESUMED: return PAINT_GREEN;
	case OX_EVENT_FAILED:
	case OX_EVENT_EXPIRED:
	case OX_EVENT_QUARANTINED:
	case OX_EVENT_AUTH_NEEDED: return PAINT_RED;
	case OX_EVENT_DEFERRED:
	case OX_EVENT_DELAYED:
	case OX_EVENT_UNCERTAIN:
	case OX_EVENT_HELD:
	case OX_EVENT_PROFILE_PAUSED: return PAINT_YELLOW;
	default: return PAINT_NONE;
	}
}

static void print_line(const cli *cli, const ox_spool_event *event)
{
	char time[32];
	cli_time(event->at_ms, time);
	printf("%s  %-26s ", time, event->id ? event->id : event->profile ? event->profile : "");
	cli_paint(cli, stdout, paint_of(event->type), "%-10s", ox_event_type_name(event->type));
	if (event->recipient) {
		fputs(" ", stdout);
		cli_print_text(stdout, event->recipient);
	}
	if (event->code) {
		printf(" %u", event->code);
	}
	if (event->text) {
		fputs(" ", stdout);
		cli_print_text(stdout, event->text);
	}
	fputc('\n', stdout);
}

/* Until the journal's end or the limit. */
static int print_all(const cli *cli, ox_event_reader *reader, uint64_t *left, char *cursor,
	ox_error *error)
{
	ox_spool_event event;
	int status = OX_OK;
	while (*left && (status = ox_event_reader_next(reader, &event, error)) == OX_OK) {
		ox_event_reader_cursor(reader, cursor);
		if (cli->json) {
			print_json(&event, cursor);
		} else {
			print_line(cli, &event);
		}
		(*left)--;
	}
	fflush(stdout);
	return status == OX_AGAIN ? OX_OK : status;
}

static int show(const cli *cli, const char *from, uint64_t left, bool follow)
{
	static const struct timespec pause = {0, FOLLOW_MS * 1000000L};
	char cursor[OX_EVENT_CURSOR_SIZE] = "";
	ox_spool *spool = NULL;
	ox_event_reader *reader = NULL;
	ox_error error;
	int code = cli_open_spool(cli, false, &spool);
	if (code != EX_OK) {
		return code;
	}
	int status = ox_event_reader_open(spool, from, &reader, &error);
	while (status == OX_OK) {
		status = print_all(cli, reader, &left, cursor, &error);
		if (!follow || !left || ferror(stdout)) {
			break;
		}
		nanosleep(&pause, NULL);
	}
	if (status != OX_OK) {
		code = cli_fail(cli, status, &error, NULL);
	} else if (!cli->json && !cli->quiet && *cursor) {
		fprintf(stderr, "Go on with: outbox events --cursor %s\n", cursor);
	}
	ox_event_reader_free(reader);
	ox_spool_free(spool);
	return code;
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {{"cursor", required_argument, NULL, OPTION_CURSOR},
		{"limit", required_argument, NULL, OPTION_LIMIT}, {"follow", no_argument, NULL, OPTION_FOLLOW}, {0}};
	const char *cursor = NULL;
	uint64_t limit = UINT64_MAX;
	bool follow = false;
	int option;
	while ((option = cli_option(cli, &events_command, count, words, "f", options)) != -1) {
		switch (option) {
		case OPTION_CURSOR: cursor = optarg; break;
		case OPTION_FOLLOW:
		case 'f': follow = true; break;
		case OPTION_LIMIT:
			if (!ox_parse_number(ox_slice_of(optarg), &limit) || !limit) {
				return cli_wrong(cli, "--limit must be a number above 0");
			}
			break;
		default: return EX_USAGE;
		}
	}
	if (optind < count) {
		return cli_wrong(cli, "\"%s\" is too much", words[optind]);
	}
	return show(cli, cursor, limit, follow);
}

const command events_command = {"events", "[OPTION]...", "Shows what happened, oldest first.",
	"  --cursor TEXT  begins behind this place, which an earlier call named\n"
	"  --limit N      at most so many\n"
	"  --follow, -f   waits for more, until it is interrupted\n",
	run};
