/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "runner/fate.h"

typedef struct {
	ox_outcome outcome;
	uint16_t code;
	uint16_t enhanced[3];
	ox_error_class class;
	ox_fact fact;
	bool culprit;
	const char *provider;
	ox_fate fate;
	ox_effect effect;
} fate_case;

static const fate_case fates[] = {
	{OX_OUTCOME_SENT, 250, {2, 0, 0}, OX_ERROR_NONE, 0, false, NULL, OX_FATE_SENT, OX_EFFECT_NONE},
	{OX_OUTCOME_UNKNOWN, 0, {0}, OX_ERROR_CONNECT, OX_FACT_PEER_CLOSED, true, NULL, OX_FATE_UNCERTAIN,
		OX_EFFECT_NONE},
	{OX_OUTCOME_REJECTED, 550, {5, 1, 1}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, NULL, OX_FATE_FAIL,
		OX_EFFECT_NONE},
	{OX_OUTCOME_REJECTED, 550, {5, 1, 1}, OX_ERROR_NONE, 0, false, NULL, OX_FATE_FAIL, OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 450, {4, 7, 1}, OX_ERROR_NONE, 0, false, NULL, OX_FATE_DEFER, OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 452, {4, 3, 1}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, NULL, OX_FATE_DEFER,
		OX_EFFECT_NONE},
	{OX_OUTCOME_REJECTED, 552, {5, 2, 2}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, NULL, OX_FATE_FAIL,
		OX_EFFECT_NONE},
	/* the message's own */
	{OX_OUTCOME_REJECTED, 0, {0}, OX_ERROR_MESSAGE, OX_FACT_SIZE_LIMIT, false, NULL, OX_FATE_FAIL,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 0, {0}, OX_ERROR_MESSAGE, OX_FACT_BODY_SOURCE, true, NULL, OX_FATE_DEFER,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 0, {0}, OX_ERROR_MESSAGE, OX_FACT_TOO_MANY_RECIPIENTS, true, NULL, OX_FATE_AGAIN,
		OX_EFFECT_NONE},
	/* a lost connection */
	{OX_OUTCOME_DEFERRED, 0, {0}, OX_ERROR_CONNECT, OX_FACT_PEER_CLOSED, true, NULL, OX_FATE_DEFER,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 0, {0}, OX_ERROR_CONNECT, OX_FACT_PEER_CLOSED, false, NULL, OX_FATE_AGAIN,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 421, {4, 7, 0}, OX_ERROR_CONNECT, OX_FACT_REPLY, true, NULL, OX_FATE_DEFER,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 421, {4, 7, 0}, OX_ERROR_CONNECT, OX_FACT_REPLY, false, NULL, OX_FATE_AGAIN,
		OX_EFFECT_NONE},
	{OX_OUTCOME_NONE, 0, {0}, OX_ERROR_NONE, 0, false, NULL, OX_FATE_AGAIN, OX_EFFECT_NONE},
	/* the account's */
	{OX_OUTCOME_REJECTED, 530, {5, 7, 0}, OX_ERROR_AUTH, OX_FACT_REPLY, false, NULL, OX_FATE_AGAIN,
		OX_EFFECT_PAUSE},
	{OX_OUTCOME_REJECTED, 535, {0}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, NULL, OX_FATE_AGAIN,
		OX_EFFECT_PAUSE},
	{OX_OUTCOME_REJECTED, 550, {5, 4, 5}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, "gmail", OX_FATE_AGAIN,
		OX_EFFECT_PAUSE},
	{OX_OUTCOME_REJECTED, 550, {5, 4, 5}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, NULL, OX_FATE_FAIL,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 454, {0}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, "ses", OX_FATE_AGAIN,
		OX_EFFECT_BREAK},
	{OX_OUTCOME_DEFERRED, 454, {0}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, "gmail", OX_FATE_DEFER,
		OX_EFFECT_NONE},
	{OX_OUTCOME_DEFERRED, 432, {4, 3, 2}, OX_ERROR_REJECTED, OX_FACT_REPLY, false, "microsoft365",
		OX_FATE_AGAIN, OX_EFFECT_FEWER},
	{OX_OUTCOME_REJECTED, 0, {0}, OX_ERROR_TLS, OX_FACT_CERTIFICATE, true, NULL, OX_FATE_AGAIN,
		OX_EFFECT_PAUSE},
};

static void an_answer_has_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(fates); i++) {
		const fate_case *c = &fates[i];
		ox_result result = {.outcome = c->outcome, .code = c->code};
		ox_error whole = {.class = c->class, .fact = c->fact, .retry = OX_RETRY_LATER};
		ox_effect effect;
		memcpy(result.enhanced, c->enhanced, sizeof result.enhanced);
		ox_fate fate = ox_fate_of(&result, &whole, c->culprit, c->provider, &effect);
		if (fate != c->fate || effect != c->effect) {
			fail_msg("case %zu: fate %d, effect %d", i, fate, effect);
		}
		assert_true(*ox_fate_why(&result, &whole, fate));
	}
}

static void no_account_error_ever_fails_or_counts_a_message(void **state)
{
	static const ox_error_class classes[] = {OX_ERROR_AUTH, OX_ERROR_TLS, OX_ERROR_DNS, OX_ERROR_CONNECT,
		OX_ERROR_USAGE};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(classes); i++) {
		ox_result result = {.outcome = OX_OUTCOME_REJECTED};
		ox_error whole = {.class = classes[i], .retry = OX_RETRY_NEVER};
		ox_effect effect;
		assert_int_equal(ox_fate_of(&result, &whole, true, NULL, &effect), OX_FATE_AGAIN);
		assert_int_equal(effect, OX_EFFECT_PAUSE);
	}
}

typedef struct {
	ox_error_class class;
	ox_retry retry;
	ox_stage stage;
	ox_fact fact;
	uint16_t code;
	bool ready;
	unsigned others;
	ox_effect effect;
} effect_case;

static const effect_case effects[] = {
	{OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_CONNECT, OX_FACT_ERRNO, 0, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_DNS, OX_RETRY_NEVER, OX_STAGE_DNS, OX_FACT_HOST_NOT_FOUND, 0, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_TLS, OX_RETRY_NEVER, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, false, 0, OX_EFFECT_PAUSE},
	{OX_ERROR_TLS, OX_RETRY_LATER, OX_STAGE_TLS, OX_FACT_PEER_CLOSED, 0, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_AUTH, OX_RETRY_NEVER, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535, false, 2, OX_EFFECT_PAUSE},
	{OX_ERROR_AUTH, OX_RETRY_LATER, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 454, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_AUTH, OX_RETRY_LATER, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 454, false, 1, OX_EFFECT_FEWER},
	{OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_GREETING, OX_FACT_REPLY, 421, false, 2, OX_EFFECT_FEWER},
	{OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_GREETING, OX_FACT_REPLY, 421, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_AUTH, OX_RETRY_LATER, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 432, false, 0, OX_EFFECT_FEWER},
	{OX_ERROR_REJECTED, OX_RETRY_NEVER, OX_STAGE_GREETING, OX_FACT_REPLY, 554, false, 0, OX_EFFECT_BREAK},
	{OX_ERROR_CONNECT, OX_RETRY_NEVER, OX_STAGE_DNS, OX_FACT_HOST_NOT_ALLOWED, 0, false, 0, OX_EFFECT_PAUSE},
	{OX_ERROR_USAGE, OX_RETRY_NEVER, OX_STAGE_NONE, OX_FACT_NONE, 0, false, 0, OX_EFFECT_PAUSE},
	{OX_ERROR_CONNECT, OX_RETRY_LATER, OX_STAGE_DOT, OX_FACT_PEER_CLOSED, 0, true, 0, OX_EFFECT_BREAK},
	{OX_ERROR_MESSAGE, OX_RETRY_LATER, OX_STAGE_BODY, OX_FACT_BODY_SOURCE, 0, true, 0, OX_EFFECT_NONE},
};

static void a_lost_connection_has_one_effect_on_its_relay(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(effects); i++) {
		const effect_case *c = &effects[i];
		ox_error error = {.class = c->class, .retry = c->retry, .stage = c->stage, .fact = c->fact,
			.smtp_code = c->code};
		ox_effect effect = ox_effect_of(&error, c->ready, c->others);
		if (effect != c->effect) {
			fail_msg("case %zu: effect %d", i, effect);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_has_one_meaning),
		cmocka_unit_test(no_account_error_ever_fails_or_counts_a_message),
		cmocka_unit_test(a_lost_connection_has_one_effect_on_its_relay),
	};
	return cmocka_run_group_tests_name("fate", tests, NULL, NULL);
}
