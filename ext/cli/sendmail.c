/* SPDX-License-Identifier: MIT */
/* sendmail: what programs that know sendmail(8) call, PHP's sendmail_path first of all. A fixed list of
 * options and no shell: what an attacker smuggles into PHP's fifth argument (-X, -O, -C) is refused. */
#include "sendmail.h"

#include <string.h>

#include "message/sendmail.h"

static int wrong_option(const cli *cli, const char *word)
{
	return cli_wrong(cli, "option \"%.60s\" is not one of -t -i -oi -f -F -r -bm -bs -B --", word);
}

/* The value of an option: its rest, or the next word. */
static const char *value_of(int count, char **words, int *at)
{
	if (words[*at][2]) {
		return words[*at] + 2;
	}
	return *at + 1 < count ? words[++*at] : NULL;
}

/* One word that begins with '-'. */
static int take_option(const cli *cli, sendmail_wishes *wishes, int count, char **words, int *at)
{
	const char *word = words[*at], *value;
	unsigned option = ox_sendmail_option_of(word);
	wishes->from_header = wishes->from_header || (option & OX_SENDMAIL_FROM_HEADER);
	wishes->ignore_dot = wishes->ignore_dot || (option & OX_SENDMAIL_IGNORE_DOT);
	wishes->dialogue = wishes->dialogue || option == OX_SENDMAIL_DIALOGUE;
	if (option == OX_SENDMAIL_UNKNOWN) {
		return wrong_option(cli, word);
	}
	if (option != OX_SENDMAIL_SENDER && option != OX_SENDMAIL_NAME) {
		return EX_OK;
	}
	if (!(value = value_of(count, words, at))) {
		return cli_wrong(cli, "option \"%s\" needs a value", word);
	}
	if (option == OX_SENDMAIL_NAME) {
		wishes->name = value;
	} else {
		wishes->sender = ox_sendmail_sender_of(value);
	}
	return EX_OK;
}

/* Ours begin with two hyphens, as sendmail's never do. */
static int take_long(cli *cli, sendmail_wishes *wishes, int count, char **words, int *at)
{
	struct {
		const char *name;
		const char **place;
	} known[] = {{"--profile", &wishes->profile}, {"--tag", &wishes->tag}, {"--spool", &cli->spool_path}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t size = strlen(known[i].name);
		if (!strncmp(words[*at], known[i].name, size) && words[*at][size] == '=') {
			*known[i].place = words[*at] + size + 1;
			return EX_OK;
		}
		if (!strcmp(words[*at], known[i].name) && *at + 1 < count) {
			*known[i].place = words[++*at];
			return EX_OK;
		}
	}
	struct {
		const char *name;
		bool *place;
	} flags[] = {{"--quiet", &cli->quiet}, {"--any-parent", &cli->any_parent},
		{"--any-filesystem", &cli->any_filesystem}};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (!strcmp(words[*at], flags[i].name)) {
			*flags[i].place = true;
			return EX_OK;
		}
	}
	return wrong_option(cli, words[*at]);
}

static int take_words(cli *cli, sendmail_wishes *wishes, int count, char **words)
{
	bool only_addresses = false;
	for (int at = 1; at < count; at++) {
		int code = EX_OK;
		if (only_addresses || words[at][0] != '-') {
			words[wishes->recipient_count++] = words[at];
		} else if (!strcmp(words[at], "--")) {
			only_addresses = true;
		} else if (!strcmp(words[at], "--help")) {
			wishes->help = true;
		} else {
			code = words[at][1] == '-' ? take_long(cli, wishes, count, words, &at)
			                           : take_option(cli, wishes, count, words, &at);
		}
		if (code != EX_OK) {
			return code;
		}
	}
	wishes->recipients = words;
	return EX_OK;
}

static int queue_one(const cli *cli, const sendmail_wishes *wishes, ox_spool *spool)
{
	letter letter;
	ox_error error;
	ox_submission submission = {.profile = wishes->profile, .tag = wishes->tag, .class = OX_SPOOL_NORMAL};
	letter_init(&letter);
	int status = letter_read(&letter, stdin, wishes->ignore_dot ? LETTER_TO_END : LETTER_TO_DOT, NULL, &error);
	if (status == OX_OK) {
		status = letter_mend(&letter, wishes->sender, wishes->name, &error);
	}
	if (status == OX_OK) {
		status = letter_take(&letter, wishes->sender, wishes->recipients, wishes->recipient_count,
			wishes->from_header, &error);
	}
	if (status == OX_OK) {
		status = letter_queue(&letter, spool, &submission, &error);
	}
	letter_clear(&letter);
	return status == OX_OK ? EX_OK : cli_fail(cli, status, &error, NULL);
}

static int run(cli *cli, int count, char **words)
{
	char profile[65];
	ox_spool *spool = NULL;
	sendmail_wishes wishes = {0};
	int code = take_words(cli, &wishes, count, words);
	if (code != EX_OK) {
		return code;
	}
	if (wishes.help) {
		cli_help(&sendmail_command);
		return EX_OK;
	}
	if (!wishes.dialogue && !wishes.recipient_count && !wishes.from_header) {
		return cli_wrong(cli, "there is no recipient, and no -t to take them from the message");
	}
	code = cli_open_spool(cli, true, &spool);
	if (code == EX_OK) {
		code = letter_profile(cli, spool, wishes.profile, profile);
	}
	if (code == EX_OK) {
		wishes.profile = profile;
		code = wishes.dialogue ? sendmail_dialogue(cli, &wishes, spool) : queue_one(cli, &wishes, spool);
	}
	ox_spool_free(spool);
	return code;
}

const command sendmail_command = {"sendmail", "[OPTION]... [RECIPIENT]...",
	"Queues a message from standard input, as sendmail(8) does.",
	"  -t             recipients are those of To, Cc and Bcc\n"
	"  -i, -oi        a line with a single dot is not the end\n"
	"  -f ADDRESS     envelope sender (-r is the same); the sender of the message otherwise\n"
	"  -F NAME        name for a From field that is missing\n"
	"  -bs            speaks SMTP on standard input and output\n"
	"  -bm, -oem, -B8BITMIME ...  are accepted and change nothing; whatever else is refused\n"
	"  --profile NAME the relay profile; else \"default\", or the only one\n"
	"  --tag TAG      a word for the statistics\n\n"
	"In php.ini: sendmail_path = \"/usr/local/bin/outbox sendmail -t -i\"\n",
	run};
