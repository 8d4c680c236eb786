/* SPDX-License-Identifier: MIT */
#include "client/client_internal.h"

#include <string.h>

/* One call of ox_client_send. */
typedef struct {
	ox_pool *pool;
	const ox_relay *relay;
	const ox_client_environment *environment;
	ox_delivery *deliveries;
	size_t count;
	size_t next; /* the first that was not handed to a connection */
	ox_trace *trace;
} sending;

void ox_trace_clear(ox_trace *trace)
{
	ox_free(trace->transcript);
	memset(trace, 0, sizeof *trace);
}

static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strlen(from) < size ? strlen(from) : size - 1;
	memcpy(to, from, length);
	to[length] = 0;
}

void client_keep_trace(ox_trace *trace, const ox_connection *connection)
{
	uint32_t round_trips = trace->timings.round_trips, total_ms = trace->timings.total_ms;
	trace->timings = *ox_connection_timings(connection);
	trace->timings.round_trips += round_trips;
	trace->timings.total_ms += total_ms;
	ox_free(trace->transcript);
	trace->transcript = ox_copy_string(ox_connection_transcript(connection));
	copy_text(trace->peer, sizeof trace->peer, ox_connection_peer(connection));
	copy_text(trace->tls, sizeof trace->tls, ox_connection_tls(connection));
}

int client_open(ox_pool *pool, const ox_relay *relay,
	const ox_client_environment *environment, ox_connection **connection, ox_error *error)
{
	ox_tls_trust *trust = NULL;
	if (relay->tls != OX_TLS_NONE) {
		int status = ox_pool_trust(pool, relay, environment, &trust, error);
		if (status != OX_OK) {
			return status;
		}
	}
	ox_pool_count_opened(pool);
	int status = ox_connection_open(relay, environment, trust, ox_pool_quirks(pool, relay), connection,
		error);
	ox_tls_trust_free(trust);
	return status;
}

static int acquire(sending *job, ox_connection **connection, bool *reused, ox_error *error)
{
	*connection = ox_pool_take(job->pool, job->relay);
	*reused = *connection != NULL;
	if (*reused) {
		ox_connection_begin_use(*connection);
		ox_connection_budget(*connection, job->relay->total_timeout_ms);
		return OX_OK;
	}
	return client_open(job->pool, job->relay, job->environment, connection, error);
}

/* Lost with its connection, and certainly not accepted: no recipient has a verdict of its own. */
static bool may_go_again(const ox_delivery *delivery)
{
	bool connection_lost = delivery->error.class == OX_ERROR_CONNECT ||
		delivery->error.class == OX_ERROR_TLS || delivery->error.class == OX_ERROR_TIMEOUT;
	if (!delivery->done || delivery->again || !connection_lost) {
		return false;
	}
	for (size_t i = 0; i < delivery->envelope->recipient_count; i++) {
		const ox_result *result = &delivery->results[i];
		if (result->outcome != OX_OUTCOME_DEFERRED || (result->code && result->code != 421)) {
			return false;
		}
	}
	return true;
}

static void begin_anew(ox_delivery *delivery)
{
	memset(delivery->results, 0, delivery->envelope->recipient_count * sizeof *delivery->results);
	ox_error_clear(&delivery->error);
	ox_free(delivery->queue_id);
	delivery->queue_id = NULL;
	delivery->done = false;
	delivery->again = true;
}

/* Everything without a verdict gets the connection's. */
static void fail_rest(sending *job, const ox_error *error)
{
	for (size_t i = 0; i < job->count; i++) {
		ox_delivery *delivery = &job->deliveries[i];
		if (delivery->done) {
			continue;
		}
		/* Not begun, so nothing is unknown; and a refused connection is not a refused message. */
		bool never = error->retry == OX_RETRY_NEVER;
		for (size_t r = 0; r < delivery->envelope->recipient_count; r++) {
			ox_result *result = &delivery->results[r];
			result->outcome = never ? OX_OUTCOME_REJECTED : OX_OUTCOME_DEFERRED;
			result->stage = error->stage;
			result->code = error->smtp_code;
			memcpy(result->enhanced, error->enhanced, sizeof result->enhanced);
			memcpy(result->text, error->text, sizeof result->text);
		}
		delivery->error = *error;
		delivery->error.retry = never ? OX_RETRY_NEVER : OX_RETRY_LATER;
		delivery->done = true;
	}
}

static bool next_open(sending *job)
{
	while (job->next < job->count && job->deliveries[job->next].done) {
		job->next++;
	}
	return job->next < job->count;
}

/* Fills the window. OX_E_LIMIT: full for now, or for good; OX_OK: nothing is left to hand over. */
static int hand_over(sending *job, ox_connection *connection, bool *any)
{
	*any = false;
	while (next_open(job)) {
		int status = ox_connection_submit(connection, &job->deliveries[job->next]);
		if (status != OX_OK) {
			return status;
		}
		job->next++;
		*any = true;
	}
	return OX_OK;
}

/* Until all is done, the connection can take no more (OX_AGAIN), or it fails. */
static int use_connection(sending *job, ox_connection *connection, ox_error *error)
{
	for (;;) {
		int status = ox_connection_step(connection, error);
		if (status != OX_OK && status != OX_AGAIN) {
			return status;
		}
		bool any;
		int handed = hand_over(job, connection, &any);
		if (handed == OX_E_NOMEM) {
			return ox_error_memory(error, OX_STAGE_MAIL);
		}
		if (any) {
			continue;
		}
		if (status == OX_OK) {
			return next_open(job) ? OX_AGAIN : OX_OK;
		}
		ox_connection_wait(connection, UINT64_MAX);
	}
}

static size_t done_count(const sending *job)
{
	size_t count = 0;
	for (size_t i = 0; i < job->count; i++) {
		count += job->deliveries[i].done;
	}
	return count;
}

/* Postfix and others saw servers that offer PIPELINING and lose what comes behind the first command. */
static bool lost_pipelined_commands(const sending *job, const ox_connection *connection,
	const ox_error *error)
{
	const ox_session *session = ox_connection_session(connection);
	bool envelope = error->stage >= OX_STAGE_MAIL && error->stage <= OX_STAGE_DATA;
	return session && error->class == OX_ERROR_TIMEOUT && envelope &&
		ox_session_capabilities(session)->pipelining &&
		!(ox_pool_quirks(job->pool, job->relay) & OX_QUIRK_NO_PIPELINING);
}

/* Whether what the lost connection leaves behind may go out on another; those deliveries are open again. */
static bool revive(sending *job, bool served, bool quirk, const ox_error *error)
{
	bool any = false;
	if (!quirk && (!served || error->class == OX_ERROR_TIMEOUT)) {
		return false;
	}
	for (size_t i = 0; i < job->count; i++) {
		if (may_go_again(&job->deliveries[i])) {
			begin_anew(&job->deliveries[i]);
			any = true;
		}
	}
	job->next = 0;
	return any || next_open(job);
}

/* One connection, from its opening to its return. OX_AGAIN: another one is needed. */
static int run_connection(sending *job, ox_error *error)
{
	ox_connection *connection;
	bool reused;
	int status = acquire(job, &connection, &reused, error);
	if (status != OX_OK) {
		return status;
	}
	size_t before = done_count(job);
	status = use_connection(job, connection, error);
	client_keep_trace(job->trace, connection);
	const ox_session *session = ox_connection_session(connection);
	if (session) {
		ox_pool_learn(job->pool, job->relay, ox_session_quirks(session));
	}
	if (status == OX_OK || status == OX_AGAIN) {
		ox_pool_give(job->pool, job->relay, connection);
		return status;
	}
	size_t lost = 0;
	for (size_t i = 0; i < job->count; i++) {
		lost += may_go_again(&job->deliveries[i]);
	}
	bool served = reused || done_count(job) > before + lost;
	bool quirk = lost_pipelined_commands(job, connection, error);
	if (quirk) {
		ox_pool_learn(job->pool, job->relay, OX_QUIRK_NO_PIPELINING);
	}
	ox_connection_free(connection, false);
	return revive(job, served, quirk, error) ? OX_AGAIN : status;
}

int ox_client_send(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_delivery *deliveries, size_t count, ox_trace *trace, ox_error *error)
{
	sending job = {.pool = pool, .relay = relay, .environment = environment, .deliveries = deliveries,
		.count = count, .trace = trace};
	ox_error_clear(error);
	int status = OX_AGAIN;
	/* Every turn ends with a delivery done or with one of its second tries used up. */
	for (size_t turn = 0; status == OX_AGAIN && turn < 2 * count + 2; turn++) {
		status = next_open(&job) ? run_connection(&job, error) : OX_OK;
		job.next = 0;
	}
	if (status == OX_OK) {
		return OX_OK;
	}
	if (error->class == OX_ERROR_NONE) {
		(void)ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_READY, OX_FACT_NONE,
			"connections kept ending before the messages were through");
	}
	bool begun = done_count(&job) == count;
	fail_rest(&job, error);
	return begun ? OX_OK : OX_E_FAILED;
}
