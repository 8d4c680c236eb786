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
	unsigned quirks;      /* on trial: learned once they have helped */
	uint64_t until_ms;    /* the whole call's bound; 0 = none */
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
	const ox_client_environment *environment, unsigned quirks, ox_connection **connection,
	ox_error *error)
{
	ox_tls_trust *trust = NULL;
	*connection = NULL;
	if (relay->tls != OX_TLS_NONE) {
		int status = ox_pool_trust(pool, relay, environment, &trust, error);
		if (status != OX_OK) {
			return status;
		}
	}
	ox_pool_count_opened(pool);
	int status = ox_connection_open(relay, environment, trust, quirks | ox_pool_quirks(pool, relay),
		connection, error);
	ox_tls_trust_free(trust);
	return status;
}

static int out_of_time(const sending *job, ox_error *error)
{
	return ox_error_set(error, OX_ERROR_TIMEOUT, OX_RETRY_LATER, OX_STAGE_CONNECT, OX_FACT_NONE,
		"%s:%u: the total limit of %.1f s is over", job->relay->host, (unsigned)job->relay->port,
		(double)job->relay->total_timeout_ms / 1000);
}

/* What is left of the call's time goes to the connection. */
static int acquire(sending *job, ox_connection **connection, bool *reused, ox_error *error)
{
	uint64_t now = job->until_ms ? ox_clock_ms() : 0;
	if (job->until_ms && now >= job->until_ms) {
		return out_of_time(job, error);
	}
	/* What is in the pool was opened without the quirks on trial. */
	*connection = job->quirks ? NULL : ox_pool_take(job->pool, job->relay, job->environment);
	*reused = *connection != NULL;
	int status = OX_OK;
	if (*reused) {
		ox_connection_begin_use(*connection);
	} else {
		status = client_open(job->pool, job->relay, job->environment, job->quirks, connection, error);
	}
	if (status == OX_OK) {
		ox_connection_budget(*connection, (uint32_t)(job->until_ms - now));
	}
	return status;
}

/* Lost with its connection, and certainly not accepted: no recipient has a verdict of its own. */
static bool may_go_again(const ox_delivery *delivery, bool stale)
{
	bool connection_lost = delivery->error.class == OX_ERROR_CONNECT ||
		delivery->error.class == OX_ERROR_TLS || delivery->error.class == OX_ERROR_TIMEOUT;
	if (!delivery->done || delivery->again || !connection_lost) {
		return false;
	}
	for (size_t i = 0; i < delivery->envelope->recipient_count; i++) {
		const ox_result *result = &delivery->results[i];
		bool open = result->outcome == OX_OUTCOME_DEFERRED ||
			(stale && result->outcome == OX_OUTCOME_UNKNOWN);
		if (!open || (result->code && result->code != 421)) {
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

/* Fills the window. OX_E_LIMIT: full for now, or for good; OX_OK: nothing is left to hand over. one: a
 * single message. */
static int hand_over(sending *job, ox_connection *connection, bool one, bool *any)
{
	*any = false;
	while (next_open(job) && !(one && *any)) {
		int status = ox_connection_submit(connection, &job->deliveries[job->next]);
		if (status != OX_OK) {
			return status;
		}
		job->next++;
		*any = true;
	}
	return OX_OK;
}

/* Until all is done, the connection can take no more (OX_AGAIN), or it fails. On one that was idle the first
 * message goes alone until something is heard: should the server have left, only what is known to be
 * unread may be sent again, and that can be told of one message, not of several. */
static int use_connection(sending *job, ox_connection *connection, bool reused, ox_error *error)
{
	bool proven = !reused, begun = false;
	for (;;) {
		int status = ox_connection_step(connection, error);
		if (status != OX_OK && status != OX_AGAIN) {
			return status;
		}
		const ox_session *session = ox_connection_session(connection);
		/* OX_OK behind a message means that it was answered, and its transaction forgotten. */
		proven = proven || (begun && (status == OX_OK || ox_session_heard_transaction(session)));
		bool any = false;
		int handed = proven || !begun ? hand_over(job, connection, !proven, &any) : OX_E_LIMIT;
		begun = begun || any;
		if (any) {
			continue;
		}
		if (status == OX_OK && handed == OX_E_NOMEM) {
			return ox_error_memory(error, OX_STAGE_MAIL);
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

/* The session's verdict: PIPELINING was offered, and what came behind the first command was lost. */
static bool lost_pipelined_commands(const sending *job, const ox_connection *connection,
	const ox_error *error)
{
	const ox_session *session = ox_connection_session(connection);
	unsigned known = job->quirks | ox_pool_quirks(job->pool, job->relay);
	return session && error->class == OX_ERROR_TIMEOUT &&
		ox_session_quirks(session) & ~known & OX_QUIRK_NO_PIPELINING;
}

/* Opens again what was lost with its connection and certainly not accepted. */
static bool revive(sending *job, bool stale)
{
	bool any = false;
	for (size_t i = 0; i < job->count; i++) {
		if (may_go_again(&job->deliveries[i], stale)) {
			begin_anew(&job->deliveries[i]);
			any = true;
		}
	}
	job->next = 0;
	return any || next_open(job);
}

/* Whether another connection may do better than the one that failed: this one has served (in an earlier use,
 * or a message has its own fate by now), or it lost pipelined commands. */
static bool may_go_on(sending *job, const ox_connection *connection, bool reused, size_t done_before,
	const ox_error *error)
{
	bool stale = ox_connection_was_stale(connection);
	size_t settled = done_count(job);
	for (size_t i = 0; i < job->count; i++) {
		settled -= may_go_again(&job->deliveries[i], stale);
	}
	if (lost_pipelined_commands(job, connection, error)) {
		job->quirks = OX_QUIRK_NO_PIPELINING;
		return revive(job, stale);
	}
	bool served = reused || settled > done_before;
	return served && error->class != OX_ERROR_TIMEOUT && revive(job, stale);
}

/* One connection, from its opening to its return. OX_AGAIN: another one is needed. */
static int run_connection(sending *job, ox_error *error)
{
	ox_connection *connection = NULL;
	bool reused = false;
	int status = acquire(job, &connection, &reused, error);
	if (status != OX_OK) {
		return status;
	}
	size_t before = done_count(job);
	status = use_connection(job, connection, reused, error);
	client_keep_trace(job->trace, connection);
	bool well = status == OX_OK || status == OX_AGAIN;
	const ox_session *session = ox_connection_session(connection);
	if (session && (well || error->class != OX_ERROR_TIMEOUT)) {
		ox_pool_learn(job->pool, job->relay, ox_session_quirks(session));
	}
	if (well) {
		job->quirks = 0; /* learned */
		ox_pool_give(job->pool, job->relay, job->environment, connection);
		return status;
	}
	bool again = may_go_on(job, connection, reused, before, error);
	ox_connection_free(connection, false);
	return again ? OX_AGAIN : status;
}

int ox_client_send(ox_pool *pool, const ox_relay *relay, const ox_client_environment *environment,
	ox_delivery *deliveries, size_t count, ox_trace *trace, ox_error *error)
{
	sending job = {.pool = pool, .relay = relay, .environment = environment, .deliveries = deliveries,
		.count = count, .trace = trace};
	job.until_ms = relay->total_timeout_ms ? ox_clock_ms() + relay->total_timeout_ms : 0;
	ox_error_clear(error);
	int status = OX_AGAIN;
	/* Every turn ends with a delivery done or with one of its second tries used up. */
	for (size_t turn = 0; status == OX_AGAIN && turn < 2 * count + 2; turn++) {
		status = next_open(&job) ? run_connection(&job, error) : OX_OK;
		job.next = 0;
	}
	if (status == OX_OK) {
		ox_error_clear(error);
		return OX_OK;
	}
	if (status == OX_AGAIN) {
		(void)ox_error_set(error, OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_READY, OX_FACT_NONE,
			"connections kept ending before the messages were through");
	}
	bool begun = done_count(&job) == count;
	fail_rest(&job, error);
	return begun ? OX_OK : OX_E_FAILED;
}
