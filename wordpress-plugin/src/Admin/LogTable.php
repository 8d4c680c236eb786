<?php
/**
 * The list of messages.
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

require_once ABSPATH . 'wp-admin/includes/class-wp-list-table.php';

/**
 * Core's list table, with what the log has.
 */
final class LogTable extends \WP_List_Table {

	/**
	 * Names of the states.
	 *
	 * @return array<string, string>
	 */
	public static function states(): array {
		return array(
			'queued'   => __( 'Queued', 'outbox' ),
			'sent'     => __( 'Sent', 'outbox' ),
			'deferred' => __( 'Tried again', 'outbox' ),
			'failed'   => __( 'Failed', 'outbox' ),
			'unknown'  => __( 'Uncertain', 'outbox' ),
			'blocked'  => __( 'Not sent', 'outbox' ),
			'held'     => __( 'Held', 'outbox' ),
		);
	}

	/**
	 * Names of the actions.
	 *
	 * @return array<string, string>
	 */
	public static function action_names(): array {
		return array(
			'retry'   => __( 'Try now', 'outbox' ),
			'hold'    => __( 'Hold', 'outbox' ),
			'release' => __( 'Release', 'outbox' ),
			'resend'  => __( 'Send again', 'outbox' ),
			'delete'  => __( 'Delete', 'outbox' ),
		);
	}

	/**
	 * A list of messages.
	 */
	public function __construct() {
		parent::__construct(
			array(
				'singular' => 'message',
				'plural'   => 'messages',
				'ajax'     => false,
			)
		);
	}

	/**
	 * What the address asks for.
	 *
	 * @return array<string, mixed> For Log\Query.
	 */
	public function filter(): array {
		// phpcs:disable WordPress.Security.NonceVerification.Recommended -- only read.
		$text   = static function ( string $name ): string {
			return isset( $_GET[ $name ] ) && is_string( $_GET[ $name ] ) ? sanitize_text_field( wp_unslash( $_GET[ $name ] ) ) : '';
		};
		$filter = array(
			'status' => $text( 'status' ),
			'source' => $text( 'source' ),
			'search' => $text( 's' ),
		);
		// phpcs:enable
		foreach (
			array(
				'since' => $text( 'from' ),
				'until' => $text( 'to' ),
			) as $key => $day
		) {
			$date = 1 === preg_match( '/^\d{4}-\d{2}-\d{2}$/', $day ) ? date_create_immutable( $day, wp_timezone() ) : false;
			if ( false !== $date ) {
				$filter[ $key ] = ( 'until' === $key ? $date->modify( '+1 day' ) : $date )->getTimestamp();
			}
		}
		return array_filter(
			$filter,
			static function ( $value ): bool {
				return '' !== $value;
			}
		);
	}

	/**
	 * Fetches what is shown.
	 */
	public function prepare_items(): void {
		$query   = Plugin::log()->query();
		$filter  = $this->filter();
		$on_page = $this->get_items_per_page( LogPage::PER_PAGE, 20 );
		$by      = isset( $_GET['orderby'] ) && is_string( $_GET['orderby'] ) ? sanitize_key( $_GET['orderby'] ) : 'id'; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only read.
		$up      = isset( $_GET['order'] ) && 'asc' === $_GET['order']; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only read.

		$this->items = $query->find( $filter, $on_page, ( $this->get_pagenum() - 1 ) * $on_page, $by, $up );
		$this->set_pagination_args(
			array(
				'total_items' => $query->count( $filter ),
				'per_page'    => $on_page,
			)
		);
	}

	/**
	 * The columns.
	 *
	 * @return array<string, string>
	 */
	public function get_columns(): array {
		return array(
			'cb'      => '<input type="checkbox">',
			'subject' => __( 'Subject', 'outbox' ),
			'status'  => __( 'Status', 'outbox' ),
			'to'      => __( 'To', 'outbox' ),
			'sender'  => __( 'From', 'outbox' ),
			'source'  => __( 'Sent by', 'outbox' ),
			'tries'   => __( 'Tries', 'outbox' ),
			'reply'   => __( 'Answer', 'outbox' ),
			'created' => __( 'Time', 'outbox' ),
		);
	}

	/**
	 * Columns that are not shown until somebody asks for them in the screen options.
	 *
	 * @param list<string> $hidden What the others said.
	 * @param \WP_Screen   $screen The page.
	 * @return list<string>
	 */
	public static function hidden_columns( array $hidden, \WP_Screen $screen ): array {
		return false === strpos( $screen->id, Menu::LOG ) ? $hidden : array_merge( $hidden, array( 'sender' ) );
	}

	/**
	 * The columns one can sort by.
	 *
	 * @return array<string, array{string, bool}>
	 */
	protected function get_sortable_columns(): array {
		$sortable = array();
		foreach ( array( 'subject', 'status', 'sender', 'source', 'tries', 'created' ) as $column ) {
			$sortable[ $column ] = array( $column, 'created' === $column );
		}
		return $sortable;
	}

	/**
	 * What can be done with several.
	 *
	 * @return array<string, string>
	 */
	protected function get_bulk_actions(): array {
		return Access::may_act() ? self::action_names() : array();
	}

	/**
	 * Links to the states, with how many there are of each.
	 *
	 * @return array<string, string>
	 */
	protected function get_views(): array {
		$filter = $this->filter();
		$counts = Plugin::log()->query()->count_by_status( array_diff_key( $filter, array( 'status' => 1 ) ) );
		$links  = array( '' => array( __( 'All', 'outbox' ), array_sum( $counts ) ) );
		foreach ( self::states() as $state => $name ) {
			if ( ! empty( $counts[ $state ] ) ) {
				$links[ $state ] = array( $name, $counts[ $state ] );
			}
		}
		$views = array();
		foreach ( $links as $state => list( $name, $count ) ) {
			$current = ( $filter['status'] ?? '' ) === (string) $state;

			$views[ '' === $state ? 'all' : $state ] = sprintf(
				'<a href="%s"%s>%s <span class="count">(%s)</span></a>',
				esc_url( Menu::url( Menu::LOG, '' === $state ? array() : array( 'status' => (string) $state ) ) ),
				$current ? ' class="current" aria-current="page"' : '',
				esc_html( $name ),
				esc_html( number_format_i18n( $count ) )
			);
		}
		return $views;
	}

	/**
	 * Filters above the list.
	 *
	 * @param string $which top or bottom.
	 */
	protected function extra_tablenav( $which ): void {
		if ( 'top' === $which ) {
			View::show(
				'log-filter',
				array(
					'sources' => Plugin::log()->query()->sources(),
					'source'  => $this->filter()['source'] ?? '',
					// phpcs:disable WordPress.Security.NonceVerification.Recommended -- only shown.
					'from'    => isset( $_GET['from'] ) && is_string( $_GET['from'] ) ? sanitize_text_field( wp_unslash( $_GET['from'] ) ) : '',
					'to'      => isset( $_GET['to'] ) && is_string( $_GET['to'] ) ? sanitize_text_field( wp_unslash( $_GET['to'] ) ) : '',
					// phpcs:enable
				)
			);
		}
	}

	/**
	 * Who sent a message, for people.
	 *
	 * @param string $source As of Source.
	 */
	public static function source_name( string $source ): string {
		return 'core' === $source ? 'WordPress' : $source;
	}

	/**
	 * Where there is nothing.
	 */
	public function no_items(): void {
		if ( array() === $this->filter() ) {
			esc_html_e( 'No messages yet. What this site sends from now on is shown here.', 'outbox' );
		} else {
			esc_html_e( 'No messages here.', 'outbox' );
		}
	}

	/**
	 * The name of the column with the row's actions.
	 */
	protected function get_default_primary_column_name(): string {
		return 'subject';
	}

	/**
	 * The check box.
	 *
	 * @param array<string, mixed> $item Entry.
	 */
	protected function column_cb( $item ): string {
		return sprintf(
			'<label class="screen-reader-text" for="outbox-entry-%1$d">%2$s</label><input type="checkbox" id="outbox-entry-%1$d" name="entries[]" value="%1$d">',
			$item['id'],
			/* translators: %s: subject. */
			esc_html( sprintf( __( 'Select %s', 'outbox' ), $item['subject'] ) )
		);
	}

	/**
	 * The subject.
	 *
	 * @param array<string, mixed> $item Entry.
	 */
	protected function column_subject( array $item ): string {
		$subject = '' === $item['subject'] ? __( '(no subject)', 'outbox' ) : $item['subject'];
		return '<strong><a class="row-title" href="' . esc_url( Menu::url( Menu::LOG, array( 'entry' => (string) $item['id'] ) ) ) . '">' . esc_html( $subject ) . '</a></strong><div class="outbox-state-small">' . View::text( 'state', $item ) . '</div>';
	}

	/**
	 * What can be done with a message.
	 *
	 * @param array<string, mixed> $item    Entry.
	 * @param string               $column  Column.
	 * @param string               $primary The column that has them.
	 */
	protected function handle_row_actions( $item, $column, $primary ): string {
		if ( $column !== $primary ) {
			return '';
		}
		$links = array( 'view' => '<a href="' . esc_url( Menu::url( Menu::LOG, array( 'entry' => (string) $item['id'] ) ) ) . '">' . esc_html__( 'Details', 'outbox' ) . '</a>' );
		foreach ( Access::may_act() ? Actions::of( $item ) : array() as $action ) {
			$links[ 'delete' === $action ? 'trash' : $action ] = '<a href="' . esc_url( self::action_url( $action, $item['id'] ) ) . '">' . esc_html( self::action_names()[ $action ] ) . '</a>';
		}
		return $this->row_actions( $links );
	}

	/**
	 * The address of an action.
	 *
	 * @param string $action Action.
	 * @param int    $id     Entry.
	 */
	public static function action_url( string $action, int $id ): string {
		return wp_nonce_url(
			Menu::url(
				Menu::LOG,
				array(
					'action' => $action,
					'entry'  => (string) $id,
				)
			),
			'outbox-entry-' . $id
		);
	}

	/**
	 * The state, and when it is tried again.
	 *
	 * @param array<string, mixed> $item Entry.
	 */
	protected function column_status( array $item ): string {
		return View::text( 'state', $item );
	}

	/**
	 * The recipients.
	 *
	 * @param array<string, mixed> $item Entry.
	 */
	protected function column_to( array $item ): string {
		$addresses = array_map( 'strval', array_column( $item['recipients'], 'address' ) );
		$more      = count( $addresses ) - 2;
		$text      = esc_html( implode( ', ', array_slice( $addresses, 0, 2 ) ) );
		/* translators: %s: number of further recipients. */
		return $more > 0 ? $text . ' ' . esc_html( sprintf( __( 'and %s more', 'outbox' ), number_format_i18n( $more ) ) ) : $text;
	}

	/**
	 * When it was handed over.
	 *
	 * @param array<string, mixed> $item Entry.
	 */
	protected function column_created( array $item ): string {
		return '<time datetime="' . esc_attr( gmdate( 'c', $item['created'] ) ) . '">' . esc_html( (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $item['created'] ) ) . '</time>';
	}

	/**
	 * Everything else.
	 *
	 * @param array<string, mixed> $item Entry.
	 * @param string               $name Column.
	 */
	protected function column_default( $item, $name ): string {
		$text = is_scalar( $item[ $name ] ?? '' ) ? (string) $item[ $name ] : '';
		$text = 'source' === $name ? self::source_name( $text ) : $text;
		return esc_html( mb_strlen( $text ) > 140 ? mb_substr( $text, 0, 137 ) . '...' : $text );
	}

	/**
	 * The list's own class, for our style.
	 *
	 * @return list<string>
	 */
	protected function get_table_classes(): array {
		return array( 'widefat', 'fixed', 'striped', 'table-view-list', 'outbox-log' );
	}
}
