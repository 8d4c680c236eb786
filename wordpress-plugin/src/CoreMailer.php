<?php
/**
 * The mailer of this WordPress under one name, to build upon.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

// Loaded by wp_mail(); whoever sends with an object of his own, or sends a kept message again, may not have it yet.
// WordPress 6.8 and newer have a subclass of PHPMailer with translated errors.
if ( ! class_exists( 'PHPMailer\\PHPMailer\\PHPMailer', false ) ) {
	require_once ABSPATH . WPINC . '/PHPMailer/PHPMailer.php';
	require_once ABSPATH . WPINC . '/PHPMailer/SMTP.php';
	require_once ABSPATH . WPINC . '/PHPMailer/Exception.php';
}
if ( ! class_exists( 'WP_PHPMailer', false ) && is_file( ABSPATH . WPINC . '/class-wp-phpmailer.php' ) ) {
	require_once ABSPATH . WPINC . '/class-wp-phpmailer.php';
}
class_alias( class_exists( 'WP_PHPMailer', false ) ? 'WP_PHPMailer' : 'PHPMailer\\PHPMailer\\PHPMailer', __NAMESPACE__ . '\\CoreMailer' );
