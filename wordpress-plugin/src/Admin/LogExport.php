<?php
/**
 * The log as a file for spreadsheets.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Written row by row, so that a long log needs no more memory than a short one.
 */
final class LogExport {

	public const ACTION = 'outbox_export';

	private const AT_ONCE = 500;

	/**
	 * The address that sends it.
	 *
	 * @param array<string, mixed> $filter As for Log\Query.
	 */
	public static function url( array $filter ): string {
		return wp_nonce_url( add_query_arg( array( 'action' => self::ACTION ) + array_map( 'rawurlencode', array_map( 'strval', $filter ) ), admin_url( 'admin-post.php' ) ), self::ACTION );
	}

	/**
	 * Sends it.
	 */
	public static function send(): void {
		Access::need( Access::may_read_log() );
		check_admin_referer( self::ACTION );
		$filter = array();
		foreach ( array( 'status', 'source', 'search', 'since', 'until' ) as $key ) {
			if ( isset( $_GET[ $key ] ) && is_string( $_GET[ $key ] ) ) {
				$filter[ $key ] = sanitize_text_field( wp_unslash( $_GET[ $key ] ) );
			}
		}
		nocache_headers();
		header( 'Content-Type: text/csv; charset=utf-8' );
		header( 'Content-Disposition: attachment; filename="outbox-log-' . gmdate( 'Y-m-d' ) . '.csv"' );
		$out = fopen( 'php://output', 'w' ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- the answer, no file.
		if ( false === $out ) {
			exit;
		}
		self::row( $out, array( 'time', 'status', 'from', 'to', 'subject', 'sent by', 'connection', 'tries', 'answer', 'size', 'message id', 'queue id', 'relay id' ) );
		for ( $offset = 0; ; $offset += self::AT_ONCE ) {
			$entries = Plugin::log()->query()->find( $filter, self::AT_ONCE, $offset );
			foreach ( $entries as $entry ) {
				self::row(
					$out,
					array(
						gmdate( 'Y-m-d\TH:i:s\Z', $entry['created'] ),
						$entry['status'],
						$entry['sender'],
						implode( ', ', array_map( 'strval', array_column( $entry['recipients'], 'address' ) ) ),
						$entry['subject'],
						$entry['source'],
						$entry['connection'],
						$entry['tries'],
						$entry['reply'],
						$entry['size'],
						$entry['message_id'],
						$entry['queue_id'],
						$entry['remote_id'],
					)
				);
			}
			if ( count( $entries ) < self::AT_ONCE ) {
				break;
			}
		}
		exit;
	}

	/**
	 * Writes a row. A subject is written by strangers, and a spreadsheet takes what begins with "=" for a formula.
	 *
	 * @param resource         $out   Where to.
	 * @param list<string|int> $cells Cells.
	 */
	private static function row( $out, array $cells ): void {
		$safe = array_map(
			static function ( $cell ) {
				return is_string( $cell ) && 1 === preg_match( '/^[=+\-@\t\r]/', $cell ) ? "'" . $cell : $cell;
			},
			$cells
		);
		fputcsv( $out, $safe, ',', '"', '' ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- the answer, no file.
	}
}
