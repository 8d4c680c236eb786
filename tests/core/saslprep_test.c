/* SPDX-License-Identifier: MIT */
/* SASLprep against RFC 4013 and RFC 3454. Without libidn only what holds for every build is asked. */
#include "test.h"

#include "base/saslprep.h"

#define A_KEY "\xf0\x9f\x94\x91" /* U+1F511, a key: younger than Unicode 3.2 */

typedef struct {
	const char *text, *query, *stored; /* NULL = refused */
} sample;

/* RFC 4013 3: the examples, in their order. */
static const sample of_rfc_4013[] = {
	{"I\xc2\xadX", "IX", "IX"},       /* soft hyphen: mapped to nothing */
	{"user", "user", "user"},         /* no change */
	{"USER", "USER", "USER"},         /* case preserved, not the same as the one above */
	{"\xc2\xaa", "a", "a"},           /* U+00AA: NFKC */
	{"\xe2\x85\xa8", "IX", "IX"},     /* U+2168: NFKC, the same as the first */
	{"\x07", NULL, NULL},             /* U+0007: prohibited */
	{"\xd8\xa7\x31", NULL, NULL},     /* U+0627 U+0031: bidirectional check */
};

static const sample others[] = {
	{"", NULL, NULL},
	{"\x7f", NULL, NULL},
	{"\xc3\x28", NULL, NULL},                     /* no UTF-8 */
	{"a b", "a b", "a b"},
	{"a\xc2\xa0" "b", "a b", "a b"},              /* no-break space becomes a space */
	{"e\xcc\x81", "\xc3\xa9", "\xc3\xa9"},        /* a decomposed accent is composed */
	{"\xc2\xad", NULL, NULL},                     /* nothing is left */
	{"\xc2\x80x", NULL, NULL},                    /* C.2.2: control */
	{"\xee\x80\x80", NULL, NULL},                 /* C.3: private use */
	{"\xef\xbf\xbe", NULL, NULL},                 /* C.4: no character */
	{"\xef\xbf\xbd", NULL, NULL},                 /* C.6: replacement character */
	{"\xe2\x80\x8e" "a", NULL, NULL},             /* C.8: left-to-right mark */
	{"\xd8\xa7", "\xd8\xa7", "\xd8\xa7"},         /* right to left alone */
	{"\xd8\xa7" "a\xd8\xa7", NULL, NULL},         /* both directions */
	{A_KEY, A_KEY, NULL},
};

static void assert_prepared(const char *text, ox_saslprep_use use, const char *expected)
{
	char *prepared = NULL;
	int status = ox_saslprep(text, use, &prepared);
	if (status != (expected ? OX_OK : OX_E_SYNTAX)) {
		fail_msg("\"%s\" (%s): status %d", text, use ? "stored" : "query", status);
	}
	if (expected) {
		assert_string_equal(prepared, expected);
	} else {
		assert_null(prepared);
	}
	ox_free_secret(prepared);
}

static void assert_all(const sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_prepared(samples[i].text, OX_SASLPREP_QUERY, samples[i].query);
		assert_prepared(samples[i].text, OX_SASLPREP_STORED, samples[i].stored);
	}
}

static void needs_the_library(void)
{
	if (!ox_saslprep_library()) {
		skip();
	}
}

static void the_examples_of_rfc_4013_come_out(void **state)
{
	(void)state;
	needs_the_library();
	assert_all(of_rfc_4013, OX_COUNT(of_rfc_4013));
}

static void mappings_prohibitions_and_directions_are_kept_to(void **state)
{
	(void)state;
	needs_the_library();
	assert_all(others, OX_COUNT(others));
}

static void the_longest_growth_fits(void **state)
{
	char text[3 * 100 + 1] = "";
	char *prepared = NULL;
	(void)state;
	needs_the_library();
	for (int i = 0; i < 100; i++) {
		memcpy(text + 3 * i, "\xef\xb7\xba", 4); /* U+FDFA: eighteen characters by NFKC */
	}
	assert_int_equal(ox_saslprep(text, OX_SASLPREP_STORED, &prepared), OX_OK);
	assert_int_equal(strlen(prepared), 3300);
	ox_free_secret(prepared);
}

static void text_outside_ascii_is_taken_with_the_library_only(void **state)
{
	static const char text[] = "gr\xc3\xbc\xc3\x9f" "e";
	(void)state;
	assert_prepared(text, OX_SASLPREP_QUERY, ox_saslprep_library() ? text : NULL);
	assert_prepared(text, OX_SASLPREP_STORED, ox_saslprep_library() ? text : NULL);
}

static void ascii_is_its_own_form_in_every_build(void **state)
{
	static const char ascii[] = " !\"#$%&'()*+,-./0123456789:;<=>?@ABC[\\]^_`xyz{|}~";
	(void)state;
	assert_prepared(ascii, OX_SASLPREP_STORED, ascii);
	assert_prepared("a\x1b", OX_SASLPREP_QUERY, NULL);
}

static void prepare_once(void)
{
	char *prepared = NULL;
	int status = ox_saslprep("gr\xc3\xbc\xc3\x9f" "e", OX_SASLPREP_STORED, &prepared);
	bool refused = status == OX_E_SYNTAX && !ox_saslprep_library();
	assert_true(status == OX_OK || status == OX_E_NOMEM || refused);
	assert_true((status == OX_OK) == (prepared != NULL));
	ox_free_secret(prepared);
}

static void memory_that_is_out_is_said(void **state)
{
	(void)state;
	ox_test_failing_allocations(prepare_once);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rfc_4013_come_out),
		cmocka_unit_test(mappings_prohibitions_and_directions_are_kept_to),
		cmocka_unit_test(the_longest_growth_fits),
		cmocka_unit_test(text_outside_ascii_is_taken_with_the_library_only),
		cmocka_unit_test(ascii_is_its_own_form_in_every_build),
		cmocka_unit_test(memory_that_is_out_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
