/* SPDX-License-Identifier: MIT */
/* Queueing, killed before, after and in the middle of every system call; and with every system call failing
 * in every way, or doing half of what it was asked. The invariants are those of spool/README.md:
 *  - what was acknowledged is there, once and whole
 *  - what was not is there once and whole, or not at all; after an error never
 *  - nothing else is ever claimed, and what is left in tmp/ goes with the sweep
 *  - the same key again gives the one message that there is */
#include "crash.h"
#include "stepper.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

enum { NOW_S = 1700000000, SWEEP_LATER_MS = 700000 };
static const uint64_t now_ms = (uint64_t)NOW_S * 1000;

typedef struct {
	const char *name;
	size_t count, size;
	bool keyed, later, held;
	ox_durability durability;
} shape;

static const shape shapes[] = {
	{"small, full", 1, 300, false, false, false, OX_DURABILITY_FULL},
	{"small, none", 1, 300, false, false, false, OX_DURABILITY_NONE},
	{"large, full", 1, 200000, false, false, false, OX_DURABILITY_FULL},
	{"large, none", 1, 200000, false, false, false, OX_DURABILITY_NONE},
	{"keyed, full", 1, 3000, true, false, false, OX_DURABILITY_FULL},
	{"keyed, none", 1, 3000, true, false, false, OX_DURABILITY_NONE},
	{"for later, full", 1, 3000, false, true, false, OX_DURABILITY_FULL},
	{"keyed and for later, full", 1, 300, true, true, false, OX_DURABILITY_FULL},
	{"three, group", 3, 3000, false, false, false, OX_DURABILITY_GROUP},
	{"three for later, group", 3, 70000, false, true, false, OX_DURABILITY_GROUP},
	{"held, full", 1, 300, false, false, true, OX_DURABILITY_FULL},
	{"held, keyed and for later, none", 1, 3000, true, true, true, OX_DURABILITY_NONE},
	{"three held, group", 3, 3000, false, false, true, OX_DURABILITY_GROUP},
};

typedef struct {
	const shape *of;
	ox_spool *spool;
	ledger *book;
} job;

static unsigned long runs, killed_runs, failed_runs, acknowledged, lost, repeated;
static uint32_t next_seed = 1;
static size_t rounds;

static ox_submission submission_of(const shape *of, ledger_entry *entry)
{
	static const ox_spool_recipient recipient = {.address = "to@example.com"};
	ox_submission submission = {.profile = "main", .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = message_source(entry), .size = entry->size};
	if (of->keyed) {
		submission.key = ox_slice_of("the key");
	}
	if (of->later) {
		submission.send_at_ms = now_ms + 100000;
	}
	submission.held = of->held ? "a copy" : NULL;
	return submission;
}

/* In the child: no system call but those of the spool. */
static void queue(void *context)
{
	job *this = context;
	ox_submission submissions[4];
	ox_error error;
	size_t done;
	for (size_t i = 0; i < this->of->count; i++) {
		submissions[i] = submission_of(this->of, &this->book->entries[i]);
		this->book->entries[i].submitted = true;
	}
	int status = this->of->count == 1 ?
		ox_spool_enqueue(this->spool, submissions, this->of->durability, now_ms, &error) :
		ox_spool_enqueue_many(this->spool, submissions, this->of->count, this->of->durability, now_ms, &done,
			&error);
	for (size_t i = 0; i < this->of->count; i++) {
		ledger_entry *entry = &this->book->entries[i];
		entry->error = error;
		memcpy(entry->id, submissions[i].id, sizeof entry->id);
		entry->duplicate = submissions[i].duplicate;
		entry->refused = status != OX_OK;
		entry->acked = status == OX_OK;
	}
}

static void open_book(ledger *book, const shape *of)
{
	ledger_reset(book);
	book->count = of->count;
	for (size_t i = 0; i < of->count; i++) {
		book->entries[i].size = of->size + rounds * 977; /* other borders between the pieces */
		book->entries[i].seed = next_seed++;
	}
}

/* With another name than any before, so that nothing of an earlier run can be met. */
static void new_spool(char *path, size_t size)
{
	static unsigned number;
	snprintf(path, size, "%s/%u", crash_folder(), number++);
}

static const char *where(const shape *of, const step_plan *plan, const step_result *result)
{
	static char text[200];
	snprintf(text, sizeof text, "%s, %s call %zu (system call %ld)%s%s", of->name,
		step_kind_name(plan->kind), plan->at, result->call, plan->kind == STEP_FAIL ? ": " : "",
		plan->kind == STEP_FAIL ? strerror(plan->error) : "");
	return text;
}

/* The client did not hear what became of it, and asks again with the same key. */
static void ask_again(ox_spool *spool, const shape *of, ledger *book, const char *at)
{
	spool_census census;
	ox_submission again = submission_of(of, &book->entries[0]);
	ox_error error;
	bool was_there = false;
	char id[OX_SPOOL_ID_SIZE + 1] = "";
	take_census(spool, book, now_ms, &census);
	was_there = census.found[0] == 1;
	memcpy(id, book->entries[0].id, sizeof id);
	check(ox_spool_enqueue(spool, &again, OX_DURABILITY_FULL, now_ms, &error) == OX_OK, "%s: again: %s", at,
		error.text);
	take_census(spool, book, now_ms, &census);
	check(census.found[0] == 1, "%s: %zu messages of one key", at, census.found[0]);
	check(again.duplicate == was_there, "%s: the key says %s", at, was_there ? "new" : "known");
	check(!book->entries[0].acked || !strcmp(id, again.id), "%s: another id for the same key", at);
	repeated++;
}

static void verify(const char *path, const shape *of, ledger *book, const char *at)
{
	spool_census census;
	ox_spool_swept swept;
	ox_error error;
	ox_spool *spool = crash_open(path, false);
	if (!check(spool != NULL, "%s: the spool does not open", at)) {
		return;
	}
	check(ox_spool_sweep(spool, (uint64_t)time(NULL) * 1000 + SWEEP_LATER_MS, &swept, &error) == OX_OK,
		"%s: sweep: %s", at, error.text);
	take_census(spool, book, now_ms, &census);
	size_t found = 0;
	for (size_t i = 0; i < book->count; i++) {
		found += census.found[i];
	}
	check(census.held == (of->held ? found : 0), "%s: %zu of %zu held", at, census.held, found);
	for (size_t i = 0; i < book->count; i++) {
		const ledger_entry *entry = &book->entries[i];
		acknowledged += entry->acked;
		lost += entry->acked && census.found[i] == 0;
		check(!entry->acked || census.found[i] == 1, "%s: acknowledged, and %zu there", at, census.found[i]);
		check(!entry->refused || census.found[i] == 0, "%s: refused (%s), and there", at, entry->error.text);
		check(census.found[i] <= 1, "%s: %zu of one message", at, census.found[i]);
	}
	check(!census.unknown && !census.quarantined && !census.settled && !census.busy,
		"%s: %zu unknown, %zu quarantined, %zu settled, %zu busy", at, census.unknown, census.quarantined,
		census.settled, census.busy);
	check(!census.temporary, "%s: %zu left in tmp", at, census.temporary);
	if (of->keyed) {
		ask_again(spool, of, book, at);
	}
	ox_spool_free(spool);
}

/* One run. false: the plan found nothing to interfere with, so behind the last call. */
static bool run(const shape *of, ledger *book, const step_plan *plan, step_result *result)
{
	char path[128];
	new_spool(path, sizeof path);
	job this = {.of = of, .book = book, .spool = crash_open(path, true)};
	if (!check(this.spool != NULL, "no spool")) {
		return false;
	}
	open_book(book, of);
	*result = step_run(queue, &this, plan);
	ox_spool_free(this.spool);
	const char *at = where(of, plan, result);
	if (result->interfered || plan->kind == STEP_ONLY_COUNT) {
		runs++;
		killed_runs += result->killed;
		check(result->killed == (plan->kind >= STEP_KILL_BEFORE && plan->kind <= STEP_KILL_HALF) &&
			(result->killed || result->exit_code == 0), "%s: the child ended otherwise", at);
		verify(path, of, book, at);
	}
	remove_tree(path);
	return plan->at <= result->calls;
}

static void kill_everywhere(const shape *of, ledger *book)
{
	static const step_kind kinds[] = {STEP_KILL_BEFORE, STEP_KILL_AFTER, STEP_KILL_HALF};
	step_result result;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		step_plan plan = {.kind = kinds[k], .at = 1};
		while (run(of, book, &plan, &result)) {
			if (result.interfered) {
				check_case();
			}
			plan.at++;
		}
		check(plan.at > 8, "%s: %zu calls only", of->name, plan.at);
	}
}

/* What has to succeed in spite of the failure: EINTR of calls that may be made again, and what is comfort. */
static bool must_succeed(const step_plan *plan, const step_result *result)
{
	return plan->kind == STEP_SHORT ||
		(plan->kind == STEP_FAIL && plan->error == EINTR &&
			(result->call == SYS_pwrite64 || result->call == SYS_fsync || result->call == SYS_fdatasync ||
				result->call == SYS_openat || result->call == SYS_flock));
}

static void fail_everywhere(const shape *of, ledger *book)
{
	static const int errors[] = {ENOSPC, EIO, EDQUOT, EINTR, EMFILE, EROFS};
	step_result result;
	for (size_t e = 0; e <= sizeof errors / sizeof *errors; e++) {
		bool is_short = e == sizeof errors / sizeof *errors;
		step_plan plan = {.kind = is_short ? STEP_SHORT : STEP_FAIL, .at = 1, .error = is_short ? 0 : errors[e]};
		while (run(of, book, &plan, &result)) {
			const ledger_entry *entry = &book->entries[0];
			if (result.interfered) {
				failed_runs++;
				check(entry->acked || entry->refused, "%s: no answer", where(of, &plan, &result));
				check(!must_succeed(&plan, &result) || entry->acked, "%s: refused: %s",
					where(of, &plan, &result), entry->error.text);
				check(entry->acked || (entry->error.class != OX_ERROR_NONE && entry->error.text[0]),
					"%s: an error without a word", where(of, &plan, &result));
				check_case();
			}
			plan.at++;
		}
	}
}

int main(int count, char **arguments)
{
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	ledger *book = ledger_new();
	for (; rounds < (is_long ? 10 : 1); rounds++) {
		for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
			step_plan plan = {.kind = STEP_ONLY_COUNT};
			step_result result;
			run(&shapes[i], book, &plan, &result);
			check_case();
			kill_everywhere(&shapes[i], book);
			fail_everywhere(&shapes[i], book);
		}
	}
	return crash_close("enqueue: %lu runs, %lu of them killed, %lu with a failing call; %lu acknowledged, %lu lost, "
		"%lu keys used again", runs, killed_runs, failed_runs, acknowledged, lost, repeated);
}
