<?php
/**
 * The widget of the dashboard.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Plugin;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * How many messages were queued, sent and failed, and a week of it.
 */
final class Widget {

	/**
	 * Adds it for those who may see the log.
	 */
	public static function register(): void {
		if ( Access::may_read_log() && ! Plugin::settings()->get( 'hide_widget' ) ) {
			wp_add_dashboard_widget( 'outbox_widget', __( 'Mail', 'outbox' ), array( self::class, 'show' ) );
			add_action( 'admin_enqueue_scripts', array( self::class, 'enqueue' ) );
		}
	}

	/**
	 * Its style.
	 */
	public static function enqueue(): void {
		wp_enqueue_style( 'outbox-admin', plugins_url( 'assets/admin.css', OUTBOX_PLUGIN_FILE ), array(), OUTBOX_PLUGIN_VERSION );
	}

	/**
	 * Shows it.
	 */
	public static function show(): void {
		Plugin::sync();
		$days   = Plugin::log()->query()->count_by_day( 7 );
		$totals = array();
		foreach ( $days as $day ) {
			foreach ( $day as $status => $count ) {
				$totals[ $status ] = ( $totals[ $status ] ?? 0 ) + $count;
			}
		}
		$failure = State::get( 'failure' );
		View::show(
			'widget',
			array(
				'days'    => $days,
				'queued'  => ( $totals['queued'] ?? 0 ) + ( $totals['deferred'] ?? 0 ),
				'sent'    => $totals['sent'] ?? 0,
				'failed'  => ( $totals['failed'] ?? 0 ) + ( $totals['unknown'] ?? 0 ),
				'failure' => is_array( $failure ) && ! Plugin::settings()->get( 'hide_errors' ) ? $failure : null,
				'missing' => Plugin::connections()->primary()->missing(),
			)
		);
	}
}
