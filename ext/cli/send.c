/* SPDX-License-Identifier: MIT */
/* send: one complete message, now and with the relay's answer, or into the queue. */
#include "letter.h"
#include "origin.h"

#include <errno.h>
#include <string.h>

#include "net/dial.h"

enum { OPTION_QUEUE = 8000, OPTION_FROM, OPTION_TO, OPTION_TAG, OPTION_KEY, OPTION_PRIORITY, OPTION_AT, OPTION_HOLD,
	OPTION_TRANSCRIPT,
	TO_MAX = 1000 };

typedef struct {
	origin origin;
	const char *file, *sender;
	char *to[TO_MAX];
	size_t to_count;
	bool queue, transcript, ranked;
	ox_submission submission;
} wishes;

static json_t *json_result(const ox_result *result)
{
	char enhanced[24];
	snprintf(enhanced, sizeof enhanced, "%u.%u.%u", result->enhanced[0], result->enhanced[1],
		result->enhanced[2]);
	return json_pack("{s:s, s:o, s:o, s:o}", "outcome", ox_outcome_name(result->outcome), "code",
		result->code ? json_integer(result->code) : json_null(), "enhanced",
		result->enhanced[0] ? json_string(enhanced) : json_null(), "text", cli_json_text(result->text));
}

static void print_json(const letter *letter, const ox_delivery *delivery, const ox_trace *trace)
{
	json_t *recipients = json_object();
	for (size_t i = 0; i < letter->envelope.recipient_count; i++) {
		json_object_set_new(recipients, letter->envelope.recipients[i].address,
			json_result(&delivery->results[i]));
	}
	cli_print_json(json_pack("{s:o, s:o, s:o, s:I, s:I, s:o}", "message_id",
		cli_json_text(letter->message.id), "remote_id", cli_json_text(delivery->queue_id), "recipients",
		recipients, "milliseconds", (json_int_t)trace->timings.total_ms, "round_trips",
		(json_int_t)trace->timings.round_trips, "transcript", cli_json_text(trace->transcript)));
}

static void print(const cli *cli, const letter *letter, const ox_delivery *delivery)
{
	for (size_t i = 0; i < letter->envelope.recipient_count; i++) {
		const ox_result *result = &delivery->results[i];
		cli_print_text(stdout, letter->envelope.recipients[i].address);
		fputs(": ", stdout);
		cli_paint(cli, stdout, result->outcome == OX_OUTCOME_SENT ? PAINT_GREEN : PAINT_RED, "%s",
			ox_outcome_name(result->outcome));
		printf(" %u ", result->code);
		cli_print_text(stdout, result->text);
		fputc('\n', stdout);
	}
}

/* By the recipient that fared worst. */
static int code_of(const letter *letter, const ox_delivery *delivery)
{
	int code = EX_OK;
	for (size_t i = 0; i < letter->envelope.recipient_count; i++) {
		ox_outcome outcome = delivery->results[i].outcome;
		code = outcome == OX_OUTCOME_REJECTED ? EX_UNAVAILABLE
			: outcome != OX_OUTCOME_SENT && code == EX_OK ? EX_TEMPFAIL : code;
	}
	return code;
}

static int submit(const cli *cli, wishes *wishes, letter *letter, const ox_relay *relay)
{
	ox_client_environment environment = policy_environment(&wishes->origin.policy);
	ox_pool *pool = ox_pool_new(0);
	ox_trace trace = {0};
	ox_error error = {0};
	ox_delivery delivery = {.envelope = &letter->envelope,
		.source = {&letter->message, ox_message_read},
		.results = ox_array_alloc(letter->envelope.recipient_count, sizeof(ox_result))};
	int status = pool && delivery.results ? ox_client_send(pool, relay, &environment, &delivery, 1, &trace,
		&error) : OX_E_NOMEM;
	int code;
	if (delivery.error.class != OX_ERROR_NONE) {
		code = cli_fail(cli, OX_E_FAILED, &delivery.error, relay);
	} else if (status != OX_OK) {
		code = cli_fail(cli, status, &error, relay);
	} else {
		code = code_of(letter, &delivery);
		if (cli->json) {
			print_json(letter, &delivery, &trace);
		} else if (!cli->quiet) {
			print(cli, letter, &delivery);
		}
	}
	if (wishes->transcript && !cli->json && trace.transcript) {
		fputs(trace.transcript, stdout);
	}
	ox_free(delivery.queue_id);
	ox_free(delivery.results);
	ox_trace_clear(&trace);
	ox_pool_free(pool);
	return code;
}

static int send_now(const cli *cli, wishes *wishes, letter *letter)
{
	ox_profile profile;
	ox_profile_init(&profile);
	int code = origin_load(cli, &wishes->origin, &profile);
	if (code == EX_OK && ox_dial_startup() != OX_OK) {
		code = EX_OSERR;
	}
	letter->envelope.all_or_nothing = profile.relay.all_or_nothing;
	code = code == EX_OK ? submit(cli, wishes, letter, &profile.relay) : code;
	ox_profile_clear(&profile);
	return code;
}

static int queue(const cli *cli, wishes *wishes, letter *letter)
{
	char profile[65];
	ox_spool *spool = NULL;
	ox_error error;
	int code = cli_open_spool(cli, true, &spool);
	if (code == EX_OK) {
		code = letter_profile(cli, spool, wishes->origin.profile, profile);
	}
	if (code == EX_OK) {
		wishes->submission.profile = profile;
		int status = letter_queue(letter, spool, &wishes->submission, &error);
		code = status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
	}
	if (code == EX_OK && cli->json) {
		cli_print_json(json_pack("{s:s, s:b}", "id", wishes->submission.id, "duplicate",
			wishes->submission.duplicate));
	} else if (code == EX_OK && !cli->quiet) {
		printf("%s\n", wishes->submission.id);
	}
	ox_spool_free(spool);
	return code;
}

static int read_letter(const cli *cli, const wishes *wishes, letter *letter)
{
	bool standard = !wishes->file || !strcmp(wishes->file, "-");
	FILE *file = standard ? stdin : fopen(wishes->file, "re");
	ox_error error;
	if (!file) {
		fprintf(stderr, "outbox send: cannot read %s: %s\n", wishes->file, strerror(errno));
		return EX_NOINPUT;
	}
	int status = letter_read(letter, file, LETTER_TO_END, NULL, &error);
	if (!standard) {
		(void)fclose(file);
	}
	if (status == OX_OK) {
		status = letter_take(letter, wishes->sender, (char **)wishes->to, wishes->to_count,
			!wishes->to_count, &error);
	}
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

static int take_option(const cli *cli, wishes *w, int option, char *value)
{
	switch (option) {
	case OPTION_QUEUE: w->queue = true; return EX_OK;
	case OPTION_TRANSCRIPT: w->transcript = true; return EX_OK;
	case OPTION_FROM: w->sender = value; return EX_OK;
	case OPTION_TAG: w->submission.tag = value; return EX_OK;
	case OPTION_HOLD: w->submission.held = value ? value : ""; return EX_OK;
	case OPTION_KEY: w->submission.key = ox_slice_of(value); return EX_OK;
	case OPTION_AT: {
		uint64_t seconds;
		if (!ox_parse_number(ox_slice_of(value), &seconds) || seconds > UINT32_MAX * 2ULL) {
			return cli_wrong(cli, "--at is seconds since 1970; date +%%s -d TEXT gives them");
		}
		w->submission.send_at_ms = seconds * 1000;
		return EX_OK;
	}
	case OPTION_PRIORITY:
		w->ranked = true;
		return ox_spool_class_of(value, &w->submission.class) ? EX_OK
			: cli_wrong(cli, "--priority is urgent, normal or bulk");
	case OPTION_TO:
		if (w->to_count == TO_MAX) {
			return cli_wrong(cli, "there are more than %d recipients", TO_MAX);
		}
		w->to[w->to_count++] = value;
		return EX_OK;
	default: return origin_option(&w->origin, option, value) ? EX_OK : EX_USAGE;
	}
}

/* What only one of the two ways has a use for. */
static int check_wishes(const cli *cli, const wishes *w)
{
	const ox_submission *s = &w->submission;
	if (!w->queue && (s->tag || s->key.size || s->send_at_ms || s->held || w->ranked)) {
		return cli_wrong(cli, "--tag, --key, --at, --hold and --priority are for --queue");
	}
	if (w->queue && (w->origin.dsn_file || w->origin.policy.insecure == POLICY_YES || w->transcript)) {
		return cli_wrong(cli, "a queued message goes by a profile of the queue (--profile): --dsn-file, --insecure "
			"and --transcript are not for --queue");
	}
	return EX_OK;
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {ORIGIN_OPTIONS, {"queue", no_argument, NULL, OPTION_QUEUE},
		{"from", required_argument, NULL, OPTION_FROM}, {"to", required_argument, NULL, OPTION_TO},
		{"tag", required_argument, NULL, OPTION_TAG}, {"key", required_argument, NULL, OPTION_KEY},
		{"priority", required_argument, NULL, OPTION_PRIORITY}, {"at", required_argument, NULL, OPTION_AT},
		{"hold", optional_argument, NULL, OPTION_HOLD},
		{"transcript", no_argument, NULL, OPTION_TRANSCRIPT}, {0}};
	wishes wishes = {.submission = {.class = OX_SPOOL_NORMAL}};
	letter letter;
	int option, code = EX_OK;
	while (code == EX_OK && (option = cli_option(cli, &send_command, count, words, "", options)) != -1) {
		code = option == '?' ? EX_USAGE : take_option(cli, &wishes, option, optarg);
	}
	if (code == EX_OK && count - optind > 1) {
		code = cli_wrong(cli, "\"%s\" is too much", words[optind + 1]);
	}
	code = code == EX_OK ? check_wishes(cli, &wishes) : code;
	if (code != EX_OK) {
		return code;
	}
	wishes.file = optind < count ? words[optind] : NULL;
	letter_init(&letter);
	code = read_letter(cli, &wishes, &letter);
	if (code == EX_OK) {
		code = wishes.queue ? queue(cli, &wishes, &letter) : send_now(cli, &wishes, &letter);
	}
	letter_clear(&letter);
	return code;
}

const command send_command = {"send", "[OPTION]... [FILE]",
	"Submits a complete message (RFC 5322) now, and says what the relay answered.",
	ORIGIN_HELP "  --from ADDRESS   envelope sender instead of the message's\n"
	"  --to ADDRESS     a recipient instead of the message's; as often as you like\n"
	"  --transcript     shows the dialogue, credentials masked\n"
	"  --queue          into the queue instead, with its id as the answer; then also\n"
	"    --priority WORD  urgent, normal or bulk\n"
	"    --at SECONDS     not before; seconds since 1970\n"
	"    --hold[=WHY]     until outbox release lets it go\n"
	"    --tag TAG        a word for selections and statistics\n"
	"    --key TEXT       the same key within a day queues nothing a second time\n",
	run};
