/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/private_key.h"
#include "message/canonical.h"
#include "message/dkim.h"
#include "private_keys.h"

#define HEADER                                                                                     \
	"From: Joe SixPack <joe@football.example.com>\r\n"                                             \
	"To: Suzie Q <suzie@shopping.example.net>\r\n"                                                 \
	"Subject: Is dinner ready?\r\n"                                                                \
	"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"                                              \
	"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
#define BODY "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
#define NOW 1528637909

static ox_dkim_options options_of(const char *pem)
{
	return (ox_dkim_options){.domain = ox_slice_of("football.example.com"),
							 .selector = ox_slice_of("brisbane"),
							 .private_key = ox_slice_of(pem)};
}

static ox_dkim_signer *signer_of(const ox_dkim_options *options)
{
	ox_dkim_signer *signer;
	ox_dkim_argument argument;
	ox_error error = {0};
	if (ox_dkim_signer_new(&signer, options, &argument, &error) != OX_OK) {
		fail_msg("%s", error.text);
	}
	return signer;
}

/* The fields that sign header and body, the body fed `cut` octets at a time. */
static void sign(ox_buffer *out, const ox_dkim_signer *const *signers, size_t count,
	const char *header, const char *body, size_t cut)
{
	ox_dkim_signing *signing;
	ox_slice rest = ox_slice_of(body);
	ox_buffer_init(out, 1 << 20);
	assert_int_equal(ox_dkim_begin(&signing, signers, count, ox_slice_of(header), NULL), OX_OK);
	while (rest.size) {
		size_t size = rest.size < cut ? rest.size : cut;
		assert_int_equal(ox_dkim_feed(signing, (ox_slice){rest.at, size}, NULL), OX_OK);
		rest = (ox_slice){rest.at + size, rest.size - size};
	}
	assert_int_equal(ox_dkim_finish(signing, NOW, out, NULL), OX_OK);
	ox_dkim_free(signing);
}

static void sign_with(ox_buffer *out, const ox_dkim_options *options, const char *header,
	const char *body)
{
	ox_dkim_signer *signer = signer_of(options);
	sign(out, (const ox_dkim_signer *const *)&signer, 1, header, body, SIZE_MAX);
	ox_dkim_signer_free(signer);
}

/* The value of a tag without its folds; lives until the next call. */
static const char *tag(const ox_buffer *field, const char *name)
{
	static char value[8192];
	size_t size = 0;
	const char *at = ox_buffer_text(field);
	while ((at = strstr(at, name)) && !strchr(" \t", at[-1])) {
		at++;
	}
	assert_non_null(at);
	for (at += strlen(name); *at && *at != ';'; at++) {
		if (!strchr("\r\n\t ", *at)) {
			value[size++] = *at;
		}
	}
	value[size] = 0;
	return value;
}

static void add_relaxed(ox_digest_stream *digest, const char *field, bool ended)
{
	ox_canonical canonical;
	char out[1024];
	ox_slice in = ox_slice_of(field);
	ox_canonical_init(&canonical, OX_CANONICAL_FIELD_RELAXED);
	size_t size = ox_canonical_feed(&canonical, &in, out, sizeof out);
	assert_int_equal(in.size, 0);
	size += ended ? ox_canonical_finish(&canonical, out + size, sizeof out - size) : 0;
	assert_int_equal(ox_digest_add(digest, out, size), OX_OK);
}

/* What the RFC signs, in its order, with its own field. */
static void expect_rfc8463_signature(const char *pem, const char *field, const char *expected)
{
	static const char *const fields[] = {
		"From: Joe SixPack <joe@football.example.com>\r\n",
		"To: Suzie Q <suzie@shopping.example.net>\r\n", "Subject: Is dinner ready?\r\n",
		"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n",
		"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"};
	ox_digest_stream digest = {0};
	uint8_t hash[OX_DIGEST_MAX];
	ox_private_key *key;
	ox_buffer octets, base64;
	ox_buffer_init(&octets, 4096);
	ox_buffer_init(&base64, 4096);
	assert_int_equal(ox_digest_begin(&digest, OX_DIGEST_SHA256), OX_OK);
	for (size_t i = 0; i < OX_COUNT(fields); i++) {
		add_relaxed(&digest, fields[i], true);
	}
	add_relaxed(&digest, field, false);
	assert_int_equal(ox_digest_end(&digest, hash), OX_OK);
	ox_digest_clear(&digest);
	assert_int_equal(ox_private_key_from_pem(&key, ox_slice_of(pem), NULL), OX_OK);
	assert_int_equal(ox_private_key_sign(key, hash, &octets), OX_OK);
	assert_int_equal(ox_base64_encode(&base64, octets.bytes, octets.size), OX_OK);
	assert_string_equal(ox_buffer_text(&base64), expected);
	ox_buffer_clear(&octets);
	ox_buffer_clear(&base64);
	ox_private_key_free(key);
}

static void the_signatures_of_rfc_8463_come_out(void **state)
{
	(void)state;
	expect_rfc8463_signature(RFC8463_ED25519,
		"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
		" d=football.example.com; i=@football.example.com;\r\n"
		" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
		" subject : date : message-id : from : subject : date;\r\n"
		" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		" b=",
		"/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==");
	expect_rfc8463_signature(RFC8463_RSA,
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
		" d=football.example.com; i=@football.example.com;\r\n"
		" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
		" date : message-id : from : subject : date;\r\n"
		" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
		" b=",
		"F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQ"
		"TnGdaSGsgeefOsk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=");
}

static void a_field_says_how_it_was_made(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_buffer out;
	options.identity = ox_slice_of("j;o e@mail.Football.example.com");
	options.expires_in = 3600;
	sign_with(&out, &options, HEADER, BODY);
	assert_string_equal(tag(&out, "v="), "1");
	assert_string_equal(tag(&out, "a="), "ed25519-sha256");
	assert_string_equal(tag(&out, "c="), "relaxed/relaxed");
	assert_string_equal(tag(&out, "q="), "dns/txt");
	assert_string_equal(tag(&out, "d="), "football.example.com");
	assert_string_equal(tag(&out, "s="), "brisbane");
	assert_string_equal(tag(&out, "i="), "j=3Bo=20e@mail.football.example.com");
	assert_string_equal(tag(&out, "t="), "1528637909");
	assert_string_equal(tag(&out, "x="), "1528641509");
	assert_string_equal(tag(&out, "bh="), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
	assert_int_equal(strlen(tag(&out, "b=")), 88);
	assert_null(strstr(ox_buffer_text(&out), " l="));
	ox_buffer_clear(&out);
}

static void fields_are_signed_bottom_up_and_one_more_than_there_are(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_buffer out;
	sign_with(&out, &options, "Sender: x@y\r\nCC: a@b\r\n" HEADER "cc: c@d\r\nX-Other: 1\r\n", BODY);
	assert_string_equal(tag(&out, "h="),
		"From:From:Reply-To:To:To:Cc:Cc:Cc:Subject:Subject:Date:Date:Message-ID:Message-ID:In-Reply-To:"
		"References:MIME-Version:Content-Type:Content-Transfer-Encoding:List-Unsubscribe:"
		"List-Unsubscribe-Post:Sender");
	ox_buffer_clear(&out);
	ox_slice names[] = {ox_slice_of("x-other"), ox_slice_of("FROM"), ox_slice_of("X-Other")};
	options.headers = names;
	options.header_count = OX_COUNT(names);
	sign_with(&out, &options, HEADER "X-Other: 1\r\n", BODY);
	assert_string_equal(tag(&out, "h="), "x-other:x-other:FROM:FROM");
	ox_buffer_clear(&out);
}

/* In how far the signature depends on header and body. */
static bool differs(const ox_dkim_options *options, const char *header, const char *body)
{
	ox_buffer one, other;
	sign_with(&one, options, HEADER, BODY);
	sign_with(&other, options, header, body);
	bool same = one.size == other.size && !memcmp(one.bytes, other.bytes, one.size);
	ox_buffer_clear(&one);
	ox_buffer_clear(&other);
	return !same;
}

static void relaxed_forgives_what_simple_does_not(void **state)
{
	(void)state;
	static const char header[] =
		"FROM:\tJoe\r\n  SixPack\t<joe@football.example.com> \r\n"
		"To: Suzie Q <suzie@shopping.example.net>\r\nSubject: Is dinner ready?\r\n"
		"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
		"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";
	static const char body[] = "Hi.\t\r\n\r\nWe lost the game. \tAre you hungry yet?\r\n\r\nJoe.\r\n\r\n";
	ox_dkim_options options = options_of(RFC8463_ED25519);
	assert_false(differs(&options, header, body));
	assert_true(differs(&options, HEADER, "Hi.\r\n"));
	options.simple_header = true;
	assert_true(differs(&options, header, BODY));
	options.simple_header = false;
	options.simple_body = true;
	assert_true(differs(&options, HEADER, body));
	assert_false(differs(&options, header, BODY "\r\n\r\n"));
}

static void several_signatures_come_from_one_pass_however_it_is_cut(void **state)
{
	(void)state;
	ox_dkim_options options[] = {options_of(RFC8463_ED25519), options_of(RFC8463_RSA),
								 options_of(KEY_RSA_2048_PKCS8)};
	ox_dkim_signer *signers[OX_COUNT(options)];
	ox_buffer whole, cut, all;
	options[1].simple_body = true;
	options[2].simple_header = true;
	ox_buffer_init(&all, 1 << 20);
	for (size_t i = 0; i < OX_COUNT(options); i++) {
		ox_buffer alone;
		signers[i] = signer_of(&options[i]);
		sign_with(&alone, &options[i], HEADER, BODY);
		assert_int_equal(ox_buffer_append(&all, alone.bytes, alone.size), OX_OK);
		ox_buffer_clear(&alone);
	}
	sign(&whole, (const ox_dkim_signer *const *)signers, OX_COUNT(options), HEADER, BODY, SIZE_MAX);
	sign(&cut, (const ox_dkim_signer *const *)signers, OX_COUNT(options), HEADER, BODY, 1);
	assert_string_equal(ox_buffer_text(&whole), ox_buffer_text(&all));
	assert_string_equal(ox_buffer_text(&whole), ox_buffer_text(&cut));
	for (size_t i = 0; i < OX_COUNT(options); i++) {
		ox_dkim_signer_free(signers[i]);
	}
	ox_buffer_clear(&whole);
	ox_buffer_clear(&cut);
	ox_buffer_clear(&all);
}

static void every_line_of_a_field_is_short_and_continues(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(KEY_RSA_2048_PKCS8);
	ox_slice names[OX_DKIM_HEADERS_MAX] = {ox_slice_of("From")};
	char text[OX_DKIM_HEADERS_MAX][24];
	ox_buffer out;
	for (size_t i = 1; i < OX_COUNT(names); i++) {
		(void)snprintf(text[i], sizeof text[i], "X-%.*s%zu", (int)(i % 17), "abcdefghijklmnopq", i);
		names[i] = ox_slice_of(text[i]);
	}
	options.headers = names;
	options.header_count = OX_COUNT(names);
	sign_with(&out, &options, HEADER, BODY);
	const char *at = ox_buffer_text(&out), *end;
	for (int line = 0; (end = strstr(at, "\r\n")); line++, at = end + 2) {
		assert_in_range(end - at, 10, 78);
		assert_true(line == 0 ? *at == 'D' : *at == '\t' && at[1] != '\t');
	}
	assert_int_equal(*at, 0);
	ox_buffer_clear(&out);
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	ox_slice no_from[] = {ox_slice_of("To")};
	ox_slice trace[] = {ox_slice_of("From"), ox_slice_of("Received")};
	ox_slice bad[] = {ox_slice_of("From"), ox_slice_of("X;Y")};
	static const char long_label[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct {
		const char *domain, *selector, *pem, *algorithm, *identity;
		ox_slice *headers;
		int64_t expires_in;
		ox_dkim_argument argument;
		const char *text;
	} rows[] = {
		{"", "s", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_DOMAIN, "no host name"},
		{"exam ple.com", "s", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_DOMAIN, "no host name"},
		{"example.com; l=0", "s", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_DOMAIN, "no host name"},
		{"example.com\r\nX: y", "s", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_DOMAIN, "no host name"},
		{"example.com.", "s", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_DOMAIN, "no host name"},
		{"example.com", "", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_SELECTOR, "letters, digits"},
		{"example.com", "a b", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_SELECTOR, "letters, digits"},
		{"example.com", "s\n", RFC8463_RSA, "", "", NULL, 0, OX_DKIM_SELECTOR, "control"},
		{"example.com", long_label, RFC8463_RSA, "", "", NULL, 0, OX_DKIM_SELECTOR, "letters, digits"},
		{"example.com", "s", "nonsense", "", "", NULL, 0, OX_DKIM_PRIVATE_KEY, "PEM"},
		{"example.com", "s", KEY_ENCRYPTED, "", "", NULL, 0, OX_DKIM_PRIVATE_KEY, "encrypted"},
		{"example.com", "s", RFC8463_RSA, "ed25519-sha256", "", NULL, 0, OX_DKIM_OPTIONS, "of RSA"},
		{"example.com", "s", RFC8463_RSA, "rsa-sha1", "", NULL, 0, OX_DKIM_OPTIONS, "algorithm"},
		{"example.com", "s", RFC8463_RSA, "", "joe", NULL, 0, OX_DKIM_OPTIONS, "identity"},
		{"example.com", "s", RFC8463_RSA, "", "@notexample.com", NULL, 0, OX_DKIM_OPTIONS, "below"},
		{"example.com", "s", RFC8463_RSA, "", "@example.org", NULL, 0, OX_DKIM_OPTIONS, "below"},
		{"example.com", "s", RFC8463_RSA, "", "@", NULL, 0, OX_DKIM_OPTIONS, "identity"},
		{"example.com", "s", RFC8463_RSA, "", "", no_from, 0, OX_DKIM_OPTIONS, "From"},
		{"example.com", "s", RFC8463_RSA, "", "", trace, 0, OX_DKIM_OPTIONS, "headers"},
		{"example.com", "s", RFC8463_RSA, "", "", bad, 0, OX_DKIM_OPTIONS, "headers"},
		{"example.com", "s", RFC8463_RSA, "", "", NULL, -1, OX_DKIM_OPTIONS, "expires_in"},
		{"example.com", "s", RFC8463_RSA, "", "", NULL, INT64_MAX, OX_DKIM_OPTIONS, "expires_in"},
	};
	for (size_t i = 0; i < OX_COUNT(rows); i++) {
		ox_dkim_signer *signer;
		ox_dkim_argument argument;
		ox_error error;
		ox_dkim_options options = {
			.domain = ox_slice_of(rows[i].domain), .selector = ox_slice_of(rows[i].selector),
			.private_key = ox_slice_of(rows[i].pem), .algorithm = ox_slice_of(rows[i].algorithm),
			.identity = ox_slice_of(rows[i].identity), .headers = rows[i].headers,
			.header_count = rows[i].headers == no_from ? 1 : rows[i].headers ? 2 : 0,
			.expires_in = rows[i].expires_in};
		assert_int_equal(ox_dkim_signer_new(&signer, &options, &argument, &error), OX_E_FAILED);
		assert_null(signer);
		assert_int_equal(argument, rows[i].argument);
		assert_int_equal(error.class, OX_ERROR_USAGE);
		if (!strstr(error.text, rows[i].text)) {
			fail_msg("row %zu: %s", i, error.text);
		}
	}
}

static void a_domain_in_another_script_becomes_a_labels(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_buffer out;
	options.domain = ox_slice_of("b\xc3\xbcro.example");
	options.identity = ox_slice_of("@post.b\xc3\xbcro.example");
	sign_with(&out, &options, HEADER, BODY);
	assert_string_equal(tag(&out, "d="), "xn--bro-hoa.example");
	assert_string_equal(tag(&out, "i="), "@post.xn--bro-hoa.example");
	ox_buffer_clear(&out);
}

static void a_header_that_cannot_be_signed_is_refused(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_dkim_signer *signer = signer_of(&options);
	const ox_dkim_signer *const signers[] = {signer};
	ox_dkim_signing *signing;
	ox_error error;
	assert_int_equal(ox_dkim_begin(&signing, signers, 1, ox_slice_of("To: a@b\r\n"), &error),
		OX_E_FAILED);
	assert_null(signing);
	assert_non_null(strstr(error.text, "From"));
	assert_int_equal(ox_dkim_begin(&signing, signers, 9, ox_slice_of(HEADER), &error), OX_E_FAILED);
	ox_buffer many;
	ox_buffer_init(&many, 1 << 20);
	assert_int_equal(ox_buffer_append_string(&many, HEADER), OX_OK);
	for (int i = 0; i < 9000; i++) {
		assert_int_equal(ox_buffer_append_string(&many, "References: 1\r\n"), OX_OK);
	}
	ox_slice header = {ox_buffer_text(&many), many.size};
	assert_int_equal(ox_dkim_begin(&signing, signers, 1, header, &error), OX_E_FAILED);
	assert_non_null(strstr(error.text, "too large"));
	ox_buffer_clear(&many);
	ox_dkim_signer_free(signer);
}

static void out_is_as_before_when_it_is_full(void **state)
{
	(void)state;
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_dkim_signer *signer = signer_of(&options);
	const ox_dkim_signer *const signers[] = {signer};
	ox_dkim_signing *signing;
	ox_error error;
	ox_buffer out;
	ox_buffer_init(&out, 100);
	assert_int_equal(ox_buffer_append_string(&out, "kept"), OX_OK);
	assert_int_equal(ox_dkim_begin(&signing, signers, 1, ox_slice_of(HEADER), &error), OX_OK);
	assert_int_equal(ox_dkim_finish(signing, NOW, &out, &error), OX_E_FAILED);
	assert_string_equal(ox_buffer_text(&out), "kept");
	ox_dkim_free(signing);
	ox_dkim_signer_free(signer);
	ox_buffer_clear(&out);
}

static void a_message_carries_its_signatures_on_top(void **state)
{
	(void)state;
	ox_dkim_options options[] = {options_of(RFC8463_ED25519), options_of(RFC8463_RSA)};
	ox_dkim_signer *signers[] = {signer_of(&options[0]), signer_of(&options[1])};
	const ox_message_origin origin = {.now = NOW, .host = "host.example"};
	ox_message message;
	ox_error error;
	ox_buffer expected;
	ox_message_init(&message, 100000);
	assert_int_equal(ox_message_from_text(&message, ox_slice_of(HEADER "\r\n" BODY), &origin, &error),
		OX_OK);
	assert_int_equal(ox_message_sign(&message, (const ox_dkim_signer *const *)signers, 2, NOW, &error),
		OX_OK);
	sign(&expected, (const ox_dkim_signer *const *)signers, 2, HEADER, BODY, 100);
	assert_int_equal(ox_buffer_append_string(&expected, HEADER "\r\n" BODY), OX_OK);
	assert_string_equal(ox_buffer_text(&message.octets), ox_buffer_text(&expected));
	assert_int_equal(message.size, expected.size);
	ox_buffer_clear(&expected);
	ox_message_clear(&message);
	ox_dkim_signer_free(signers[0]);
	ox_dkim_signer_free(signers[1]);
}

static void sign_once(void)
{
	ox_slice names[] = {ox_slice_of("From"), ox_slice_of("To")};
	ox_dkim_options options = options_of(RFC8463_ED25519);
	ox_dkim_signer *signer;
	ox_dkim_argument argument;
	ox_dkim_signing *signing = NULL;
	ox_error error = {0};
	ox_buffer out;
	ox_buffer_init(&out, 1 << 16);
	options.identity = ox_slice_of("@football.example.com");
	options.headers = names;
	options.header_count = OX_COUNT(names);
	int status = ox_dkim_signer_new(&signer, &options, &argument, &error);
	const ox_dkim_signer *const signers[] = {signer};
	if (status == OX_OK) {
		status = ox_dkim_begin(&signing, signers, 1, ox_slice_of(HEADER), &error);
	}
	if (status == OX_OK) {
		status = ox_dkim_feed(signing, ox_slice_of(BODY), &error);
	}
	if (status == OX_OK) {
		status = ox_dkim_finish(signing, NOW, &out, &error);
	}
	if (status != OX_OK) {
		assert_int_equal(status, OX_E_NOMEM);
		assert_int_equal(error.class, OX_ERROR_MEMORY);
		assert_int_equal(out.size, 0);
	}
	ox_dkim_free(signing);
	ox_dkim_signer_free(signer);
	ox_buffer_clear(&out);
}

static void every_allocation_of_a_signature_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(sign_once);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signatures_of_rfc_8463_come_out),
		cmocka_unit_test(a_field_says_how_it_was_made),
		cmocka_unit_test(fields_are_signed_bottom_up_and_one_more_than_there_are),
		cmocka_unit_test(relaxed_forgives_what_simple_does_not),
		cmocka_unit_test(several_signatures_come_from_one_pass_however_it_is_cut),
		cmocka_unit_test(every_line_of_a_field_is_short_and_continues),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_domain_in_another_script_becomes_a_labels),
		cmocka_unit_test(a_header_that_cannot_be_signed_is_refused),
		cmocka_unit_test(out_is_as_before_when_it_is_full),
		cmocka_unit_test(a_message_carries_its_signatures_on_top),
		cmocka_unit_test(every_allocation_of_a_signature_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
