/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "relay/provider.h"

static void known_services_are_found_by_host(void **state)
{
	static const char *const cases[][2] = {
		{"smtp.gmail.com", "gmail"},
		{"SMTP.Gmail.Com", "gmail"},
		{"smtp.gmail.com.", "gmail"},
		{"smtp-relay.gmail.com", "workspace_relay"},
		{"smtp.office365.com", "microsoft365"},
		{"smtp-mail.outlook.com", "outlook"},
		{"smtp.mail.yahoo.com", "yahoo"},
		{"plus.smtp.mail.yahoo.com", "yahoo"},
		{"smtp.mail.me.com", "icloud"},
		{"p01.smtp.mail.me.com", "icloud"},
		{"smtp.zoho.com", "zoho"},
		{"smtp.zoho.com.au", "zoho"},
		{"smtppro.zoho.eu", "zoho"},
		{"email-smtp.us-east-1.amazonaws.com", "ses"},
		{"email-smtp.eu-central-1.amazonaws.com", "ses"},
		{"smtp.sendgrid.net", "sendgrid"},
		{"smtp.mailgun.org", "mailgun"},
		{"smtp.eu.mailgun.org", "mailgun"},
		{"smtp.postmarkapp.com", "postmark"},
		{"smtp-broadcasts.postmarkapp.com", "postmark"},
		{"smtp-relay.brevo.com", "brevo"},
		{"in-v3.mailjet.com", "mailjet"},
		{"smtp.sparkpostmail.com", "sparkpost"},
		{"smtp.eu.sparkpostmail.com", "sparkpost"},
		{"mail.smtp2go.com", "smtp2go"},
		{"smtp.resend.com", "resend"},
		{"smtp.fastmail.com", "fastmail"},
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(cases); i++) {
		const ox_provider *provider = ox_provider_find(cases[i][0]);
		if (!provider || strcmp(provider->name, cases[i][1])) {
			fail_msg("%s is taken for %s", cases[i][0], provider ? provider->name : "nobody");
		}
		assert_non_null(provider->title);
		assert_true(provider->starttls_port || provider->implicit_port);
		assert_int_equal(strncmp(provider->link, "https://", 8), 0);
	}
}

static void strangers_are_not_taken_for_services(void **state)
{
	static const char *const hosts[] = {
		"", ".", "mail.example.com", "gmail.com", "notsmtp.gmail.com", "smtp.gmail.com.example.com",
		"xsmtp.gmail.com", "email-smtp.amazonaws.com.evil.example", "email-smtp.",
		"ec2.us-east-1.amazonaws.com", "smtp.zoho.", "192.0.2.1", "::1",
	};
	(void)state;
	for (size_t i = 0; i < OX_COUNT(hosts); i++) {
		if (ox_provider_find(hosts[i])) {
			fail_msg("%s is taken for %s", hosts[i], ox_provider_find(hosts[i])->name);
		}
	}
	assert_null(ox_provider_find(NULL));
}

static void limits_follow_what_the_services_do(void **state)
{
	(void)state;
	assert_in_range(ox_provider_find("email-smtp.us-east-1.amazonaws.com")->idle_ms, 1, 9000);
	assert_int_equal(ox_provider_find("smtp.mail.yahoo.com")->max_messages, 20);
	assert_in_range(ox_provider_find("smtp.sparkpostmail.com")->max_messages, 1, 100);
	assert_int_equal(ox_provider_find("smtp.office365.com")->max_connections, 3);
	assert_int_equal(ox_provider_find("smtp.office365.com")->implicit_port, 0);
	assert_int_equal(ox_provider_find("smtp.postmarkapp.com")->implicit_port, 0);
	assert_int_equal(ox_provider_find("smtp.sparkpostmail.com")->implicit_port, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_services_are_found_by_host),
		cmocka_unit_test(strangers_are_not_taken_for_services),
		cmocka_unit_test(limits_follow_what_the_services_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
