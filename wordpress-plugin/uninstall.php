<?php
/**
 * The plugin is being deleted.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

if ( PHP_VERSION_ID >= 70400 ) {
	require __DIR__ . '/src/Autoloader.php';
	\Outbox\WordPress\Autoloader::register( __DIR__ . '/src' );
	\Outbox\WordPress\Lifecycle::uninstall();
}
