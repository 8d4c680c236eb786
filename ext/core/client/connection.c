/* SPDX-License-Identifier: MIT */
#include "client/connection_internal.h"

#include <string.h>

static void choose_ehlo(const ox_connection *c, char *name, size_t size)
{
	const char *wanted = c->relay->ehlo ? c->relay->ehlo : c->environment->ehlo;
	if (wanted && *wanted && strlen(wanted) < size) {
		memcpy(name, wanted, strlen(wanted) + 1);
		return;
	}
	/* RFC 5321 4.1.3: a name without a domain says nothing and is refused by some; the literal is right. */
	ox_host_name(name, size);
	bool qualified = strchr(name, '.') && ox_is_hostname(name) && strncmp(name, "localhost.", 10) != 0;
	if (!qualified && ox_socket_literal(c->socket, name, size) != OX_OK) {
		memcpy(name, "[127.0.0.1]", sizeof "[127.0.0.1]");
	}
}

static int start_session(ox_connection *c, ox_error *error)
{
	const ox_relay *relay = c->relay;
	char ehlo[256];
	choose_ehlo(c, ehlo, sizeof ehlo);
	ox_credentials credentials = {.user = relay->user, .password = relay->password, .token = relay->token,
		.mechanisms = relay->mechanisms};
	/* A client certificate alone is not a wish for AUTH EXTERNAL, which is the strongest and would be
	 * chosen before the password: many servers ask for both. */
	credentials.external = relay->certificate && relay->mechanisms & 1u << OX_MECHANISM_EXTERNAL;
	bool wanted = relay->user || relay->token || credentials.external;
	if (wanted && ox_random(credentials.nonce, sizeof credentials.nonce) != OX_OK) {
		return ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_AUTH, OX_FACT_NONE,
			"the system gives no randomness");
	}
	ox_session_options options = {.ehlo = ehlo, .host = relay->host, .port = relay->port,
		.tls = relay->tls, .credentials = wanted ? &credentials : NULL, .window = relay->window,
		.quirks = c->quirks};
	c->session = ox_session_new(&options);
	ox_wipe(&credentials, sizeof credentials);
	return c->session ? OX_OK : ox_error_memory(error, OX_STAGE_CONNECT);
}

int ox_connection_open(const ox_relay *relay, const ox_client_environment *environment,
	ox_tls_trust *trust, unsigned quirks, ox_connection **connection, ox_error *error)
{
	ox_connection *c = ox_alloc(sizeof *c);
	if (!c) {
		return ox_error_memory(error, OX_STAGE_CONNECT);
	}
	c->relay = relay;
	c->environment = environment;
	c->socket = OX_SOCKET_NONE;
	c->quirks = quirks;
	c->owner = ox_process_id();
	c->port = relay->port;
	c->timeout_ms = relay->timeout_ms;
	c->max_messages = relay->max_messages;
	c->trust = trust ? ox_tls_trust_share(trust) : NULL;
	c->opened_ms = ox_clock_ms();
	stopwatch_start(c);
	ox_connection_budget(c, relay->total_timeout_ms);
	c->host = ox_copy_string(relay->host);
	ox_dial_options dial = {.host = relay->host, .port = relay->port, .proxy = relay->proxy,
		.source = relay->source, .timeout_ms = (int)relay->connect_timeout_ms,
		.policy = environment->policy};
	int status = c->host ? ox_dial_begin(&dial, &c->dial, error)
	                     : ox_error_memory(error, OX_STAGE_CONNECT);
	if (status != OX_OK) {
		ox_connection_free(c, false);
		return status;
	}
	*connection = c;
	return OX_OK;
}

static int begin_tls(ox_connection *c, ox_error *error)
{
	c->phase = PHASE_TLS;
	return ox_tls_new(c->trust, c->socket, c->host, c->port, &c->tls, error);
}

static int on_dialled(ox_connection *c, ox_error *error)
{
	const ox_dial_facts *facts = ox_dial_facts_of(c->dial);
	c->timings.dns_ms = facts->dns_ms;
	c->timings.connect_ms = facts->connect_ms;
	c->timings.round_trips++;
	memcpy(c->peer, facts->peer, sizeof c->peer);
	c->socket = ox_dial_take(c->dial);
	ox_dial_free(c->dial);
	c->dial = NULL;
	int status = start_session(c, error);
	if (status == OX_OK && c->relay->tls == OX_TLS_IMPLICIT) {
		return begin_tls(c, error);
	}
	c->phase = PHASE_TALK;
	c->asked = true; /* the greeting is waited for like a reply */
	return status;
}

static void on_encrypted(ox_connection *c)
{
	ox_channel_binding channel = {.tls = true};
	ox_tls_exporter(c->tls, channel.exporter, sizeof channel.exporter, &channel.exporter_size);
	ox_tls_end_point(c->tls, channel.end_point, sizeof channel.end_point, &channel.end_point_size);
	ox_session_tls_started(c->session, &channel);
	ox_wipe(&channel, sizeof channel);
	c->timings.tls_resumed = ox_tls_resumed(c->tls);
	bool short_handshake = !strncmp(ox_tls_describe(c->tls), "TLSv1.3", 7) || c->timings.tls_resumed;
	c->timings.round_trips += short_handshake ? 1 : 2;
	c->phase = PHASE_TALK;
	c->asked = true; /* our Finished is on its way: with implicit TLS the greeting answers it */
	c->readable = ox_tls_has_pending(c->tls);
}

static ox_delivery *take_flying(ox_connection *c, uint32_t number)
{
	for (size_t i = 0; i < c->flying_count; i++) {
		ox_delivery *delivery = c->flying[i];
		if (delivery->number == number) {
			/* The order stays: the first is the oldest. */
			memmove(&c->flying[i], &c->flying[i + 1], (--c->flying_count - i) * sizeof(ox_delivery *));
			return delivery;
		}
	}
	return NULL;
}

static void on_done(ox_connection *c, const ox_event *event)
{
	ox_delivery *delivery = take_flying(c, event->message);
	if (!delivery) {
		return;
	}
	memcpy(delivery->results, event->results, event->result_count * sizeof *event->results);
	if (event->error) {
		delivery->error = *event->error;
	}
	delivery->queue_id = ox_copy_string(event->queue_id); /* without memory the name is lost, no more */
	delivery->done = true;
}

static ox_delivery *find_flying(const ox_connection *c, uint32_t number)
{
	for (size_t i = 0; i < c->flying_count; i++) {
		if (c->flying[i]->number == number) {
			return c->flying[i];
		}
	}
	return NULL;
}

/* OX_AGAIN where nothing can be done before the server has answered. */
static int on_body(ox_connection *c, const ox_event *event)
{
	ox_delivery *delivery = find_flying(c, event->message);
	if (!c->piece) {
		c->piece = ox_alloc(BODY_PIECE);
	}
	size_t room = event->room < BODY_PIECE ? event->room : BODY_PIECE;
	size_t got = 0;
	if (delivery && c->piece && !c->source_failed) {
		got = delivery->source.read(delivery->source.context, event->offset, c->piece, room);
	}
	if (got && got <= room) {
		return ox_session_body(c->session, c->piece, got); /* where that fails, ERROR follows */
	}
	c->source_failed = true;
	if (delivery && delivery != c->flying[0]) {
		/* Giving the connection up now would leave those before it unknown. */
		return OX_AGAIN;
	}
	c->source_failed = false;
	ox_session_body_failed(c->session, c->piece ? "a part of the message could not be read, or is not what it was" : "memory is out");
	return OX_OK;
}

static void on_ready(ox_connection *c)
{
	c->ready = true;
	c->idle_since_ms = ox_clock_ms();
	c->relay = NULL;
	c->environment = NULL;
}

static int over(ox_connection *c, const ox_error *cause, ox_error *error)
{
	if (c->phase != PHASE_OVER) {
		stopwatch_account(c);
		c->phase = PHASE_OVER;
		c->error = *cause;
	}
	*error = c->error;
	return OX_E_FAILED;
}

/* Moves what can be moved; OX_AGAIN where only waiting helps. Reads only when a wait said so: most reads
 * right behind a write would find nothing and cost a system call. */
static int move_bytes(ox_connection *c)
{
	bool wrote = transfer_write(c);
	bool heard = c->readable && transfer_read(c);
	return wrote || heard ? OX_OK : OX_AGAIN;
}

static bool is_finished(const ox_connection *c)
{
	return c->ready && !c->flying_count && ox_session_is_idle(c->session);
}

/* Pulls events until bytes are needed. */
static int talk(ox_connection *c, ox_error *error)
{
	for (;;) {
		ox_event event;
		switch (ox_session_next(c->session, &event)) {
		case OX_EVENT_NEED_IO:
			if (move_bytes(c) == OX_AGAIN) {
				return is_finished(c) ? OX_OK : OX_AGAIN;
			}
			break;
		case OX_EVENT_START_TLS: return begin_tls(c, error);
		case OX_EVENT_READY: on_ready(c); break;
		case OX_EVENT_BODY:
			if (on_body(c, &event) == OX_AGAIN && move_bytes(c) == OX_AGAIN) {
				return OX_AGAIN;
			}
			break;
		case OX_EVENT_DONE: on_done(c, &event); break;
		case OX_EVENT_CLOSED:
		case OX_EVENT_ERROR: {
			ox_error cause;
			(void)ox_error_set(&cause, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_QUIT, OX_FACT_NONE,
				"the session is over");
			if (event.error) {
				cause = *event.error;
			}
			(void)transfer_write(c); /* a last QUIT or "*" */
			return over(c, &cause, error);
		}
		}
	}
}

static int step_phase(ox_connection *c, ox_error *error)
{
	int status;
	switch (c->phase) {
	case PHASE_DIAL:
		status = ox_dial_step(c->dial, error);
		return status == OX_OK ? on_dialled(c, error) : status;
	case PHASE_TLS:
		status = ox_tls_handshake(c->tls, error);
		if (status == OX_OK) {
			on_encrypted(c);
		}
		return status;
	case PHASE_PROBE: return probe_step(c, error);
	default: return talk(c, error);
	}
}

/* An error before READY, or a deadline: the session, where there is one, hears of it, so that every message
 * gets its result. */
static int give_up(ox_connection *c, const ox_error *cause, ox_error *error)
{
	ox_error own = *cause;
	if (c->session && c->phase != PHASE_OVER) {
		ox_session_abort(c->session, &own);
		ox_event event;
		while (ox_session_next(c->session, &event) == OX_EVENT_DONE) {
			on_done(c, &event);
		}
		if (event.error) {
			own = *event.error;
		}
	}
	return over(c, &own, error);
}

int ox_connection_step(ox_connection *c, ox_error *error)
{
	int status = OX_OK;
	if (c->phase == PHASE_OVER) {
		*error = c->error;
		return OX_E_FAILED;
	}
	while (status == OX_OK) {
		connection_phase before = c->phase;
		stopwatch_account(c);
		status = step_phase(c, error);
		if (before == PHASE_TALK && status == OX_OK && c->phase == PHASE_TALK) {
			stopwatch_account(c);
			c->idle_since_ms = ox_clock_ms();
			return OX_OK;
		}
	}
	if (status == OX_AGAIN) {
		stopwatch_account(c);
		ox_error late;
		if (c->phase == PHASE_PROBE || stopwatch_check(c, &late) == OX_OK || probe_begin(c, &late)) {
			return OX_AGAIN;
		}
		return give_up(c, &late, error);
	}
	ox_error cause = *error;
	return give_up(c, &cause, error);
}

int ox_connection_submit(ox_connection *c, ox_delivery *delivery)
{
	if (c->phase != PHASE_TALK || !c->ready) {
		return OX_E_USAGE;
	}
	if (c->flying_count >= OX_SESSION_WINDOW_MAX || c->submitted >= c->max_messages) {
		return OX_E_LIMIT;
	}
	int status = ox_session_submit(c->session, delivery->envelope, &delivery->number);
	if (status == OX_OK) {
		c->flying[c->flying_count++] = delivery;
		c->submitted++;
	}
	return status;
}

void ox_connection_budget(ox_connection *c, uint32_t milliseconds)
{
	c->budget_until_ms = milliseconds ? ox_clock_ms() + milliseconds : 0;
}

void ox_connection_begin_use(ox_connection *c)
{
	stopwatch_start(c);
	c->timings.reused = true;
	c->stale = false;
	ox_session_transcript_restart(c->session);
}

static bool is_silent(ox_connection *c)
{
	if (c->tls && ox_tls_has_pending(c->tls)) {
		return false;
	}
	if (!ox_socket_wait(c->socket, OX_WAIT_READ, 0)) {
		return true;
	}
	/* Inside TLS that may be a session ticket, which is no data; anything else is a farewell. */
	return c->tls && !transfer_read(c);
}

bool ox_connection_is_sound(const ox_connection *c, const ox_relay *relay)
{
	return c->owner == ox_process_id() && c->phase == PHASE_TALK && is_finished(c) &&
		ox_clock_ms() - c->idle_since_ms < relay->idle_ms &&
		ox_session_mails_begun(c->session) < c->max_messages && !ox_session_is_spent(c->session);
}

bool ox_connection_is_reusable(ox_connection *c, const ox_relay *relay)
{
	return ox_connection_is_sound(c, relay) && is_silent(c);
}

bool ox_connection_was_stale(const ox_connection *c)
{
	return c->stale;
}

const ox_timings *ox_connection_timings(const ox_connection *c)
{
	return &c->timings;
}

const char *ox_connection_transcript(const ox_connection *c)
{
	return c->session ? ox_session_transcript(c->session) : "";
}

const ox_session *ox_connection_session(const ox_connection *c)
{
	return c->session;
}

const char *ox_connection_peer(const ox_connection *c)
{
	return c->peer;
}

const char *ox_connection_tls(const ox_connection *c)
{
	return c->tls ? ox_tls_describe(c->tls) : "";
}

void ox_connection_certificate(const ox_connection *c, char *text, size_t size)
{
	text[0] = 0;
	if (c->tls) {
		ox_tls_certificate(c->tls, text, size);
	}
}

uint64_t ox_connection_opened_ms(const ox_connection *c)
{
	return c->opened_ms;
}

/* QUIT and close_notify as far as one write takes them; nobody waits for the answers. */
static void say_goodbye(ox_connection *c)
{
	ox_session_quit(c->session);
	(void)transfer_write(c);
	if (c->tls) {
		ox_tls_goodbye(c->tls);
	}
}

void ox_connection_free(ox_connection *c, bool polite)
{
	if (!c) {
		return;
	}
	/* In a forked child the stream belongs to the parent: one octet from here would break it. */
	if (polite && c->owner == ox_process_id() && c->phase == PHASE_TALK && is_finished(c)) {
		say_goodbye(c);
	}
	ox_tls_free(c->tls);
	ox_tls_trust_free(c->trust);
	ox_session_free(c->session);
	ox_dial_free(c->dial);
	if (c->socket != OX_SOCKET_NONE) {
		ox_socket_close(c->socket);
	}
	ox_free(c->piece);
	ox_free(c->host);
	ox_free(c);
}
