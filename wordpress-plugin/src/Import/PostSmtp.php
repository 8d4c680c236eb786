<?php
/**
 * Post SMTP, and Postman SMTP, which it was made of.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * Its passwords and keys are written in base64, which hides nothing.
 */
final class PostSmtp implements Source {

	private const OPTION = 'postman_options';

	/**
	 * See Source.
	 */
	public function key(): string {
		return 'post-smtp';
	}

	/**
	 * See Source.
	 */
	public function name(): string {
		return 'Post SMTP';
	}

	/**
	 * See Source.
	 */
	public function is_there(): bool {
		return array() !== self::option();
	}

	/**
	 * See Source.
	 */
	public function read(): Draft {
		$draft = new Draft();
		$this->read_sender( $draft );
		$this->read_connection( $draft );
		$this->read_fallback( $draft );
		$draft->set( 'log_enabled', '' === self::text( 'mail_log_enabled' ) ? null : self::flag( 'mail_log_enabled' ) );
		$mode = defined( 'POST_SMTP_RUN_MODE' ) ? (string) constant( 'POST_SMTP_RUN_MODE' ) : self::text( 'run_mode' );
		$draft->set(
			'delivery_mode',
			array(
				'log_only' => 'log',
				'ignore'   => 'block',
				'ignored'  => 'block',
			)[ $mode ] ?? null
		);
		foreach ( array( 'forced_to', 'forced_cc', 'headers' ) as $more ) {
			if ( '' !== self::text( $more ) ) {
				$draft->note( __( 'It adds recipients (To, Cc) or headers to all mail, which Outbox does not do. A blind copy of all mail is taken over.', 'outbox' ) );
			}
		}
		return $draft;
	}

	/**
	 * Whom mail comes from.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_sender( Draft $draft ): void {
		$draft->set( 'from_email', self::text( 'sender_email' ) );
		$draft->set( 'from_name', self::text( 'sender_name' ) );
		$draft->set( 'from_email_force', self::flag( 'prevent_sender_email_override' ) );
		$draft->set( 'from_name_force', self::flag( 'prevent_sender_name_override' ) );
		$draft->set( 'reply_to', self::text( 'reply_to' ) );
		$draft->set( 'bcc', self::text( 'forced_bcc' ) );
		if ( '' !== self::text( 'envelope_sender' ) && self::text( 'envelope_sender' ) !== self::text( 'sender_email' ) ) {
			$draft->set( 'return_path', 'address' );
			$draft->set( 'return_path_address', self::text( 'envelope_sender' ) );
		}
	}

	/**
	 * How it leaves.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_connection( Draft $draft ): void {
		$type = self::text( 'transport_type' );
		if ( '_api' === substr( $type, -4 ) ) {
			$this->read_api( $draft, substr( $type, 0, -4 ) );
			return;
		}
		if ( 'smtp' !== $type || '' === self::text( 'hostname' ) ) {
			$draft->note( __( 'It sends by PHP\'s mail(), so there is no connection to take over. Choose a provider on the settings page.', 'outbox' ) );
			return;
		}
		$auth  = self::text( 'auth_type' );
		$oauth = 'oauth2' === $auth;
		if ( $oauth ) {
			$draft->note( __( 'It logs in by OAuth, whose permission was given to that plugin alone. Make an app password at the provider and type it on the settings page.', 'outbox' ) );
		}
		$draft->primary(
			Draft::server(
				array(
					'host'       => self::text( 'hostname' ),
					'encryption' => in_array( self::text( 'enc_type' ), array( 'ssl', 'tls' ), true ) ? self::text( 'enc_type' ) : 'none',
					'port'       => (int) self::text( 'port' ),
					'auth'       => 'none' !== $auth && '' !== $auth,
					'user'       => defined( 'POST_SMTP_AUTH_USERNAME' ) ? (string) constant( 'POST_SMTP_AUTH_USERNAME' ) : self::text( 'basic_auth_username' ),
					'pass'       => $oauth || 'none' === $auth ? '' : self::password( 'basic_auth_password', 'POST_SMTP_AUTH_PASSWORD' ),
				)
			)
		);
		$draft->set( 'smtp_connect_timeout', self::seconds( 'connection_timeout', 120 ) );
		$draft->set( 'smtp_timeout', self::seconds( 'read_timeout', 600 ) );
	}

	/**
	 * A mailer by HTTP.
	 *
	 * @param Draft  $draft Where it goes.
	 * @param string $name  Its name for the provider.
	 */
	private function read_api( Draft $draft, string $name ): void {
		$row = ApiMailer::connection(
			$draft,
			$name,
			array(
				'key'    => self::password( $name . '_api_key', 'POST_SMTP_API_KEY' ),
				'secret' => self::password( $name . '_secret_key', 'POST_SMTP_SECRET_KEY' ),
				'domain' => self::text( $name . '_domain_name' ),
				'region' => '' === self::text( $name . '_region' ) ? 'US' : 'EU',
				'user'   => 'gmail' === $name ? self::text( 'sender_email' ) : '',
			)
		);
		if ( null !== $row ) {
			$draft->primary( $row );
		}
	}

	/**
	 * The server that steps in.
	 *
	 * @param Draft $draft Where it goes.
	 */
	private function read_fallback( Draft $draft ): void {
		if ( ! in_array( self::text( 'fallback_smtp_enabled' ), array( 'yes', '1', 'true' ), true ) || '' === self::text( 'fallback_smtp_hostname' ) ) {
			return;
		}
		$auth = in_array( self::text( 'fallback_smtp_use_auth' ), array( 'yes', '1', 'true' ), true );
		$row  = Draft::server(
			array(
				'host'       => self::text( 'fallback_smtp_hostname' ),
				'encryption' => in_array( self::text( 'fallback_smtp_security' ), array( 'ssl', 'tls' ), true ) ? self::text( 'fallback_smtp_security' ) : 'none',
				'port'       => (int) self::text( 'fallback_smtp_port' ),
				'auth'       => $auth,
				'user'       => defined( 'POST_SMTP_FALLBACK_AUTH_USERNAME' ) ? (string) constant( 'POST_SMTP_FALLBACK_AUTH_USERNAME' ) : self::text( 'fallback_smtp_username' ),
				'pass'       => $auth ? self::password( 'fallback_smtp_password', 'POST_SMTP_FALLBACK_AUTH_PASSWORD' ) : '',
			)
		);
		$draft->set( 'backup', $draft->further( 'backup', $row ) );
	}

	/**
	 * A password: a constant as it is, or the option in base64.
	 *
	 * @param string $key      Key.
	 * @param string $constant Constant.
	 */
	private static function password( string $key, string $constant ): string {
		return defined( $constant ) ? (string) constant( $constant ) : EasyWpSmtp1::decoded( self::text( $key ) );
	}

	/**
	 * Seconds within our bounds; null for none.
	 *
	 * @param string $key  Key.
	 * @param int    $most Most.
	 */
	private static function seconds( string $key, int $most ): ?int {
		$seconds = (int) self::text( $key );
		return $seconds > 0 ? min( $most, $seconds ) : null;
	}

	/**
	 * A text.
	 *
	 * @param string $key Key.
	 */
	private static function text( string $key ): string {
		$value = self::option()[ $key ] ?? '';
		return is_scalar( $value ) ? trim( (string) $value ) : '';
	}

	/**
	 * A switch.
	 *
	 * @param string $key Key.
	 */
	private static function flag( string $key ): bool {
		return filter_var( self::text( $key ), FILTER_VALIDATE_BOOLEAN );
	}

	/**
	 * The option: the site's, or the main site's where that counts for the network.
	 *
	 * @return array<array-key, mixed>
	 */
	private static function option(): array {
		$network = is_multisite() ? get_site_option( 'postman_network_options' ) : null;
		$option  = is_array( $network ) && ! empty( $network['post_smtp_global_settings'] ) ? get_blog_option( get_main_site_id(), self::OPTION ) : get_option( self::OPTION );
		return is_array( $option ) ? $option : array();
	}
}
