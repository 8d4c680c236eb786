/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <openssl/x509_vfy.h>

#include "relay/diagnosis.h"

#define SECRET "Sup3rS3cret"

static void make_relay(ox_relay *relay, const char *dsn)
{
	ox_error error = {0};
	ox_relay_init(relay);
	if (ox_relay_parse(relay, dsn, &error) != OX_OK || ox_relay_finish(relay, true, &error) != OX_OK) {
		fail_msg("%s: %s", dsn, error.text);
	}
}

static ox_error error_of(ox_error_class class, ox_stage stage, ox_fact fact)
{
	ox_error error;
	(void)ox_error_set(&error, class, OX_RETRY_LATER, stage, fact, "words of somebody");
	return error;
}

static ox_diagnosis diagnose(const char *dsn, const ox_error *error)
{
	ox_relay relay;
	ox_diagnosis diagnosis;
	make_relay(&relay, dsn);
	ox_diagnose(error, &relay, &diagnosis);
	ox_relay_clear(&relay);
	return diagnosis;
}

static void check_text(const char *text)
{
	assert_true(strlen(text) > 10);
	assert_true(strlen(text) < OX_DIAGNOSIS_TEXT_MAX - 1);
	assert_null(strchr(text, '{'));
	assert_null(strchr(text, '}'));
	assert_null(strstr(text, SECRET));
	assert_null(strstr(text, "HOST"));
}

static void check_whole(const ox_diagnosis *diagnosis)
{
	check_text(diagnosis->cause);
	assert_int_equal(diagnosis->cause[strlen(diagnosis->cause) - 1], '.');
	assert_in_range(diagnosis->remedy_count, 1, OX_REMEDIES_MAX);
	for (unsigned i = 0; i < diagnosis->remedy_count; i++) {
		check_text(diagnosis->remedies[i]);
	}
	assert_true(!diagnosis->link || !strncmp(diagnosis->link, "https://", 8));
}

static const char *const dsns[] = {
	"smtps://me:" SECRET "@mail.example.com",
	"smtp://me:" SECRET "@mail.example.com:25?proxy=http://u:" SECRET "@proxy",
	"smtp://mail.example.com:465",
	"smtp://mail.example.com:25?tls=none",
	"smtp://me@smtp.gmail.com?token=" SECRET,
	"smtps://me:" SECRET "@email-smtp.us-east-1.amazonaws.com",
	"smtp://me:" SECRET "@smtp.office365.com",
	"smtps://me:" SECRET "@smtp.postmarkapp.com",
	"smtps://me:" SECRET "@[2001:db8::1]",
};

static void every_fact_has_a_cause_and_a_remedy_everywhere(void **state)
{
	(void)state;
	for (size_t d = 0; d < OX_COUNT(dsns); d++) {
		ox_relay relay;
		make_relay(&relay, dsns[d]);
		for (int fact = 0; fact < OX_FACT_COUNT; fact++) {
			for (int stage = 0; stage < OX_STAGE_COUNT; stage++) {
				for (int class = 1; class < OX_ERROR_CLASS_COUNT; class++) {
					ox_error error = error_of((ox_error_class)class, (ox_stage)stage, (ox_fact)fact);
					ox_diagnosis diagnosis;
					ox_diagnose(&error, &relay, &diagnosis);
					check_whole(&diagnosis);
				}
			}
		}
		ox_relay_clear(&relay);
	}
}

static void a_relay_is_not_needed(void **state)
{
	(void)state;
	for (int fact = 0; fact < OX_FACT_COUNT; fact++) {
		ox_error error = error_of(OX_ERROR_CONNECT, OX_STAGE_CONNECT, (ox_fact)fact);
		ox_diagnosis diagnosis;
		ox_diagnose(&error, NULL, &diagnosis);
		assert_true(strlen(diagnosis.cause) > 10);
		assert_in_range(diagnosis.remedy_count, 1, OX_REMEDIES_MAX);
	}
}

static void a_file_that_cannot_be_used_is_no_servers_fault(void **state)
{
	(void)state;
	static const int faults[] = {EROFS, EISDIR, ENOENT, EACCES, EIO, EMFILE};
	for (size_t i = 0; i < OX_COUNT(faults); i++) {
		ox_diagnosis diagnosis;
		ox_error error = error_of(OX_ERROR_STORAGE, OX_STAGE_NONE, OX_FACT_ERRNO);
		error.sys_errno = faults[i];
		ox_diagnose(&error, NULL, &diagnosis);
		assert_non_null(strstr(diagnosis.cause, "file"));
		assert_null(strstr(diagnosis.cause, "server"));
		assert_null(strstr(diagnosis.remedies[0], "firewall"));
	}
}

static void every_reply_code_has_a_cause_and_a_remedy(void **state)
{
	static const ox_stage stages[] = {OX_STAGE_GREETING, OX_STAGE_EHLO, OX_STAGE_AUTH, OX_STAGE_MAIL,
		OX_STAGE_RCPT, OX_STAGE_DATA, OX_STAGE_BODY, OX_STAGE_DOT};
	(void)state;
	for (uint16_t code = 400; code < 600; code++) {
		for (size_t s = 0; s < OX_COUNT(stages); s++) {
			ox_error error = error_of(OX_ERROR_REJECTED, stages[s], OX_FACT_REPLY);
			error.smtp_code = code;
			ox_diagnosis diagnosis = diagnose(dsns[code % OX_COUNT(dsns)], &error);
			check_whole(&diagnosis);
			assert_int_equal(diagnosis.code, code);
		}
	}
}

typedef struct {
	const char *dsn;
	ox_error_class class;
	ox_stage stage;
	ox_fact fact;
	uint16_t code, enhanced[3];
	int sys_errno;
	long tls_verify;
	const char *cause, *remedy, *link; /* pieces of what must be said; remedy: of the first */
} advice_case;

static const advice_case advice[] = {
	{"smtps://mail.example.com:587", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_PEER_SPEAKS_PLAIN, 0, {0}, 0, 0,
		"port 587 greets in plain text", "smtp:// (tls=starttls)", NULL},
	{"smtps://smtp.office365.com:587", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_PEER_SPEAKS_PLAIN, 0, {0}, 0,
		0, "Microsoft 365 has no port", "smtp://smtp.office365.com:587", NULL},
	{"smtp://mail.example.com:465", OX_ERROR_PROTOCOL, OX_STAGE_GREETING, OX_FACT_PEER_SPEAKS_TLS, 0,
		{0}, 0, 0, "speaks TLS from the first octet", "smtps:// (tls=implicit)", NULL},
	{"smtp://mail.example.com:465", OX_ERROR_TIMEOUT, OX_STAGE_GREETING, OX_FACT_NONE, 0, {0}, 0, 0,
		"port 465 is silent", "smtps://mail.example.com:465", NULL},
	{"smtp://mail.example.com:2465", OX_ERROR_TIMEOUT, OX_STAGE_GREETING, OX_FACT_NONE, 0, {0}, 0, 0,
		"may wait for TLS", "smtps://", NULL},
	{"smtps://mail.example.com", OX_ERROR_TIMEOUT, OX_STAGE_CONNECT, OX_FACT_NONE, 0, {0}, 0, 0,
		"firewall", "blocks outgoing port 465", NULL},
	{"smtp://mail.example.com:25", OX_ERROR_TIMEOUT, OX_STAGE_CONNECT, OX_FACT_NONE, 0, {0}, 0, 0,
		"block that port", "smtp://mail.example.com:587", NULL},
	{"smtps://smtp.postmarkapp.com", OX_ERROR_TIMEOUT, OX_STAGE_CONNECT, OX_FACT_NONE, 0, {0}, 0, 0,
		"Postmark has no port", "smtp://smtp.postmarkapp.com:587", "https://postmarkapp.com"},
	{"smtp://[2001:db8::1]:25", OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ERRNO, 0, {0}, ECONNREFUSED,
		0, "listens on 2001:db8::1 port 25", "Check host and port", NULL},
	{"smtp://mail.example.com", OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ERRNO, 0, {0}, EHOSTUNREACH, 0,
		"no route", "network", NULL},
	{"smtp://mail.example.com", OX_ERROR_CONNECT, OX_STAGE_CONNECT, OX_FACT_ERRNO, 0, {0}, EACCES, 0,
		"does not let the process", "SELinux", NULL},
	{"smtp://mail.example.com", OX_ERROR_DNS, OX_STAGE_DNS, OX_FACT_HOST_NOT_FOUND, 0, {0}, 0, 0,
		"mail.example.com does not exist", "Correct the host name", NULL},
	{"smtp://mail.example.com", OX_ERROR_DNS, OX_STAGE_DNS, OX_FACT_RESOLVER_FAILED, 0, {0}, 0, 0,
		"resolver", "resolv.conf", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_CERT_HAS_EXPIRED, "has expired", "renew", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_CERT_NOT_YET_VALID, "not valid yet", "clock", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "signed by nobody but itself", "ca_file", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "authority of its own", "pin", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "does not know", "ca-certificates", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "does not know", "ca-certificates", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_HOSTNAME_MISMATCH, "not for the name mail.example.com", "host name", NULL},
	{"smtps://192.0.2.1", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_IP_ADDRESS_MISMATCH, "not for the name 192.0.2.1", "host name", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_CERT_REVOKED, "revoked", "replace", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_EE_KEY_TOO_SMALL, "too weak", "replace", NULL},
	{"smtps://mail.example.com", OX_ERROR_TLS, OX_STAGE_TLS, OX_FACT_CERTIFICATE, 0, {0}, 0,
		X509_V_ERR_INVALID_CA, "does not know", "ca-certificates", NULL},
	{"smtps://me:p@smtp.gmail.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535, {5, 7, 8}, 0,
		0, "Gmail does not accept", "an app password", "https://myaccount.google.com/apppasswords"},
	{"smtps://me:p@smtp.gmail.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 534, {5, 7, 9}, 0,
		0, "wants an app password", "Create an app password",
		"https://myaccount.google.com/apppasswords"},
	{"smtp://me:p@smtp.office365.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535,
		{5, 7, 139}, 0, 0, "SMTP AUTH is switched off", "Authenticated SMTP",
		"https://aka.ms/smtp_auth_disabled"},
	{"smtp://me:p@smtp.office365.com", OX_ERROR_REJECTED, OX_STAGE_DOT, OX_FACT_REPLY, 550, {5, 7, 30}, 0,
		0, "does not take passwords", "OAuth 2", "https://learn.microsoft.com"},
	{"smtp://me:p@smtp.office365.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 432,
		{4, 3, 2}, 0, 0, "as many connections open", "fewer connections", NULL},
	{"smtps://me:p@email-smtp.us-east-1.amazonaws.com", OX_ERROR_AUTH, OX_STAGE_AUTH,
		OX_FACT_AUTH_REFUSED, 535, {0}, 0, 0, "Amazon SES", "derived from an IAM secret key",
		"https://docs.aws.amazon.com"},
	{"smtps://me:p@smtp.sendgrid.net", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535, {0}, 0,
		0, "SendGrid", "the word apikey", "https://www.twilio.com"},
	{"smtps://me:p@smtp.sendgrid.net", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 451, {0}, 0,
		0, "credits", "plan and credits", NULL},
	{"smtp://me:p@smtp.postmarkapp.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535, {0}, 0,
		0, "Postmark", "Server API token", "https://postmarkapp.com"},
	{"smtps://me:p@mail.example.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED, 535, {5, 7, 8}, 0,
		0, "does not accept user and password", "whole mail address", NULL},
	{"smtps://me:p@mail.example.com", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_TEMPORARY, 454,
		{4, 7, 0}, 0, 0, "too many logins", "some minutes", NULL},
	{"smtps://mail.example.com", OX_ERROR_AUTH, OX_STAGE_MAIL, OX_FACT_REPLY, 530, {5, 7, 0}, 0, 0,
		"wants a login", "Set user and password", NULL},
	{"smtp://me:p@mail.example.com:25?tls=none", OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_NEEDS_TLS, 0,
		{0}, 0, 0, "everybody on the way", "smtps://mail.example.com:465", NULL},
	{"smtp://smtp.gmail.com", OX_ERROR_CONNECT, OX_STAGE_EHLO, OX_FACT_REPLY, 421, {4, 7, 0}, 0, 0,
		"breaks off after EHLO", "option ehlo", NULL},
	{"smtp://mail.example.com?ehlo=web1", OX_ERROR_CONNECT, OX_STAGE_EHLO, OX_FACT_REPLY, 550, {0}, 0, 0,
		"(web1)", "option ehlo", NULL},
	{"smtp://mail.example.com", OX_ERROR_MESSAGE, OX_STAGE_MAIL, OX_FACT_SIZE_LIMIT, 0, {0}, 0, 0,
		"larger than the server takes", "attachments smaller", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_MAIL, OX_FACT_REPLY, 552, {5, 3, 4}, 0, 0,
		"larger than the server takes", "attachments smaller", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_MAIL, OX_FACT_REPLY, 550, {0}, 0, 0,
		"refuses the sender", "account's own address", NULL},
	{"smtp://me:p@smtp.zoho.com", OX_ERROR_REJECTED, OX_STAGE_MAIL, OX_FACT_REPLY, 553, {0}, 0, 0,
		"send as this sender", "account's own address", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_RCPT, OX_FACT_REPLY, 554, {5, 7, 1}, 0, 0,
		"strangers", "Set user and password", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_RCPT, OX_FACT_REPLY, 550, {5, 7, 1}, 0, 0,
		"strangers", "Set user and password", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_RCPT, OX_FACT_REPLY, 550, {5, 1, 1}, 0, 0,
		"does not exist", "Correct or remove", NULL},
	{"smtp://mail.example.com", OX_ERROR_REJECTED, OX_STAGE_RCPT, OX_FACT_REPLY, 450, {4, 7, 1}, 0, 0,
		"later", "some minutes", NULL},
	{"smtp://me:p@mail.example.com", OX_ERROR_CONNECT, OX_STAGE_DOT, OX_FACT_PEER_CLOSED, 0, {0}, 0, 0,
		"may have been delivered", "before sending again", NULL},
	{"smtp://mail.example.com", OX_ERROR_TIMEOUT, OX_STAGE_DOT, OX_FACT_NONE, 0, {0}, 0, 0,
		"may have been delivered", "before sending again", NULL},
	{"smtp://mail.example.com", OX_ERROR_TLS, OX_STAGE_STARTTLS, OX_FACT_STARTTLS_MISSING, 0, {0}, 0, 0,
		"does not offer STARTTLS", "smtps://mail.example.com:465", NULL},
	{"smtp://smtp.gmail.com", OX_ERROR_TLS, OX_STAGE_STARTTLS, OX_FACT_STARTTLS_MISSING, 0, {0}, 0, 0,
		"somebody on the way removes it", "smtps://smtp.gmail.com:465", NULL},
	{"smtp://[2001:db8::1]", OX_ERROR_TLS, OX_STAGE_STARTTLS, OX_FACT_STARTTLS_MISSING, 0, {0}, 0, 0,
		"does not offer STARTTLS", "smtps://[2001:db8::1]:465", NULL},
};

static void advice_fits_the_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < OX_COUNT(advice); i++) {
		const advice_case *it = &advice[i];
		ox_error error = error_of(it->class, it->stage, it->fact);
		error.smtp_code = it->code;
		memcpy(error.enhanced, it->enhanced, sizeof error.enhanced);
		error.sys_errno = it->sys_errno;
		error.tls_verify = it->tls_verify;
		ox_diagnosis diagnosis = diagnose(it->dsn, &error);
		check_whole(&diagnosis);
		if (!strstr(diagnosis.cause, it->cause)) {
			fail_msg("%zu %s: \"%s\" does not say \"%s\"", i, it->dsn, diagnosis.cause, it->cause);
		}
		if (!strstr(diagnosis.remedies[0], it->remedy)) {
			fail_msg("%zu %s: \"%s\" does not say \"%s\"", i, it->dsn, diagnosis.remedies[0], it->remedy);
		}
		if (it->link && (!diagnosis.link || strncmp(diagnosis.link, it->link, strlen(it->link)) != 0)) {
			fail_msg("%zu %s: the link is %s", i, it->dsn, diagnosis.link);
		}
	}
}

static void the_facts_are_handed_on(void **state)
{
	(void)state;
	ox_error error = error_of(OX_ERROR_AUTH, OX_STAGE_AUTH, OX_FACT_AUTH_REFUSED);
	error.smtp_code = 535;
	memcpy(error.enhanced, (uint16_t[]){5, 7, 8}, sizeof error.enhanced);
	ox_diagnosis diagnosis = diagnose("smtps://me:p@mail.example.com", &error);
	assert_string_equal(diagnosis.stage, "auth");
	assert_string_equal(diagnosis.class_name, "auth");
	assert_string_equal(diagnosis.fact, "auth_refused");
	assert_int_equal(diagnosis.code, 535);
	assert_string_equal(diagnosis.enhanced, "5.7.8");
	assert_string_equal(diagnosis.text, "words of somebody");
}

/* A server's sentence must not steer what we say. */
static void words_change_nothing(void **state)
{
	(void)state;
	ox_error error = error_of(OX_ERROR_REJECTED, OX_STAGE_RCPT, OX_FACT_REPLY);
	error.smtp_code = 550;
	ox_diagnosis one = diagnose("smtps://mail.example.com", &error);
	memcpy(error.text, "Username and password not accepted {host}", 42);
	ox_diagnosis two = diagnose("smtps://mail.example.com", &error);
	assert_string_equal(one.cause, two.cause);
	assert_memory_equal(one.remedies, two.remedies, sizeof one.remedies);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact_has_a_cause_and_a_remedy_everywhere),
		cmocka_unit_test(a_relay_is_not_needed),
		cmocka_unit_test(a_file_that_cannot_be_used_is_no_servers_fault),
		cmocka_unit_test(every_reply_code_has_a_cause_and_a_remedy),
		cmocka_unit_test(advice_fits_the_case),
		cmocka_unit_test(the_facts_are_handed_on),
		cmocka_unit_test(words_change_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
