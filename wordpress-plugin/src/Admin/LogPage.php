<?php
/**
 * The page of log and queue.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Log\Actions;
use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * The list, or one message of it.
 */
final class LogPage {

	/** Name of the option for how many are shown on a page. */
	public const PER_PAGE = 'outbox_log_per_page';

	/**
	 * The list.
	 *
	 * @var LogTable|null
	 */
	private $table = null;

	/**
	 * Before anything is sent: does what was asked for, and goes back to the list.
	 */
	public function load(): void {
		Access::need( Access::may_read_log() );
		add_screen_option(
			'per_page',
			array(
				'default' => 20,
				'option'  => self::PER_PAGE,
			)
		);
		$action = $this->action();
		if ( '' === $action ) {
			add_filter( 'default_hidden_columns', array( LogTable::class, 'hidden_columns' ), 10, 2 );
			$this->table = new LogTable(); // Before core asks which columns there are.
			return;
		}
		Access::need( Access::may_act() );
		$ids = $this->ids();
		check_admin_referer( isset( $_REQUEST['entries'] ) ? 'bulk-messages' : 'outbox-entry-' . ( $ids[0] ?? 0 ) );
		$result = Actions::run( $action, ...$ids );
		set_transient( 'outbox_done_' . get_current_user_id(), array( 'action' => $action ) + $result, MINUTE_IN_SECONDS );
		wp_safe_redirect( $this->back() );
		exit;
	}

	/**
	 * The list it was asked from.
	 */
	private function back(): string {
		$referer = wp_get_referer();
		$list    = remove_query_arg( array( 'action', 'action2', 'entry', 'entries', '_wpnonce', '_wp_http_referer' ), false === $referer ? Menu::url( Menu::LOG ) : $referer );
		return $list;
	}

	/**
	 * What was asked for; '' for nothing.
	 */
	private function action(): string {
		foreach ( array( 'action', 'action2' ) as $name ) {
			$action = isset( $_REQUEST[ $name ] ) && is_string( $_REQUEST[ $name ] ) ? sanitize_key( $_REQUEST[ $name ] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- checked in load().
			if ( in_array( $action, Actions::ALL, true ) ) {
				return $action;
			}
		}
		return '';
	}

	/**
	 * With which messages.
	 *
	 * @return list<int>
	 */
	private function ids(): array {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- checked in load().
		$given = isset( $_REQUEST['entries'] ) ? (array) wp_unslash( $_REQUEST['entries'] ) : array( isset( $_REQUEST['entry'] ) ? wp_unslash( $_REQUEST['entry'] ) : 0 ); // phpcs:ignore WordPress.Security -- numbers only, below; the nonce is checked in load().
		return array_values( array_filter( array_map( 'absint', array_filter( $given, 'is_scalar' ) ) ) );
	}

	/**
	 * Shows the list, or one message.
	 */
	public function show(): void {
		Access::need( Access::may_read_log() );
		Plugin::sync();
		$id = isset( $_GET['entry'] ) && is_scalar( $_GET['entry'] ) ? absint( $_GET['entry'] ) : 0; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only shown.
		if ( 0 !== $id ) {
			$entry = Plugin::log()->query()->get( $id );
			View::show(
				'message',
				array(
					'entry'   => $entry,
					'message' => null === $entry ? null : Actions::shown( $entry ),
				)
			);
			return;
		}
		$done = get_transient( 'outbox_done_' . get_current_user_id() );
		delete_transient( 'outbox_done_' . get_current_user_id() );
		$table = $this->table ?? new LogTable();
		$table->prepare_items();
		View::show(
			'log',
			array(
				'table'  => $table,
				'done'   => is_array( $done ) ? $done : null,
				'engine' => EngineNote::facts(),
				'paused' => (array) ( \Outbox\WordPress\State::get( 'paused' ) ?? array() ),
				'export' => LogExport::url( $table->filter() ),
			)
		);
	}

	/**
	 * Keeps how many are shown on a page.
	 *
	 * @param mixed  $keep  What the others said.
	 * @param string $name  Name of the option.
	 * @param mixed  $value Value.
	 */
	public static function per_page( $keep, string $name, $value ): int { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable -- the filter's arguments.
		return max( 1, min( 200, (int) $value ) );
	}
}
