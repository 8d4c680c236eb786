/* SPDX-License-Identifier: MIT */
#include "runner/runner_internal.h"

#include <stdio.h>
#include <string.h>

enum { LOCK_PAUSE_MS = 20, LOOK_AGAIN_MS = 60000, WAIT_MAX_MS = 60000, WAITING_MAX_MS = 1000, BELL_LESS_MS = 200,
	FAULT_PAUSE_MS = 1000, FAULT_LASTS_MS = 3000 };

void ox_runner_options_init(ox_runner_options *options)
{
	memset(options, 0, sizeof *options);
	options->mode = OX_RUN_SERVE;
	options->durability = OX_DURABILITY_FULL;
	options->idle_ms = OX_RUN_IDLE_MS;
	options->lock_wait_ms = OX_RUN_LOCK_WAIT_MS;
	options->stop_ms = OX_RUN_STOP_MS;
}

bool ox_runner_harden(void)
{
	ox_profile_wipe_memory();
	return ox_process_harden();
}

void ox_runner_stop(ox_runner *r)
{
	r->stop = 1;
	ox_bell_ring(&r->bell);
}

/* -- opening -- */

static int take_lock(ox_runner *r, ox_error *error)
{
	uint64_t until_ms = ox_clock_ms() + r->options.lock_wait_ms;
	const char *version = r->options.version ? r->options.version : "";
	int status;
	while ((status = ox_run_lock(r->spool, version, ox_wall_clock_ms(), &r->lock, error)) == OX_AGAIN &&
		ox_clock_ms() < until_ms) {
		(void)ox_socket_wait_many(NULL, 0, LOCK_PAUSE_MS);
	}
	return status;
}

static int allocate(ox_runner *r, ox_error *error)
{
	r->index = ox_index_new(OX_INDEX_MAX);
	r->pool = ox_pool_new(0);
	r->crew = ox_crew_new(r->options.sync_threads);
	r->events = ox_array_alloc(EVENTS_ROOM, sizeof *r->events);
	r->wait_room = 2;
	r->waits = ox_array_alloc(r->wait_room, sizeof *r->waits);
	return r->index && r->pool && r->crew && r->events && r->waits ? OX_OK : ox_error_memory(error, OX_STAGE_NONE);
}

static int begin(ox_runner *r, ox_error *error)
{
	int size = snprintf(r->profiles_path, sizeof r->profiles_path, "%s/p", ox_spool_path(r->spool));
	if (size < 0 || (size_t)size >= sizeof r->profiles_path) {
		return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
			"the spool's path is too long");
	}
	int status = take_lock(r, error);
	status = status == OX_OK ? allocate(r, error) : status;
	status = status == OX_OK ? ox_wake_open(r->spool, &r->fifo, error) : status;
	if (status == OX_OK && ox_run_state_read(r->spool, ox_wall_clock_ms(), &r->restored) != OX_OK) {
		status = ox_error_memory(error, OX_STAGE_NONE);
	}
	if (status != OX_OK) {
		return status;
	}
	r->clocks = r->restored.clocks;
	r->watched_ms = r->restored.watched_ms;
	r->watched_all_ms = r->restored.watched_all_ms;
	(void)!ox_run_totals_read(r->spool, &r->totals, error);
	/* Should this one be killed: there was something to do. */
	(void)!ox_run_next_write(r->spool, ox_wall_clock_ms(), error);
	(void)!ox_bell_open(&r->bell); /* without it a stop is seen a little later */
	return relays_load(r, error);
}

int ox_runner_open(ox_spool *spool, const ox_runner_options *options, ox_runner **runner, ox_error *error)
{
	ox_runner *r = ox_alloc(sizeof *r);
	*runner = NULL;
	if (!r) {
		return ox_error_memory(error, OX_STAGE_NONE);
	}
	r->spool = spool;
	r->options = *options;
	r->lock = r->fifo = OX_FILE_NONE;
	r->bell.heard = r->bell.rung = OX_SOCKET_NONE;
	r->settling_end = &r->settling;
	r->batch_end = &r->batch;
	r->begun_ms = r->busy_ms = ox_clock_ms();
	r->upkeep_at_ms = r->begun_ms + UPKEEP_MS;
	r->look_due = r->promote_due = true;
	int status = begin(r, error);
	if (status != OX_OK) {
		ox_runner_free(r);
		return status;
	}
	*runner = r;
	return OX_OK;
}

static void free_jobs(job *first)
{
	while (first) {
		job *j = first;
		first = j->next;
		job_free(j);
	}
}

void ox_runner_free(ox_runner *r)
{
	if (!r) {
		return;
	}
	lanes_close(r, true);
	free_jobs(r->settling);
	free_jobs(r->batch);
	look_free(r);
	watch_free(r);
	relays_free(r);
	ox_index_free(r->index);
	ox_pool_free(r->pool);
	ox_crew_free(r->crew);
	ox_free(r->share_items);
	ox_run_state_clear(&r->restored);
	ox_bell_close(&r->bell);
	ox_free(r->events);
	ox_free(r->waits);
	ox_file_close(r->fifo);
	ox_file_close(r->lock);
	ox_free(r);
}

/* -- notes -- */

static void write_state(ox_runner *r)
{
	ox_error error;
	ox_run_state state = {.written_ms = ox_wall_clock_ms(), .watched_ms = r->watched_ms,
		.watched_all_ms = r->watched_all_ms, .clocks = r->clocks};
	state.profiles = ox_array_alloc(r->slot_count, sizeof *state.profiles);
	if (state.profiles) {
		relays_note(r, &state);
		/* Derived: the next one tries again. */
		(void)!ox_run_state_write(r->spool, &state, &error);
		(void)!ox_run_totals_write(r->spool, &r->totals, &error);
	}
	ox_run_state_clear(&state);
	r->state_changed = false;
	r->state_at_ms = ox_clock_ms() + STATE_WRITE_MS;
}

void runner_note_clocks(ox_runner *r)
{
	char boot[OX_CLOCK_BOOT_SIZE];
	r->clock_at_ms = ox_clock_ms() + CLOCK_NOTE_MS;
	ox_boot_name(boot, sizeof boot);
	if (ox_clocks_note(&r->clocks, *boot ? boot : "-", ox_boot_clock_ms(), ox_wall_clock_ms())) {
		r->promote_due = r->watch_all_due = true;
		r->watch_at_ms = 0;
	}
	r->state_changed = true;
}

static void sweep(ox_runner *r)
{
	ox_spool_swept swept;
	ox_error error;
	r->swept = true;
	r->upkeep_at_ms = ox_clock_ms() + UPKEEP_MS;
	(void)!ox_spool_sweep(r->spool, ox_wall_clock_ms(), &swept, &error);
}

static void keep_ballast(ox_runner *r, uint64_t now_ms)
{
	if (now_ms >= r->ballast_at_ms) {
		ox_spool_keep_ballast(r->spool);
		r->ballast_at_ms = now_ms + BALLAST_MS;
	}
}

/* Who works on in a directory that nobody finds any more delivers mail that was moved away, and keeps from the new one
 * what only looks like a runner. */
static void look_for_spool(ox_runner *r, uint64_t now_ms)
{
	if (r->lost || now_ms < r->there_at_ms) {
		return;
	}
	r->there_at_ms = now_ms + THERE_MS;
	r->lost = !ox_spool_is_there(r->spool);
	if (r->lost && !r->facts.stopping) {
		r->facts.stopping = true;
		r->stop_ms = now_ms + r->options.stop_ms;
	}
}

static int say_lost(const ox_runner *r, ox_error *error)
{
	return ox_error_set(error, OX_ERROR_STORAGE, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_SPOOL_MISSING,
		"the spool %s was deleted or replaced while a runner worked on it", ox_spool_path(r->spool));
}

/* -- how it stands -- */

/* The nearest moment at which a slot that waits can go on; by the wall clock, UINT64_MAX = none. */
typedef struct {
	bool ready;       /* some slot could send now */
	bool soon;        /* or within a minute, by its rates */
	bool by_time;     /* or later, but time alone will bring it */
	size_t suspended; /* slots that are not as they should be */
	uint64_t next_ms;
} standing;

static standing stand(ox_runner *r)
{
	standing s = {.next_ms = UINT64_MAX};
	uint64_t wall_ms = ox_wall_clock_ms();
	for (unsigned i = 0; i < r->slot_count; i++) {
		relay_slot *slot = r->slots[i];
		uint64_t until_ms;
		bool more = ox_index_has_more(r->index, slot->number);
		if (!ox_index_waiting(r->index, slot->number) && !more) {
			continue;
		}
		bool blocked = relays_is_blocked(r, slot, &until_ms);
		s.suspended += blocked;
		s.ready = s.ready || !blocked;
		s.by_time = s.by_time || (blocked && slot->state == OX_PROFILE_OK);
		bool rates = blocked && slot->state == OX_PROFILE_OK && !ox_breaker_is_open(&slot->breaker) &&
			!ox_breaker_is_open(&slot->throttle);
		s.soon = s.soon || (rates && until_ms < wall_ms + SHORT_WAIT_MS);
		if (blocked && until_ms > wall_ms && until_ms < s.next_ms) {
			s.next_ms = until_ms;
		}
	}
	return s;
}

static uint64_t next_of(const ox_runner *r, const standing *s)
{
	uint64_t next = r->promote_at_ms ? r->promote_at_ms : UINT64_MAX;
	next = s->next_ms < next ? s->next_ms : next;
	return next == UINT64_MAX ? 0 : next;
}

/* A probe has no message yet, and its slot counts as one that waits. */
static bool is_connecting(const ox_runner *r)
{
	bool connecting = false;
	for (unsigned i = 0; i < r->lane_count; i++) {
		connecting = connecting || !r->lanes[i]->ready;
	}
	return connecting;
}

static bool is_busy(const ox_runner *r, const standing *s)
{
	return s->ready || is_connecting(r) || r->fault_since_ms || r->scan || watch_is_wanted(r) || r->look_due || r->look_at_ms || r->promote_due || r->settling ||
		r->facts.in_flight;
}

static bool has_had_enough(const ox_runner *r)
{
	return r->options.messages_max && r->facts.attempts >= r->options.messages_max && !r->facts.in_flight &&
		!r->settling;
}

/* A fault of the spool that did not go away, and nothing under way that an end would make uncertain. A service
 * tries for ever: whoever mends the disk need not think of it. */
static bool has_given_up(const ox_runner *r)
{
	uint64_t lasts_ms = r->options.mode == OX_RUN_SERVE ? r->options.idle_ms : FAULT_LASTS_MS;
	return r->fault_since_ms && r->options.mode != OX_RUN_FOREVER && !r->facts.stopping && !r->facts.in_flight &&
		!r->settling && ox_clock_ms() - r->fault_since_ms >= lasts_ms;
}

/* Whether the mode's end is reached. */
static bool is_finished(ox_runner *r, const standing *s)
{
	uint64_t now_ms = ox_clock_ms(), next_ms = next_of(r, s);
	if (r->facts.stopping) {
		return (!r->facts.in_flight && !r->settling) || now_ms >= r->stop_ms;
	}
	if (has_had_enough(r)) {
		return true;
	}
	if (is_busy(r, s)) {
		return false;
	}
	switch (r->options.mode) {
	case OX_RUN_IDLE: return !s->soon;
	case OX_RUN_EMPTY: return !s->by_time && !r->promote_at_ms;
	case OX_RUN_SERVE:
		return now_ms - r->busy_ms >= r->options.idle_ms &&
			(!next_ms || next_ms > ox_wall_clock_ms() + OX_RUN_NEXT_FAR_MS);
	default: return false;
	}
}

/* The farewell. A message whose sender found our end of the FIFO open is found by the look behind its closing; who
 * finds it closed starts a new runner, which waits for the lock. OX_AGAIN: there is more to do. */
static int leave(ox_runner *r, const standing *s, ox_error *error)
{
	bool left = false;
	int status = OX_OK;
	if (!r->swept && !r->facts.stopping) {
		sweep(r);
	}
	ox_file_close(r->fifo);
	r->fifo = OX_FILE_NONE;
	if (!r->facts.stopping && !has_had_enough(r)) {
		status = look_is_anything_left(r, &left, error);
	}
	if (status == OX_OK && left) {
		r->look_due = true;
		status = ox_wake_open(r->spool, &r->fifo, error);
		return status == OX_OK ? OX_AGAIN : status;
	}
	lanes_close(r, true);
	if (r->lost) {
		r->left = true;
		return say_lost(r, error);
	}
	(void)!ox_run_next_write(r->spool, is_busy(r, s) ? ox_wall_clock_ms() : next_of(r, s), error);
	write_state(r);
	ox_file_close(r->lock);
	r->lock = OX_FILE_NONE;
	r->left = true;
	return status;
}

/* -- the loop -- */

static void look_for_stop(ox_runner *r, uint64_t now_ms)
{
	bool over = r->options.run_ms && now_ms - r->begun_ms >= r->options.run_ms;
	if ((r->stop || over) && !r->facts.stopping) {
		r->facts.stopping = true;
		r->stop_ms = now_ms + r->options.stop_ms;
	}
}

/* Of a program of its own; others return to who called them. */
static bool waits_long(const ox_runner *r)
{
	return r->options.mode == OX_RUN_SERVE || r->options.mode == OX_RUN_FOREVER;
}

/* A process that was killed between the name of its message and the hint told nobody. Who serves for a while looks when
 * it leaves; who never leaves looks when there is nothing else to do. */
static void look_again(ox_runner *r, uint64_t now_ms)
{
	if (r->options.mode == OX_RUN_FOREVER && now_ms >= r->look_again_ms && !ox_index_count(r->index)) {
		r->look_due = true;
		r->look_again_ms = now_ms + LOOK_AGAIN_MS;
	}
}

/* What is on hand for thousands of messages is not kept for none. */
static void note_rest(ox_runner *r, bool moved, uint64_t now_ms)
{
	if (moved) {
		r->busy_ms = now_ms;
		r->trimmed = false;
	} else if (waits_long(r) && !r->trimmed && now_ms - r->busy_ms >= TRIM_MS) {
		ox_memory_trim();
		r->trimmed = true;
	}
}

static int look_around(ox_runner *r, uint64_t now_ms, bool *moved, ox_error *error)
{
	int status = look_read_hints(r, error);
	if (status == OX_OK && now_ms >= r->profiles_at_ms && (!r->profiles_at_ms || ox_index_count(r->index))) {
		status = relays_load(r, error);
		r->profiles_at_ms = now_ms + PROFILES_CHECK_MS;
	}
	status = status == OX_OK ? look_turn(r, moved, error) : status;
	return status == OX_OK ? watch_turn(r, error) : status;
}

/* A system call that fails while it looks for work must not cost what is between the end of data and its reply: that
 * would be sent twice. It is noted, all looks are taken again a little later, and what is in hand goes on. */
static int look_if_sound(ox_runner *r, uint64_t now_ms, bool *moved, ox_error *error)
{
	if (now_ms < r->fault_until_ms) {
		return OX_OK;
	}
	int status = look_around(r, now_ms, moved, error);
	if (status != OX_E_FAILED) {
		r->fault_since_ms = status == OX_OK ? 0 : r->fault_since_ms;
		r->facts.fault[0] = status == OX_OK ? 0 : r->facts.fault[0];
		return status;
	}
	r->fault = *error;
	memcpy(r->facts.fault, error->text, sizeof r->facts.fault);
	r->fault_since_ms = r->fault_since_ms ? r->fault_since_ms : now_ms;
	r->fault_until_ms = now_ms + FAULT_PAUSE_MS;
	r->look_due = r->promote_due = true;
	r->profiles_at_ms = 0;
	return OX_OK;
}

static int turn(ox_runner *r, bool *moved, ox_error *error)
{
	uint64_t now_ms = ox_clock_ms();
	look_for_stop(r, now_ms);
	if (now_ms >= r->clock_at_ms) {
		runner_note_clocks(r);
	}
	look_for_spool(r, now_ms);
	keep_ballast(r, now_ms);
	int status = look_if_sound(r, now_ms, moved, error);
	look_sort(r);
	status = status == OX_OK ? lanes_turn(r, moved, error) : status;
	int settled = settle_turn(r, moved, error);
	status = status == OX_OK ? settled : status;
	now_ms = ox_clock_ms();
	if (now_ms >= r->upkeep_at_ms) {
		sweep(r);
	}
	look_again(r, now_ms);
	if (r->state_changed && now_ms >= r->state_at_ms) {
		write_state(r);
	}
	note_rest(r, *moved, now_ms);
	/* Memory may be there again in the next turn; what was in hand went back to its place. */
	if (status == OX_E_NOMEM) {
		(void)ox_socket_wait_many(NULL, 0, LOCK_PAUSE_MS);
		return OX_OK;
	}
	return status;
}

static uint64_t from_wall(uint64_t wall_ms, uint64_t now_ms)
{
	uint64_t today_ms = ox_wall_clock_ms();
	return now_ms + (wall_ms > today_ms ? wall_ms - today_ms : 0);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_look_ms(ox_runner *r, const standing *s, uint64_t now_ms)
{
	uint64_t next_ms = next_of(r, s);
	uint64_t look_ms = next_ms ? from_wall(next_ms, now_ms) : UINT64_MAX;
	look_ms = r->look_at_ms ? earlier(look_ms, from_wall(r->look_at_ms, now_ms)) : look_ms;
	look_ms = earlier(look_ms, watch_next_ms(r));
	look_ms = r->lost ? look_ms : earlier(look_ms, r->there_at_ms);
	return r->fault_since_ms ? r->fault_until_ms : look_ms;
}

static void wait(ox_runner *r, const standing *s, uint64_t until_ms)
{
	uint64_t now_ms = ox_clock_ms();
	uint64_t step_ms = earlier(until_ms, now_ms + WAIT_MAX_MS);
	size_t count = lanes_interest(r, &step_ms);
	bool deaf = r->fifo == OX_FILE_NONE || now_ms < r->fault_until_ms; /* what nobody reads would wake at once */
	r->waits[0] = (ox_wait){deaf ? OX_SOCKET_NONE : (ox_socket)r->fifo, OX_WAIT_READ, 0};
	r->waits[1] = (ox_wait){r->bell.heard, OX_WAIT_READ, 0};
	step_ms = earlier(step_ms, next_look_ms(r, s, now_ms));
	step_ms = ox_index_count(r->index) ? earlier(step_ms, now_ms + WAITING_MAX_MS) : step_ms;
	step_ms = r->state_changed ? earlier(step_ms, r->state_at_ms) : step_ms;
	step_ms = waits_long(r) && !r->trimmed ? earlier(step_ms, r->busy_ms + TRIM_MS) : step_ms;
	step_ms = r->facts.stopping ? earlier(step_ms, r->stop_ms) : step_ms;
	step_ms = r->options.run_ms ? earlier(step_ms, r->begun_ms + r->options.run_ms) : step_ms;
	step_ms = r->options.mode == OX_RUN_SERVE && r->busy_ms + r->options.idle_ms > now_ms
		? earlier(step_ms, r->busy_ms + r->options.idle_ms)
		: step_ms;
	step_ms = r->bell.heard == OX_SOCKET_NONE ? earlier(step_ms, now_ms + BELL_LESS_MS) : step_ms;
	(void)ox_socket_wait_many(r->waits, count, step_ms > now_ms ? (int)(step_ms - now_ms) : 0);
	lanes_woken(r);
}

static void count(ox_runner *r, const standing *s)
{
	r->facts.waiting = 0;
	for (unsigned i = 0; i < r->slot_count; i++) {
		r->facts.waiting += ox_index_waiting(r->index, r->slots[i]->number);
	}
	r->facts.more_on_disk = ox_index_has_any_more(r->index);
	r->facts.profiles_paused = s->suspended + r->crowded;
	r->facts.next_ms = next_of(r, s);
}

int ox_runner_step(ox_runner *r, int timeout_ms, ox_error *error)
{
	uint64_t until_ms = timeout_ms < 0 ? UINT64_MAX : ox_clock_ms() + (uint64_t)timeout_ms;
	if (r->left) {
		return OX_OK;
	}
	for (;;) {
		bool moved = false;
		uint64_t attempts = r->facts.attempts;
		int status = turn(r, &moved, error);
		standing s = stand(r);
		count(r, &s);
		r->calm = !moved && !s.ready && !r->facts.in_flight;
		if (status != OX_OK) {
			/* Nothing works in a directory that was deleted: that is what has to be said. */
			return status == OX_E_FAILED && !ox_spool_is_there(r->spool) ? say_lost(r, error) : status;
		}
		if (has_given_up(r)) {
			lanes_close(r, true);
			*error = r->fault;
			return OX_E_FAILED;
		}
		if (!moved && is_finished(r, &s)) {
			status = leave(r, &s, error);
			if (status != OX_AGAIN) {
				return status;
			}
			continue;
		}
		if (r->facts.attempts != attempts || ox_clock_ms() >= until_ms) {
			return OX_AGAIN;
		}
		if (!moved) {
			wait(r, &s, until_ms);
		}
	}
}

const ox_run_facts *ox_runner_facts(ox_runner *r)
{
	return &r->facts;
}
