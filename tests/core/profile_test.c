/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "relay/profile.h"

#define CANARY "c4nary-p4ssword"

static char folder[64];
static ox_error error;

static int make_folder(void **state)
{
	(void)state;
	memset(&error, 0, sizeof error);
	snprintf(folder, sizeof folder, "/tmp/profile_test.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	ox_buffer names;
	(void)state;
	ox_buffer_init(&names, 65536);
	(void)!ox_profile_list(folder, &names, NULL);
	for (size_t at = 0; at < names.size; at += strlen((char *)names.bytes + at) + 1) {
		char path[200];
		snprintf(path, sizeof path, "%s/%s", folder, (char *)names.bytes + at);
		unlink(path);
	}
	ox_buffer_clear(&names);
	return rmdir(folder);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	chmod(path, mode);
}

static ox_profile from_dsn(const char *dsn)
{
	ox_profile profile;
	ox_profile_init(&profile);
	if (ox_relay_parse(&profile.relay, dsn, &error) != OX_OK ||
		ox_relay_finish(&profile.relay, true, &error) != OX_OK) {
		fail_msg("%s: %s", dsn, error.text);
	}
	return profile;
}

static void set(ox_profile *profile, const char *name, const char *value)
{
	if (ox_profile_set(profile, name, ox_slice_of(value), &error) != OX_OK) {
		fail_msg("%s=%s: %s", name, value, error.text);
	}
}

static bool save(const char *name, const ox_profile *profile)
{
	bool written;
	if (ox_profile_save(folder, name, profile, &written, &error) != OX_OK) {
		fail_msg("%s: %s", name, error.text);
	}
	return written;
}

static const char *const dsns[] = {
	"smtps://me:" CANARY "@smtp.gmail.com",
	"smtp://mail.example.com",
	"smtp://[fe80::1%25eth0]:25?tls=none&profile=home",
	"smtps://me@example.com:p%C3%A4ss%FF%FE@mail.example.com:4465?tls_min=1.3&window=1&max_messages=7",
	"smtp://me:p@mail.example.com?auth=PLAIN,scram-sha-256&timeout=1.25&connect_timeout=0.001&idle=3600",
	"smtp://mail.example.com?cert=/a.pem&key=/b.pem&ca_file=/c.pem&auth=external&ehlo=www.example.com",
	"smtp://mail.example.com?verify=0&pin=sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	"smtp://mail.example.com?proxy=socks5h://u:" CANARY "@proxy:1080&source=192.0.2.1&recipients=all",
	"smtp://me@mail.example.com?token=" CANARY "&total_timeout=60&tls=opportunistic",
};

static void a_loaded_profile_is_the_saved_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(dsns); i++) {
		ox_profile saved = from_dsn(dsns[i]), loaded;
		uint8_t a[OX_RELAY_KEY_SIZE], b[OX_RELAY_KEY_SIZE];
		set(&saved, "connections", "2");
		set(&saved, "rate_day", "0");
		set(&saved, "on_uncertain", "hold");
		assert_true(save("it", &saved));
		ox_profile_init(&loaded);
		if (ox_profile_load(folder, "it", true, &loaded, &error) != OX_OK) {
			fail_msg("%s: %s", dsns[i], error.text);
		}
		assert_int_equal(ox_relay_key(&saved.relay, a), OX_OK);
		assert_int_equal(ox_relay_key(&loaded.relay, b), OX_OK);
		assert_memory_equal(a, b, sizeof a);
		assert_int_equal(saved.relay.idle_ms, loaded.relay.idle_ms);
		assert_int_equal(saved.relay.total_timeout_ms, loaded.relay.total_timeout_ms);
		assert_int_equal(saved.relay.connect_timeout_ms, loaded.relay.connect_timeout_ms);
		assert_int_equal(saved.relay.all_or_nothing, loaded.relay.all_or_nothing);
		assert_int_equal(loaded.connections, 2);
		assert_int_equal(loaded.queue_given, saved.queue_given);
		assert_true(ox_profile_limits_of(&loaded).hold_uncertain);
		ox_profile_clear(&saved);
		ox_profile_clear(&loaded);
	}
}

static void saving_the_same_again_writes_nothing(void **state)
{
	uint64_t first, second, third;
	(void)state;
	ox_profile profile = from_dsn(dsns[0]);
	assert_true(save("it", &profile));
	assert_int_equal(ox_profile_stamp(folder, "it", &first), OX_OK);
	assert_false(save("it", &profile));
	assert_int_equal(ox_profile_stamp(folder, "it", &second), OX_OK);
	assert_true(first && first == second);
	set(&profile, "password", "another");
	assert_true(save("it", &profile));
	assert_int_equal(ox_profile_stamp(folder, "it", &third), OX_OK);
	assert_true(third != first);
	ox_profile_clear(&profile);
}

/* Keeps it until it is remembered: a file that was just written is not. */
static void keep_and_remember(const ox_profile *profile, ox_profile_seen *seen)
{
	do {
		assert_int_equal(ox_profile_keep(folder, "it", profile, seen, &error), OX_OK);
	} while (!seen->stamp);
}

static void write_over(const char *path)
{
	struct stat before;
	assert_int_equal(stat(path, &before), 0);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	fputs("{ }", file);
	fclose(file);
	const struct timespec times[] = {before.st_atim, before.st_mtim};
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0); /* only the time of the change tells */
}

static void open_to_others(const char *path)
{
	assert_int_equal(chmod(path, 0644), 0);
}

static void take_away(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static void put_another_there(const char *path)
{
	(void)path;
	ox_profile other = from_dsn(dsns[0]);
	set(&other, "password", "another");
	save("it", &other);
	ox_profile_clear(&other);
}

static void a_kept_profile_is_what_was_meant_whatever_became_of_its_file(void **state)
{
	void (*const meddles[])(const char *path) = {write_over, open_to_others, take_away, put_another_there};
	char path[128];
	struct stat found;
	bool written;
	(void)state;
	snprintf(path, sizeof path, "%s/it", folder);
	ox_profile profile = from_dsn(dsns[0]);
	for (size_t i = 0; i < OX_COUNT(meddles); i++) {
		ox_profile_seen seen = {.stamp = 0};
		keep_and_remember(&profile, &seen);
		meddles[i](path);
		assert_int_equal(ox_profile_keep(folder, "it", &profile, &seen, &error), OX_OK);
		assert_int_equal(ox_profile_save(folder, "it", &profile, &written, &error), OX_OK);
		assert_false(written);
		assert_int_equal(stat(path, &found), 0);
		assert_int_equal(found.st_mode & 0777, 0600);
	}
	ox_profile_clear(&profile);
}

static void another_secret_is_kept_although_the_file_is_the_same(void **state)
{
	ox_profile_seen seen = {.stamp = 0};
	uint64_t before, after;
	(void)state;
	ox_profile profile = from_dsn(dsns[0]);
	keep_and_remember(&profile, &seen);
	before = seen.stamp;
	set(&profile, "password", "another");
	assert_int_equal(ox_profile_keep(folder, "it", &profile, &seen, &error), OX_OK);
	assert_int_equal(ox_profile_stamp(folder, "it", &after), OX_OK);
	assert_true(after != before);
	ox_profile_clear(&profile);
}

static void the_file_is_private(void **state)
{
	char path[128];
	struct stat found;
	(void)state;
	mode_t before = umask(0);
	ox_profile profile = from_dsn(dsns[0]);
	save("it", &profile);
	umask(before);
	ox_profile_clear(&profile);
	snprintf(path, sizeof path, "%s/it", folder);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
}

static void a_file_that_others_may_read_is_refused(void **state)
{
	(void)state;
	write_file("it", "{\"version\": 1, \"relay\": {\"host\": \"a.example\"}}", 0644);
	ox_profile profile;
	ox_profile_init(&profile);
	assert_int_equal(ox_profile_load(folder, "it", true, &profile, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_STORAGE);
	assert_false(ox_profile_is_missing(&error));
	ox_profile_clear(&profile);
}

static void a_missing_profile_is_told_from_a_broken_one(void **state)
{
	uint64_t stamp = 1;
	bool existed = true;
	(void)state;
	ox_profile profile;
	ox_profile_init(&profile);
	assert_int_equal(ox_profile_load(folder, "it", true, &profile, &error), OX_E_FAILED);
	assert_true(ox_profile_is_missing(&error));
	assert_int_equal(ox_profile_stamp(folder, "it", &stamp), OX_OK);
	assert_int_equal(stamp, 0);
	assert_int_equal(ox_profile_delete(folder, "it", &existed, &error), OX_OK);
	assert_false(existed);
	ox_profile saved = from_dsn(dsns[1]);
	save("it", &saved);
	assert_int_equal(ox_profile_delete(folder, "it", &existed, &error), OX_OK);
	assert_true(existed);
	ox_profile_clear(&saved);
	ox_profile_clear(&profile);
}

static void names_are_listed_in_order(void **state)
{
	ox_buffer names;
	(void)state;
	ox_profile profile = from_dsn(dsns[1]);
	save("zebra", &profile);
	save("a", &profile);
	save("Gmail-2", &profile);
	write_file("no profile", "x", 0600);
	ox_buffer_init(&names, 1000);
	assert_int_equal(ox_profile_list(folder, &names, &error), OX_OK);
	assert_int_equal(names.size, sizeof "Gmail-2\0a\0zebra");
	assert_memory_equal(names.bytes, "Gmail-2\0a\0zebra", names.size);
	ox_buffer_clear(&names);
	ox_profile_clear(&profile);
	char path[128];
	snprintf(path, sizeof path, "%s/no profile", folder);
	unlink(path);
}

static void there_are_not_more_than_a_queue_can_work_with(void **state)
{
	ox_profile profile = from_dsn(dsns[0]);
	bool written, existed;
	char name[32];
	(void)state;
	for (int i = 0; i < OX_PROFILES_MAX; i++) {
		snprintf(name, sizeof name, "p%d", i);
		write_file(name, "{}", 0600);
	}
	assert_true(save("p5", &profile));
	assert_int_equal(ox_profile_save(folder, "new", &profile, &written, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_STORAGE);
	assert_non_null(strstr(error.text, "as many as a queue may have"));
	assert_int_equal(ox_profile_delete(folder, "p6", &existed, &error), OX_OK);
	assert_true(save("new", &profile));
	ox_profile_clear(&profile);
}

static void the_one_that_is_meant_is_default_or_the_only_one(void **state)
{
	char name[OX_PROFILE_NAME_MAX + 1];
	(void)state;
	ox_profile profile = from_dsn(dsns[1]);
	assert_int_equal(ox_profile_choose(folder, name, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_USAGE);
	save("shop", &profile);
	assert_int_equal(ox_profile_choose(folder, name, &error), OX_OK);
	assert_string_equal(name, "shop");
	save("blog", &profile);
	assert_int_equal(ox_profile_choose(folder, name, &error), OX_E_FAILED);
	assert_non_null(strstr(error.text, "several"));
	save("default", &profile);
	assert_int_equal(ox_profile_choose(folder, name, &error), OX_OK);
	assert_string_equal(name, "default");
	ox_profile_clear(&profile);
}

static void bad_names_never_reach_the_disk(void **state)
{
	static const char *const names[] = {"", ".", "..", ".a", "-a", "_a", "a/b", "../a", "a b", "a\n", "\xc3\xa4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	bool flag;
	(void)state;
	ox_profile profile = from_dsn(dsns[1]);
	for (size_t i = 0; i < OX_COUNT(names); i++) {
		assert_int_equal(ox_profile_save(folder, names[i], &profile, &flag, &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_int_equal(ox_profile_delete(folder, names[i], &flag, &error), OX_E_FAILED);
		assert_int_equal(ox_profile_load(folder, names[i], true, &profile, &error), OX_E_FAILED);
	}
	assert_int_equal(ox_relay_set(&profile.relay, "profile", ox_slice_of("a/b"), &error), OX_E_FAILED);
	ox_profile_clear(&profile);
}

static void what_a_file_should_not_hold_is_named_and_never_quoted(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "is not JSON"},
		{"[]", "is no JSON object"},
		{"{\"version\": 2, \"relay\": {}}", "version"},
		{"{\"version\": 1}", "no object \"relay\""},
		{"{\"version\": 1, \"relay\": {}}", "host: is missing"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"paswort\": \"" CANARY "\"}}", "password?"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"password\": " CANARY "}}", "line 1"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"password\": \"" CANARY "\"}}", "user"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"port\": \"" CANARY "\"}}", "port: must be"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"host\": \"b.example\"}}", "is not JSON"},
		{"{\"version\": 1, \"relay\": {\"host\": [\"" CANARY "\"]}}", "no text"},
		{"{\"version\": 1, \"relay\": {\"host\": {\"base64\": \"" CANARY "\"}}}", "host: is not base64"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\"}, \"queue\": {\"port\": 25}}", "\"queue\""},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"connections\": 2}}", "unknown option"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\"}, \"queue\": {\"connections\": 99}}",
			"connections: must be"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\"}, \"queue\": {\"on_uncertain\": 1}}",
			"on_uncertain: must be resend or hold"},
		{"{\"version\": 1, \"relay\": {\"host\": \"a.example\"}, \"secrets\": \"" CANARY "\"}", "beside"},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_profile profile;
		ox_profile_init(&profile);
		assert_int_equal(ox_profile_parse(ox_slice_of(cases[i].text), true, &profile, &error), OX_E_FAILED);
		if (!strstr(error.text, cases[i].says)) {
			fail_msg("%s: %s", cases[i].text, error.text);
		}
		assert_null(strstr(error.text, CANARY));
		ox_profile_clear(&profile);
	}
}

static void people_may_write_numbers_and_truths(void **state)
{
	(void)state;
	ox_profile profile;
	ox_profile_init(&profile);
	const char *text = "{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"port\": 25, \"verify\": true},"
					   " \"queue\": {\"connections\": 5, \"recipients_max\": \"20\"}}";
	assert_int_equal(ox_profile_parse(ox_slice_of(text), false, &profile, &error), OX_OK);
	assert_int_equal(profile.relay.port, 25);
	assert_int_equal(ox_profile_limits_of(&profile).connections, 5);
	assert_int_equal(ox_profile_limits_of(&profile).recipients_max, 20);
	ox_profile_clear(&profile);
}

static void insecure_relays_need_the_administrator(void **state)
{
	(void)state;
	const char *text = "{\"version\": 1, \"relay\": {\"host\": \"a.example\", \"verify\": \"0\"}}";
	ox_profile profile;
	ox_profile_init(&profile);
	assert_int_equal(ox_profile_parse(ox_slice_of(text), false, &profile, &error), OX_E_FAILED);
	ox_profile_clear(&profile);
	ox_profile_init(&profile);
	assert_int_equal(ox_profile_parse(ox_slice_of(text), true, &profile, &error), OX_OK);
	ox_profile_clear(&profile);
}

static void a_description_tells_no_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(dsns); i++) {
		ox_profile profile = from_dsn(dsns[i]);
		ox_buffer json;
		ox_buffer_init(&json, 65536);
		assert_int_equal(ox_profile_describe(&profile, &json), OX_OK);
		assert_null(strstr(ox_buffer_text(&json), CANARY));
		assert_non_null(strstr(ox_buffer_text(&json), "\"host\":"));
		if (profile.relay.password || profile.relay.token) {
			assert_non_null(strstr(ox_buffer_text(&json), ":true"));
		}
		ox_buffer_clear(&json);
		ox_profile_clear(&profile);
	}
}

static void a_proxy_is_shown_without_its_account(void **state)
{
	(void)state;
	ox_profile profile = from_dsn(dsns[7]);
	ox_buffer json;
	ox_buffer_init(&json, 65536);
	assert_int_equal(ox_profile_describe(&profile, &json), OX_OK);
	assert_non_null(strstr(ox_buffer_text(&json), "\"socks5h://proxy:1080\""));
	ox_buffer_clear(&json);
	ox_profile_clear(&profile);
}

static void dropped_secrets_are_gone_and_the_rest_stays(void **state)
{
	(void)state;
	ox_profile profile = from_dsn(dsns[0]);
	ox_profile_drop_secrets(&profile);
	assert_null(profile.relay.password);
	assert_string_equal(profile.relay.user, "me");
	ox_profile_clear(&profile);
}

static void another_password_keeps_the_made_name(void **state)
{
	char a[OX_PROFILE_MADE_NAME_SIZE], b[OX_PROFILE_MADE_NAME_SIZE], c[OX_PROFILE_MADE_NAME_SIZE];
	(void)state;
	ox_profile one = from_dsn("smtps://me:one@smtp.example.com"), two = from_dsn("smtps://me:two@smtp.example.com"),
			   other = from_dsn("smtps://you:one@smtp.example.com"),
			   address = from_dsn("smtp://[::1]:25?tls=none");
	assert_int_equal(ox_profile_make_name(&one.relay, a), OX_OK);
	assert_int_equal(ox_profile_make_name(&two.relay, b), OX_OK);
	assert_int_equal(ox_profile_make_name(&other.relay, c), OX_OK);
	assert_string_equal(a, b);
	assert_string_not_equal(a, c);
	assert_int_equal(strncmp(a, "smtp.example.com-", 17), 0);
	assert_int_equal(ox_profile_make_name(&address.relay, c), OX_OK);
	assert_true(ox_profile_name_is_good(ox_slice_of(c)));
	ox_profile_clear(&one);
	ox_profile_clear(&two);
	ox_profile_clear(&other);
	ox_profile_clear(&address);
}

static void limits_come_from_profile_then_provider_then_us(void **state)
{
	(void)state;
	ox_profile office = from_dsn("smtp://me:p@smtp.office365.com"), plain = from_dsn(dsns[1]),
			   yahoo = from_dsn("smtps://me:p@smtp.mail.yahoo.com");
	assert_int_equal(ox_profile_limits_of(&office).rate_minute, 30);
	assert_int_equal(ox_profile_limits_of(&office).connections, 3);
	set(&office, "rate_minute", "0");
	set(&office, "connections", "1");
	assert_int_equal(ox_profile_limits_of(&office).rate_minute, 0);
	assert_int_equal(ox_profile_limits_of(&office).connections, 1);
	assert_int_equal(ox_profile_limits_of(&plain).connections, OX_PROFILE_CONNECTIONS);
	assert_int_equal(ox_profile_limits_of(&plain).rate_day, 0);
	assert_int_equal(ox_profile_limits_of(&yahoo).recipients_max, 100);
	assert_int_equal(ox_profile_limits_of(&yahoo).rate_day, 500);
	assert_int_equal(yahoo.relay.max_messages, 20);
	ox_profile_clear(&office);
	ox_profile_clear(&plain);
	ox_profile_clear(&yahoo);
}

static void profile_scenario(void)
{
	bool written;
	char name[OX_PROFILE_NAME_MAX + 1];
	ox_profile profile, loaded;
	ox_buffer names, json;
	ox_profile_init(&profile);
	ox_profile_init(&loaded);
	ox_buffer_init(&names, 1000);
	ox_buffer_init(&json, 10000);
	if (ox_relay_parse(&profile.relay, dsns[3], &error) == OX_OK &&
		ox_relay_finish(&profile.relay, true, &error) == OX_OK) {
		(void)!ox_profile_save(folder, "it", &profile, &written, &error);
		(void)!ox_profile_load(folder, "it", true, &loaded, &error);
		(void)!ox_profile_list(folder, &names, &error);
		(void)!ox_profile_choose(folder, name, &error);
		(void)!ox_profile_describe(&profile, &json);
	}
	ox_buffer_clear(&names);
	ox_buffer_clear(&json);
	ox_profile_clear(&profile);
	ox_profile_clear(&loaded);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	ox_profile_wipe_memory(); /* jansson's allocations are ours then, and fail, too */
	ox_test_failing_allocations(profile_scenario);
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_loaded_profile_is_the_saved_one),
		WITH_FOLDER(saving_the_same_again_writes_nothing),
		WITH_FOLDER(a_kept_profile_is_what_was_meant_whatever_became_of_its_file),
		WITH_FOLDER(another_secret_is_kept_although_the_file_is_the_same),
		WITH_FOLDER(the_file_is_private),
		WITH_FOLDER(a_file_that_others_may_read_is_refused),
		WITH_FOLDER(a_missing_profile_is_told_from_a_broken_one),
		WITH_FOLDER(names_are_listed_in_order),
		WITH_FOLDER(there_are_not_more_than_a_queue_can_work_with),
		WITH_FOLDER(the_one_that_is_meant_is_default_or_the_only_one),
		WITH_FOLDER(bad_names_never_reach_the_disk),
		cmocka_unit_test(what_a_file_should_not_hold_is_named_and_never_quoted),
		cmocka_unit_test(people_may_write_numbers_and_truths),
		cmocka_unit_test(insecure_relays_need_the_administrator),
		cmocka_unit_test(a_description_tells_no_secret),
		cmocka_unit_test(a_proxy_is_shown_without_its_account),
		cmocka_unit_test(dropped_secrets_are_gone_and_the_rest_stays),
		cmocka_unit_test(another_password_keeps_the_made_name),
		cmocka_unit_test(limits_come_from_profile_then_provider_then_us),
		WITH_FOLDER(every_allocation_may_fail),
	};
	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
