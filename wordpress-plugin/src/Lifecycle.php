<?php
/**
 * Activation, upgrades, deactivation, and the end.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Log\Table;

defined( 'ABSPATH' ) || exit;

/**
 * Nothing of this runs when a page is made.
 */
final class Lifecycle {

	/** A network with more sites sets up the others when they are first used. */
	private const SITES_AT_ONCE = 100;

	/**
	 * Sets up the site, or the sites of a network.
	 *
	 * @param bool $network Whether for the whole network.
	 */
	public static function activate( bool $network = false ): void {
		self::on_sites( $network, array( self::class, 'set_up' ), self::SITES_AT_ONCE );
	}

	/**
	 * Takes the jobs away; settings, log and queue stay.
	 *
	 * @param bool $network Whether for the whole network.
	 */
	public static function deactivate( bool $network = false ): void {
		self::on_sites(
			$network,
			static function (): void {
				self::clear_schedule();
			}
		);
	}

	/**
	 * Sets up a new site of a network.
	 *
	 * @param \WP_Site $site The site.
	 */
	public static function initialize_site( \WP_Site $site ): void {
		if ( ! function_exists( 'is_plugin_active_for_network' ) ) {
			require_once ABSPATH . 'wp-admin/includes/plugin.php';
		}
		if ( is_plugin_active_for_network( plugin_basename( OUTBOX_PLUGIN_FILE ) ) ) {
			switch_to_blog( (int) $site->blog_id );
			self::set_up();
			restore_current_blog();
		}
	}

	/**
	 * Adds the interval of reading the queue's journal.
	 *
	 * @param array<string, mixed> $schedules By name.
	 * @return array<string, mixed>
	 */
	public static function schedules( array $schedules ): array {
		$schedules['outbox_sync'] = array(
			'interval' => 5 * MINUTE_IN_SECONDS,
			'display'  => __( 'Every five minutes (Outbox)', 'outbox' ),
		);
		return $schedules;
	}

	/**
	 * Has the log of a site go with the site.
	 *
	 * @param list<string> $tables Tables to drop.
	 * @param int          $site   The site.
	 * @return list<string>
	 */
	public static function drop_tables( array $tables, $site ): array {
		global $wpdb;
		$tables[] = $wpdb->get_blog_prefix( (int) $site ) . 'outbox_log';
		return $tables;
	}

	/**
	 * Sets up the current site where that was not done by this version, or where its jobs are gone. Asks only what is
	 * loaded anyway.
	 */
	public static function upgrade(): void {
		if ( ! Table::is_current() || false === wp_next_scheduled( Plugin::CRON_SYNC ) ) {
			self::set_up();
		}
	}

	/**
	 * Sets up the current site.
	 */
	public static function set_up(): void {
		// Options that are missing cost a query whenever they are asked for.
		add_option( Settings::OPTION, array(), '', true );
		add_option( Secrets::OPTION, array(), '', false );
		State::site();
		Table::create();
		if ( false === wp_next_scheduled( Plugin::CRON_SYNC ) ) {
			wp_schedule_event( time() + MINUTE_IN_SECONDS, 'outbox_sync', Plugin::CRON_SYNC );
		}
		if ( false === wp_next_scheduled( Plugin::CRON_PRUNE ) ) {
			wp_schedule_event( time() + HOUR_IN_SECONDS, 'daily', Plugin::CRON_PRUNE );
		}
		if ( false === wp_next_scheduled( Plugin::CRON_SUMMARY ) ) {
			wp_schedule_event( ( new \DateTimeImmutable( 'next monday 08:00', wp_timezone() ) )->getTimestamp(), 'weekly', Plugin::CRON_SUMMARY );
		}
	}

	/**
	 * Takes everything away, for sites whose settings want that.
	 */
	public static function uninstall(): void {
		self::on_sites(
			is_multisite(),
			static function (): void {
				if ( ( new Settings() )->get( 'uninstall_data' ) ) {
					self::remove_data();
				}
			}
		);
		if ( is_multisite() && ( new Settings( true ) )->get( 'uninstall_data' ) ) {
			delete_site_option( Settings::NETWORK_OPTION );
			delete_site_option( Secrets::NETWORK_OPTION );
		}
	}

	/**
	 * Takes away what the current site has.
	 */
	private static function remove_data(): void {
		self::remove_profiles();
		Table::drop();
		foreach ( array( Settings::OPTION, Secrets::OPTION, State::OPTION, Log\Sync::CURSOR ) as $option ) {
			delete_option( $option );
		}
		self::clear_schedule();
	}

	/**
	 * Takes our jobs from WP-Cron.
	 */
	private static function clear_schedule(): void {
		foreach ( array( Plugin::CRON_SYNC, Plugin::CRON_PRUNE, Plugin::CRON_ALERT, Plugin::CRON_SUMMARY ) as $hook ) {
			wp_clear_scheduled_hook( $hook );
		}
	}

	/**
	 * Passwords do not stay behind in the queue's folder.
	 */
	private static function remove_profiles(): void {
		if ( ! Extension::has_profiles() ) {
			return;
		}
		try {
			( new Delivery\Relay( new Settings() ) )->forget_profiles( true );
		} catch ( \Throwable $gone ) { // phpcs:ignore Generic.CodeAnalysis.EmptyStatement.DetectedCatch -- a queue that is gone has no password.
		}
	}

	/**
	 * Does something on the current site, or on every site.
	 *
	 * @param bool     $network Whether on every site.
	 * @param callable $what    What to do.
	 * @param int      $most    On so many sites at most, 0 for all.
	 */
	private static function on_sites( bool $network, callable $what, int $most = 0 ): void {
		if ( ! $network || ! is_multisite() ) {
			$what();
			return;
		}
		$ids = get_sites(
			array(
				'fields' => 'ids',
				'number' => $most,
			)
		);
		foreach ( $ids as $id ) {
			switch_to_blog( (int) $id );
			$what();
			restore_current_blog();
		}
	}
}
