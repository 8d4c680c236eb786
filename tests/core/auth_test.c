/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "smtp/auth.h"

#define BIT(name) (1u << OX_MECHANISM_##name)
#define ALL ((1u << OX_MECHANISM_COUNT) - 1)

static const ox_channel_binding no_tls = {0};
static const ox_channel_binding tls = {.tls = true};
static const ox_channel_binding tls_1_3 = {.tls = true, .exporter = "EXPORTER", .exporter_size = 8,
	.end_point = "ENDPOINT", .end_point_size = 8};
static const ox_channel_binding tls_1_2 = {.tls = true, .end_point = "ENDPOINT",
	.end_point_size = 8};
static const ox_credentials with_password = {.user = "user", .password = "pencil"};
static const ox_credentials with_token = {.user = "someuser@example.com", .token = "vF9dft4qmT"};

static void expect(ox_slice slice, const void *bytes, size_t size)
{
	assert_int_equal(slice.size, size);
	assert_memory_equal(slice.at, bytes, size);
}

#define EXPECT(slice, literal) expect(slice, literal, sizeof(literal) - 1)

/* choice */

static void mechanism_names_are_read_back_in_any_case(void **state)
{
	(void)state;
	for (int i = 0; i < OX_MECHANISM_COUNT; i++) {
		assert_int_equal(ox_mechanism_parse(ox_slice_of(ox_mechanism_name((ox_mechanism)i))), i);
	}
	assert_int_equal(ox_mechanism_parse(ox_slice_of("scram-Sha-256-plus")),
		OX_MECHANISM_SCRAM_SHA_256_PLUS);
	assert_int_equal(ox_mechanism_parse(ox_slice_of("NTLM")), OX_MECHANISM_NONE);
	assert_int_equal(ox_mechanism_parse(ox_slice_of("PLAIN-CLIENTTOKEN")), OX_MECHANISM_NONE);
	assert_int_equal(ox_mechanism_parse(ox_slice_of("")), OX_MECHANISM_NONE);
}

static ox_mechanism choose(uint32_t offered, uint32_t tried, const ox_channel_binding *channel)
{
	return ox_auth_choose(offered, tried, &with_password, channel, false);
}

static void the_strongest_possible_mechanism_is_chosen(void **state)
{
	(void)state;
	assert_int_equal(choose(ALL, 0, &tls_1_3), OX_MECHANISM_SCRAM_SHA_256_PLUS);
	assert_int_equal(choose(ALL, 0, &tls), OX_MECHANISM_SCRAM_SHA_256);
	assert_int_equal(choose(ALL & ~BIT(SCRAM_SHA_256), 0, &tls), OX_MECHANISM_SCRAM_SHA_1);
	assert_int_equal(choose(BIT(LOGIN) | BIT(PLAIN) | BIT(CRAM_MD5), 0, &tls),
		OX_MECHANISM_CRAM_MD5);
	assert_int_equal(choose(BIT(LOGIN) | BIT(PLAIN), 0, &tls), OX_MECHANISM_PLAIN);
	assert_int_equal(choose(BIT(LOGIN) | BIT(PLAIN), BIT(PLAIN), &tls), OX_MECHANISM_LOGIN);
	assert_int_equal(choose(BIT(XOAUTH2) | BIT(EXTERNAL), 0, &tls), OX_MECHANISM_NONE);
	assert_int_equal(choose(0, 0, &tls), OX_MECHANISM_NONE);
}

static void a_token_is_preferred_to_a_password(void **state)
{
	(void)state;
	ox_credentials both = {.user = "u", .password = "p", .token = "t"};
	assert_int_equal(ox_auth_choose(ALL, 0, &both, &tls_1_3, false), OX_MECHANISM_OAUTHBEARER);
	assert_int_equal(ox_auth_choose(BIT(XOAUTH2) | BIT(PLAIN), 0, &both, &tls, false),
		OX_MECHANISM_XOAUTH2);
	both.mechanisms = BIT(PLAIN) | BIT(LOGIN);
	assert_int_equal(ox_auth_choose(ALL, 0, &both, &tls, false), OX_MECHANISM_PLAIN);
}

static void nothing_secret_is_shown_without_tls(void **state)
{
	(void)state;
	uint32_t plain = BIT(PLAIN) | BIT(LOGIN);
	assert_int_equal(choose(plain, 0, &no_tls), OX_MECHANISM_NONE);
	assert_int_equal(ox_auth_choose(ALL, 0, &with_token, &no_tls, false), OX_MECHANISM_NONE);
	assert_int_equal(ox_auth_choose(plain, 0, &with_password, &no_tls, true), OX_MECHANISM_PLAIN);
	assert_int_equal(ox_auth_choose(BIT(XOAUTH2), 0, &with_token, &no_tls, true),
		OX_MECHANISM_XOAUTH2);
	assert_int_equal(choose(plain | BIT(SCRAM_SHA_256_PLUS) | BIT(SCRAM_SHA_1), 0, &no_tls),
		OX_MECHANISM_SCRAM_SHA_1);
}

static void external_wants_a_certificate_shown_over_tls(void **state)
{
	(void)state;
	ox_credentials certificate = {.external = true};
	assert_int_equal(ox_auth_choose(ALL, 0, &certificate, &tls, false), OX_MECHANISM_EXTERNAL);
	assert_int_equal(ox_auth_choose(ALL, 0, &certificate, &no_tls, true), OX_MECHANISM_NONE);
	certificate.external = false;
	assert_int_equal(ox_auth_choose(ALL, 0, &certificate, &tls, false), OX_MECHANISM_NONE);
}

static void credentials_that_break_a_mechanism_s_framing_are_never_used(void **state)
{
	(void)state;
	static const ox_credentials wrong[] = {
		{.user = "a\nb", .password = "p"},
		{.user = "u", .password = "p\x01q"},
		{.user = "u", .password = "p\x7f"},
		{.user = "u", .token = "t\x01" "auth=Bearer x"},
		{.user = "u\x01" "auth=Bearer x", .token = "t"},
		{.user = "u", .password = ""},
		{.user = "", .password = "p"},
		{.user = "u", .token = ""},
		{.password = "p", .token = "t"},
		{.user = "u"},
		{.user = "a\tb", .external = true},
	};
	for (size_t i = 0; i < OX_COUNT(wrong); i++) {
		assert_int_equal(ox_auth_choose(ALL, 0, &wrong[i], &tls_1_3, true), OX_MECHANISM_NONE);
		for (int mechanism = 0; mechanism <= OX_MECHANISM_COUNT; mechanism++) {
			assert_null(ox_auth_new((ox_mechanism)mechanism, ALL, &wrong[i], &tls_1_3, NULL, 0));
		}
	}
}

static void credentials_past_their_caps_are_never_used(void **state)
{
	(void)state;
	static char user[OX_AUTH_USER_MAX + 2], password[OX_AUTH_SECRET_MAX + 2];
	memset(user, ',', OX_AUTH_USER_MAX);
	memset(password, 'x', OX_AUTH_SECRET_MAX);
	ox_credentials longest = {.user = user, .password = password, .token = password};
	for (int i = OX_MECHANISM_OAUTHBEARER; i < OX_MECHANISM_COUNT; i++) {
		ox_auth *auth = ox_auth_new((ox_mechanism)i, ALL, &longest, &tls_1_3, "host", 587);
		assert_non_null(auth);
		ox_auth_free(auth);
	}
	password[OX_AUTH_SECRET_MAX] = 'x';
	assert_int_equal(ox_auth_choose(ALL, 0, &longest, &tls, true), OX_MECHANISM_NONE);
	password[OX_AUTH_SECRET_MAX] = 0;
	user[OX_AUTH_USER_MAX] = 'x';
	assert_int_equal(ox_auth_choose(ALL, 0, &longest, &tls, true), OX_MECHANISM_NONE);
}

static void scram_needs_utf8_and_plain_does_not(void **state)
{
	(void)state;
	ox_credentials latin_1 = {.user = "u", .password = "gr\xfc\xdf"};
	assert_int_equal(ox_auth_choose(ALL & ~BIT(CRAM_MD5), 0, &latin_1, &tls_1_3, false),
		OX_MECHANISM_PLAIN);
	ox_credentials utf8 = {.user = "u", .password = "gr\xc3\xbc\xc3\x9f"};
	assert_int_equal(ox_auth_choose(ALL, 0, &utf8, &tls, false), OX_MECHANISM_SCRAM_SHA_256);
}

static void only_passwords_are_guarded_against_a_second_try(void **state)
{
	(void)state;
	for (int i = 0; i < OX_MECHANISM_COUNT; i++) {
		bool expected = i != OX_MECHANISM_EXTERNAL && i != OX_MECHANISM_OAUTHBEARER &&
			i != OX_MECHANISM_XOAUTH2;
		assert_int_equal(ox_mechanism_uses_password((ox_mechanism)i), expected);
	}
	assert_false(ox_mechanism_uses_password(OX_MECHANISM_NONE));
}

/* one response */

static ox_auth *begin(ox_mechanism mechanism, const ox_credentials *credentials, ox_slice *initial)
{
	ox_auth *auth = ox_auth_new(mechanism, ALL, credentials, &tls, "server.example.com", 587);
	assert_non_null(auth);
	initial->size = 0;
	initial->at = "";
	bool first = mechanism != OX_MECHANISM_LOGIN && mechanism != OX_MECHANISM_CRAM_MD5;
	assert_int_equal(ox_auth_initial(auth, initial), first);
	return auth;
}

static void expect_broken(ox_auth *auth, const char *challenge)
{
	ox_slice response;
	ox_error error;
	assert_int_equal(ox_auth_step(auth, ox_slice_of(challenge), &response, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_AUTH);
	assert_int_equal(error.fact, OX_FACT_AUTH_EXCHANGE);
	assert_int_equal(error.retry, OX_RETRY_NEVER);
	assert_int_equal(error.stage, OX_STAGE_AUTH);
	assert_null(strstr(error.text, "pencil"));
}

static void plain_is_nul_user_nul_password(void **state)
{
	(void)state;
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_PLAIN, &with_password, &response);
	EXPECT(response, "\0user\0pencil");
	assert_int_equal(ox_auth_succeeded(auth, &error), OX_OK);
	expect_broken(auth, "more?");
	ox_auth_free(auth);
}

static void login_answers_by_order_and_not_by_text(void **state)
{
	(void)state;
	static const char *const challenges[][2] = {{"Username:", "Password:"},
		{"Password:", "Username:"}, {"", ""}, {"Utilisateur", "Mot de passe"}};
	for (size_t i = 0; i < OX_COUNT(challenges); i++) {
		ox_slice response;
		ox_error error;
		ox_auth *auth = begin(OX_MECHANISM_LOGIN, &with_password, &response);
		assert_int_equal(ox_auth_step(auth, ox_slice_of(challenges[i][0]), &response, &error),
			OX_OK);
		EXPECT(response, "user");
		assert_int_equal(ox_auth_step(auth, ox_slice_of(challenges[i][1]), &response, &error),
			OX_OK);
		EXPECT(response, "pencil");
		expect_broken(auth, "One-time code:");
		ox_auth_free(auth);
	}
}

static void cram_md5_gives_the_answer_of_rfc_2195(void **state)
{
	(void)state;
	ox_credentials tim = {.user = "tim", .password = "tanstaaftanstaaf"};
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_CRAM_MD5, &tim, &response);
	assert_int_equal(ox_auth_step(auth,
						 ox_slice_of("<1896.697170952@postoffice.reston.mci.net>"), &response,
						 &error), OX_OK);
	EXPECT(response, "tim b913a602c7eda7a495b4e6e7334d3890");
	expect_broken(auth, "again");
	ox_auth_free(auth);
}

static void cram_md5_digests_any_octets_but_not_none(void **state)
{
	(void)state;
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_CRAM_MD5, &with_password, &response);
	ox_slice odd = {"no brackets \0 here", 18};
	assert_int_equal(ox_auth_step(auth, odd, &response, &error), OX_OK);
	assert_int_equal(response.size, strlen("user ") + 32);
	ox_auth_free(auth);
	auth = begin(OX_MECHANISM_CRAM_MD5, &with_password, &response);
	expect_broken(auth, "");
	ox_auth_free(auth);
}

static void external_names_whom_it_acts_for(void **state)
{
	(void)state;
	ox_credentials certificate = {.external = true};
	ox_slice response;
	ox_auth *auth = begin(OX_MECHANISM_EXTERNAL, &certificate, &response);
	assert_int_equal(response.size, 0);
	expect_broken(auth, "who?");
	ox_auth_free(auth);
	certificate.user = "me@example.com";
	auth = begin(OX_MECHANISM_EXTERNAL, &certificate, &response);
	EXPECT(response, "me@example.com");
	ox_auth_free(auth);
}

/* tokens */

static void xoauth2_is_exact_to_the_octet(void **state)
{
	(void)state;
	ox_slice response;
	ox_auth *auth = begin(OX_MECHANISM_XOAUTH2, &with_token, &response);
	EXPECT(response, "user=someuser@example.com\x01" "auth=Bearer vF9dft4qmT\x01\x01");
	ox_auth_free(auth);
}

static void oauthbearer_is_exact_to_the_octet(void **state)
{
	(void)state;
	ox_credentials odd = {.user = "a=b,c", .token = "vF9dft4qmT"};
	ox_slice response;
	ox_auth *auth = begin(OX_MECHANISM_OAUTHBEARER, &with_token, &response);
	EXPECT(response, "n,a=someuser@example.com,\x01host=server.example.com\x01port=587\x01"
		"auth=Bearer vF9dft4qmT\x01\x01");
	ox_auth_free(auth);
	auth = ox_auth_new(OX_MECHANISM_OAUTHBEARER, 0, &odd, &tls, NULL, 0);
	assert_true(ox_auth_initial(auth, &response));
	EXPECT(response, "n,a=a=3Db=2Cc,\x01" "auth=Bearer vF9dft4qmT\x01\x01");
	ox_auth_free(auth);
}

static void a_token_error_is_answered_as_the_mechanism_wants(void **state)
{
	(void)state;
	static const char json[] = "{\"status\":\"invalid_token\",\"scope\":\"https://mail.example/\"}";
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_XOAUTH2, &with_token, &response);
	assert_int_equal(ox_auth_step(auth, ox_slice_of(json), &response, &error), OX_OK);
	assert_int_equal(response.size, 0);
	expect_broken(auth, json);
	ox_auth_free(auth);
	auth = begin(OX_MECHANISM_OAUTHBEARER, &with_token, &response);
	assert_int_equal(ox_auth_step(auth, ox_slice_of(json), &response, &error), OX_OK);
	EXPECT(response, "\x01");
	expect_broken(auth, json);
	ox_auth_free(auth);
}

/* What a 535 with the text "no" becomes after the challenge. */
static ox_error refused_after(ox_slice challenge, ox_fact fact)
{
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_XOAUTH2, &with_token, &response);
	assert_int_equal(ox_auth_step(auth, challenge, &response, &error), OX_OK);
	ox_error_set(&error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH, fact, "no");
	error.smtp_code = 535;
	ox_auth_refused(auth, &error);
	assert_int_equal(error.smtp_code, 535);
	assert_int_equal(error.class, OX_ERROR_AUTH);
	ox_auth_free(auth);
	return error;
}

static void the_status_of_a_token_error_reaches_the_error(void **state)
{
	(void)state;
	static const struct {
		const char *challenge, *text;
	} cases[] = {
		{"{\"status\":\"400\",\"schemes\":\"Bearer\"}", "no (token status 400)"},
		{" {\n\t\"schemes\": \"Bearer\", \"status\" : 401}", "no (token status 401)"},
		{"{\"status\":\"in\x1bva\nlid\"}", "no (token status invalid)"},
		{"{\"status\":\"cut", "no (token status cut)"},
		{"{\"status\"", "no"},
		{"{\"status\":", "no"},
		{"{\"error\":\"x\"}", "no"},
		{"{", "no"},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_error error = refused_after(ox_slice_of(cases[i].challenge), OX_FACT_AUTH_REFUSED);
		assert_string_equal(error.text, cases[i].text);
		assert_int_equal(error.fact, OX_FACT_AUTH_TOKEN);
	}
	ox_error error = refused_after(ox_slice_of(cases[0].challenge), OX_FACT_AUTH_TEMPORARY);
	assert_int_equal(error.fact, OX_FACT_AUTH_TEMPORARY);
}

static void a_challenge_without_json_says_nothing_about_the_token(void **state)
{
	(void)state;
	ox_error error = refused_after(ox_slice_of(""), OX_FACT_AUTH_REFUSED);
	assert_int_equal(error.fact, OX_FACT_AUTH_REFUSED);
	assert_string_equal(error.text, "no");
}

static void an_endless_status_is_cut(void **state)
{
	(void)state;
	static char json[9000] = "{\"status\":\"";
	memset(json + strlen(json), 'x', sizeof json - 1 - strlen(json));
	ox_error error = refused_after(ox_slice_of(json), OX_FACT_AUTH_REFUSED);
	assert_int_equal(strlen(error.text), OX_ERROR_TEXT_MAX - 1);
}

static void a_server_that_accepts_after_its_error_has_accepted(void **state)
{
	(void)state;
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_XOAUTH2, &with_token, &response);
	assert_int_equal(ox_auth_step(auth, ox_slice_of("{}"), &response, &error), OX_OK);
	assert_int_equal(ox_auth_succeeded(auth, &error), OX_OK);
	ox_auth_free(auth);
}

/* SCRAM, as far as it is more than scram_test.c */

static void success_without_proof_is_no_success(void **state)
{
	(void)state;
	ox_slice response;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_SCRAM_SHA_256, &with_password, &response);
	assert_int_equal(ox_auth_succeeded(auth, &error), OX_E_FAILED);
	assert_int_equal(error.class, OX_ERROR_AUTH);
	assert_int_equal(error.fact, OX_FACT_AUTH_SERVER_PROOF);
	ox_auth_free(auth);
}

static void scram_escapes_the_user_name(void **state)
{
	(void)state;
	ox_credentials odd = {.user = "a=b,c", .password = "p"};
	ox_slice response;
	ox_auth *auth = begin(OX_MECHANISM_SCRAM_SHA_1, &odd, &response);
	EXPECT(response, "n,,n=a=3Db=2Cc,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	ox_auth_free(auth);
}

static void expect_first(ox_mechanism mechanism, uint32_t offered,
	const ox_channel_binding *channel, const char *first)
{
	ox_slice response;
	ox_auth *auth = ox_auth_new(mechanism, offered, &with_password, channel, NULL, 0);
	assert_non_null(auth);
	assert_true(ox_auth_initial(auth, &response));
	expect(response, first, strlen(first));
	ox_auth_free(auth);
}

static void the_gs2_flag_tells_what_was_seen_of_plus(void **state)
{
	(void)state;
	uint32_t plain = BIT(SCRAM_SHA_256), both = plain | BIT(SCRAM_SHA_256_PLUS);
	expect_first(OX_MECHANISM_SCRAM_SHA_256, plain, &no_tls,
		"n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, both, &no_tls,
		"n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, plain, &tls, "n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, plain, &tls_1_3,
		"y,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, plain, &tls_1_2,
		"y,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, both, &tls_1_3,
		"n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
	expect_first(OX_MECHANISM_SCRAM_SHA_256, plain | BIT(SCRAM_SHA_1_PLUS), &tls_1_3,
		"n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA");
}

static void expect_binding(const ox_channel_binding *channel, const char *header, const char *c)
{
	static const char more[] = ",r=AAAAAAAAAAAAAAAAAAAAAAAAxyz,p=";
	ox_slice response;
	ox_error error;
	ox_auth *auth = ox_auth_new(OX_MECHANISM_SCRAM_SHA_256_PLUS, ALL, &with_password, channel,
		NULL, 0);
	assert_non_null(auth);
	assert_true(ox_auth_initial(auth, &response));
	assert_true(response.size > strlen(header));
	assert_memory_equal(response.at, header, strlen(header));
	assert_int_equal(ox_auth_step(auth,
						 ox_slice_of("r=AAAAAAAAAAAAAAAAAAAAAAAAxyz,s=QSXCR+Q6sek8bf92,i=4096"),
						 &response, &error), OX_OK);
	assert_memory_equal(response.at, c, strlen(c));
	assert_memory_equal(response.at + strlen(c), more, strlen(more));
	ox_auth_free(auth);
}

static void plus_binds_to_the_channel(void **state)
{
	(void)state;
	/* base64 of "p=tls-exporter,,EXPORTER" and of "p=tls-server-end-point,,ENDPOINT" */
	expect_binding(&tls_1_3, "p=tls-exporter,,n=user,r=",
		"c=cD10bHMtZXhwb3J0ZXIsLEVYUE9SVEVS");
	expect_binding(&tls_1_2, "p=tls-server-end-point,,n=user,r=",
		"c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsRU5EUE9JTlQ=");
}

static void the_nonce_is_the_base64_of_the_given_octets(void **state)
{
	(void)state;
	ox_credentials random = {.user = "user", .password = "pencil"};
	memset(random.nonce, 0xff, sizeof random.nonce);
	ox_slice response;
	ox_auth *auth = begin(OX_MECHANISM_SCRAM_SHA_1, &random, &response);
	EXPECT(response, "n,,n=user,r=////////////////////////");
	ox_auth_free(auth);
}

/* memory and secrets */

static void go_through(ox_mechanism mechanism, const char *const *challenges, size_t count)
{
	static const ox_credentials credentials = {.user = "u,ser", .password = "pencil",
		.token = "token", .external = true};
	ox_auth *auth = ox_auth_new(mechanism, 0, &credentials, &tls_1_3, "host", 25);
	ox_slice response;
	ox_error error;
	for (size_t i = 0; auth && i < count; i++) {
		int status = ox_auth_step(auth, ox_slice_of(challenges[i]), &response, &error);
		if (status != OX_OK) {
			assert_int_equal(status, OX_E_NOMEM);
			assert_int_equal(error.class, OX_ERROR_MEMORY);
			assert_int_equal(error.retry, OX_RETRY_LATER);
			break;
		}
	}
	ox_auth_free(auth);
}

static void go_through_all(void)
{
	static const char *const login[] = {"", ""};
	static const char *const cram[] = {"<1@x>"};
	static const char *const json[] = {"{\"status\":\"401\"}"};
	static const char *const scram[] = {
		"r=AAAAAAAAAAAAAAAAAAAAAAAAxyz,s=QSXCR+Q6sek8bf92,i=4096"};
	go_through(OX_MECHANISM_EXTERNAL, NULL, 0);
	go_through(OX_MECHANISM_PLAIN, NULL, 0);
	go_through(OX_MECHANISM_LOGIN, login, 2);
	go_through(OX_MECHANISM_CRAM_MD5, cram, 1);
	go_through(OX_MECHANISM_XOAUTH2, json, 1);
	go_through(OX_MECHANISM_OAUTHBEARER, json, 1);
	go_through(OX_MECHANISM_SCRAM_SHA_256_PLUS, scram, 1);
	go_through(OX_MECHANISM_SCRAM_SHA_1, scram, 1);
}

static void every_allocation_of_an_exchange_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(go_through_all);
}

static void an_answer_is_wiped_before_the_next_one(void **state)
{
	(void)state;
	ox_slice user, password, none;
	ox_error error;
	ox_auth *auth = begin(OX_MECHANISM_LOGIN, &with_password, &none);
	assert_int_equal(ox_auth_step(auth, ox_slice_of(""), &user, &error), OX_OK);
	assert_int_equal(ox_auth_step(auth, ox_slice_of(""), &password, &error), OX_OK);
	const char *place = password.at;
	EXPECT(password, "pencil");
	expect_broken(auth, "");
	assert_memory_not_equal(place, "pencil", 6);
	ox_auth_free(auth);
	ox_auth_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mechanism_names_are_read_back_in_any_case),
		cmocka_unit_test(the_strongest_possible_mechanism_is_chosen),
		cmocka_unit_test(a_token_is_preferred_to_a_password),
		cmocka_unit_test(nothing_secret_is_shown_without_tls),
		cmocka_unit_test(external_wants_a_certificate_shown_over_tls),
		cmocka_unit_test(credentials_that_break_a_mechanism_s_framing_are_never_used),
		cmocka_unit_test(credentials_past_their_caps_are_never_used),
		cmocka_unit_test(scram_needs_utf8_and_plain_does_not),
		cmocka_unit_test(only_passwords_are_guarded_against_a_second_try),
		cmocka_unit_test(plain_is_nul_user_nul_password),
		cmocka_unit_test(login_answers_by_order_and_not_by_text),
		cmocka_unit_test(cram_md5_gives_the_answer_of_rfc_2195),
		cmocka_unit_test(cram_md5_digests_any_octets_but_not_none),
		cmocka_unit_test(external_names_whom_it_acts_for),
		cmocka_unit_test(xoauth2_is_exact_to_the_octet),
		cmocka_unit_test(oauthbearer_is_exact_to_the_octet),
		cmocka_unit_test(a_token_error_is_answered_as_the_mechanism_wants),
		cmocka_unit_test(the_status_of_a_token_error_reaches_the_error),
		cmocka_unit_test(a_challenge_without_json_says_nothing_about_the_token),
		cmocka_unit_test(an_endless_status_is_cut),
		cmocka_unit_test(a_server_that_accepts_after_its_error_has_accepted),
		cmocka_unit_test(success_without_proof_is_no_success),
		cmocka_unit_test(scram_escapes_the_user_name),
		cmocka_unit_test(the_gs2_flag_tells_what_was_seen_of_plus),
		cmocka_unit_test(plus_binds_to_the_channel),
		cmocka_unit_test(the_nonce_is_the_base64_of_the_given_octets),
		cmocka_unit_test(every_allocation_of_an_exchange_may_fail),
		cmocka_unit_test(an_answer_is_wiped_before_the_next_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
