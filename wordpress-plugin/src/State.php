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
		$all = get_option( self::OPTION, array() );
		$all = is_array( $all ) ? $all : array();
		if ( ( $all[ $key ] ?? null ) === $value ) {
			return;
		}
		if ( null === $value ) {
			unset( $all[ $key ] );
		} else {
			$all[ $key ] = $value;
		}
		update_option( self::OPTION, $all, true );
	}

	/**
	 * The name of this site in a queue that several sites share: tag of its messages. A site that may be a copy has
	 * another one than the site that it was copied from.
	 */
	public static function site(): string {
		$site = self::get( 'site' );
		if ( ! is_string( $site ) || 1 !== preg_match( '/^wp-[a-z0-9]{16}$/', $site ) ) {
			$site = 'wp-' . bin2hex( random_bytes( 8 ) );
			self::set( 'site', $site );
		}
		return CloneGuard::is_paused( Plugin::settings() ) ? CloneGuard::name_of_copy( $site ) : $site;
	}
}
