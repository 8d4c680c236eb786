/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "tls_fixture.h"

#include <openssl/x509_vfy.h>

static void a_certificate_that_does_not_fit_is_refused_with_its_reason(void **state)
{
	const tls_identity stranger = tls_authority_new("Strange Authority");
	const tls_identity namesake = tls_authority_new("Test Authority");
	static const struct {
		const char *common_name, *names;
		int from, to, signer; /* 0 the authority, 1 itself, 2 a stranger, 3 one of the authority's name */
		const char *host;
		long verify;
	} cases[] = {
		{"late", "DNS:localhost", -20, -10, 0, "localhost", X509_V_ERR_CERT_HAS_EXPIRED},
		{"early", "DNS:localhost", 2, 10, 0, "localhost", X509_V_ERR_CERT_NOT_YET_VALID},
		{"self", "DNS:localhost", -1, 5, 1, "localhost", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
		{"strange", "DNS:localhost", -1, 5, 2, "localhost",
			X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
		{"forged", "DNS:localhost", -1, 5, 3, "localhost", X509_V_ERR_CERT_SIGNATURE_FAILURE},
		{"wrong", "DNS:other.test", -1, 5, 0, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
		{"localhost", NULL, -1, 5, 0, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
		{"localhost", "DNS:other.test", -1, 5, 0, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
		{"deep", "DNS:*.wild.test", -1, 5, 0, "a.b.wild.test", X509_V_ERR_HOSTNAME_MISMATCH},
		{"apex", "DNS:*.wild.test", -1, 5, 0, "wild.test", X509_V_ERR_HOSTNAME_MISMATCH},
		{"part", "DNS:f*.wild.test", -1, 5, 0, "foo.wild.test", X509_V_ERR_HOSTNAME_MISMATCH},
		{"inner", "DNS:a.*.wild.test", -1, 5, 0, "a.b.wild.test", X509_V_ERR_HOSTNAME_MISMATCH},
		{"short", "DNS:localhos", -1, 5, 0, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
		{"number", "DNS:127.0.0.1", -1, 5, 0, "127.0.0.1", X509_V_ERR_IP_ADDRESS_MISMATCH},
		{"number", "IP:127.0.0.2", -1, 5, 0, "127.0.0.1", X509_V_ERR_IP_ADDRESS_MISMATCH},
		{"number", "IP:127.0.0.1", -1, 5, 0, "localhost", X509_V_ERR_HOSTNAME_MISMATCH},
	};
	const tls_identity *const signers[] = {&tls_authority, NULL, &stranger, &namesake};
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		tls_identity identity = tls_identity_new(cases[i].common_name, cases[i].names,
			cases[i].from, cases[i].to, signers[cases[i].signer]);
		SSL_CTX *context = tls_server_context(&identity);
		ox_error error = tls_refused_by(trust, context, cases[i].host, tls_serve_echo);
		if (error.fact != OX_FACT_CERTIFICATE || error.tls_verify != cases[i].verify ||
		    error.retry != OX_RETRY_NEVER || error.class != OX_ERROR_TLS) {
			fail_msg("case %zu: verify %ld, %s: %s", i, error.tls_verify, ox_fact_name(error.fact),
				error.text);
		}
		assert_non_null(strstr(error.text, cases[i].host));
		assert_non_null(strstr(error.text, cases[i].common_name));
		assert_non_null(strstr(error.text, "; valid 20"));
		assert_non_null(strstr(error.text, "; issuer CN="));
		SSL_CTX_free(context);
		tls_identity_free(&identity);
	}
	ox_tls_trust_free(trust);
	tls_identity_free((tls_identity *)&stranger);
	tls_identity_free((tls_identity *)&namesake);
}

static void hostile_bytes_of_a_certificate_do_not_reach_the_error(void **state)
{
	tls_identity identity =
		tls_identity_new("evil\r\n\x1b[31m\xc3\xa9", "DNS:other.test", -1, 5, &tls_authority);
	SSL_CTX *context = tls_server_context(&identity);
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	ox_error error = tls_refused_by(trust, context, "localhost", tls_serve_echo);
	for (const char *p = error.text; *p; p++) {
		assert_in_range(*p, 0x20, 0x7e);
	}
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
	tls_identity_free(&identity);
}

static void a_server_that_is_the_ca_file_itself_is_trusted(void **state)
{
	ox_tls_options options = tls_default_options();
	(void)state;
	tls_write_certificate(tls_in_folder("leaf.pem"), &tls_good);
	options.ca_file = tls_in_folder("leaf.pem");
	ox_tls_trust *trust = tls_trust_for(&options);
	assert_false(tls_visit(trust, tls_good_context));
	ox_tls_trust_free(trust);
}

static void an_empty_name_does_not_switch_verification_off(void **state)
{
	static const char *const names[] = {"", ".", ".example.test", "a\nb", "%lo"};
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	for (size_t i = 0; i < OX_COUNT(names); i++) {
		ox_tls *tls;
		ox_error error;
		assert_int_equal(ox_tls_new(trust, 0, names[i], 465, &tls, &error), OX_E_FAILED);
		assert_int_equal(error.class, OX_ERROR_USAGE);
		assert_null(tls);
	}
	ox_tls_trust_free(trust);
}

static void a_pin_stands_beside_verification_or_alone(void **state)
{
	char two[200], other[80];
	(void)state;
	tls_write_pin(&tls_authority, other, sizeof other);
	snprintf(two, sizeof two, "%s;%s", other, tls_good_pin);
	ox_tls_options options = tls_default_options();
	options.pin = two;
	ox_tls_trust *trust = tls_trust_for(&options);
	assert_false(tls_visit(trust, tls_good_context));
	assert_true(tls_visit(trust, tls_good_context)); /* a resumed session has the pinned key, too */
	ox_tls_trust_free(trust);

	options.verify = false;
	options.pin = tls_good_pin;
	trust = tls_trust_for(&options);
	assert_false(tls_visit_port(trust, tls_good_context, "wrong.name.test", 465));
	ox_tls_trust_free(trust);

	for (int verify = 0; verify < 2; verify++) {
		options.verify = verify;
		options.pin = other;
		trust = tls_trust_for(&options);
		ox_error error = tls_refused_by(trust, tls_good_context, "localhost", tls_serve_echo);
		assert_int_equal(error.fact, OX_FACT_PIN_MISMATCH);
		assert_int_equal(error.retry, OX_RETRY_NEVER);
		assert_non_null(strstr(error.text, tls_good_pin));
		ox_tls_trust_free(trust);
	}
}

static void a_version_below_the_minimum_is_refused_unless_asked_for(void **state)
{
	SSL_CTX *context = tls_server_context(&tls_good);
	ox_tls_options options = tls_default_options();
	(void)state;
	assert_int_equal(SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0"), 1);
	SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
	ox_tls_trust *trust = tls_trust_for(&options);
	ox_error error = tls_refused_by(trust, context, "localhost", tls_serve_echo);
	assert_int_equal(error.fact, OX_FACT_TLS_VERSION);
	assert_int_equal(error.retry, OX_RETRY_NEVER);
	ox_tls_trust_free(trust);

	options.version_min = OX_TLS_VERSION_1_0;
	trust = tls_trust_for(&options);
	assert_false(tls_visit(trust, context));
	ox_tls_trust_free(trust);

	options.version_min = OX_TLS_VERSION_1_3;
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	trust = tls_trust_for(&options);
	error = tls_refused_by(trust, context, "localhost", tls_serve_echo);
	assert_int_equal(error.fact, OX_FACT_TLS_VERSION);
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
}

static void a_peer_that_does_not_speak_tls_is_recognised(void **state)
{
	static const struct {
		void (*serve)(tls_peer *, int);
		ox_fact fact;
		ox_retry retry;
	} cases[] = {
		{tls_serve_plain_greeting, OX_FACT_PEER_SPEAKS_PLAIN, OX_RETRY_NEVER},
		{tls_serve_ssh_greeting, OX_FACT_PEER_SPEAKS_SSH, OX_RETRY_NEVER},
		{tls_serve_hang_up, OX_FACT_PEER_CLOSED, OX_RETRY_LATER},
	};
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_error error = tls_refused_by(trust, tls_good_context, "localhost", cases[i].serve);
		if (error.fact != cases[i].fact || error.retry != cases[i].retry) {
			fail_msg("case %zu: %s: %s", i, ox_fact_name(error.fact), error.text);
		}
		assert_non_null(strstr(error.text, "localhost port 465"));
	}
	ox_tls_trust_free(trust);
}

static void no_cipher_in_common_is_a_failed_handshake(void **state)
{
	SSL_CTX *context = tls_server_context(&tls_good);
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	assert_int_equal(SSL_CTX_set_cipher_list(context, "AES256-SHA256"), 1); /* needs an RSA key */
	ox_error error = tls_refused_by(trust, context, "localhost", tls_serve_echo);
	assert_int_equal(error.fact, OX_FACT_TLS_HANDSHAKE);
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
}

static void a_client_certificate_is_shown_where_one_is_asked_for(void **state)
{
	tls_identity client = tls_identity_new("client", NULL, -1, 5, &tls_authority);
	SSL_CTX *context = tls_server_context(&tls_good);
	ox_tls_options options = tls_default_options();
	(void)state;
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	assert_int_equal(SSL_CTX_load_verify_locations(context, tls_ca_file, NULL), 1);
	tls_write_certificate(tls_in_folder("client.pem"), &client);
	tls_write_key(tls_in_folder("client.key"), &client, NULL);
	options.certificate = tls_in_folder("client.pem");
	options.key = tls_in_folder("client.key");
	ox_tls_trust *trust = tls_trust_for(&options);
	assert_false(tls_visit(trust, context));
	ox_tls_trust_free(trust);

	/* TLS 1.3: the client has finished before the server can refuse; the alert meets the first
	 * read. */
	options.certificate = options.key = NULL;
	trust = tls_trust_for(&options);
	tls_peer peer;
	ox_error error;
	char byte;
	long last;
	tls_peer_start(&peer, context, tls_serve_echo);
	ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
	assert_non_null(tls);
	assert_int_equal(tls_read_some(tls, &peer, &byte, 1, &last, &error), 0);
	assert_int_equal(last, OX_SOCKET_BROKEN);
	assert_int_equal(error.class, OX_ERROR_TLS);
	assert_non_null(strstr(error.text, "certificate required"));
	ox_tls_free(tls);
	tls_peer_stop(&peer);
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
	tls_identity_free(&client);
}

static void an_option_that_cannot_be_used_is_named(void **state)
{
	tls_identity client = tls_identity_new("client", NULL, -1, 5, &tls_authority);
	(void)state;
	tls_write_certificate(tls_in_folder("client.pem"), &client);
	tls_write_key(tls_in_folder("locked.key"), &client, "hush");
	tls_write_key(tls_in_folder("other.key"), &tls_good, NULL);
	FILE *file = fopen(tls_in_folder("junk.pem"), "w");
	fputs("junk", file);
	fclose(file);
	const char *certificate = tls_in_folder("client.pem");
	const char *locked = tls_in_folder("locked.key"), *other = tls_in_folder("other.key");
	const char *junk = tls_in_folder("junk.pem");
	const struct {
		ox_tls_options options;
		const char *text;
	} cases[] = {
		{{.ca_file = "/not/there.pem"}, "ca_file: /not/there.pem cannot be used: No such file"},
		{{.ca_file = junk}, "ca_file: "},
		{{.certificate = "/not/there.pem"}, "cert: /not/there.pem cannot be used: No such file"},
		{{.certificate = certificate}, "key: "}, /* holds no key */
		{{.certificate = certificate, .key = locked}, "protected by a passphrase"},
		{{.certificate = certificate, .key = other}, "key: "},
		{{.key = other}, "key: "},
		{{.pin = "sha256//AAAA"}, "pin: "},
		{{.pin = "md5//AAAA"}, "pin: "},
		{{.pin = "sha256//"}, "pin: "},
		{{.pin = ";"}, "pin: "},
		{{.version_min = 7}, "tls_min: "},
	};
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		ox_tls_trust *trust;
		ox_error error = {0};
		assert_int_equal(ox_tls_trust_new(&cases[i].options, &trust, &error), OX_E_FAILED);
		assert_null(trust);
		if (error.fact != OX_FACT_TLS_SETUP || error.class != OX_ERROR_TLS ||
		    error.retry != OX_RETRY_NEVER || !strstr(error.text, cases[i].text)) {
			fail_msg("case %zu: %s: %s", i, ox_fact_name(error.fact), error.text);
		}
	}
	tls_identity_free(&client);
}

static void set_up_without_memory(void)
{
	ox_tls_options options = tls_default_options();
	ox_tls_trust *trust;
	ox_tls *tls;
	ox_error error = {0};
	options.pin = tls_good_pin;
	options.cache_directory = tls_cache;
	int status = ox_tls_trust_new(&options, &trust, &error);
	if (status == OX_OK) {
		status = ox_tls_new(trust, 0, "localhost", 465, &tls, &error);
		ox_tls_free(tls);
		ox_tls_trust_free(trust);
	} else {
		assert_null(trust);
	}
	assert_true(status == OX_OK || (status == OX_E_NOMEM && error.class == OX_ERROR_MEMORY));
}

static void every_allocation_of_a_trust_and_a_connection_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(set_up_without_memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_that_does_not_fit_is_refused_with_its_reason),
		cmocka_unit_test(hostile_bytes_of_a_certificate_do_not_reach_the_error),
		cmocka_unit_test(a_server_that_is_the_ca_file_itself_is_trusted),
		cmocka_unit_test(an_empty_name_does_not_switch_verification_off),
		cmocka_unit_test(a_pin_stands_beside_verification_or_alone),
		cmocka_unit_test(a_version_below_the_minimum_is_refused_unless_asked_for),
		cmocka_unit_test(a_peer_that_does_not_speak_tls_is_recognised),
		cmocka_unit_test(no_cipher_in_common_is_a_failed_handshake),
		cmocka_unit_test(a_client_certificate_is_shown_where_one_is_asked_for),
		cmocka_unit_test(an_option_that_cannot_be_used_is_named),
		cmocka_unit_test(every_allocation_of_a_trust_and_a_connection_may_fail),
	};
	return cmocka_run_group_tests_name("tls", tests, tls_set_up, tls_tear_down);
}
