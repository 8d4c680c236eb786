/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "message/sendmail.h"
#include "net/platform.h"
#include "net/user.h"

static void options_are_a_fixed_list(void **state)
{
	(void)state;
	static const struct {
		const char *word;
		unsigned option;
	} cases[] = {
		{"-t", OX_SENDMAIL_FROM_HEADER}, {"-i", OX_SENDMAIL_IGNORE_DOT}, {"-oi", OX_SENDMAIL_IGNORE_DOT},
		{"-bs", OX_SENDMAIL_DIALOGUE}, {"-bm", OX_SENDMAIL_NOTHING}, {"-odq", OX_SENDMAIL_NOTHING},
		{"-f", OX_SENDMAIL_SENDER}, {"-fa@example.org", OX_SENDMAIL_SENDER}, {"-ra@example.org", OX_SENDMAIL_SENDER},
		{"-F", OX_SENDMAIL_NAME}, {"-FShop", OX_SENDMAIL_NAME}, {"", OX_SENDMAIL_UNKNOWN},
		{"-", OX_SENDMAIL_UNKNOWN}, {"--", OX_SENDMAIL_UNKNOWN}, {"-bd", OX_SENDMAIL_UNKNOWN},
		{"-be", OX_SENDMAIL_UNKNOWN}, {"-bi", OX_SENDMAIL_UNKNOWN}, {"-X/tmp/log", OX_SENDMAIL_UNKNOWN},
		{"-OQueueDirectory=/tmp", OX_SENDMAIL_UNKNOWN}, {"-oQ/tmp", OX_SENDMAIL_UNKNOWN}, {"-C/tmp/cf", OX_SENDMAIL_UNKNOWN},
		{"-ti", OX_SENDMAIL_FROM_HEADER | OX_SENDMAIL_IGNORE_DOT}, {"-it", OX_SENDMAIL_FROM_HEADER | OX_SENDMAIL_IGNORE_DOT},
		{"-tix", OX_SENDMAIL_UNKNOWN}, {"-B8BITMIME", OX_SENDMAIL_NOTHING}, {"-Bx", OX_SENDMAIL_UNKNOWN}, {"f", OX_SENDMAIL_UNKNOWN}, {"rs", OX_SENDMAIL_UNKNOWN},
		{"b@example.org", OX_SENDMAIL_UNKNOWN},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		if (ox_sendmail_option_of(cases[i].word) != cases[i].option) {
			fail_msg("\"%s\"", cases[i].word);
		}
	}
}

static void parameters_are_words_as_the_shell_would_cut_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *sender, *name; /* sender NULL = none */
	} cases[] = {
		{"", NULL, ""}, {" \t ", NULL, ""}, {"-t -i", NULL, ""}, {"-fa@b.example", "a@b.example", ""},
		{"  -f   a@b.example\t", "a@b.example", ""}, {"-ra@b.example -oi", "a@b.example", ""},
		{"-f 'a@b.example'", "a@b.example", ""}, {"-f\"a@b.example\"", "a@b.example", ""},
		{"'-fa@b.example'", "a@b.example", ""}, {"-f a'@b.'example", "a@b.example", ""},
		{"-F 'The \"Shop\"' -f a@b.example", "a@b.example", "The \"Shop\""}, {"-FShop", NULL, "Shop"},
		{"-f a@b.example -f c@d.example", "c@d.example", ""}, {"-f<>", "", ""}, {"-r <>", "", ""},
		{"-f o'brien@b.example", "o'brien@b.example", ""}, {"-f -t", "-t", ""},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_sendmail_parameters found;
		if (ox_sendmail_parse(cases[i].text, &found) != OX_OK || found.has_sender != !!cases[i].sender ||
			strcmp(found.sender, cases[i].sender ? cases[i].sender : "") || strcmp(found.name, cases[i].name)) {
			fail_msg("%s: sender %d \"%s\", name \"%s\"", cases[i].text, found.has_sender, found.sender, found.name);
		}
	}
}

static void whatever_else_stands_there_refuses_all(void **state)
{
	(void)state;
	static const char *const cases[] = {"-f", "-f ''", "-F", "-f a@b.example -F", "-X/tmp/x", "-X /tmp/x", "-t -C/tmp/cf",
		"-f a@b.example -OQueueDirectory=/tmp", "b@example.org", "-fa@b.example b@example.org", "-- b@example.org", "-bs",
		"''", "\"-X/tmp/x\"", "-f'a@b.example' '-X/tmp/x'", "-", "-it -B9BIT", "-f a@b.example;id", "-fa@b.example\n-X/tmp/x"};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_sendmail_parameters found;
		bool refused = ox_sendmail_parse(cases[i], &found) == OX_E_SYNTAX;
		/* What a shell would have made of ";id" is part of an address here, for others to refuse. */
		if (refused == !!strstr(cases[i], ";id")) {
			fail_msg("%s", cases[i]);
		}
	}
}

static void a_word_has_its_cap(void **state)
{
	(void)state;
	char text[OX_SENDMAIL_WORD_MAX + 2];
	ox_sendmail_parameters found;
	memset(text, 'a', sizeof text);
	memcpy(text, "-F", 2);
	text[OX_SENDMAIL_WORD_MAX] = 0;
	assert_int_equal(ox_sendmail_parse(text, &found), OX_OK);
	assert_int_equal(strlen(found.name), OX_SENDMAIL_WORD_MAX - 2);
	text[OX_SENDMAIL_WORD_MAX] = 'a';
	text[OX_SENDMAIL_WORD_MAX + 1] = 0;
	assert_int_equal(ox_sendmail_parse(text, &found), OX_E_SYNTAX);
	text[2] = '\'';
	text[OX_SENDMAIL_WORD_MAX] = '\'';
	assert_int_equal(ox_sendmail_parse(text, &found), OX_OK);
}

static void who_names_nobody_is_user_at_host(void **state)
{
	(void)state;
	char address[OX_USER_ADDRESS_SIZE], host[256];
	ox_user user;
	ox_user_address(address);
	ox_host_name(host, sizeof host);
	assert_true(ox_user_current(&user));
	assert_int_equal(strncmp(address, user.name, strlen(user.name)), 0);
	assert_string_equal(strchr(address, '@') + 1, ox_is_hostname(host) ? host : "localhost");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_a_fixed_list),
		cmocka_unit_test(parameters_are_words_as_the_shell_would_cut_them),
		cmocka_unit_test(whatever_else_stands_there_refuses_all),
		cmocka_unit_test(a_word_has_its_cap),
		cmocka_unit_test(who_names_nobody_is_user_at_host),
	};
	return cmocka_run_group_tests_name("sendmail", tests, NULL, NULL);
}
