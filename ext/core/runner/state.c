/* SPDX-License-Identifier: MIT */
/* run.state as JSON. */
#include "runner/state.h"

#include <jansson.h>
#include <string.h>

#include "spool/wake.h"

enum { STATE_VERSION = 1, STATE_FILE_MAX = 4 << 20 };

static const char state_file[] = "run.state";
static const char *const rate_names[OX_RATE_COUNT] = {"second", "minute", "day"};

const char *ox_profile_state_name(ox_profile_state state)
{
	static const char *const names[] = {"ok", "paused", "waiting", "limited", "missing", "broken"};
	return (unsigned)state < sizeof names / sizeof *names ? names[state] : "ok";
}

static ox_profile_state state_of(const char *name)
{
	for (int i = OX_PROFILE_OK; i <= OX_PROFILE_BROKEN; i++) {
		if (name && !strcmp(name, ox_profile_state_name((ox_profile_state)i))) {
			return (ox_profile_state)i;
		}
	}
	return OX_PROFILE_OK;
}

void ox_run_state_clear(ox_run_state *state)
{
	ox_free(state->profiles);
	memset(state, 0, sizeof *state);
}

const ox_profile_note *ox_run_state_find(const ox_run_state *state, const char *name)
{
	for (size_t i = 0; i < state->profile_count; i++) {
		if (!strcmp(state->profiles[i].name, name)) {
			return &state->profiles[i];
		}
	}
	return NULL;
}

/* -- writing -- */

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* [[slot, count], ...] of those that count. */
static json_t *json_of_window(const ox_rate_window *window)
{
	json_t *list = json_array();
	for (uint64_t i = 0; i < OX_RATE_SLOTS && i <= window->slot; i++) {
		uint64_t slot = window->slot - i;
		uint32_t count = window->counts[slot % OX_RATE_SLOTS];
		if (count) {
			(void)json_array_append_new(list, json_pack("[I,I]", (json_int_t)slot, (json_int_t)count));
		}
	}
	return list;
}

static json_t *json_of_note(const ox_profile_note *note)
{
	json_t *object = json_object(), *rates = json_object();
	for (int kind = 0; kind < OX_RATE_COUNT; kind++) {
		(void)json_object_set_new(rates, rate_names[kind], json_of_window(&note->rates.windows[kind]));
	}
	(void)json_object_set_new(object, "state", json_string(ox_profile_state_name(note->state)));
	(void)json_object_set_new(object, "reason", json_string(note->reason));
	(void)json_object_set_new(object, "account", json_boolean(note->account));
	(void)json_object_set_new(object, "since", number(note->since_ms));
	(void)json_object_set_new(object, "until", number(note->until_ms));
	(void)json_object_set_new(object, "stamp", number(note->stamp >> 1));
	(void)json_object_set_new(object, "failures", number(note->failures));
	(void)json_object_set_new(object, "rates", rates);
	return object;
}

static json_t *json_of_clocks(const ox_clocks *clocks)
{
	json_t *jumps = json_array();
	for (unsigned i = 0; i < clocks->jump_count; i++) {
		(void)json_array_append_new(jumps, json_pack("[I,I]", (json_int_t)clocks->jumps[i].at_ms,
			(json_int_t)clocks->jumps[i].by_ms));
	}
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:o}", "boot", clocks->boot, "since_boot",
		(json_int_t)clocks->since_boot_ms, "wall", (json_int_t)clocks->wall_ms, "seen",
		(json_int_t)clocks->seen_ms, "unseen_from", (json_int_t)clocks->unseen_from_ms, "unseen_to",
		(json_int_t)clocks->unseen_to_ms, "jumps", jumps);
}

int ox_run_state_write(ox_spool *spool, const ox_run_state *state, ox_error *error)
{
	json_t *root = json_object(), *profiles = json_object();
	for (size_t i = 0; i < state->profile_count; i++) {
		(void)json_object_set_new(profiles, state->profiles[i].name, json_of_note(&state->profiles[i]));
	}
	(void)json_object_set_new(root, "version", number(STATE_VERSION));
	(void)json_object_set_new(root, "written", number(state->written_ms));
	(void)json_object_set_new(root, "watched", number(state->watched_ms));
	(void)json_object_set_new(root, "watched_all", number(state->watched_all_ms));
	(void)json_object_set_new(root, "clocks", json_of_clocks(&state->clocks));
	(void)json_object_set_new(root, "profiles", profiles);
	/* A piece that memory ran out for is missing, and read back as what nobody noted. */
	size_t size = json_dumpb(root, NULL, 0, JSON_COMPACT);
	char *text = size && size < STATE_FILE_MAX ? ox_alloc(size) : NULL;
	bool whole = text && json_dumpb(root, text, size, JSON_COMPACT) == size;
	int status = whole ? ox_run_note_write(spool, state_file, text, size, error) : ox_error_memory(error, OX_STAGE_NONE);
	ox_free(text);
	json_decref(root);
	return status;
}

/* -- reading: what does not fit is left out -- */

static uint64_t number_of(const json_t *object, const char *name)
{
	json_int_t value = json_integer_value(json_object_get(object, name));
	return value > 0 ? (uint64_t)value : 0;
}

static void copy_text(char *to, size_t room, const json_t *value)
{
	size_t size = json_string_length(value);
	size = size < room ? size : room - 1;
	memcpy(to, size ? json_string_value(value) : "", size);
	to[size] = 0;
}

static void read_rates(ox_rates *rates, const json_t *object, uint64_t now_ms)
{
	ox_rates_init(rates);
	for (int kind = 0; kind < OX_RATE_COUNT; kind++) {
		size_t i;
		json_t *pair;
		json_array_foreach(json_object_get(object, rate_names[kind]), i, pair) {
			json_int_t slot = json_integer_value(json_array_get(pair, 0));
			json_int_t count = json_integer_value(json_array_get(pair, 1));
			if (slot > 0 && count > 0 && count <= UINT32_MAX) {
				ox_rates_restore(rates, (ox_rate_kind)kind, (uint64_t)slot, (uint32_t)count, now_ms);
			}
		}
	}
}

static void read_note(ox_profile_note *note, const char *name, const json_t *object, uint64_t now_ms)
{
	size_t size = strlen(name);
	memcpy(note->name, name, size + 1);
	note->state = state_of(json_string_value(json_object_get(object, "state")));
	copy_text(note->reason, sizeof note->reason, json_object_get(object, "reason"));
	note->account = json_is_true(json_object_get(object, "account"));
	note->since_ms = number_of(object, "since");
	note->until_ms = number_of(object, "until");
	note->stamp = number_of(object, "stamp") << 1 | 1;
	note->failures = (uint32_t)number_of(object, "failures");
	read_rates(&note->rates, json_object_get(object, "rates"), now_ms);
}

static void read_clocks(ox_clocks *clocks, const json_t *object)
{
	size_t i;
	json_t *pair;
	copy_text(clocks->boot, sizeof clocks->boot, json_object_get(object, "boot"));
	clocks->since_boot_ms = number_of(object, "since_boot");
	clocks->wall_ms = number_of(object, "wall");
	clocks->seen_ms = number_of(object, "seen");
	clocks->unseen_from_ms = number_of(object, "unseen_from");
	clocks->unseen_to_ms = number_of(object, "unseen_to");
	json_array_foreach(json_object_get(object, "jumps"), i, pair) {
		json_int_t at = json_integer_value(json_array_get(pair, 0));
		if (at > 0 && clocks->jump_count < OX_CLOCK_JUMPS_MAX) {
			clocks->jumps[clocks->jump_count++] =
				(ox_clock_jump){(uint64_t)at, (int64_t)json_integer_value(json_array_get(pair, 1))};
		}
	}
}

static int read_root(ox_run_state *state, json_t *root, uint64_t now_ms)
{
	json_t *profiles = json_object_get(root, "profiles"), *object;
	const char *name;
	if (number_of(root, "version") != STATE_VERSION) {
		return OX_OK;
	}
	state->written_ms = number_of(root, "written");
	state->watched_ms = number_of(root, "watched");
	state->watched_all_ms = number_of(root, "watched_all");
	read_clocks(&state->clocks, json_object_get(root, "clocks"));
	state->profiles = ox_array_alloc(json_object_size(profiles), sizeof *state->profiles);
	if (!state->profiles) {
		return OX_E_NOMEM;
	}
	json_object_foreach(profiles, name, object) {
		if (ox_profile_name_is_good(ox_slice_of(name))) {
			read_note(&state->profiles[state->profile_count++], name, object, now_ms);
		}
	}
	return OX_OK;
}

int ox_run_state_read(ox_spool *spool, uint64_t now_ms, ox_run_state *state)
{
	size_t size = STATE_FILE_MAX;
	char *text = ox_alloc(size);
	if (!text) {
		return OX_E_NOMEM;
	}
	ox_error error;
	json_t *root = NULL;
	if (ox_run_note_read(spool, state_file, text, &size, &error) == OX_OK) {
		root = json_loadb(text, size, 0, NULL);
	}
	int status = root ? read_root(state, root, now_ms) : OX_OK;
	json_decref(root);
	ox_free(text);
	return status;
}
