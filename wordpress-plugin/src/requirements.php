<?php
/**
 * What is shown instead of the plugin where PHP or WordPress is too old for it. Nothing newer than PHP 5.6 in here.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

/**
 * Says which requirement is missing; mail goes on as if the plugin were not there.
 */
function outbox_requirements_notice() {
	if ( ! current_user_can( 'activate_plugins' ) ) {
		return;
	}
	printf(
		'<div class="notice notice-error"><p>%s</p></div>',
		esc_html(
			sprintf(
				/* translators: 1: PHP version in use, 2: WordPress version in use. */
				__( 'Outbox needs PHP 7.4 and WordPress 6.1 or newer; this site runs PHP %1$s and WordPress %2$s. Until then Outbox does nothing, and mail is sent as without it.', 'outbox' ),
				PHP_VERSION,
				$GLOBALS['wp_version']
			)
		)
	);
}
