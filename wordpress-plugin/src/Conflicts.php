<?php
/**
 * Who else has to do with mail on this site.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use PHPMailer\PHPMailer\PHPMailer;

defined( 'ABSPATH' ) || exit;

/**
 * Finds them and names them.
 */
final class Conflicts {

	/** The steps of PHPMailer that send. Whoever overrides one sends by himself. */
	private const SENDING = array( 'send', 'postSend', 'smtpSend', 'mailSend', 'sendmailSend' );

	/**
	 * The file that defines wp_mail(), if it is not core's.
	 *
	 * @return array{file: string, line: int, source: string}|null source: plugin or theme, as Source::of_file() says it
	 */
	public static function wp_mail_owner(): ?array {
		static $is_core = false;
		if ( $is_core ) {
			return null; // A function stays what it is.
		}
		$function = new \ReflectionFunction( 'wp_mail' );
		$file     = wp_normalize_path( (string) $function->getFileName() );
		$core     = wp_normalize_path( (string) realpath( ABSPATH . WPINC . '/pluggable.php' ) );
		if ( $file === $core || wp_normalize_path( ABSPATH . WPINC . '/pluggable.php' ) === $file ) {
			$is_core = true;
			return null;
		}
		return array(
			'file'   => $file,
			'line'   => (int) $function->getStartLine(),
			'source' => Source::of_file( $file ),
		);
	}

	/**
	 * Who has put a mailer of his own in place, as seen at the last message; null for nobody.
	 *
	 * @return array{class: string, file: string, source: string}|null
	 */
	public static function mailer_owner(): ?array {
		$owner = State::get( 'mailer' );
		return is_array( $owner ) && isset( $owner['class'], $owner['file'], $owner['source'] ) ? $owner : null;
	}

	/**
	 * Whose object this is, if its class sends by itself.
	 *
	 * @param PHPMailer $phpmailer Whoever is about to send.
	 * @return array{class: string, file: string, source: string}|null
	 */
	public static function owner_of( PHPMailer $phpmailer ): ?array {
		if ( $phpmailer instanceof Mailer || PHPMailer::class === get_class( $phpmailer ) ) {
			return null;
		}
		foreach ( self::SENDING as $name ) {
			$class = ( new \ReflectionMethod( $phpmailer, $name ) )->getDeclaringClass();
			if ( PHPMailer::class !== $class->getName() && 'WP_PHPMailer' !== $class->getName() ) {
				$file = wp_normalize_path( (string) $class->getFileName() );
				return array(
					'class'  => $class->getName(),
					'file'   => $file,
					'source' => Source::of_file( $file ),
				);
			}
		}
		return null;
	}

	/**
	 * Other active plugins that want to send the mail of this site.
	 *
	 * @return array<string, string> name by plugin file.
	 */
	public static function mail_plugins(): array {
		$known  = require dirname( __DIR__ ) . '/data/mail-plugins.php';
		$active = (array) get_option( 'active_plugins', array() );
		if ( is_multisite() ) {
			$active = array_merge( $active, array_keys( (array) get_site_option( 'active_sitewide_plugins', array() ) ) );
		}
		return array_intersect_key( $known, array_flip( array_filter( $active, 'is_string' ) ) );
	}
}
