<?php
/**
 * Plugin Name:       Outbox
 * Plugin URI:        https://github.com/outbox/outbox
 * Description:       Sends the mail of this site through your mail provider, keeps what cannot be sent at once, and says what became of every message.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            The Outbox authors
 * License:           MIT
 * License URI:       https://opensource.org/license/mit
 * Text Domain:       outbox
 * Domain Path:       /languages
 *
 * SPDX-License-Identifier: MIT
 *
 * This file is a list of early returns, each with its reason. It has to be readable for every PHP that WordPress
 * 6.1 or older ran on: nothing newer than PHP 5.6 in here.
 *
 * @package Outbox
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

// A second copy, in another folder or as a must-use plugin: the first one stays in charge.
if ( defined( 'OUTBOX_PLUGIN_FILE' ) ) {
	return;
}
define( 'OUTBOX_PLUGIN_FILE', __FILE__ );
define( 'OUTBOX_PLUGIN_VERSION', '0.1.0' );

// The way out for somebody who only has wp-config.php left.
if ( defined( 'OUTBOX_DISABLED' ) && OUTBOX_DISABLED ) {
	return;
}

if ( PHP_VERSION_ID < 70400 || version_compare( $GLOBALS['wp_version'], '6.1', '<' ) ) {
	require dirname( __FILE__ ) . '/src/requirements.php';
	add_action( 'admin_notices', 'outbox_requirements_notice' );
	add_action( 'network_admin_notices', 'outbox_requirements_notice' );
	return;
}

require dirname( __FILE__ ) . '/src/Autoloader.php';
\Outbox\WordPress\Autoloader::register( dirname( __FILE__ ) . '/src' );
\Outbox\WordPress\Plugin::boot();
