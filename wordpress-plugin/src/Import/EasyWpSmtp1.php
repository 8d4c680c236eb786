<?php
/**
 * Easy WP SMTP, version 1.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * Its passwords are enciphered without authentication, in base64, or as they are, by its age.
 */
final class EasyWpSmtp1 implements Source {

	private const OPTION = 'swpsmtp_options';
	private const IV     = 16;

	/**
	 * See Source.
	 */
	public function key(): string {
		return 'easy-wp-smtp-1';
	}

	/**
	 * See Source.
	 */
	public function name(): string {
		return 'Easy WP SMTP 1';
	}

	/**
	 * See Source. Version 2 takes the settings over and leaves these behind.
	 */
	public function is_there(): bool {
		return is_array( get_option( self::OPTION ) ) && ! is_array( get_option( 'easy_wp_smtp' ) );
	}

	/**
	 * See Source.
	 */
	public function read(): Draft {
		$draft   = new Draft();
		$options = (array) get_option( self::OPTION );
		$smtp    = is_array( $options['smtp_settings'] ?? null ) ? $options['smtp_settings'] : array();
		$draft->set( 'from_email', self::text( $options, 'from_email_field' ) );
		$draft->set( 'from_name', self::text( $options, 'from_name_field' ) );
		$draft->set( 'from_name_force', '' !== self::text( $options, 'force_from_name_replace' ) && '0' !== self::text( $options, 'force_from_name_replace' ) );
		$draft->set( 'reply_to', self::text( $options, 'reply_to_email' ) );
		$draft->set( 'bcc', self::text( $options, 'bcc_email' ) );
		if ( '' === self::text( $smtp, 'host' ) ) {
			$draft->note( __( 'It has no server yet, so there is no connection to take over. Choose a provider on the settings page.', 'outbox' ) );
			return $draft;
		}
		$encryption = self::text( $smtp, 'type_encryption' );
		$auth       = 'no' !== self::text( $smtp, 'autentication' );
		$draft->primary(
			Draft::server(
				array(
					'host'       => self::text( $smtp, 'host' ),
					'encryption' => in_array( $encryption, array( 'ssl', 'tls' ), true ) ? $encryption : 'none',
					'port'       => (int) self::text( $smtp, 'port' ),
					'auth'       => $auth,
					'user'       => self::text( $smtp, 'username' ),
					'pass'       => $auth ? self::password( $draft, $smtp ) : '',
					'verify'     => '' === self::text( $smtp, 'insecure_ssl' ) || '0' === self::text( $smtp, 'insecure_ssl' ),
				)
			)
		);
		return $draft;
	}

	/**
	 * The password, opened.
	 *
	 * @param Draft                   $draft For a note, where it cannot be.
	 * @param array<array-key, mixed> $smtp  Its settings of the server.
	 */
	private static function password( Draft $draft, array $smtp ): string {
		$kept   = is_string( $smtp['password'] ?? null ) ? $smtp['password'] : '';
		$sealed = get_option( 'swpsmtp_pass_encrypted' ) || ! empty( $smtp['encrypt_pass'] );
		$key    = get_option( 'swpsmtp_enc_key' );
		$plain  = $sealed ? self::open( $kept, is_string( $key ) ? $key : '' ) : self::decoded( $kept );
		if ( null === $plain ) {
			$draft->note( __( 'The password is sealed with a key that is not here any more. Type it on the settings page.', 'outbox' ) );
			return '';
		}
		return stripslashes( $plain );
	}

	/**
	 * Deciphers. A wrong key gives noise, not an error: what is no text is no password.
	 *
	 * @param string $kept As in the option.
	 * @param string $key  The option's key.
	 */
	public static function open( string $kept, string $key ): ?string {
		$octets = base64_decode( $kept, true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- their format.
		if ( '' === $key || false === $octets || strlen( $octets ) <= self::IV || ! function_exists( 'openssl_decrypt' ) ) {
			return null;
		}
		$plain = openssl_decrypt( substr( $octets, self::IV ), 'aes-256-ctr', (string) openssl_digest( $key, 'sha256', true ), OPENSSL_RAW_DATA, substr( $octets, 0, self::IV ) );
		return is_string( $plain ) && 1 === preg_match( '/^[^\x00-\x1f\x7f]+$/u', $plain ) ? $plain : null;
	}

	/**
	 * What was kept in base64, or as it is.
	 *
	 * @param string $kept As in the option.
	 */
	public static function decoded( string $kept ): string {
		$plain = base64_decode( $kept, true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- their format.
		// Words of letters and digits are base64 too: what does not go there and back, or gives no text, was never encoded.
		$round = false !== $plain && base64_encode( $plain ) === $kept && 1 === preg_match( '/^[^\x00-\x1f\x7f]+$/u', $plain ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- the way back.
		return $round ? $plain : $kept;
	}

	/**
	 * A text, without slashes.
	 *
	 * @param array<array-key, mixed> $of  Settings.
	 * @param string                  $key Key.
	 */
	private static function text( array $of, string $key ): string {
		$value = $of[ $key ] ?? '';
		return is_scalar( $value ) ? trim( stripslashes( (string) $value ) ) : '';
	}
}
