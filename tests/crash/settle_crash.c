/* SPDX-License-Identifier: MIT */
/* What a runner and people do to a message, killed at every system call and with every call failing. Afterwards
 * a sound runner finishes the work. No recipient goes without, and none gets a message more often than it was said to
 * be uncertain; what was said to be removed or settled stays so. */
#include "crash.h"
#include "stepper.h"

#include <errno.h>

#include "spool/manage.h"

enum { RECIPIENTS = 2 };
static const uint64_t now_ms = 1700000000000, later_ms = 1700009000000;

/* Shared with the child. */
typedef struct {
	ledger book;
	volatile unsigned sink[RECIPIENTS]; /* how often each has it */
	volatile bool done, failed;         /* what the child was told at the end */
} world;

typedef struct {
	const char *name;
	bool keyed, deferred, given_up;     /* how the message begins */
	bool removes, fails;                /* how it may end besides being delivered */
	bool (*act)(ox_spool *spool, world *of);
} scene;

typedef struct {
	const scene *of;
	ox_spool *spool;
	world *shared;
} job;

static unsigned long runs, killed_runs, failed_runs, uncertain_runs, copies;
static uint32_t next_seed = 1;

static ox_claim *claim(ox_spool *spool, world *of)
{
	ox_place place;
	ox_claim *taken = NULL;
	ox_claim_fate fate;
	if (ox_spool_find(spool, of->book.entries[0].id, &place, NULL) == OX_OK) {
		(void)!ox_claim_open(spool, &place, now_ms, &taken, &fate, NULL);
	}
	return taken;
}

/* Sends to those who are open, as the first `count` of them are accepted. false: not sent. */
static bool transact(ox_claim *taken, world *of, size_t count, ox_outcome others)
{
	const ox_record *record = ox_claim_record(taken);
	if (ox_claim_intend(taken, now_ms, NULL) != OX_OK) {
		return false;
	}
	for (size_t i = 0; i < record->recipient_count; i++) {
		if (ox_record_is_open(&record->recipients[i])) {
			bool accepted = i < count;
			of->sink[i] += accepted;
			(void)!ox_claim_result(taken, i, accepted ? OX_OUTCOME_SENT : others, accepted ? 250 : 450, NULL, "mx",
				"words", now_ms, NULL);
		}
	}
	return true;
}

static bool settle(ox_claim *taken, world *of, size_t accepted, ox_ending ending)
{
	if (!transact(taken, of, accepted, OX_OUTCOME_REJECTED)) {
		ox_claim_release(taken);
		return false;
	}
	bool written = ox_claim_end(taken, ending, now_ms, NULL) == OX_OK && ox_claim_sync(taken, NULL) == OX_OK;
	return (ox_claim_finish(taken, now_ms, NULL) == OX_OK) & written;
}

static bool deliver(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	return taken && settle(taken, of, RECIPIENTS, OX_ENDING_SENT);
}

static bool fail(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	return taken && settle(taken, of, 1, OX_ENDING_FAILED);
}

static bool defer(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	if (!taken || !transact(taken, of, 1, OX_OUTCOME_DEFERRED)) {
		ox_claim_release(taken);
		return false;
	}
	return ox_claim_defer(taken, now_ms + 1000000, "reply", now_ms, NULL) == OX_OK;
}

static bool hold_by_runner(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	return taken && ox_claim_hold(taken, "policy", now_ms, NULL) == OX_OK;
}

static bool promote(ox_spool *spool, world *of)
{
	ox_place places[2];
	size_t count;
	uint64_t next_ms;
	(void)of;
	return ox_spool_promote(spool, later_ms, places, 2, &count, &next_ms, NULL) == OX_OK && count == 1;
}

static bool tell(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	bool told = taken && ox_claim_note_told(taken, 15, now_ms, NULL) == OX_OK;
	ox_claim_release(taken);
	return told;
}

static bool promote_one(ox_spool *spool, world *of)
{
	ox_place place, due;
	return ox_spool_find(spool, of->book.entries[0].id, &place, NULL) == OX_OK &&
		ox_spool_promote_one(spool, &place, &due, NULL) == OX_OK;
}

static bool hold(ox_spool *spool, world *of)
{
	return ox_spool_hold(spool, of->book.entries[0].id, now_ms, NULL) == OX_OK;
}

static bool retry(ox_spool *spool, world *of)
{
	return ox_spool_retry(spool, of->book.entries[0].id, now_ms, NULL) == OX_OK;
}

static bool remove_it(ox_spool *spool, world *of)
{
	return ox_spool_remove(spool, of->book.entries[0].id, now_ms, NULL) == OX_OK;
}

static bool quarantine(ox_spool *spool, world *of)
{
	ox_claim *taken = claim(spool, of);
	return taken && ox_claim_quarantine(taken, "for the test", now_ms, NULL) == OX_OK;
}

static bool sweep(ox_spool *spool, world *of)
{
	ox_spool_swept swept;
	(void)of;
	return ox_spool_sweep(spool, now_ms, &swept, NULL) == OX_OK;
}

static bool make_spool(ox_spool *spool, world *of)
{
	ox_error error;
	ox_spool *made = crash_try_open(ox_spool_path(spool), true, &error);
	(void)of;
	ox_spool_free(made);
	return made != NULL;
}

static const scene scenes[] = {
	{"deliver", .act = deliver},
	{"deliver with a key", .keyed = true, .act = deliver},
	{"deliver from a bucket", .deferred = true, .act = deliver},
	{"fail", .fails = true, .act = fail},
	{"defer", .act = defer},
	{"defer from a bucket to another", .deferred = true, .act = defer},
	{"hold by the runner", .act = hold_by_runner},
	{"promote", .deferred = true, .act = promote},
	{"promote whatever its time", .deferred = true, .act = promote_one},
	{"tell that it waits", .act = tell},
	{"tell that it waits in a bucket", .deferred = true, .act = tell},
	{"hold", .act = hold},
	{"hold from a bucket", .deferred = true, .act = hold},
	{"retry from a bucket", .deferred = true, .act = retry},
	{"retry what was given up", .given_up = true, .fails = true, .act = retry},
	{"remove", .removes = true, .act = remove_it},
	{"remove with a key", .keyed = true, .removes = true, .act = remove_it},
	{"quarantine", .removes = true, .act = quarantine},
	{"sweep", .act = sweep},
	{"open", .act = make_spool},
};

static void act(void *context)
{
	job *this = context;
	bool done = this->of->act(this->spool, this->shared);
	this->shared->failed = !done;
	this->shared->done = done;
}

static bool prepare(job *this, const char *path)
{
	static const ox_spool_recipient recipients[RECIPIENTS] = {{.address = "a@example.com"},
		{.address = "b@example.com"}};
	world *shared = this->shared;
	ledger_entry *entry = &shared->book.entries[0];
	memset(shared, 0, sizeof *shared);
	shared->book.count = 1;
	entry->seed = next_seed++;
	entry->size = 700;
	ox_submission submission = {.profile = "main", .sender = "me@example.com", .recipients = recipients,
		.recipient_count = RECIPIENTS, .source = message_source(entry), .size = entry->size,
		.key = ox_slice_of(this->of->keyed ? "the key" : ""),
		.send_at_ms = this->of->deferred ? now_ms + 2000000 : 0};
	this->spool = crash_open(path, true);
	if (!this->spool || ox_spool_enqueue(this->spool, &submission, OX_DURABILITY_FULL, now_ms, NULL) != OX_OK) {
		return false;
	}
	memcpy(entry->id, submission.id, sizeof entry->id);
	return !this->of->given_up || fail(this->spool, shared);
}

/* Wherever it is, by a runner that nothing happens to. */
static bool finish_work(ox_spool *spool, world *of, unsigned uncertain[RECIPIENTS], ox_spool_state *state)
{
	ox_place place;
	ox_claim *taken;
	ox_claim_fate fate;
	*state = OX_SPOOL_STATE_COUNT;
	if (ox_spool_find(spool, of->book.entries[0].id, &place, NULL) != OX_OK) {
		return true;
	}
	*state = place.state;
	if (place.state == OX_SPOOL_FAILED || place.state == OX_SPOOL_QUARANTINED) {
		return true;
	}
	if (ox_claim_open(spool, &place, now_ms, &taken, &fate, NULL) != OX_OK) {
		return false;
	}
	if (fate == OX_CLAIM_SETTLED) {
		/* Where the dead one wanted to bring it. */
		*state = ox_spool_find(spool, of->book.entries[0].id, &place, NULL) == OX_OK ? place.state :
			OX_SPOOL_STATE_COUNT;
		return true;
	}
	if (fate != OX_CLAIM_TAKEN) {
		return false;
	}
	const ox_record *record = ox_claim_record(taken);
	for (size_t i = 0; i < RECIPIENTS; i++) {
		uncertain[i] += record->recipients[i].uncertain;
	}
	return ox_claim_admit(taken, now_ms, NULL) == OX_OK && settle(taken, of, RECIPIENTS, OX_ENDING_SENT);
}

static void verify(const job *this, const char *path, const char *at)
{
	const scene *of = this->of;
	world *shared = this->shared;
	unsigned uncertain[RECIPIENTS] = {0};
	ox_spool_state state;
	ox_spool *spool = crash_open(path, false);
	if (!check(spool != NULL, "%s: the spool does not open", at)) {
		return;
	}
	bool removed = of->removes && shared->done;
	check(finish_work(spool, shared, uncertain, &state), "%s: the work cannot be finished", at);
	check(state != OX_SPOOL_FAILED || of->fails, "%s: it failed", at);
	check(state != OX_SPOOL_QUARANTINED || of->removes, "%s: it is in quarantine", at);
	check(!removed || state == OX_SPOOL_STATE_COUNT || state == OX_SPOOL_QUARANTINED,
		"%s: it was removed, and is there", at);
	bool may_lack = state == OX_SPOOL_FAILED || (of->removes &&
		(state == OX_SPOOL_STATE_COUNT || state == OX_SPOOL_QUARANTINED));
	for (size_t i = 0; i < RECIPIENTS; i++) {
		copies += shared->sink[i] > 1;
		uncertain_runs += uncertain[i];
		check(may_lack || shared->sink[i], "%s: recipient %zu goes without", at, i);
		check(shared->sink[i] <= 1 + uncertain[i], "%s: recipient %zu has it %u times, uncertain %u", at, i,
			shared->sink[i], uncertain[i]);
	}
	check(!shared->done || of->act != deliver || !uncertain[0], "%s: settled, and uncertain", at);
	ox_spool_free(spool);
}

static bool run(const scene *of, world *shared, const step_plan *plan, step_result *result)
{
	static unsigned number;
	char path[128], at[200];
	job this = {.of = of, .shared = shared};
	snprintf(path, sizeof path, "%s/%u", crash_folder(), number++);
	if (!check(prepare(&this, path), "%s: not prepared", of->name)) {
		return false;
	}
	*result = step_run(act, &this, plan);
	ox_spool_free(this.spool);
	snprintf(at, sizeof at, "%s, %s call %zu (system call %ld)%s", of->name, step_kind_name(plan->kind), plan->at,
		result->call, plan->kind == STEP_FAIL ? strerror(plan->error) : "");
	if (result->interfered || plan->kind == STEP_ONLY_COUNT) {
		runs++;
		killed_runs += result->killed;
		failed_runs += plan->kind == STEP_FAIL || plan->kind == STEP_SHORT;
		check(plan->kind != STEP_ONLY_COUNT || shared->done, "%s: does not work", of->name);
		check(result->killed || shared->done || shared->failed, "%s: the child ended otherwise", at);
		verify(&this, path, at);
		check_case();
	}
	remove_tree(path);
	return plan->at <= result->calls;
}

static void run_all(const scene *of, world *shared)
{
	static const step_kind kills[] = {STEP_KILL_BEFORE, STEP_KILL_AFTER, STEP_KILL_HALF, STEP_SHORT};
	static const int errors[] = {ENOSPC, EIO, EDQUOT, EINTR, EMFILE, EROFS};
	step_result result;
	step_plan plan = {.kind = STEP_ONLY_COUNT};
	run(of, shared, &plan, &result);
	for (size_t k = 0; k < sizeof kills / sizeof *kills; k++) {
		plan = (step_plan){.kind = kills[k], .at = 1};
		while (run(of, shared, &plan, &result)) {
			plan.at++;
		}
	}
	for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) {
		plan = (step_plan){.kind = STEP_FAIL, .at = 1, .error = errors[e]};
		while (run(of, shared, &plan, &result)) {
			plan.at++;
		}
	}
}

int main(int count, char **arguments)
{
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	world *shared = crash_shared(sizeof *shared);
	for (int round = 0; round < (is_long ? 5 : 1); round++) {
		for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
			run_all(&scenes[i], shared);
		}
	}
	return crash_close("settle: %lu runs, %lu of them killed, %lu with a failing call; %lu recipients got it twice, "
		"%lu were uncertain", runs, killed_runs, failed_runs, copies, uncertain_runs);
}
