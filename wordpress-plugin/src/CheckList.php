<?php
/**
 * Checks the settings that are lists: further connections, and routes to them.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * The fields of a connection are those of the first one, smtp_*: same names without the prefix, same checks.
 */
final class CheckList {

	/**
	 * The fields of a connection.
	 */
	public const FIELDS = array( 'region', 'profile', 'host', 'encryption', 'port', 'autotls', 'auth', 'user', 'ehlo', 'connect_timeout', 'timeout', 'verify', 'ca_file' );

	/**
	 * At most so many further connections, and so many routes.
	 */
	private const MOST = 50;

	/**
	 * Connections by name.
	 *
	 * @param mixed $raw What was given.
	 * @return array<string, array<string, mixed>>
	 * @throws InvalidValue Something in it cannot be used.
	 */
	public static function connections( $raw ): array {
		$checked = array();
		foreach ( self::rows( $raw ) as $id => $row ) {
			if ( ! is_array( $row ) || 1 !== preg_match( '/^[a-z0-9][a-z0-9-]{0,30}$/', (string) $id ) || 'primary' === $id ) {
				throw new InvalidValue( __( 'A connection has a short name of small letters, digits and hyphens.', 'outbox' ) );
			}
			$checked[ (string) $id ] = self::connection( (string) $id, $row );
		}
		return $checked;
	}

	/**
	 * One connection.
	 *
	 * @param string               $id  Its name.
	 * @param array<string, mixed> $row What was given.
	 * @return array<string, mixed>
	 * @throws InvalidValue A field cannot be used.
	 */
	private static function connection( string $id, array $row ): array {
		$field = 'provider';
		try {
			$checked = array( 'provider' => Check::value( 'provider', $row['provider'] ?? 'other' ) );
			foreach ( self::FIELDS as $field ) {
				if ( array_key_exists( $field, $row ) ) {
					$checked[ $field ] = Check::value( 'smtp_' . $field, $row[ $field ] );
				}
			}
		} catch ( InvalidValue $wrong ) {
			/* translators: 1: name of a connection, 2: name of a field, 3: what is wrong. */
			throw new InvalidValue( sprintf( __( 'Connection "%1$s", %2$s: %3$s', 'outbox' ), $id, Schema::text( 'provider' === $field ? 'provider' : 'smtp_' . $field ), $wrong->getMessage() ) );
		}
		return $checked;
	}

	/**
	 * Routes: which From goes over which connection.
	 *
	 * @param mixed $raw What was given.
	 * @return list<array{from: string, connection: string}>
	 * @throws InvalidValue Something in it cannot be used.
	 */
	public static function routes( $raw ): array {
		$checked = array();
		foreach ( self::rows( $raw ) as $row ) {
			$from       = is_array( $row ) && is_string( $row['from'] ?? null ) ? strtolower( trim( $row['from'] ) ) : '';
			$connection = is_array( $row ) && is_string( $row['connection'] ?? null ) ? trim( $row['connection'] ) : '';
			if ( '' === $from && '' === $connection ) {
				continue; // An empty line of the form.
			}
			if ( '' === $connection || ! is_email( 0 === strpos( $from, '@' ) ? 'somebody' . $from : $from ) ) {
				throw new InvalidValue( __( 'A route has an address, or @ and a domain, and a connection.', 'outbox' ) );
			}
			$checked[] = array(
				'from'       => $from,
				'connection' => $connection,
			);
		}
		return $checked;
	}

	/**
	 * The rows, if they are rows.
	 *
	 * @param mixed $raw What was given.
	 * @return array<array-key, mixed>
	 * @throws InvalidValue It is no list, or too long.
	 */
	private static function rows( $raw ): array {
		$raw = '' === $raw || null === $raw ? array() : $raw;
		if ( ! is_array( $raw ) || count( $raw ) > self::MOST ) {
			throw new InvalidValue( __( 'This is no list, or too long.', 'outbox' ) );
		}
		return $raw;
	}
}
