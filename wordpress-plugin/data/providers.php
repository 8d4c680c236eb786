<?php
/**
 * What is known of mail providers.
 *
 * Facts drift: where they come from stands above each row, as public pages of the provider say, where they were at hand;
 * "not checked" is what could not be found there and comes from general knowledge. A row says:
 *   name      as the provider writes it
 *   host      {region} stands for the region's host part
 *   regions   host part => name; the first one is the default
 *   ports     port => ssl (TLS from the start) or tls (STARTTLS); the first one is recommended
 *   user      email: the whole address; fixed: always "value"; password: the same as the password; account: as the
 *             provider shows it
 *   user_hint, pass_label, pass_hint    for the form, in closures: texts may not be translated before init
 *   link      where to get the credential
 *   limits    day (recipients or messages a day), minute, recipients (of one message), size (megabytes)
 *   from      own: only addresses of the account or of verified domains are accepted
 *   domains   of mail addresses that surely belong to it
 *   wpms      slug of the mailer of WP Mail SMTP; [user, password] constants of it that are SMTP's too
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

$outbox_app_password = static function (): string {
	return __( 'App password', 'outbox' );
};
$outbox_api_key      = static function (): string {
	return __( 'API key', 'outbox' );
};
$outbox_not_login    = static function (): string {
	return __( 'Not the password that you log in with: the provider makes one for this purpose.', 'outbox' );
};

return array(
	// support.google.com/a/answer/166852: 100 recipients. Host, ports, app passwords and 500 a day: as everybody
	// describes them; Google's own pages were not at hand.
	'gmail'      => array(
		'name'       => 'Gmail',
		'host'       => 'smtp.gmail.com',
		'ports'      => array(
			465 => 'ssl',
			587 => 'tls',
		),
		'user'       => 'email',
		'pass_label' => $outbox_app_password,
		'pass_hint'  => static function (): string {
			return __( '16 letters. Switch on 2-Step Verification first, then create an app password.', 'outbox' );
		},
		'link'       => 'https://myaccount.google.com/apppasswords',
		'limits'     => array(
			'day'        => 500,
			'recipients' => 100,
			'size'       => 25,
		),
		'from'       => 'own',
		'domains'    => array( 'gmail.com', 'googlemail.com' ),
		'wpms'       => array( 'gmail' ),
	),
	// support.google.com/a/answer/2956491: host, ports (587 for TLS), 10,000 messages a day and user. Not checked:
	// size.
	'workspace'  => array(
		'name'       => 'Google Workspace relay',
		'host'       => 'smtp-relay.gmail.com',
		'ports'      => array(
			587 => 'tls',
			465 => 'ssl',
			25  => 'tls',
		),
		'user'       => 'email',
		'user_hint'  => static function (): string {
			return __( 'Not needed if the administrator allows the address of this server.', 'outbox' );
		},
		'pass_label' => $outbox_app_password,
		'link'       => 'https://support.google.com/a/answer/2956491',
		'limits'     => array(
			'day'  => 10000,
			'size' => 25,
		),
		'from'       => 'own',
	),
	// learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements: 30 a minute, 10,000 a
	// day;
	// techcommunity.microsoft.com/blog/exchange/updated-exchange-online-smtp-auth-basic-authentication-deprecation-timeline/4489835:
	// the end of passwords. Host and size: what the server says of itself.
	'microsoft'  => array(
		'name'      => 'Microsoft 365',
		'host'      => 'smtp.office365.com',
		'ports'     => array( 587 => 'tls' ),
		'user'      => 'email',
		'pass_hint' => static function (): string {
			return __( 'The administrator has to allow SMTP AUTH for the mailbox. At the end of 2026 Microsoft switches passwords for it off; an administrator can allow them again, for some time.', 'outbox' );
		},
		'link'      => 'https://aka.ms/smtp_auth_disabled',
		'limits'    => array(
			'day'    => 10000,
			'minute' => 30,
			'size'   => 150,
		),
		'from'      => 'own',
		'wpms'      => array( 'outlook' ),
	),
	// No passwords since 16 September 2024: as Microsoft wrote to its users in June 2024. Not checked with
	// Microsoft: host, port, link.
	'outlook'    => array(
		'name'       => 'Outlook.com',
		'host'       => 'smtp-mail.outlook.com',
		'ports'      => array( 587 => 'tls' ),
		'user'       => 'email',
		'pass_label' => $outbox_app_password,
		'pass_hint'  => static function (): string {
			return __( 'Since September 2024 Microsoft takes no passwords for these accounts. If it refuses yours, choose another provider.', 'outbox' );
		},
		'link'       => 'https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040',
		'limits'     => array(),
		'from'       => 'own',
		'domains'    => array( 'outlook.com', 'hotmail.com', 'live.com', 'msn.com' ),
	),
	// help.yahoo.com/kb/SLN17518: 500 a day, 100 recipients. Not checked with Yahoo: host, ports, link, size.
	'yahoo'      => array(
		'name'       => 'Yahoo Mail',
		'host'       => 'smtp.mail.yahoo.com',
		'ports'      => array(
			465 => 'ssl',
			587 => 'tls',
		),
		'user'       => 'email',
		'pass_label' => $outbox_app_password,
		'pass_hint'  => $outbox_not_login,
		'link'       => 'https://login.yahoo.com/account/security',
		'limits'     => array(
			'day'        => 500,
			'recipients' => 100,
			'size'       => 25,
		),
		'from'       => 'own',
		'domains'    => array( 'yahoo.com', 'ymail.com', 'rocketmail.com', 'yahoo.co.uk', 'yahoo.de', 'yahoo.fr' ),
	),
	// support.apple.com/102198: limits. Not checked with Apple: host, port, link.
	'icloud'     => array(
		'name'       => 'iCloud Mail',
		'host'       => 'smtp.mail.me.com',
		'ports'      => array( 587 => 'tls' ),
		'user'       => 'email',
		'pass_label' => static function (): string {
			return __( 'App-specific password', 'outbox' );
		},
		'pass_hint'  => $outbox_not_login,
		'link'       => 'https://account.apple.com/account/manage',
		'limits'     => array(
			'day'        => 1000,
			'recipients' => 500,
			'size'       => 20,
		),
		'from'       => 'own',
		'domains'    => array( 'icloud.com', 'me.com', 'mac.com' ),
	),
	// zoho.com/mail/help/zoho-smtp.html: ports, user, hosts of zoho.com;
	// help.zoho.com/portal/en/kb/accounts/manage-your-zoho-account/articles/data-center-for-zoho-account: data
	// centres. Hosts of Canada, Japan, Saudi Arabia and China: as others use them.
	'zoho'       => array(
		'name'      => 'Zoho Mail',
		'host'      => '{region}',
		'regions'   => array(
			'smtp.zoho.com'        => 'zoho.com',
			'smtp.zoho.eu'         => 'zoho.eu',
			'smtp.zoho.in'         => 'zoho.in',
			'smtp.zoho.com.au'     => 'zoho.com.au',
			'smtp.zoho.jp'         => 'zoho.jp',
			'smtp.zoho.sa'         => 'zoho.sa',
			'smtp.zoho.com.cn'     => 'zoho.com.cn',
			'smtp.zohocloud.ca'    => 'zohocloud.ca',
			'smtppro.zoho.com'     => 'zoho.com, own domain',
			'smtppro.zoho.eu'      => 'zoho.eu, own domain',
			'smtppro.zoho.in'      => 'zoho.in, own domain',
			'smtppro.zoho.com.au'  => 'zoho.com.au, own domain',
			'smtppro.zoho.jp'      => 'zoho.jp, own domain',
			'smtppro.zoho.sa'      => 'zoho.sa, own domain',
			'smtppro.zoho.com.cn'  => 'zoho.com.cn, own domain',
			'smtppro.zohocloud.ca' => 'zohocloud.ca, own domain',
		),
		'ports'     => array(
			465 => 'ssl',
			587 => 'tls',
		),
		'user'      => 'email',
		'pass_hint' => static function (): string {
			return __( 'With two-factor authentication: an application-specific password.', 'outbox' );
		},
		'link'      => 'https://accounts.zoho.com/home#security/app_password',
		'limits'    => array(),
		'from'      => 'own',
		'domains'   => array( 'zoho.com', 'zohomail.com' ),
		'wpms'      => array( 'zoho' ),
	),
	// docs.aws.amazon.com/ses/latest/dg/smtp-connect.html: ports; /ses/latest/dg/quotas.html: limits;
	// /general/latest/gr/ses.html: regions. Without those that Amazon says have no SMTP endpoint: Cape Town, Milan,
	// Bahrain, Jakarta; not checked: Tel Aviv. What is missing here goes as "Other" with its host.
	'ses'        => array(
		'name'       => 'Amazon SES',
		'host'       => 'email-smtp.{region}.amazonaws.com',
		'regions'    => array(
			'us-east-1'      => 'US East (N. Virginia)',
			'us-east-2'      => 'US East (Ohio)',
			'us-west-1'      => 'US West (N. California)',
			'us-west-2'      => 'US West (Oregon)',
			'ca-central-1'   => 'Canada (Central)',
			'eu-central-1'   => 'Europe (Frankfurt)',
			'eu-west-1'      => 'Europe (Ireland)',
			'eu-west-2'      => 'Europe (London)',
			'eu-west-3'      => 'Europe (Paris)',
			'eu-north-1'     => 'Europe (Stockholm)',
			'ap-south-1'     => 'Asia Pacific (Mumbai)',
			'ap-northeast-1' => 'Asia Pacific (Tokyo)',
			'ap-northeast-2' => 'Asia Pacific (Seoul)',
			'ap-northeast-3' => 'Asia Pacific (Osaka)',
			'ap-southeast-1' => 'Asia Pacific (Singapore)',
			'ap-southeast-2' => 'Asia Pacific (Sydney)',
			'sa-east-1'      => 'South America (Sao Paulo)',
		),
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2465 => 'ssl',
			2587 => 'tls',
			25   => 'tls',
		),
		'user'       => 'account',
		'user_hint'  => static function (): string {
			return __( 'The SMTP user name of the SES console, beginning with AKIA.', 'outbox' );
		},
		'pass_label' => static function (): string {
			return __( 'SMTP password', 'outbox' );
		},
		'pass_hint'  => static function (): string {
			return __( 'The SMTP password of the SES console, which holds for one region. It is not the secret access key.', 'outbox' );
		},
		'link'       => 'https://console.aws.amazon.com/ses/home#/smtp',
		'limits'     => array(
			'recipients' => 50,
			'size'       => 40,
		),
		'from'       => 'own',
		'wpms'       => array( 'amazonses' ),
	),
	// twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api: host, ports, user; 1000
	// recipients: sendgrid.com/docs/Integrate. Size: what the server announces.
	'sendgrid'   => array(
		'name'       => 'SendGrid',
		'host'       => 'smtp.sendgrid.net',
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			25   => 'tls',
		),
		'user'       => 'fixed',
		'value'      => 'apikey',
		'pass_label' => $outbox_api_key,
		'link'       => 'https://app.sendgrid.com/settings/api_keys',
		'limits'     => array(
			'recipients' => 1000,
			'size'       => 30,
		),
		'from'       => 'own',
		'wpms'       => array( 'sendgrid', '', 'WPMS_SENDGRID_API_KEY' ),
	),
	// documentation.mailgun.com/docs/mailgun/user-manual/sending-messages: size;
	// help.mailgun.com/hc/en-us/articles/203380100: credentials. Not checked: 1000 recipients, link.
	'mailgun'    => array(
		'name'      => 'Mailgun',
		'host'      => '{region}',
		'regions'   => array(
			'smtp.mailgun.org'    => 'US',
			'smtp.eu.mailgun.org' => 'EU',
		),
		'ports'     => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			25   => 'tls',
		),
		'user'      => 'account',
		'user_hint' => static function (): string {
			return __( 'Usually postmaster@ and your domain.', 'outbox' );
		},
		'pass_hint' => static function (): string {
			return __( 'The SMTP password of the domain, not the API key.', 'outbox' );
		},
		'link'      => 'https://app.mailgun.com/mg/sending/domains',
		'limits'    => array(
			'recipients' => 1000,
			'size'       => 25,
		),
		'from'      => 'own',
		'wpms'      => array( 'mailgun' ),
	),
	// postmarkapp.com/developer/user-guide/send-email-with-smtp: host, ports, token as user and password;
	// postmarkapp.com/developer: size, recipients. 465 does not answer: postmarkapp.com/support/article/811.
	'postmark'   => array(
		'name'       => 'Postmark',
		'host'       => 'smtp.postmarkapp.com',
		'ports'      => array(
			587  => 'tls',
			2525 => 'tls',
			25   => 'tls',
		),
		'user'       => 'password',
		'pass_label' => static function (): string {
			return __( 'Server API token', 'outbox' );
		},
		'link'       => 'https://account.postmarkapp.com/servers',
		'limits'     => array(
			'recipients' => 50,
			'size'       => 10,
		),
		'from'       => 'own',
		'wpms'       => array( 'postmark', '', 'WPMS_POSTMARK_SERVER_API_TOKEN' ),
	),
	// developers.brevo.com/docs/smtp-integration: host, ports, SMTP key. Not checked: link.
	'brevo'      => array(
		'name'       => 'Brevo',
		'host'       => 'smtp-relay.brevo.com',
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
		),
		'user'       => 'account',
		'user_hint'  => static function (): string {
			return __( 'The login of the page "SMTP & API".', 'outbox' );
		},
		'pass_label' => static function (): string {
			return __( 'SMTP key', 'outbox' );
		},
		'pass_hint'  => static function (): string {
			return __( 'The SMTP key, not the API key.', 'outbox' );
		},
		'link'       => 'https://app.brevo.com/settings/keys/smtp',
		'limits'     => array(),
		'from'       => 'own',
		'wpms'       => array( 'sendinblue' ),
	),
	// mailjet.com/support/what-are-the-api-key-and-secret-keys-how-should-i-use-them,109.htm: user, password;
	// cloud.google.com/compute/docs/tutorials/sending-mail/using-mailjet: host, 2525. Not checked: ports 588 and
	// 80, limits.
	'mailjet'    => array(
		'name'       => 'Mailjet',
		'host'       => 'in-v3.mailjet.com',
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			588  => 'tls',
			80   => 'tls',
			25   => 'tls',
		),
		'user'       => 'account',
		'user_hint'  => $outbox_api_key,
		'pass_label' => static function (): string {
			return __( 'Secret key', 'outbox' );
		},
		'link'       => 'https://app.mailjet.com/account/apikeys',
		'limits'     => array(
			'recipients' => 50,
			'size'       => 15,
		),
		'from'       => 'own',
		'wpms'       => array( 'mailjet', 'WPMS_MAILJET_API_KEY', 'WPMS_MAILJET_SECRET_KEY' ),
	),
	// developers.sparkpost.com/api/smtp: hosts, ports, user, key.
	'sparkpost'  => array(
		'name'       => 'SparkPost',
		'host'       => '{region}',
		'regions'    => array(
			'smtp.sparkpostmail.com'    => 'US',
			'smtp.eu.sparkpostmail.com' => 'EU',
		),
		'ports'      => array(
			587  => 'tls',
			2525 => 'tls',
		),
		'user'       => 'fixed',
		'value'      => 'SMTP_Injection',
		'pass_label' => $outbox_api_key,
		'pass_hint'  => static function (): string {
			return __( 'An API key with the right "Send via SMTP".', 'outbox' );
		},
		'link'       => 'https://app.sparkpost.com/account/api-keys',
		'limits'     => array(),
		'from'       => 'own',
		'wpms'       => array( 'sparkpost', '', 'WPMS_SPARKPOST_API_KEY' ),
	),
	// developers.smtp2go.com/docs/smtp-relay: host, ports, user. Not checked: size.
	'smtp2go'    => array(
		'name'      => 'SMTP2GO',
		'host'      => 'mail.smtp2go.com',
		'ports'     => array(
			465  => 'ssl',
			2525 => 'tls',
			587  => 'tls',
			8025 => 'tls',
			8465 => 'ssl',
			443  => 'ssl',
			80   => 'tls',
			25   => 'tls',
		),
		'user'      => 'account',
		'user_hint' => static function (): string {
			return __( 'A user of the page "SMTP Users".', 'outbox' );
		},
		'link'      => 'https://app.smtp2go.com/sending/smtp_users/',
		'limits'    => array( 'size' => 50 ),
		'from'      => 'own',
		'wpms'      => array( 'smtp2go' ),
	),
	// resend.com/docs/send-with-smtp: host, ports, user. Not checked: size.
	'resend'     => array(
		'name'       => 'Resend',
		'host'       => 'smtp.resend.com',
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2465 => 'ssl',
			2587 => 'tls',
			25   => 'tls',
		),
		'user'       => 'fixed',
		'value'      => 'resend',
		'pass_label' => $outbox_api_key,
		'link'       => 'https://resend.com/api-keys',
		'limits'     => array( 'size' => 40 ),
		'from'       => 'own',
		'wpms'       => array( 'resend', '', 'WPMS_RESEND_API_KEY' ),
	),
	// mailchimp.com/developer/transactional/docs/smtp-integration: host, ports, any user, key. Not checked: size.
	'mandrill'   => array(
		'name'       => 'Mandrill',
		'host'       => 'smtp.mandrillapp.com',
		'ports'      => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			25   => 'tls',
		),
		'user'       => 'account',
		'user_hint'  => static function (): string {
			return __( 'Any name: only the key counts.', 'outbox' );
		},
		'value'      => 'outbox',
		'pass_label' => $outbox_api_key,
		'link'       => 'https://mandrillapp.com/settings',
		'limits'     => array( 'size' => 25 ),
		'from'       => 'own',
		'wpms'       => array( 'mandrill', '', 'WPMS_MANDRILL_API_KEY' ),
	),
	// help.elasticemail.com/en/articles/4803409-smtp-settings: host, ports, user, password. Not checked: size,
	// link.
	'elastic'    => array(
		'name'       => 'Elastic Email',
		'host'       => 'smtp.elasticemail.com',
		'ports'      => array(
			465  => 'ssl',
			2525 => 'tls',
			587  => 'tls',
			25   => 'tls',
		),
		'user'       => 'account',
		'pass_label' => static function (): string {
			return __( 'SMTP password', 'outbox' );
		},
		'pass_hint'  => $outbox_not_login,
		'link'       => 'https://app.elasticemail.com/api/settings/manage-smtp',
		'limits'     => array( 'size' => 20 ),
		'from'       => 'own',
		'wpms'       => array( 'elasticemail' ),
	),
	// mailersend.com/help/smtp-relay and developers.mailersend.com/smtp-relay.html: 587 with TLS, user, where to
	// get it. Not checked: 2525, size.
	'mailersend' => array(
		'name'      => 'MailerSend',
		'host'      => 'smtp.mailersend.net',
		'ports'     => array(
			587  => 'tls',
			2525 => 'tls',
		),
		'user'      => 'account',
		'user_hint' => static function (): string {
			return __( 'An SMTP user of the domain, beginning with MS_.', 'outbox' );
		},
		'link'      => 'https://app.mailersend.com/domains',
		'limits'    => array( 'size' => 25 ),
		'from'      => 'own',
		'wpms'      => array( 'mailersend' ),
	),
	// Its own Python library: send.smtp.com, 465 with TLS. Not checked with SMTP.com, which publishes little: the
	// other ports, user, link.
	'smtpcom'    => array(
		'name'      => 'SMTP.com',
		'host'      => 'send.smtp.com',
		'ports'     => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			25   => 'tls',
		),
		'user'      => 'account',
		'user_hint' => static function (): string {
			return __( 'The name of the sender (channel).', 'outbox' );
		},
		'link'      => 'https://my.smtp.com/senders',
		'limits'    => array(),
		'from'      => 'own',
		'wpms'      => array( 'smtpcom' ),
	),
	// fastmail.com/help/technical/servernamesandports.html: host, 465, user, app password. Not checked: 587, size.
	'fastmail'   => array(
		'name'       => 'Fastmail',
		'host'       => 'smtp.fastmail.com',
		'ports'      => array(
			465 => 'ssl',
			587 => 'tls',
		),
		'user'       => 'email',
		'pass_label' => $outbox_app_password,
		'pass_hint'  => $outbox_not_login,
		'link'       => 'https://app.fastmail.com/settings/security/apps',
		'limits'     => array( 'size' => 50 ),
		'from'       => 'own',
		'domains'    => array( 'fastmail.com', 'fastmail.fm' ),
	),
	'other'      => array(
		'name'   => 'Other',
		'host'   => '',
		'ports'  => array(
			465  => 'ssl',
			587  => 'tls',
			2525 => 'tls',
			25   => 'none',
		),
		'user'   => 'account',
		'link'   => '',
		'limits' => array(),
		'from'   => '',
		'wpms'   => array( 'smtp' ),
	),
);
