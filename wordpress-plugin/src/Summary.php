<?php
/**
 * What became of a week's mail.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Admin\Menu;

defined( 'ABSPATH' ) || exit;

/**
 * One message every Monday, where that is set.
 */
final class Summary {

	private const DAYS = 7;

	/**
	 * Sends it.
	 */
	public static function send(): void {
		$settings = Plugin::settings();
		if ( ! $settings->get( 'summary' ) || ! $settings->get( 'log_enabled' ) ) {
			return;
		}
		Plugin::sync();
		$to = (string) $settings->get( 'alert_email' );
		$to = '' === $to ? array( (string) get_option( 'admin_email' ) ) : Check::split( $to );
		/* translators: %s: name of the site. */
		$subject = sprintf( __( 'A week of mail of %s', 'outbox' ), wp_specialchars_decode( (string) get_option( 'blogname' ), ENT_QUOTES ) );
		wp_mail( $to, $subject, self::text() . "\n", array( 'X-Outbox-Priority: bulk' ) );
	}

	/**
	 * The text: how many of each status, and why some failed. No address and no subject.
	 */
	public static function text(): string {
		$query  = Plugin::log()->query();
		$since  = array( 'since' => time() - self::DAYS * DAY_IN_SECONDS );
		$counts = $query->count_by_status( $since );
		$lines  = array();
		$labels = array(
			'sent'     => __( 'Sent', 'outbox' ),
			'queued'   => __( 'Queued', 'outbox' ),
			'deferred' => __( 'To be tried again', 'outbox' ),
			'failed'   => __( 'Failed', 'outbox' ),
			'unknown'  => __( 'Perhaps sent', 'outbox' ),
			'blocked'  => __( 'Not sent on purpose', 'outbox' ),
		);
		foreach ( $labels as $status => $label ) {
			$lines[] = $label . ': ' . number_format_i18n( $counts[ $status ] ?? 0 );
		}
		$lines[] = '';
		$lines[] = Menu::url( Menu::LOG );
		return implode( "\n", $lines );
	}
}
