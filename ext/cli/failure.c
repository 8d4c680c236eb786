/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "net/platform.h"
#include "relay/diagnosis.h"

static int code_of_storage(const ox_error *error)
{
	switch (error->fact) {
	case OX_FACT_SPOOL_FULL:
	case OX_FACT_SPOOL_TOO_MANY:
	case OX_FACT_SPOOL_BUSY: return EX_TEMPFAIL;
	case OX_FACT_SPOOL_INSECURE: return EX_NOPERM;
	case OX_FACT_SPOOL_MISSING:
	case OX_FACT_PROFILE_MISSING:
	case OX_FACT_SPOOL_NETWORK:
	case OX_FACT_SPOOL_VERSION: return EX_CONFIG;
	case OX_FACT_SPOOL_UNSUPPORTED: return EX_UNAVAILABLE;
	default: return EX_IOERR;
	}
}

static int code_of(const ox_error *error)
{
	switch (error->class) {
	case OX_ERROR_USAGE: return EX_USAGE;
	case OX_ERROR_MEMORY: return EX_OSERR;
	case OX_ERROR_MESSAGE: return EX_DATAERR;
	case OX_ERROR_STORAGE: return code_of_storage(error);
	case OX_ERROR_AUTH: return error->retry == OX_RETRY_LATER ? EX_TEMPFAIL : EX_NOPERM;
	case OX_ERROR_PROTOCOL: return EX_PROTOCOL;
	case OX_ERROR_REJECTED: return error->retry == OX_RETRY_LATER ? EX_TEMPFAIL : EX_UNAVAILABLE;
	case OX_ERROR_TIMEOUT: return EX_TEMPFAIL;
	default: return error->retry == OX_RETRY_LATER ? EX_TEMPFAIL : EX_UNAVAILABLE;
	}
}

json_t *cli_json_diagnosis(const ox_error *error, const ox_relay *relay)
{
	ox_diagnosis d;
	ox_diagnose(error, relay, &d);
	json_t *remedies = json_array();
	for (unsigned i = 0; i < d.remedy_count; i++) {
		json_array_append_new(remedies, cli_json_text(d.remedies[i]));
	}
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "stage", d.stage, "class",
		d.class_name, "fact", d.fact, "code", d.code ? json_integer(d.code) : json_null(), "enhanced",
		d.enhanced[0] ? cli_json_text(d.enhanced) : json_null(), "text", cli_json_text(d.text), "cause",
		cli_json_text(d.cause), "remedies", remedies, "link", cli_json_text(d.link));
}

static void say(const cli *cli, const ox_error *error, const ox_relay *relay)
{
	ox_diagnosis d;
	ox_diagnose(error, relay, &d);
	cli_paint(cli, stderr, PAINT_RED, "outbox %s: ", cli->command);
	cli_print_text(stderr, error->text);
	fputc('\n', stderr);
	/* What is wrong with a word of the command line needs no diagnosis. */
	if (error->class == OX_ERROR_USAGE) {
		return;
	}
	if (*d.cause) {
		fprintf(stderr, "  %s\n", d.cause);
	}
	for (unsigned i = 0; i < d.remedy_count; i++) {
		fprintf(stderr, "  - %s\n", d.remedies[i]);
	}
	if (d.link) {
		fprintf(stderr, "  %s\n", d.link);
	}
}

int cli_fail(const cli *cli, int status, const ox_error *error, const ox_relay *relay)
{
	ox_error ours;
	if (status != OX_E_FAILED) {
		(void)ox_error_set(&ours, status == OX_E_NOMEM ? OX_ERROR_MEMORY : OX_ERROR_USAGE, OX_RETRY_NEVER,
			OX_STAGE_NONE, OX_FACT_NONE, "%s",
			status == OX_E_NOMEM ? "memory is out" : "this is more than the program takes");
		error = &ours;
	}
	if (cli->json) {
		cli_print_json(json_pack("{s:o}", "error", cli_json_diagnosis(error, relay)));
	}
	say(cli, error, relay);
	return code_of(error);
}
