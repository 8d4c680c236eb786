/* SPDX-License-Identifier: MIT */
/* A conversation in memory: the test is the server and the driver. */
#ifndef OX_SESSION_TALK_H
#define OX_SESSION_TALK_H

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

static inline void begin(talk *t, unsigned window, const ox_credentials *credentials)
{
	ox_session_options options = {.ehlo = "client.example",
								  .host = "mail.example",
								  .port = 465,
								  .tls = OX_TLS_IMPLICIT,
								  .credentials = credentials,
								  .window = window};
	memset(t, 0, sizeof *t);
	ox_buffer_init(&t->written, 64 * 1024 * 1024);
	t->session = ox_session_new(&options);
	if (t->session) {
		ox_channel_binding channel = {.tls = true};
		ox_session_tls_started(t->session, &channel);
	}
	t->body = "Subject: x\r\n\r\n.dot\r\n";
}

static inline void end(talk *t)
{
	ox_session_free(t->session);
	ox_buffer_clear(&t->written);
}

static inline bool flush(talk *t)
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
static inline ox_event_type run(talk *t)
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

static inline ox_event_type say(talk *t, const char *reply)
{
	ox_session_feed(t->session, reply, strlen(reply));
	return run(t);
}

static inline bool submit(talk *t, int recipients)
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

#define OFFERS                                                                                     \
	"250-mail.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-AUTH PLAIN\r\n250 SIZE\r\n"

static inline bool ready(talk *t, unsigned window, const char *offers)
{
	begin(t, window, NULL);
	run(t);
	say(t, "220 mail.example\r\n");
	bool is_ready = say(t, offers) == OX_EVENT_READY;
	ox_buffer_empty(&t->written);
	return is_ready;
}

/* Moves at most size octets out. */
static inline size_t take(talk *t, size_t size)
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
static inline ox_event_type pull(talk *t)
{
	ox_event_type type;
	do {
		type = ox_session_next(t->session, &t->last);
		if (type == OX_EVENT_BODY) {
			assert_int_equal(ox_session_body(t->session, t->body + t->last.offset, t->last.room),
							 OX_OK);
		}
		if (type == OX_EVENT_DONE) {
			t->outcomes[t->done++] = t->last.results[0].outcome;
		}
	} while (type == OX_EVENT_BODY || type == OX_EVENT_DONE);
	return type;
}

#endif
