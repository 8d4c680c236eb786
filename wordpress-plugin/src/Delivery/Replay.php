<?php
/**
 * Failures that wp_mail() has not told.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

defined( 'ABSPATH' ) || exit;

/**
 * Fires core's own action for them, so that whoever listens for failures learns of these too.
 */
final class Replay {

	/**
	 * The action wp_mail_failed, later than usual. The text of the message is gone by then.
	 *
	 * @param array<string, mixed> $details As the action outbox/failed gives them.
	 */
	public static function failure( array $details ): void {
		$data = array(
			'to'                       => $details['recipients'],
			'subject'                  => $details['subject'],
			'message'                  => '',
			'headers'                  => array(),
			'attachments'              => array(),
			'phpmailer_exception_code' => $details['code'],
			'outbox'                   => $details,
		);
		/** This action is documented in wp-includes/pluggable.php */
		do_action( 'wp_mail_failed', new \WP_Error( 'wp_mail_failed', $details['text'], $data ) ); // phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- core's action.
	}
}
