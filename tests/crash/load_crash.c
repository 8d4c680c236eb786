/* SPDX-License-Identifier: MIT */
/* Producers, consumers and a sweeper at one spool, killed at any moment and started again. At the end nothing
 * that was acknowledged is missing, nothing came out that did not go in, and no message came out more often than
 * it was said to be uncertain. */
#include "crash.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PRODUCERS = 4, CONSUMERS = 2, WORKERS = PRODUCERS + CONSUMERS + 1, MESSAGES_MAX = 1000000 };
static const uint64_t now_ms = 1700000000000;

/* Of every message, by its number; shared by all. */
typedef struct {
	volatile uint32_t next;
	struct {
		volatile uint8_t submitted, acked, refused, delivered, uncertain;
	} messages[MESSAGES_MAX];
} books;

static books *shared;
static char path[128];

typedef struct {
	uint32_t number;
} label;

/* A message is its number, again and again. */
static size_t read_label(void *context, uint64_t offset, void *bytes, size_t size)
{
	const label *of = context;
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)bytes)[i] = (uint8_t)(of->number >> (offset + i) % 4 * 8);
	}
	return size;
}

static void produce(void)
{
	static const ox_spool_recipient recipient = {.address = "to@example.com"};
	ox_spool *spool = crash_open(path, false);
	while (spool) {
		label of = {__atomic_fetch_add(&shared->next, 1, __ATOMIC_SEQ_CST)};
		ox_error error;
		if (of.number >= MESSAGES_MAX) {
			_exit(0);
		}
		ox_submission submission = {.profile = "main", .sender = "", .recipients = &recipient,
			.recipient_count = 1, .source = {&of, read_label}, .size = 40 + of.number % 7 * 1000,
			.send_at_ms = of.number % 4 ? 0 : now_ms + of.number % 100 * 10000};
		shared->messages[of.number].submitted = 1;
		int status = ox_spool_enqueue(spool, &submission, of.number % 2 ? OX_DURABILITY_NONE : OX_DURABILITY_FULL,
			now_ms, &error);
		if (status == OX_OK) {
			shared->messages[of.number].acked = 1;
		} else {
			shared->messages[of.number].refused = 1;
			fprintf(stderr, "refused: %s\n", error.text);
		}
	}
	_exit(1);
}

/* The number of a claimed message; MESSAGES_MAX: it is none of these. */
static uint32_t number_of(ox_claim *claim)
{
	uint8_t bytes[8192];
	ox_source source = ox_claim_source(claim);
	const ox_record *record = ox_claim_record(claim);
	size_t got = source.read(source.context, 0, bytes, sizeof bytes);
	uint32_t number = got < 40 ? MESSAGES_MAX :
		bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	if (got != record->size || number >= MESSAGES_MAX || got != 40 + number % 7 * 1000) {
		return MESSAGES_MAX;
	}
	for (size_t i = 0; i < got; i++) {
		if (bytes[i] != (uint8_t)(number >> i % 4 * 8)) {
			return MESSAGES_MAX;
		}
	}
	return number;
}

/* As a runner: what was uncertain is counted, and sent again. */
static void deliver(ox_claim *claim, bool defer)
{
	uint32_t number = number_of(claim);
	if (number == MESSAGES_MAX || !shared->messages[number].submitted) {
		kill(getppid(), SIGUSR1); /* never */
		_exit(3);
	}
	if (ox_claim_record(claim)->uncertain_count) {
		shared->messages[number].uncertain++;
		(void)!ox_claim_admit(claim, now_ms, NULL);
	}
	if (defer) {
		(void)!ox_claim_defer(claim, now_ms + 1000000, "so", now_ms, NULL);
		return;
	}
	if (ox_claim_intend(claim, now_ms, NULL) != OX_OK) {
		_exit(4);
	}
	shared->messages[number].delivered++; /* the sink has it */
	(void)!ox_claim_result(claim, 0, OX_OUTCOME_SENT, 250, NULL, "mx", "ok", now_ms, NULL);
	(void)!ox_claim_end(claim, OX_ENDING_SENT, now_ms, NULL);
	(void)!ox_claim_finish(claim, now_ms, NULL);
}

/* One pass over what is due. Returns how many there were. */
static size_t consume_once(ox_spool *spool, bool last)
{
	ox_place places[32], place;
	ox_scan *scan;
	size_t count, seen = 0;
	uint64_t next_ms;
	unsigned turn = 0;
	(void)!ox_spool_promote(spool, now_ms + (last ? 5000000 : 400000), places, 32, &count, &next_ms, NULL);
	if (ox_scan_open(spool, OX_SPOOL_DUE, &scan, NULL) != OX_OK) {
		return 0;
	}
	while (ox_scan_next(scan, &place, NULL) == OX_OK) {
		ox_claim *claim;
		ox_claim_fate fate;
		seen++;
		if (ox_claim_open(spool, &place, now_ms, &claim, &fate, NULL) == OX_OK && fate == OX_CLAIM_TAKEN) {
			deliver(claim, !last && turn++ % 8 == 0);
		}
	}
	ox_scan_free(scan);
	return seen + count;
}

static void consume(void)
{
	ox_spool *spool = crash_open(path, false);
	while (spool) {
		consume_once(spool, false);
	}
	_exit(1);
}

/* With a clock that is far ahead: everything in tmp/ is old, so only the locks protect it. */
static void sweep(void)
{
	ox_spool *spool = crash_open(path, false);
	while (spool) {
		ox_spool_swept swept;
		(void)!ox_spool_sweep(spool, (uint64_t)time(NULL) * 1000 + 3600000, &swept, NULL);
	}
	_exit(1);
}

static pid_t start(size_t worker)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		worker < PRODUCERS ? produce() : worker < PRODUCERS + CONSUMERS ? consume() : sweep();
	}
	return child;
}

static volatile sig_atomic_t stranger;

static void on_stranger(int number)
{
	(void)number;
	stranger = 1;
}

static uint32_t roll(void)
{
	static uint32_t dice = 20251124;
	dice ^= dice << 13;
	dice ^= dice >> 17;
	dice ^= dice << 5;
	return dice;
}

static unsigned long disturb(unsigned kills)
{
	pid_t workers[WORKERS];
	unsigned long done = 0;
	for (size_t i = 0; i < WORKERS; i++) {
		workers[i] = start(i);
	}
	for (; done < kills && !stranger && shared->next < MESSAGES_MAX; done++) {
		size_t victim = roll() % WORKERS;
		const struct timespec pause = {.tv_nsec = roll() % 15000000};
		nanosleep(&pause, NULL);
		kill(workers[victim], SIGKILL);
		waitpid(workers[victim], NULL, 0);
		workers[victim] = start(victim);
	}
	for (size_t i = 0; i < WORKERS; i++) {
		kill(workers[i], SIGKILL);
		waitpid(workers[i], NULL, 0);
	}
	return done;
}

int main(int count, char **arguments)
{
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	unsigned long acked = 0, refused = 0, lost = 0, twice = 0, uncertain = 0, delivered = 0;
	ox_spool_status status = {0};
	ox_error error;
	shared = crash_shared(sizeof *shared);
	snprintf(path, sizeof path, "%s/spool", crash_folder());
	ox_spool *spool = crash_open(path, true);
	if (!spool) {
		return 1;
	}
	signal(SIGUSR1, on_stranger);
	unsigned long kills = disturb(is_long ? 5000 : 300);
	/* What is left, by a runner that nobody kills. */
	while (consume_once(spool, true)) {
	}
	check(!stranger, "load: something came out that did not go in");
	for (uint32_t i = 0; i < shared->next && i < MESSAGES_MAX; i++) {
		unsigned copies = shared->messages[i].delivered;
		acked += shared->messages[i].acked;
		refused += shared->messages[i].refused;
		delivered += copies;
		uncertain += shared->messages[i].uncertain;
		lost += shared->messages[i].acked && !copies;
		twice += copies > 1;
		check(!shared->messages[i].acked || copies, "load: message %u was acknowledged and is lost", i);
		check(copies <= 1u + shared->messages[i].uncertain, "load: %u copies of message %u, uncertain %u times",
			copies, i, shared->messages[i].uncertain);
		check(!shared->messages[i].refused || !copies, "load: message %u was refused and delivered", i);
		if (i % 1000 == 999) {
			check_case();
		}
	}
	check(ox_spool_status_read(spool, &status, &error) == OX_OK, "load: %s", error.text);
	for (int state = 0; state < OX_SPOOL_STATE_COUNT; state++) {
		check(!status.count[state], "load: %lu are left %s", (unsigned long)status.count[state],
			ox_spool_state_name((ox_spool_state)state));
	}
	check(!refused, "load: %lu refused", refused);
	check_case();
	ox_spool_free(spool);
	return crash_close("load: %lu kills; %lu acknowledged, %lu lost, %lu refused, %lu deliveries, %lu of messages that "
		"came twice, %lu uncertain", kills, acked, lost, refused, delivered, twice, uncertain);
}
