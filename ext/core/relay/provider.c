/* SPDX-License-Identifier: MIT */
#include "relay/provider.h"

#include <string.h>

#include "base/string.h"

/* What the services publish or their servers were seen to do. idle_ms stays below the moment at which
 * the server hangs up; where nothing is known, ours is short enough for all that were measured. */
static const ox_provider providers[] = {
	{.name = "gmail", .title = "Gmail", .host_suffix = "smtp.gmail.com", .max_connections = 3,
		.max_recipients = 100, /* support.google.com/a/answer/166852 */
		.implicit_port = 465, .starttls_port = 587,
		.password_hint = "an app password (16 letters; the account needs 2-Step Verification)",
		.link = "https://myaccount.google.com/apppasswords"},
	{.name = "gmail", .title = "Gmail", .host_suffix = "smtp.googlemail.com", .max_connections = 3,
		.max_recipients = 100, .implicit_port = 465, .starttls_port = 587,
		.password_hint = "an app password (16 letters; the account needs 2-Step Verification)",
		.link = "https://myaccount.google.com/apppasswords"},
	{.name = "workspace_relay", .title = "Google Workspace SMTP relay",
		.host_suffix = "smtp-relay.gmail.com", .max_recipients = 100, .implicit_port = 465,
		.starttls_port = 587, .password_hint = "an app password of a Workspace user",
		.link = "https://support.google.com/a/answer/2956491"},
	{.name = "microsoft365", .title = "Microsoft 365", .host_suffix = "smtp.office365.com",
		.max_connections = 3, /* 432 4.3.2 from the fourth on */
		.rate_minute = 30, /* learn.microsoft.com: smtp-submission-improvements */
		.starttls_port = 587, .password_hint = "an OAuth 2 access token (token=) or, where the tenant "
		"still allows it, the mailbox's password",
		.link = "https://aka.ms/smtp_auth_disabled"},
	{.name = "outlook", .title = "Outlook.com", .host_suffix = "smtp-mail.outlook.com",
		.max_connections = 3, .rate_minute = 30, .starttls_port = 587,
		.password_hint = "an OAuth 2 access token (token=)",
		.link = "https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040"},
	{.name = "yahoo", .title = "Yahoo Mail", .host_suffix = "smtp.mail.yahoo.com",
		.max_messages = 20, /* then it closes without a word: help.yahoo.com/kb/SLN3433.html */
		.max_connections = 3, .max_recipients = 100, .rate_day = 500, .implicit_port = 465,
		.starttls_port = 587,
		.password_hint = "an app password", .link = "https://help.yahoo.com/kb/SLN15241.html"},
	{.name = "icloud", .title = "iCloud Mail", .host_suffix = "smtp.mail.me.com",
		.max_connections = 3, .max_recipients = 500, .rate_day = 1000, /* support.apple.com/102198 */
		.starttls_port = 587, .password_hint = "an app-specific password",
		.link = "https://support.apple.com/102654"},
	{.name = "zoho", .title = "Zoho Mail", .host_prefix = "smtp.zoho.", .implicit_port = 465,
		.starttls_port = 587, .max_connections = 3,
		.password_hint = "the account's password or, with two-factor login, an application password",
		.link = "https://www.zoho.com/mail/help/zoho-smtp.html"},
	{.name = "zoho", .title = "Zoho Mail", .host_prefix = "smtppro.zoho.", .implicit_port = 465,
		.starttls_port = 587, .max_connections = 3,
		.password_hint = "the account's password or, with two-factor login, an application password",
		.link = "https://www.zoho.com/mail/help/zoho-smtp.html"},
	{.name = "ses", .title = "Amazon SES", .host_prefix = "email-smtp.", .host_suffix = "amazonaws.com",
		.idle_ms = 8000, /* cut after some 10 s */
		.max_recipients = 50, .implicit_port = 465, .starttls_port = 587,
		.password_hint = "the SMTP password that is derived from an IAM secret key for this very region "
		"(not the secret key itself)",
		.link = "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html"},
	{.name = "sendgrid", .title = "SendGrid", .host_suffix = "smtp.sendgrid.net",
		.max_messages = 5000, .max_recipients = 1000, .implicit_port = 465, .starttls_port = 587,
		.password_hint = "an API key, and the user is the word apikey",
		.link = "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/"
		"getting-started-smtp"},
	{.name = "mailgun", .title = "Mailgun", .host_suffix = "smtp.mailgun.org", .max_recipients = 1000,
		.implicit_port = 465, .starttls_port = 587,
		.password_hint = "the SMTP password of the sending domain (not the API key)",
		.link = "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp"},
	{.name = "mailgun", .title = "Mailgun", .host_suffix = "smtp.eu.mailgun.org",
		.max_recipients = 1000, .implicit_port = 465, .starttls_port = 587,
		.password_hint = "the SMTP password of the sending domain (not the API key)",
		.link = "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp"},
	/* Nobody answers on 465: postmarkapp.com/support/article/811 */
	{.name = "postmark", .title = "Postmark", .host_suffix = "smtp.postmarkapp.com",
		.max_recipients = 50, .starttls_port = 587,
		.password_hint = "the Server API token, as user and as password",
		.link = "https://postmarkapp.com/developer/user-guide/send-email-with-smtp"},
	{.name = "postmark", .title = "Postmark", .host_suffix = "smtp-broadcasts.postmarkapp.com",
		.max_recipients = 50, .starttls_port = 587,
		.password_hint = "the Server API token, as user and as password",
		.link = "https://postmarkapp.com/developer/user-guide/send-email-with-smtp"},
	{.name = "brevo", .title = "Brevo", .host_suffix = "smtp-relay.brevo.com", .implicit_port = 465,
		.starttls_port = 587, .password_hint = "an SMTP key (not an API key), and the user is the login "
		"shown on the SMTP page",
		.link = "https://app.brevo.com/settings/keys/smtp"},
	{.name = "brevo", .title = "Brevo", .host_suffix = "smtp-relay.sendinblue.com",
		.implicit_port = 465, .starttls_port = 587, .password_hint = "an SMTP key (not an API key), and "
		"the user is the login shown on the SMTP page",
		.link = "https://app.brevo.com/settings/keys/smtp"},
	{.name = "mailjet", .title = "Mailjet", .host_suffix = "in-v3.mailjet.com", .max_recipients = 50,
		.implicit_port = 465, .starttls_port = 587,
		.password_hint = "the secret key, and the user is the API key",
		.link = "https://app.mailjet.com/account/apikeys"},
	/* Idle connections are cut after a minute, messages counted to 100: developers.sparkpost.com/api/smtp */
	{.name = "sparkpost", .title = "SparkPost", .host_suffix = "smtp.sparkpostmail.com",
		.max_messages = 100, .max_connections = 10, .starttls_port = 587,
		.password_hint = "an API key that may send by SMTP, and the user is SMTP_Injection",
		.link = "https://developers.sparkpost.com/api/smtp/"},
	{.name = "sparkpost", .title = "SparkPost", .host_suffix = "smtp.eu.sparkpostmail.com",
		.max_messages = 100, .max_connections = 10, .starttls_port = 587,
		.password_hint = "an API key that may send by SMTP, and the user is SMTP_Injection",
		.link = "https://developers.sparkpost.com/api/smtp/"},
	{.name = "smtp2go", .title = "SMTP2GO", .host_suffix = "mail.smtp2go.com", .implicit_port = 465,
		.starttls_port = 587, .password_hint = "the password of an SMTP user (not of the account)",
		.link = "https://support.smtp2go.com/hc/en-gb/articles/13990494697369"},
	{.name = "resend", .title = "Resend", .host_suffix = "smtp.resend.com", .implicit_port = 465,
		.starttls_port = 587, .password_hint = "an API key, and the user is the word resend",
		.link = "https://resend.com/docs/send-with-smtp"},
	{.name = "fastmail", .title = "Fastmail", .host_suffix = "smtp.fastmail.com",
		.implicit_port = 465, .starttls_port = 587, .max_connections = 3,
		.password_hint = "an app password", .link = "https://app.fastmail.com/settings/security/apps"},
};

static bool begins(ox_slice host, const char *prefix)
{
	size_t size = strlen(prefix);
	return host.size > size && ox_slice_is_nocase((ox_slice){host.at, size}, prefix);
}

static bool ends(ox_slice host, const char *suffix)
{
	size_t size = strlen(suffix);
	if (host.size < size || !ox_slice_is_nocase((ox_slice){host.at + host.size - size, size}, suffix)) {
		return false;
	}
	return host.size == size || host.at[host.size - size - 1] == '.';
}

const ox_provider *ox_provider_find(const char *host)
{
	ox_slice name = ox_slice_of(host);
	if (name.size && name.at[name.size - 1] == '.') {
		name.size--;
	}
	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
		const ox_provider *provider = &providers[i];
		if ((!provider->host_prefix || begins(name, provider->host_prefix)) &&
			(!provider->host_suffix || ends(name, provider->host_suffix))) {
			return provider;
		}
	}
	return NULL;
}
