/* SPDX-License-Identifier: MIT */
/* A relay that fails at every place in every way, on real sockets: 14 places, 12 faults, 3 dialects. What the fault
 * means is told from what lies in the spool afterwards; then the relay heals, and every letter has to arrive. */
#include "delivery.h"

#include "net/dial.h"
#include "net/platform.h"
#include "runner/state.h"

/* What may have become of a letter. */
enum {
	STAYS = 1,      /* due, and no try counted: the relay's fault, or the account's */
	DEFERRED = 2,   /* a try was counted */
	FAILED = 4,
	ARRIVED = 8,
	UNCERTAIN = 16, /* deferred, and said to be uncertain */
};

typedef struct {
	const char *name;
	bool pipelining, chunking;
} dialect;

static const dialect dialects[] = {
	{"lock-step", false, false}, {"PIPELINING", true, false}, {"CHUNKING", true, true}};

static unsigned long runs, seen[5];
static delivery_totals totals;


/* Of the letter whose turn it is when the fault comes. */
static unsigned expected(const dialect *of, sink_place place, sink_fault fault)
{
	/* With CHUNKING all of the message is on its way when the first reply comes; and a body of one piece brings its
	 * own end along. */
	bool out = (of->chunking && place >= AT_MAIL) || place == AT_BODY;
	if (fault == FAULT_TRICKLE || place == AT_AFTER) {
		return ARRIVED;
	}
	if (place < AT_MAIL) {
		return STAYS;
	}
	if (fault == FAULT_5YZ) {
		return place == AT_BODY ? FAILED | UNCERTAIN | DEFERRED : FAILED;
	}
	if (fault == FAULT_4YZ || fault == FAULT_421) {
		bool left = fault == FAULT_421 && place == AT_SECOND;
		return DEFERRED | (place == AT_BODY ? UNCERTAIN : 0) | (left ? ARRIVED : 0);
	}
	/* One that has served is left for another, and nobody is to blame. */
	unsigned again = place == AT_SECOND ? ARRIVED : 0;
	return place == AT_END ? UNCERTAIN : out ? UNCERTAIN | DEFERRED | again : DEFERRED | again;
}

static unsigned became(delivery *d, size_t index)
{
	uint32_t tries = 0;
	int state = delivery_state(d, index, &tries);
	bool uncertain = delivery_events(d, d->ids[index], OX_EVENT_UNCERTAIN) > 0;
	if (state == OX_SPOOL_DUE) {
		return tries ? 0 : STAYS;
	}
	if (state == OX_SPOOL_DEFERRED) {
		return tries != 1 ? 0 : uncertain ? UNCERTAIN : DEFERRED;
	}
	return state == OX_SPOOL_FAILED ? FAILED : state == -1 ? ARRIVED : 0;
}

static const char *words(unsigned fates)
{
	static const char *const names[] = {"stays", "deferred", "failed", "arrived", "uncertain"};
	static char text[2][80];
	static unsigned turn;
	char *out = text[turn++ % 2];
	out[0] = 0;
	for (size_t i = 0; i < 5; i++) {
		if (fates & 1u << i) {
			size_t used = strlen(out);
			snprintf(out + used, sizeof text[0] - used, "%s%s", used ? " or " : "", names[i]);
		}
	}
	return *out ? out : "something else";
}

/* What people are told about a relay that cannot be used. */
static void check_state(delivery *d, const char *at, sink_place place, sink_fault fault)
{
	ox_run_state state = {0};
	ox_spool *spool = crash_open(d->path, false);
	bool read = spool && ox_run_state_read(spool, ox_wall_clock_ms(), &state) == OX_OK;
	const ox_profile_note *note = read ? ox_run_state_find(&state, "main") : NULL;
	bool account = place == AT_AUTH && fault == FAULT_5YZ;
	if (check(note != NULL, "%s: nothing is noted of the profile", at)) {
		check(note->state != OX_PROFILE_OK, "%s: the profile is said to be fine", at);
		check(!account || (note->state == OX_PROFILE_PAUSED && note->account && note->reason[0]),
			"%s: the login was refused, and the profile is %s", at, ox_profile_state_name(note->state));
		check(!strstr(note->reason, "secret"), "%s: the password is in the reason", at);
	}
	ox_run_state_clear(&state);
	ox_spool_free(spool);
}

static void run(const dialect *of, sink_place place, sink_fault fault)
{
	static delivery d;
	char at[120];
	size_t victim = place == AT_SECOND ? 1 : 0;
	memset(&d, 0, sizeof d);
	d.count = 2;
	d.recipients = 2;
	d.durability = OX_DURABILITY_NONE;
	d.options = fault == FAULT_STALL ? "&timeout=0.3" : "&timeout=5";
	d.server.pipelining = of->pipelining;
	d.server.chunking = of->chunking;
	d.server.starttls = place == AT_STARTTLS || place == AT_HANDSHAKE || place == AT_EHLO_AGAIN;
	d.server.place = place;
	d.server.fault = fault;
	d.server.faults = 1;
	snprintf(at, sizeof at, "%s, %s at %s", of->name, sink_fault_name(fault), sink_place_name(place));
	delivery_begin(&d);
	runs++;
	uint64_t begun = ox_clock_ms();
	if (delivery_run(&d)) {
		unsigned may = expected(of, place, fault), is = became(&d, victim);
		check(is & may, "%s: %s, expected: %s", at, words(is), words(may));
		for (size_t i = 0; i < 5; i++) {
			seen[i] += is >> i & 1;
		}
		if (may == STAYS) {
			check_state(&d, at, place, fault);
			check(became(&d, 1) == STAYS, "%s: the other letter %s", at, words(became(&d, 1)));
		}
		check(ox_clock_ms() - begun < 8000, "%s: %llu ms", at, (unsigned long long)(ox_clock_ms() - begun));
	}
	for (int i = 0; i < 3; i++) {
		delivery_let_time_pass(&d);
		delivery_run(&d);
	}
	delivery_check(&d, fault == FAULT_5YZ, at, &totals);
	delivery_end(&d);
	check_case();
}

static int part(size_t index)
{
	for (int place = AT_BANNER; place < AT_COUNT; place++) {
		for (int fault = 0; fault < FAULT_COUNT; fault++) {
			/* DATA is not said where there is CHUNKING. */
			if (place != AT_DATA || !dialects[index].chunking) {
				run(&dialects[index], (sink_place)place, (sink_fault)fault);
			}
		}
	}
	return crash_close("hostile, %s: %lu runs: %lu times the letter stayed, %lu was deferred, %lu failed, %lu arrived at "
		"once, %lu was uncertain; %lu lost, %lu torn, %lu arrived twice, %lu uncertain in all", dialects[index].name,
		runs, seen[0], seen[1], seen[2], seen[3], seen[4], totals.lost, totals.torn, totals.duplicates,
		totals.uncertain);
}

int main(void)
{
	return ox_dial_startup() == OX_OK ? delivery_in_parallel(part, sizeof dialects / sizeof *dialects) : 1;
}
