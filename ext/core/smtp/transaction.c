/* SPDX-License-Identifier: MIT */
/* Sending messages once the session is READY: the send cursor and what becomes of a transaction.
 * What replies mean is in verdict.c. */
#include "smtp/session_internal.h"

#include <stdio.h>
#include <string.h>

#include "smtp/command.h"

void transaction_free(transaction *t)
{
	if (t) {
		ox_envelope_clear(&t->envelope);
		ox_free(t->results);
		ox_free(t->in_batch);
		ox_free(t->accepted);
		ox_free(t->queue_id);
		ox_free(t);
	}
}

static bool has_8bit_address(const ox_envelope *envelope)
{
	const char *sender = envelope->sender ? envelope->sender : "";
	bool found = ox_has_8bit(sender, strlen(sender));
	for (size_t i = 0; i < envelope->recipient_count && !found; i++) {
		const char *address = envelope->recipients[i].address;
		found = ox_has_8bit(address, strlen(address));
	}
	return found;
}

static int transaction_new(const ox_envelope *envelope, transaction **made)
{
	transaction *t = ox_alloc(sizeof *t);
	if (!t) {
		return OX_E_NOMEM;
	}
	size_t count = envelope->recipient_count;
	ox_envelope_init(&t->envelope);
	t->results = ox_array_alloc(count, sizeof *t->results);
	t->in_batch = ox_array_alloc(count, sizeof *t->in_batch);
	t->accepted = ox_array_alloc(count, sizeof *t->accepted);
	int status = t->results && t->in_batch && t->accepted ? ox_envelope_copy(&t->envelope, envelope)
														  : OX_E_NOMEM;
	if (status != OX_OK) {
		transaction_free(t);
		return status;
	}
	t->envelope.utf8 = envelope->utf8 || has_8bit_address(envelope);
	*made = t;
	return OX_OK;
}

/* Notes the domain of a recipient; false where it would be one too many. */
static bool domain_fits(transaction *t, size_t recipient, size_t domain_max)
{
	const char *at = strrchr(t->envelope.recipients[recipient].address, '@');
	const char *domain = at ? at + 1 : "";
	for (size_t i = 0; i < t->domain_count; i++) {
		if (ox_equal_nocase(domain, t->domains[i])) {
			return true;
		}
	}
	if (t->domain_count >= domain_max || t->domain_count == DOMAINS_MAX) {
		return false;
	}
	t->domains[t->domain_count++] = domain;
	return true;
}

/* Chooses the recipients of the next transaction: all that are open, as far as LIMITS lets us. */
static void choose_batch(const ox_session *s, transaction *t)
{
	const ox_capabilities *offers = &s->capabilities;
	t->batch_size = t->domain_count = t->accepted_count = 0;
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		bool fits = t->results[i].outcome == OX_OUTCOME_NONE &&
			(!offers->rcpt_max || t->batch_size < offers->rcpt_max) &&
			(!offers->rcpt_domain_max || domain_fits(t, i, offers->rcpt_domain_max));
		t->in_batch[i] = fits;
		t->accepted[i] = false;
		t->batch_size += fits;
	}
}

static void give_out(ox_session *s, transaction *t)
{
	verdict_summarise(t);
	t->next = NULL;
	*s->done_end = t;
	s->done_end = &t->next;
}

static int refuse(ox_error *error, ox_fact fact, const char *why)
{
	return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_MAIL, fact, "%s", why);
}

/* What the server could not take as it is: known before a byte is sent. */
static int check_offers(ox_session *s, transaction *t, ox_error *error)
{
	const ox_envelope *envelope = &t->envelope;
	const ox_capabilities *offers = &s->capabilities;
	if (offers->size_limit && envelope->size > offers->size_limit) {
		return ox_error_set(error, OX_ERROR_MESSAGE, OX_RETRY_NEVER, OX_STAGE_MAIL,
			OX_FACT_SIZE_LIMIT, "the message has %llu octets, the server takes %llu",
			(unsigned long long)envelope->size, (unsigned long long)offers->size_limit);
	}
	if (envelope->utf8 && !offers->utf8) {
		return refuse(error, OX_FACT_UTF8_MISSING,
			"an address or header field is in UTF-8, and the server does not offer SMTPUTF8");
	}
	if (envelope->eightbit && !offers->eightbit) {
		return refuse(error, OX_FACT_8BIT_MISSING,
			"the message has 8-bit octets, and the server does not offer 8BITMIME");
	}
	if (envelope->require_tls && (!s->channel.tls || !offers->require_tls)) {
		return refuse(error, OX_FACT_REQUIRETLS_MISSING,
			"REQUIRETLS is asked for, and the server does not offer it on this connection");
	}
	choose_batch(s, t);
	if (envelope->all_or_nothing && t->batch_size < envelope->recipient_count) {
		return refuse(error, OX_FACT_TOO_MANY_RECIPIENTS,
			"all recipients are asked for at once, and the server takes fewer in a transaction");
	}
	return OX_OK;
}

bool ox_session_is_spent(const ox_session *s)
{
	size_t waiting = s->queue_count - s->send_index;
	return s->capabilities.mail_max && s->mails_begun + waiting >= s->capabilities.mail_max;
}

int ox_session_submit(ox_session *s, const ox_envelope *envelope, uint32_t *message)
{
	if (s->state != STATE_READY || s->ready_due || s->quitting || !envelope->recipient_count) {
		return OX_E_USAGE;
	}
	if (s->queue_count >= s->window || ox_session_is_spent(s)) {
		return OX_E_LIMIT;
	}
	transaction *t;
	int status = transaction_new(envelope, &t);
	if (status != OX_OK) {
		return status;
	}
	*message = t->number = ++s->numbers;
	if (check_offers(s, t, &t->error) != OX_OK) {
		verdict_for_open(t, &t->error, OX_OUTCOME_REJECTED);
		give_out(s, t);
		return OX_OK;
	}
	s->queue[s->queue_count++] = t;
	return OX_OK;
}

static void begin_transaction(ox_session *s, transaction *t)
{
	choose_batch(s, t);
	t->cursor = 0;
	t->offset = 0;
	t->end_mark = 0;
	t->mail_accepted = t->abandoned = t->refused = t->again = t->full = t->strays = false;
	ox_buffer_empty(&s->line);
	if (ox_command_mail(&s->line, &t->envelope, &s->capabilities, t->bare) != OX_OK) {
		(void)session_fail_memory(s);
	} else if (session_command(s, COMMAND_MAIL, t, 0, ox_buffer_text(&s->line), NULL) == OX_OK) {
		s->mails_begun++;
		t->step = STEP_RCPT;
	}
}

static void send_reset(ox_session *s)
{
	s->need_reset = false;
	(void)session_command(s, COMMAND_RSET, NULL, 0, "RSET", NULL);
}

static void send_rcpt(ox_session *s, transaction *t)
{
	while (t->cursor < t->envelope.recipient_count && (t->full || !t->in_batch[t->cursor])) {
		t->in_batch[t->cursor++] = false;
	}
	if (t->cursor == t->envelope.recipient_count || t->abandoned || t->refused) {
		t->step = t->envelope.all_or_nothing && t->batch_size > 1 ? STEP_HOLD : STEP_DATA;
		return;
	}
	ox_buffer_empty(&s->line);
	if (ox_command_rcpt(&s->line, &t->envelope, t->cursor, &s->capabilities, t->bare) != OX_OK) {
		(void)session_fail_memory(s);
	} else {
		(void)session_command(s, COMMAND_RCPT, t, t->cursor, ox_buffer_text(&s->line), NULL);
	}
	t->cursor++;
}

static bool use_bdat(const ox_session *s, const transaction *t)
{
	/* BDAT 0 LAST is what Exchange once could not read; an empty message goes by DATA. */
	return s->capabilities.chunking && !(s->quirks & OX_QUIRK_NO_CHUNKING) && t->envelope.size;
}

static void send_data(ox_session *s, transaction *t)
{
	/* Known by now in lock-step, and after HOLD: then there is nobody to send data for. */
	bool known = !t->unanswered && (!t->mail_accepted || !t->accepted_count);
	if (t->refused) {
		verdict_all_or_nothing(t);
	}
	if (t->abandoned || t->refused || known) {
		s->need_reset = s->need_reset || t->mail_accepted;
		t->step = STEP_SENT;
		return;
	}
	if (!use_bdat(s, t)) {
		ox_body_begin(&t->body, OX_BODY_DATA, t->envelope.size);
		t->step = STEP_354;
		(void)session_command(s, COMMAND_DATA, t, 0, "DATA", NULL);
		return;
	}
	char line[48];
	ox_body_begin(&t->body, OX_BODY_BDAT, t->envelope.size);
	(void)snprintf(line, sizeof line, "BDAT %llu LAST", (unsigned long long)t->envelope.size);
	t->step = STEP_BODY;
	if (session_command(s, COMMAND_BDAT, t, 0, line, NULL) == OX_OK) {
		transaction_note_body(s, t);
	}
}

void transaction_note_body(ox_session *s, const transaction *t)
{
	char line[64];
	(void)snprintf(
		line, sizeof line, "[%llu octets of message]", (unsigned long long)t->envelope.size);
	ox_transcript_client(&s->transcript, line);
}

/* Neither DATA nor BDAT can be taken back: without its end the server must drop what it has. */
static int fail_body(ox_session *s, ox_retry retry, ox_fact fact, const char *why)
{
	ox_error error;
	(void)ox_error_set(&error, OX_ERROR_MESSAGE, retry, OX_STAGE_BODY, fact, "%s", why);
	return session_fail(s, &error, false);
}

/* The end of data goes out: from its last octet on a lost connection means that nobody knows. */
void transaction_end_body(ox_session *s, transaction *t)
{
	size_t before = s->output.size;
	int status = ox_body_end(&t->body, &s->output);
	if (status == OX_E_SYNTAX) {
		fail_body(
			s, OX_RETRY_NEVER, OX_FACT_BODY_SOURCE, "the last line of the message has no CRLF");
		return;
	}
	if (status != OX_OK) {
		(void)session_fail_memory(s);
		return;
	}
	s->made_total += s->output.size - before;
	t->end_mark = s->made_total;
	t->step = STEP_SENT;
	if (t->body.framing == OX_BODY_DATA) {
		session_push_pending(s, COMMAND_DOT, t, 0);
		ox_transcript_client(&s->transcript, ".");
	} else {
		/* Were this BDAT refused, some servers would add the next message's recipients to this
		 * one's transaction. RSET in front of a MAIL that is not sent after the reply costs no
		 * round trip. */
		s->need_reset = true;
	}
}

int ox_session_body(ox_session *s, const void *bytes, size_t size)
{
	transaction *t = transaction_sending(s);
	if (!t) {
		return OX_E_USAGE;
	}
	size_t before = s->output.size;
	int status = size && size <= BODY_PIECE ? ox_body_write(&t->body, &s->output, bytes, size)
											: OX_E_USAGE;
	if (status == OX_E_NOMEM) {
		return session_fail_memory(s);
	}
	if (status == OX_E_SYNTAX) {
		bool nul = memchr(bytes, 0, size) != NULL;
		return fail_body(s, OX_RETRY_NEVER, nul ? OX_FACT_NUL_IN_BODY : OX_FACT_BODY_SOURCE,
			nul ? "the message has a NUL" : "the message has a bare CR or a bare LF");
	}
	if (status != OX_OK) {
		return fail_body(s, OX_RETRY_NEVER, OX_FACT_BODY_SOURCE,
			"the message does not have the size that it was said to have");
	}
	s->made_total += s->output.size - before;
	t->offset += size;
	if (!t->body.left) {
		transaction_end_body(s, t);
	}
	return s->state == STATE_FAILED ? OX_E_FAILED : OX_OK;
}

void ox_session_body_failed(ox_session *s, const char *why)
{
	if (transaction_sending(s)) {
		(void)fail_body(s, OX_RETRY_LATER, OX_FACT_BODY_SOURCE, why);
	}
}

transaction *transaction_sending(const ox_session *s)
{
	transaction *t = s->send_index < s->queue_count ? s->queue[s->send_index] : NULL;
	return s->state == STATE_READY && t && t->step == STEP_BODY && t->body.left ? t : NULL;
}

/* Lock-step where the server cannot pipeline: a command only when none is open. */
static bool may_send_command(const ox_session *s, const transaction *t)
{
	/* After a refused BDAT the reply to RSET tells whether the server took our octets for
	 * commands. */
	bool sounding = s->sounding && (s->pending_count || !s->need_reset);
	return (session_may_pipeline(s) || !s->pending_count) && !sounding &&
		s->pending_count < PENDING_MAX - 4 &&
		s->output.size - s->output_at < OX_SESSION_OUTPUT_MAX / 4 && t->step != STEP_354 &&
		t->step != STEP_BODY;
}

static void advance(ox_session *s, transaction *t)
{
	switch (t->step) {
	case STEP_MAIL:
		if (s->need_reset) {
			send_reset(s);
		} else {
			begin_transaction(s, t);
		}
		break;
	case STEP_RCPT: send_rcpt(s, t); break;
	case STEP_HOLD: t->step = STEP_DATA; break;
	default: send_data(s, t); break;
	}
}

static void finish_if_answered(ox_session *s, transaction *t)
{
	if (t->step == STEP_SENT && !t->unanswered) {
		transaction_finish(s, t);
	}
}

/* The send cursor: makes commands for one message after the other until it has to wait. */
void transaction_pump(ox_session *s)
{
	while (s->state == STATE_READY && s->send_index < s->queue_count) {
		transaction *t = s->queue[s->send_index];
		if (t->step == STEP_SENT) {
			s->send_index++;
			finish_if_answered(s, t);
			continue;
		}
		if (!may_send_command(s, t) || (t->step == STEP_HOLD && t->unanswered)) {
			return;
		}
		advance(s, t);
	}
	if (s->state == STATE_READY && s->quitting && !s->queue_count && !s->pending_count) {
		s->made_total += 6;
		if (ox_buffer_append_string(&s->output, "QUIT\r\n") == OX_OK) {
			ox_transcript_client(&s->transcript, "QUIT");
		}
		session_set_state(s, STATE_QUIT);
	}
}

static void leave_queue(ox_session *s, size_t index)
{
	s->queue_count--;
	for (size_t i = index; i < s->queue_count; i++) {
		s->queue[i] = s->queue[i + 1];
	}
	if (s->send_index > index) {
		s->send_index--;
	}
}

static bool has_open_recipient(const transaction *t)
{
	for (size_t i = 0; i < t->envelope.recipient_count; i++) {
		if (t->results[i].outcome == OX_OUTCOME_NONE) {
			return true;
		}
	}
	return false;
}

/* All replies of a transaction are in: the message is done, or it goes to the end of the queue for
 * the recipients that are left. */
void transaction_finish(ox_session *s, transaction *t)
{
	for (size_t i = 0; i < s->queue_count; i++) {
		if (s->queue[i] == t) {
			leave_queue(s, i);
			break;
		}
	}
	if (has_open_recipient(t) && ox_session_is_spent(s)) {
		ox_error error;
		(void)ox_error_set(&error, OX_ERROR_MESSAGE, OX_RETRY_LATER, OX_STAGE_MAIL,
			OX_FACT_TOO_MANY_RECIPIENTS,
			"the server takes no further transaction on this connection");
		verdict_for_open(t, &error, OX_OUTCOME_DEFERRED);
	}
	if (has_open_recipient(t)) {
		t->step = STEP_MAIL;
		s->queue[s->queue_count++] = t;
	} else {
		give_out(s, t);
	}
}

void transaction_close_all(ox_session *s, const ox_error *error, bool certain)
{
	ox_error others = *error;
	if (error->class == OX_ERROR_MESSAGE || error->retry == OX_RETRY_NEVER) {
		/* One message's own fault is not the others'. */
		(void)ox_error_set(&others, OX_ERROR_CONNECT, OX_RETRY_LATER, error->stage, OX_FACT_NONE,
			"the connection was given up because of another message");
	}
	for (size_t i = 0; i < s->queue_count; i++) {
		transaction *t = s->queue[i];
		bool culprit = i == s->send_index && t->step == STEP_BODY;
		bool out = t->end_mark && s->sent_total >= t->end_mark && t->step == STEP_SENT;
		verdict_for_loss(t, culprit ? error : &others, out && !certain && !t->again);
		if (t->error.retry == OX_RETRY_UNKNOWN) {
			s->error.retry = OX_RETRY_UNKNOWN;
		}
		give_out(s, t);
	}
	s->queue_count = 0;
	s->send_index = 0;
}
