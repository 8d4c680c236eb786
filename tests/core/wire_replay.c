/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "wire_replay.h"

enum { ROUNDS_MAX = 2000000 };

void text_add(text *to, const void *bytes, size_t size)
{
	to->at = realloc(to->at, to->size + size + 1);
	assert_non_null(to->at);
	memcpy(to->at + to->size, bytes, size);
	to->size += size;
	to->at[to->size] = 0;
}

void text_format(text *to, const char *format, ...)
{
	char line[1024];
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	text_add(to, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

void text_clear(text *old)
{
	free(old->at);
	*old = (text){0};
}

const char *text_of(const text *from)
{
	return from->at ? from->at : "";
}

void replay_deviate(replay *run, const wire_step *step, const char *what, const char *detail)
{
	if (run->stopped) {
		return;
	}
	run->stopped = true;
	(void)snprintf(run->deviation, sizeof run->deviation, "tests/wire/%s:%d: %s%s%s",
		run->dialogue->file, step ? step->line : 0, what, *detail ? ": " : "", detail);
}

/* events */

static void format_result(text *to, const ox_result *result, bool with_stage)
{
	text_format(to, " %s", ox_outcome_name(result->outcome));
	if (result->code) {
		text_format(to, " %u", result->code);
	}
	if (result->enhanced[0]) {
		text_format(to, " %u.%u.%u", result->enhanced[0], result->enhanced[1],
			result->enhanced[2]);
	}
	if (with_stage) {
		text_format(to, " at %s", ox_stage_name(result->stage));
	}
}

static const char *retry_name(ox_retry retry)
{
	return retry == OX_RETRY_NEVER ? "never" : retry == OX_RETRY_LATER ? "later" : "unknown";
}

static void format_error(text *to, const ox_error *error)
{
	text_format(to, " %s %s %s", ox_error_class_name(error->class), ox_fact_name(error->fact),
		retry_name(error->retry));
}

static void format_done(text *to, const replay *run, const ox_event *event, int form)
{
	size_t index = 0;
	while (index < run->dialogue->message_count && run->numbers[index] != event->message) {
		index++;
	}
	text_format(to, "DONE %zu:", index + 1);
	for (size_t i = 0; i < event->result_count; i++) {
		text_format(to, "%s", i ? "," : "");
		format_result(to, &event->results[i], form & 1);
	}
	if (event->queue_id) {
		text_format(to, "; id %s", event->queue_id);
	}
	if ((form & 2) && event->error) {
		text_format(to, "; error");
		format_error(to, event->error);
	}
}

static void format_event(text *to, const replay *run, const ox_event *event, int form)
{
	switch (event->type) {
	case OX_EVENT_READY: text_format(to, "READY"); break;
	case OX_EVENT_CLOSED: text_format(to, "CLOSED"); break;
	case OX_EVENT_DONE: format_done(to, run, event, form); break;
	default:
		text_format(to, "ERROR");
		format_error(to, event->error);
		if (form & 1) {
			text_format(to, " at %s", ox_stage_name(event->error->stage));
		}
	}
}

static void keep_texts(replay *run, const ox_event *event)
{
	text_clear(&run->said);
	if (event->error) {
		text_format(&run->said, "%s\n", event->error->text);
		run->blamed_memory |= event->error->class == OX_ERROR_MEMORY;
	}
	for (size_t i = 0; i < event->result_count; i++) {
		text_format(&run->said, "%s\n", event->results[i].text);
	}
}

static void log_event(replay *run, const ox_event *event)
{
	if (run->event_count == REPLAY_EVENTS_MAX) {
		replay_deviate(run, NULL, "the session does not stop giving events", "");
		return;
	}
	logged *entry = &run->events[run->event_count++];
	for (int form = 0; form < 4; form++) {
		format_event(&entry->forms[form], run, event, form);
	}
	if (event->type == OX_EVENT_DONE) {
		run->done_count++;
	}
	if (event->type == OX_EVENT_DONE || event->type == OX_EVENT_ERROR) {
		keep_texts(run, event);
	}
}

/* the driver */

/* 1, 2, 3, 5, ... octets, so that every cut falls everywhere; all at once in the other modes. */
static size_t next_piece(replay *run, size_t most)
{
	static const unsigned sizes[] = {1, 2, 3, 5, 8, 1, 1021, 1, 4099};
	if (run->mode != MODE_BYTES) {
		return most;
	}
	size_t piece = sizes[run->piece++ % OX_COUNT(sizes)];
	return piece < most ? piece : most;
}

bool replay_write(replay *run, bool all)
{
	const uint8_t *bytes;
	size_t size;
	ox_session_output(run->session, &bytes, &size);
	if (!size) {
		return false;
	}
	if (size > OX_SESSION_OUTPUT_MAX) {
		replay_deviate(run, NULL, "the output is past its cap", "");
	}
	size = size < run->takes ? size : run->takes;
	if (!size) {
		return false;
	}
	size_t piece = all ? size : next_piece(run, size);
	run->takes -= run->takes == SIZE_MAX ? 0 : piece;
	text_add(&run->sent, bytes, piece);
	ox_session_sent(run->session, piece);
	return true;
}

void replay_submit(replay *run, size_t index)
{
	uint32_t number = 0;
	int status = ox_session_submit(run->session, &run->dialogue->messages[index].envelope, &number);
	if (status == OX_OK) {
		run->numbers[index] = number;
		run->submitted++;
	} else if (status == OX_E_NOMEM) {
		run->blamed_memory = true;
		replay_deviate(run, NULL, "submit: memory is out", "");
	}
}

static void submit_all(replay *run)
{
	for (size_t i = 0; i < run->dialogue->message_count && !run->stopped; i++) {
		if (run->numbers[i] || run->dialogue->messages[i].later) {
			continue;
		}
		replay_submit(run, i);
		if (!run->numbers[i]) {
			return;
		}
	}
}

static void give_body(replay *run, const ox_event *event)
{
	size_t index = 0;
	while (index < run->dialogue->message_count && run->numbers[index] != event->message) {
		index++;
	}
	if (index == run->dialogue->message_count || !event->room) {
		replay_deviate(run, NULL, "BODY is wanted of no message, or without room", "");
		return;
	}
	const wire_message *message = &run->dialogue->messages[index];
	size_t end = message->breaks_at < message->body_size ? message->breaks_at : message->body_size;
	if (event->offset >= end) {
		ox_session_body_failed(run->session, "the source ended early");
		return;
	}
	size_t left = end - (size_t)event->offset;
	size_t piece = next_piece(run, left < event->room ? left : event->room);
	int status = ox_session_body(run->session, message->body + event->offset, piece);
	run->blamed_memory |= status == OX_E_NOMEM;
}

/* Until the session wants bytes. Without `writing` its output waits: a server that says several
 * things in a row has not read what the client answered to the first. */
static void pump(replay *run, bool writing)
{
	for (long round = 0; round < ROUNDS_MAX && !run->stopped; round++) {
		ox_event event = {0};
		switch (ox_session_next(run->session, &event)) {
		case OX_EVENT_NEED_IO:
			if (!writing || !replay_write(run, false)) {
				return;
			}
			break;
		case OX_EVENT_START_TLS:
			run->tls_due = true;
			return;
		case OX_EVENT_BODY: give_body(run, &event); break;
		case OX_EVENT_READY:
		case OX_EVENT_DONE:
			log_event(run, &event);
			submit_all(run);
			break;
		case OX_EVENT_CLOSED:
		case OX_EVENT_ERROR:
			if (!run->over) {
				log_event(run, &event);
				run->over = true;
			}
			while (writing && replay_write(run, true)) {
			}
			return;
		}
	}
	replay_deviate(run, NULL, "the session does not come to rest", "");
}

void replay_pump(replay *run)
{
	pump(run, true);
}

bool replay_is_server(const wire_step *step)
{
	return step->kind == WIRE_SERVER || step->kind == WIRE_CLOSE;
}

static void close_peer(replay *run, const wire_step *step)
{
	if (step->size) {
		ox_session_peer_closed(run->session, true);
	} else {
		ox_session_feed(run->session, NULL, 0);
	}
	pump(run, false);
}

size_t replay_feed(replay *run, size_t at)
{
	const wire_case *dialogue = run->dialogue;
	text together = {0};
	for (; at < dialogue->step_count && replay_is_server(&dialogue->steps[at]); at++) {
		const wire_step *step = &dialogue->steps[at];
		bool bytewise = run->mode == MODE_BYTES;
		for (size_t i = 0; bytewise && i < step->size && step->kind == WIRE_SERVER; i++) {
			ox_session_feed(run->session, step->bytes + i, 1);
			pump(run, false);
		}
		if (step->kind == WIRE_SERVER && !bytewise) {
			text_add(&together, step->bytes, step->size);
		}
		if (step->kind == WIRE_CLOSE) {
			if (together.size) {
				ox_session_feed(run->session, together.at, together.size);
				text_clear(&together);
			}
			close_peer(run, step);
		}
	}
	if (together.size) {
		ox_session_feed(run->session, together.at, together.size);
	}
	text_clear(&together);
	replay_pump(run);
	return at;
}
