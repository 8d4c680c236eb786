<?php
/**
 * The relay profiles that a site may send over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Delivery\Relay;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Those that the queue has, and the one that is chosen even where it is there no more: a form that dropped it would
 * change by what the site sends with nobody having said so.
 */
final class Profiles {

	/**
	 * Values and names to choose from.
	 *
	 * @param string $chosen The one in force, '' for none.
	 * @return array<array-key, string>
	 */
	public static function choices( string $chosen ): array {
		$here    = self::here();
		$choices = array( '' => __( 'None: use the provider and account above', 'outbox' ) );
		foreach ( $here ?? array() as $name ) {
			$choices[ $name ] = $name;
		}
		if ( '' !== $chosen && ! isset( $choices[ $chosen ] ) ) {
			/* translators: %s: name of a relay profile. */
			$choices[ $chosen ] = sprintf( null === $here ? __( '%s (cannot be looked for: the queue is not there)', 'outbox' ) : __( '%s (missing)', 'outbox' ), $chosen );
		}
		return $choices;
	}

	/**
	 * Names of those that the queue has, but for those that are made of this site's own settings; null where it cannot
	 * be asked.
	 *
	 * @return list<string>|null
	 */
	private static function here(): ?array {
		if ( ! Extension::has_profiles() ) {
			return null;
		}
		try {
			$all = \Outbox\Profile::list( ( new Relay( Plugin::settings() ) )->spool()['spool'] ?? null );
		} catch ( \Throwable $trouble ) {
			return null; // The page says elsewhere what is wrong with the queue.
		}
		$made = array();
		foreach ( Plugin::connections()->all() as $connection ) {
			$made[] = State::site() . '-' . $connection->id();
		}
		return array_values( array_diff( array_column( $all, 'name' ), $made ) );
	}
}
