/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "tls_fixture.h"

#include <dirent.h>
#include <unistd.h>

static void sessions_are_resumed_from_memory(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(versions); i++) {
		SSL_CTX *context = tls_server_context(&tls_good);
		SSL_CTX_set_max_proto_version(context, versions[i]);
		const ox_tls_options options = tls_default_options();
		ox_tls_trust *trust = tls_trust_for(&options);
		assert_false(tls_visit(trust, context));
		assert_true(tls_visit(trust, context));
		assert_true(tls_visit_port(trust, context, "LocalHost.", 465));
		assert_false(tls_visit_port(trust, context, "localhost", 587));
		assert_false(tls_visit_port(trust, context, "mail.example.test", 465));
		ox_tls_trust_free(trust);
		SSL_CTX_free(context);
	}
}

static void a_server_that_forgot_gets_a_full_handshake(void **state)
{
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	SSL_CTX *context = tls_server_context(&tls_good);
	(void)state;
	assert_false(tls_visit(trust, tls_good_context));
	assert_false(tls_visit(trust, context)); /* other ticket keys */
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
}

static bool visit_as_new_process(const ox_tls_options *options, SSL_CTX *context)
{
	ox_tls_trust *trust = tls_trust_for(options);
	bool resumed = tls_visit(trust, context);
	ox_tls_trust_free(trust);
	return resumed;
}

static void sessions_are_resumed_through_files_under_the_same_options_only(void **state)
{
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(versions); i++) {
		SSL_CTX *context = tls_server_context(&tls_good);
		SSL_CTX_set_max_proto_version(context, versions[i]);
		ox_tls_options options = tls_default_options();
		options.cache_directory = tls_cache;
		assert_false(visit_as_new_process(&options, context));
		assert_true(visit_as_new_process(&options, context));
		assert_true(visit_as_new_process(&options, context));

		ox_tls_options others[4] = {options, options, options, options};
		others[0].verify = false;
		others[1].pin = tls_good_pin;
		others[2].version_min = OX_TLS_VERSION_1_1;
		others[3].ca_file = tls_in_folder("other-ca.pem");
		tls_write_certificate(others[3].ca_file, &tls_authority);
		for (size_t j = 0; j < OX_COUNT(others); j++) {
			assert_false(visit_as_new_process(&others[j], context));
		}
		/* The same path with another content is another trust. */
		FILE *file = fopen(others[3].ca_file, "a");
		fputs("\n# changed\n", file);
		fclose(file);
		assert_false(visit_as_new_process(&others[3], context));
		assert_true(visit_as_new_process(&options, context));
		SSL_CTX_free(context);
		tls_empty_folder(tls_cache);
	}
}

static void a_spoilt_session_file_is_passed_over_and_replaced(void **state)
{
	ox_tls_options options = tls_default_options();
	struct dirent *entry;
	(void)state;
	options.cache_directory = tls_cache;
	assert_false(visit_as_new_process(&options, tls_good_context));
	DIR *directory = opendir(tls_cache);
	unsigned spoilt = 0;
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.') {
			char path[512];
			snprintf(path, sizeof path, "%s/%s", tls_cache, entry->d_name);
			assert_int_equal(truncate(path, 50), 0);
			spoilt++;
		}
	}
	closedir(directory);
	assert_int_equal(spoilt, 1);
	assert_false(visit_as_new_process(&options, tls_good_context));
	assert_true(visit_as_new_process(&options, tls_good_context));
	assert_int_equal(tls_empty_folder(tls_cache), 1);
}

static void the_cache_of_sessions_stays_bounded(void **state)
{
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	for (uint16_t port = 1; port <= 80; port++) {
		assert_false(tls_visit_port(trust, tls_good_context, "localhost", port));
	}
	assert_true(tls_visit_port(trust, tls_good_context, "localhost", 80));
	assert_false(tls_visit_port(trust, tls_good_context, "localhost", 1));
	ox_tls_trust_free(trust);
}

static void a_generous_host_does_not_push_out_the_others(void **state)
{
	SSL_CTX *context = tls_server_context(&tls_good);
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	assert_false(tls_visit_port(trust, context, "localhost", 1));
	SSL_CTX_set_num_tickets(context, 80);
	assert_false(tls_visit_port(trust, context, "localhost", 2));
	assert_true(tls_visit_port(trust, context, "localhost", 2));
	assert_true(tls_visit_port(trust, context, "localhost", 1));
	ox_tls_trust_free(trust);
	SSL_CTX_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_are_resumed_from_memory),
		cmocka_unit_test(a_server_that_forgot_gets_a_full_handshake),
		cmocka_unit_test(sessions_are_resumed_through_files_under_the_same_options_only),
		cmocka_unit_test(a_spoilt_session_file_is_passed_over_and_replaced),
		cmocka_unit_test(the_cache_of_sessions_stays_bounded),
		cmocka_unit_test(a_generous_host_does_not_push_out_the_others),
	};
	return cmocka_run_group_tests_name("tls_session", tests, tls_set_up, tls_tear_down);
}
