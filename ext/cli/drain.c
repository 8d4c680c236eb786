/* SPDX-License-Identifier: MIT */
#include "drain.h"

#include <unistd.h>

#include "net/platform.h"
#include "runner/state.h"
#include "spool/spool.h"

enum { LOOK_US = 500000, STILL_LOOKS = 6 };

static uint64_t blocked(const ox_run_state *state, const uint32_t *lanes)
{
	uint64_t count = 0;
	for (size_t i = 0; i < state->profile_count; i++) {
		const ox_profile_note *note = &state->profiles[i];
		bool waits_for_somebody = note->state == OX_PROFILE_PAUSED || note->state == OX_PROFILE_MISSING ||
			note->state == OX_PROFILE_BROKEN;
		count += waits_for_somebody ? lanes[ox_spool_lane(note->name)] : 0;
	}
	return count;
}

int drain_look(ox_spool *spool, drain_rest *rest, ox_error *error)
{
	static uint32_t lanes[OX_SPOOL_LANES]; /* too much for a stack */
	ox_spool_status counts = {.lanes = lanes};
	ox_run_state state = {0};
	ox_run_info runner;
	*rest = (drain_rest){0};
	int status = ox_spool_status_read(spool, &counts, error);
	status = status == OX_OK ? ox_run_info_read(spool, &runner, error) : status;
	status = status == OX_OK ? ox_run_state_read(spool, cli_now(), &state) : status;
	if (status == OX_OK) {
		*rest = (drain_rest){counts.count[OX_SPOOL_DUE], counts.count[OX_SPOOL_DEFERRED], blocked(&state, lanes),
			runner.running};
	}
	ox_run_state_clear(&state);
	return status;
}

static void show(const cli *cli, const drain_rest *rest)
{
	if (cli->terminal && !cli->quiet && !cli->json) {
		fprintf(stderr, "\r\033[K%llu due, %llu deferred; the runner at work delivers them",
			(unsigned long long)rest->due, (unsigned long long)rest->deferred);
		fflush(stderr);
	}
}

static void show_end(const cli *cli, const drain_rest *rest)
{
	uint64_t left = rest->due + rest->deferred;
	if (cli->terminal && !cli->quiet && !cli->json) {
		fputs("\r\033[K", stderr);
	}
	if (cli->json) {
		cli_print_json(json_pack("{s:b, s:I, s:I}", "running", 1, "due", (json_int_t)rest->due, "deferred",
			(json_int_t)rest->deferred));
	} else if (!cli->quiet && left) {
		printf("%llu messages are left to the runner at work; outbox status says why\n", (unsigned long long)left);
	} else if (!cli->quiet) {
		printf("The runner at work has delivered what there was.\n");
	}
}

int drain_beside(const cli *cli, ox_spool *spool, uint64_t until_ms)
{
	drain_rest rest;
	uint64_t before = 0;
	unsigned still = 0;
	ox_error error;
	cli_wake(spool, OX_HINT_LOOK, NULL);
	for (;;) {
		int status = drain_look(spool, &rest, &error);
		if (status != OX_OK) {
			return cli_fail(cli, status, &error, NULL);
		}
		if (!rest.runner) {
			return EX_NOTHING;
		}
		uint64_t left = rest.due + rest.deferred;
		still = left == before ? still + 1 : 0;
		before = left;
		/* What is held counts as blocked too: a moment shows whether anything moves. */
		bool stuck = left <= rest.blocked && still >= STILL_LOOKS;
		if (!left || stuck || (until_ms && ox_clock_ms() >= until_ms)) {
			show_end(cli, &rest);
			return left ? EX_TEMPFAIL : EX_OK;
		}
		show(cli, &rest);
		(void)usleep(LOOK_US);
	}
}
