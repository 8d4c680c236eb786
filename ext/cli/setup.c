/* SPDX-License-Identifier: MIT */
/* setup: makes the spool of a user, and names the users that PHP runs as here. */
#include "cli.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/string.h"
#include "spool/privacy.h"
#include "spool/spool.h"

enum { OPTION_USER = 5000, OPTION_ROOT, OPTION_EVENTS, USERS_MAX = 64, NAME_MAX_HERE = 64 };

typedef struct {
	char names[USERS_MAX][NAME_MAX_HERE];
	size_t count;
} found_users;

static void remember(found_users *users, const char *name, size_t size)
{
	if (!size || size >= NAME_MAX_HERE || users->count == USERS_MAX || ox_has_control(name, size)) {
		return;
	}
	for (size_t i = 0; i < users->count; i++) {
		if (ox_slice_is((ox_slice){name, size}, users->names[i])) {
			return;
		}
	}
	memcpy(users->names[users->count], name, size);
	users->names[users->count++][size] = 0;
}

/* "user = www-data" of a pool of PHP-FPM, "export APACHE_RUN_USER=www-data" of Apache. */
static void read_settings(found_users *users, const char *path, const char *key)
{
	char line[1024];
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file)) {
		const char *at = line + strspn(line, " \t");
		if (strncmp(at, key, strlen(key)) != 0) {
			continue;
		}
		at += strlen(key);
		at += strspn(at, " \t=");
		remember(users, at, strcspn(at, " \t\r\n;#\"'"));
	}
	if (file) {
		(void)fclose(file);
	}
}

static void read_pools(found_users *users, const char *version)
{
	char path[600];
	snprintf(path, sizeof path, "/etc/php/%.100s/fpm/pool.d", version);
	DIR *pools = opendir(path);
	for (struct dirent *entry; pools && (entry = readdir(pools));) {
		size_t size = strlen(entry->d_name);
		if (size > 5 && !strcmp(entry->d_name + size - 5, ".conf")) {
			snprintf(path, sizeof path, "/etc/php/%.100s/fpm/pool.d/%.255s", version, entry->d_name);
			read_settings(users, path, "user");
		}
	}
	if (pools) {
		(void)closedir(pools);
	}
}

static void find_users(found_users *users)
{
	DIR *versions = opendir("/etc/php");
	for (struct dirent *entry; versions && (entry = readdir(versions));) {
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
			read_pools(users, entry->d_name);
		}
	}
	if (versions) {
		(void)closedir(versions);
	}
	read_settings(users, "/etc/apache2/envvars", "export APACHE_RUN_USER");
}

/* The directory is the user's: what is in it, he makes himself at his first message. */
static int prepare(const cli *cli, const char *root, const char *name, json_t *made)
{
	char path[OX_SPOOL_PATH_MAX + 1];
	ox_user user;
	ox_error error;
	if (name && !ox_user_find(name, &user)) {
		fprintf(stderr, "outbox setup: there is no user \"%s\"\n", name);
		return EX_NOUSER;
	}
	int status = ox_spool_prepare(root, name ? &user : NULL, path, &error);
	if (status != OX_OK) {
		return cli_fail(cli, status, &error, NULL);
	}
	if (cli->json) {
		json_array_append_new(made, json_pack("{s:s, s:s}", "path", path, "user", name ? name : ""));
	} else if (!cli->quiet) {
		cli_paint(cli, stdout, PAINT_GREEN, "%s", path);
		printf(" is the spool of %s\n", name ? name : "the current user");
	}
	return EX_OK;
}

static void say_next(const cli *cli, const found_users *users, bool root)
{
	if (cli->json || cli->quiet) {
		return;
	}
	for (size_t i = 0; i < users->count; i++) {
		printf("PHP runs as %s here%s\n", users->names[i], root ? "" : "; as root: outbox setup --user U");
	}
	const char *user = users->count ? users->names[0] : "USER";
	if (root) { /* whose queue would be root's own, where PHP puts nothing */
		printf("Next, as that user: runuser -u %s -- outbox profile save default (asks for the relay),\n"
			"then runuser -u %s -- outbox check.\n", user, user);
	} else {
		printf("Next: outbox profile save default (asks for the relay), then outbox check.\n");
	}
	printf("So that deferred mail leaves without visitors, too, add one of\n"
		"  * * * * * %s /usr/local/bin/outbox run --once --quiet      (in /etc/cron.d/outbox)\n"
		"  systemctl enable --now outbox@$(id -u %s).timer\n", user, user);
}

/* The user's own: root cannot write into what is to belong to another one. */
static int set_addresses(const cli *cli, const char *word, bool alone)
{
	ox_event_addresses addresses;
	ox_spool *spool = NULL;
	ox_error error;
	if (!alone) {
		return cli_wrong(cli, "--events-addresses stands alone, with --spool at most; as that user: runuser -u USER -- "
			"outbox setup --events-addresses WORD");
	}
	if (!ox_event_addresses_of(word, &addresses)) {
		return cli_wrong(cli, "--events-addresses is plain, hash or none");
	}
	int code = cli_open_spool(cli, true, &spool);
	if (code != EX_OK) {
		return code;
	}
	int status = ox_event_privacy_write(spool, addresses, &error);
	if (status != OX_OK) {
		code = cli_fail(cli, status, &error, NULL);
	} else if (cli->json) {
		cli_print_json(json_pack("{s:s, s:s}", "path", ox_spool_path(spool), "events_addresses", word));
	} else if (!cli->quiet) {
		printf("Events of %s name recipients from now on: %s\n", ox_spool_path(spool), word);
	}
	ox_spool_free(spool);
	return code;
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {{"user", required_argument, NULL, OPTION_USER},
		{"root", required_argument, NULL, OPTION_ROOT},
		{"events-addresses", required_argument, NULL, OPTION_EVENTS}, {0}};
	static found_users users;
	const char *root = NULL, *addresses = NULL;
	bool named = false, is_root = geteuid() == 0;
	int option, code = EX_OK;
	json_t *made = json_array();
	while (code == EX_OK && (option = cli_option(cli, &setup_command, count, words, "", options)) != -1) {
		switch (option) {
		case OPTION_ROOT: root = optarg; break;
		case OPTION_EVENTS: addresses = optarg; break;
		case OPTION_USER: named = true; code = prepare(cli, root, optarg, made); break;
		default: code = EX_USAGE;
		}
	}
	if (code == EX_OK && optind < count) {
		code = cli_wrong(cli, "\"%s\" is too much", words[optind]);
	}
	if (code == EX_OK && addresses) {
		json_decref(made);
		return set_addresses(cli, addresses, !named && !root);
	}
	find_users(&users);
	for (size_t i = 0; code == EX_OK && !named && is_root && i < users.count; i++) {
		code = prepare(cli, root, users.names[i], made);
	}
	if (code == EX_OK && !named && (!is_root || !users.count)) {
		code = prepare(cli, root, NULL, made);
	}
	if (code == EX_OK) {
		say_next(cli, &users, is_root);
	}
	if (code == EX_OK && cli->json) {
		cli_print_json(json_incref(made));
	}
	json_decref(made);
	return code;
}

const command setup_command = {"setup", "[--root DIR] [--user USER]... | --events-addresses WORD",
	"Makes the spool of a user; as root, of all users that PHP runs as here.",
	"  --user USER  this one, by name or number; as often as you like\n"
	"  --root DIR   where the spools of all users are, instead of " OX_SPOOL_ROOT "; before --user\n"
	"  --events-addresses WORD  how the events of your own spool name recipients from now on: plain, hash\n"
	"               (the same person gives the same word), none\n",
	run};
