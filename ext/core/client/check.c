/* SPDX-License-Identifier: MIT */
#include "client/client_internal.h"

#include <stdio.h>
#include <string.h>

static const ox_stage implicit_order[] = {OX_STAGE_DNS, OX_STAGE_CONNECT, OX_STAGE_TLS,
	OX_STAGE_GREETING, OX_STAGE_EHLO, OX_STAGE_AUTH};
static const ox_stage starttls_order[] = {OX_STAGE_DNS, OX_STAGE_CONNECT, OX_STAGE_GREETING,
	OX_STAGE_EHLO, OX_STAGE_STARTTLS, OX_STAGE_TLS, OX_STAGE_AUTH};
static const ox_stage plain_order[] = {OX_STAGE_DNS, OX_STAGE_CONNECT, OX_STAGE_GREETING, OX_STAGE_EHLO,
	OX_STAGE_AUTH};

static const ox_stage *order_of(const ox_relay *relay, bool encrypted, size_t *count)
{
	if (relay->tls == OX_TLS_IMPLICIT) {
		*count = sizeof implicit_order / sizeof *implicit_order;
		return implicit_order;
	}
	if (relay->tls == OX_TLS_STARTTLS || encrypted) {
		*count = sizeof starttls_order / sizeof *starttls_order;
		return starttls_order;
	}
	*count = sizeof plain_order / sizeof *plain_order;
	return plain_order;
}

static uint32_t time_of(const ox_timings *timings, ox_stage stage)
{
	switch (stage) {
	case OX_STAGE_DNS: return timings->dns_ms;
	case OX_STAGE_CONNECT: return timings->connect_ms;
	case OX_STAGE_TLS: return timings->tls_ms;
	case OX_STAGE_GREETING: return timings->greeting_ms;
	case OX_STAGE_EHLO: return timings->ehlo_ms;
	case OX_STAGE_AUTH: return timings->auth_ms;
	default: return 0; /* STARTTLS is counted with EHLO */
	}
}

static void describe_offers(const ox_capabilities *offers, char *text, size_t size)
{
	const struct {
		bool offered;
		const char *name;
	} names[] = {
		{offers->pipelining, "PIPELINING"},   {offers->chunking, "CHUNKING"},
		{offers->eightbit, "8BITMIME"},       {offers->utf8, "SMTPUTF8"},
		{offers->dsn, "DSN"},                 {offers->require_tls, "REQUIRETLS"},
		{offers->mt_priority, "MT-PRIORITY"}, {offers->enhanced_codes, "ENHANCEDSTATUSCODES"},
	};
	size_t used = 0;
	text[0] = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names && used + 24 < size; i++) {
		if (names[i].offered) {
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? " " : "", names[i].name);
		}
	}
	if (offers->size_limit && used + 32 < size) {
		(void)snprintf(text + used, size - used, "%sSIZE %llu", used ? " " : "",
			(unsigned long long)offers->size_limit);
	}
}

static void describe_tls(const ox_connection *connection, const ox_relay *relay, char *text, size_t size)
{
	static const char label[] = "; certificate: ";
	int used = snprintf(text, size, "%s%s%s", ox_connection_tls(connection),
		ox_connection_timings(connection)->tls_resumed ? ", resumed" : "",
		relay->verify ? "" : ", not verified");
	size_t at = used >= 0 ? (size_t)used + sizeof label - 1 : size;
	if (at + 1 < size) {
		ox_connection_certificate(connection, text + at, size - at);
		if (text[at]) {
			memcpy(text + used, label, sizeof label - 1);
		}
	}
}

static void describe_stage(const ox_connection *connection, const ox_relay *relay, ox_stage stage,
	char *text, size_t size)
{
	const ox_session *session = ox_connection_session(connection);
	const ox_mechanism mechanism = session ? ox_session_mechanism(session) : OX_MECHANISM_NONE;
	switch (stage) {
	case OX_STAGE_DNS: (void)snprintf(text, size, "%s", relay->host); break;
	case OX_STAGE_CONNECT: (void)snprintf(text, size, "%s", ox_connection_peer(connection)); break;
	case OX_STAGE_TLS: describe_tls(connection, relay, text, size); break;
	case OX_STAGE_EHLO:
		if (session) {
			describe_offers(ox_session_capabilities(session), text, size);
		}
		break;
	case OX_STAGE_AUTH:
		(void)snprintf(text, size, "%s",
			mechanism == OX_MECHANISM_NONE ? "not asked for" : ox_mechanism_name(mechanism));
		break;
	default: break;
	}
}

/* The stages as far as they came; the failed one, if any, is the last. */
static void fill(ox_check *check, const ox_connection *connection, const ox_relay *relay,
	const ox_error *failure)
{
	size_t count;
	const ox_stage *order = order_of(relay, connection && *ox_connection_tls(connection), &count);
	const ox_stage failed = failure ? failure->stage : OX_STAGE_COUNT;
	for (size_t i = 0; i < count; i++) {
		ox_check_stage *stage = &check->stages[check->count++];
		stage->stage = order[i];
		stage->ok = !failure || order[i] != failed;
		if (connection) {
			stage->milliseconds = time_of(ox_connection_timings(connection), order[i]);
		}
		if (!stage->ok) {
			(void)snprintf(stage->detail, sizeof stage->detail, "%.*s", OX_CHECK_DETAIL_MAX - 1, failure->text);
			return;
		}
		if (connection) {
			describe_stage(connection, relay, order[i], stage->detail, sizeof stage->detail);
		}
	}
	if (failure) {
		/* A stage that this relay's order does not name: the last one tried bears it. */
		ox_check_stage *last = &check->stages[check->count - 1];
		last->ok = false;
		(void)snprintf(last->detail, sizeof last->detail, "%.*s", OX_CHECK_DETAIL_MAX - 1, failure->text);
	}
}

int ox_client_check(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_check *check, ox_trace *trace, ox_error *error)
{
	ox_connection *connection = NULL;
	memset(check, 0, sizeof *check);
	ox_error_clear(error);
	int status = client_open(pool, relay, environment, 0, &connection, error);
	while (status == OX_OK) {
		status = ox_connection_step(connection, error);
		if (status != OX_AGAIN) {
			break;
		}
		ox_connection_wait(connection, UINT64_MAX);
		status = OX_OK;
	}
	fill(check, connection, relay, status == OX_OK ? NULL : error);
	if (connection) {
		client_keep_trace(trace, connection);
	}
	ox_connection_free(connection, true);
	return status;
}
