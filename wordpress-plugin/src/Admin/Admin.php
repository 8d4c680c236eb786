<?php
/**
 * The hooks of the administration.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * Called when a page of the administration is made; loads no class that the page does not need.
 */
final class Admin {

	/**
	 * Registers the hooks.
	 */
	public static function register(): void {
		Menu::register();
		add_action( 'admin_post_' . Notices::ACTION, array( Notices::class, 'accept_address' ) );
		add_action( 'admin_notices', array( Notices::class, 'show_elsewhere' ) );
		add_action( 'admin_post_' . LogExport::ACTION, array( LogExport::class, 'send' ) );
		add_action( 'admin_init', array( \Outbox\WordPress\Privacy::class, 'suggest_policy' ) );
		add_action( 'wp_dashboard_setup', array( Widget::class, 'register' ) );
		add_filter( 'set_screen_option_' . LogPage::PER_PAGE, array( LogPage::class, 'per_page' ), 10, 3 );
	}
}
