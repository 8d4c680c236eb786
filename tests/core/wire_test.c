/* SPDX-License-Identifier: MIT */
/* Replays the dialogues of tests/wire three times each: whole, one byte at a time, and with every
 * allocation failing once. An argument picks the cases whose names hold it. */
#include "test.h"

#include <errno.h>

#include "base/base64.h"
#include "wire_replay.h"

/* How many of the hard cases that the headings number must be proved; numbers have three digits at most. */
enum { CASES_MIN = 120, CASE_NUMBER_MAX = 200 };

static const char *const mode_names[MODE_COUNT] = {"whole", "byte by byte", "short of memory"};

/* Bytes for people: control characters as escapes, the middle of long ones left out. */
static void show(char *out, size_t size, const char *bytes, size_t count)
{
	size_t used = 0;
	for (size_t i = 0; i < count && used + 8 < size; i++) {
		unsigned char c = (unsigned char)bytes[i];
		const char *format = c == '\r' ? "\\r" : c == '\n' ? "\\n" : c < ' ' || c > '~' ? "\\x%02x"
			: "%c";
		used += (size_t)snprintf(out + used, size - used, format, c);
	}
	out[used] = 0;
}

/* expectations */

static void expect_client(replay *run, const wire_step *step)
{
	const char *found = text_of(&run->sent) + run->matched;
	size_t left = run->sent.size - run->matched;
	if (left >= step->size && !memcmp(found, step->bytes, step->size)) {
		run->matched += step->size;
		return;
	}
	/* Where no memory is left for them, QUIT and "*" stay unsaid; the error was told. */
	if (run->mode == MODE_MEMORY && run->over && !left && step->size <= 6) {
		return;
	}
	char expected[400], got[400], both[900];
	show(expected, sizeof expected, step->bytes, step->size);
	show(got, sizeof got, found, left);
	(void)snprintf(both, sizeof both, "\n    expected %s\n    got      %s", expected, got);
	replay_deviate(run, step, "the client did not send this", both);
}

static void expect_silence(replay *run, const wire_step *step)
{
	if (run->matched < run->sent.size) {
		char got[400];
		show(got, sizeof got, run->sent.at + run->matched, run->sent.size - run->matched);
		replay_deviate(run, step, "before this line the client also sent", got);
	}
}

static void expect_event(replay *run, const wire_step *step)
{
	if (run->events_matched == run->event_count) {
		replay_deviate(run, step, "no such event", step->bytes);
		return;
	}
	const logged *entry = &run->events[run->events_matched++];
	for (int form = 0; form < 4; form++) {
		const char *got = text_of(&entry->forms[form]);
		/* A server's name for the message is left out when there is no memory for it. */
		bool cut = run->mode == MODE_MEMORY;
		size_t compared = cut ? strcspn(step->bytes, ";") : step->size;
		size_t size = cut ? strcspn(got, ";") : strlen(got);
		if (size == compared && !memcmp(got, step->bytes, compared)) {
			return;
		}
	}
	char both[1600];
	(void)snprintf(both, sizeof both, "\n    expected %.500s\n    got      %.900s", step->bytes,
		text_of(&entry->forms[3]));
	replay_deviate(run, step, "another event came", both);
}

static bool state_holds(const replay *run, const char *state)
{
	const ox_session *session = run->session;
	bool idle = ox_session_is_idle(session);
	return !strcmp(state, "idle") ? idle : !strcmp(state, "busy") ? !idle
		: !strcmp(state, "heard") ? ox_session_heard_transaction(session)
		: !strcmp(state, "unheard") ? !ox_session_heard_transaction(session)
		: !strcmp(state, "authenticated") ? ox_session_is_authenticated(session)
		: !strcmp(state, "anonymous") && !ox_session_is_authenticated(session);
}

static void expect_waits(replay *run, const wire_step *step)
{
	char got[100];
	const char *stage = ox_stage_name(ox_session_stage(run->session));
	uint32_t limit = ox_session_timeout_ms(run->session);
	(void)snprintf(got, sizeof got, "%s %lu", stage, (unsigned long)limit / 1000);
	if (strcmp(stage, step->bytes) || limit != step->number * 1000) {
		replay_deviate(run, step, "it waits differently", got);
	}
}

static void expect_progress(replay *run, const wire_step *step)
{
	uint64_t now = ox_session_progress(run->session);
	if ((now != run->progress) != (step->number == 1)) {
		replay_deviate(run, step, "the driver's clock",
			now == run->progress ? "goes on" : "starts anew");
	}
	run->progress = now;
}

static void check(replay *run, const wire_step *step)
{
	const char *transcript = ox_session_transcript(run->session);
	switch (step->kind) {
	case WIRE_WAITS: expect_waits(run, step); break;
	case WIRE_PROGRESS: expect_progress(run, step); break;
	case WIRE_MECHANISM:
		if (strcmp(ox_mechanism_name(ox_session_mechanism(run->session)), step->bytes)) {
			replay_deviate(run, step, "another mechanism",
				ox_mechanism_name(ox_session_mechanism(run->session)));
		}
		break;
	case WIRE_QUIRKS:
		if (ox_session_quirks(run->session) != step->number) {
			replay_deviate(run, step, "other quirks", "");
		}
		break;
	case WIRE_STATE:
		if (!state_holds(run, step->bytes)) {
			replay_deviate(run, step, "the session is not", step->bytes);
		}
		break;
	case WIRE_SAYS:
		if (!strstr(text_of(&run->said), step->bytes)) {
			replay_deviate(run, step, "the text is", text_of(&run->said));
		}
		break;
	case WIRE_SHOWS:
	case WIRE_HIDES:
		if (!strstr(transcript, step->bytes) == (step->kind == WIRE_SHOWS)) {
			replay_deviate(run, step, "the transcript is", transcript);
		}
		break;
	default: replay_deviate(run, step, "an unknown step", "");
	}
}

static void abort_with(replay *run, ox_error_class class, ox_fact fact, int sys_errno)
{
	ox_error error;
	ox_error_set(&error, class, OX_RETRY_LATER, OX_STAGE_NONE, fact, "the driver gives up");
	error.sys_errno = sys_errno;
	ox_session_abort(run->session, &error);
}

static void act(replay *run, const wire_step *step)
{
	switch (step->kind) {
	case WIRE_CLIENT: expect_client(run, step); return;
	case WIRE_EVENT: expect_event(run, step); return;
	case WIRE_TLS:
		if (!run->tls_due) {
			replay_deviate(run, step, "no TLS handshake is due", "");
			return;
		}
		run->tls_due = false;
		ox_session_tls_started(run->session, &run->dialogue->channel);
		break;
	case WIRE_TIMEOUT: abort_with(run, OX_ERROR_TIMEOUT, OX_FACT_NONE, 0); break;
	case WIRE_ABORT: abort_with(run, OX_ERROR_CONNECT, OX_FACT_ERRNO, ECONNRESET); break;
	case WIRE_TAKES: run->takes = step->number; break;
	case WIRE_QUIT: ox_session_quit(run->session); break;
	case WIRE_SUBMIT:
		replay_submit(run, step->number - 1);
		if (!run->numbers[step->number - 1]) {
			replay_deviate(run, step, "the message is not taken", "");
		}
		break;
	default: check(run, step); return;
	}
	replay_pump(run);
}

/* what holds in every dialogue */

static bool holds_text(const text *where, const char *needle)
{
	size_t length = strlen(needle);
	for (size_t i = 0; length && i + length <= where->size; i++) {
		if (!memcmp(where->at + i, needle, length)) {
			return true;
		}
	}
	return false;
}

static void secret_is_nowhere(replay *run, const char *secret)
{
	text shown = {0};
	const char *transcript = ox_session_transcript(run->session);
	if (!secret || strlen(secret) < 4) {
		return;
	}
	text_add(&shown, transcript, strlen(transcript));
	text_add(&shown, text_of(&run->said), run->said.size);
	ox_buffer coded;
	ox_buffer_init(&coded, 65536);
	if (ox_base64_encode(&coded, secret, strlen(secret)) == OX_OK) {
		coded.bytes[coded.size / 4 * 4 - 4] = 0; /* its last group depends on what follows */
	}
	if (holds_text(&shown, secret) || holds_text(&shown, ox_buffer_text(&coded))) {
		replay_deviate(run, NULL, "a secret is shown", text_of(&shown));
	}
	ox_buffer_clear(&coded);
	text_clear(&shown);
}

static void output_is_clean_lines(replay *run)
{
	const char *sent = text_of(&run->sent);
	for (size_t i = 0; i < run->sent.size; i++) {
		bool bare_lf = sent[i] == '\n' && (!i || sent[i - 1] != '\r');
		bool bare_cr = sent[i] == '\r' && i + 1 < run->sent.size && sent[i + 1] != '\n';
		if (bare_lf || bare_cr) {
			replay_deviate(run, NULL, "a bare CR or LF left the client", "");
		}
	}
}

static void error_is_sticky(replay *run)
{
	static const char late[] = "250 2.0.0 Ok\r\n";
	ox_event event;
	uint32_t number;
	ox_envelope envelope;
	ox_envelope_init(&envelope);
	if (ox_session_next(run->session, &event) != OX_EVENT_ERROR) {
		return;
	}
	ox_session_feed(run->session, late, sizeof late - 1);
	bool again = ox_session_next(run->session, &event) == OX_EVENT_ERROR && event.error;
	if (!again || ox_session_submit(run->session, &envelope, &number) != OX_E_USAGE) {
		replay_deviate(run, NULL, "the error does not stick", "");
	}
	if (replay_write(run, true)) {
		replay_deviate(run, NULL, "something was sent after the error", "");
	}
	if (run->done_count != run->submitted || ox_session_in_flight(run->session)) {
		replay_deviate(run, NULL, "a message was left open by the error", "");
	}
}

static void check_invariants(replay *run)
{
	const wire_step end = {.line = run->dialogue->steps[run->dialogue->step_count - 1].line};
	expect_silence(run, &end);
	if (run->events_matched < run->event_count) {
		replay_deviate(run, &end, "one more event came",
			text_of(&run->events[run->events_matched].forms[3]));
	}
	secret_is_nowhere(run, run->dialogue->credentials.password);
	secret_is_nowhere(run, run->dialogue->credentials.token);
	output_is_clean_lines(run);
	error_is_sticky(run);
	if (strlen(ox_session_transcript(run->session)) > OX_SESSION_TRANSCRIPT_MAX) {
		replay_deviate(run, NULL, "the transcript is past its cap", "");
	}
}

/* one replay */

static replay *current; /* a failed assertion jumps out: the teardown clears it */

static void end_replay(void)
{
	if (!current) {
		return;
	}
	ox_session_free(current->session);
	text_clear(&current->sent);
	text_clear(&current->said);
	for (size_t i = 0; i < current->event_count; i++) {
		for (int form = 0; form < 4; form++) {
			text_clear(&current->events[i].forms[form]);
		}
	}
	free(current);
	current = NULL;
}

static replay *begin_replay(const wire_case *dialogue, replay_mode mode)
{
	end_replay();
	current = calloc(1, sizeof *current);
	assert_non_null(current);
	current->dialogue = dialogue;
	current->mode = mode;
	current->takes = SIZE_MAX;
	return current;
}

static void play(replay *run)
{
	const wire_case *dialogue = run->dialogue;
	run->session = ox_session_new(&dialogue->options);
	if (!run->session) {
		run->blamed_memory = true;
		replay_deviate(run, NULL, "there is no session", "");
		return;
	}
	if (dialogue->options.tls == OX_TLS_IMPLICIT) {
		ox_session_tls_started(run->session, &dialogue->channel);
	}
	replay_pump(run);
	for (size_t at = 0; at < dialogue->step_count && !run->stopped;) {
		const wire_step *step = &dialogue->steps[at];
		if (replay_is_server(step)) {
			expect_silence(run, step);
			at = replay_feed(run, at);
		} else {
			act(run, step);
			at++;
		}
	}
	if (!run->stopped) {
		check_invariants(run);
	}
}

static void play_short_of_memory(const wire_case *dialogue)
{
	for (long successes = 0; successes < 5000; successes++) {
		replay *run = begin_replay(dialogue, MODE_MEMORY);
		ox_memory_fail_after(successes);
		play(run);
		bool failed = ox_memory_fail_after(-1) > successes;
		if (run->stopped && !(failed && run->blamed_memory)) {
			fail_msg("allocation %ld: %s", successes + 1, run->deviation);
		}
		if (!failed) {
			return;
		}
	}
	fail_msg("the dialogue makes more than 5000 allocations");
}

typedef struct {
	const wire_case *dialogue;
	replay_mode mode;
} wire_job;

static void the_dialogue_holds(void **state)
{
	const wire_job *job = *state;
	if (job->mode == MODE_MEMORY) {
		play_short_of_memory(job->dialogue);
		return;
	}
	replay *run = begin_replay(job->dialogue, job->mode);
	play(run);
	if (run->stopped) {
		fail_msg("%s", run->deviation);
	}
}

static int tear_down(void **state)
{
	(void)state;
	ox_memory_fail_after(-1);
	end_replay();
	return 0;
}

static wire_book book;

static void every_dialogue_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < book.count; i++) {
		for (size_t k = i + 1; k < book.count; k++) {
			assert_string_not_equal(book.cases[i]->name, book.cases[k]->name);
		}
	}
}

/* A name is "file: 71. What must hold". */
static void the_book_proves_120_hard_cases(void **state)
{
	(void)state;
	bool proved[CASE_NUMBER_MAX + 1] = {false};
	int count = 0;
	for (size_t i = 0; i < book.count; i++) {
		const char *colon = strstr(book.cases[i]->name, ": ");
		char *end = NULL;
		unsigned long number = colon ? strtoul(colon + 2, &end, 10) : 0;
		if (!number || number > CASE_NUMBER_MAX || strncmp(end, ". ", 2) != 0) {
			fail_msg("no number of a hard case: %s", book.cases[i]->name);
		}
		count += !proved[number];
		proved[number] = true;
	}
	if (count < CASES_MIN) {
		fail_msg("%d hard cases are proved, %d are wanted", count, (int)CASES_MIN);
	}
}

int main(int count, char **arguments)
{
	wire_book_read(&book, "../wire");
	size_t total = book.count * MODE_COUNT, made = 0;
	struct CMUnitTest *tests = calloc(total + 2, sizeof *tests);
	wire_job *jobs = calloc(total + 1, sizeof *jobs);
	char(*names)[WIRE_TEXT_MAX + 32] = calloc(total + 1, sizeof *names);
	if (!tests || !jobs || !names) {
		return 2;
	}
	for (size_t i = 0; i < total; i++) {
		wire_job *job = &jobs[made];
		job->dialogue = book.cases[i / MODE_COUNT];
		job->mode = (replay_mode)(i % MODE_COUNT);
		(void)snprintf(names[made], sizeof names[made], "%s (%s)", job->dialogue->name,
			mode_names[job->mode]);
		if (count > 1 && !strstr(names[made], arguments[1])) {
			continue;
		}
		tests[made] = (struct CMUnitTest){names[made], the_dialogue_holds, NULL, tear_down, job};
		made++;
	}
	tests[made++] = (struct CMUnitTest)cmocka_unit_test(every_dialogue_has_a_name_of_its_own);
	tests[made++] = (struct CMUnitTest)cmocka_unit_test(the_book_proves_120_hard_cases);
	int failures = _cmocka_run_group_tests("wire", tests, made, NULL, NULL);
	free(names);
	free(jobs);
	free(tests);
	wire_book_free(&book);
	return failures;
}
