<?php
/**
 * Providers as data/providers.php describes them.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Answers questions about providers.
 */
final class Providers {

	/**
	 * The rows, once read.
	 *
	 * @var array<string, array<string, mixed>>|null
	 */
	private static $rows = null;

	/**
	 * All rows by key.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function rows(): array {
		if ( null === self::$rows ) {
			self::$rows = require dirname( __DIR__ ) . '/data/providers.php';
		}
		return self::$rows;
	}

	/**
	 * One row; that of "other" for a provider nobody knows.
	 *
	 * @param string $provider Key.
	 * @return array<string, mixed>
	 */
	public static function row( string $provider ): array {
		return self::rows()[ $provider ] ?? self::rows()['other'];
	}

	/**
	 * Names by key, in the order of the chooser.
	 *
	 * @return array<string, string>
	 */
	public static function names(): array {
		$names = array();
		foreach ( self::rows() as $provider => $row ) {
			$names[ $provider ] = 'other' === $provider ? __( 'Other', 'outbox' ) : $row['name'];
		}
		return $names;
	}

	/**
	 * Where to connect to.
	 *
	 * @param string $provider Key.
	 * @param string $region   One of its regions; any other value is the first one.
	 */
	public static function host( string $provider, string $region = '' ): string {
		$row     = self::row( $provider );
		$regions = array_map( 'strval', array_keys( $row['regions'] ?? array() ) );
		$region  = in_array( $region, $regions, true ) ? $region : ( $regions[0] ?? '' );
		return str_replace( '{region}', $region, $row['host'] );
	}

	/**
	 * A translated text of a row: user_hint, pass_label or pass_hint.
	 *
	 * @param string $provider Key.
	 * @param string $what     Which text.
	 */
	public static function text( string $provider, string $what ): string {
		$text = self::row( $provider )[ $what ] ?? null;
		return $text instanceof \Closure ? (string) $text() : '';
	}

	/**
	 * The provider that an address surely belongs to, else ''.
	 *
	 * @param string $address Address.
	 */
	public static function of_address( string $address ): string {
		$domain = strtolower( substr( (string) strrchr( $address, '@' ), 1 ) );
		foreach ( self::rows() as $provider => $row ) {
			if ( in_array( $domain, $row['domains'] ?? array(), true ) ) {
				return $provider;
			}
		}
		return '';
	}

	/**
	 * The provider that connects to this host, else "other".
	 *
	 * @param string $host Host.
	 */
	public static function of_host( string $host ): string {
		$host = strtolower( $host );
		foreach ( self::rows() as $provider => $row ) {
			if ( '' === $row['host'] ) {
				continue;
			}
			foreach ( array_keys( $row['regions'] ?? array( '' => '' ) ) as $region ) {
				if ( self::host( $provider, (string) $region ) === $host ) {
					return $provider;
				}
			}
		}
		return 'other';
	}

	/**
	 * The provider that WP Mail SMTP calls by this name; null for none, as PHP's mail().
	 *
	 * @param string $mailer WP Mail SMTP's name.
	 */
	public static function of_wp_mail_smtp( string $mailer ): ?string {
		foreach ( self::rows() as $provider => $row ) {
			if ( ( $row['wpms'][0] ?? null ) === $mailer ) {
				return $provider;
			}
		}
		return null;
	}

	/**
	 * A constant of WP Mail SMTP's API mailers that is the password of the provider's SMTP as well.
	 *
	 * @param string $provider Key.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	public static function wp_mail_smtp_password( string $provider ): ?array {
		return self::wp_mail_smtp_constant( $provider, 2 );
	}

	/**
	 * The same for the user.
	 *
	 * @param string $provider Key.
	 */
	public static function wp_mail_smtp_user( string $provider ): string {
		return (string) ( self::wp_mail_smtp_constant( $provider, 1 )['value'] ?? '' );
	}

	/**
	 * A constant of WP Mail SMTP, if they count.
	 *
	 * @param string $provider Key.
	 * @param int    $at       Which one.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	private static function wp_mail_smtp_constant( string $provider, int $at ): ?array {
		$name = self::rows()[ $provider ]['wpms'][ $at ] ?? '';
		$ours = '' !== $name && defined( 'WPMS_ON' ) && true === constant( 'WPMS_ON' ) && defined( $name );
		return $ours && is_string( constant( $name ) ) && '' !== constant( $name ) ? array(
			'value' => constant( $name ),
			'from'  => Settings::FROM_ALIAS,
			'name'  => $name,
		) : null;
	}
}
