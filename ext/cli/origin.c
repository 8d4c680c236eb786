/* SPDX-License-Identifier: MIT */
#include "origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "letter.h"

bool origin_option(origin *origin, int option, const char *value)
{
	switch (option) {
	case ORIGIN_PROFILE: origin->profile = value; return true;
	case ORIGIN_DSN_FILE: origin->dsn_file = value; return true;
	case ORIGIN_INSECURE: origin->policy.insecure = POLICY_YES; return true;
	default: return false;
	}
}

int origin_read_line(const cli *cli, const char *path, ox_buffer *line)
{
	bool standard = !strcmp(path, "-");
	FILE *file = standard ? stdin : fopen(path, "re");
	int byte = EOF, status = OX_OK;
	if (!file) {
		fprintf(stderr, "outbox %s: cannot read %s: %s\n", cli->command, path, strerror(errno));
		return EX_NOINPUT;
	}
	while (status == OX_OK && (byte = getc(file)) != EOF && byte != '\n') {
		status = byte == '\r' ? OX_OK : ox_buffer_append_byte(line, (uint8_t)byte);
	}
	bool broken = ferror(file);
	if (!standard) {
		(void)fclose(file);
	}
	if (status != OX_OK || broken || !line->size || memchr(line->bytes, 0, line->size)) {
		fprintf(stderr, "outbox %s: the first line of %s is no DSN\n", cli->command,
			standard ? "standard input" : path);
		return EX_DATAERR;
	}
	return EX_OK;
}

static int take_dsn(const cli *cli, const origin *origin, const char *dsn, ox_profile *profile)
{
	ox_error error;
	int status = ox_relay_parse(&profile->relay, dsn, &error);
	if (status == OX_OK) {
		status = ox_relay_finish(&profile->relay, policy_allows_insecure(&origin->policy), &error);
	}
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

static int load_profile(const cli *cli, const origin *origin, ox_profile *profile)
{
	char name[OX_PROFILE_NAME_MAX + 1];
	ox_spool *spool = NULL;
	ox_error error;
	int code = cli_open_spool(cli, false, &spool);
	if (code == EX_OK) {
		code = letter_profile(cli, spool, origin->profile, name);
	}
	if (code == EX_OK) {
		int status = ox_profile_load(ox_spool_profiles(spool), name, policy_allows_insecure(&origin->policy),
			profile, &error);
		code = status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
	}
	ox_spool_free(spool);
	return code;
}

int origin_load(const cli *cli, origin *origin, ox_profile *profile)
{
	const char *dsn = getenv("OUTBOX_DSN");
	ox_buffer line;
	if (origin->profile && origin->dsn_file) {
		return cli_wrong(cli, "either --profile or --dsn-file, not both");
	}
	int code = policy_load(cli, &origin->policy);
	if (code != EX_OK) {
		return code;
	}
	if (!origin->dsn_file) {
		return origin->profile || !dsn || !*dsn ? load_profile(cli, origin, profile)
		                                        : take_dsn(cli, origin, dsn, profile);
	}
	ox_buffer_init_secret(&line, OX_RELAY_DSN_MAX);
	code = origin_read_line(cli, origin->dsn_file, &line);
	code = code == EX_OK ? take_dsn(cli, origin, ox_buffer_text(&line), profile) : code;
	ox_buffer_clear(&line);
	return code;
}
