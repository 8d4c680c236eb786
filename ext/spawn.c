/* SPDX-License-Identifier: MIT */
/* Waking the runner, or starting one: nothing of it at the start of the process, nothing that a request waits
 * for longer than a millisecond, and nothing that the administrator has forbidden. */
#include "php_outbox.h"

#include "SAPI.h"

#include "net/program.h"
#include "spool/wake.h"

enum { LOOK_MS = 60000 };

/* C knows no disable_functions, but who forbids PHP to start programs means us, too. */
static bool is_disabled(const char *name)
{
	return !zend_hash_str_exists(CG(function_table), name, strlen(name));
}

const char *php_outbox_spawn_rule(void)
{
	if (strcmp(OUTBOX_G(spawn), "auto") != 0 && strcmp(OUTBOX_G(spawn), "1") != 0) {
		return "off: outbox.spawn";
	}
	if (is_disabled("exec") || is_disabled("proc_open")) {
		return "off: disable_functions has exec or proc_open";
	}
	if (!*OUTBOX_G(runner)) {
		return "off: outbox.runner names no program";
	}
	return "auto";
}

bool php_outbox_spawn_allowed(void)
{
	return !strcmp(php_outbox_spawn_rule(), "auto");
}

static int start(ox_spool *spool)
{
	const char *arguments[9] = {"outbox", "run", "--detach", "--quiet", "--spool", ox_spool_path(spool)};
	size_t count = 6;
	if (OUTBOX_G(spool_any_parent)) {
		arguments[count++] = "--any-parent";
	}
	if (OUTBOX_G(spool_any_filesystem)) {
		arguments[count++] = "--any-filesystem";
	}
	int failed = ox_program_check(OUTBOX_G(runner));
	return failed ? failed : ox_program_start(OUTBOX_G(runner), arguments);
}

void php_outbox_spawn(ox_spool *spool)
{
	ox_spawn_note note;
	ox_error error;
	if (!php_outbox_spawn_allowed()
		|| ox_spawn_ask(spool, ox_wall_clock_ms(), &note, &error) != OX_OK) {
		return;
	}
	int failed = start(spool);
	/* A note that cannot be written only means that the next one tries sooner. */
	ZEND_IGNORE_VALUE(ox_spawn_report(spool, ox_wall_clock_ms(), failed, &error));
}

void php_outbox_wake(ox_spool *spool, ox_hint_kind kind, const char *id)
{
	ox_error error;
	if (ox_wake_poke(spool, kind, id, &error) == OX_AGAIN) {
		php_outbox_spawn(spool);
	}
}

/* Deferred mail of a site with visitors: one look in a minute, of a process that has queued before. */
void php_outbox_look_for_due(void)
{
	uint64_t next = 0, now = ox_clock_ms();
	ox_error error;
	if (!OUTBOX_G(spool) || now - OUTBOX_G(looked_ms) < LOOK_MS) {
		return;
	}
	OUTBOX_G(looked_ms) = now;
	if (ox_run_next_read(OUTBOX_G(spool), &next, &error) == OX_OK && next && next <= ox_wall_clock_ms()) {
		php_outbox_wake(OUTBOX_G(spool), OX_HINT_LOOK, NULL);
	}
}
