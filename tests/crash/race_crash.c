/* SPDX-License-Identifier: MIT */
/* Somebody who swaps things while they are used: names in q/ for links to a file outside, and the spool itself for
 * a link to another one. Nothing outside is ever opened as a message, written to, or taken for the spool. */
#include "crash.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crc32c.h"

static const uint64_t now_ms = 1700000000000;
static unsigned long tries, taken, quarantined, opened, refused;
static volatile unsigned long *swaps;

static ox_submission submission_of(ledger_entry *entry)
{
	static const ox_spool_recipient recipient = {.address = "to@example.com"};
	return (ox_submission){.profile = "main", .sender = "me@example.com", .recipients = &recipient,
		.recipient_count = 1, .source = message_source(entry), .size = entry->size};
}

static bool copy_file(const char *from, const char *to)
{
	static char octets[65536];
	int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_EXCL | O_WRONLY, 0600);
	ssize_t got = in < 0 ? -1 : read(in, octets, sizeof octets);
	bool done = got > 0 && out >= 0 && write(out, octets, (size_t)got) == got;
	close(in);
	close(out);
	return done;
}

static size_t read_file(const char *path, char *octets, size_t room)
{
	int file = open(path, O_RDONLY);
	ssize_t got = file < 0 ? 0 : read(file, octets, room);
	close(file);
	return got > 0 ? (size_t)got : 0;
}

typedef struct {
	char name[300], kept[300], outside[300], ready[300];
} paths;

/* The name is, in turn, the message, a link to the file outside, a second name of it, a FIFO. Each comes by one rename, so
 * the name is always something. */
static void swap_names(const paths *p)
{
	for (unsigned turn = 0;; turn++) {
		bool made = false;
		unlink(p->ready);
		switch (turn % 4) {
		case 0: made = copy_file(p->kept, p->ready); break;
		case 1: made = symlink(p->outside, p->ready) == 0; break;
		case 2: made = link(p->outside, p->ready) == 0; break;
		default: made = mkfifo(p->ready, 0600) == 0;
		}
		if (made) {
			(void)rename(p->ready, p->name);
			(*swaps)++;
		}
	}
}

static pid_t start(void (*swap)(const paths *), const paths *p)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		swap(p);
		_exit(0);
	}
	return child;
}

static void stop(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void claim_once(ox_spool *spool, const ox_place *place, const ledger *book)
{
	ox_claim *claim;
	ox_claim_fate fate = OX_CLAIM_GONE;
	ox_error error;
	size_t index;
	tries++;
	if (!check(ox_claim_open(spool, place, now_ms, &claim, &fate, &error) == OX_OK, "race: %s", error.text)) {
		return;
	}
	quarantined += fate == OX_CLAIM_QUARANTINED;
	if (fate == OX_CLAIM_TAKEN) {
		taken++;
		check(message_is_known(book, claim, &index) && index == 0, "race: a message from outside was claimed");
		(void)!ox_claim_intend(claim, now_ms, NULL);
		ox_claim_release(claim);
	}
}

/* A well-formed file of the same id with other octets, whose only fault is where it lies: whoever took it would not
 * notice. */
static bool write_outside(const char *path, const char *id, ledger_entry *entry)
{
	char end[OX_RECORD_END_SIZE + 1], octets[2048];
	ox_submission submission = submission_of(entry);
	ox_buffer out;
	ox_buffer_init(&out, 65536);
	memcpy(submission.id, id, sizeof submission.id);
	size_t got = submission.source.read(submission.source.context, 0, octets, entry->size);
	bool made = ox_record_write_head(&out, &submission, NULL, 0, now_ms) == OX_OK &&
		ox_buffer_append(&out, octets, got) == OX_OK;
	ox_record_write_end(end, ox_crc32c(0, octets, got), out.size);
	made = made && ox_buffer_append_string(&out, end) == OX_OK;
	int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	made = made && file >= 0 && write(file, out.bytes, out.size) == (ssize_t)out.size;
	close(file);
	ox_buffer_clear(&out);
	return made;
}

static void race_names(unsigned long wanted)
{
	static char before[65536], after[65536];
	char path[200];
	paths p;
	ox_place place;
	ox_error error;
	ledger *book = ledger_new();
	book->count = 2;
	for (size_t i = 0; i < 2; i++) {
		book->entries[i].size = 500;
		book->entries[i].seed = (uint32_t)i + 1;
	}
	snprintf(path, sizeof path, "%s/spool", crash_folder());
	snprintf(p.outside, sizeof p.outside, "%s/outside", crash_folder());
	ox_spool *spool = crash_open(path, true);
	ox_submission ours = submission_of(&book->entries[0]);
	if (!spool || ox_spool_enqueue(spool, &ours, OX_DURABILITY_NONE, now_ms, &error) != OX_OK ||
	    ox_spool_find(spool, ours.id, &place, &error) != OX_OK ||
	    !write_outside(p.outside, ours.id, &book->entries[1])) {
		check(false, "race: no spool");
		return;
	}
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	snprintf(p.name, sizeof p.name, "%s/q/%x/%s", path, (unsigned)(strchr(alphabet, ours.id[25]) - alphabet) & 15,
		ours.id);
	snprintf(p.kept, sizeof p.kept, "%s/kept", crash_folder());
	snprintf(p.ready, sizeof p.ready, "%s/ready", crash_folder());
	check(copy_file(p.name, p.kept), "race: no copy");
	size_t size = read_file(p.outside, before, sizeof before);
	pid_t racer = start(swap_names, &p);
	while (*swaps < wanted) {
		claim_once(spool, &place, book);
	}
	stop(racer);
	check(read_file(p.outside, after, sizeof after) == size && !memcmp(before, after, size),
		"race: the file outside was written to");
	check(taken > 0 && quarantined > 0, "race: %lu taken, %lu quarantined: nothing was tried", taken, quarantined);
	check_case();
	ox_spool_free(spool);
}

/* The spool's own name is a directory or a link to another one. */
static void swap_spools(const paths *p)
{
	for (;;) {
		if (rename(p->name, p->kept) == 0) {
			(void)symlink(p->outside, p->name);
			unlink(p->name);
			(void)rename(p->kept, p->name);
			(*swaps)++;
		}
	}
}

static void race_opening(unsigned long wanted)
{
	paths p;
	struct stat evil, found;
	snprintf(p.name, sizeof p.name, "%s/mine", crash_folder());
	snprintf(p.kept, sizeof p.kept, "%s/mine-aside", crash_folder());
	snprintf(p.outside, sizeof p.outside, "%s/evil", crash_folder());
	ox_spool_free(crash_open(p.name, true));
	ox_spool_free(crash_open(p.outside, true));
	check(stat(p.outside, &evil) == 0, "race: no other spool");
	*swaps = 0;
	pid_t racer = start(swap_spools, &p);
	while (*swaps < wanted) {
		ox_directory_fault fault;
		const char *component;
		ox_file directory;
		if (ox_directory_open(p.name, OX_DIRECTORY_ANY_PARENT, &directory, &fault, &component) == 0) {
			opened++;
			check(fstat(directory, &found) == 0 && found.st_ino != evil.st_ino, "race: the link was followed");
			ox_file_close(directory);
		} else {
			refused++;
		}
	}
	stop(racer);
	check(opened > 0 && refused > 0, "race: %lu opened, %lu refused: nothing was tried", opened, refused);
	check_case();
}

int main(int count, char **arguments)
{
	bool is_long = count > 1 && !strcmp(arguments[1], "--long");
	swaps = crash_shared(sizeof *swaps);
	unsigned long wanted = is_long ? 1000000 : 50000;
	race_names(wanted);
	race_opening(wanted);
	return crash_close("race: %lu swaps twice; %lu claims, %lu taken, %lu quarantined; %lu openings, %lu refused", wanted,
		tries, taken, quarantined, opened, refused);
}
