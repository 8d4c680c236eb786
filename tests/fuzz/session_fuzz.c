/* SPDX-License-Identifier: MIT */
/* Whole conversations with a server that says anything. The first octet chooses TLS mode,
 * credentials and quirks, the second window, recipients and what goes wrong on our side; 0x01 in
 * the rest parts what the server says from what it says after our answer. */
#include "fuzz.h"

#include <ctype.h>

#include "smtp/session.h"

enum {
	MESSAGES = 3,
	NUMBERS = 16,
	TURNS = 4000,

	WITH_CREDENTIALS = 4, /* of the first octet, whose lowest bits are the TLS mode */
	WITH_TOKEN = 8,
	WITH_WISHES = 0x10,     /* of the second: DSN, priority */
	BODY_FAILS = 0x20,      /* behind the first line */
	DRIVER_GIVES_UP = 0x40, /* where the peer would close */
	SAYS_QUIT = 0x80,
};

static const char body[] = "Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n";
static const char farewells[][12] = {"", "QUIT\r\n", "*\r\n", "*\r\nQUIT\r\n"};

typedef struct {
	ox_session *session;
	ox_buffer sent; /* all that left */
	uint8_t choice;
	size_t step, recipients;
	unsigned submitted, done, digest;
	uint64_t given[NUMBERS]; /* octets of each message's body */
	bool is_done[NUMBERS];
	size_t failed_at; /* octets sent when the error came, SIZE_MAX: none */
	ox_error error;
} talk;

static void digest(talk *t, unsigned value)
{
	t->digest = t->digest * 31 + value;
}

static void flush(talk *t)
{
	const uint8_t *bytes;
	size_t size;
	ox_session_output(t->session, &bytes, &size);
	while (size) {
		size_t piece = size < t->step ? size : t->step;
		MUST(ox_buffer_append(&t->sent, bytes, piece) == OX_OK);
		ox_session_sent(t->session, piece);
		ox_session_output(t->session, &bytes, &size);
	}
}

static void submit(talk *t)
{
	ox_envelope envelope;
	uint32_t number;
	size_t index;
	ox_envelope_init(&envelope);
	MUST(ox_envelope_set_sender(&envelope, "a@example.org") == OX_OK);
	for (size_t i = 0; i < t->recipients; i++) {
		char address[32];
		snprintf(address, sizeof address, "r%zu@example.org", i);
		unsigned notify = t->choice & WITH_WISHES ? OX_NOTIFY_FAILURE : 0;
		MUST(ox_envelope_add(&envelope, address, notify, NULL, &index) == OX_OK);
	}
	if (t->choice & WITH_WISHES) {
		MUST(ox_envelope_set_envid(&envelope, "id +=") == OX_OK);
		envelope.dsn_return = OX_RETURN_HEADERS;
		envelope.priority = 3;
		envelope.eightbit = true;
	}
	envelope.size = sizeof body - 1;
	envelope.all_or_nothing = t->recipients == 2;
	if (ox_session_submit(t->session, &envelope, &number) == OX_OK) {
		MUST(number < NUMBERS);
		t->submitted++;
	}
	ox_envelope_clear(&envelope);
}

static void on_done(talk *t, const ox_event *event)
{
	MUST(event->message < NUMBERS && !t->is_done[event->message]);
	MUST(event->result_count == t->recipients);
	t->is_done[event->message] = true;
	t->done++;
	digest(t, event->message);
	for (size_t i = 0; i < event->result_count; i++) {
		const ox_result *result = &event->results[i];
		MUST(result->outcome >= OX_OUTCOME_SENT && result->outcome <= OX_OUTCOME_UNKNOWN);
		if (result->outcome == OX_OUTCOME_SENT) {
			MUST(result->code / 100 == 2 && t->given[event->message] == sizeof body - 1);
		}
		digest(t, (unsigned)result->outcome * 1000u + result->code);
		digest(t, (unsigned)result->stage);
		for (const char *p = result->text; *p; p++) {
			digest(t, (unsigned char)*p);
		}
	}
	for (const char *p = event->queue_id; p && *p; p++) {
		digest(t, (unsigned char)*p);
	}
}

static void on_body(talk *t, const ox_event *event)
{
	size_t left = sizeof body - 1 - (size_t)event->offset;
	size_t piece = event->room < t->step ? event->room : t->step;
	MUST(event->room && event->room <= left && event->message < NUMBERS);
	if (t->choice & BODY_FAILS) {
		piece = event->offset < 12 && piece > 12 - event->offset ? 12 - event->offset : piece;
	}
	if (t->choice & BODY_FAILS && event->offset >= 12) {
		ox_session_body_failed(t->session, "gone");
		return;
	}
	MUST(ox_session_body(t->session, body + event->offset, piece) == OX_OK);
	t->given[event->message] = event->offset + piece;
}

/* What sticks: every message has its results by now, and nothing brings the session back. */
static void on_error(talk *t, const ox_error *error)
{
	ox_event event;
	t->failed_at = t->sent.size;
	t->error = *error;
	MUST((*error->text || error->smtp_code) && error->class != OX_ERROR_NONE);
	MUST(t->done == t->submitted);
	ox_session_feed(t->session, "250 ok\r\n", 8);
	ox_session_peer_closed(t->session, false);
	submit(t);
	MUST(t->done == t->submitted);
	MUST(ox_session_next(t->session, &event) == OX_EVENT_ERROR);
	MUST(!memcmp(event.error, &t->error, sizeof t->error));
	flush(t);
}

/* Handles events until bytes are needed; false when it is over. */
static bool pull(talk *t)
{
	const ox_channel_binding channel = {.tls = true};
	for (int turn = 0; turn < TURNS; turn++) {
		ox_event event;
		const uint8_t *bytes;
		size_t size;
		switch (ox_session_next(t->session, &event)) {
		case OX_EVENT_NEED_IO:
			ox_session_output(t->session, &bytes, &size);
			MUST(size <= OX_SESSION_OUTPUT_MAX && ox_session_timeout_ms(t->session));
			if (!size) {
				return true;
			}
			flush(t);
			break;
		case OX_EVENT_START_TLS: ox_session_tls_started(t->session, &channel); break;
		case OX_EVENT_READY:
			for (int i = 0; i < MESSAGES; i++) {
				submit(t);
			}
			break;
		case OX_EVENT_BODY: on_body(t, &event); break;
		case OX_EVENT_DONE:
			on_done(t, &event);
			if (t->submitted < MESSAGES) {
				submit(t);
			} else if (t->choice & SAYS_QUIT) {
				ox_session_quit(t->session);
			}
			break;
		case OX_EVENT_CLOSED: flush(t); return false;
		case OX_EVENT_ERROR: on_error(t, event.error); return false;
		}
	}
	MUST(!"the session goes round in circles");
	return false;
}

static void part(talk *t)
{
	if (t->choice & DRIVER_GIVES_UP) {
		ox_error error;
		(void)ox_error_set(&error, OX_ERROR_TIMEOUT, OX_RETRY_LATER, OX_STAGE_NONE, OX_FACT_NONE,
						   "too slow");
		ox_session_abort(t->session, &error);
	} else {
		ox_session_peer_closed(t->session, t->choice & WITH_WISHES);
	}
	(void)pull(t);
}

static void converse(talk *t, const uint8_t *data, size_t size, size_t step)
{
	bool token = data[0] & WITH_TOKEN;
	ox_credentials credentials = {
		.user = "user", .password = token ? NULL : "canary", .token = token ? "canary" : NULL};
	ox_session_options options = {.ehlo = "client.example",
								  .host = "host.example",
								  .port = 465,
								  .tls = (ox_tls_mode)(data[0] & 3),
								  .credentials = data[0] & WITH_CREDENTIALS ? &credentials : NULL,
								  .window = data[1] & 3,
								  .quirks = data[0] >> 4};
	const ox_channel_binding channel = {.tls = true};
	memset(t, 0, sizeof *t);
	ox_buffer_init(&t->sent, 1 << 22);
	t->failed_at = SIZE_MAX;
	t->choice = data[1];
	t->recipients = (data[1] >> 2 & 3) + 1;
	t->step = step;
	t->session = ox_session_new(&options);
	MUST(t->session);
	if (options.tls == OX_TLS_IMPLICIT) {
		ox_session_tls_started(t->session, &channel);
	}
	bool on = pull(t);
	for (size_t at = 2; at < size && on;) {
		const uint8_t *mark = memchr(data + at, 1, size - at);
		size_t length = mark ? (size_t)(mark - data) - at : size - at;
		for (size_t i = 0; i < length; i += step) {
			size_t piece = length - i < step ? length - i : step;
			ox_session_feed(t->session, data + at + i, piece);
		}
		at += length + 1;
		on = pull(t);
	}
	if (on) {
		part(t);
	}
}

/* Nothing that left may hold a bare CR or LF, the password, or more than a farewell behind an
 * error. */
static void check_sent(const talk *t)
{
	const char *at = ox_buffer_text(&t->sent);
	for (size_t i = 0; i < t->sent.size; i++) {
		MUST(at[i] != '\n' || (i && at[i - 1] == '\r'));
		MUST(at[i] != '\r' || i + 1 == t->sent.size || at[i + 1] == '\n');
	}
	MUST(!memmem(at, t->sent.size, "canary", 6));
	if (t->choice & BODY_FAILS) {
		MUST(!memmem(at, t->sent.size, "\r\n.\r\n", 5));
	}
	if (t->failed_at != SIZE_MAX) {
		bool known = false;
		for (size_t i = 0; i < sizeof farewells / sizeof *farewells; i++) {
			known = known || !strcmp(at + t->failed_at, farewells[i]);
		}
		MUST(known);
	}
}

/* "canary" and what base64 makes of it in LOGIN and PLAIN; a server that says it itself may be
 * quoted. */
static void check_secrets(const talk *t, const uint8_t *data, size_t size)
{
	static const char *const secrets[] = {"canary", "Y2FuYXJ5", "AHVzZXIAY2FuYXJ5"};
	const char *transcript = ox_session_transcript(t->session);
	char *letters = malloc(size + 1); /* said in pieces, it comes together in the transcript */
	size_t count = 0;
	for (size_t i = 0; i < size; i++) {
		if (isalnum(data[i])) {
			letters[count++] = (char)data[i];
		}
	}
	letters[count] = 0;
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
		if (!strstr(letters, secrets[i])) {
			MUST(!strstr(transcript, secrets[i]) && !strstr(t->error.text, secrets[i]));
		}
	}
	free(letters);
	MUST(strlen(transcript) <= OX_SESSION_TRANSCRIPT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	talk whole, single;
	if (size < 2) {
		return 0;
	}
	converse(&whole, data, size, 1 << 20);
	converse(&single, data, size, 1);
	check_sent(&whole);
	check_secrets(&whole, data, size);
	MUST(whole.done == whole.submitted && whole.digest == single.digest);
	MUST(whole.submitted == single.submitted && whole.done == single.done);
	MUST(whole.error.fact == single.error.fact && whole.error.class == single.error.class &&
		 whole.error.retry == single.error.retry && whole.error.stage == single.error.stage &&
		 !strcmp(whole.error.text, single.error.text));
	MUST(whole.sent.size == single.sent.size &&
		 !memcmp(ox_buffer_text(&whole.sent), ox_buffer_text(&single.sent), whole.sent.size));
	MUST(!strcmp(ox_session_transcript(whole.session), ox_session_transcript(single.session)));
	ox_session_free(whole.session);
	ox_session_free(single.session);
	ox_buffer_clear(&whole.sent);
	ox_buffer_clear(&single.sent);
	return 0;
}
