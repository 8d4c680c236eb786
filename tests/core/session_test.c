/* SPDX-License-Identifier: MIT */
/* The session's promises that a dialogue on paper (tests/wire) cannot express: the order of calls,
 * what is refused before a byte is sent, memory that runs out. */
#include "session_talk.h"

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
		for (const char *at = ox_buffer_text(&t.written) + asked; (next = strstr(at, "\r\n"));
			 at = next + 2) {
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

static void a_message_behind_a_refused_bdat_is_kept_apart_by_rset(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 2, OFFERS));
	assert_true(submit(&t, 1) && submit(&t, 1));
	run(&t);
	assert_non_null(strstr(ox_buffer_text(&t.written), ".dot\r\nRSET\r\nMAIL FROM:"));
	/* A server in the manner of Exim: the first message has no recipient, its transaction stays
	 * open. */
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

static void a_server_with_mailmax_is_spent_after_as_many(void **state)
{
	(void)state;
	talk t;
	assert_true(
		ready(&t, 8, "250-x\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 LIMITS MAILMAX=2\r\n"));
	assert_false(ox_session_is_spent(t.session));
	assert_true(submit(&t, 1) && submit(&t, 1));
	assert_true(ox_session_is_spent(t.session));
	assert_false(submit(&t, 1));
	end(&t);
}

static void a_second_transaction_past_mailmax_is_left_for_later(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(
		&t, 1, "250-x\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 LIMITS MAILMAX=1 RCPTMAX=2\r\n"));
	assert_true(submit(&t, 3));
	run(&t);
	say(&t, "250 a\r\n250 b\r\n250 c\r\n250 ok\r\n");
	assert_int_equal(t.done, 1);
	assert_int_equal(t.outcomes[1], OX_OUTCOME_SENT);
	assert_int_equal(t.outcomes[2], OX_OUTCOME_DEFERRED);
	end(&t);
}

static void all_or_none_is_not_tried_where_the_server_takes_fewer(void **state)
{
	(void)state;
	talk t;
	size_t index;
	uint32_t number;
	ox_envelope envelope;
	assert_true(ready(&t, 1, "250-x\r\n250-PIPELINING\r\n250 LIMITS RCPTDOMAINMAX=1\r\n"));
	ox_envelope_init(&envelope);
	assert_int_equal(ox_envelope_add(&envelope, "a@one.example", 0, NULL, &index), OX_OK);
	assert_int_equal(ox_envelope_add(&envelope, "b@two.example", 0, NULL, &index), OX_OK);
	envelope.all_or_nothing = true;
	assert_int_equal(ox_session_submit(t.session, &envelope, &number), OX_OK);
	assert_int_equal(ox_session_next(t.session, &t.last), OX_EVENT_DONE);
	assert_int_equal(t.last.error->fact, OX_FACT_TOO_MANY_RECIPIENTS);
	assert_true(ox_session_is_idle(t.session) ||
				ox_session_next(t.session, &t.last) == OX_EVENT_NEED_IO);
	assert_int_equal(take(&t, 1000), 0);
	ox_envelope_clear(&envelope);
	end(&t);
}

static void an_8bit_address_asks_for_smtputf8_even_if_nobody_said_so(void **state)
{
	(void)state;
	talk t;
	size_t index;
	uint32_t number;
	ox_envelope envelope;
	assert_true(ready(&t, 1, OFFERS));
	ox_envelope_init(&envelope);
	assert_int_equal(ox_envelope_add(&envelope, "gr\xc3\xbc\xc3\x9f@example.org", 0, NULL, &index),
					 OX_OK);
	assert_int_equal(ox_session_submit(t.session, &envelope, &number), OX_OK);
	assert_int_equal(ox_session_next(t.session, &t.last), OX_EVENT_DONE);
	assert_int_equal(t.last.error->fact, OX_FACT_UTF8_MISSING);
	assert_int_equal(take(&t, 1000), 0);
	ox_envelope_clear(&envelope);
	end(&t);
}

static void octets_that_nobody_asked_for_are_refused_and_a_wrong_size_ends_the_session(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 1, OFFERS));
	assert_int_equal(ox_session_body(t.session, "x", 1), OX_E_USAGE);
	assert_true(submit(&t, 1));
	assert_int_equal(ox_session_next(t.session, &t.last), OX_EVENT_BODY);
	assert_int_equal(ox_session_body(t.session, "0123456789\r\n0123456789\r\n", 24), OX_E_FAILED);
	assert_int_equal(pull(&t), OX_EVENT_ERROR);
	assert_int_equal(t.last.error->fact, OX_FACT_BODY_SOURCE);
	assert_string_equal(ox_session_state_name(t.session), "failed");
	assert_int_equal(take(&t, 1000), 0);
	end(&t);
}

static void a_transcript_can_start_anew_for_each_message(void **state)
{
	(void)state;
	talk t;
	assert_true(ready(&t, 1, OFFERS));
	assert_non_null(strstr(ox_session_transcript(t.session), "C: EHLO client.example\n"));
	ox_session_transcript_restart(t.session);
	assert_string_equal(ox_session_transcript(t.session), "");
	assert_true(submit(&t, 1));
	run(&t);
	assert_string_equal(ox_session_transcript(t.session),
						"C: MAIL FROM:<a@client.example> SIZE=20\nC: RCPT TO:<r0@example.org>\n"
						"C: BDAT 20 LAST\nC: [20 octets of message]\n");
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
		cmocka_unit_test(a_message_behind_a_refused_bdat_is_kept_apart_by_rset),
		cmocka_unit_test(a_message_taken_under_a_refused_sender_is_unknown),
		cmocka_unit_test(a_server_with_mailmax_is_spent_after_as_many),
		cmocka_unit_test(a_second_transaction_past_mailmax_is_left_for_later),
		cmocka_unit_test(all_or_none_is_not_tried_where_the_server_takes_fewer),
		cmocka_unit_test(an_8bit_address_asks_for_smtputf8_even_if_nobody_said_so),
		cmocka_unit_test(
			octets_that_nobody_asked_for_are_refused_and_a_wrong_size_ends_the_session),
		cmocka_unit_test(a_transcript_can_start_anew_for_each_message),
		cmocka_unit_test(every_allocation_of_a_session_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
