<?php
/**
 * What the plugin remembers that is no setting.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * A small option that is loaded with every page, so that asking costs no query. Written when something changes, never
 * as a matter of course.
 *
 * Keys: version (of the table), home (hash of the site's address), site (random name of this site in a shared queue),
 * failure (the last one that nobody has seen to), mailer (who else owns the mailer), profiles (fingerprint by name),
 * paused (reason by connection), moving (names in the queue under which messages wait to be sent under the site's own),
 * keyless (whether messages wait for a password that cannot be read).
 */
final class State {

	public const OPTION = 'outbox_state';

	/**
	 * A value; null for none.
	 *
	 * @param string $key Which.
	 * @return mixed
	 */
	public static function get( string $key ) {
		$all = get_option( self::OPTION, array() );
		return is_array( $all ) ? $all[ $key ] ?? null : null;
	}

	/**
	 * Keeps a value; null forgets it. Writes only where something changes.
	 *
	 * @param string $key   Which.
	 * @param mixed  $value What.
	 */
	public static function set( string $key, $value ): void {
		if ( self::get( $key ) !== $value ) {
			self::change(
				$key,
				static function () use ( $value ) {
					return $value;
				}
			);
		}
	}

	/**
	 * Makes a value of the value that is there. What this page has loaded may be old: it is read again, and written only
	 * if nobody else has written meanwhile, so that two pages at once lose nothing of each other.
	 *
	 * @param string   $key    Which.
	 * @param callable $change Gets the value, null for none; returns the new one, null to forget it.
	 */
	public static function change( string $key, callable $change ): void {
		global $wpdb;
		add_option( self::OPTION, array(), '', true );
		for ( $try = 0; $try < 10; $try++ ) {
			$raw = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM $wpdb->options WHERE option_name = %s", self::OPTION ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- past what is cached, on purpose.
			$all = maybe_unserialize( (string) $raw );
			$all = is_array( $all ) ? $all : array();
			$new = $all;

			$new[ $key ] = $change( $all[ $key ] ?? null );
			if ( null === $new[ $key ] ) {
				unset( $new[ $key ] );
			}
			if ( $new === $all || 1 === $wpdb->query( $wpdb->prepare( "UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND BINARY option_value = %s", maybe_serialize( $new ), self::OPTION, (string) $raw ) ) ) { // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- the cache is cleared below.
				break;
			}
		}
		wp_cache_delete( 'alloptions', 'options' );
		wp_cache_delete( self::OPTION, 'options' );
	}

	/**
	 * Keeps why a connection does not work; null: it works.
	 *
	 * @param string      $connection Its name.
	 * @param string|null $reason     Why.
	 */
	public static function pause( string $connection, ?string $reason ): void {
		if ( null === $reason && ! isset( self::get( 'paused' )[ $connection ] ) ) {
			return;
		}
		self::change(
			'paused',
			static function ( $paused ) use ( $connection, $reason ): ?array {
				$paused = array_filter( array( $connection => $reason ) + ( is_array( $paused ) ? $paused : array() ), 'is_string' );
				return array() === $paused ? null : $paused;
			}
		);
	}

	/**
	 * The name of this site in a queue that several sites share: tag of its messages. A site that may be a copy has
	 * another one than the site that it was copied from.
	 */
	public static function site(): string {
		$site = self::get( 'site' );
		if ( ! is_string( $site ) || 1 !== preg_match( '/^wp-[a-z0-9]{16}$/', $site ) ) {
			$new = 'wp-' . bin2hex( random_bytes( 8 ) );
			self::change(
				'site',
				static function ( $there ) use ( $site, $new ): string {
					return is_string( $there ) && $there !== $site ? $there : $new; // Another page may have been quicker.
				}
			);
			$site = (string) self::get( 'site' );
		}
		return CloneGuard::is_paused( Plugin::settings() ) ? CloneGuard::name_of_copy( $site ) : $site;
	}
}
