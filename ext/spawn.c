/* SPDX-License-Identifier: MIT */
/* Waking the runner, or starting one: nothing of it at the start of the process, nothing that a request waits
 * for longer than a millisecond, and nothing that the administrator has forbidden. */
#include "php_outbox.h"

#include "SAPI.h"

#include "net/program.h"
#include "spool/wake.h"

enum { LOOK_MS = 60000 };

static const char by_setting[] = "off: outbox.spawn";

/* C knows no disable_functions, but who forbids PHP to start programs means us, too. */
static bool is_disabled(const char *name)
{
	return !zend_hash_str_exists(CG(function_table), name, strlen(name));
}

const char *php_outbox_spawn_rule(void)
{
	if (strcmp(OUTBOX_G(spawn), "auto") != 0 && strcmp(OUTBOX_G(spawn), "1") != 0) {
		return by_setting;
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

bool php_outbox_is_delivered(ox_spool *spool)
{
	ox_run_info runner = {0};
	ox_spawn_note note = {0};
	ox_error error;
	if (!strcmp(php_outbox_spawn_rule(), by_setting)
		|| (spool && ox_run_info_read(spool, &runner, &error) == OX_OK && runner.running)) {
		return true;
	}
	if (!php_outbox_spawn_allowed() || ox_program_check(OUTBOX_G(runner))) {
		return false;
	}
	/* One that could not be started a moment ago cannot be now. */
	return !spool || (ox_spawn_note_read(spool, &note, &error) == OX_OK
		&& (!note.system_error || note.allowed_ms <= ox_wall_clock_ms()));
}

static int start(ox_spool *spool)
{
	const char *arguments[20] = {"outbox", "run", "--detach", "--quiet", "--spool", ox_spool_path(spool)};
	size_t count = 6;
	const struct {
		const char *option, *value;
	} settings[] = {{"--allowed-hosts", OUTBOX_G(allowed_hosts)}, {"--ca-file", OUTBOX_G(ca_file)},
		{"--tls-cache", OUTBOX_G(tls_cache)}, {"--ehlo", OUTBOX_G(ehlo)}};
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		if (settings[i].value && *settings[i].value) {
			arguments[count++] = settings[i].option;
			arguments[count++] = settings[i].value;
		}
	}
	if (!OUTBOX_G(allow_private_hosts)) {
		arguments[count++] = "--no-private-hosts";
	}
	if (OUTBOX_G(allow_insecure)) {
		arguments[count++] = "--insecure";
	}
	if (OUTBOX_G(spool_any_parent)) {
		arguments[count++] = "--any-parent";
	}
	if (OUTBOX_G(spool_any_filesystem)) {
		arguments[count++] = "--any-filesystem";
	}
	int failed = ox_program_check(OUTBOX_G(runner));
	return failed ? failed : ox_program_start(OUTBOX_G(runner), arguments);
}

/* For visitors to come: something is to be done, and nobody may be there to do it. */
static void note_next(ox_spool *spool, uint64_t when_ms)
{
	uint64_t next = 0;
	ox_error error;
	if (ox_run_next_read(spool, &next, &error) == OX_OK && (!next || next > when_ms)) {
		ZEND_IGNORE_VALUE(ox_run_next_write(spool, when_ms, &error));
	}
}

static void spawn(ox_spool *spool)
{
	ox_spawn_note note;
	ox_error error;
	if (!php_outbox_spawn_allowed()) {
		return;
	}
	int status = ox_spawn_ask(spool, ox_wall_clock_ms(), &note, &error);
	if (status == OX_AGAIN && note.allowed_ms) {
		note_next(spool, note.allowed_ms);
	}
	if (status != OX_OK) {
		return;
	}
	note_next(spool, ox_wall_clock_ms());
	int failed = start(spool);
	/* A note that cannot be written only means that the next one tries sooner. */
	ZEND_IGNORE_VALUE(ox_spawn_report(spool, ox_wall_clock_ms(), failed, &error));
}

void php_outbox_wake(ox_spool *spool, ox_hint_kind kind, const char *id)
{
	ox_error error;
	if (ox_wake_poke(spool, kind, id, &error) == OX_AGAIN) {
		spawn(spool);
	}
}

/* Programs in PHP that never queue are not asked to look; who is asked in a web server is whoever comes. */
static bool is_server(void)
{
	static const char *const programs[] = {"cli", "phpdbg", "embed"};
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		if (!strcmp(sapi_module.name, programs[i])) {
			return false;
		}
	}
	return true;
}

/* Mail whose time has come, or that a runner left behind that was killed: one look in a minute of each process, since
 * all of its visitors may be there to read only. */
void php_outbox_look_for_due(void)
{
	uint64_t next = 0, now = ox_clock_ms();
	ox_spool *spool = OUTBOX_G(spool);
	ox_run_info runner;
	ox_error error;
	if ((!spool && !is_server()) || (OUTBOX_G(looked_ms) && now - OUTBOX_G(looked_ms) < LOOK_MS)
		|| !php_outbox_spawn_allowed()) {
		return;
	}
	OUTBOX_G(looked_ms) = now;
	if (!spool && php_outbox_spool(NULL, false, &spool, &error) != OX_OK) {
		return;
	}
	/* A runner knows by itself what it has to do. */
	if (ox_run_next_read(spool, &next, &error) == OX_OK && next && next <= ox_wall_clock_ms()
		&& ox_run_info_read(spool, &runner, &error) == OX_OK && !runner.running) {
		spawn(spool);
	}
}

/* -- how it stands -- */

void php_outbox_spawn_facts(php_outbox_spawning *to)
{
	ox_spool *spool = NULL;
	ox_spawn_note note = {0};
	ox_run_info runner = {0};
	ox_error error;
	memset(to, 0, sizeof *to);
	to->rule = php_outbox_spawn_rule();
	int status = php_outbox_spool(NULL, false, &spool, &error);
	if (status == OX_OK) {
		snprintf(to->path, sizeof to->path, "%s", ox_spool_path(spool));
		status = ox_spawn_note_read(spool, &note, &error);
		status = status == OX_OK ? ox_run_info_read(spool, &runner, &error) : status;
	}
	if (status != OX_OK) {
		snprintf(to->fault, sizeof to->fault, "%s", status == OX_E_NOMEM ? "memory is out" : error.text);
	}
	to->last_ms = note.last_ms;
	to->running = runner.running;
	if (note.system_error) {
		ox_system_message(note.system_error, to->error, sizeof to->error);
	}
}
