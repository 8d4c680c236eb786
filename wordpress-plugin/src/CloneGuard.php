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

defined( 'ABSPATH' ) || exit;

/**
 * Remembers the site's address as a hash: tools that copy sites replace addresses everywhere in the database, and would
 * replace this one too. While the address differs no mail is sent.
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
	 * The address without what changes for good reasons: scheme, www, capitals.
	 */
	private static function hash(): string {
		$bare = preg_replace( '~^(?:[a-z]+:)?//(?:www\.)?~', '', strtolower( (string) get_option( 'home' ) ) );
		return hash( 'sha256', (string) $bare );
	}
}
