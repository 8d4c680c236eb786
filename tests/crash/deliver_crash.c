/* SPDX-License-Identifier: MIT */
/* Delivering, killed before, after and in the middle of every system call, with a server that lives on; and with
 * every call failing in several ways. Afterwards a runner starts as after any crash, and
 *  - every letter arrives, whole, and nothing of it is left in the spool
 *  - it arrives a second time only if it was said to be uncertain
 *  - nobody has to help, and it takes less than ten seconds */
#include "delivery.h"
#include "stepper.h"

#include <errno.h>

#include "net/dial.h"
#include "net/platform.h"

typedef struct {
	const char *name;
	bool tls, starttls, pipelining, chunking;
	size_t count, recipients, size;
	ox_durability durability;
} shape;

static const shape shapes[] = {
	{"BDAT", false, false, true, true, 3, 1, 300, OX_DURABILITY_FULL},
	{"DATA, lock-step", false, false, false, false, 2, 3, 300, OX_DURABILITY_FULL},
	{"DATA, pipelined, large", false, false, true, false, 2, 1, 150000, OX_DURABILITY_NONE},
	{"BDAT in TLS, three recipients", true, false, true, true, 2, 3, 3000, OX_DURABILITY_NONE},
	{"STARTTLS", false, true, true, true, 1, 1, 300, OX_DURABILITY_FULL},
};

static unsigned long runs, killed, failing;
static uint64_t longest_ms;
static delivery_totals totals;

static void prepare(delivery *d, const shape *of)
{
	memset(d, 0, sizeof *d);
	d->count = of->count;
	d->recipients = of->recipients;
	d->durability = of->durability;
	d->options = "&timeout=5";
	d->server.tls = of->tls;
	d->server.starttls = of->starttls;
	d->server.pipelining = of->pipelining;
	d->server.chunking = of->chunking;
	for (size_t i = 0; i < of->count; i++) {
		d->letters[i].size = of->size;
	}
	delivery_begin(d);
}

static void deliver(void *context)
{
	delivery_run_quietly(context);
}

static const char *where(const shape *of, const step_plan *plan, const step_result *result)
{
	static char text[200];
	snprintf(text, sizeof text, "%s, %s call %zu (system call %ld)%s%s", of->name, step_kind_name(plan->kind),
		plan->at, result->call, plan->kind == STEP_FAIL ? ": " : "",
		plan->kind == STEP_FAIL ? strerror(plan->error) : "");
	return text;
}

/* Until nothing is left to do; more than once, because a failing call may have deferred something. */
static void recover(delivery *d, const char *at)
{
	uint64_t begun = ox_clock_ms();
	for (int i = 0; i < 4; i++) {
		delivery_let_time_pass(d);
		if (!delivery_run(d) || delivery_is_over(d)) {
			break;
		}
	}
	uint64_t took = ox_clock_ms() - begun;
	longest_ms = took > longest_ms ? took : longest_ms;
	check(took < 10000, "%s: %llu ms to recover", at, (unsigned long long)took);
}

/* One run. false: the plan is behind the last call. */
static bool run(const shape *of, const step_plan *plan, step_result *result)
{
	static delivery d;
	prepare(&d, of);
	*result = step_run(deliver, &d, plan);
	if (result->interfered || plan->kind == STEP_ONLY_COUNT) {
		const char *at = where(of, plan, result);
		runs++;
		killed += result->killed;
		failing += !result->killed && plan->kind != STEP_ONLY_COUNT;
		check(result->killed || result->exit_code == 0, "%s: the child ended otherwise (%d)", at,
			result->exit_code);
		if (plan->kind == STEP_ONLY_COUNT) {
			check(sink_look(&d.server, d.letters[0].seed).copies == 1, "%s: nothing arrived", at);
		}
		recover(&d, at);
		delivery_check(&d, false, at, &totals);
		check_case();
	}
	delivery_end(&d);
	return plan->at <= result->calls;
}

/* Every `every`-th call, from `from`: all of them in the long form. */
static void interfere(const shape *of, step_kind kind, int error, size_t from, size_t every)
{
	step_result result;
	step_plan plan = {.kind = kind, .at = from, .error = error};
	while (run(of, &plan, &result)) {
		plan.at += every;
	}
}

static bool is_long;

static int part(size_t index)
{
	static const step_kind kinds[] = {STEP_KILL_BEFORE, STEP_KILL_AFTER, STEP_KILL_HALF};
	static const int errors[] = {EIO, ENOSPC, ENOMEM};
	const shape *of = &shapes[index];
	const size_t every = is_long ? 1 : 8;
	for (int round = 0; round < (is_long ? 4 : 1); round++) {
		step_result result;
		(void)run(of, &(step_plan){.kind = STEP_ONLY_COUNT}, &result);
		check(result.calls > 50, "%s: %zu calls only", of->name, result.calls);
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
			interfere(of, kinds[k], 0, 1 + k % every, every);
		}
		for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) {
			interfere(of, STEP_FAIL, errors[e], 1 + e, is_long ? 4 : 31);
		}
	}
	return crash_close("deliver, %s: %lu runs, %lu killed, %lu with a failing call; %lu lost, %lu torn, %lu arrived twice, "
		"%lu were uncertain; %llu ms to recover at most", of->name, runs, killed, failing, totals.lost,
		totals.torn, totals.duplicates, totals.uncertain, (unsigned long long)longest_ms);
}

int main(int count, char **arguments)
{
	is_long = count > 1 && !strcmp(arguments[1], "--long");
	return ox_dial_startup() == OX_OK ? delivery_in_parallel(part, sizeof shapes / sizeof *shapes) : 1;
}
