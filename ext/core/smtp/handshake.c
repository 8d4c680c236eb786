/* SPDX-License-Identifier: MIT */
/* From the greeting to READY: for each step one function that asks and one that takes the
 * answer. */
#include "smtp/session_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/saslprep.h"

enum {
	COMMAND_LINE_MAX = 512,                 /* RFC 5321 4.5.3.1.4, CRLF included */
	AUTH_LINE_MAX = 2 * OX_AUTH_SECRET_MAX, /* of what we make: base64 and the words around it */
};

static void send_auth(ox_session *s);

void handshake_forget_credentials(ox_session *s)
{
	ox_auth_free(s->auth);
	s->auth = NULL;
	ox_free_secret(s->user);
	ox_free_secret(s->password);
	ox_free_secret(s->token);
	ox_free_secret(s->scram_user);
	ox_free_secret(s->scram_password);
	s->user = s->password = s->token = s->scram_user = s->scram_password = NULL;
	ox_wipe(&s->credentials, sizeof s->credentials);
}

static void become_ready(ox_session *s)
{
	handshake_forget_credentials(s);
	session_set_state(s, STATE_READY);
	s->ready_due = true;
}

static void fail(ox_session *s, ox_error_class class, ox_stage stage, ox_fact fact, const char *why)
{
	ox_error error;
	(void)ox_error_set(&error, class, OX_RETRY_NEVER, stage, fact, "%s", why);
	(void)session_fail_politely(s, &error);
}

/* RFC 5321 3.2: HELO for servers of before 1995; what TLS or AUTH is required of cannot be one. */
static bool helo_is_enough(const ox_session *s)
{
	return s->tls != OX_TLS_STARTTLS && !s->has_credentials;
}

static void send_hello(ox_session *s, command_kind kind)
{
	char line[COMMAND_LINE_MAX];
	size_t length = strlen(s->ehlo);
	if (length + 8 > sizeof line || ox_has_control(s->ehlo, length) || strchr(s->ehlo, ' ')) {
		fail(s, OX_ERROR_USAGE, OX_STAGE_EHLO, OX_FACT_NONE,
			"the EHLO name cannot stand in a command");
		return;
	}
	(void)snprintf(line, sizeof line, "%s %s", kind == COMMAND_EHLO ? "EHLO" : "HELO", s->ehlo);
	session_set_state(s, STATE_EHLO);
	(void)session_command(s, kind, NULL, 0, line, NULL);
}

void handshake_ehlo(ox_session *s)
{
	bool helo = (s->quirks & OX_QUIRK_HELO) && helo_is_enough(s);
	send_hello(s, helo ? COMMAND_HELO : COMMAND_EHLO);
}

static void on_greeting_reply(ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	if (code == 220) {
		handshake_ehlo(s);
	} else if (code >= 400) {
		(void)session_fail_reply(s, OX_ERROR_CONNECT, OX_STAGE_GREETING, OX_FACT_REPLY);
	} else {
		(void)session_unexpected(s, OX_STAGE_GREETING);
	}
}

static void send_starttls(ox_session *s)
{
	session_set_state(s, STATE_STARTTLS);
	(void)session_command(s, COMMAND_STARTTLS, NULL, 0, "STARTTLS", NULL);
}

static void after_hello(ox_session *s)
{
	if (!s->channel.tls && s->tls != OX_TLS_NONE) {
		if (s->capabilities.starttls) {
			send_starttls(s);
			return;
		}
		if (s->tls == OX_TLS_STARTTLS) {
			/* RFC 8314 4: a man in the middle strips the offer; going on would be what he wants. */
			fail(s, OX_ERROR_TLS, OX_STAGE_STARTTLS, OX_FACT_STARTTLS_MISSING,
				"the server does not offer STARTTLS, and TLS is required");
			return;
		}
	}
	if (s->has_credentials) {
		send_auth(s);
	} else {
		become_ready(s);
	}
}

static void refuse_name(ox_session *s)
{
	char words[OX_ERROR_TEXT_MAX];
	ox_reply_describe(&s->reader.reply, words, sizeof words);
	(void)session_fail_reply(s, OX_ERROR_CONNECT, OX_STAGE_EHLO, OX_FACT_REPLY);
	if (s->state == STATE_FAILED && s->error.fact == OX_FACT_REPLY) {
		(void)ox_error_set(&s->error, s->error.class, s->error.retry, OX_STAGE_EHLO, OX_FACT_REPLY,
			"%.380s (we said EHLO %.100s)", words, s->ehlo);
		s->error.smtp_code = s->reader.reply.code;
		memcpy(s->error.enhanced, s->reader.reply.enhanced, sizeof s->error.enhanced);
	}
}

static void on_hello_reply(ox_session *s, command_kind kind)
{
	uint16_t code = s->reader.reply.code;
	bool unknown = code == 500 || code == 502 || code == 504;
	if (code / 100 == 2) {
		memset(&s->capabilities, 0, sizeof s->capabilities);
		if (kind == COMMAND_EHLO) {
			ox_capabilities_parse(&s->capabilities, &s->reader.reply);
		}
		after_hello(s);
	} else if (kind == COMMAND_EHLO && unknown && helo_is_enough(s)) {
		s->quirks |= OX_QUIRK_HELO;
		send_hello(s, COMMAND_HELO);
	} else if (code >= 400) {
		refuse_name(s);
	} else {
		(void)session_unexpected(s, OX_STAGE_EHLO);
	}
}

static void on_starttls_reply(ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	if (code == 220) {
		session_set_state(s, STATE_TLS);
		s->start_tls_due = true;
	} else if (code >= 400 && code != 421 && s->tls == OX_TLS_OPPORTUNISTIC) {
		s->capabilities.starttls = false;
		after_hello(s);
	} else if (code >= 400) {
		(void)session_fail_reply(s, code == 421 ? OX_ERROR_CONNECT : OX_ERROR_TLS,
			OX_STAGE_STARTTLS, code == 421 ? OX_FACT_REPLY : OX_FACT_STARTTLS_REFUSED);
	} else {
		(void)session_unexpected(s, OX_STAGE_STARTTLS);
	}
}

/* Sends `word`, a space where both parts exist, and the base64 of response. */
static void send_auth_line(ox_session *s, const char *word, const ox_slice *response)
{
	ox_buffer line;
	ox_buffer_init_secret(&line, AUTH_LINE_MAX);
	s->output.secret = true;
	int status = ox_buffer_append_string(&line, word);
	if (status == OX_OK && response) {
		status = *word ? ox_buffer_append_byte(&line, ' ') : OX_OK;
		if (status == OX_OK) {
			status = *word && !response->size
				? ox_buffer_append_byte(&line, '=')
				: ox_base64_encode(&line, response->at, response->size);
		}
	}
	char shown[64] = "***";
	if (*word) {
		memcpy(shown, word, strlen(word) + 1);
		if (response) {
			memcpy(shown + strlen(word), " ***", 5);
		}
	}
	if (status == OX_OK) {
		(void)session_command(s, COMMAND_AUTH, NULL, 0, ox_buffer_text(&line), shown);
	} else {
		(void)session_fail_memory(s);
	}
	ox_buffer_clear(&line);
}

static bool fits_command_line(const char *word, size_t response_size)
{
	size_t encoded = response_size ? (response_size + 2) / 3 * 4 : 1;
	return strlen(word) + 1 + encoded + 2 <= COMMAND_LINE_MAX;
}

/* RFC 4954 4: the initial response goes with the command where the line stays within 512 octets. */
static void begin_mechanism(ox_session *s)
{
	ox_auth_free(s->auth);
	s->auth = ox_auth_new(
		s->mechanism, s->capabilities.mechanisms, &s->credentials, &s->channel, s->host, s->port);
	if (!s->auth) {
		(void)session_fail_memory(s);
		return;
	}
	char word[48] = "AUTH ";
	const char *name = ox_mechanism_name(s->mechanism);
	memcpy(word + 5, name, strlen(name) + 1);
	ox_slice response;
	s->initial_due = ox_auth_initial(s->auth, &response);
	s->initial_sent = s->initial_due && !(s->quirks & OX_QUIRK_NO_INITIAL_RESPONSE) &&
		fits_command_line(word, response.size);
	s->initial_due = s->initial_due && !s->initial_sent;
	send_auth_line(s, word, s->initial_sent ? &response : NULL);
}

static ox_mechanism choose(const ox_session *s)
{
	return ox_auth_choose(
		s->capabilities.mechanisms, s->tried, &s->credentials, &s->channel, s->tls == OX_TLS_NONE);
}

static void fail_without_mechanism(ox_session *s)
{
	ox_channel_binding pretended = s->channel;
	pretended.tls = true;
	if (!s->capabilities.auth) {
		fail(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_MISSING,
			"the server does not offer AUTH, and credentials are given");
	} else if (ox_auth_choose(s->capabilities.mechanisms, s->tried, &s->credentials, &pretended,
				   true) != OX_MECHANISM_NONE) {
		fail(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_NEEDS_TLS,
			"the mechanisms that the server offers would show the credentials without TLS");
	} else if (s->credentials.scram_forbidden) {
		fail(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_NO_MECHANISM,
			ox_saslprep_library()
				? "user name or password has characters that SASLprep (RFC 4013) keeps out of SCRAM, and "
				  "the server offers no other mechanism that fits"
				: "SCRAM needs libidn for a user name or password outside ASCII (SASLprep, RFC 4013), and "
				  "the server offers no other mechanism that fits");
	} else {
		fail(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_NO_MECHANISM,
			"the server offers no mechanism that fits the credentials");
	}
}

static void send_auth(ox_session *s)
{
	session_set_state(s, STATE_AUTH);
	s->mechanism = choose(s);
	if (s->mechanism == OX_MECHANISM_NONE) {
		fail_without_mechanism(s);
	} else {
		begin_mechanism(s);
	}
}

static void cancel_auth(ox_session *s, const ox_error *error)
{
	(void)session_fail(s, error, false);
	if (ox_buffer_append_string(&s->output, "*\r\n") == OX_OK) {
		ox_transcript_client(&s->transcript, "*");
	}
}

static void on_challenge(ox_session *s)
{
	ox_slice response;
	if (s->initial_due) {
		(void)ox_auth_initial(s->auth, &response);
		s->initial_due = false;
		send_auth_line(s, "", &response);
		return;
	}
	ox_buffer challenge;
	ox_buffer_init_secret(&challenge, OX_CHALLENGE_MAX);
	const ox_reply *reply = &s->reader.reply;
	const char *last = ox_buffer_text(&reply->text);
	const char *feed = strrchr(last, '\n');
	last = feed ? feed + 1 : last;
	int status = ox_base64_decode(&challenge, last, strlen(last));
	if (status == OX_E_NOMEM) {
		(void)session_fail_memory(s);
	} else {
		/* Servers put plain words here for LOGIN; a mechanism that reads its challenge refuses an
		 * empty one itself. */
		ox_slice decoded = {ox_buffer_text(&challenge), challenge.size};
		ox_error error;
		status = ox_auth_step(s->auth, decoded, &response, &error);
		if (status == OX_OK) {
			send_auth_line(s, "", &response);
		} else if (status == OX_E_FAILED) {
			cancel_auth(s, &error);
		} else {
			(void)session_fail_memory(s);
		}
	}
	ox_buffer_clear(&challenge);
}

static bool is_enhanced(const ox_session *s, uint16_t a, uint16_t b, uint16_t c)
{
	const uint16_t *enhanced = s->reader.reply.enhanced;
	return enhanced[0] == a && enhanced[1] == b && enhanced[2] == c;
}

/* Which mechanisms a refusal speaks for: all that present the same secret. */
static uint32_t same_secret(ox_mechanism mechanism)
{
	uint32_t bits = 1u << mechanism;
	bool bearer = mechanism == OX_MECHANISM_XOAUTH2 || mechanism == OX_MECHANISM_OAUTHBEARER;
	for (int other = 0; other < OX_MECHANISM_COUNT; other++) {
		if (ox_mechanism_uses_password(mechanism) &&
			ox_mechanism_uses_password((ox_mechanism)other)) {
			bits |= 1u << other;
		}
	}
	return bearer ? 1u << OX_MECHANISM_XOAUTH2 | 1u << OX_MECHANISM_OAUTHBEARER : bits;
}

static void on_refusal(ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	ox_error error;
	bool needs_tls = code == 538 || is_enhanced(s, 5, 7, 11);
	session_reply_error(s, &error, OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH,
		needs_tls ? OX_FACT_AUTH_NEEDS_TLS : OX_FACT_AUTH_REFUSED);
	ox_auth_refused(s->auth, &error);
	/* One wrong password must not become three failed logins: accounts are locked for that. */
	s->tried |= same_secret(s->mechanism);
	s->mechanism = choose(s);
	if (s->mechanism != OX_MECHANISM_NONE) {
		begin_mechanism(s);
		return;
	}
	(void)session_fail_politely(s, &error);
}

/* Whether it was the initial response that was refused, and not what it said. 504 is mostly about
 * the mechanism, so where there is another one, that is tried first. */
static bool refuses_argument(const ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	if (!s->initial_sent) {
		return false;
	}
	if (code == 504) {
		uint32_t tried = s->tried | 1u << s->mechanism;
		return ox_auth_choose(s->capabilities.mechanisms, tried, &s->credentials, &s->channel,
				   s->tls == OX_TLS_NONE) == OX_MECHANISM_NONE;
	}
	return code == 501 || is_enhanced(s, 5, 5, 4);
}

static void next_mechanism(ox_session *s)
{
	s->tried |= 1u << s->mechanism;
	if (choose(s) == OX_MECHANISM_NONE) {
		(void)session_fail_reply(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_NO_MECHANISM);
	} else {
		send_auth(s);
	}
}

static void on_auth_failure(ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	/* RFC 4954 6: a password transition, which waiting does not bring about. Microsoft's 432 4.3.2 is
	 * about connections. */
	bool transition = code == 432 && is_enhanced(s, 4, 7, 12);
	if (code == 421) {
		(void)session_fail_reply(s, OX_ERROR_CONNECT, OX_STAGE_AUTH, OX_FACT_REPLY);
	} else if (code < 500 && !transition) {
		(void)session_fail_reply(s, OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY);
	} else if (refuses_argument(s)) {
		s->quirks |= OX_QUIRK_NO_INITIAL_RESPONSE;
		begin_mechanism(s);
	} else if (code == 504 || code == 502 || code == 501 || code == 500) {
		next_mechanism(s);
	} else {
		on_refusal(s);
	}
}

static void on_auth_reply(ox_session *s)
{
	uint16_t code = s->reader.reply.code;
	ox_error error;
	if (code == 334) {
		on_challenge(s);
	} else if (code == 235) {
		if (ox_auth_succeeded(s->auth, &error) == OX_OK) {
			s->authenticated = true;
			become_ready(s);
		} else {
			(void)session_fail_politely(s, &error);
		}
	} else if (code == 503 && (s->reader.reply.enhanced[0] == 0 || is_enhanced(s, 5, 5, 1))) {
		/* RFC 4954 4: AUTH after AUTH. Whoever we are there, we were let in before. */
		s->authenticated = true;
		become_ready(s);
	} else if (code >= 400) {
		on_auth_failure(s);
	} else {
		(void)session_unexpected(s, OX_STAGE_AUTH);
	}
}

void handshake_on_reply(ox_session *s, command_kind kind)
{
	switch (kind) {
	case COMMAND_GREETING: on_greeting_reply(s); break;
	case COMMAND_EHLO:
	case COMMAND_HELO: on_hello_reply(s, kind); break;
	case COMMAND_STARTTLS: on_starttls_reply(s); break;
	default: on_auth_reply(s); break;
	}
}
