/* SPDX-License-Identifier: MIT */
/* status: how the queue is, at a glance and for monitoring. */
#include "cli.h"

#include <string.h>

#include "relay/profile.h"
#include "runner/state.h"
#include "spool/spool.h"
#include "spool/wake.h"

typedef struct {
	ox_spool_status spool;
	ox_run_info runner;
	ox_spawn_note spawn;
	ox_run_totals totals;
	ox_run_state state;
	ox_buffer profiles;
	uint32_t lanes[OX_SPOOL_LANES];
} overview;

static int read_all(ox_spool *spool, overview *o, ox_error *error)
{
	o->spool.lanes = o->lanes;
	ox_buffer_init(&o->profiles, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = ox_spool_status_read(spool, &o->spool, error);
	status = status == OX_OK ? ox_run_info_read(spool, &o->runner, error) : status;
	status = status == OX_OK ? ox_spawn_note_read(spool, &o->spawn, error) : status;
	status = status == OX_OK ? ox_run_totals_read(spool, &o->totals, error) : status;
	status = status == OX_OK ? ox_run_state_read(spool, cli_now(), &o->state) : status;
	return status == OX_OK ? ox_profile_list(ox_spool_profiles(spool), &o->profiles, error) : status;
}

typedef void (*visitor)(const cli *cli, const overview *o, const char *name, json_t *to);

/* Those that have a file, then those that only have messages. */
static void each_profile(const cli *cli, const overview *o, json_t *to, visitor each)
{
	const char *first = ox_buffer_text(&o->profiles);
	for (const char *name = first; name < first + o->profiles.size; name += strlen(name) + 1) {
		each(cli, o, name, to);
	}
	for (size_t i = 0; i < o->state.profile_count; i++) {
		const ox_profile_note *note = &o->state.profiles[i];
		if (note->state == OX_PROFILE_MISSING && o->lanes[ox_spool_lane(note->name)]) {
			each(cli, o, note->name, to);
		}
	}
}

static void add_profile(const cli *cli, const overview *o, const char *name, json_t *to)
{
	const ox_profile_note *note = ox_run_state_find(&o->state, name);
	(void)cli;
	json_object_set_new(to, name, json_pack("{s:s, s:o, s:o, s:o, s:I}", "state",
		ox_profile_state_name(note ? note->state : OX_PROFILE_OK), "reason",
		cli_json_text(note ? note->reason : ""), "since", cli_json_time(note ? note->since_ms : 0), "until",
		cli_json_time(note ? note->until_ms : 0), "queued", (json_int_t)o->lanes[ox_spool_lane(name)]));
}

static void print_all_json(const cli *cli, ox_spool *spool, const overview *o)
{
	json_t *all = json_pack("{s:s}", "path", ox_spool_path(spool));
	for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
		json_object_set_new(all, ox_spool_state_name((ox_spool_state)state),
			json_integer((json_int_t)o->spool.count[state]));
	}
	json_object_set_new(all, "uncertain", json_integer((json_int_t)o->totals.uncertain));
	json_object_set_new(all, "oldest", cli_json_time(o->spool.oldest_ms));
	json_object_set_new(all, "next", cli_json_time(o->spool.next_ms));
	json_object_set_new(all, "bytes", json_integer((json_int_t)o->spool.bytes));
	json_object_set_new(all, "free_bytes", json_integer((json_int_t)o->spool.space.free_bytes));
	json_object_set_new(all, "free_inodes", json_integer((json_int_t)o->spool.space.free_inodes));
	json_object_set_new(all, "runner", json_pack("{s:b, s:I, s:o, s:s}", "running", o->runner.running,
		"pid", (json_int_t)o->runner.pid, "since", cli_json_time(o->runner.since_ms), "version",
		o->runner.version));
	json_object_set_new(all, "spawn", json_pack("{s:o, s:o, s:i, s:o}", "last",
		cli_json_time(o->spawn.last_ms), "allowed", cli_json_time(o->spawn.allowed_ms), "failures",
		(int)o->spawn.failures, "error",
		cli_json_text(o->spawn.system_error ? strerror(o->spawn.system_error) : NULL)));
	json_t *profiles = json_object();
	each_profile(cli, o, profiles, add_profile);
	json_object_set_new(all, "profiles", profiles);
	cli_print_json(all);
}

static void print_counts(const cli *cli, const overview *o)
{
	static const paint paints[OX_SPOOL_STATE_COUNT] = {PAINT_NONE, PAINT_YELLOW, PAINT_YELLOW, PAINT_RED,
		PAINT_RED};
	for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
		uint64_t count = o->spool.count[state];
		printf("%-13s ", ox_spool_state_name((ox_spool_state)state));
		cli_paint(cli, stdout, count ? paints[state] : PAINT_DIM, "%8llu\n", (unsigned long long)count);
	}
	if (o->totals.uncertain) {
		printf("uncertain     %8llu  (the relay never answered the end of data; see outbox events)\n",
			(unsigned long long)o->totals.uncertain);
	}
}

static void print_profile(const cli *cli, const overview *o, const char *name, json_t *to)
{
	char until[32] = "";
	(void)to;
	const ox_profile_note *note = ox_run_state_find(&o->state, name);
	ox_profile_state state = note ? note->state : OX_PROFILE_OK;
	printf("  %-24s ", name);
	cli_paint(cli, stdout, state == OX_PROFILE_OK ? PAINT_GREEN : PAINT_RED, "%-8s",
		ox_profile_state_name(state));
	printf(" %u queued", o->lanes[ox_spool_lane(name)]);
	if (state != OX_PROFILE_OK && note->until_ms) {
		cli_time(note->until_ms, until);
		printf(", until %s", until);
	}
	fputc('\n', stdout);
	if (state != OX_PROFILE_OK && *note->reason) {
		fputs("    ", stdout);
		cli_print_text(stdout, note->reason);
		fputc('\n', stdout);
	}
}

static void print_all(const cli *cli, ox_spool *spool, const overview *o)
{
	char text[32], bytes[32], room[32];
	cli_size(o->spool.bytes, bytes);
	cli_size(o->spool.space.free_bytes, room);
	cli_paint(cli, stdout, PAINT_BOLD, "%s\n", ox_spool_path(spool));
	print_counts(cli, o);
	printf("size          %8s, %s and %llu files free\n", bytes, room,
		(unsigned long long)o->spool.space.free_inodes);
	if (o->spool.oldest_ms) {
		uint64_t now = cli_now();
		cli_duration(now > o->spool.oldest_ms ? now - o->spool.oldest_ms : 0, text);
		printf("oldest        %8s\n", text);
	}
	if (o->spool.next_ms) {
		cli_time(o->spool.next_ms, text);
		printf("next try      %s\n", text);
	}
	if (o->runner.running) {
		cli_time(o->runner.since_ms, text);
		printf("runner        process %llu since %s\n", (unsigned long long)o->runner.pid, text);
	} else {
		printf("runner        none is at work; the next message, outbox run or a timer starts one\n");
	}
	if (o->spawn.failures) {
		cli_time(o->spawn.last_ms, text);
		cli_paint(cli, stdout, PAINT_RED, "start         failed %u times, last at %s%s%s\n", o->spawn.failures, text,
			o->spawn.system_error ? ": " : "", o->spawn.system_error ? strerror(o->spawn.system_error) : "");
	}
	printf("profiles\n");
	each_profile(cli, o, NULL, print_profile);
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {{0}};
	static overview o; /* the lanes are too much for a stack */
	ox_spool *spool = NULL;
	ox_error error;
	if (cli_option(cli, &status_command, count, words, "", options) != -1) {
		return EX_USAGE;
	}
	if (optind < count) {
		return cli_wrong(cli, "\"%s\" is too much", words[optind]);
	}
	int code = cli_open_spool(cli, false, &spool);
	if (code != EX_OK) {
		return code;
	}
	int status = read_all(spool, &o, &error);
	if (status != OX_OK) {
		code = cli_fail(cli, status, &error, NULL);
	} else if (cli->json) {
		print_all_json(cli, spool, &o);
	} else {
		print_all(cli, spool, &o);
	}
	ox_buffer_clear(&o.profiles);
	ox_run_state_clear(&o.state);
	ox_spool_free(spool);
	return code;
}

const command status_command = {"status", "[OPTION]...",
	"Shows how many messages wait, who delivers them, and what is wrong.", "", run};
