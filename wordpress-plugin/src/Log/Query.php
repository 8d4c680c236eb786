<?php
/**
 * Reading the log.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

defined( 'ABSPATH' ) || exit;

/**
 * Filters are arrays: status, source, search (in subject, sender, recipients, message and queue ids), recipient, person
 * (recipient or sender), since and until (unix times), queue_id.
 */
final class Query {

	/** Columns that lists are given: everything but the message. */
	private const LISTED = 'id, created, updated, status, subject, sender, recipients, source, connection, queue_id, message_id, remote_id, tries, next_try, reply, size, timeline, message IS NOT NULL AS has_message';

	private const SORTABLE = array( 'id', 'created', 'updated', 'status', 'subject', 'sender', 'source', 'tries', 'next_try', 'size' );

	/**
	 * Entries, the newest first unless asked otherwise.
	 *
	 * @param array<string, mixed> $filter Which.
	 * @param int                  $limit  Most.
	 * @param int                  $offset Skipped.
	 * @param string               $by     Column to sort by.
	 * @param bool                 $up     Whether the smallest comes first.
	 * @return list<array<string, mixed>> columns; recipients and timeline as arrays, created, updated and next_try as unix times
	 */
	public function find( array $filter = array(), int $limit = 20, int $offset = 0, string $by = 'id', bool $up = false ): array {
		global $wpdb;
		list( $where, $values ) = $this->where( $filter );
		$by                     = in_array( $by, self::SORTABLE, true ) ? $by : 'id';
		$order                  = $up ? 'ASC' : 'DESC';
		$values[]               = max( 0, $limit );
		$values[]               = max( 0, $offset );
		$rows                   = $wpdb->get_results( $wpdb->prepare( 'SELECT ' . self::LISTED . ' FROM `' . Table::name() . "` WHERE $where ORDER BY $by $order, id $order LIMIT %d OFFSET %d", $values ), ARRAY_A ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		return array_map( array( self::class, 'decoded' ), array_values( (array) $rows ) );
	}

	/**
	 * How many entries there are.
	 *
	 * @param array<string, mixed> $filter Which.
	 */
	public function count( array $filter = array() ): int {
		global $wpdb;
		list( $where, $values ) = $this->where( $filter );
		$query                  = 'SELECT COUNT(*) FROM `' . Table::name() . "` WHERE $where";
		return (int) $wpdb->get_var( array() === $values ? $query : $wpdb->prepare( $query, $values ) ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
	}

	/**
	 * How many entries there are of each status.
	 *
	 * @param array<string, mixed> $filter Which.
	 * @return array<string, int> by status
	 */
	public function count_by_status( array $filter = array() ): array {
		global $wpdb;
		list( $where, $values ) = $this->where( array_diff_key( $filter, array( 'status' => 1 ) ) );
		$query                  = 'SELECT status, COUNT(*) AS n FROM `' . Table::name() . "` WHERE $where GROUP BY status";
		$rows                   = $wpdb->get_results( array() === $values ? $query : $wpdb->prepare( $query, $values ), ARRAY_A ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		return array_map( 'intval', array_column( (array) $rows, 'n', 'status' ) );
	}

	/**
	 * How many of each status on each day, for a chart. Days are those of the site's time zone.
	 *
	 * @param int $days How many, today included.
	 * @return array<string, array<string, int>> by day (Y-m-d) and status; every day is there
	 */
	public function count_by_day( int $days = 7 ): array {
		global $wpdb;
		$zone  = wp_timezone();
		$days  = max( 1, $days );
		$first = ( new \DateTimeImmutable( 'today', $zone ) )->modify( '-' . ( $days - 1 ) . ' days' );
		$all   = array();
		for ( $i = 0; $i < $days; $i++ ) {
			$all[ $first->modify( "+$i days" )->format( 'Y-m-d' ) ] = array();
		}
		// By hour, because no time zone of MySQL's own can be relied on.
		$rows = $wpdb->get_results( $wpdb->prepare( 'SELECT DATE_FORMAT(created, %s) AS hour, status, COUNT(*) AS n FROM `' . Table::name() . '` WHERE created >= %s GROUP BY hour, status', '%Y-%m-%d %H:00:00', gmdate( 'Y-m-d H:i:s', $first->getTimestamp() ) ), ARRAY_A ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		foreach ( (array) $rows as $row ) {
			$day = ( new \DateTimeImmutable( $row['hour'], new \DateTimeZone( 'UTC' ) ) )->setTimezone( $zone )->format( 'Y-m-d' );

			$all[ $day ][ $row['status'] ] = ( $all[ $day ][ $row['status'] ] ?? 0 ) + (int) $row['n'];
		}
		return $all;
	}

	/**
	 * One entry; null for none.
	 *
	 * @param int $id Entry.
	 * @return array<string, mixed>|null
	 */
	public function get( int $id ): ?array {
		global $wpdb;
		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT ' . self::LISTED . ' FROM `' . Table::name() . '` WHERE id = %d', $id ), ARRAY_A ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		return is_array( $row ) ? self::decoded( $row ) : null;
	}

	/**
	 * The entry of a message in the queue; null for none.
	 *
	 * @param string $queue_id Name in the queue.
	 * @return array<string, mixed>|null
	 */
	public function by_queue_id( string $queue_id ): ?array {
		return '' === $queue_id ? null : $this->find( array( 'queue_id' => $queue_id ), 1 )[0] ?? null;
	}

	/**
	 * The entries of messages in the queue.
	 *
	 * @param list<string> $queue_ids Names in the queue.
	 * @return array<string, array<string, mixed>> by name
	 */
	public function by_queue_ids( array $queue_ids ): array {
		global $wpdb;
		$queue_ids = array_filter( $queue_ids );
		if ( array() === $queue_ids ) {
			return array();
		}
		$places = implode( ', ', array_fill( 0, count( $queue_ids ), '%s' ) );
		$rows   = $wpdb->get_results( $wpdb->prepare( 'SELECT ' . self::LISTED . ' FROM `' . Table::name() . "` WHERE queue_id IN ($places) ORDER BY id", $queue_ids ), ARRAY_A ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		return array_column( array_map( array( self::class, 'decoded' ), (array) $rows ), null, 'queue_id' );
	}

	/**
	 * The whole message, where it was kept.
	 *
	 * @param int $id Entry.
	 */
	public function message( int $id ): ?string {
		global $wpdb;
		$message = $wpdb->get_var( $wpdb->prepare( 'SELECT message FROM `' . Table::name() . '` WHERE id = %d', $id ) ); // phpcs:ignore WordPress.DB -- names are ours, values are prepared.
		return is_string( $message ) ? $message : null;
	}

	/**
	 * Who has sent something: for a filter.
	 *
	 * @return list<string>
	 */
	public function sources(): array {
		global $wpdb;
		return array_map( 'strval', array_values( $wpdb->get_col( 'SELECT DISTINCT source FROM `' . Table::name() . '` ORDER BY source LIMIT 200' ) ) ); // phpcs:ignore WordPress.DB -- names are ours.
	}

	/**
	 * The condition.
	 *
	 * @param array<string, mixed> $filter Which.
	 * @return array{0: string, 1: list<mixed>} SQL with placeholders, and their values
	 */
	private function where( array $filter ): array {
		global $wpdb;
		$where  = array( '1 = 1' );
		$values = array();
		foreach ( array( 'status', 'source', 'queue_id' ) as $column ) {
			if ( isset( $filter[ $column ] ) && '' !== $filter[ $column ] ) {
				$where[]  = "$column = %s";
				$values[] = (string) $filter[ $column ];
			}
		}
		foreach (
			array(
				'since' => '>=',
				'until' => '<',
			) as $key => $operator
		) {
			if ( isset( $filter[ $key ] ) ) {
				$where[]  = "created $operator %s";
				$values[] = gmdate( 'Y-m-d H:i:s', (int) $filter[ $key ] );
			}
		}
		if ( isset( $filter['recipient'] ) && '' !== $filter['recipient'] ) {
			// With the quotes of the JSON: ann@example.org is not joann@example.org.
			$where[]  = 'recipients LIKE %s';
			$values[] = self::among_recipients( (string) $filter['recipient'] );
		}
		if ( isset( $filter['person'] ) && '' !== $filter['person'] ) {
			$where[] = '(recipients LIKE %s OR sender = %s)';
			array_push( $values, self::among_recipients( (string) $filter['person'] ), (string) $filter['person'] );
		}
		if ( isset( $filter['search'] ) && '' !== trim( (string) $filter['search'] ) ) {
			$where[] = '(subject LIKE %s OR sender LIKE %s OR recipients LIKE %s OR message_id LIKE %s OR queue_id = %s)';
			$word    = '%' . $wpdb->esc_like( trim( (string) $filter['search'] ) ) . '%';
			array_push( $values, $word, $word, $word, $word, trim( (string) $filter['search'] ) );
		}
		return array( implode( ' AND ', $where ), $values );
	}

	/**
	 * What LIKE looks for to find an address in the JSON.
	 *
	 * @param string $address Address.
	 */
	private static function among_recipients( string $address ): string {
		global $wpdb;
		return '%' . $wpdb->esc_like( '"address":' . wp_json_encode( $address ) ) . '%';
	}

	/**
	 * A row in PHP's types.
	 *
	 * @param array<string, mixed> $row As the database gives it.
	 * @return array<string, mixed>
	 */
	private static function decoded( array $row ): array {
		foreach ( array( 'id', 'tries', 'size' ) as $column ) {
			$row[ $column ] = (int) $row[ $column ];
		}
		foreach ( array( 'recipients', 'timeline' ) as $column ) {
			$decoded        = json_decode( (string) $row[ $column ], true );
			$row[ $column ] = is_array( $decoded ) ? $decoded : array();
		}
		foreach ( array( 'created', 'updated', 'next_try' ) as $column ) {
			$row[ $column ] = null === $row[ $column ] ? null : (int) strtotime( $row[ $column ] . ' UTC' );
		}
		$row['has_message'] = (bool) $row['has_message'];
		return $row;
	}
}
