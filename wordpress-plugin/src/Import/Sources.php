<?php
/**
 * The plugins whose settings can be taken over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * All of them, and those that this site has settings of.
 */
final class Sources {

	/**
	 * All that are known, by key.
	 *
	 * @return array<string, Source>
	 */
	public static function all(): array {
		$all = array();
		foreach ( array( WpMailSmtp::original(), WpMailSmtp::easy(), new EasyWpSmtp1(), new FluentSmtp(), new PostSmtp() ) as $source ) {
			$all[ $source->key() ] = $source;
		}
		return $all;
	}

	/**
	 * Those that this site has settings of.
	 *
	 * @return array<string, Source>
	 */
	public static function here(): array {
		return array_filter(
			self::all(),
			static function ( Source $source ): bool {
				return $source->is_there();
			}
		);
	}
}
