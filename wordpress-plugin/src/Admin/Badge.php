<?php
/**
 * The badge in the admin bar.
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
 * Only there while mail fails. Asks no query: the last failure is among what is loaded with every page.
 */
final class Badge {

	/**
	 * Adds it.
	 *
	 * @param \WP_Admin_Bar $bar The bar.
	 */
	public static function add( \WP_Admin_Bar $bar ): void {
		$failure = State::get( 'failure' );
		if ( ! is_array( $failure ) || ! Access::may_read_log() || Plugin::settings()->get( 'hide_badge' ) || Plugin::settings()->get( 'hide_errors' ) ) {
			return;
		}
		$bar->add_node(
			array(
				'id'    => 'outbox',
				'title' => '<span class="ab-icon dashicons-email-alt" aria-hidden="true" style="color:#f86368"></span><span class="ab-label">' . esc_html__( 'Mail failed', 'outbox' ) . '</span>',
				'href'  => Menu::url( Menu::LOG, array( 'status' => 'failed' ) ),
				'meta'  => array( 'title' => (string) ( $failure['text'] ?? '' ) ),
			)
		);
	}
}
