<?php
/**
 * What the PHP extension of this server can do.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Asked before anything of it is used: the plugin works without it too.
 */
final class Extension {

	/**
	 * Whether it can send at once.
	 */
	public static function can_send(): bool {
		return class_exists( 'Outbox\\Transport', false );
	}

	/**
	 * Whether it has the durable queue.
	 */
	public static function can_queue(): bool {
		return self::can_send() && class_exists( 'Outbox\\Spool', false ) && method_exists( 'Outbox\\Transport', 'queue' );
	}

	/**
	 * Whether it keeps relay profiles.
	 */
	public static function has_profiles(): bool {
		return class_exists( 'Outbox\\Profile', false );
	}

	/**
	 * Its version, '' where it is missing.
	 */
	public static function version(): string {
		return (string) phpversion( 'outbox' );
	}

	/**
	 * The queue of the settings.
	 *
	 * @param Settings $settings The settings.
	 * @throws \Outbox\Exception The queue cannot be opened.
	 */
	public static function spool( Settings $settings ): \Outbox\Spool {
		$path = (string) $settings->get( 'spool_path' );
		return \Outbox\Spool::open( '' === $path ? null : $path );
	}
}
