/* SPDX-License-Identifier: MIT */
/* What a runner keeps of a password: once the login is over, nothing. The password is made in one process, which writes
 * the profile; another one delivers and then looks through all of its own memory, in which nobody has ever had it but
 * the runner. Neither has it as a whole in a place of this test: it is compared octet by octet, disguised. */
#include "delivery.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base64.h"
#include "net/dial.h"
#include "net/platform.h"
#include "relay/profile.h"

enum { SECRET_SIZE = 24, MASK = 0x5a };

/* Shared by the processes. */
typedef struct {
	uint8_t plain[SECRET_SIZE], encoded[SECRET_SIZE / 3 * 4]; /* each octet ^ MASK */
	volatile size_t found_plain, found_encoded, octets;
	volatile bool planted, hardened, sent;
} findings;

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

/* In a process of its own: the profile, with a password that nobody else knows. */
static void write_profile(findings *f, const char *folder, unsigned port)
{
	char secret[SECRET_SIZE + 1], dsn[256];
	uint8_t dice[SECRET_SIZE];
	bool written;
	ox_error error;
	ox_profile profile;
	ox_buffer encoded;
	if (ox_random(dice, sizeof dice) != OX_OK) {
		_exit(1);
	}
	for (size_t i = 0; i < SECRET_SIZE; i++) {
		secret[i] = letters[dice[i] % 32];
		f->plain[i] = (uint8_t)(secret[i] ^ MASK);
	}
	secret[SECRET_SIZE] = 0;
	ox_buffer_init(&encoded, 256);
	int status = ox_base64_encode(&encoded, secret, SECRET_SIZE);
	for (size_t i = 0; i < sizeof f->encoded; i++) {
		f->encoded[i] = encoded.bytes[i] ^ MASK;
	}
	/* "\0a\0" is three octets: the password's base64 stands by itself in that of AUTH PLAIN. */
	snprintf(dsn, sizeof dsn, "smtp://a:%s@127.0.0.1:%u?tls=none&auth=PLAIN&ehlo=client.example", secret, port);
	ox_profile_init(&profile);
	status = status ? status : ox_relay_parse(&profile.relay, dsn, &error);
	status = status ? status : ox_relay_finish(&profile.relay, true, &error);
	status = status ? status : ox_profile_save(folder, "main", &profile, &written, &error);
	_exit(status == OX_OK ? 0 : 1);
}

static size_t count_in(const uint8_t *at, const uint8_t *end, const uint8_t *masked, size_t size)
{
	size_t count = 0;
	for (; at + size <= end; at++) {
		size_t i = 0;
		while (i < size && (at[i] ^ MASK) == masked[i]) {
			i++;
		}
		count += i == size;
	}
	return count;
}

/* All that this process may write to. */
static void look_through_memory(findings *f)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	while (maps && fgets(line, sizeof line, maps)) {
		char *next;
		uintptr_t from = strtoull(line, &next, 16), to = strtoull(next + 1, &next, 16);
		if (strncmp(next, " rw", 3) != 0 || strstr(line, "[vvar]") ||
			((uintptr_t)f >= from && (uintptr_t)f < to)) {
			continue;
		}
		const uint8_t *at = (const uint8_t *)from, *end = (const uint8_t *)to;
		f->octets += to - from;
		f->found_plain += count_in(at, end, f->plain, sizeof f->plain);
		f->found_encoded += count_in(at, end, f->encoded, sizeof f->encoded);
	}
	if (maps) {
		fclose(maps);
	}
}

static void deliver(findings *f, const char *path)
{
	struct rlimit core = {1, 1};
	ox_runner_options options;
	ox_runner *runner = NULL;
	ox_error error;
	bool hardened = ox_runner_harden();
	f->hardened = hardened && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0;
	ox_runner_options_init(&options);
	options.mode = OX_RUN_FOREVER;
	ox_spool *spool = crash_open(path, false);
	int status = spool ? ox_runner_open(spool, &options, &runner, &error) : OX_E_FAILED;
	uint64_t until_ms = ox_clock_ms() + 10000;
	while (status == OX_OK && ox_clock_ms() < until_ms && !ox_runner_facts(runner)->sent) {
		status = ox_runner_step(runner, 100, &error) == OX_AGAIN ? OX_OK : OX_E_FAILED;
	}
	f->sent = status == OX_OK && ox_runner_facts(runner)->sent == 1;
	/* The connection is still open. */
	look_through_memory(f);
	if (f->planted) {
		ox_profile profile;
		char folder[160];
		snprintf(folder, sizeof folder, "%s/p", path);
		ox_profile_init(&profile);
		(void)!ox_profile_load(folder, "main", true, &profile, &error);
		f->found_plain = 0;
		look_through_memory(f);
		ox_profile_clear(&profile);
	}
	_exit(0);
}

static int wait_for(pid_t child)
{
	int status = -1;
	(void)waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run(findings *f, bool planted)
{
	static delivery d;
	char folder[160];
	memset(&d, 0, sizeof d);
	memset(f, 0, sizeof *f);
	f->planted = planted;
	d.count = d.recipients = 1;
	d.server.pipelining = d.server.chunking = true;
	delivery_begin(&d);
	snprintf(folder, sizeof folder, "%s/p", d.path);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		write_profile(f, folder, d.server.port);
	}
	check(wait_for(child) == 0, "the profile was not written");
	child = fork();
	if (child == 0) {
		deliver(f, d.path);
	}
	check(wait_for(child) == 0, "the runner did not end well");
	check(f->sent, "nothing was sent");
	delivery_end(&d);
}

int main(void)
{
	findings *f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (f == MAP_FAILED || ox_dial_startup() != OX_OK) {
		return 1;
	}
	run(f, true);
	check(f->found_plain > 0, "a password that lies open was not found: this test is blind");
	check_case();
	run(f, false);
	check(f->hardened, "memory can be dumped, or looked into");
	check_case();
	check(f->octets > 100000, "%zu octets were looked through", f->octets);
	check(!f->found_plain && !f->found_encoded, "the password is in memory: %zu times, and %zu times in base64",
		f->found_plain, f->found_encoded);
	check_case();
	return crash_close("secrets: %zu KiB looked through, the password found %zu times, in base64 %zu times",
		f->octets / 1024, f->found_plain, f->found_encoded);
}
