<?php
/**
 * Switches off notifications that WordPress itself sends.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Asked when one of them is about to be sent, and never before.
 */
final class CoreMails {

	/**
	 * For core's own filters: no, where that is set.
	 *
	 * @param mixed $value What the others said.
	 * @return mixed
	 */
	public static function filter( $value ) {
		$filter = (string) current_filter();
		foreach ( self::switched_off() as $row ) {
			if ( in_array( $filter, $row['filters'], true ) ) {
				return false;
			}
		}
		return $value;
	}

	/**
	 * Before core listens on one of its hooks: takes its listener away.
	 */
	public static function before(): void {
		$hook = (string) current_action();
		foreach ( self::switched_off() as $row ) {
			foreach ( $row['remove'] as list( $on, $listener, $priority ) ) {
				if ( $hook === $on ) {
					remove_action( $on, $listener, $priority );
				}
			}
		}
	}

	/**
	 * The rows that are switched off.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private static function switched_off(): array {
		$keys = (array) Plugin::settings()->get( 'mails_off' );
		return array() === $keys ? array() : array_intersect_key( require dirname( __DIR__ ) . '/data/core-mails.php', array_flip( $keys ) );
	}
}
