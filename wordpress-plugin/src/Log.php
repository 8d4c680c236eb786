<?php
/**
 * The log of messages.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Delivery\Outcome;
use Outbox\WordPress\Delivery\Outgoing;
use Outbox\WordPress\Log\Entry;
use Outbox\WordPress\Log\Table;

defined( 'ABSPATH' ) || exit;

/**
 * Writes entries, changes them, and clears them away; reading is Log\Query's. What a page adds is written when the page
 * is done, in one query; a log that cannot be written never stops a message.
 */
final class Log {

	/** So many entries are kept back at most: a newsletter run may not end with its page. */
	private const BUFFER = 50;

	/** A cut that keeps one query small. */
	private const PRUNE_AT_ONCE = 1000;

	/** Octets of an entry, about. */
	private const OCTETS = 'LENGTH(recipients) + LENGTH(timeline) + LENGTH(reply) + LENGTH(subject) + IFNULL(LENGTH(message), 0) + 400';

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Entries not yet written, by blog: what is added after switch_to_blog() belongs there.
	 *
	 * @var array<int, list<Entry>>
	 */
	private $waiting = array();

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * Adds a message.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 */
	public function add( Outgoing $message, Outcome $outcome ): void {
		if ( ! Table::is_current() ) {
			Lifecycle::set_up(); // A site of a network that nobody has administered since the plugin came.
		}
		if ( ! $this->settings->get( 'log_enabled' ) ) {
			return;
		}
		$whole = 'message' === $this->settings->get( 'log_detail' );
		if ( false === has_action( 'shutdown', array( $this, 'finish' ) ) ) {
			add_action( 'shutdown', array( $this, 'finish' ), PHP_INT_MAX );
		}
		$this->waiting[ get_current_blog_id() ][] = Entry::of( $message, $outcome, $whole );
		if ( self::nobody_waits() || count( $this->waiting[ get_current_blog_id() ] ) >= self::BUFFER ) {
			$this->flush();
		}
	}

	/**
	 * Adds all of a message, at once and whatever the settings say: where nothing is sent this is the only place that has
	 * it.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 * @return bool Whether it is kept.
	 */
	public function keep( Outgoing $message, Outcome $outcome ): bool {
		if ( ! Table::is_current() ) {
			Lifecycle::set_up();
		}
		$this->flush();
		return $this->write( array( Entry::of( $message, $outcome, true ) ) );
	}

	/**
	 * Writes what waits when the page is done. Where no visitor waits, what the queue has done meanwhile is read too.
	 */
	public function finish(): void {
		$this->flush();
		if ( self::nobody_waits() ) {
			Plugin::sync();
		}
	}

	/**
	 * Whether no visitor waits for this process.
	 */
	public static function nobody_waits(): bool {
		return wp_doing_cron() || ( defined( 'WP_CLI' ) && WP_CLI );
	}

	/**
	 * Writes what waits.
	 */
	public function flush(): void {
		$waiting       = $this->waiting;
		$this->waiting = array();
		foreach ( $waiting as $blog => $entries ) {
			$switched = get_current_blog_id() !== $blog && is_multisite() && switch_to_blog( $blog );
			$this->insert( $entries );
			if ( $switched ) {
				restore_current_blog();
			}
		}
	}

	/**
	 * Writes entries into the current site's table. One that the database does not take, for its size most likely, takes
	 * no other with it, and loses its message before it is lost itself.
	 *
	 * @param list<Entry> $entries What to write.
	 */
	private function insert( array $entries ): void {
		global $wpdb;
		if ( $this->write( $entries ) ) {
			return;
		}
		$error   = $wpdb->last_error;
		$written = true;
		foreach ( $entries as $entry ) {
			$written = ( count( $entries ) > 1 && $this->write( array( $entry ) ) ) || $this->write( array( $entry->without_message() ) ) && $written;
		}
		if ( ! $written ) {
			/**
			 * Fires when the log could not be written.
			 *
			 * @param string $error What the database says.
			 */
			do_action( 'outbox/log_failed', $error );
		}
	}

	/**
	 * Writes entries in one query.
	 *
	 * @param list<Entry> $entries What to write.
	 */
	private function write( array $entries ): bool {
		global $wpdb;
		$rows   = array();
		$values = array();
		foreach ( $entries as $entry ) {
			$columns = $entry->columns();
			$rows[]  = '(' . implode( ', ', array_map( array( self::class, 'placeholder' ), $columns ) ) . ')';
			$values  = array_merge( $values, array_values( array_filter( $columns, array( self::class, 'is_given' ) ) ) );
		}
		$names   = '`' . implode( '`, `', Entry::COLUMNS ) . '`';
		$hidden  = $wpdb->suppress_errors();
		$written = $wpdb->query( $wpdb->prepare( 'INSERT INTO `' . Table::name() . "` ($names) VALUES " . implode( ', ', $rows ), $values ) ); // phpcs:ignore WordPress.DB.PreparedSQL, WordPress.DB.PreparedSQLPlaceholders, WordPress.DB.DirectDatabaseQuery -- names are ours, values are prepared.
		$wpdb->suppress_errors( $hidden );
		return count( $entries ) === $written;
	}

	/**
	 * NULL is no value for prepare().
	 *
	 * @param mixed $value A column's value.
	 */
	private static function placeholder( $value ): string {
		return null === $value ? 'NULL' : ( is_int( $value ) ? '%d' : '%s' );
	}

	/**
	 * Whether prepare() gets it.
	 *
	 * @param mixed $value A column's value.
	 */
	private static function is_given( $value ): bool {
		return null !== $value;
	}

	/**
	 * Reading.
	 */
	public function query(): Log\Query {
		$this->flush();
		return new Log\Query();
	}

	/**
	 * Changes columns of an entry.
	 *
	 * @param int                  $id      Entry.
	 * @param array<string, mixed> $columns Values by column.
	 */
	public function update( int $id, array $columns ): void {
		global $wpdb;
		$columns['updated'] = gmdate( 'Y-m-d H:i:s' );
		$wpdb->update( Table::name(), $columns, array( 'id' => $id ) ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- a table of our own, never cached.
	}

	/**
	 * Deletes entries.
	 *
	 * @param int ...$ids Entries.
	 * @return int How many there were.
	 */
	public function delete( int ...$ids ): int {
		global $wpdb;
		if ( array() === $ids ) {
			return 0;
		}
		$list = implode( ', ', array_map( 'intval', $ids ) );
		return (int) $wpdb->query( 'DELETE FROM `' . Table::name() . "` WHERE id IN ($list)" ); // phpcs:ignore WordPress.DB -- numbers only.
	}

	/**
	 * Clears away what is too old, and the oldest of what is too much.
	 *
	 * @return int How many entries went.
	 */
	public function prune(): int {
		global $wpdb;
		$this->flush();
		$gone  = 0;
		$table = Table::name();
		$days  = (int) $this->settings->get( 'log_days' );
		if ( $days > 0 ) {
			$before = gmdate( 'Y-m-d H:i:s', time() - $days * DAY_IN_SECONDS );
			do {
				$cut   = (int) $wpdb->query( $wpdb->prepare( "DELETE FROM `$table` WHERE created < %s ORDER BY id LIMIT %d", $before, self::PRUNE_AT_ONCE ) ); // phpcs:ignore WordPress.DB -- the table's name is ours.
				$gone += $cut;
			} while ( self::PRUNE_AT_ONCE === $cut );
		}
		$most   = MB_IN_BYTES * (int) $this->settings->get( 'log_megabytes' );
		$excess = $most > 0 ? $this->octets() - $most : 0;
		while ( $excess > 0 ) {
			$last = 0;
			foreach ( (array) $wpdb->get_results( $wpdb->prepare( 'SELECT id, ' . self::OCTETS . " AS octets FROM `$table` ORDER BY id LIMIT %d", self::PRUNE_AT_ONCE ) ) as $row ) { // phpcs:ignore WordPress.DB -- names are ours.
				$last    = (int) $row->id;
				$excess -= (int) $row->octets;
				if ( $excess <= 0 ) {
					break;
				}
			}
			$cut   = (int) $wpdb->query( $wpdb->prepare( "DELETE FROM `$table` WHERE id <= %d", $last ) ); // phpcs:ignore WordPress.DB -- the table's name is ours.
			$gone += $cut;
			if ( 0 === $cut ) {
				break;
			}
		}
		return $gone;
	}

	/**
	 * Octets of all entries. Counted, because what the database says of a table's size is an estimate that does not
	 * shrink.
	 */
	public function octets(): int {
		global $wpdb;
		$table = Table::name();
		return (int) $wpdb->get_var( 'SELECT SUM(' . self::OCTETS . ") FROM `$table`" ); // phpcs:ignore WordPress.DB -- names are ours.
	}
}
