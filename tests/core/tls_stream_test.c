/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "tls_fixture.h"

#include <sys/socket.h>

static void a_verified_connection_carries_data_both_ways(void **state)
{
	static const struct {
		const char *name, *sni;
	} cases[] = {{"localhost", "localhost"}, {"LOCALHOST", "localhost"},
		{"mail.example.test.", "mail.example.test"}, {"a.wild.test", "a.wild.test"},
		{"127.0.0.1", ""}, {"::1", ""}, {"::1%lo", ""}};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		const ox_tls_options options = tls_default_options();
		ox_tls_trust *trust = tls_trust_for(&options);
		tls_peer peer;
		ox_error error;
		tls_peer_start(&peer, tls_good_context, tls_serve_echo);
		ox_tls *tls = tls_connect(trust, &peer, cases[i].name, &error);
		if (!tls) {
			fail_msg("%s: %s", cases[i].name, error.text);
		}
		ox_tls_trust_free(trust); /* the connection keeps its share */
		tls_echo(tls, &peer);
		assert_memory_equal(ox_tls_describe(tls), "TLSv1.3 TLS_", 12);
		assert_false(ox_tls_resumed(tls));
		ox_tls_goodbye(tls);
		ox_tls_goodbye(tls);
		ox_tls_free(tls);
		tls_peer_stop(&peer);
		assert_true(peer.ended_orderly);
		assert_string_equal(peer.server_name, cases[i].sni);
	}
}

static void an_end_without_close_notify_is_not_an_orderly_one(void **state)
{
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	(void)state;
	for (int orderly = 0; orderly < 2; orderly++) {
		tls_peer peer;
		ox_error error;
		char bytes[16];
		long last;
		tls_peer_start(&peer, tls_good_context, orderly ? tls_serve_and_end : tls_serve_and_break);
		ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
		assert_non_null(tls);
		assert_int_equal(tls_read_some(tls, &peer, bytes, sizeof bytes, &last, &error), 5);
		assert_memory_equal(bytes, "hello", 5);
		assert_int_equal(last, orderly ? 0 : OX_SOCKET_BROKEN);
		if (!orderly) {
			assert_int_equal(error.fact, OX_FACT_TLS_TRUNCATED);
			assert_int_equal(error.retry, OX_RETRY_LATER);
			assert_int_equal(ox_tls_write(tls, "x", 1, &error), OX_SOCKET_BROKEN);
		}
		ox_tls_free(tls);
		tls_peer_stop(&peer);
	}
	ox_tls_trust_free(trust);
}

static void decrypted_octets_that_wait_are_told(void **state)
{
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	tls_peer peer;
	ox_error error;
	char bytes[16];
	long last;
	(void)state;
	tls_peer_start(&peer, tls_good_context, tls_serve_and_end);
	ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
	assert_non_null(tls);
	assert_int_equal(tls_read_some(tls, &peer, bytes, 1, &last, &error), 1);
	assert_true(ox_tls_has_pending(tls));
	assert_int_equal(ox_tls_read(tls, bytes, sizeof bytes, &error), 4);
	assert_false(ox_tls_has_pending(tls));
	ox_tls_free(tls);
	tls_peer_stop(&peer);
	ox_tls_trust_free(trust);
}

/* Each retry hands over the same octets from another place, as a growing output buffer does. */
static size_t write_pattern(ox_tls *tls, tls_peer *peer, size_t total)
{
	size_t sent = 0, waits = 0;
	int room = 8192; /* less than a record: each goes out in pieces */
	ox_error error;
	assert_int_equal(setsockopt(peer->sockets[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room), 0);
	while (sent < total) {
		size_t size = total - sent < 100000 ? total - sent : 100000;
		char *bytes = malloc(size);
		for (size_t i = 0; i < size; i++) {
			bytes[i] = (char)((sent + i) % 251);
		}
		long moved = ox_tls_write(tls, bytes, size, &error);
		free(bytes);
		if (moved == OX_WOULD_BLOCK) {
			waits++;
			tls_wait(tls, peer);
			continue;
		}
		assert_true(moved > 0);
		waits += (size_t)moved < size;
		sent += (size_t)moved;
	}
	return waits;
}

static void a_large_body_goes_out_in_full_records(void **state)
{
	enum { TOTAL = 8 << 20 };
	const ox_tls_options options = tls_default_options();
	ox_tls_trust *trust = tls_trust_for(&options);
	tls_peer peer;
	ox_error error;
	(void)state;
	tls_peer_start(&peer, tls_good_context, tls_serve_count);
	ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
	assert_non_null(tls);
	size_t waits = write_pattern(tls, &peer, TOTAL);
	ox_tls_goodbye(tls);
	ox_tls_free(tls);
	tls_peer_stop(&peer);
	ox_tls_trust_free(trust);
	assert_true(waits > 0); /* or nothing was proved about waiting */
	assert_int_equal(peer.received, TOTAL);
	assert_true(peer.ended_orderly);
	/* 100,000 octets at a time are six full records and a short one. */
	assert_true(peer.records <= TOTAL / 100000 * 7 + 7 + waits);
}

static void freeing_alone_sends_nothing_and_spoils_no_session(void **state)
{
	const ox_tls_options options = tls_default_options();
	SSL_CTX *context = tls_server_context(&tls_good);
	(void)state;
	SSL_CTX_set_num_tickets(context, 1);
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		ox_tls_trust *trust = tls_trust_for(&options);
		tls_peer peer;
		ox_error error;
		SSL_CTX_set_max_proto_version(context, version);
		tls_peer_start(&peer, context, tls_serve_echo);
		ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
		assert_non_null(tls);
		tls_echo(tls, &peer);
		ox_tls_free(tls);
		ox_tls_free(NULL);
		tls_peer_stop(&peer);
		assert_false(peer.ended_orderly);
		assert_true(tls_visit(trust, context));
		ox_tls_trust_free(trust);
	}
	SSL_CTX_free(context);
}

static void both_sides_have_the_same_channel_bindings(void **state)
{
	const ox_tls_options options = tls_default_options();
	SSL_CTX *context = tls_server_context(&tls_good);
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		ox_tls_trust *trust = tls_trust_for(&options);
		tls_peer peer;
		ox_error error;
		uint8_t theirs[64], ours[64];
		size_t size;
		long last;
		SSL_CTX_set_max_proto_version(context, version);
		tls_peer_start(&peer, context, tls_serve_bindings);
		ox_tls *tls = tls_connect(trust, &peer, "localhost", &error);
		assert_non_null(tls);
		assert_int_equal(tls_read_some(tls, &peer, theirs, sizeof theirs, &last, &error), 64);
		ox_tls_exporter(tls, ours, sizeof ours, &size);
		assert_int_equal(size, version == TLS1_3_VERSION ? 32 : 0);
		assert_memory_equal(ours, theirs, size);
		ox_tls_end_point(tls, ours, sizeof ours, &size);
		assert_int_equal(size, 32);
		assert_memory_equal(ours, theirs + 32, 32);
		ox_tls_end_point(tls, ours, 31, &size);
		assert_int_equal(size, 0);
		ox_tls_exporter(tls, ours, 31, &size);
		assert_int_equal(size, 0);
		ox_tls_free(tls);
		tls_peer_stop(&peer);
		ox_tls_trust_free(trust);
	}
	SSL_CTX_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verified_connection_carries_data_both_ways),
		cmocka_unit_test(an_end_without_close_notify_is_not_an_orderly_one),
		cmocka_unit_test(decrypted_octets_that_wait_are_told),
		cmocka_unit_test(a_large_body_goes_out_in_full_records),
		cmocka_unit_test(freeing_alone_sends_nothing_and_spoils_no_session),
		cmocka_unit_test(both_sides_have_the_same_channel_bindings),
	};
	return cmocka_run_group_tests_name("tls_stream", tests, tls_set_up, tls_tear_down);
}
