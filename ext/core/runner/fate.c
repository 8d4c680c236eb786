/* SPDX-License-Identifier: MIT */
#include "runner/fate.h"

#include <string.h>

/* Replies to MAIL, RCPT or the message that are about the account: services put them anywhere. The first row
 * that fits wins. Sources stand in reference notes of relay/provider.c and in the services' pages. */
static const struct {
	const char *provider; /* NULL = anybody's */
	uint16_t code;
	uint16_t enhanced[3]; /* zero = any */
	ox_effect effect;
} about_account[] = {
	{NULL, 530, {0}, OX_EFFECT_PAUSE}, /* authentication required; must issue STARTTLS first */
	{NULL, 534, {0}, OX_EFFECT_PAUSE},
	{NULL, 535, {0}, OX_EFFECT_PAUSE},
	{NULL, 538, {0}, OX_EFFECT_PAUSE},
	{NULL, 432, {0}, OX_EFFECT_FEWER}, /* 432 4.3.2: Microsoft's concurrent connections */
	{"gmail", 550, {5, 4, 5}, OX_EFFECT_PAUSE}, /* daily sending limit */
	{"workspace_relay", 550, {5, 4, 5}, OX_EFFECT_PAUSE},
	{"workspace_relay", 450, {4, 2, 1}, OX_EFFECT_BREAK}, /* peak limit */
	{"microsoft365", 550, {5, 7, 30}, OX_EFFECT_PAUSE},   /* basic authentication is off */
	{"microsoft365", 550, {5, 1, 90}, OX_EFFECT_PAUSE},   /* daily recipients */
	{"outlook", 550, {5, 7, 30}, OX_EFFECT_PAUSE},
	{"ses", 454, {0}, OX_EFFECT_BREAK},     /* throttling, of a second or of a day */
	{"sendgrid", 451, {0}, OX_EFFECT_BREAK}, /* maximum credits exceeded */
	{"brevo", 525, {0}, OX_EFFECT_PAUSE},   /* unauthorised address */
	{"brevo", 502, {5, 7, 0}, OX_EFFECT_PAUSE}, /* the account is not active */
};

static ox_effect effect_of_reply(uint16_t code, const uint16_t enhanced[3], const char *provider)
{
	for (size_t i = 0; i < sizeof about_account / sizeof *about_account; i++) {
		const uint16_t *wanted = about_account[i].enhanced;
		bool detail = !wanted[0] || !memcmp(wanted, enhanced, 3 * sizeof *wanted);
		bool whose = !about_account[i].provider ||
			(provider && !strcmp(provider, about_account[i].provider));
		if (about_account[i].code == code && detail && whose) {
			return about_account[i].effect;
		}
	}
	return OX_EFFECT_NONE;
}

static ox_fate fate_of_loss(const ox_error *whole, bool culprit)
{
	if (whole->class == OX_ERROR_MESSAGE) {
		return whole->fact == OX_FACT_TOO_MANY_RECIPIENTS ? OX_FATE_AGAIN : OX_FATE_DEFER;
	}
	/* One that kills every connection must not be tried for ever, the others only had bad company. */
	return culprit ? OX_FATE_DEFER : OX_FATE_AGAIN;
}

ox_fate ox_fate_of(const ox_result *result, const ox_error *whole, bool culprit, const char *provider,
	ox_effect *effect)
{
	*effect = OX_EFFECT_NONE;
	if (result->outcome == OX_OUTCOME_SENT) {
		return OX_FATE_SENT;
	}
	if (result->outcome == OX_OUTCOME_UNKNOWN) {
		return OX_FATE_UNCERTAIN;
	}
	if (result->outcome == OX_OUTCOME_NONE) {
		return OX_FATE_AGAIN;
	}
	if (result->code) {
		*effect = effect_of_reply(result->code, result->enhanced, provider);
	}
	if (*effect != OX_EFFECT_NONE || whole->class == OX_ERROR_AUTH) {
		*effect = *effect == OX_EFFECT_NONE ? OX_EFFECT_PAUSE : *effect;
		return OX_FATE_AGAIN;
	}
	if (result->outcome == OX_OUTCOME_REJECTED) {
		/* Not said by a server and not the message's own fault: the relay cannot be used as it is. */
		bool own = result->code >= 500 || whole->class == OX_ERROR_MESSAGE ||
			whole->class == OX_ERROR_REJECTED;
		*effect = own ? OX_EFFECT_NONE : OX_EFFECT_PAUSE;
		return own ? OX_FATE_FAIL : OX_FATE_AGAIN;
	}
	return result->code && result->code != 421 ? OX_FATE_DEFER : fate_of_loss(whole, culprit);
}

ox_effect ox_effect_of(const ox_error *error, bool ready, unsigned others)
{
	bool reply = error->smtp_code / 100 == 4;
	if (error->smtp_code == 432 || (!ready && reply && others)) {
		return OX_EFFECT_FEWER;
	}
	if (ready) {
		return error->class == OX_ERROR_MESSAGE ? OX_EFFECT_NONE : OX_EFFECT_BREAK;
	}
	if (error->class == OX_ERROR_AUTH) {
		return error->retry == OX_RETRY_LATER ? OX_EFFECT_BREAK : OX_EFFECT_PAUSE;
	}
	/* A name that is not there may be a resolver that is not up yet, and a greeting with 554 is often over in
	 * minutes. */
	bool passing = error->class == OX_ERROR_DNS || error->fact == OX_FACT_HOST_NOT_FOUND ||
		error->stage == OX_STAGE_GREETING || error->stage == OX_STAGE_EHLO;
	return error->retry == OX_RETRY_NEVER && !passing ? OX_EFFECT_PAUSE : OX_EFFECT_BREAK;
}

const char *ox_fate_why(const ox_result *result, const ox_error *whole, ox_fate fate)
{
	if (fate == OX_FATE_UNCERTAIN) {
		return "unknown";
	}
	if (fate == OX_FATE_AGAIN) {
		return "account";
	}
	if (result->code) {
		return result->code >= 500 ? "5xx" : "4xx";
	}
	switch (whole->class) {
	case OX_ERROR_TIMEOUT: return "timeout";
	case OX_ERROR_PROTOCOL: return "protocol";
	case OX_ERROR_MESSAGE: return "storage";
	case OX_ERROR_MEMORY: return "memory";
	default: return "connection";
	}
}
