/* SPDX-License-Identifier: MIT */
/* profile: the relays of this spool. A profile that is saved again repairs the messages that name it. */
#include "origin.h"

#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "net/dial.h"
#include "spool/spool.h"

enum { OPTION_SET = 9000, SETTINGS_MAX = 64, ANSWER_MAX = 4096 };

typedef struct {
	origin origin;
	const char *settings[SETTINGS_MAX]; /* "name=value" */
	size_t setting_count;
} wishes;

/* A line from the terminal; shown NULL: as it is typed. The answer is the caller's to wipe. */
static bool ask(const char *question, bool secret, ox_buffer *answer)
{
	struct termios before, quiet;
	bool hidden = secret && tcgetattr(STDIN_FILENO, &before) == 0;
	int byte, status = OX_OK;
	fputs(question, stderr);
	if (hidden) {
		quiet = before;
		quiet.c_lflag &= (tcflag_t)~ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	while (status == OX_OK && (byte = getchar()) != EOF && byte != '\n') {
		status = ox_buffer_append_byte(answer, (uint8_t)byte);
	}
	if (hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	return status == OX_OK;
}

static int ask_for(ox_profile *profile, const char *name, const char *question, bool secret,
	ox_error *error)
{
	ox_buffer answer;
	ox_buffer_init_secret(&answer, ANSWER_MAX);
	int status = ask(question, secret, &answer) ? OX_OK : OX_E_LIMIT;
	if (status == OX_OK && !strcmp(name, "dsn")) {
		status = ox_relay_parse(&profile->relay, ox_buffer_text(&answer), error);
	} else if (status == OX_OK && answer.size) {
		status = ox_profile_set(profile, name, (ox_slice){ox_buffer_text(&answer), answer.size}, error);
	}
	ox_buffer_clear(&answer);
	return status;
}

static int ask_all(ox_profile *profile, ox_error *error)
{
	int status = ask_for(profile, "dsn", "Relay, smtps://HOST for port 465 or smtp://HOST for 587: ", false,
		error);
	if (status == OX_OK && !profile->relay.user) {
		status = ask_for(profile, "user", "User name (nothing where there is no login): ", false, error);
	}
	if (status == OX_OK && profile->relay.user && !profile->relay.password && !profile->relay.token) {
		status = ask_for(profile, "password", "Password (not shown): ", true, error);
	}
	return status;
}

static int set_all(const wishes *wishes, ox_profile *profile, ox_error *error)
{
	int status = OX_OK;
	for (size_t i = 0; status == OX_OK && i < wishes->setting_count; i++) {
		char name[64];
		const char *setting = wishes->settings[i], *equals = strchr(setting, '=');
		if (!equals || (size_t)(equals - setting) >= sizeof name) {
			return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
				"--set wants NAME=VALUE");
		}
		snprintf(name, sizeof name, "%.*s", (int)(equals - setting), setting);
		if (!strcmp(name, "password") || !strcmp(name, "token")) {
			return ox_error_set(error, OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE,
				"%s does not belong in a command line, which everybody can read: it is asked for, or is part "
				"of the DSN in --dsn-file", name);
		}
		status = ox_profile_set(profile, name, ox_slice_of(equals + 1), error);
	}
	return status;
}

/* From the terminal, from standard input, or from --dsn-file; then --set, and the defaults last. */
static int gather(const cli *cli, const wishes *wishes, ox_profile *profile)
{
	ox_error error;
	ox_buffer line;
	int status, code = EX_OK;
	ox_buffer_init_secret(&line, OX_RELAY_DSN_MAX);
	if (!wishes->origin.dsn_file && isatty(STDIN_FILENO)) {
		status = ask_all(profile, &error);
	} else {
		code = origin_read_line(cli, wishes->origin.dsn_file ? wishes->origin.dsn_file : "-", &line);
		status = code == EX_OK ? ox_relay_parse(&profile->relay, ox_buffer_text(&line), &error) : OX_OK;
	}
	ox_buffer_clear(&line);
	if (code == EX_OK && status == OX_OK) {
		status = set_all(wishes, profile, &error);
	}
	if (code == EX_OK && status == OX_OK) {
		status = ox_relay_finish(&profile->relay, policy_allows_insecure(&wishes->origin.policy), &error);
	}
	return code != EX_OK ? code : status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

/* What the host will not let anybody use is refused before mail waits for it. */
static int foresee(const cli *cli, wishes *wishes, const ox_relay *relay)
{
	ox_error error;
	ox_client_environment environment = policy_environment(&wishes->origin.policy);
	int status = ox_dial_foresee(environment.policy, relay->host, relay->port, &error);
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, relay);
}

static int save(const cli *cli, wishes *wishes, ox_spool *spool, const char *name)
{
	ox_profile profile;
	bool written = false;
	ox_error error;
	ox_profile_init(&profile);
	int code = policy_load(cli, &wishes->origin.policy);
	code = code == EX_OK ? gather(cli, wishes, &profile) : code;
	if (code == EX_OK) {
		code = foresee(cli, wishes, &profile.relay);
	}
	if (code == EX_OK) {
		int status = ox_profile_save(ox_spool_profiles(spool), name, &profile, &written, &error);
		code = status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
	}
	ox_profile_clear(&profile);
	if (code == EX_OK) {
		cli_wake(spool, OX_HINT_LOOK, NULL);
	}
	if (code == EX_OK && cli->json) {
		cli_print_json(json_pack("{s:s, s:b}", "name", name, "written", written));
	} else if (code == EX_OK && !cli->quiet) {
		printf("%s %s. Next: outbox check --profile %s\n", name, written ? "is saved" : "was so already", name);
	}
	return code;
}

/* The description as JSON, with its name. */
static json_t *describe(const ox_profile *profile, const char *name)
{
	ox_buffer text;
	ox_buffer_init(&text, OX_PROFILE_FILE_MAX);
	json_t *all = ox_profile_describe(profile, &text) == OX_OK ? json_loads(ox_buffer_text(&text), 0, NULL)
	                                                           : NULL;
	ox_buffer_clear(&text);
	all = all ? all : json_object();
	json_object_set_new(all, "name", json_string(name));
	return all;
}

static void print_line(const char *name, json_t *of)
{
	const char *user = json_string_value(json_object_get(of, "user"));
	printf("%-24s %s:%lld %s %s%s\n", name, json_string_value(json_object_get(of, "host")),
		(long long)json_integer_value(json_object_get(of, "port")),
		json_string_value(json_object_get(of, "tls")), user ? user : "(no login)",
		json_is_true(json_object_get(of, "password")) ? "" : user ? ", no password" : "");
}

static int show(const cli *cli, const wishes *wishes, ox_spool *spool, const char *name, bool line)
{
	ox_profile profile;
	ox_error error;
	ox_profile_init(&profile);
	int status = ox_profile_load(ox_spool_profiles(spool), name, true, &profile, &error);
	(void)wishes;
	if (status == OX_OK) {
		json_t *all = describe(&profile, name);
		if (cli->json) {
			cli_print_json(json_incref(all));
		} else if (line) {
			print_line(name, all);
		} else {
			json_dumpf(all, stdout, JSON_INDENT(2));
			fputc('\n', stdout);
		}
		json_decref(all);
	}
	ox_profile_clear(&profile);
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

static int list(const cli *cli, const wishes *wishes, ox_spool *spool)
{
	ox_buffer names;
	ox_error error;
	int code = EX_OK;
	ox_buffer_init(&names, OX_PROFILES_MAX * (OX_PROFILE_NAME_MAX + 1));
	int status = ox_profile_list(ox_spool_profiles(spool), &names, &error);
	if (status != OX_OK) {
		code = cli_fail(cli, status, &error, NULL);
	}
	const char *first = ox_buffer_text(&names);
	for (const char *name = first; name < first + names.size; name += strlen(name) + 1) {
		int shown = show(cli, wishes, spool, name, true);
		code = code == EX_OK ? shown : code;
	}
	ox_buffer_clear(&names);
	return code;
}

static int delete(const cli *cli, ox_spool *spool, const char *name)
{
	bool existed = false;
	ox_error error;
	int status = ox_profile_delete(ox_spool_profiles(spool), name, &existed, &error);
	if (status != OX_OK) {
		return cli_fail(cli, status, &error, NULL);
	}
	if (!cli->quiet && !cli->json) {
		printf(existed ? "%s is deleted; messages that name it wait until it is there again\n"
		               : "there is no profile %s\n", name);
	}
	return existed ? EX_OK : EX_NOTHING;
}

static int obey(const cli *cli, wishes *wishes, const char *verb, const char *name)
{
	ox_spool *spool = NULL;
	bool is_list = !strcmp(verb, "list"), is_save = !strcmp(verb, "save"), is_show = !strcmp(verb, "show");
	if (!is_list && !is_save && !is_show && strcmp(verb, "delete") != 0) {
		return cli_wrong(cli, "\"%s\" is not one of list, show, save, delete", verb);
	}
	if (is_list == (name != NULL)) {
		return cli_wrong(cli, is_list ? "list takes no name" : "the name of the profile is missing");
	}
	if (name && !ox_profile_name_is_good(ox_slice_of(name))) {
		return cli_wrong(cli, "a profile's name " OX_PROFILE_NAME_RULE);
	}
	int code = cli_open_spool(cli, is_save, &spool);
	if (code == EX_OK) {
		code = is_list ? list(cli, wishes, spool) : is_save ? save(cli, wishes, spool, name)
			: is_show ? show(cli, wishes, spool, name, false) : delete(cli, spool, name);
	}
	ox_spool_free(spool);
	return code;
}

static int run(cli *cli, int count, char **words)
{
	static const struct option options[] = {ORIGIN_OPTIONS, {"set", required_argument, NULL, OPTION_SET}, {0}};
	wishes wishes = {0};
	int option;
	while ((option = cli_option(cli, &profile_command, count, words, "", options)) != -1) {
		if (option == OPTION_SET && wishes.setting_count < SETTINGS_MAX) {
			wishes.settings[wishes.setting_count++] = optarg;
		} else if (option == ORIGIN_PROFILE || !origin_option(&wishes.origin, option, optarg)) {
			return option == '?' ? EX_USAGE : cli_wrong(cli, "that option is not for this command");
		}
	}
	if (optind >= count || count - optind > 2) {
		return cli_wrong(cli, "say list, show NAME, save NAME or delete NAME");
	}
	return obey(cli, &wishes, words[optind], optind + 1 < count ? words[optind + 1] : NULL);
}

const command profile_command = {"profile", "list | show NAME | save NAME [OPTION]... | delete NAME",
	"Keeps the relays that messages are sent through, with their logins.",
	"  --dsn-file FILE   save: a file whose first line is a DSN, - is standard input; without it the\n"
	"                    terminal is asked\n"
	"  --set NAME=VALUE  save: an option of the DSN, or connections, recipients_max, rate_second,\n"
	"                    rate_minute, rate_day, on_uncertain=resend|hold; as often as you like\n"
	"  --insecure        save: allows verify=0\n",
	run};
