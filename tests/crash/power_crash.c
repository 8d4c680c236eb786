/* SPDX-License-Identifier: MIT */
/* The power fails at every point of a trace of a spool's life, and the disk has every state that the model of
 * power.h allows. Then: what was acknowledged and not yet sent is there once and whole; what was said to be sent
 * for good is never sent again; no part of anything is ever claimed; a key never gives two messages. */
#include "crash.h"
#include "power.h"

#include <sys/stat.h>

enum { PLAIN, KEYED, LATER, FIRST, SECOND, THIRD, UNSAFE, MESSAGES };
enum { ACKED, ENDING = 100, SENT = 200 }; /* marks: plus the message */
static const uint64_t now_ms = 1700000000000;
static ledger *book;
static ox_spool *spool;
static ox_error error;

static void must(int status, const char *what)
{
	if (status != OX_OK) {
		fprintf(stderr, "%s: %d %s\n", what, status, error.text);
		exit(1);
	}
}

static ox_submission submission_of(int message)
{
	static const ox_spool_recipient recipient = {.address = "to@example.com"};
	ox_submission submission = {.profile = "main", .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = message_source(&book->entries[message]),
		.size = book->entries[message].size};
	if (message == KEYED) {
		submission.key = ox_slice_of("the key");
	}
	if (message == LATER || message == THIRD) {
		submission.send_at_ms = now_ms + (message == LATER ? 1000000 : 9000000);
	}
	return submission;
}

static void queue(int message, ox_durability durability)
{
	ox_submission submission = submission_of(message);
	must(ox_spool_enqueue(spool, &submission, durability, now_ms, &error), "enqueue");
	memcpy(book->entries[message].id, submission.id, sizeof submission.id);
	if (durability != OX_DURABILITY_NONE) {
		power_mark(ACKED + message);
	}
}

static void queue_group(void)
{
	ox_submission group[3];
	size_t done;
	for (int i = 0; i < 3; i++) {
		group[i] = submission_of(FIRST + i);
	}
	must(ox_spool_enqueue_many(spool, group, 3, OX_DURABILITY_GROUP, now_ms, &done, &error), "group");
	for (int i = 0; i < 3; i++) {
		memcpy(book->entries[FIRST + i].id, group[i].id, sizeof group[i].id);
		power_mark(ACKED + FIRST + i);
	}
}

static ox_claim *claim(int message)
{
	ox_place place;
	ox_claim *taken;
	ox_claim_fate fate;
	must(ox_spool_find(spool, book->entries[message].id, &place, &error), "find");
	must(ox_claim_open(spool, &place, now_ms, &taken, &fate, &error), "claim");
	must(fate == OX_CLAIM_TAKEN ? OX_OK : OX_E_FAILED, "fate");
	return taken;
}

static void deliver(int message, ox_ending ending)
{
	ox_claim *taken = claim(message);
	must(ox_claim_intend(taken, now_ms, &error), "intend");
	must(ox_claim_result(taken, 0, ending == OX_ENDING_SENT ? OX_OUTCOME_SENT : OX_OUTCOME_REJECTED, 250, NULL,
		"mx", "ok", now_ms, &error), "result");
	power_mark(ENDING + message);
	must(ox_claim_end(taken, ending, now_ms, &error), "end");
	must(ox_claim_sync(taken, &error), "sync");
	power_mark(SENT + message);
	must(ox_claim_finish(taken, now_ms, &error), "finish");
}

static void live(void)
{
	ox_place places[4];
	size_t count;
	uint64_t next_ms;
	queue(PLAIN, OX_DURABILITY_FULL);
	queue(KEYED, OX_DURABILITY_FULL);
	queue(LATER, OX_DURABILITY_FULL);
	queue(UNSAFE, OX_DURABILITY_NONE);
	queue_group();
	deliver(PLAIN, OX_ENDING_SENT);
	must(ox_spool_promote(spool, now_ms + 2000000, places, 4, &count, &next_ms, &error), "promote");
	deliver(KEYED, OX_ENDING_SENT);
	must(ox_claim_defer(claim(FIRST), now_ms + 3000000, "reply", now_ms, &error), "defer");
	deliver(SECOND, OX_ENDING_FAILED);
	must(ox_claim_hold(claim(THIRD), "so", now_ms, &error), "hold");
	must(ox_spool_promote(spool, now_ms + 4000000, places, 4, &count, &next_ms, &error), "promote");
	deliver(FIRST, OX_ENDING_SENT);
}

/* -- after the power has come back -- */

static const power_log *trace;
static unsigned long promised, lost, resent, torn, keys;

static bool was_marked(size_t point, int mark)
{
	for (size_t i = 0; i < point; i++) {
		if (trace->ops[i].kind == POWER_MARK && trace->ops[i].mark == mark) {
			return true;
		}
	}
	return false;
}

static void make_base(const char *root, void *context)
{
	(void)context;
	ox_spool_free(crash_open(root, true));
}

/* The client asks again with its key: it never heard, or has forgotten. */
static void ask_again(ox_spool *found, size_t point, spool_census *before)
{
	spool_census census;
	ox_submission again = submission_of(KEYED);
	bool acked = was_marked(point, ACKED + KEYED);
	check(ox_spool_enqueue(found, &again, OX_DURABILITY_NONE, now_ms, &error) == OX_OK, "point %zu: again: %s", point,
		error.text);
	take_census(found, book, now_ms, &census);
	check(census.found[KEYED] <= 1, "point %zu: %zu messages of one key", point, census.found[KEYED]);
	check(!acked || again.duplicate, "point %zu: a key that was acknowledged is new", point);
	check(again.duplicate || before->found[KEYED] == 0, "point %zu: a key that is there is new", point);
	check(!again.duplicate || acked || census.found[KEYED] == 1, "point %zu: a key suppressed what is not there",
		point);
	keys++;
}

static void look(const char *root, size_t point, void *context)
{
	spool_census census;
	(void)context;
	ox_spool *found = crash_open(root, false);
	if (!check(found != NULL, "point %zu: the spool does not open", point)) {
		check_case();
		return;
	}
	take_census(found, book, now_ms, &census);
	for (int i = 0; i < MESSAGES; i++) {
		bool acked = was_marked(point, ACKED + i), sent = was_marked(point, SENT + i);
		/* While its end is being written it may be there, or be finished by the next claim. */
		bool waits = acked && !was_marked(point, ENDING + i);
		promised += waits;
		lost += waits && !census.found[i];
		check(!waits || census.found[i] == 1, "point %zu: message %d was acknowledged and is lost", point, i);
		resent += sent && census.found[i];
		check(!sent || !census.found[i], "point %zu: message %d was sent, and would be again", point, i);
		check(census.found[i] <= 1, "point %zu: %zu of message %d", point, census.found[i], i);
	}
	check(!census.unknown, "point %zu: a message that nobody queued", point);
	torn += census.quarantined;
	ask_again(found, point, &census);
	ox_spool_free(found);
	check_case();
}

int main(int count, char **arguments)
{
	char root[128];
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	book = ledger_new();
	book->count = MESSAGES;
	for (int i = 0; i < MESSAGES; i++) {
		book->entries[i].size = 200 + 90 * (size_t)i;
		book->entries[i].seed = (uint32_t)i + 1;
	}
	snprintf(root, sizeof root, "%s/trace", crash_folder());
	spool = crash_open(root, true);
	must(spool ? OX_OK : OX_E_FAILED, "open");
	power_begin(root);
	live();
	trace = power_end();
	ox_spool_free(spool);
	const power_visitor visitor = {.make_base = make_base, .visit = look, .limit = is_long ? 11 : 6,
		.dice = 20251124};
	size_t states = power_visit(trace, crash_folder(), &visitor);
	return crash_close("power: %zu operations, %zu states; %lu promises, %lu lost, %lu sent again; %lu torn files "
		"quarantined, %lu keys used again", trace->count, states, promised, lost, resent, torn, keys);
}
