<?php
/**
 * WP Mail SMTP, and Easy WP SMTP 2, which is made of the same code.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * Their option is written with the slashes that WordPress puts before quotes in forms, and read with them taken off
 * again, after the password is opened.
 */
final class WpMailSmtp implements Source {

	private const NONCE = 24;
	private const TAG   = 16;
	private const KEY   = 32;

	/** Constants that say more than a value of the option: by group and key. */
	private const CONSTANTS = array(
		'mail'      => array(
			'from_email'       => 'MAIL_FROM',
			'from_email_force' => 'MAIL_FROM_FORCE',
			'from_name'        => 'MAIL_FROM_NAME',
			'from_name_force'  => 'MAIL_FROM_NAME_FORCE',
			'mailer'           => 'MAILER',
			'return_path'      => 'SET_RETURN_PATH',
		),
		'general'   => array( 'do_not_send' => 'DO_NOT_SEND' ),
		'smtp'      => array(
			'host'       => 'SMTP_HOST',
			'port'       => 'SMTP_PORT',
			'encryption' => 'SSL',
			'auth'       => 'SMTP_AUTH',
			'autotls'    => 'SMTP_AUTOTLS',
			'user'       => 'SMTP_USER',
			'pass'       => 'SMTP_PASS',
		),
		'amazonses' => array(
			'client_id'     => 'AMAZONSES_CLIENT_ID',
			'client_secret' => 'AMAZONSES_CLIENT_SECRET',
			'region'        => 'AMAZONSES_REGION',
		),
		'mailgun'   => array(
			'domain' => 'MAILGUN_DOMAIN',
			'region' => 'MAILGUN_REGION',
		),
		'mailjet'   => array(
			'api_key'    => 'MAILJET_API_KEY',
			'secret_key' => 'MAILJET_SECRET_KEY',
		),
		'mandrill'  => array( 'api_key' => 'MANDRILL_API_KEY' ),
		'postmark'  => array( 'server_api_token' => 'POSTMARK_SERVER_API_TOKEN' ),
		'resend'    => array( 'api_key' => 'RESEND_API_KEY' ),
		'sendgrid'  => array( 'api_key' => 'SENDGRID_API_KEY' ),
		'sparkpost' => array(
			'api_key' => 'SPARKPOST_API_KEY',
			'region'  => 'SPARKPOST_REGION',
		),
		'smtpcom'   => array( 'channel' => 'SMTPCOM_CHANNEL' ),
	);

	/**
	 * Key and name of this one, its option, the option of its key, and what its constants begin with.
	 *
	 * @var array{key: string, name: string, option: string, key_option: string, prefix: string}
	 */
	private $facts;

	/**
	 * One of the two.
	 *
	 * @param array{key: string, name: string, option: string, key_option: string, prefix: string} $facts As above.
	 */
	private function __construct( array $facts ) {
		$this->facts = $facts;
	}

	/**
	 * WP Mail SMTP.
	 */
	public static function original(): self {
		return new self(
			array(
				'key'        => 'wp-mail-smtp',
				'name'       => 'WP Mail SMTP',
				'option'     => 'wp_mail_smtp',
				'key_option' => 'wp_mail_smtp_mail_key',
				'prefix'     => 'WPMS_',
			)
		);
	}

	/**
	 * Easy WP SMTP, version 2.
	 */
	public static function easy(): self {
		return new self(
			array(
				'key'        => 'easy-wp-smtp',
				'name'       => 'Easy WP SMTP',
				'option'     => 'easy_wp_smtp',
				'key_option' => 'easy_wp_smtp_mail_key',
				'prefix'     => 'EASY_WP_SMTP_',
			)
		);
	}

	/**
	 * See Source.
	 */
	public function key(): string {
		return $this->facts['key'];
	}

	/**
	 * See Source.
	 */
	public function name(): string {
		return $this->facts['name'];
	}

	/**
	 * See Source.
	 */
	public function is_there(): bool {
		return array() !== $this->groups() || '' !== $this->constant( 'MAILER' );
	}

	/**
	 * See Source.
	 */
	public function read(): Draft {
		$draft = new Draft();
		$this->read_sender( $draft );
		$this->read_connection( $draft );
		$this->read_general( $draft );
		return $draft;
	}

	/**
	 * Whom mail comes from.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_sender( Draft $draft ): void {
		$draft->set( 'from_email', $this->text( 'mail', 'from_email' ) );
		$draft->set( 'from_name', $this->text( 'mail', 'from_name' ) );
		$draft->set( 'from_email_force', $this->flag( 'mail', 'from_email_force' ) );
		$draft->set( 'from_name_force', $this->flag( 'mail', 'from_name_force' ) );
		$draft->set( 'return_path', $this->flag( 'mail', 'return_path' ) ? 'from' : 'keep' );
		$draft->set( 'reply_to', $this->text( 'mail', 'reply_to_email' ) );
		$draft->set( 'bcc', $this->text( 'mail', 'bcc_emails' ) );
	}

	/**
	 * How it leaves.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_connection( Draft $draft ): void {
		$mailer = $this->text( 'mail', 'mailer' );
		if ( 'smtp' === $mailer ) {
			$draft->primary(
				Draft::server(
					array(
						'host'       => $this->text( 'smtp', 'host' ),
						'encryption' => '' === $this->text( 'smtp', 'encryption' ) ? 'none' : $this->text( 'smtp', 'encryption' ),
						'port'       => (int) $this->text( 'smtp', 'port' ),
						'autotls'    => $this->flag( 'smtp', 'autotls' ),
						'auth'       => $this->flag( 'smtp', 'auth' ),
						'user'       => $this->text( 'smtp', 'user' ),
						'pass'       => $this->flag( 'smtp', 'auth' ) ? $this->password( $draft ) : '',
						'verify'     => ! $this->flag( 'general', 'allow_smtp_insecure_ssl' ),
					)
				)
			);
			return;
		}
		if ( '' === $mailer || 'mail' === $mailer ) {
			$draft->note( __( 'It sends by PHP\'s mail(), so there is no connection to take over. Choose a provider on the settings page.', 'outbox' ) );
			return;
		}
		$of  = static function ( string ...$values ): string {
			return (string) current( array_diff( $values, array( '' ) ) );
		};
		$row = ApiMailer::connection(
			$draft,
			$mailer,
			array(
				'key'    => $of( $this->text( $mailer, 'api_key' ), $this->text( $mailer, 'server_api_token' ), 'amazonses' === $mailer ? $this->text( $mailer, 'client_id' ) : '' ),
				'secret' => $of( $this->text( $mailer, 'secret_key' ), 'amazonses' === $mailer ? $this->text( $mailer, 'client_secret' ) : '' ),
				'domain' => $this->text( $mailer, 'domain' ),
				'region' => $this->text( $mailer, 'region' ),
				'user'   => $of( $this->text( $mailer, 'channel' ), in_array( $mailer, array( 'gmail', 'outlook', 'zoho' ), true ) ? $this->text( 'mail', 'from_email' ) : '' ),
			)
		);
		if ( null !== $row ) {
			$draft->primary( $row );
		}
	}

	/**
	 * The rest.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_general( Draft $draft ): void {
		$draft->set( 'delivery_mode', $this->flag( 'general', 'do_not_send' ) ? 'block' : null );
		$draft->set( 'hide_errors', $this->flag( 'general', 'email_delivery_errors_hidden' ) ? true : null );
		$draft->set( 'hide_widget', $this->flag( 'general', 'dashboard_widget_hidden' ) ? true : null );
		$draft->set( 'uninstall_data', $this->flag( 'general', 'uninstall' ) ? true : null );
		$draft->set( 'clone_guard', $this->flag( 'general', 'domain_check' ) ? true : null );
		$seconds = (int) $this->text( 'debug_events', 'retention_period' );
		$draft->set( 'log_days', $seconds > 0 ? (int) ceil( $seconds / DAY_IN_SECONDS ) : null );
		if ( '' !== $this->text( 'mail', 'from_email_force_exclude_emails' ) ) {
			$draft->note( __( 'Some senders were exempt from the forced From Email. Give each of them a route to the connection instead.', 'outbox' ) );
		}
	}

	/**
	 * The password, opened.
	 *
	 * @param Draft $draft For a note, where it cannot be.
	 */
	private function password( Draft $draft ): string {
		if ( '' !== $this->constant( 'SMTP_PASS' ) ) {
			return $this->constant( 'SMTP_PASS' );
		}
		$kept = $this->groups()['smtp']['pass'] ?? '';
		if ( ! is_string( $kept ) || '' === $kept ) {
			return '';
		}
		$plain = self::open( $kept, $this->secret_key() );
		if ( null === $plain ) {
			$draft->note( __( 'The password is sealed with a key that is not here any more. Type it on the settings page.', 'outbox' ) );
			return '';
		}
		return trim( stripslashes( $plain ) );
	}

	/**
	 * Opens a secretbox. Values that were kept before passwords were sealed, or while sealing was switched off, are
	 * what they are; what looks like a box and does not open is no password.
	 *
	 * @param string $kept As in the option.
	 * @param string $key  The key.
	 * @return string|null null: it cannot be opened.
	 */
	public static function open( string $kept, string $key ): ?string {
		$octets = base64_decode( $kept, true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- their format.
		if ( false === $octets || strlen( $octets ) < self::NONCE + self::TAG ) {
			return $kept;
		}
		if ( self::KEY !== strlen( $key ) ) {
			return null;
		}
		if ( ! function_exists( 'sodium_crypto_secretbox_open' ) ) {
			require_once ABSPATH . WPINC . '/sodium_compat/autoload.php';
		}
		$plain = sodium_crypto_secretbox_open( substr( $octets, self::NONCE ), substr( $octets, 0, self::NONCE ), $key );
		return is_string( $plain ) ? $plain : null;
	}

	/**
	 * The key; '' for none.
	 */
	private function secret_key(): string {
		$constant = $this->facts['prefix'] . 'CRYPTO_KEY';
		if ( defined( $constant ) ) {
			return (string) constant( $constant );
		}
		$kept = $this->option( $this->facts['key_option'] );
		return is_string( $kept ) ? (string) base64_decode( $kept, true ) : ''; // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- their format.
	}

	/**
	 * A text, without the slashes.
	 *
	 * @param string $group Group.
	 * @param string $key   Key.
	 */
	private function text( string $group, string $key ): string {
		$constant = $this->constant( self::CONSTANTS[ $group ][ $key ] ?? '' );
		if ( '' !== $constant ) {
			return $constant;
		}
		$value = $this->groups()[ $group ][ $key ] ?? '';
		return is_scalar( $value ) ? trim( stripslashes( (string) $value ) ) : '';
	}

	/**
	 * A switch.
	 *
	 * @param string $group Group.
	 * @param string $key   Key.
	 */
	private function flag( string $group, string $key ): bool {
		return filter_var( $this->text( $group, $key ), FILTER_VALIDATE_BOOLEAN );
	}

	/**
	 * A constant, if they count; '' for none.
	 *
	 * @param string $name Name without its beginning.
	 */
	private function constant( string $name ): string {
		$on = $this->facts['prefix'] . 'ON';
		if ( '' === $name || ! defined( $on ) || true !== constant( $on ) || ! defined( $this->facts['prefix'] . $name ) ) {
			return '';
		}
		$value = constant( $this->facts['prefix'] . $name );
		return is_scalar( $value ) ? (string) $value : '';
	}

	/**
	 * The option.
	 *
	 * @return array<array-key, mixed>
	 */
	private function groups(): array {
		$groups = $this->option( $this->facts['option'] );
		return is_array( $groups ) ? $groups : array();
	}

	/**
	 * An option of this site, or of the main site where that decides for the network.
	 *
	 * @param string $name Option.
	 * @return mixed
	 */
	private function option( string $name ) {
		if ( is_multisite() ) {
			$main = get_blog_option( get_main_site_id(), $this->facts['option'] );
			if ( is_array( $main ) && ! empty( $main['general']['network_wide'] ) ) {
				return get_blog_option( get_main_site_id(), $name );
			}
		}
		return get_option( $name );
	}
}
