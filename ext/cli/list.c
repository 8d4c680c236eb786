/* SPDX-License-Identifier: MIT */
/* list: a line for each message. show: everything about one. */
#include "selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/string.h"
#include "spool/claim.h"

enum { OPTION_LIMIT = 4000, OPTION_AFTER, OPTION_MESSAGE, PIECE = 65536 };

typedef struct {
	cli *cli;
	ox_spool *spool;
	uint64_t count;
} listing;

static json_t *json_recipients(const ox_record *record)
{
	json_t *all = json_object();
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_record_recipient *r = &record->recipients[i];
		json_object_set_new(all, r->address, json_pack("{s:o, s:o, s:o, s:o}", "outcome",
			r->outcome == OX_OUTCOME_NONE ? json_null() : json_string(ox_outcome_name(r->outcome)), "code",
			r->code ? json_integer(r->code) : json_null(), "host", cli_json_text(r->host), "text",
			cli_json_text(r->text)));
	}
	return all;
}

static json_t *json_message(ox_claim *claim)
{
	const ox_record *r = ox_claim_record(claim);
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:b}", "id",
		r->id, "state", ox_spool_state_name(ox_claim_place(claim)->state), "created",
		cli_json_time(r->created_ms), "due", cli_json_time(r->next_ms ? r->next_ms : r->due_ms), "expires",
		cli_json_time(r->expires_ms), "priority", ox_spool_class_name(r->class), "profile", r->profile, "tag",
		cli_json_text(r->tag), "sender", r->sender, "recipients", json_recipients(r), "tries",
		(json_int_t)r->tries, "size", (json_int_t)r->size, "message_id", cli_json_text(r->message_id), "why",
		cli_json_text(ox_record_waits_why(r)), "script", cli_json_text(r->script), "uncertain",
		(int)(r->uncertain_count > 0));
}

/* The recipient whose answer says most: the last that is still open, else the last at all. */
static const ox_record_recipient *telling(const ox_record *record)
{
	const ox_record_recipient *found = &record->recipients[0];
	for (size_t i = 0; i < record->recipient_count; i++) {
		const ox_record_recipient *r = &record->recipients[i];
		if (r->text && (ox_record_is_open(r) || !found->text)) {
			found = r;
		}
	}
	return found;
}

static void print_line(const cli *cli, ox_claim *claim)
{
	const ox_record *r = ox_claim_record(claim);
	const ox_record_recipient *recipient = telling(r);
	ox_spool_state state = ox_claim_place(claim)->state;
	char created[32], size[32];
	cli_time(r->created_ms, created);
	cli_size(r->size, size);
	printf("%s  %s ", r->id, created);
	cli_paint(cli, stdout, state == OX_SPOOL_DUE ? PAINT_NONE : state >= OX_SPOOL_FAILED ? PAINT_RED
		: PAINT_YELLOW, "%-8s", ox_spool_state_name(state));
	printf(" %7s %2u  ", size, r->tries);
	cli_print_text(stdout, *r->sender ? r->sender : "<>");
	fputs(" -> ", stdout);
	cli_print_text(stdout, recipient->address);
	if (r->recipient_count > 1) {
		printf(" +%zu", r->recipient_count - 1);
	}
	if (recipient->text) {
		fputs("  ", stdout);
		cli_print_text(stdout, recipient->text);
	}
	fputc('\n', stdout);
}

static int each(void *context, const ox_place *place)
{
	listing *l = context;
	ox_claim *claim = NULL;
	ox_claim_fate fate;
	ox_error error;
	int status = ox_claim_look(l->spool, place, &claim, &fate, &error);
	if (status == OX_OK && fate == OX_CLAIM_GONE) {
		/* Sent meanwhile, or it moved on. */
		ox_place now;
		status = ox_spool_find(l->spool, place->id, &now, &error);
		status = status == OX_OK ? ox_claim_look(l->spool, &now, &claim, &fate, &error) : status;
	}
	if (status != OX_OK) {
		return status == OX_AGAIN ? EX_OK : cli_fail(l->cli, status, &error, NULL);
	}
	l->count++;
	if (claim && l->cli->json) {
		cli_print_json(json_message(claim));
	} else if (claim) {
		print_line(l->cli, claim);
	} else if (fate == OX_CLAIM_QUARANTINED && l->cli->json) {
		cli_print_json(json_pack("{s:s, s:s, s:o}", "id", place->id, "state",
			ox_spool_state_name(place->state), "error", cli_json_text(error.text)));
	} else if (fate == OX_CLAIM_QUARANTINED) {
		printf("%s  ", place->id);
		cli_paint(l->cli, stdout, PAINT_RED, "damaged: %s\n", error.text);
	}
	ox_claim_release(claim);
	return ferror(stdout) ? EX_IOERR : EX_OK;
}

static int run_list(cli *cli, int count, char **words)
{
	static const struct option options[] = {SELECTION_OPTIONS,
		{"limit", required_argument, NULL, OPTION_LIMIT}, {"after", required_argument, NULL, OPTION_AFTER}, {0}};
	selection selection = {0};
	listing l = {.cli = cli};
	uint64_t limit = 0;
	int option;
	while ((option = cli_option(cli, &list_command, count, words, "", options)) != -1) {
		if (option == OPTION_LIMIT && (!ox_parse_number(ox_slice_of(optarg), &limit) || !limit)) {
			return cli_wrong(cli, "--limit must be a number above 0");
		}
		if (option == OPTION_AFTER && !ox_spool_id_is_valid(optarg)) {
			return cli_wrong(cli, "--after must be an id");
		}
		selection.filter.after = option == OPTION_AFTER ? optarg : selection.filter.after;
		if (option == '?' || selection_option(cli, &selection, option, optarg) != EX_OK) {
			return EX_USAGE;
		}
	}
	selection.filter.limit = limit;
	int code = cli_open_spool(cli, false, &l.spool);
	if (code == EX_OK) {
		code = selection_each(cli, l.spool, &selection, count - optind, words + optind, each, &l);
		if (code == EX_OK && !l.count && !cli->json && !cli->quiet) {
			printf("There is no such message.\n");
		}
	}
	ox_spool_free(l.spool);
	return code == EX_OK && !l.count ? EX_NOTHING : code;
}

static json_t *json_entry(const ox_tail_entry *entry)
{
	const char type[2] = {entry->type, 0};
	json_t *line = json_pack("{s:s, s:o}", "type", type, "time", cli_json_time(entry->at_ms));
	if (entry->type == 'R') {
		json_object_update_new(line, json_pack("{s:I, s:s, s:i, s:o, s:o}", "recipient",
			(json_int_t)entry->recipient, "outcome", ox_outcome_name(entry->outcome), "code",
			(int)entry->code, "host", cli_json_text(entry->host), "text", cli_json_text(entry->text)));
	} else if (entry->type == 'W') {
		json_object_set_new(line, "minutes", json_integer((json_int_t)entry->minutes));
	} else if (entry->type == 'D') {
		json_object_set_new(line, "ending", json_string(ox_ending_name(entry->ending)));
	} else {
		json_object_set_new(line, "try", json_integer((json_int_t)entry->attempt));
	}
	if (entry->type == 'A') {
		json_object_set_new(line, "due", cli_json_time(entry->due_ms));
		json_object_set_new(line, "why", cli_json_text(entry->why));
	}
	return line;
}

static void print_entry(const ox_record *record, const ox_tail_entry *entry)
{
	char time[32];
	cli_time(entry->type == 'A' ? entry->due_ms : entry->at_ms, time);
	printf("  %s  ", time);
	switch (entry->type) {
	case 'I': printf("try %u: the end of data is about to be sent\n", entry->attempt); return;
	case 'A': printf("is when the next try is due (%s)\n", entry->why); return;
	case 'W': printf("waits for %u minutes now, as the events tell\n", entry->minutes); return;
	case 'D': printf("%s\n", ox_ending_name(entry->ending)); return;
	default: break;
	}
	cli_print_text(stdout, entry->recipient < record->recipient_count
		? record->recipients[entry->recipient].address : "?");
	printf(" %s %u ", ox_outcome_name(entry->outcome), entry->code);
	cli_print_text(stdout, entry->text);
	fputc('\n', stdout);
}

static void print_all(const cli *cli, ox_claim *claim)
{
	const ox_record *r = ox_claim_record(claim);
	char time[32];
	print_line(cli, claim);
	cli_time(r->next_ms ? r->next_ms : r->due_ms, time);
	printf("  profile %s, %s, due %s", r->profile, ox_spool_class_name(r->class), time);
	cli_time(r->expires_ms, time);
	printf(", expires %s\n", time);
	if (ox_claim_place(claim)->state == OX_SPOOL_HELD && ox_record_waits_why(r)) {
		fputs("  held: ", stdout);
		cli_print_text(stdout, ox_record_waits_why(r));
		fputc('\n', stdout);
	}
	if (r->message_id) {
		fputs("  Message-ID ", stdout);
		cli_print_text(stdout, r->message_id);
		fputc('\n', stdout);
	}
	if (r->tag || r->script) {
		fputs("  tag ", stdout);
		cli_print_text(stdout, r->tag ? r->tag : "-");
		fputs(", from ", stdout);
		cli_print_text(stdout, r->script ? r->script : "-");
		fputc('\n', stdout);
	}
	for (size_t i = 0; i < r->recipient_count; i++) {
		const ox_record_recipient *recipient = &r->recipients[i];
		fputs("  to ", stdout);
		cli_print_text(stdout, recipient->address);
		printf(": %s\n", recipient->outcome == OX_OUTCOME_NONE ? "waiting"
		                                                          : ox_outcome_name(recipient->outcome));
	}
}

static int show_history(const cli *cli, ox_claim *claim, ox_error *error)
{
	json_t *all = cli->json ? json_message(claim) : NULL, *history = cli->json ? json_array() : NULL;
	size_t position = 0;
	ox_tail_entry entry;
	int status;
	if (!cli->json) {
		print_all(cli, claim);
	}
	while ((status = ox_claim_history(claim, &position, &entry, error)) == OX_OK) {
		if (cli->json) {
			json_array_append_new(history, json_entry(&entry));
		} else {
			print_entry(ox_claim_record(claim), &entry);
		}
	}
	if (cli->json) {
		json_object_set_new(all, "history", history);
		cli_print_json(all);
	}
	return status == OX_AGAIN ? OX_OK : status;
}

static int show_message(ox_claim *claim, ox_error *error)
{
	static uint8_t piece[PIECE];
	ox_source source = ox_claim_source(claim);
	uint64_t size = ox_claim_record(claim)->size;
	for (uint64_t at = 0; at < size && !ferror(stdout);) {
		size_t got = source.read(source.context, at, piece, sizeof piece);
		if (!got) {
			return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_ERRNO,
				"the message cannot be read to its end");
		}
		fwrite(piece, 1, got, stdout);
		at += got;
	}
	return OX_OK;
}

static int show(cli *cli, ox_spool *spool, const char *id, bool message)
{
	ox_place place;
	ox_claim *claim = NULL;
	ox_claim_fate fate = OX_CLAIM_GONE;
	ox_error error;
	int status = ox_spool_find(spool, id, &place, &error);
	if (status == OX_OK) {
		status = ox_claim_look(spool, &place, &claim, &fate, &error);
	}
	if (status == OX_AGAIN || (status == OX_OK && fate == OX_CLAIM_GONE)) {
		fprintf(stderr, "outbox show: there is no message %s; outbox events may know what became of it\n", id);
		return EX_NOTHING;
	}
	if (status == OX_OK && !claim) {
		fprintf(stderr, "outbox show: %s is damaged: %s\n", id, error.text);
		return EX_DATAERR;
	}
	if (status == OX_OK) {
		status = message ? show_message(claim, &error) : show_history(cli, claim, &error);
	}
	ox_claim_release(claim);
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

static int run_show(cli *cli, int count, char **words)
{
	static const struct option options[] = {{"message", no_argument, NULL, OPTION_MESSAGE}, {0}};
	ox_spool *spool = NULL;
	bool message = false;
	int option;
	while ((option = cli_option(cli, &show_command, count, words, "", options)) != -1) {
		if (option != OPTION_MESSAGE) {
			return EX_USAGE;
		}
		message = true;
	}
	if (count - optind != 1 || !ox_spool_id_is_valid(words[optind])) {
		return cli_wrong(cli, "name one message by its id");
	}
	int code = cli_open_spool(cli, false, &spool);
	code = code == EX_OK ? show(cli, spool, words[optind], message) : code;
	ox_spool_free(spool);
	return code;
}

const command list_command = {"list", "[OPTION]... [ID]...", "Lists the messages in the queue, oldest first.",
	SELECTION_HELP "  --limit N           at most so many\n"
	"  --after ID          only those behind this one\n",
	run_list};
const command show_command = {"show", "[OPTION]... ID",
	"Shows one message: recipients, what the relay said, and when it is tried again.",
	"  --message           its octets, as they are sent\n", run_show};
