/* SPDX-License-Identifier: MIT */
/* What the replies to a transaction's commands mean for its recipients: one function per
 * command. */
#include "smtp/session_internal.h"

#include <string.h>

#include "smtp/command.h"

static void set_result(ox_result *result, ox_outcome outcome, const ox_error *error)
{
	result->outcome = outcome;
	result->stage = error->stage;
	/* A 250 or 354 that came at the wrong time is nobody's: what broke the session is in the
	 * text. */
	if (outcome == OX_OUTCOME_SENT || error->smtp_code >= 400) {
		result->code = error->smtp_code;
		memcpy(result->enhanced, error->enhanced, sizeof result->enhanced);
	}
	memcpy(result->text, error->text, sizeof result->text);
}

void verdict_for_open(transaction *t, const ox_error *error, ox_outcome outcome)
{
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		if (t->results[i].outcome == OX_OUTCOME_NONE) {
			set_result(&t->results[i], outcome, error);
		}
	}
	if (t->error.class == OX_ERROR_NONE) {
		t->error = *error;
	}
}

/* The connection is gone. unknown: all of the message was sent and nothing was heard. */
void verdict_for_loss(transaction *t, const ox_error *error, bool unknown)
{
	ox_outcome outcome = error->retry == OX_RETRY_NEVER ? OX_OUTCOME_REJECTED : OX_OUTCOME_DEFERRED;
	ox_error own = *error;
	if (error->fact != OX_FACT_REPLY) {
		/* A reply that broke the session answered somebody else's command, or none. */
		own.smtp_code = 0;
		memset(own.enhanced, 0, sizeof own.enhanced);
	}
	bool any = false;
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		ox_result *result = &t->results[i];
		if (result->outcome == OX_OUTCOME_NONE) {
			any = true;
			set_result(result, unknown && t->in_batch[i] ? OX_OUTCOME_UNKNOWN : outcome, &own);
		}
	}
	if (any) {
		t->error = *error;
		t->error.retry = unknown ? OX_RETRY_UNKNOWN : error->retry;
	}
}

/* Where nobody got the message, the first refusal is what became of it. */
void verdict_summarise(transaction *t)
{
	const ox_result *first = &t->results[0];
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		if (t->results[i].outcome == OX_OUTCOME_SENT) {
			ox_error_clear(&t->error);
			return;
		}
	}
	if (t->error.class != OX_ERROR_NONE) {
		return;
	}
	(void)ox_error_set(&t->error, OX_ERROR_REJECTED,
		first->outcome == OX_OUTCOME_REJECTED ? OX_RETRY_NEVER : OX_RETRY_LATER, first->stage,
		OX_FACT_REPLY, "%s", first->text);
	t->error.smtp_code = first->code;
	memcpy(t->error.enhanced, first->enhanced, sizeof t->error.enhanced);
}

/* The reply refuses the message for everybody whose fate is open. */
static void refuse_all(ox_session *s, transaction *t, ox_stage stage)
{
	uint16_t code = s->reader.reply.code;
	ox_error error;
	session_reply_error(s, &error, code == 530 ? OX_ERROR_AUTH : OX_ERROR_REJECTED,
		session_retry_of(code), stage, OX_FACT_REPLY);
	verdict_for_open(t, &error, code < 500 ? OX_OUTCOME_DEFERRED : OX_OUTCOME_REJECTED);
	t->abandoned = true;
}

/* RFC 5321 3.8: after 421 the server closes; what was sent behind the command was not looked at. */
static void leave(ox_session *s, ox_stage stage)
{
	(void)session_fail_reply(s, OX_ERROR_CONNECT, stage, OX_FACT_REPLY);
}

static void on_mail_reply(ox_session *s, transaction *t)
{
	uint16_t code = s->reader.reply.code;
	bool parameter = code == 555 || code == 501 || code == 504;
	if (code / 100 == 2) {
		t->mail_accepted = true;
	} else if (code == 421) {
		leave(s, OX_STAGE_MAIL);
	} else if (code == 503 && s->mails_begun > 1 && !t->reset_tried) {
		/* The server still has the transaction before this one open: "nested MAIL command". */
		t->reset_tried = t->again = t->abandoned = true;
		s->need_reset = true;
	} else if (parameter && !t->bare &&
		ox_command_mail_has_options(&t->envelope, &s->capabilities)) {
		t->bare = t->again = t->abandoned = true;
	} else if (code >= 400) {
		refuse_all(s, t, OX_STAGE_MAIL);
	} else {
		(void)session_unexpected(s, OX_STAGE_MAIL);
	}
}

/* "Too many recipients": the others are asked for in a transaction of their own. RFC 5321
 * 4.5.3.1.10 lets 552 mean 452 here, unless the enhanced code says that it is about a mailbox or a
 * size. */
static bool is_too_many(const ox_reply *reply)
{
	const uint16_t *enhanced = reply->enhanced;
	bool recipients = enhanced[0] == 0 || (enhanced[1] == 5 && enhanced[2] == 3);
	return (reply->code == 452 || reply->code == 552) && recipients;
}

static void on_rcpt_reply(ox_session *s, transaction *t, size_t recipient)
{
	const ox_reply *reply = &s->reader.reply;
	ox_error error;
	if (reply->code == 421) {
		leave(s, OX_STAGE_RCPT);
	} else if (reply->code / 100 == 3) {
		(void)session_unexpected(s, OX_STAGE_RCPT);
	} else if (!t->mail_accepted) {
		/* Mostly 503 to what was sent behind a refused MAIL; anything else was said in a
		 * transaction that is not ours. */
		t->strays = t->strays || reply->code / 100 == 2;
	} else if (reply->code / 100 == 2) {
		t->accepted[recipient] = true;
		t->accepted_count++;
	} else if (!t->envelope.all_or_nothing && t->accepted_count && is_too_many(reply)) {
		t->in_batch[recipient] = false;
		t->full = true;
	} else {
		ox_retry retry = is_too_many(reply) ? OX_RETRY_LATER : session_retry_of(reply->code);
		session_reply_error(s, &error, OX_ERROR_REJECTED, retry, OX_STAGE_RCPT, OX_FACT_REPLY);
		set_result(&t->results[recipient], ox_error_outcome(&error), &error);
		t->refused = t->envelope.all_or_nothing;
	}
}

/* recipients=all: one was refused, so the others are told why they get nothing. */
void verdict_all_or_nothing(transaction *t)
{
	ox_retry retry = OX_RETRY_NEVER;
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		retry = t->results[i].outcome == OX_OUTCOME_DEFERRED ? OX_RETRY_LATER : retry;
	}
	ox_error error;
	(void)ox_error_set(&error, OX_ERROR_REJECTED, retry, OX_STAGE_RCPT, OX_FACT_RECIPIENT_REFUSED,
		"another recipient was refused, and all or none were asked for");
	verdict_for_open(t, &error, ox_error_outcome(&error));
}

/* RFC 2920 3.1: DATA may be accepted although every recipient was refused; a lone dot ends it. */
static void send_lone_dot(ox_session *s, transaction *t)
{
	t->abandoned = true;
	t->step = STEP_SENT;
	(void)session_command(s, COMMAND_DOT, t, 0, ".", NULL);
}

static void on_data_reply(ox_session *s, transaction *t)
{
	uint16_t code = s->reader.reply.code;
	/* With strays, a dot would send an empty message to recipients of a transaction not ours. */
	bool fits = code >= 400 || (code == 354 && !t->strays);
	if (!fits) {
		(void)session_unexpected(s, OX_STAGE_DATA);
	} else if (code == 354 && (t->abandoned || !t->accepted_count)) {
		send_lone_dot(s, t);
	} else if (code == 354) {
		t->step = STEP_BODY;
		transaction_note_body(s, t);
		if (!t->body.left) {
			transaction_end_body(s, t);
		}
	} else if (code == 421) {
		leave(s, OX_STAGE_DATA);
	} else {
		if (!t->again && t->accepted_count) {
			refuse_all(s, t, OX_STAGE_DATA);
		}
		s->need_reset = s->need_reset || t->mail_accepted;
		t->step = STEP_SENT;
	}
}

static void sent(ox_session *s, transaction *t)
{
	ox_error words;
	session_reply_error(s, &words, OX_ERROR_NONE, OX_RETRY_NEVER, OX_STAGE_DOT, OX_FACT_REPLY);
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		if (t->accepted[i]) {
			set_result(&t->results[i], OX_OUTCOME_SENT, &words);
		}
	}
	if (!t->named) {
		t->queue_id = ox_reply_queue_id(&s->reader.reply);
		t->named = true;
	}
}

/* The server refuses while octets are still going out: its word stands, the connection does not. */
static void refuse_early(ox_session *s, transaction *t)
{
	ox_error error;
	refuse_all(s, t, OX_STAGE_BODY);
	session_reply_error(s, &error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_BODY, OX_FACT_REPLY);
	(void)session_fail(s, &error, true);
}

bool verdict_early(ox_session *s)
{
	const pending_command *command = &s->pending[s->pending_head];
	transaction *t = s->pending_count ? command->owner : transaction_sending(s);
	bool in_data = t &&
		(s->pending_count ? command->kind == COMMAND_DOT : t->body.framing == OX_BODY_DATA);
	if (!in_data || s->reader.reply.code < 400) {
		return false;
	}
	refuse_early(s, t);
	return true;
}

static void on_end_reply(ox_session *s, transaction *t)
{
	uint16_t code = s->reader.reply.code;
	bool open = !t->abandoned && t->accepted_count;
	if (code == 421) {
		if (open) {
			refuse_all(s, t, OX_STAGE_DOT);
		}
		leave(s, OX_STAGE_DOT);
	} else if (code / 100 == 3) {
		(void)session_unexpected(s, OX_STAGE_DOT);
	} else if (open && code / 100 == 2) {
		sent(s, t);
	} else if (open) {
		refuse_all(s, t, OX_STAGE_DOT);
	}
}

/* Yes to what is not wholly sent, or to a message whose MAIL was refused: whatever the server took,
 * and for whom, it was not what was asked. */
static void on_strange_yes(ox_session *s, transaction *t)
{
	if (t->strays) {
		ox_error error;
		session_reply_error(
			s, &error, OX_ERROR_PROTOCOL, OX_RETRY_UNKNOWN, OX_STAGE_DOT, OX_FACT_UNEXPECTED_REPLY);
		for (size_t i = 0; i < t->envelope.recipient_count; i++) {
			set_result(&t->results[i], OX_OUTCOME_UNKNOWN, &error);
		}
		t->error = error;
	}
	(void)session_unexpected(s, t->strays ? OX_STAGE_DOT : OX_STAGE_BODY);
}

static void on_bdat_reply(ox_session *s, transaction *t)
{
	uint16_t code = s->reader.reply.code;
	/* Where something is sent behind it, a RSET goes in front of that. */
	bool last = s->pending_count == 0;
	bool whole = t->step == STEP_SENT && s->sent_total >= t->end_mark;
	if (code / 100 == 2 && (!whole || t->strays)) {
		on_strange_yes(s, t);
	} else if (!whole && (code == 500 || code == 502)) {
		/* BDAT is unknown here: our octets are being read as commands, so no more of them. */
		s->quirks |= OX_QUIRK_NO_CHUNKING;
		(void)session_unexpected(s, OX_STAGE_BODY);
	} else if ((code == 500 || code == 502) && t->mail_accepted && t->accepted_count) {
		/* Offered, and not known. Whether the octets were dropped or read as commands, the reply to
		 * RSET will tell: nothing else is sent before it. */
		s->quirks |= OX_QUIRK_NO_CHUNKING;
		s->need_reset = s->sounding = t->again = t->abandoned = true;
	} else {
		/* RFC 3030 2: after a failed BDAT only RSET gives a known state. */
		s->need_reset = last ? code >= 400 && t->mail_accepted : s->need_reset;
		on_end_reply(s, t);
	}
}

static void on_reset_reply(ox_session *s)
{
	if (s->reader.reply.code / 100 != 2) {
		(void)session_unexpected(s, OX_STAGE_MAIL);
	} else if (s->pending_count == 0) {
		s->sounding = false;
	}
}

void transaction_on_reply(ox_session *s, const pending_command *command)
{
	transaction *t = command->owner;
	if (!t) {
		on_reset_reply(s);
		return;
	}
	t->unanswered--;
	t->heard = t->heard || s->reader.reply.code != 421;
	switch (command->kind) {
	case COMMAND_MAIL: on_mail_reply(s, t); break;
	case COMMAND_RCPT: on_rcpt_reply(s, t, command->recipient); break;
	case COMMAND_DATA: on_data_reply(s, t); break;
	case COMMAND_BDAT: on_bdat_reply(s, t); break;
	default: on_end_reply(s, t); break;
	}
	if (s->state != STATE_FAILED && t->step == STEP_SENT && !t->unanswered) {
		transaction_finish(s, t);
	}
}
