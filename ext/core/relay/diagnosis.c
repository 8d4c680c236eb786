/* SPDX-License-Identifier: MIT */
/* Looks an error up in the tables and puts names and numbers into what they say. */
#include <stdio.h>
#include <string.h>

#include "base/string.h"
#include "relay/diagnosis_internal.h"

typedef struct {
	const ox_error *error;
	const ox_relay *relay; /* may be NULL */
	const ox_provider *provider; /* may be NULL */
} diagnosis_case;

/* OpenSSL's numbers (openssl/x509_vfy.h), which are part of its interface. */
static certificate_kind kind_of_certificate(long verify)
{
	switch (verify) {
	case 10: return CERTIFICATE_EXPIRED;
	case 9: return CERTIFICATE_NOT_YET;
	case 18:
	case 19: return CERTIFICATE_SELF_SIGNED;
	case 2:
	case 7: /* the name of an authority that we know, and another key */
	case 20:
	case 21:
	case 24:
	case 27:
	case 79: return CERTIFICATE_UNKNOWN_CA;
	case 62:
	case 64: return CERTIFICATE_WRONG_NAME;
	case 23: return CERTIFICATE_REVOKED;
	case 66:
	case 67:
	case 68: return CERTIFICATE_WEAK;
	default: return CERTIFICATE_ANY;
	}
}

static unsigned circumstances(const diagnosis_case *about)
{
	const ox_relay *relay = about->relay;
	unsigned holds = about->provider ? IF_PROVIDER : 0;
	if (!relay) {
		return holds;
	}
	holds |= relay->tls == OX_TLS_IMPLICIT ? IF_IMPLICIT : IF_PLAIN;
	holds |= relay->tls == OX_TLS_NONE ? IF_NO_TLS : 0;
	holds |= relay->port == 25 ? IF_PORT_25 : 0;
	holds |= relay->port == 465 ? IF_PORT_465 : 0;
	holds |= relay->proxy ? IF_PROXY : 0;
	holds |= relay->user ? 0 : IF_NO_ACCOUNT;
	holds |= relay->token ? IF_TOKEN : 0;
	holds |= relay->password ? IF_PASSWORD : 0;
	holds |= about->provider && !about->provider->implicit_port ? IF_NO_465 : 0;
	return holds;
}

static bool enhanced_fits(const uint16_t wanted[3], const uint16_t given[3])
{
	return !wanted[0] || !memcmp(wanted, given, 3 * sizeof *wanted);
}

static bool fits(const diagnosis_rule *rule, const diagnosis_case *about)
{
	const ox_error *error = about->error;
	return (!rule->fact || rule->fact == error->fact) &&
		(!rule->class || rule->class == error->class) &&
		(!rule->stages || rule->stages & 1u << error->stage) &&
		(!rule->code || rule->code == error->smtp_code) &&
		enhanced_fits(rule->enhanced, error->enhanced) &&
		(!rule->fault || rule->fault == ox_system_fault_of(error->sys_errno)) &&
		(!rule->certificate || rule->certificate == kind_of_certificate(error->tls_verify)) &&
		(rule->when & circumstances(about)) == rule->when &&
		(!rule->provider ||
			(about->provider && !strcmp(rule->provider, about->provider->name)));
}

static const diagnosis_rule *find(const diagnosis_case *about)
{
	enum { TABLES = 4 };
	const diagnosis_rule *const tables[TABLES] = {diagnosis_account_rules,
		diagnosis_connection_rules, diagnosis_spool_rules, diagnosis_message_rules};
	const diagnosis_rule *rule = NULL;
	for (size_t i = 0; i < TABLES; i++) {
		for (rule = tables[i]; rule->cause; rule++) {
			if (fits(rule, about)) {
				return rule;
			}
		}
	}
	return rule - 1; /* the last row of all fits everything; it is found above */
}

static void write_dsn(const diagnosis_case *about, bool implicit, char *text, size_t size)
{
	const ox_provider *provider = about->provider;
	unsigned port = implicit ? 465 : 587;
	if (provider && implicit && provider->implicit_port) {
		port = provider->implicit_port;
	} else if (provider && !implicit && provider->starttls_port) {
		port = provider->starttls_port;
	}
	const char *host = about->relay && about->relay->host ? about->relay->host : "HOST";
	bool brackets = strchr(host, ':') != NULL;
	(void)snprintf(text, size, "%s://%s%.255s%s:%u", implicit ? "smtps" : "smtp", brackets ? "[" : "",
		host, brackets ? "]" : "", port);
}

/* What a placeholder stands for; "" for one that is not known. Never a secret, never the user. */
static void write_value(const diagnosis_case *about, ox_slice name, char *text, size_t size)
{
	const ox_relay *relay = about->relay;
	const ox_provider *provider = about->provider;
	const char *host = relay && relay->host ? relay->host : "the server";
	const char *ehlo = relay && relay->ehlo ? relay->ehlo : "the name of this machine";
	text[0] = 0;
	if (ox_slice_is(name, "host")) {
		(void)snprintf(text, size, "%.255s", host);
	} else if (ox_slice_is(name, "port")) {
		(void)snprintf(text, size, "%u", relay ? (unsigned)relay->port : 0);
	} else if (ox_slice_is(name, "code")) {
		(void)snprintf(text, size, "%u", (unsigned)about->error->smtp_code);
	} else if (ox_slice_is(name, "service")) {
		(void)snprintf(text, size, "%.255s", provider ? provider->title : host);
	} else if (ox_slice_is(name, "password")) {
		(void)snprintf(text, size, "%s",
			provider && provider->password_hint ? provider->password_hint : "the mailbox's password");
	} else if (ox_slice_is(name, "ehlo")) {
		(void)snprintf(text, size, "%.255s", ehlo);
	} else if (ox_slice_is(name, "smtps")) {
		write_dsn(about, true, text, size);
	} else if (ox_slice_is(name, "smtp")) {
		write_dsn(about, false, text, size);
	}
}

static void expand(const diagnosis_case *about, const char *from, char *to, size_t size)
{
	size_t used = 0;
	while (*from && used + 1 < size) {
		const char *end = *from == '{' ? strchr(from, '}') : NULL;
		char value[320];
		if (end) {
			write_value(about, (ox_slice){from + 1, (size_t)(end - from) - 1}, value, sizeof value);
			from = end + 1;
		} else {
			value[0] = *from++;
			value[1] = 0;
		}
		int written = snprintf(to + used, size - used, "%s", value);
		used += (size_t)written < size - used ? (size_t)written : size - used - 1;
	}
	to[used] = 0;
}

void ox_diagnose(const ox_error *error, const ox_relay *relay, ox_diagnosis *diagnosis)
{
	diagnosis_case about = {error, relay, NULL};
	if (relay && relay->host) {
		about.provider = ox_provider_find(relay->host);
	}
	const diagnosis_rule *rule = find(&about);
	memset(diagnosis, 0, sizeof *diagnosis);
	diagnosis->stage = ox_stage_name(error->stage);
	diagnosis->class_name = ox_error_class_name(error->class);
	diagnosis->fact = ox_fact_name(error->fact);
	diagnosis->code = error->smtp_code;
	if (error->enhanced[0]) {
		(void)snprintf(diagnosis->enhanced, sizeof diagnosis->enhanced, "%u.%u.%u",
			error->enhanced[0] % 10u, error->enhanced[1] % 1000u, error->enhanced[2] % 1000u);
	}
	memcpy(diagnosis->text, error->text, sizeof diagnosis->text);
	expand(&about, rule->cause, diagnosis->cause, sizeof diagnosis->cause);
	for (unsigned i = 0; i < OX_REMEDIES_MAX && rule->remedies[i]; i++) {
		expand(&about, rule->remedies[i], diagnosis->remedies[i], OX_DIAGNOSIS_TEXT_MAX);
		diagnosis->remedy_count++;
	}
	bool of_provider = rule->link && !strcmp(rule->link, "provider");
	diagnosis->link = !of_provider ? rule->link : about.provider ? about.provider->link : NULL;
}
