/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include "net/platform.h"

uint64_t cli_now(void)
{
	return ox_wall_clock_ms();
}

void cli_wake(ox_spool *spool, ox_hint_kind kind, const char *id)
{
	ox_error error;
	if (ox_wake_poke(spool, kind, id, &error) == OX_E_FAILED) {
		fprintf(stderr, "outbox: the runner could not be told: %s\n", error.text);
	}
}

int cli_open_spool(const cli *cli, bool make, ox_spool **spool)
{
	char path[OX_SPOOL_PATH_MAX + 1];
	ox_spool_options options;
	ox_error error;
	int status = OX_OK;
	if (!cli->spool_path) {
		status = ox_spool_locate(NULL, NULL, path, &error);
	}
	if (status == OX_OK) {
		ox_spool_options_init(&options, cli->spool_path ? cli->spool_path : path);
		options.make = make;
		options.any_parent = cli->any_parent;
		options.any_filesystem = cli->any_filesystem;
		status = ox_spool_open(&options, spool, &error);
	}
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}
