/* SPDX-License-Identifier: MIT */
/* How the journal names people. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/privacy.h"
#include "spool_fixture.h"

static const ox_event_privacy hash = {OX_ADDRESSES_HASH, {1, 2, 3}}, other_hash = {OX_ADDRESSES_HASH, {4}},
	none = {.addresses = OX_ADDRESSES_NONE}, plain = {.addresses = OX_ADDRESSES_PLAIN};

static const char *masked_text(const ox_event_privacy *privacy, const char *text)
{
	static ox_event_room room;
	ox_spool_event masked;
	ox_event_mask(privacy, &(ox_spool_event){.text = text}, &masked, &room);
	return masked.text;
}

static void relays_repeat_addresses_in_their_words(void **state)
{
	static const struct {
		const char *text, *left;
	} cases[] = {
		{"5.1.1 <ann@example.org>: user unknown", "5.1.1 <...>: user unknown"},
		{"ann@example.org", "..."},
		{"no such user ann+tag@example.org.", "no such user ...."},
		{"a@b c@d.example", "... ..."},
		{"\"ann b\"@example.org is unknown", "... is unknown"},
		{"for ann@[192.0.2.1]: no", "for ...: no"},
		{"@example.org:bob@example.com", "...:..."},
		{"j\xc3\xb6rg@b\xc3\xbc" "cher.example", "..."},
		{"nobody here", "nobody here"},
		{"\"@", "..."},
		{"@", "..."},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		const char *left = masked_text(&none, cases[i].text);
		if (strcmp(left, cases[i].left) != 0) {
			fail_msg("%s: %s", cases[i].text, left);
		}
		assert_string_equal(masked_text(&plain, cases[i].text), cases[i].text);
	}
}

static void a_hash_is_the_same_for_the_same_address_of_a_spool_only(void **state)
{
	ox_event_room room;
	ox_spool_event masked, event = {.recipient = "Ann@Example.org"};
	char first[40];
	(void)state;
	ox_event_mask(&hash, &event, &masked, &room);
	snprintf(first, sizeof first, "%s", masked.recipient);
	assert_int_equal(strlen(first), 18);
	assert_memory_equal(first, "h:", 2);
	event.recipient = "ann@example.org";
	ox_event_mask(&hash, &event, &masked, &room);
	assert_string_equal(masked.recipient, first);
	assert_non_null(strstr(masked_text(&hash, "<ann@example.org> is unknown"), first));
	ox_event_mask(&other_hash, &event, &masked, &room);
	assert_string_not_equal(masked.recipient, first);
	ox_event_mask(&none, &event, &masked, &room);
	assert_null(masked.recipient);
}

static void a_transcript_is_told_in_plain_only(void **state)
{
	static const ox_event_privacy *const all[] = {&hash, &none, &plain};
	const ox_spool_event event = {.transcript = "C: RCPT TO:<ann@example.org>\n"};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(all); i++) {
		ox_event_room room;
		ox_spool_event masked;
		ox_event_mask(all[i], &event, &masked, &room);
		assert_true((masked.transcript != NULL) == (all[i] == &plain));
	}
}

static void long_words_are_cut_and_hold_no_address(void **state)
{
	char text[6000];
	(void)state;
	for (size_t i = 0; i + 12 < sizeof text; i += 11) {
		memcpy(text + i, "a@b.example ", 13);
	}
	assert_null(strchr(masked_text(&hash, text), '@'));
	assert_true(strlen(masked_text(&hash, text)) < 1024);
}

/* What is in the journal on the disk. */
static const char *journal(spool_fixture *fixture)
{
	static char text[4096];
	FILE *file = fopen(spool_at(fixture, "ev/1.log"), "r");
	size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
	if (file) {
		fclose(file);
	}
	text[size] = 0;
	return text;
}

static void append(spool_fixture *fixture, const char *recipient)
{
	const ox_spool_event event = {.at_ms = NOW_MS, .type = OX_EVENT_FAILED, .recipient = recipient,
		.text = "550 <ann@example.org> is unknown", .code = 550};
	assert_int_equal(ox_events_append(fixture->spool, &event, 1, &fixture->error), OX_OK);
}

static void the_setting_holds_for_what_is_written_from_then_on(void **state)
{
	spool_fixture *fixture = *state;
	ox_event_privacy before, after;
	append(fixture, "ann@example.org");
	assert_non_null(strstr(journal(fixture), "\"recipient\":\"ann@example.org\""));
	assert_int_equal(truncate(spool_at(fixture, "ev/1.log"), 0), 0);
	assert_int_equal(ox_event_privacy_write(fixture->spool, OX_ADDRESSES_HASH, &fixture->error), OX_OK);
	append(fixture, "ann@example.org");
	assert_null(strchr(journal(fixture), '@'));
	assert_non_null(strstr(journal(fixture), "\"recipient\":\"h:"));
	ox_event_privacy_read(fixture->spool, &before);
	assert_int_equal(ox_event_privacy_write(fixture->spool, OX_ADDRESSES_NONE, &fixture->error), OX_OK);
	assert_int_equal(truncate(spool_at(fixture, "ev/1.log"), 0), 0);
	append(fixture, "ann@example.org");
	assert_null(strchr(journal(fixture), '@'));
	assert_null(strstr(journal(fixture), "recipient"));
	ox_event_privacy_read(fixture->spool, &after);
	assert_memory_equal(before.key, after.key, sizeof after.key);
	assert_int_equal(ox_event_privacy_write(fixture->spool, OX_ADDRESSES_PLAIN, &fixture->error), OX_OK);
	append(fixture, "ann@example.org");
	assert_non_null(strstr(journal(fixture), "ann@example.org"));
}

static void a_setting_that_cannot_be_read_tells_nothing(void **state)
{
	static const char *const texts[] = {"", "addresses: plain\n", "addresses: all\nkey: 00112233445566778899aabbccddeeff\n",
		"addresses: plain\nkey: 00112233445566778899aabbccddeef\n", "addresses: plain\nkey: 0011223344556677 899aabbccddeeff\n"};
	spool_fixture *fixture = *state;
	ox_event_privacy privacy;
	assert_int_equal(ox_event_privacy_write(fixture->spool, OX_ADDRESSES_PLAIN, &fixture->error), OX_OK);
	for (size_t i = 0; i < OX_COUNT(texts); i++) {
		FILE *file = fopen(spool_at(fixture, "privacy"), "w");
		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		ox_event_privacy_read(fixture->spool, &privacy);
		assert_int_equal(privacy.addresses, OX_ADDRESSES_NONE);
	}
	assert_int_equal(ox_event_privacy_write(fixture->spool, OX_ADDRESSES_PLAIN, &fixture->error), OX_OK);
	ox_event_privacy_read(fixture->spool, &privacy);
	assert_int_equal(privacy.addresses, OX_ADDRESSES_PLAIN);
	assert_int_equal(chmod(spool_at(fixture, "privacy"), 0644), 0); /* others could have written it */
	ox_event_privacy_read(fixture->spool, &privacy);
	assert_int_equal(privacy.addresses, OX_ADDRESSES_NONE);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, spool_fixture_setup, spool_fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relays_repeat_addresses_in_their_words),
		cmocka_unit_test(a_hash_is_the_same_for_the_same_address_of_a_spool_only),
		cmocka_unit_test(a_transcript_is_told_in_plain_only),
		cmocka_unit_test(long_words_are_cut_and_hold_no_address),
		WITH(the_setting_holds_for_what_is_written_from_then_on),
		WITH(a_setting_that_cannot_be_read_tells_nothing),
	};
	return cmocka_run_group_tests_name("spool_privacy", tests, NULL, NULL);
}
