<?php
/**
 * What is known of mail providers.
 *
 * Facts drift: whoever corrects one names its source in the change. A row says:
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
	'workspace'  => array(
		'name'       => 'Google Workspace relay',
		'host'       => 'smtp-relay.gmail.com',
		'ports'      => array(
			465 => 'ssl',
			587 => 'tls',
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
	'microsoft'  => array(
		'name'      => 'Microsoft 365',
		'host'      => 'smtp.office365.com',
		'ports'     => array( 587 => 'tls' ),
		'user'      => 'email',
		'pass_hint' => static function (): string {
			return __( 'The administrator has to allow SMTP AUTH for the mailbox. Microsoft is retiring passwords for it.', 'outbox' );
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
	'outlook'    => array(
		'name'       => 'Outlook.com',
		'host'       => 'smtp-mail.outlook.com',
		'ports'      => array( 587 => 'tls' ),
		'user'       => 'email',
		'pass_label' => $outbox_app_password,
		'pass_hint'  => static function (): string {
			return __( 'Microsoft has switched passwords off for most of these accounts. If it refuses yours, choose another provider.', 'outbox' );
		},
		'link'       => 'https://account.live.com/proofs/AppPassword',
		'limits'     => array(),
		'from'       => 'own',
		'domains'    => array( 'outlook.com', 'hotmail.com', 'live.com', 'msn.com' ),
	),
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
	'zoho'       => array(
		'name'      => 'Zoho Mail',
		'host'      => '{region}',
		'regions'   => array(
			'smtp.zoho.com'       => 'zoho.com',
			'smtp.zoho.eu'        => 'zoho.eu',
			'smtp.zoho.in'        => 'zoho.in',
			'smtp.zoho.com.au'    => 'zoho.com.au',
			'smtppro.zoho.com'    => 'zoho.com, own domain',
			'smtppro.zoho.eu'     => 'zoho.eu, own domain',
			'smtppro.zoho.in'     => 'zoho.in, own domain',
			'smtppro.zoho.com.au' => 'zoho.com.au, own domain',
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
			'eu-south-1'     => 'Europe (Milan)',
			'ap-south-1'     => 'Asia Pacific (Mumbai)',
			'ap-northeast-1' => 'Asia Pacific (Tokyo)',
			'ap-northeast-2' => 'Asia Pacific (Seoul)',
			'ap-northeast-3' => 'Asia Pacific (Osaka)',
			'ap-southeast-1' => 'Asia Pacific (Singapore)',
			'ap-southeast-2' => 'Asia Pacific (Sydney)',
			'ap-southeast-3' => 'Asia Pacific (Jakarta)',
			'il-central-1'   => 'Israel (Tel Aviv)',
			'me-south-1'     => 'Middle East (Bahrain)',
			'af-south-1'     => 'Africa (Cape Town)',
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
	'smtp2go'    => array(
		'name'      => 'SMTP2GO',
		'host'      => 'mail.smtp2go.com',
		'ports'     => array(
			465  => 'ssl',
			2525 => 'tls',
			587  => 'tls',
			8025 => 'tls',
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
