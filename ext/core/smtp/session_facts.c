/* SPDX-License-Identifier: MIT */
/* What the session says of itself: nothing here changes it. */
#include "smtp/session_internal.h"

static const char *const state_name[] = {
	[STATE_GREETING] = "greeting",
	[STATE_EHLO] = "ehlo",
	[STATE_STARTTLS] = "starttls",
	[STATE_TLS] = "tls",
	[STATE_AUTH] = "auth",
	[STATE_READY] = "ready",
	[STATE_QUIT] = "quit",
	[STATE_FAILED] = "failed",
};

ox_stage ox_session_stage(const ox_session *s)
{
	static const ox_stage stage_of[] = {
		[COMMAND_GREETING] = OX_STAGE_GREETING,
		[COMMAND_EHLO] = OX_STAGE_EHLO,
		[COMMAND_HELO] = OX_STAGE_EHLO,
		[COMMAND_STARTTLS] = OX_STAGE_STARTTLS,
		[COMMAND_AUTH] = OX_STAGE_AUTH,
		[COMMAND_MAIL] = OX_STAGE_MAIL,
		[COMMAND_RCPT] = OX_STAGE_RCPT,
		[COMMAND_DATA] = OX_STAGE_DATA,
		[COMMAND_DOT] = OX_STAGE_DOT,
		[COMMAND_BDAT] = OX_STAGE_DOT,
		[COMMAND_RSET] = OX_STAGE_MAIL,
	};
	if (s->state == STATE_FAILED) {
		return s->error.stage;
	}
	if (s->state == STATE_TLS) {
		return OX_STAGE_TLS;
	}
	if (s->state == STATE_QUIT) {
		return OX_STAGE_QUIT;
	}
	const pending_command *command = &s->pending[s->pending_head];
	const transaction *sending = transaction_sending(s);
	if (!s->pending_count) {
		return sending ? OX_STAGE_BODY : OX_STAGE_READY;
	}
	bool end_out = command->kind == COMMAND_BDAT
		? command->owner->step != STEP_BODY && s->sent_total >= command->owner->end_mark
		: command->kind != COMMAND_DOT || s->sent_total >= command->end_mark;
	return end_out ? stage_of[command->kind] : OX_STAGE_BODY;
}

uint32_t ox_session_timeout_ms(const ox_session *s)
{
	enum { MINUTE = 60000 }; /* RFC 5321 4.5.3.2 */
	switch (ox_session_stage(s)) {
	case OX_STAGE_DATA: return 2 * MINUTE;
	case OX_STAGE_BODY: return 3 * MINUTE;
	case OX_STAGE_DOT: return 10 * MINUTE;
	default: return 5 * MINUTE;
	}
}

uint64_t ox_session_progress(const ox_session *s)
{
	return s->progress + s->sent_total / BODY_PIECE;
}

bool ox_session_is_idle(const ox_session *s)
{
	return s->state == STATE_READY && !s->queue_count && !s->pending_count && !s->done &&
		s->output.size == s->output_at && ox_reply_reader_is_empty(&s->reader);
}

bool ox_session_is_authenticated(const ox_session *s)
{
	return s->authenticated;
}

size_t ox_session_in_flight(const ox_session *s)
{
	return s->queue_count;
}

uint32_t ox_session_mails_begun(const ox_session *s)
{
	return s->mails_begun;
}

bool ox_session_heard_transaction(const ox_session *s)
{
	bool heard = s->state == STATE_FAILED && s->heard;
	for (size_t i = 0; i < s->queue_count; i++) {
		heard = heard || s->queue[i]->heard;
	}
	return heard;
}

unsigned ox_session_quirks(const ox_session *s)
{
	return s->quirks;
}

const ox_capabilities *ox_session_capabilities(const ox_session *s)
{
	return &s->capabilities;
}

ox_mechanism ox_session_mechanism(const ox_session *s)
{
	return s->authenticated ? s->mechanism : OX_MECHANISM_NONE;
}

const char *ox_session_state_name(const ox_session *s)
{
	return state_name[s->state];
}

const char *ox_session_transcript(const ox_session *s)
{
	return ox_buffer_text(&s->transcript.text);
}
