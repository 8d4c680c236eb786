/* SPDX-License-Identifier: MIT */
/* run: the runner. drain: the same in front of somebody, until the queue is empty. */
#include "drain.h"
#include "policy.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/string.h"
#include "net/dial.h"
#include "net/program.h"
#include "runner/runner.h"

enum { OPTION_ONCE = 9800, OPTION_FOREVER, OPTION_DETACH, OPTION_TIMEOUT, OPTION_MESSAGES, OPTION_DURABILITY,
	OPTION_INSECURE, OPTION_ALLOWED_HOSTS, OPTION_NO_PRIVATE_HOSTS, OPTION_CA_FILE, OPTION_TLS_CACHE, OPTION_EHLO,
	STEP_MS = 500 };

typedef struct {
	ox_runner_options options;
	policy policy;
	bool detach, show;
} wishes;

/* The one thing that a signal handler can reach. */
static ox_runner *running;

static void stop(int signal)
{
	(void)signal;
	if (running) {
		ox_runner_stop(running);
	}
}

static void listen_for_signals(void)
{
	struct sigaction action = {.sa_handler = stop};
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static void show_progress(const cli *cli, const ox_run_facts *facts)
{
	if (!cli->terminal) {
		return; /* the last line tells */
	}
	fprintf(stderr, "\r\033[K%llu sent, %llu deferred, %llu failed; %zu%s waiting, %zu under way on %zu connections%s",
		(unsigned long long)facts->sent, (unsigned long long)facts->deferred,
		(unsigned long long)(facts->failed + facts->expired), facts->waiting, facts->more_on_disk ? "+" : "",
		facts->in_flight, facts->connections_open, facts->stopping ? ", stopping" : "");
	fflush(stderr);
}

static void show_end(const cli *cli, const ox_run_facts *f)
{
	char next[32];
	cli_time(f->next_ms, next);
	if (cli->json) {
		cli_print_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "attempts",
			(json_int_t)f->attempts, "sent", (json_int_t)f->sent, "deferred", (json_int_t)f->deferred, "failed",
			(json_int_t)f->failed, "expired", (json_int_t)f->expired, "held", (json_int_t)f->held, "uncertain",
			(json_int_t)f->uncertain, "paused_profiles", (json_int_t)f->profiles_paused, "next",
			cli_json_time(f->next_ms)));
		return;
	}
	if (cli->terminal && !cli->quiet) {
		fputs("\r\033[K", stderr);
	}
	if (cli->quiet) {
		return;
	}
	printf("%llu sent, %llu deferred, %llu failed, %llu uncertain", (unsigned long long)f->sent,
		(unsigned long long)f->deferred, (unsigned long long)(f->failed + f->expired),
		(unsigned long long)f->uncertain);
	if (f->next_ms) {
		printf("; the next try is at %s", next);
	}
	if (f->profiles_paused) {
		printf("; %zu relay profiles are paused or wait, outbox status says why", f->profiles_paused);
	}
	fputc('\n', stdout);
}

/* For the journal of a service, which goes on trying: once for each fault. */
static void tell_fault(const cli *cli, const ox_run_facts *facts, bool *told)
{
	if (facts->fault[0] && !*told) {
		fprintf(stderr, "outbox %s: the queue cannot be looked at, and will be again: %s\n", cli->command,
			facts->fault);
	}
	*told = facts->fault[0] != 0;
}

static int loop(const cli *cli, const wishes *wishes, ox_runner *runner, ox_error *error)
{
	int status;
	bool told = false;
	while ((status = ox_runner_step(runner, STEP_MS, error)) == OX_AGAIN) {
		tell_fault(cli, ox_runner_facts(runner), &told);
		if (wishes->show && !cli->quiet && !cli->json) {
			show_progress(cli, ox_runner_facts(runner));
		}
	}
	return status;
}

/* With the spool's lock taken. */
static int deliver_all(const cli *cli, const wishes *wishes, ox_spool *spool, ox_runner *runner)
{
	ox_error error;
	drain_rest rest = {0};
	running = runner;
	listen_for_signals();
	int status = loop(cli, wishes, runner, &error);
	if (status == OX_OK && wishes->show) {
		show_end(cli, ox_runner_facts(runner));
	}
	running = NULL;
	if (status == OX_OK && wishes->options.mode == OX_RUN_EMPTY) {
		status = drain_look(spool, &rest, &error);
	}
	if (status != OX_OK) {
		return cli_fail(cli, status, &error, NULL);
	}
	return rest.due + rest.deferred ? EX_TEMPFAIL : EX_OK; /* the queue was to be empty, and is not */
}

static void show_other(const cli *cli)
{
	if (cli->json) {
		cli_print_json(json_pack("{s:b}", "running", 1));
	} else if (!cli->quiet) {
		printf("A runner is at work already, and sends what is due; outbox status says which.\n");
	}
}

/* A runner that is at work already is as good as ours; who wants an empty queue waits for it, and goes on where it
 * leaves. */
static int deliver_in(const cli *cli, wishes *wishes, ox_spool *spool)
{
	ox_runner *runner = NULL;
	ox_error error;
	uint64_t until_ms = wishes->options.run_ms ? ox_clock_ms() + wishes->options.run_ms : 0;
	int status, code = EX_NOTHING;
	while ((status = ox_runner_open(spool, &wishes->options, &runner, &error)) == OX_AGAIN &&
		wishes->options.mode == OX_RUN_EMPTY && code == EX_NOTHING) {
		code = drain_beside(cli, spool, until_ms);
	}
	if (status == OX_OK) {
		code = deliver_all(cli, wishes, spool, runner);
		ox_runner_free(runner);
	} else if (status != OX_AGAIN) {
		code = cli_fail(cli, status, &error, NULL);
	} else if (wishes->options.mode != OX_RUN_EMPTY) {
		code = EX_OK;
		if (wishes->show) {
			show_other(cli);
		}
	}
	return code;
}

static int deliver(const cli *cli, wishes *wishes)
{
	ox_spool *spool = NULL;
	int code = policy_load(cli, &wishes->policy);
	code = code == EX_OK ? cli_open_spool(cli, true, &spool) : code;
	wishes->options.sync_threads = OX_RUN_SYNC_THREADS;
	if (code == EX_OK && ox_dial_startup() != OX_OK) {
		code = EX_OSERR;
	}
	if (code == EX_OK) {
		wishes->options.environment = policy_environment(&wishes->policy);
		wishes->options.allow_insecure = policy_allows_insecure(&wishes->policy);
		wishes->options.version = OUTBOX_VERSION;
		code = deliver_in(cli, wishes, spool);
	}
	ox_spool_free(spool);
	return code;
}

/* Away from the terminal, the web server's process group and its descriptors: what a web process starts would
 * otherwise keep its listening socket open. The parent goes at once, so that nobody waits for a stranger. */
static bool detach(void)
{
	int null = open("/dev/null", O_RDWR);
	for (int standard = STDIN_FILENO; null >= 0 && standard <= STDERR_FILENO; standard++) {
		(void)dup2(null, standard); /* or a pipe of ssh's would stay open as long as the runner is there */
	}
	ox_process_close_inherited();
	pid_t child = fork();
	if (child != 0) {
		_exit(child < 0 ? EX_OSERR : EX_OK);
	}
	return setsid() >= 0 && chdir("/") == 0;
}

static int take_number(const cli *cli, const char *name, const char *text, uint64_t *number)
{
	if (!ox_parse_number(ox_slice_of(text), number) || !*number || *number > UINT32_MAX) {
		return cli_wrong(cli, "--%s must be a number above 0", name);
	}
	return EX_OK;
}

static int take_option(const cli *cli, wishes *w, int option, const char *value)
{
	uint64_t number = 0;
	int code = EX_OK;
	switch (option) {
	case OPTION_ONCE: w->options.mode = OX_RUN_IDLE; break;
	case OPTION_FOREVER: w->options.mode = OX_RUN_FOREVER; break;
	case OPTION_DETACH: w->detach = true; break;
	case OPTION_INSECURE: w->policy.insecure = POLICY_YES; break;
	case OPTION_ALLOWED_HOSTS: w->policy.allowed_hosts = value; break;
	case OPTION_NO_PRIVATE_HOSTS: w->policy.private_hosts = POLICY_NO; break;
	case OPTION_CA_FILE: w->policy.ca_file = value; break;
	case OPTION_TLS_CACHE: w->policy.tls_cache = value; break;
	case OPTION_EHLO: w->policy.ehlo = value; break;
	case OPTION_TIMEOUT:
		code = take_number(cli, "timeout", value, &number);
		w->options.run_ms = number * 1000;
		break;
	case OPTION_MESSAGES:
		code = take_number(cli, "messages", value, &number);
		w->options.messages_max = number;
		break;
	case OPTION_DURABILITY:
		if (strcmp(value, "full") != 0 && strcmp(value, "none") != 0) {
			return cli_wrong(cli, "--durability is full or none");
		}
		w->options.durability = *value == 'f' ? OX_DURABILITY_FULL : OX_DURABILITY_NONE;
		break;
	default: code = EX_USAGE;
	}
	return code;
}

static int start(cli *cli, const command *command, int count, char **words, wishes *w)
{
	static const struct option options[] = {{"once", no_argument, NULL, OPTION_ONCE},
		{"forever", no_argument, NULL, OPTION_FOREVER}, {"detach", no_argument, NULL, OPTION_DETACH},
		{"timeout", required_argument, NULL, OPTION_TIMEOUT},
		{"messages", required_argument, NULL, OPTION_MESSAGES},
		{"durability", required_argument, NULL, OPTION_DURABILITY},
		{"insecure", no_argument, NULL, OPTION_INSECURE},
		{"allowed-hosts", required_argument, NULL, OPTION_ALLOWED_HOSTS},
		{"no-private-hosts", no_argument, NULL, OPTION_NO_PRIVATE_HOSTS},
		{"ca-file", required_argument, NULL, OPTION_CA_FILE},
		{"tls-cache", required_argument, NULL, OPTION_TLS_CACHE}, {"ehlo", required_argument, NULL, OPTION_EHLO}, {0}};
	int option;
	while ((option = cli_option(cli, command, count, words, "", options)) != -1) {
		int code = option == '?' ? EX_USAGE : take_option(cli, w, option, optarg);
		if (code != EX_OK) {
			return code;
		}
	}
	if (optind < count) {
		return cli_wrong(cli, "\"%s\" is too much", words[optind]);
	}
	w->show = w->show || cli->json;
	/* A service has the place that its unit gives it. */
	if (w->detach) {
		ox_process_step_back();
	}
	/* No reason not to deliver. */
	(void)ox_runner_harden();
	if (w->detach && !detach()) {
		return EX_OSERR;
	}
	return deliver(cli, w);
}

int cli_deliver_due(const cli *cli)
{
	wishes w = {.show = true};
	ox_runner_options_init(&w.options);
	w.options.mode = OX_RUN_IDLE;
	(void)ox_runner_harden();
	return deliver(cli, &w);
}

static int run(cli *cli, int count, char **words)
{
	wishes w = {.show = isatty(STDOUT_FILENO)};
	ox_runner_options_init(&w.options);
	return start(cli, &run_command, count, words, &w);
}

static int run_drain(cli *cli, int count, char **words)
{
	wishes w = {.show = true};
	ox_runner_options_init(&w.options);
	w.options.mode = OX_RUN_EMPTY;
	return start(cli, &drain_command, count, words, &w);
}

#define RUN_HELP \
	"  --timeout SECONDS   stops after so long; what is under way ends\n" \
	"  --messages N        ends after so many tries\n" \
	"  --durability WORD   full: what is about to happen is on the disk before it happens; none: a power\n" \
	"                      cut may send some messages twice\n" \
	"  --insecure          uses profiles with verify=0\n" \
	"  --allowed-hosts LIST  connects to no other relays: names, *.suffix, name:port, split by commas\n" \
	"  --no-private-hosts  connects to no loopback or private address\n" \
	"  --ca-file FILE      whom to trust, for profiles that do not say\n" \
	"  --tls-cache DIR     keeps sessions of TLS for the next runner\n" \
	"  --ehlo NAME         how to call oneself, for profiles that do not say\n" \
	"  Whatever " POLICY_FILE " says on these stands above the options.\n"

const command run_command = {"run", "[OPTION]...",
	"Delivers the queue: until nothing was to be done for a minute, or as long as you say.",
	"  --once              until nothing is due: for cron and timers\n"
	"  --forever           until it is stopped: for a service\n"
	"  --detach            in the background, as a web process starts it\n" RUN_HELP,
	run};
const command drain_command = {"drain", "[OPTION]...",
	"Delivers until nothing is due or deferred any more, and shows how it goes; beside a runner that is at work it\n"
	"waits for that one. Exits with 75 where mail is left.", RUN_HELP, run_drain};
