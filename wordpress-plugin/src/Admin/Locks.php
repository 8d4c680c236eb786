<?php
/**
 * Which settings of a network its sites cannot change.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Schema;

defined( 'ABSPATH' ) || exit;

/**
 * All, or single ones. What makes sense only together is locked together: a site with the network's host and a user of
 * its own would have no mail.
 */
final class Locks {

	/** Names of the form's fields. */
	public const ALL    = 'outbox_lock';
	public const SINGLE = 'outbox_locks';

	/**
	 * What the form brought, as Settings::save() takes it.
	 *
	 * @param array<string, mixed> $post Fields without slashes.
	 * @return true|list<string>
	 */
	public static function input( array $post ) {
		if ( ! empty( $post[ self::ALL ] ) ) {
			return true;
		}
		$chosen = is_array( $post[ self::SINGLE ] ?? null ) ? $post[ self::SINGLE ] : array();
		$locked = array();
		foreach ( self::units() as $units ) {
			foreach ( $units as $id => $unit ) {
				if ( in_array( $id, $chosen, true ) ) {
					$locked = array_merge( $locked, $unit['keys'] );
				}
			}
		}
		return $locked;
	}

	/**
	 * What can be locked, by section.
	 *
	 * @return array<string, array<string, array{label: string, keys: list<string>}>> title of the section, then the first setting
	 */
	public static function units(): array {
		$sections = array();
		$together = self::together();
		$done     = array();
		foreach ( Sections::all() as $section ) {
			foreach ( array_merge( $section['fields'], ...array_column( $section['folds'], 'fields' ) ) as $key ) {
				if ( isset( $done[ $key ] ) ) {
					continue;
				}
				$unit  = $together[ $key ] ?? array(
					'label' => Schema::text( $key ),
					'keys'  => array( $key ),
				);
				$done += array_flip( $unit['keys'] );

				$sections[ $section['title'] ][ $unit['keys'][0] ] = $unit;
			}
		}
		return $sections;
	}

	/**
	 * The settings that are one thing, by each of them.
	 *
	 * @return array<string, array{label: string, keys: list<string>}>
	 */
	private static function together(): array {
		$together = array();
		foreach (
			array(
				array( __( 'The connection: provider, server and account', 'outbox' ), Schema::group( 'connection' ) ),
				array( __( 'DKIM signature of your own', 'outbox' ), Schema::group( 'dkim' ) ),
				array( __( 'Addresses and webhook that are told of failures', 'outbox' ), array( 'alert_email', 'alert_webhook' ) ),
			) as list( $label, $keys )
		) {
			$together += array_fill_keys( $keys, compact( 'label', 'keys' ) );
		}
		return $together;
	}
}
