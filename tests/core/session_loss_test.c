/* SPDX-License-Identifier: MIT */
/* What became of a message when a connection or a server breaks at any place, and what a large
 * message costs. */
#include "session_talk.h"

/* Loses the connection after n octets of the flight, for every n: unknown is the last one alone. */
static void lose_after_each_octet(const char *offers, bool data)
{
	size_t whole = 0;
	for (size_t n = 0; !whole || n <= whole; n++) {
		talk t;
		assert_true(ready(&t, 1, offers));
		assert_true(submit(&t, 1));
		pull(&t);
		if (data) {
			take(&t, 1000);
			ox_session_feed(t.session, "250 a\r\n250 b\r\n354 go\r\n", 22);
			pull(&t);
		}
		const uint8_t *bytes;
		ox_session_output(t.session, &bytes, &whole);
		take(&t, n);
		ox_session_peer_closed(t.session, false);
		assert_int_equal(pull(&t), OX_EVENT_ERROR);
		assert_int_equal(t.done, 1);
		assert_int_equal(t.outcomes[0], n >= whole ? OX_OUTCOME_UNKNOWN : OX_OUTCOME_DEFERRED);
		end(&t);
	}
}

static void a_loss_is_unknown_from_the_last_octet_on_and_not_one_earlier(void **state)
{
	(void)state;
	lose_after_each_octet(OFFERS, false);
	lose_after_each_octet("250-x\r\n250 PIPELINING\r\n", true);
}

static void a_refusal_while_octets_still_wait_is_the_messages_result(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 1, "250-x\r\n250 PIPELINING\r\n"));
	assert_true(submit(&t, 1));
	pull(&t);
	take(&t, 1000);
	ox_session_feed(t.session, "250 a\r\n250 b\r\n354 go\r\n", 22);
	pull(&t);
	take(&t, 5);
	ox_session_feed(t.session, "552 5.3.4 too big\r\n", 19);
	assert_int_equal(pull(&t), OX_EVENT_ERROR);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_REJECTED);
	assert_int_equal(t.last.error->fact, OX_FACT_REPLY);
	assert_int_equal(t.last.error->smtp_code, 552);
	assert_int_equal(take(&t, 1000), 0); /* no dot can make half a message whole */
	end(&t);
}

/* A large message in pieces, written in pieces: octets, framing and bounds. */
static void stream(const char *offers, bool data)
{
	enum { LINES = 200000 };
	static const char line[] = ".234567890123456789012345678901234567890\r\n";
	const size_t width = sizeof line - 1;
	talk t;
	char *message = malloc(LINES * width + 1);
	assert_non_null(message);
	for (size_t i = 0; i < LINES; i++) {
		memcpy(message + i * width, line, width + 1);
	}
	assert_true(ready(&t, 1, offers));
	t.body = message;
	assert_true(submit(&t, 1));
	size_t most = 0, step = 1, waiting = 0;
	bool answered = !data;
	const uint8_t *bytes;
	do {
		pull(&t);
		ox_session_output(t.session, &bytes, &waiting);
		most = waiting > most ? waiting : most;
		take(&t, step = step * 7 % 90001);
		if (!answered && strstr(ox_buffer_text(&t.written), "DATA\r\n")) {
			answered = true;
			waiting = 1;
			ox_session_feed(t.session, "250 a\r\n250 b\r\n354 go\r\n", 22);
		}
	} while (waiting);
	assert_true(most <= OX_SESSION_OUTPUT_MAX);
	const char *first = strstr(ox_buffer_text(&t.written), data ? "DATA\r\n.." : "LAST\r\n.2");
	assert_non_null(first);
	size_t head = (size_t)(first - ox_buffer_text(&t.written)) + 6;
	assert_int_equal(t.written.size - head, LINES * (width + (data ? 1 : 0)) + (data ? 3 : 0));
	ox_session_feed(t.session, data ? "250 ok\r\n" : "250 a\r\n250 b\r\n250 ok\r\n", data ? 8 : 22);
	pull(&t);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_SENT);
	end(&t);
	free(message);
}

static void a_large_message_is_streamed_within_the_output_bound(void **state)
{
	(void)state;
	stream(OFFERS, false);
	stream("250-x\r\n250 PIPELINING\r\n", true);
}

static void a_refusal_in_the_middle_of_data_is_the_messages_result(void **state)
{
	(void)state;
	talk t;
	char *message = malloc(300001);
	assert_non_null(message);
	for (size_t i = 0; i < 300000; i += 3) {
		memcpy(message + i, "x\r\n", 4);
	}
	assert_true(ready(&t, 1, "250-x\r\n250 PIPELINING\r\n"));
	t.body = message;
	assert_true(submit(&t, 1));
	pull(&t);
	take(&t, 1000);
	ox_session_feed(t.session, "250 a\r\n250 b\r\n354 go\r\n", 22);
	pull(&t);
	take(&t, 70000);
	assert_int_equal(ox_session_stage(t.session), OX_STAGE_BODY);
	ox_session_feed(t.session, "451 4.3.1 disk\r\n", 16);
	assert_int_equal(pull(&t), OX_EVENT_ERROR);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_DEFERRED);
	assert_int_equal(t.last.error->smtp_code, 451);
	end(&t);
	free(message);
}

static uint32_t next_random(uint32_t *seed)
{
	return *seed = *seed * 1664525u + 1013904223u, *seed >> 16;
}

/* A server that says anything, in any order, in any pieces. */
static void converse_at_random(uint32_t seed)
{
	static const char *const words[] = {"250 ok\r\n",
										"250 ok\r\n",
										"250 ok\r\n",
										"250-x\r\n",
										"354 go\r\n",
										"550 5.1.1 no\r\n",
										"452 4.5.3 full\r\n",
										"503 nested\r\n",
										"500 what\r\n",
										"421 bye\r\n",
										"221 bye\r\n",
										"334 \r\n",
										"25",
										"\r\n",
										"555 no\r\n",
										"250 ok id=x1\r\n",
										"235 in\r\n",
										"451 later\r\n"};
	static const char *const offers[] = {
		OFFERS, "250-x\r\n250 PIPELINING\r\n", "250 x\r\n",
		"250-x\r\n250-CHUNKING\r\n250 SIZE 100\r\n",
		"250-x\r\n250-PIPELINING\r\n250 LIMITS RCPTMAX=2 RCPTDOMAINMAX=1\r\n"};
	talk t;
	assert_true(
		ready(&t, 1 + next_random(&seed) % 4, offers[next_random(&seed) % OX_COUNT(offers)]));
	size_t submitted = 0, done = 0;
	for (int turn = 0; turn < 60; turn++) {
		if (next_random(&seed) % 3 == 0 && submitted < 6 &&
			submit(&t, 1 + (int)(next_random(&seed) % 4))) {
			submitted++;
		}
		ox_event event;
		ox_event_type type;
		while ((type = ox_session_next(t.session, &event)) == OX_EVENT_BODY ||
			   type == OX_EVENT_DONE) {
			if (type == OX_EVENT_BODY) {
				size_t size = 1 + next_random(&seed) % event.room;
				(void)!ox_session_body(t.session, t.body + event.offset, size);
				continue;
			}
			done++;
			for (size_t i = 0; i < event.result_count; i++) {
				assert_int_not_equal(event.results[i].outcome, OX_OUTCOME_NONE);
			}
		}
		if (type == OX_EVENT_ERROR) {
			break;
		}
		take(&t, next_random(&seed) % 200);
		if (next_random(&seed) % 4) {
			const char *word = words[next_random(&seed) % OX_COUNT(words)];
			ox_session_feed(t.session, word, strlen(word));
		}
	}
	ox_buffer_empty(&t.written);
	ox_session_peer_closed(t.session, false);
	ox_event event;
	ox_event_type type;
	while ((type = ox_session_next(t.session, &event)) == OX_EVENT_DONE) {
		done++;
	}
	assert_int_equal(type, OX_EVENT_ERROR);
	assert_int_equal(done, submitted);
	take(&t, 1000);
	assert_true(!t.written.size || !strcmp(ox_buffer_text(&t.written), "QUIT\r\n"));
	end(&t);
}

static void whatever_the_server_says_every_message_gets_one_result_each(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 20000; seed++) {
		converse_at_random(seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loss_is_unknown_from_the_last_octet_on_and_not_one_earlier),
		cmocka_unit_test(a_refusal_while_octets_still_wait_is_the_messages_result),
		cmocka_unit_test(a_large_message_is_streamed_within_the_output_bound),
		cmocka_unit_test(a_refusal_in_the_middle_of_data_is_the_messages_result),
		cmocka_unit_test(whatever_the_server_says_every_message_gets_one_result_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
