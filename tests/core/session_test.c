/* SPDX-License-Identifier: MIT */
/* The session's promises that a dialogue on paper (tests/wire) cannot express: order of calls, memory that
 * runs out, bounds on output. */
#include "test.h"

#include "smtp/session.h"

typedef struct {
	ox_session *session;
	ox_buffer written; /* everything that was taken from the session */
	ox_event last;
	ox_outcome outcomes[8];
	size_t done, outcome_count;
	const char *body;
} talk;

static void begin(talk *t, unsigned window, const ox_credentials *credentials)
{
	ox_session_options options = {.ehlo = "client.example", .host = "mail.example", .port = 465,
		.tls = OX_TLS_IMPLICIT, .credentials = credentials, .window = window};
	memset(t, 0, sizeof *t);
	ox_buffer_init(&t->written, 64 * 1024 * 1024);
	t->session = ox_session_new(&options);
	if (t->session) {
		ox_channel_binding channel = {.tls = true};
		ox_session_tls_started(t->session, &channel);
	}
	t->body = "Subject: x\r\n\r\n.dot\r\n";
}

static void end(talk *t)
{
	ox_session_free(t->session);
	ox_buffer_clear(&t->written);
}

static bool flush(talk *t)
{
	const uint8_t *bytes;
	size_t size;
	ox_session_output(t->session, &bytes, &size);
	if (!size) {
		return false;
	}
	if (ox_buffer_append(&t->written, bytes, size) != OX_OK) {
		return false;
	}
	ox_session_sent(t->session, size);
	return true;
}

/* Runs until input is needed; returns the last event that matters. */
static ox_event_type run(talk *t)
{
	for (int i = 0; i < 1000; i++) {
		ox_event event;
		ox_event_type type = ox_session_next(t->session, &event);
		t->last = event;
		if (type == OX_EVENT_BODY) {
			if (ox_session_body(t->session, t->body + event.offset, event.room) != OX_OK) {
				continue; /* the ERROR event follows */
			}
		} else if (type == OX_EVENT_DONE) {
			t->done++;
			t->outcome_count = 0;
			for (size_t r = 0; r < event.result_count && r < OX_COUNT(t->outcomes); r++) {
				t->outcomes[t->outcome_count++] = event.results[r].outcome;
			}
		} else if (type == OX_EVENT_NEED_IO && flush(t)) {
			continue;
		} else {
			return type;
		}
	}
	return OX_EVENT_ERROR;
}

static ox_event_type say(talk *t, const char *reply)
{
	ox_session_feed(t->session, reply, strlen(reply));
	return run(t);
}

static bool submit(talk *t, int recipients)
{
	ox_envelope envelope;
	ox_envelope_init(&envelope);
	int status = ox_envelope_set_sender(&envelope, "a@client.example");
	for (int i = 0; i < recipients && status == OX_OK; i++) {
		char address[64];
		size_t index;
		snprintf(address, sizeof address, "r%d@example.org", i);
		status = ox_envelope_add(&envelope, address, 0, NULL, &index);
	}
	envelope.size = strlen(t->body);
	uint32_t number;
	if (status == OX_OK) {
		status = ox_session_submit(t->session, &envelope, &number);
	}
	ox_envelope_clear(&envelope);
	return status == OX_OK;
}

#define OFFERS "250-mail.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-AUTH PLAIN\r\n250 SIZE\r\n"

static void a_warm_message_is_one_flight_with_chunking(void **state)
{
	(void)state;
	talk t;
	begin(&t, 4, NULL);
	assert_int_equal(run(&t), OX_EVENT_NEED_IO);
	say(&t, "220 mail.example\r\n");
	assert_int_equal(say(&t, OFFERS), OX_EVENT_READY);
	ox_buffer_empty(&t.written);
	assert_true(submit(&t, 2));
	assert_int_equal(run(&t), OX_EVENT_NEED_IO);
	assert_string_equal(ox_buffer_text(&t.written),
		"MAIL FROM:<a@client.example> SIZE=20\r\nRCPT TO:<r0@example.org>\r\n"
		"RCPT TO:<r1@example.org>\r\nBDAT 20 LAST\r\nSubject: x\r\n\r\n.dot\r\n");
	say(&t, "250 ok\r\n250 ok\r\n550 5.1.1 no\r\n250 2.0.0 Ok: queued as 4F3A\r\n");
	assert_int_equal(t.done, 1);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_SENT);
	assert_int_equal(t.outcomes[1], OX_OUTCOME_REJECTED);
	assert_true(ox_session_is_idle(t.session));
	end(&t);
}

static void several_messages_fly_at_once_and_the_window_bounds_them(void **state)
{
	(void)state;
	talk t;
	begin(&t, 3, NULL);
	run(&t);
	say(&t, "220 mail.example\r\n");
	say(&t, OFFERS);
	assert_true(submit(&t, 1) && submit(&t, 1) && submit(&t, 1));
	assert_false(submit(&t, 1));
	run(&t);
	assert_int_equal(ox_session_mails_begun(t.session), 3);
	say(&t, "250 ok\r\n250 ok\r\n250 ok\r\n");
	for (int i = 1; i < 3; i++) {
		say(&t, "250 reset\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
	}
	assert_int_equal(t.done, 3);
	assert_true(ox_session_is_idle(t.session));
	end(&t);
}

static void the_end_of_data_and_no_reply_is_unknown(void **state)
{
	(void)state;
	talk t;
	begin(&t, 1, NULL);
	run(&t);
	say(&t, "220 mail.example\r\n");
	say(&t, OFFERS);
	assert_true(submit(&t, 1));
	run(&t);
	say(&t, "250 ok\r\n250 ok\r\n");
	ox_session_peer_closed(t.session, false);
	assert_int_equal(run(&t), OX_EVENT_ERROR);
	assert_int_equal(t.done, 1);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_UNKNOWN);
	assert_int_equal(t.last.error->retry, OX_RETRY_UNKNOWN);
	end(&t);
}

static void thousands_of_recipients_do_not_pass_the_output_bound(void **state)
{
	(void)state;
	talk t;
	begin(&t, 1, NULL);
	run(&t);
	say(&t, "220 mail.example\r\n");
	say(&t, OFFERS);
	assert_true(submit(&t, 3000));
	size_t asked = 0;
	for (int turn = 0; turn < 5000 && !t.done; turn++) {
		run(&t);
		const char *next;
		for (const char *at = ox_buffer_text(&t.written) + asked; (next = strstr(at, "\r\n")); at = next + 2) {
			if (!strncmp(at, "MAIL", 4) || !strncmp(at, "RCPT", 4) || !strncmp(at, "BDAT", 4)) {
				ox_session_feed(t.session, "250 ok\r\n", 8);
			}
			asked = (size_t)(next + 2 - ox_buffer_text(&t.written));
		}
	}
	run(&t);
	assert_int_equal(t.done, 1);
	end(&t);
}

static void a_bare_line_feed_never_leaves_and_ends_the_session(void **state)
{
	(void)state;
	talk t;
	begin(&t, 1, NULL);
	run(&t);
	say(&t, "220 mail.example\r\n");
	say(&t, OFFERS);
	t.body = "Subject: x\r\n\r\n\n.\r\n";
	assert_true(submit(&t, 1));
	assert_int_equal(run(&t), OX_EVENT_ERROR);
	assert_int_equal(t.last.error->fact, OX_FACT_BODY_SOURCE);
	assert_null(strstr(ox_buffer_text(&t.written), "\n.\r\n"));
	end(&t);
}

static bool ready(talk *t, unsigned window, const char *offers)
{
	begin(t, window, NULL);
	run(t);
	say(t, "220 mail.example\r\n");
	bool is_ready = say(t, offers) == OX_EVENT_READY;
	ox_buffer_empty(&t->written);
	return is_ready;
}

/* Moves at most size octets out. */
static size_t take(talk *t, size_t size)
{
	const uint8_t *bytes;
	size_t waiting;
	ox_session_output(t->session, &bytes, &waiting);
	size = size < waiting ? size : waiting;
	assert_int_equal(ox_buffer_append(&t->written, bytes, size), OX_OK);
	ox_session_sent(t->session, size);
	return size;
}

/* Pulls events without moving octets, until the session wants to write or read. */
static ox_event_type pull(talk *t)
{
	ox_event_type type;
	do {
		type = ox_session_next(t->session, &t->last);
		if (type == OX_EVENT_BODY) {
			assert_int_equal(ox_session_body(t->session, t->body + t->last.offset, t->last.room), OX_OK);
		}
		if (type == OX_EVENT_DONE) {
			t->outcomes[t->done++] = t->last.results[0].outcome;
		}
	} while (type == OX_EVENT_BODY || type == OX_EVENT_DONE);
	return type;
}

static void a_message_behind_a_refused_bdat_is_kept_apart_by_rset(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 2, OFFERS));
	assert_true(submit(&t, 1) && submit(&t, 1));
	run(&t);
	assert_non_null(strstr(ox_buffer_text(&t.written), ".dot\r\nRSET\r\nMAIL FROM:"));
	/* A server in the manner of Exim: the first message has no recipient, its transaction stays open. */
	say(&t, "250 ok\r\n550 5.1.1 no\r\n503 no recipients\r\n");
	assert_int_equal(t.done, 1);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_REJECTED);
	say(&t, "250 reset\r\n250 ok\r\n250 ok\r\n250 queued\r\n");
	assert_int_equal(t.done, 2);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_SENT);
	/* The healthy path has none: its predecessor is answered. */
	ox_buffer_empty(&t.written);
	assert_true(submit(&t, 1));
	run(&t);
	assert_null(strstr(ox_buffer_text(&t.written), "RSET"));
	end(&t);
}

static void a_message_taken_under_a_refused_sender_is_unknown(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 1, OFFERS));
	assert_true(submit(&t, 1));
	run(&t);
	assert_int_equal(say(&t, "550 not you\r\n250 ok\r\n250 queued as 7\r\n"), OX_EVENT_ERROR);
	assert_int_equal(t.done, 1);
	assert_int_equal(t.outcomes[0], OX_OUTCOME_UNKNOWN);
	assert_int_equal(t.last.error->fact, OX_FACT_UNEXPECTED_REPLY);
	end(&t);
}

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
		if (!answered && !t.written.size) {
			continue;
		}
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

static void a_server_with_mailmax_is_spent_after_as_many(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 8, "250-x\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 LIMITS MAILMAX=2\r\n"));
	assert_false(ox_session_is_spent(t.session));
	assert_true(submit(&t, 1) && submit(&t, 1));
	assert_true(ox_session_is_spent(t.session));
	assert_false(submit(&t, 1));
	end(&t);
}

static uint32_t next_random(uint32_t *seed)
{
	return *seed = *seed * 1664525u + 1013904223u, *seed >> 16;
}

/* A server that says anything, in any order, in any pieces. */
static void converse_at_random(uint32_t seed)
{
	static const char *const words[] = {"250 ok\r\n", "250 ok\r\n", "250 ok\r\n", "250-x\r\n", "354 go\r\n",
		"550 5.1.1 no\r\n", "452 4.5.3 full\r\n", "503 nested\r\n", "500 what\r\n", "421 bye\r\n",
		"221 bye\r\n", "334 \r\n", "25", "\r\n", "555 no\r\n", "250 ok id=x1\r\n", "235 in\r\n", "451 later\r\n"};
	static const char *const offers[] = {OFFERS, "250-x\r\n250 PIPELINING\r\n", "250 x\r\n",
		"250-x\r\n250-CHUNKING\r\n250 SIZE 100\r\n", "250-x\r\n250-PIPELINING\r\n250 LIMITS RCPTMAX=2 RCPTDOMAINMAX=1\r\n"};
	talk t;
	assert_true(ready(&t, 1 + next_random(&seed) % 4, offers[next_random(&seed) % OX_COUNT(offers)]));
	size_t submitted = 0, done = 0;
	for (int turn = 0; turn < 60; turn++) {
		if (next_random(&seed) % 3 == 0 && submitted < 6 && submit(&t, 1 + (int)(next_random(&seed) % 4))) {
			submitted++;
		}
		ox_event event;
		ox_event_type type;
		while ((type = ox_session_next(t.session, &event)) == OX_EVENT_BODY || type == OX_EVENT_DONE) {
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

static void one_whole_session(void)
{
	talk t;
	ox_credentials credentials = {.user = "user", .password = "secret"};
	begin(&t, 2, &credentials);
	if (t.session) {
		run(&t);
		say(&t, "220 mail.example\r\n");
		say(&t, OFFERS);
		if (say(&t, "235 2.7.0 ok\r\n") == OX_EVENT_READY && submit(&t, 3)) {
			run(&t);
			say(&t, "250 ok\r\n250 ok\r\n550 no\r\n452 4.5.3 too many\r\n250 ok id=1x\r\n");
			say(&t, "250 ok\r\n250 ok\r\n250 queued as 2\r\n");
			ox_session_quit(t.session);
			run(&t);
		}
		ox_session_peer_closed(t.session, false);
		run(&t);
	}
	end(&t);
}

static void every_allocation_of_a_session_may_fail(void **state)
{
	(void)state;
	ox_test_failing_allocations(one_whole_session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_warm_message_is_one_flight_with_chunking),
		cmocka_unit_test(several_messages_fly_at_once_and_the_window_bounds_them),
		cmocka_unit_test(the_end_of_data_and_no_reply_is_unknown),
		cmocka_unit_test(thousands_of_recipients_do_not_pass_the_output_bound),
		cmocka_unit_test(a_bare_line_feed_never_leaves_and_ends_the_session),
		cmocka_unit_test(a_message_behind_a_refused_bdat_is_kept_apart_by_rset),
		cmocka_unit_test(a_message_taken_under_a_refused_sender_is_unknown),
		cmocka_unit_test(a_loss_is_unknown_from_the_last_octet_on_and_not_one_earlier),
		cmocka_unit_test(a_refusal_while_octets_still_wait_is_the_messages_result),
		cmocka_unit_test(a_large_message_is_streamed_within_the_output_bound),
		cmocka_unit_test(a_server_with_mailmax_is_spent_after_as_many),
		cmocka_unit_test(whatever_the_server_says_every_message_gets_one_result_each),
		cmocka_unit_test(every_allocation_of_a_session_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
