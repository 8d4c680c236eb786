<?php
/**
 * An entry of the log being made.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

use Outbox\WordPress\Delivery\Outcome;
use Outbox\WordPress\Delivery\Outgoing;

defined( 'ABSPATH' ) || exit;

/**
 * Metadata; the message itself only when asked for.
 */
final class Entry {

	public const COLUMNS = array( 'created', 'updated', 'status', 'subject', 'sender', 'recipients', 'source', 'connection', 'queue_id', 'message_id', 'remote_id', 'tries', 'reply', 'size', 'timeline', 'message' );

	/**
	 * Values in the order of COLUMNS.
	 *
	 * @var array<string, int|string|null>
	 */
	private $columns;

	/**
	 * Made by of().
	 *
	 * @param array<string, int|string|null> $columns Values in the order of COLUMNS.
	 */
	private function __construct( array $columns ) {
		$this->columns = $columns;
	}

	/**
	 * The entry of a message.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 * @param bool     $whole   Whether the message itself is kept.
	 */
	public static function of( Outgoing $message, Outcome $outcome, bool $whole ): self {
		$now    = gmdate( 'Y-m-d H:i:s' );
		$octets = $message->octets();
		$first  = array(
			'time' => round( microtime( true ), 3 ),
			'type' => $outcome->status,
			'text' => self::cut( $outcome->reply, 500 ),
		);
		if ( '' !== $message->redirected_to ) {
			$first['instead_of'] = array_values( array_unique( array_merge( $message->to, $message->cc, $message->bcc ) ) );
		}
		if ( array() !== $outcome->timings ) {
			$first['timings'] = $outcome->timings;
		}
		return new self(
			array(
				'created'    => $now,
				'updated'    => $now,
				'status'     => $outcome->status,
				'subject'    => self::cut( $message->subject, 255 ),
				'sender'     => self::cut( $message->from, 255 ),
				'recipients' => (string) wp_json_encode( self::recipients( $message, $outcome ) ),
				'source'     => self::cut( $message->source, 100 ),
				'connection' => $outcome->connection,
				'queue_id'   => $outcome->queue_id,
				'message_id' => self::cut( $message->message_id, 255 ),
				'remote_id'  => self::cut( $outcome->remote_id, 255 ),
				'tries'      => in_array( $outcome->status, array( Outcome::QUEUED, Outcome::BLOCKED ), true ) ? 0 : 1,
				'reply'      => self::cut( $outcome->reply, 1000 ),
				'size'       => strlen( $octets ),
				'timeline'   => (string) wp_json_encode( array( $first ) ),
				'message'    => $whole ? $octets : null,
			)
		);
	}

	/**
	 * The same without the message itself.
	 */
	public function without_message(): self {
		return new self( array_replace( $this->columns, array( 'message' => null ) ) );
	}

	/**
	 * Values in the order of COLUMNS.
	 *
	 * @return array<string, int|string|null>
	 */
	public function columns(): array {
		return $this->columns;
	}

	/**
	 * Everybody, with what became of it for them.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 * @return list<array<string, mixed>> address, as (to, cc, bcc, redirected), outcome, code, enhanced, text
	 */
	private static function recipients( Outgoing $message, Outcome $outcome ): array {
		$lists = '' === $message->redirected_to ? array(
			'to'  => $message->to,
			'cc'  => $message->cc,
			'bcc' => $message->bcc,
		) : array( 'redirected' => array( $message->redirected_to ) );
		$all   = array();
		foreach ( $lists as $as => $addresses ) {
			foreach ( $addresses as $address ) {
				$all[] = array(
					'address' => $address,
					'as'      => $as,
				) + ( $outcome->recipients[ $address ] ?? array( 'outcome' => null ) );
			}
		}
		return $all;
	}

	/**
	 * Text that fits its column. The column counts characters; invalid UTF-8 would make the whole query fail.
	 *
	 * @param string $text   Text.
	 * @param int    $length Most characters.
	 */
	public static function cut( string $text, int $length ): string {
		$valid = 1 === preg_match( '//u', $text ) ? $text : (string) preg_replace( '/[^\x20-\x7e]/', '?', $text );
		return mb_substr( $valid, 0, $length );
	}
}
