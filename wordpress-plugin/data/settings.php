<?php
/**
 * Every setting, once.
 *
 * A row says:
 *   group    where it is shown: sender, connection, delivery, queue, dkim, log, safety, notices, alerts, mails
 *   type     how it is checked: bool, text, email, emails, host, int, choice, path, profile, secret, pem, connections, routes, list
 *   default  a value, or a closure that finds one when asked
 *   alias    constant of WP Mail SMTP that means the same, or [constant, closure to translate its value; null: does not count]
 *   values, min, max, check          for the check; check is "https" for a secret that is an address, "outside" for a path that no web server shows
 *   label, help, choices             for the page: texts in closures, because texts may not be translated before init,
 *                                    and mail may be sent before
 *
 * The constant of smtp_host is OUTBOX_SMTP_HOST, and so for all of them.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

// A boolean of WP Mail SMTP can only be switched on by its constant.
$outbox_on = static function ( $value ): ?bool {
	return true === $value || 'true' === $value ? true : null;
};

return array(
	'from_email'           => array(
		'group'   => 'sender',
		'type'    => 'email',
		'default' => static function (): string {
			return (string) get_option( 'admin_email', '' );
		},
		'alias'   => 'WPMS_MAIL_FROM',
		'label'   => static function (): string {
			return __( 'From Email', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Most providers accept only addresses that belong to the account.', 'outbox' );
		},
	),
	'from_email_force'     => array(
		'group'   => 'sender',
		'type'    => 'bool',
		'default' => true,
		'alias'   => array( 'WPMS_MAIL_FROM_FORCE', $outbox_on ),
		'label'   => static function (): string {
			return __( 'Force From Email', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Use it for all mail, also where a plugin sets another sender. The address that was set becomes Reply-To, if there is none.', 'outbox' );
		},
	),
	'from_name'            => array(
		'group'   => 'sender',
		'type'    => 'text',
		'default' => static function (): string {
			return wp_specialchars_decode( (string) get_option( 'blogname', '' ), ENT_QUOTES );
		},
		'alias'   => 'WPMS_MAIL_FROM_NAME',
		'label'   => static function (): string {
			return __( 'From Name', 'outbox' );
		},
	),
	'from_name_force'      => array(
		'group'   => 'sender',
		'type'    => 'bool',
		'default' => false,
		'alias'   => array( 'WPMS_MAIL_FROM_NAME_FORCE', $outbox_on ),
		'label'   => static function (): string {
			return __( 'Force From Name', 'outbox' );
		},
	),
	'return_path'          => array(
		'group'   => 'sender',
		'type'    => 'choice',
		'default' => 'from',
		'alias'   => array(
			'WPMS_SET_RETURN_PATH',
			static function ( $value ) use ( $outbox_on ): ?string {
				return $outbox_on( $value ) ? 'from' : null;
			},
		),
		'values'  => array( 'from', 'account', 'address', 'keep' ),
		'choices' => static function (): array {
			return array(
				'from'    => __( 'The From address', 'outbox' ),
				'account' => __( 'The address of the account that logs in', 'outbox' ),
				'address' => __( 'Another address', 'outbox' ),
				'keep'    => __( 'What the sending plugin says, else the From address', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'Return Path', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Where reports about undeliverable mail go.', 'outbox' );
		},
	),
	'return_path_address'  => array(
		'group'   => 'sender',
		'type'    => 'email',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Return Path address', 'outbox' );
		},
	),
	'reply_to'             => array(
		'group'   => 'sender',
		'type'    => 'emails',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Reply-To', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'For mail that has no Reply-To of its own. Several addresses with commas.', 'outbox' );
		},
	),
	'bcc'                  => array(
		'group'   => 'sender',
		'type'    => 'emails',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Blind copy of all mail', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'These addresses get every message, password resets included.', 'outbox' );
		},
	),

	'provider'             => array(
		'group'   => 'connection',
		'type'    => 'choice',
		'default' => '',
		'alias'   => array(
			'WPMS_MAILER',
			static function ( $value ): ?string {
				return \Outbox\WordPress\Providers::of_wp_mail_smtp( is_string( $value ) ? $value : '' );
			},
		),
		'values'  => static function (): array {
			return array_merge( array( '' ), array_keys( \Outbox\WordPress\Providers::rows() ) );
		},
		'choices' => static function (): array {
			return array( '' => __( 'Not set up yet', 'outbox' ) ) + \Outbox\WordPress\Providers::names();
		},
		'label'   => static function (): string {
			return __( 'Provider', 'outbox' );
		},
	),
	'smtp_region'          => array(
		'group'   => 'connection',
		'type'    => 'text',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Region', 'outbox' );
		},
	),
	'smtp_profile'         => array(
		'group'   => 'connection',
		'type'    => 'profile',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Relay profile of the server', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'A connection that the Outbox extension keeps outside of WordPress, password included. Provider, account and server above are then not used.', 'outbox' );
		},
	),
	'smtp_host'            => array(
		'group'   => 'connection',
		'type'    => 'host',
		'default' => '',
		'alias'   => 'WPMS_SMTP_HOST',
		'label'   => static function (): string {
			return __( 'SMTP Host', 'outbox' );
		},
	),
	'smtp_encryption'      => array(
		'group'   => 'connection',
		'type'    => 'choice',
		'default' => '',
		'alias'   => array(
			'WPMS_SSL',
			static function ( $value ): ?string {
				return '' === $value ? 'none' : ( in_array( $value, array( 'ssl', 'tls' ), true ) ? $value : null );
			},
		),
		'values'  => array( '', 'ssl', 'tls', 'none' ),
		'choices' => static function (): array {
			return array(
				''     => __( 'As the provider recommends', 'outbox' ),
				'ssl'  => __( 'SSL/TLS from the start', 'outbox' ),
				'tls'  => __( 'TLS by STARTTLS, required', 'outbox' ),
				'none' => __( 'None', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'Encryption', 'outbox' );
		},
	),
	'smtp_port'            => array(
		'group'   => 'connection',
		'type'    => 'int',
		'default' => 0,
		'min'     => 0,
		'max'     => 65535,
		'alias'   => 'WPMS_SMTP_PORT',
		'label'   => static function (): string {
			return __( 'SMTP Port', 'outbox' );
		},
		'help'    => static function (): string {
			return __( '0: the usual one, 465 for SSL/TLS, 587 for STARTTLS, 25 without encryption.', 'outbox' );
		},
	),
	'smtp_autotls'         => array(
		'group'   => 'connection',
		'type'    => 'bool',
		'default' => true,
		'alias'   => 'WPMS_SMTP_AUTOTLS',
		'label'   => static function (): string {
			return __( 'Auto TLS', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Encrypt where the server offers it although none is chosen.', 'outbox' );
		},
	),
	'smtp_auth'            => array(
		'group'   => 'connection',
		'type'    => 'bool',
		'default' => true,
		'alias'   => 'WPMS_SMTP_AUTH',
		'label'   => static function (): string {
			return __( 'Authentication', 'outbox' );
		},
	),
	'smtp_user'            => array(
		'group'   => 'connection',
		'type'    => 'text',
		'default' => '',
		'alias'   => 'WPMS_SMTP_USER',
		'label'   => static function (): string {
			return __( 'SMTP Username', 'outbox' );
		},
	),
	'smtp_pass'            => array(
		'group'   => 'connection',
		'type'    => 'secret',
		'default' => '',
		'alias'   => 'WPMS_SMTP_PASS',
		'label'   => static function (): string {
			return __( 'SMTP Password', 'outbox' );
		},
	),
	'smtp_ehlo'            => array(
		'group'   => 'connection',
		'type'    => 'host',
		'default' => '',
		'label'   => static function (): string {
			return __( 'EHLO name', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'The name this server says of itself. Empty: its host name.', 'outbox' );
		},
	),
	'smtp_connect_timeout' => array(
		'group'   => 'connection',
		'type'    => 'int',
		'default' => 10,
		'min'     => 1,
		'max'     => 120,
		'label'   => static function (): string {
			return __( 'Seconds to connect', 'outbox' );
		},
	),
	'smtp_timeout'         => array(
		'group'   => 'connection',
		'type'    => 'int',
		'default' => 30,
		'min'     => 1,
		'max'     => 600,
		'label'   => static function (): string {
			return __( 'Seconds to wait for an answer', 'outbox' );
		},
	),
	'smtp_verify'          => array(
		'group'   => 'connection',
		'type'    => 'bool',
		'default' => true,
		'label'   => static function (): string {
			return __( 'Check the certificate', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Without the check anybody on the way can read the password. Better: name the authority of your server below.', 'outbox' );
		},
	),
	'smtp_ca_file'         => array(
		'group'   => 'connection',
		'type'    => 'path',
		'default' => '',
		'label'   => static function (): string {
			return __( 'File of trusted authorities', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'PEM file on this server, for a server with a certificate of its own. Empty: those the system trusts.', 'outbox' );
		},
	),

	'delivery_mode'        => array(
		'group'   => 'delivery',
		'type'    => 'choice',
		'default' => 'queue',
		'alias'   => array(
			'WPMS_DO_NOT_SEND',
			static function ( $value ): ?string {
				return $value ? 'block' : null;
			},
		),
		'values'  => array( 'queue', 'direct', 'redirect', 'log', 'block' ),
		'choices' => static function (): array {
			return array(
				'queue'    => __( 'Queue: pages do not wait, failures are tried again', 'outbox' ),
				'direct'   => __( 'Direct: the page waits until the message is sent', 'outbox' ),
				'redirect' => __( 'Redirect everything to one address', 'outbox' ),
				'log'      => __( 'Log only: keep messages in the log, send nothing', 'outbox' ),
				'block'    => __( 'Do not send', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'Delivery', 'outbox' );
		},
	),
	'redirect_to'          => array(
		'group'   => 'delivery',
		'type'    => 'email',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Redirect to', 'outbox' );
		},
	),
	'connections'          => array(
		'group'   => 'delivery',
		'type'    => 'connections',
		'default' => array(),
		'label'   => static function (): string {
			return __( 'Further connections', 'outbox' );
		},
	),
	'backup'               => array(
		'group'   => 'delivery',
		'type'    => 'text',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Backup connection', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Used when the first one cannot be reached or does not let us in.', 'outbox' );
		},
	),
	'routes'               => array(
		'group'   => 'delivery',
		'type'    => 'routes',
		'default' => array(),
		'label'   => static function (): string {
			return __( 'Connection by From address', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'An address, or @example.com for all of a domain. Their From is left as it is.', 'outbox' );
		},
	),
	'foreign_mailer'       => array(
		'group'   => 'delivery',
		'type'    => 'choice',
		'default' => 'respect',
		'values'  => array( 'respect', 'override' ),
		'choices' => static function (): array {
			return array(
				'respect'  => __( 'Leave the mail to it', 'outbox' ),
				'override' => __( 'Send the mail by Outbox', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'When another plugin has put its own mailer in place', 'outbox' );
		},
	),

	'urgent_first'         => array(
		'group'   => 'queue',
		'type'    => 'bool',
		'default' => true,
		'label'   => static function (): string {
			return __( 'Password resets and login codes first', 'outbox' );
		},
	),
	'queue_expiry'         => array(
		'group'   => 'queue',
		'type'    => 'int',
		'default' => 120,
		'min'     => 1,
		'max'     => 720,
		'label'   => static function (): string {
			return __( 'Hours until a message is given up', 'outbox' );
		},
	),
	'queue_uncertain'      => array(
		'group'   => 'queue',
		'type'    => 'choice',
		'default' => 'resend',
		'values'  => array( 'resend', 'hold' ),
		'choices' => static function (): array {
			return array(
				'resend' => __( 'Send again: it may arrive twice', 'outbox' ),
				'hold'   => __( 'Hold it for somebody to decide', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'When a connection breaks before the answer', 'outbox' );
		},
	),
	'rate_second'          => array(
		'group'   => 'queue',
		'type'    => 'int',
		'default' => 0,
		'min'     => 0,
		'max'     => 1000,
		'label'   => static function (): string {
			return __( 'At most this many messages a second', 'outbox' );
		},
		'help'    => static function (): string {
			return __( '0: as many as the provider allows.', 'outbox' );
		},
	),
	'rate_minute'          => array(
		'group'   => 'queue',
		'type'    => 'int',
		'default' => 0,
		'min'     => 0,
		'max'     => 60000,
		'label'   => static function (): string {
			return __( 'At most this many messages a minute', 'outbox' );
		},
	),
	'rate_day'             => array(
		'group'   => 'queue',
		'type'    => 'int',
		'default' => 0,
		'min'     => 0,
		'max'     => 10000000,
		'label'   => static function (): string {
			return __( 'At most this many messages a day', 'outbox' );
		},
	),
	'direct_else_queue'    => array(
		'group'   => 'queue',
		'type'    => 'bool',
		'default' => true,
		'label'   => static function (): string {
			return __( 'Queue what cannot be sent directly', 'outbox' );
		},
	),
	'spool_path'           => array(
		'group'   => 'queue',
		'type'    => 'path',
		'check'   => 'outside',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Folder of the queue', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Outside of the web root. Empty: the one of the server.', 'outbox' );
		},
	),

	'dkim_domain'          => array(
		'group'   => 'dkim',
		'type'    => 'host',
		'default' => '',
		'label'   => static function (): string {
			return __( 'DKIM domain', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Only for servers that do not sign themselves; providers do.', 'outbox' );
		},
	),
	'dkim_selector'        => array(
		'group'   => 'dkim',
		'type'    => 'host',
		'default' => '',
		'label'   => static function (): string {
			return __( 'DKIM selector', 'outbox' );
		},
	),
	'dkim_key'             => array(
		'group'   => 'dkim',
		'type'    => 'pem',
		'default' => '',
		'label'   => static function (): string {
			return __( 'DKIM private key', 'outbox' );
		},
	),

	'log_enabled'          => array(
		'group'   => 'log',
		'type'    => 'bool',
		'default' => true,
		'label'   => static function (): string {
			return __( 'Keep a log', 'outbox' );
		},
	),
	'log_detail'           => array(
		'group'   => 'log',
		'type'    => 'choice',
		'default' => 'metadata',
		'values'  => array( 'metadata', 'message' ),
		'choices' => static function (): array {
			return array(
				'metadata' => __( 'Sender, recipients, subject and what became of it', 'outbox' ),
				'message'  => __( 'The whole message too', 'outbox' ),
			);
		},
		'label'   => static function (): string {
			return __( 'What is kept', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Messages hold personal data and, until they are used, links that reset passwords.', 'outbox' );
		},
	),
	'log_days'             => array(
		'group'   => 'log',
		'type'    => 'int',
		'default' => 30,
		'min'     => 0,
		'max'     => 3650,
		'alias'   => array(
			'WPMS_DEBUG_EVENTS_RETENTION_PERIOD',
			static function ( $value ): ?int {
				return is_numeric( $value ) ? (int) ceil( (int) $value / DAY_IN_SECONDS ) : null;
			},
		),
		'label'   => static function (): string {
			return __( 'Days to keep it', 'outbox' );
		},
		'help'    => static function (): string {
			return __( '0: for ever.', 'outbox' );
		},
	),
	'log_megabytes'        => array(
		'group'   => 'log',
		'type'    => 'int',
		'default' => 100,
		'min'     => 0,
		'max'     => 100000,
		'label'   => static function (): string {
			return __( 'Megabytes to keep', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'The oldest messages go first. 0: no limit.', 'outbox' );
		},
	),

	'clone_guard'          => array(
		'group'   => 'safety',
		'type'    => 'bool',
		'default' => true,
		'label'   => static function (): string {
			return __( 'Pause when the address of the site changes', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'So that a copy of this site does not write to its customers.', 'outbox' );
		},
	),
	'uninstall_data'       => array(
		'group'   => 'safety',
		'type'    => 'bool',
		'default' => false,
		'label'   => static function (): string {
			return __( 'Delete settings and log with the plugin', 'outbox' );
		},
	),
	'hide_errors'          => array(
		'group'   => 'notices',
		'type'    => 'bool',
		'default' => false,
		'label'   => static function (): string {
			return __( 'Hide delivery errors', 'outbox' );
		},
	),
	'hide_widget'          => array(
		'group'   => 'notices',
		'type'    => 'bool',
		'default' => false,
		'label'   => static function (): string {
			return __( 'Hide the dashboard widget', 'outbox' );
		},
	),
	'hide_badge'           => array(
		'group'   => 'notices',
		'type'    => 'bool',
		'default' => false,
		'label'   => static function (): string {
			return __( 'Hide the badge in the admin bar', 'outbox' );
		},
	),

	'alert_email'          => array(
		'group'   => 'alerts',
		'type'    => 'emails',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Tell these addresses of failures', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'Addresses with commas. One message tells of many failures.', 'outbox' );
		},
	),
	'alert_connection'     => array(
		'group'   => 'alerts',
		'type'    => 'text',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Send alerts over this connection', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'The name of a further connection, since the first one may be what fails. Empty: the backup, else any other.', 'outbox' );
		},
	),
	'alert_webhook'        => array(
		'group'   => 'alerts',
		'type'    => 'secret',
		'check'   => 'https',
		'default' => '',
		'label'   => static function (): string {
			return __( 'Tell this webhook of failures', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'An address that begins with https://. Slack, Discord and what understands theirs get a message; others get JSON. Neither recipients nor subjects are told.', 'outbox' );
		},
	),
	'alert_minutes'        => array(
		'group'   => 'alerts',
		'type'    => 'int',
		'default' => 30,
		'min'     => 1,
		'max'     => 10080,
		'label'   => static function (): string {
			return __( 'Minutes between two alerts', 'outbox' );
		},
	),
	'summary'              => array(
		'group'   => 'alerts',
		'type'    => 'bool',
		'default' => false,
		'alias'   => array(
			'WPMS_SUMMARY_REPORT_EMAIL_DISABLED',
			static function ( $value ): ?bool {
				return $value ? false : null;
			},
		),
		'label'   => static function (): string {
			return __( 'A summary every Monday', 'outbox' );
		},
		'help'    => static function (): string {
			return __( 'To the addresses above, else to the administrator.', 'outbox' );
		},
	),
	'mails_off'            => array(
		'group'   => 'mails',
		'type'    => 'list',
		'default' => array(),
		'values'  => static function (): array {
			return array_keys( require __DIR__ . '/core-mails.php' );
		},
		'choices' => static function (): array {
			$choices = array();
			foreach ( require __DIR__ . '/core-mails.php' as $outbox_key => $outbox_row ) {
				$choices[ $outbox_key ] = $outbox_row['label']();
			}
			return $choices;
		},
		'label'   => static function (): string {
			return __( 'Do not send these notifications of WordPress', 'outbox' );
		},
	),
);
