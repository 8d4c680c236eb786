<?php
/**
 * What became of a message when it was handed over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

defined( 'ABSPATH' ) || exit;

/**
 * A value. That nobody got it is a Failure instead.
 */
final class Outcome {

	/** Durably in the queue. */
	public const QUEUED = 'queued';
	/** The server has taken it on. */
	public const SENT = 'sent';
	/** Tried, and to be tried again. */
	public const DEFERRED = 'deferred';
	/** Refused or given up. */
	public const FAILED = 'failed';
	/** The connection broke before the answer: it may have been sent. */
	public const UNKNOWN = 'unknown';
	/** Not sent, because the settings say so. */
	public const BLOCKED = 'blocked';

	/**
	 * One of the constants above.
	 *
	 * @var string
	 */
	public $status;

	/**
	 * Name in the queue, '' for none.
	 *
	 * @var string
	 */
	public $queue_id = '';

	/**
	 * The relay's name for it, '' for none.
	 *
	 * @var string
	 */
	public $remote_id = '';

	/**
	 * Name of the connection, '' for none.
	 *
	 * @var string
	 */
	public $connection = '';

	/**
	 * The relay's last words, or ours.
	 *
	 * @var string
	 */
	public $reply = '';

	/**
	 * By address: outcome (sent, rejected, deferred, unknown), code, enhanced, text.
	 *
	 * @var array<string, array{outcome: string, code: int|null, enhanced: string|null, text: string}>
	 */
	public $recipients = array();

	/**
	 * Milliseconds by stage, as the extension gives them.
	 *
	 * @var array<string, int|bool>
	 */
	public $timings = array();

	/**
	 * The dialogue, credentials masked; '' where there was none here. It is shown after a test and kept by nobody.
	 *
	 * @var string
	 */
	public $transcript = '';

	/**
	 * The recipients for whom it came out so.
	 *
	 * @param string ...$outcomes Of sent, rejected, deferred and unknown.
	 * @return list<string>
	 */
	public function recipients_who( string ...$outcomes ): array {
		$found = array();
		foreach ( $this->recipients as $address => $result ) {
			if ( in_array( $result['outcome'], $outcomes, true ) ) {
				$found[] = (string) $address;
			}
		}
		return $found;
	}

	/**
	 * An outcome; the rest is set afterwards.
	 *
	 * @param string $status One of the constants.
	 * @param string $reply  Words about it.
	 */
	public function __construct( string $status, string $reply = '' ) {
		$this->status = $status;
		$this->reply  = $reply;
	}
}
