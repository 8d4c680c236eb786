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
		cmocka_unit_test(every_allocation_of_a_session_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
