<?php
/**
 * The settings as data/settings.php describes them.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Answers questions about settings; holds no values.
 */
final class Schema {

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
			self::$rows = require dirname( __DIR__ ) . '/data/settings.php';
		}
		return self::$rows;
	}

	/**
	 * Whether there is such a setting.
	 *
	 * @param string $key Setting.
	 */
	public static function has( string $key ): bool {
		return isset( self::rows()[ $key ] );
	}

	/**
	 * One row.
	 *
	 * @param string $key Setting.
	 * @return array<string, mixed>
	 * @throws \InvalidArgumentException There is no such setting: a mistake in code.
	 */
	public static function row( string $key ): array {
		if ( ! self::has( $key ) ) {
			throw new \InvalidArgumentException( "There is no setting \"$key\"." );
		}
		return self::rows()[ $key ];
	}

	/**
	 * The settings of a group, in their order.
	 *
	 * @param string $group Group.
	 * @return list<string>
	 */
	public static function group( string $group ): array {
		$keys = array();
		foreach ( self::rows() as $key => $row ) {
			if ( $group === $row['group'] ) {
				$keys[] = $key;
			}
		}
		return $keys;
	}

	/**
	 * Whether the value must never leave the server.
	 *
	 * @param string $key Setting.
	 */
	public static function is_secret( string $key ): bool {
		return in_array( self::row( $key )['type'], array( 'secret', 'pem' ), true );
	}

	/**
	 * What holds where nobody has said anything.
	 *
	 * @param string $key Setting.
	 * @return mixed
	 */
	public static function default_value( string $key ) {
		$default = self::row( $key )['default'];
		return $default instanceof \Closure ? $default() : $default;
	}

	/**
	 * The constant for wp-config.php.
	 *
	 * @param string $key Setting.
	 */
	public static function constant( string $key ): string {
		return 'OUTBOX_' . strtoupper( $key );
	}

	/**
	 * A translated text of a row: label or help.
	 *
	 * @param string $key  Setting.
	 * @param string $what Which text.
	 */
	public static function text( string $key, string $what = 'label' ): string {
		$text = self::row( $key )[ $what ] ?? null;
		return $text instanceof \Closure ? (string) $text() : '';
	}

	/**
	 * Values to choose from, without their names; empty for what is no choice.
	 *
	 * @param string $key Setting.
	 * @return list<string>
	 */
	public static function values( string $key ): array {
		$values = self::row( $key )['values'] ?? array();
		return $values instanceof \Closure ? $values() : $values;
	}

	/**
	 * Values and names to choose from; empty for what is no choice.
	 *
	 * @param string $key Setting.
	 * @return array<string, string>
	 */
	public static function choices( string $key ): array {
		$choices = self::row( $key )['choices'] ?? null;
		return $choices instanceof \Closure ? $choices() : array();
	}
}
