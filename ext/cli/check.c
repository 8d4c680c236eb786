/* SPDX-License-Identifier: MIT */
/* check: walks to the relay, stage by stage, and sends nothing. */
#include "origin.h"

#include "net/dial.h"

static void print(const cli *cli, const ox_check *check)
{
	for (size_t i = 0; i < check->count; i++) {
		const ox_check_stage *stage = &check->stages[i];
		printf("%-9s ", ox_stage_name(stage->stage));
		cli_paint(cli, stdout, stage->ok ? PAINT_GREEN : PAINT_RED, "%-4s", stage->ok ? "ok" : "FAIL");
		printf(" %6u ms  ", stage->milliseconds);
		cli_print_text(stdout, stage->detail);
		fputc('\n', stdout);
	}
}

static json_t *json_stages(const ox_check *check)
{
	json_t *stages = json_array();
	for (size_t i = 0; i < check->count; i++) {
		const ox_check_stage *stage = &check->stages[i];
		json_array_append_new(stages, json_pack("{s:s, s:b, s:I, s:o}", "name",
			ox_stage_name(stage->stage), "ok", stage->ok, "milliseconds", (json_int_t)stage->milliseconds,
			"detail", cli_json_text(stage->detail)));
	}
	return stages;
}

static int check_relay(const cli *cli, policy *policy, const ox_relay *relay, bool transcript)
{
	ox_client_environment environment = policy_environment(policy);
	ox_pool *pool = ox_pool_new(0);
	ox_check check = {0};
	ox_trace trace = {0};
	ox_error error = {0};
	int status = pool ? ox_client_check(pool, relay, &environment, &check, &trace, &error) : OX_E_NOMEM;
	if (cli->json) {
		cli_print_json(json_pack("{s:b, s:o, s:o, s:o}", "ok", status == OX_OK, "stages",
			json_stages(&check), "diagnosis", status == OX_OK ? json_null()
			: cli_json_diagnosis(&error, relay), "transcript", cli_json_text(trace.transcript)));
	} else {
		print(cli, &check);
		if (transcript && trace.transcript) {
			fputs(trace.transcript, stdout);
		}
	}
	struct cli plain = *cli;
	plain.json = false; /* the diagnosis is in the report already */
	int code = status == OX_OK ? EX_OK : cli_fail(&plain, status, &error, relay);
	ox_trace_clear(&trace);
	ox_pool_free(pool);
	return code;
}

static int run(cli *cli, int count, char **words)
{
	enum { OPTION_TRANSCRIPT = 7000 };
	static const struct option options[] = {ORIGIN_OPTIONS,
		{"transcript", no_argument, NULL, OPTION_TRANSCRIPT}, {0}};
	origin origin = {0};
	bool transcript = false;
	ox_profile profile;
	int option;
	while ((option = cli_option(cli, &check_command, count, words, "", options)) != -1) {
		transcript = transcript || option == OPTION_TRANSCRIPT;
		if (option != OPTION_TRANSCRIPT && !origin_option(&origin, option, optarg)) {
			return EX_USAGE;
		}
	}
	if (optind < count) {
		return cli_wrong(cli, "\"%s\" is too much", words[optind]);
	}
	ox_profile_init(&profile);
	int code = origin_load(cli, &origin, &profile);
	if (code == EX_OK && ox_dial_startup() != OX_OK) {
		code = EX_OSERR;
	}
	code = code == EX_OK ? check_relay(cli, &origin.policy, &profile.relay, transcript) : code;
	ox_profile_clear(&profile);
	return code;
}

const command check_command = {"check", "[OPTION]...",
	"Tries the way to the relay: name, connection, TLS, login. Sends no message.",
	ORIGIN_HELP "  --transcript     shows the dialogue, credentials masked\n", run};
