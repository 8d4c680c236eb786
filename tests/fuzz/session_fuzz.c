/* SPDX-License-Identifier: MIT */
/* Whole conversations with a server that says anything. The first octet chooses TLS mode and credentials, the second
 * the window and the recipients; 0x01 in the rest parts what the server says from what it says after our answer. */
#include "fuzz.h"

#include "smtp/session.h"

enum { MESSAGES = 3, TURNS = 4000 };

static const char body[] = "Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n";

typedef struct {
	ox_session *session;
	ox_buffer sent;     /* all that left */
	unsigned submitted, done, digest;
	size_t failed_at;   /* octets sent when the error came, SIZE_MAX: none */
	bool closed;
	ox_fact fact;
} talk;

static void flush(talk *t, size_t step)
{
	const uint8_t *bytes;
	size_t size;
	for (ox_session_output(t->session, &bytes, &size); size; ox_session_output(t->session, &bytes, &size)) {
		size_t piece = size < step ? size : step;
		MUST(ox_buffer_append(&t->sent, bytes, piece) == OX_OK);
		ox_session_sent(t->session, piece);
	}
}

static void submit(talk *t, int recipients)
{
	ox_envelope envelope;
	uint32_t number;
	ox_envelope_init(&envelope);
	MUST(ox_envelope_set_sender(&envelope, "a@example.org") == OX_OK);
	for (int i = 0; i < recipients; i++) {
		char address[32];
		size_t index;
		snprintf(address, sizeof address, "r%d@example.org", i);
		MUST(ox_envelope_add(&envelope, address, 0, NULL, &index) == OX_OK);
	}
	envelope.size = sizeof body - 1;
	envelope.all_or_nothing = recipients == 2;
	if (ox_session_submit(t->session, &envelope, &number) == OX_OK) {
		t->submitted++;
	}
	ox_envelope_clear(&envelope);
}

static void on_done(talk *t, const ox_event *event)
{
	t->done++;
	for (size_t i = 0; i < event->result_count; i++) {
		MUST(event->results[i].outcome >= OX_OUTCOME_SENT && event->results[i].outcome <= OX_OUTCOME_UNKNOWN);
		MUST(event->results[i].outcome != OX_OUTCOME_SENT || event->results[i].code / 100 == 2);
		t->digest = t->digest * 31 + event->results[i].outcome * 1000u + event->results[i].code;
	}
}

/* Handles events until bytes are needed; false when it is over. */
static bool pull(talk *t, int recipients, size_t step)
{
	for (int turn = 0; turn < TURNS; turn++) {
		ox_event event;
		ox_channel_binding channel = {.tls = true};
		switch (ox_session_next(t->session, &event)) {
		case OX_EVENT_NEED_IO: {
			const uint8_t *bytes;
			size_t size;
			ox_session_output(t->session, &bytes, &size);
			if (!size) {
				return true;
			}
			flush(t, step);
			break;
		}
		case OX_EVENT_START_TLS: ox_session_tls_started(t->session, &channel); break;
		case OX_EVENT_READY:
			for (int i = 0; i < MESSAGES; i++) {
				submit(t, recipients);
			}
			break;
		case OX_EVENT_BODY:
			MUST(event.room && event.offset < sizeof body - 1);
			MUST(ox_session_body(t->session, body + event.offset, event.room < step ? event.room : step) == OX_OK);
			break;
		case OX_EVENT_DONE: on_done(t, &event); break;
		case OX_EVENT_CLOSED: return false;
		case OX_EVENT_ERROR:
			if (t->failed_at == SIZE_MAX) {
				t->failed_at = t->sent.size;
				t->fact = event.error->fact;
				MUST((*event.error->text || event.error->smtp_code) && !strstr(event.error->text, "canary"));
			}
			MUST(event.error->fact == t->fact);
			flush(t, step);
			return false;
		}
	}
	MUST(!"the session goes round in circles");
	return false;
}

static void converse(talk *t, const uint8_t *data, size_t size, size_t step)
{
	ox_credentials credentials = {.user = "user", .password = "canary"};
	ox_session_options options = {.ehlo = "client.example", .host = "host.example", .port = 465,
		.tls = (ox_tls_mode)(data[0] & 3), .credentials = data[0] & 4 ? &credentials : NULL,
		.window = data[1] & 3, .quirks = data[0] >> 4};
	int recipients = (data[1] >> 2 & 3) + 1;
	memset(t, 0, sizeof *t);
	ox_buffer_init(&t->sent, 1 << 22);
	t->failed_at = SIZE_MAX;
	t->session = ox_session_new(&options);
	MUST(t->session);
	bool on = pull(t, recipients, step);
	for (size_t at = 2; at < size && on;) {
		const uint8_t *mark = memchr(data + at, 1, size - at);
		size_t length = mark ? (size_t)(mark - data) - at : size - at;
		for (size_t i = 0; i < length; i += step) {
			ox_session_feed(t->session, data + at + i, length - i < step ? length - i : step);
		}
		at += length + 1;
		on = pull(t, recipients, step);
	}
	ox_session_peer_closed(t->session, false);
	(void)pull(t, recipients, step);
}

/* Nothing that left may hold a bare CR or LF, the password, or more than a farewell behind an error. */
static void check(const talk *t)
{
	const char *at = ox_buffer_text(&t->sent);
	for (size_t i = 0; i < t->sent.size; i++) {
		if (at[i] == '\n') {
			MUST(i && at[i - 1] == '\r');
		}
		MUST(at[i] != '\r' || i + 1 == t->sent.size || at[i + 1] == '\n');
	}
	MUST(!memmem(at, t->sent.size, "canary", 6));
	MUST(t->done == t->submitted);
	if (t->failed_at != SIZE_MAX) {
		const char *farewell = at + t->failed_at;
		MUST(!*farewell || !strcmp(farewell, "QUIT\r\n") || !strcmp(farewell, "*\r\n") || !strcmp(farewell, "*\r\nQUIT\r\n"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	talk whole, single;
	if (size < 2 || memmem(data, size, "canary", 6)) {
		return 0; /* a server that has the password already may say it */
	}
	converse(&whole, data, size, 1 << 20);
	check(&whole);
	converse(&single, data, size, 1);
	check(&single);
	ox_session_free(whole.session);
	ox_session_free(single.session);
	ox_buffer_clear(&whole.sent);
	ox_buffer_clear(&single.sent);
	return 0;
}
