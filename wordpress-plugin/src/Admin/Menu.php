<?php
/**
 * The pages in WordPress' menu.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * Registers pages; what they show is loaded when one of them is asked for.
 */
final class Menu {

	public const SETTINGS = 'outbox';
	public const TEST     = 'outbox-test';
	public const LOG      = 'outbox-log';
	public const IMPORT   = 'outbox-import';

	/**
	 * Hooks for the administration.
	 */
	public static function register(): void {
		add_action( 'admin_menu', array( self::class, 'add_pages' ) );
		add_action( 'network_admin_menu', array( self::class, 'add_network_pages' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( OUTBOX_PLUGIN_FILE ), array( self::class, 'plugin_links' ) );
	}

	/**
	 * The pages of a site.
	 */
	public static function add_pages(): void {
		$settings = new SettingsPage( false );
		$test     = new TestPage();
		$log      = new LogPage();
		$title    = __( 'Outbox', 'outbox' );
		add_menu_page( $title, $title, Access::settings_capability(), self::SETTINGS, array( $settings, 'show' ), 'dashicons-email-alt', 81 );
		self::add( self::SETTINGS, __( 'Settings', 'outbox' ), Access::settings_capability(), $settings );
		self::add( self::TEST, __( 'Send a test', 'outbox' ), Access::settings_capability(), $test );
		self::add( self::LOG, __( 'Log and queue', 'outbox' ), Access::log_capability(), $log );
		self::add( self::IMPORT, __( 'Import', 'outbox' ), Access::settings_capability(), new ImportPage() );
	}

	/**
	 * The page of a network's administration.
	 */
	public static function add_network_pages(): void {
		$settings = new SettingsPage( true );
		$hook     = add_menu_page( __( 'Outbox', 'outbox' ), __( 'Outbox', 'outbox' ), 'manage_network_options', self::SETTINGS, array( $settings, 'show' ), 'dashicons-email-alt', 81 );
		add_action( "load-$hook", array( $settings, 'load' ) );
		add_action( "load-$hook", array( self::class, 'enqueue' ) );
	}

	/**
	 * Adds one page.
	 *
	 * @param string                                   $slug       Its name in the address.
	 * @param string                                   $title      Its title.
	 * @param string                                   $capability What it takes to see it.
	 * @param SettingsPage|TestPage|LogPage|ImportPage $page       The page.
	 */
	private static function add( string $slug, string $title, string $capability, $page ): void {
		/* translators: %s: title of the page. */
		$hook = add_submenu_page( self::SETTINGS, sprintf( __( '%s - Outbox', 'outbox' ), $title ), $title, $capability, $slug, array( $page, 'show' ) );
		add_action( "load-$hook", array( $page, 'load' ) );
		add_action( "load-$hook", array( self::class, 'enqueue' ) );
	}

	/**
	 * Style and script, for our pages only.
	 */
	public static function enqueue(): void {
		wp_enqueue_style( 'outbox-admin', plugins_url( 'assets/admin.css', OUTBOX_PLUGIN_FILE ), array(), OUTBOX_PLUGIN_VERSION );
		wp_enqueue_script( 'outbox-admin', plugins_url( 'assets/admin.js', OUTBOX_PLUGIN_FILE ), array( 'wp-a11y', 'wp-i18n' ), OUTBOX_PLUGIN_VERSION, true );
		wp_set_script_translations( 'outbox-admin', 'outbox', dirname( OUTBOX_PLUGIN_FILE ) . '/languages' );
		wp_add_inline_script(
			'outbox-admin',
			'window.outboxAdmin = ' . wp_json_encode(
				array(
					'rest'  => esc_url_raw( rest_url( 'outbox/v1/' ) ),
					'nonce' => wp_create_nonce( 'wp_rest' ),
				)
			) . ';',
			'before'
		);
	}

	/**
	 * A link beside the plugin's name in the list of plugins.
	 *
	 * @param array<array-key, string> $links Links.
	 * @return array<array-key, string>
	 */
	public static function plugin_links( array $links ): array {
		if ( Access::may_set() ) {
			array_unshift( $links, '<a href="' . esc_url( self::url( self::SETTINGS ) ) . '">' . esc_html__( 'Settings', 'outbox' ) . '</a>' );
		}
		return $links;
	}

	/**
	 * The address of a page.
	 *
	 * @param string                $slug    Its name.
	 * @param array<string, string> $query   What else is in the address.
	 * @param bool                  $network Whether of the network's administration.
	 */
	public static function url( string $slug, array $query = array(), bool $network = false ): string {
		$base = $network ? network_admin_url( 'admin.php' ) : admin_url( 'admin.php' );
		return add_query_arg( array_map( 'rawurlencode', array( 'page' => $slug ) + $query ), $base );
	}
}
