/* SPDX-License-Identifier: MIT */
#include "smtp/session_internal.h"

#include <string.h>

#include "smtp/command.h"

static int copy_credentials(ox_session *s, const ox_credentials *from)
{
	s->user = ox_copy_string(from->user);
	s->password = ox_copy_string(from->password);
	s->token = ox_copy_string(from->token);
	s->credentials = *from;
	s->credentials.user = s->user;
	s->credentials.password = s->password;
	s->credentials.token = s->token;
	s->has_credentials = true;
	if ((from->user && !s->user) || (from->password && !s->password) || (from->token && !s->token)) {
		return OX_E_NOMEM;
	}
	return ox_credentials_prepare(&s->credentials, &s->scram_user, &s->scram_password);
}

ox_session *ox_session_new(const ox_session_options *options)
{
	ox_session *s = ox_alloc(sizeof *s);
	if (!s) {
		return NULL;
	}
	s->tls = options->tls;
	s->channel.tls = options->tls == OX_TLS_IMPLICIT;
	s->port = options->port;
	s->quirks = options->quirks;
	s->window = options->window ? options->window : 1;
	s->window = s->window < OX_SESSION_WINDOW_MAX ? s->window : OX_SESSION_WINDOW_MAX;
	s->mechanism = OX_MECHANISM_NONE;
	s->done_end = &s->done;
	ox_buffer_init(&s->line, OX_COMMAND_LINE_MAX);
	ox_buffer_init(&s->output, OX_SESSION_OUTPUT_MAX);
	ox_reply_reader_init(&s->reader);
	ox_transcript_init(&s->transcript);
	s->ehlo = ox_copy_string(options->ehlo);
	s->host = ox_copy_string(options->host);
	int status = options->credentials ? copy_credentials(s, options->credentials) : OX_OK;
	if (!s->ehlo || (options->host && !s->host) || status != OX_OK) {
		ox_session_free(s);
		return NULL;
	}
	session_push_pending(s, COMMAND_GREETING, NULL, 0);
	return s;
}

static void free_done(ox_session *s)
{
	while (s->done) {
		transaction *t = s->done;
		s->done = t->next;
		transaction_free(t);
	}
	s->done_end = &s->done;
}

void ox_session_free(ox_session *s)
{
	if (!s) {
		return;
	}
	for (size_t i = 0; i < s->queue_count; i++) {
		transaction_free(s->queue[i]);
	}
	free_done(s);
	transaction_free(s->given);
	handshake_forget_credentials(s);
	ox_wipe(s->channel.exporter, sizeof s->channel.exporter);
	ox_reply_reader_clear(&s->reader);
	ox_buffer_clear(&s->line);
	ox_buffer_clear(&s->output);
	ox_transcript_clear(&s->transcript);
	ox_free(s->ehlo);
	ox_free(s->host);
	ox_free(s);
}

static void drop_output(ox_session *s)
{
	ox_buffer_empty(&s->output);
	s->output_at = 0;
}

bool session_may_pipeline(const ox_session *s)
{
	return s->capabilities.pipelining && !(s->quirks & OX_QUIRK_NO_PIPELINING);
}

/* The one place where the state changes. */
void session_set_state(ox_session *s, session_state state)
{
	if (s->state != STATE_FAILED) {
		s->state = state;
	}
}

ox_retry session_retry_of(uint16_t code)
{
	return code >= 500 ? OX_RETRY_NEVER : OX_RETRY_LATER;
}

void session_reply_error(const ox_session *s, ox_error *error, ox_error_class class, ox_retry retry,
	ox_stage stage, ox_fact fact)
{
	const ox_reply *reply = &s->reader.reply;
	char words[OX_ERROR_TEXT_MAX - 16];
	ox_reply_describe(reply, words, sizeof words);
	(void)ox_error_set(error, class, retry, stage, fact, "%s", words);
	error->smtp_code = reply->code;
	memcpy(error->enhanced, reply->enhanced, sizeof error->enhanced);
}

/* Ends the session: the error sticks, every open message gets its outcome, and nothing more of a
 * dialogue goes out. certain: what was sent and not answered has not been accepted (the server said
 * 421). */
int session_fail(ox_session *s, const ox_error *error, bool certain)
{
	if (s->state == STATE_FAILED) {
		return OX_E_FAILED;
	}
	ox_error copy = *error;
	if (copy.stage == OX_STAGE_NONE) {
		copy.stage = ox_session_stage(s);
	}
	s->heard = ox_session_heard_transaction(s);
	session_set_state(s, STATE_FAILED);
	s->error = copy;
	transaction_close_all(s, &copy, certain);
	handshake_forget_credentials(s);
	s->pending_count = 0;
	s->ready_due = s->start_tls_due = false;
	drop_output(s);
	return OX_E_FAILED;
}

int session_fail_memory(ox_session *s)
{
	ox_error error;
	(void)ox_error_memory(&error, ox_session_stage(s));
	return session_fail(s, &error, false);
}

/* Fails, and takes leave of a server that keeps to the rules: RFC 5321 4.1.1.10 wants QUIT before a
 * close, "even if there was an error response". Not while half a command is still on its way. */
int session_fail_politely(ox_session *s, const ox_error *error)
{
	bool polite = s->state != STATE_FAILED && s->output.size == s->output_at;
	(void)session_fail(s, error, false);
	if (polite && ox_buffer_append_string(&s->output, "QUIT\r\n") == OX_OK) {
		ox_transcript_client(&s->transcript, "QUIT");
	}
	return OX_E_FAILED;
}

/* Fails with the server's own words. 421 has said that the server closes (RFC 5321 3.8). */
int session_fail_reply(ox_session *s, ox_error_class class, ox_stage stage, ox_fact fact)
{
	uint16_t code = s->reader.reply.code;
	ox_error error;
	session_reply_error(s, &error, class, session_retry_of(code), stage, fact);
	return code == 421 ? session_fail(s, &error, true) : session_fail_politely(s, &error);
}

int session_unexpected(ox_session *s, ox_stage stage)
{
	ox_error error;
	session_reply_error(
		s, &error, OX_ERROR_PROTOCOL, OX_RETRY_LATER, stage, OX_FACT_UNEXPECTED_REPLY);
	return session_fail(s, &error, false);
}

void session_push_pending(ox_session *s, command_kind kind, transaction *owner, size_t recipient)
{
	pending_command *command = &s->pending[(s->pending_head + s->pending_count++) % PENDING_MAX];
	command->kind = kind;
	command->owner = owner;
	command->recipient = recipient;
	command->end_mark = s->made_total;
	if (owner) {
		owner->unanswered++;
	}
}

int session_command(ox_session *s, command_kind kind, transaction *owner, size_t recipient,
	const char *line, const char *shown)
{
	size_t before = s->output.size;
	if (ox_buffer_append_string(&s->output, line) != OX_OK ||
		ox_buffer_append_string(&s->output, "\r\n") != OX_OK) {
		return session_fail_memory(s);
	}
	s->made_total += s->output.size - before;
	session_push_pending(s, kind, owner, recipient);
	ox_transcript_client(&s->transcript, shown ? shown : line);
	return OX_OK;
}

static void fail_early_reply(ox_session *s)
{
	ox_error error;
	if (s->reader.reply.code / 100 == 4) {
		/* The server takes its leave while nothing is going on: RFC 5321 3.8 lets it say 421 then,
		 * and Gmail and SES say 451. */
		session_reply_error(
			s, &error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_REPLY);
	} else {
		session_reply_error(
			s, &error, OX_ERROR_PROTOCOL, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_EARLY_REPLY);
	}
	(void)session_fail(s, &error, error.fact == OX_FACT_REPLY);
}

/* 221 to anything but QUIT: the server closes, whatever it was asked. */
static void fail_closing(ox_session *s)
{
	ox_error error;
	session_reply_error(s, &error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_REPLY);
	(void)session_fail(s, &error, false);
}

/* Pairs the complete reply with the oldest command. A reply to a command that is not wholly sent,
 * or to none, was made up before it could be known (CVE-2009-3555, CVE-2011-0411 and kin). */
static void on_reply(ox_session *s)
{
	pending_command command = s->pending[s->pending_head];
	bool masked = s->state == STATE_AUTH && s->reader.reply.code == 334;
	ox_transcript_server(&s->transcript, &s->reader.reply, masked);
	s->progress++;
	if (!s->pending_count || s->sent_total < command.end_mark) {
		if (!verdict_early(s)) {
			fail_early_reply(s);
		}
		return;
	}
	if (s->reader.reply.code == 221) {
		fail_closing(s);
		return;
	}
	s->pending_head = (s->pending_head + 1) % PENDING_MAX;
	s->pending_count--;
	if (command.kind < COMMAND_MAIL) {
		handshake_on_reply(s, command.kind);
	} else {
		transaction_on_reply(s, &command);
	}
}

static void fail_injection(ox_session *s)
{
	ox_error error;
	(void)ox_error_set(&error, OX_ERROR_TLS, OX_RETRY_LATER, OX_STAGE_STARTTLS,
		OX_FACT_STARTTLS_INJECTION, "plain text arrived behind the reply to STARTTLS");
	(void)session_fail(s, &error, false);
}

void ox_session_feed(ox_session *s, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	if (!size) {
		ox_session_peer_closed(s, false);
		return;
	}
	while (size && s->state != STATE_FAILED && s->state != STATE_QUIT) {
		if (s->state == STATE_TLS) {
			fail_injection(s);
			return;
		}
		size_t used;
		ox_error error;
		int status = ox_reply_read(&s->reader, at, size, &used, &error);
		at += used;
		size -= used;
		if (status == OX_OK) {
			on_reply(s);
			/* Here and not behind the loop, so that it does not matter what comes in one piece. */
			transaction_pump(s);
		} else if (status != OX_AGAIN) {
			(void)session_fail(s, &error, false);
		}
	}
}

void ox_session_peer_closed(ox_session *s, bool truncated)
{
	ox_error error;
	if (s->state == STATE_QUIT) {
		drop_output(s);
		return;
	}
	/* SES and others never send close_notify; where nothing was due, nothing can have been
	 * cut off. */
	truncated = truncated && (s->pending_count || !ox_reply_reader_is_empty(&s->reader));
	(void)ox_error_set(&error, truncated ? OX_ERROR_TLS : OX_ERROR_CONNECT, OX_RETRY_LATER,
		ox_session_stage(s), truncated ? OX_FACT_TLS_TRUNCATED : OX_FACT_PEER_CLOSED,
		truncated ? "the connection ended without the end of TLS"
				  : "the server closed the connection");
	(void)session_fail(s, &error, false);
}

void ox_session_output(const ox_session *s, const uint8_t **bytes, size_t *size)
{
	*size = s->output.size - s->output_at;
	*bytes = *size ? s->output.bytes + s->output_at : NULL;
}

void ox_session_sent(ox_session *s, size_t size)
{
	size_t waiting = s->output.size - s->output_at;
	size = size < waiting ? size : waiting;
	s->output_at += size;
	s->sent_total += size;
	if (s->output_at == s->output.size) {
		ox_buffer_empty(&s->output);
		s->output_at = 0;
		/* Credentials are gone from the buffer; message octets need no wiping. */
		s->output.secret = s->auth != NULL;
	} else if (s->output_at >= s->output.size - s->output_at) {
		/* Not more octets move than have been sent, so that this costs nothing in the long run. */
		ox_buffer_consume(&s->output, s->output_at);
		s->output_at = 0;
	}
	transaction_pump(s);
}

static ox_event_type give_done(ox_session *s, ox_event *event)
{
	transaction *t = s->done;
	s->done = t->next;
	if (!s->done) {
		s->done_end = &s->done;
	}
	s->given = t;
	event->message = t->number;
	event->results = t->results;
	event->result_count = t->envelope.recipient_count;
	event->queue_id = t->queue_id;
	event->error = t->error.class != OX_ERROR_NONE ? &t->error : NULL;
	return OX_EVENT_DONE;
}

static bool body_is_due(const ox_session *s, ox_event *event)
{
	const transaction *t = transaction_sending(s);
	size_t waiting = s->output.size - s->output_at;
	/* Stuffing may double the octets; a piece is asked for only when there is room for a good
	 * one. */
	if (!t || s->output.size > s->output.cap - (size_t)2 * BODY_PIECE - COMMAND_ROOM ||
		waiting > BODY_PIECE) {
		return false;
	}
	event->message = t->number;
	event->offset = t->offset;
	event->room = t->body.left < BODY_PIECE ? (size_t)t->body.left : BODY_PIECE;
	return true;
}

static ox_event_type next_event(ox_session *s, ox_event *event)
{
	if (s->done) {
		return give_done(s, event);
	}
	if (s->state == STATE_FAILED) {
		event->error = &s->error;
		return OX_EVENT_ERROR;
	}
	if (s->start_tls_due && s->output.size == s->output_at) {
		s->start_tls_due = false;
		return OX_EVENT_START_TLS;
	}
	if (s->ready_due) {
		s->ready_due = false;
		return OX_EVENT_READY;
	}
	if (body_is_due(s, event)) {
		return OX_EVENT_BODY;
	}
	return s->state == STATE_QUIT && s->output.size == s->output_at ? OX_EVENT_CLOSED
																	: OX_EVENT_NEED_IO;
}

ox_event_type ox_session_next(ox_session *s, ox_event *event)
{
	transaction_free(s->given);
	s->given = NULL;
	memset(event, 0, sizeof *event);
	transaction_pump(s);
	event->type = next_event(s, event);
	return event->type;
}

void ox_session_tls_started(ox_session *s, const ox_channel_binding *channel)
{
	bool implicit = s->tls == OX_TLS_IMPLICIT && s->state == STATE_GREETING;
	if (s->state != STATE_TLS && !implicit) {
		return;
	}
	s->channel = *channel;
	s->channel.tls = true;
	if (implicit) {
		return;
	}
	/* RFC 3207 4.2: what the server said before TLS, anybody may have said. */
	memset(&s->capabilities, 0, sizeof s->capabilities);
	handshake_ehlo(s);
}

void ox_session_quit(ox_session *s)
{
	s->quitting = true;
	transaction_pump(s);
}

void ox_session_abort(ox_session *s, const ox_error *error)
{
	if (s->state == STATE_QUIT) {
		/* Everything has its result, and a QUIT that does not arrive changes none. */
		drop_output(s);
		return;
	}
	/* Some servers offer PIPELINING and drop what comes behind the first command of a flight. */
	const pending_command *oldest = &s->pending[s->pending_head];
	if (error->class == OX_ERROR_TIMEOUT && session_may_pipeline(s) && s->pending_count &&
		(oldest->kind == COMMAND_RCPT || oldest->kind == COMMAND_DATA)) {
		s->quirks |= OX_QUIRK_NO_PIPELINING;
	}
	(void)session_fail(s, error, false);
}

void ox_session_transcript_restart(ox_session *s)
{
	ox_transcript_restart(&s->transcript);
}
