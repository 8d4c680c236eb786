<?php
/**
 * Who may do what.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * One answer for pages, forms and routes. The log holds addresses of visitors, and whoever changes the settings reads
 * all mail: both are for administrators, unless a filter says otherwise for the log.
 */
final class Access {

	/**
	 * What it takes to see and change settings, and to send tests.
	 */
	public static function settings_capability(): string {
		return (string) apply_filters( 'outbox/settings_capability', 'manage_options' ); // phpcs:ignore WordPress.NamingConventions.ValidHookName.UseUnderscores -- the plugin's hooks are outbox/...
	}

	/**
	 * What it takes to see the log and the queue.
	 */
	public static function log_capability(): string {
		return (string) apply_filters( 'outbox/log_capability', 'manage_options' ); // phpcs:ignore WordPress.NamingConventions.ValidHookName.UseUnderscores -- the plugin's hooks are outbox/...
	}

	/**
	 * What it takes to send again, hold or delete what the log shows.
	 */
	public static function act_capability(): string {
		return (string) apply_filters( 'outbox/act_capability', self::settings_capability() ); // phpcs:ignore WordPress.NamingConventions.ValidHookName.UseUnderscores -- the plugin's hooks are outbox/...
	}

	/**
	 * Whether the current user may do something with messages of the log.
	 */
	public static function may_act(): bool {
		return self::may_read_log() && current_user_can( self::act_capability() );
	}

	/**
	 * Whether the current user may change settings; in a network's administration, that is for those who run it.
	 *
	 * @param bool $network Whether the network's.
	 */
	public static function may_set( bool $network = false ): bool {
		return current_user_can( $network ? 'manage_network_options' : self::settings_capability() );
	}

	/**
	 * Whether the current user may see the log.
	 */
	public static function may_read_log(): bool {
		return current_user_can( self::log_capability() );
	}

	/**
	 * Ends a request that has no business here. A form's nonce is checked beside this, where the form is read.
	 *
	 * @param bool $allowed Whether it may go on.
	 */
	public static function need( bool $allowed ): void {
		if ( ! $allowed ) {
			wp_die( esc_html__( 'You are not allowed to do this.', 'outbox' ), '', array( 'response' => 403 ) );
		}
	}

	/**
	 * Whether a form was sent.
	 */
	public static function is_post(): bool {
		return isset( $_SERVER['REQUEST_METHOD'] ) && 'POST' === $_SERVER['REQUEST_METHOD'];
	}
}
