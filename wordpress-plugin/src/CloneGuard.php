<?php
/**
 * Notices that this is a copy of the site.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Delivery\Held;

defined( 'ABSPATH' ) || exit;

/**
 * Remembers the site's address as a hash: tools that copy sites replace addresses everywhere in the database, and would
 * replace this one too. While the address differs no mail is sent: with the extension it is held in the queue, under
 * another name than the site's, because site and copy may share a queue, and neither may touch the other's mail.
 */
final class CloneGuard {

	/**
	 * Whether mail is paused.
	 *
	 * @param Settings $settings The settings.
	 */
	public static function is_paused( Settings $settings ): bool {
		$known = State::get( 'home' );
		return is_string( $known ) && '' !== $known && self::hash() !== $known && $settings->get( 'clone_guard' );
	}

	/**
	 * Takes the address for the right one, unless another one is known already.
	 */
	public static function remember(): void {
		if ( null === State::get( 'home' ) ) {
			self::accept();
		}
	}

	/**
	 * Takes the address of now for the right one.
	 */
	public static function accept(): void {
		State::set( 'home', self::hash() );
	}

	/**
	 * The name in the queue of the copy that this may be: another one for every address.
	 *
	 * @param string $site The name of the site that was copied.
	 */
	public static function name_of_copy( string $site ): string {
		return 'wp-' . substr( hash( 'sha256', $site . '|' . self::hash() ), 0, 16 );
	}

	/**
	 * The owner says that this is the same site: what was held is sent under its name.
	 *
	 * @param Settings $settings The settings.
	 * @throws \Outbox\Exception The queue cannot be read or written: what is left follows with the next reading.
	 */
	public static function resume( Settings $settings ): void {
		if ( ! self::is_paused( $settings ) ) {
			return;
		}
		if ( Extension::can_queue() ) {
			State::set( 'moving', array_values( array_unique( array_merge( (array) State::get( 'moving' ), array( State::site() ) ) ) ) );
		}
		self::accept();
		if ( null !== State::get( 'moving' ) ) {
			( new Held( $settings, Plugin::log() ) )->adopt();
		}
	}

	/**
	 * The owner says that this is a copy: it keeps the name that it has in the queue, and from now on its mail is kept in
	 * the log.
	 *
	 * @param Settings $settings The settings.
	 * @param bool     $remove   Whether to remove what was held; else it goes on waiting.
	 * @throws \Outbox\Exception The queue cannot be read or written: nothing has changed.
	 */
	public static function separate( Settings $settings, bool $remove ): void {
		if ( ! self::is_paused( $settings ) ) {
			return;
		}
		$name = State::site();
		if ( $remove && Extension::can_queue() ) {
			( new Held( $settings, Plugin::log() ) )->remove();
		}
		$settings->store( array( 'delivery_mode' => 'log' ) + $settings->stored( false ) ); // Whatever else is wrong with them.
		$profiles = array_filter(
			(array) State::get( 'profiles' ),
			static function ( string $profile ) use ( $name ): bool {
				return 0 === strpos( $profile, $name );
			},
			ARRAY_FILTER_USE_KEY
		);
		State::set( 'site', $name );
		State::set( 'profiles', array() === $profiles ? null : $profiles );
		State::set( 'paused', null ); // It was the site's.
		self::accept();
	}

	/**
	 * The address without what changes for good reasons: scheme, www, capitals.
	 */
	private static function hash(): string {
		$bare = preg_replace( '~^(?:[a-z]+:)?//(?:www\.)?~', '', strtolower( rtrim( self::home(), '/' ) ) );
		return hash( 'sha256', (string) $bare );
	}

	/**
	 * The address as it is written down: the database's, or that of a WP_HOME that wp-config.php says in so many words.
	 * What plugins for several languages make of it, and a WP_HOME that follows the request, is no other site.
	 */
	private static function home(): string {
		if ( defined( 'WP_HOME' ) && self::is_literal( (string) constant( 'WP_HOME' ) ) ) {
			return (string) constant( 'WP_HOME' );
		}
		return (string) ( wp_load_alloptions()['home'] ?? '' );
	}

	/**
	 * Whether wp-config.php has this text as WP_HOME, and does not compute it.
	 *
	 * @param string $home The text.
	 */
	private static function is_literal( string $home ): bool {
		static $literal = null;
		if ( null === $literal ) {
			$literal = false;
			foreach ( get_included_files() as $file ) {
				if ( 'wp-config.php' === basename( $file ) && is_readable( $file ) ) {
					$pattern = '~define\s*\(\s*["\']WP_HOME["\']\s*,\s*["\']' . preg_quote( $home, '~' ) . '["\']\s*[,)]~i';
					$literal = $literal || 1 === preg_match( $pattern, (string) file_get_contents( $file ) ); // phpcs:ignore WordPress.WP.AlternativeFunctions.file_get_contents_file_get_contents -- a local file.
				}
			}
		}
		return $literal;
	}
}
