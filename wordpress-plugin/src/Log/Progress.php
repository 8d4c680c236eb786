<?php
/**
 * What an event of the queue means for an entry of the log.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

use Outbox\WordPress\Delivery\Held;
use Outbox\WordPress\Delivery\Outcome;

defined( 'ABSPATH' ) || exit;

/**
 * Values in, values out: no database, no queue.
 */
final class Progress {

	/** The longest timeline of one message; a message that is deferred for days does not grow for ever. */
	private const TIMELINE = 60;

	/**
	 * Whether the entry has the event already: after a crash the queue may tell something twice.
	 *
	 * @param array<string, mixed> $entry The entry.
	 * @param array<string, mixed> $event The event.
	 */
	public static function has( array $entry, array $event ): bool {
		foreach ( $entry['timeline'] as $line ) {
			if ( isset( $line['event'], $event['seq'] ) && $line['event'] === $event['seq'] ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * The columns that an event changes.
	 *
	 * @param array<string, mixed> $entry The entry.
	 * @param array<string, mixed> $event The event.
	 * @return array<string, mixed>
	 */
	public static function columns( array $entry, array $event ): array {
		if ( 'held' === $event['type'] ) {
			$event['text'] = Held::words( (string) ( $event['text'] ?? '' ) );
		}
		$recipients = self::recipients( $entry['recipients'], $event );
		$timeline   = $entry['timeline'];
		$timeline[] = self::line( $event );
		if ( count( $timeline ) > self::TIMELINE ) {
			// The first line is how it began; of a long story the end counts.
			$timeline = array_merge( array( $timeline[0] ), array_slice( $timeline, 1 - self::TIMELINE ) );
		}
		$columns = array(
			'status'     => self::status( $recipients, $event, (string) $entry['status'] ),
			'recipients' => (string) wp_json_encode( $recipients ),
			'timeline'   => (string) wp_json_encode( $timeline ),
			'tries'      => max( (int) $entry['tries'], (int) ( $event['try'] ?? 0 ) ),
			'next_try'   => null,
		);
		if ( '' !== (string) ( $event['text'] ?? '' ) ) {
			$columns['reply'] = Entry::cut( (string) $event['text'], 1000 );
		}
		if ( '' !== (string) ( $event['remote_id'] ?? '' ) ) {
			$columns['remote_id'] = Entry::cut( (string) $event['remote_id'], 255 );
		}
		return $columns;
	}

	/**
	 * A line of the timeline.
	 *
	 * @param array<string, mixed> $event The event.
	 * @return array<string, mixed>
	 */
	private static function line( array $event ): array {
		return array_filter(
			array(
				'time'         => $event['time'] ?? null,
				'type'         => $event['type'],
				'recipient'    => $event['recipient'] ?? null,
				'code'         => $event['code'] ?? null,
				'enhanced'     => $event['enhanced'] ?? null,
				'text'         => Entry::cut( (string) ( $event['text'] ?? '' ), 500 ),
				'milliseconds' => $event['milliseconds'] ?? null,
				'tls'          => $event['tls'] ?? null,
				'try'          => $event['try'] ?? null,
				'event'        => $event['seq'] ?? null,
				'transcript'   => Entry::cut( (string) ( $event['transcript'] ?? '' ), 4096 ),
			),
			static function ( $value ): bool {
				return null !== $value && '' !== $value;
			}
		);
	}

	/**
	 * The recipients with what an event says of one of them, or of all that were still open.
	 *
	 * @param list<array<string, mixed>> $recipients As they were.
	 * @param array<string, mixed>       $event      The event.
	 * @return list<array<string, mixed>>
	 */
	private static function recipients( array $recipients, array $event ): array {
		$outcomes = array(
			'accepted'  => 'sent',
			'delivered' => 'sent',
			'deferred'  => 'deferred',
			'failed'    => 'rejected',
			'expired'   => 'rejected',
			'uncertain' => 'unknown',
		);
		if ( ! isset( $outcomes[ $event['type'] ] ) ) {
			return $recipients;
		}
		$whom = strtolower( (string) ( $event['recipient'] ?? '' ) );
		foreach ( $recipients as $i => $recipient ) {
			$settled = in_array( $recipient['outcome'] ?? null, array( 'sent', 'rejected' ), true );
			if ( '' === $whom ? ! $settled : strtolower( (string) ( $recipient['address'] ?? '' ) ) === $whom ) {
				$recipients[ $i ] = array(
					'outcome'  => $outcomes[ $event['type'] ],
					'code'     => $event['code'] ?? null,
					'enhanced' => $event['enhanced'] ?? null,
					'text'     => Entry::cut( (string) ( $event['text'] ?? '' ), 500 ),
				) + $recipient;
			}
		}
		return $recipients;
	}

	/**
	 * The status of the whole message: what needs somebody's care comes first.
	 *
	 * @param list<array<string, mixed>> $recipients With their outcomes.
	 * @param array<string, mixed>       $event      The event.
	 * @param string                     $before     What it was.
	 */
	private static function status( array $recipients, array $event, string $before ): string {
		if ( in_array( $event['type'], array( 'removed', 'quarantined', 'dropped_unacked' ), true ) ) {
			return Outcome::SENT === $before ? $before : Outcome::FAILED;
		}
		if ( in_array( $event['type'], array( 'held', 'released' ), true ) ) {
			return $before;
		}
		$outcomes = array_column( $recipients, 'outcome' );
		foreach (
			array(
				'unknown'  => Outcome::UNKNOWN,
				'rejected' => Outcome::FAILED,
				'deferred' => Outcome::DEFERRED,
			) as $outcome => $status
		) {
			if ( in_array( $outcome, $outcomes, true ) ) {
				return $status;
			}
		}
		return array( 'sent' ) === array_values( array_unique( $outcomes ) ) ? Outcome::SENT : $before;
	}
}
