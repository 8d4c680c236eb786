<?php
/**
 * A composed message on its way out.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

defined( 'ABSPATH' ) || exit;

/**
 * Octets and envelope: nothing in here points to a file or an object that may be gone when it is delivered.
 */
final class Outgoing {

	/**
	 * Envelope sender.
	 *
	 * @var string
	 */
	public $sender = '';

	/**
	 * From address.
	 *
	 * @var string
	 */
	public $from = '';

	/**
	 * Addresses of To.
	 *
	 * @var list<string>
	 */
	public $to = array();

	/**
	 * Addresses of Cc.
	 *
	 * @var list<string>
	 */
	public $cc = array();

	/**
	 * Addresses of Bcc.
	 *
	 * @var list<string>
	 */
	public $bcc = array();

	/**
	 * Subject, in UTF-8.
	 *
	 * @var string
	 */
	public $subject = '';

	/**
	 * Message-ID without angle brackets.
	 *
	 * @var string
	 */
	public $message_id = '';

	/**
	 * PHPMailer's wish for delivery reports: '', NEVER, or SUCCESS, FAILURE and DELAY with commas.
	 *
	 * @var string
	 */
	public $notify = '';

	/**
	 * Who sends it: see Source.
	 *
	 * @var string
	 */
	public $source = 'core';

	/**
	 * "urgent", "normal" or "bulk".
	 *
	 * @var string
	 */
	public $priority = 'normal';

	/**
	 * Seconds after which nobody can use it any more, 0 for no such limit.
	 *
	 * @var int
	 */
	public $expires_in = 0;

	/**
	 * The delivery mode that the message asks for, '' for that of the settings.
	 *
	 * @var string
	 */
	public $mode = '';

	/**
	 * The name of the connection that it asks for, '' for the usual one.
	 *
	 * @var string
	 */
	public $connection = '';

	/**
	 * Whether somebody watches: the queue tells the dialogue too, if it does not go well.
	 *
	 * @var bool
	 */
	public $trace = false;

	/**
	 * Where everything goes instead, '' for nowhere else.
	 *
	 * @var string
	 */
	public $redirected_to = '';

	/**
	 * Header, without the empty line.
	 *
	 * @var string
	 */
	private $header;

	/**
	 * Body.
	 *
	 * @var string
	 */
	private $body;

	/**
	 * A message; the rest is set afterwards.
	 *
	 * @param string $header Header, without the empty line.
	 * @param string $body   Body.
	 */
	public function __construct( string $header, string $body ) {
		$this->header = $header;
		$this->body   = $body;
	}

	/**
	 * Header, without the empty line.
	 */
	public function header(): string {
		return $this->header;
	}

	/**
	 * Body.
	 */
	public function body(): string {
		return $this->body;
	}

	/**
	 * The whole message as it goes over the wire.
	 */
	public function octets(): string {
		return $this->header . "\r\n\r\n" . $this->body;
	}

	/**
	 * Who gets it, everybody once.
	 *
	 * @return list<string>
	 */
	public function recipients(): array {
		return '' !== $this->redirected_to ? array( $this->redirected_to ) : array_values( array_unique( array_merge( $this->to, $this->cc, $this->bcc ) ) );
	}

	/**
	 * Sets what its X-Outbox- headers say, and what its source implies.
	 *
	 * @param array<array-key, string> $instructions By name without the prefix.
	 * @param bool                     $urgent       Whether somebody waits for it.
	 */
	public function instruct( array $instructions, bool $urgent ): void {
		$priority = strtolower( $instructions['priority'] ?? ( $urgent ? 'urgent' : 'normal' ) );
		/**
		 * Filters how soon a message is sent.
		 *
		 * @param string   $priority "urgent", "normal" or "bulk".
		 * @param Outgoing $message  The message.
		 */
		$priority       = apply_filters( 'outbox/priority', $priority, $this );
		$this->priority = in_array( $priority, array( 'urgent', 'normal', 'bulk' ), true ) ? $priority : 'normal';
		$mode           = strtolower( $instructions['mode'] ?? '' );
		$connection     = $instructions['connection'] ?? '';
		$this->mode     = in_array( $mode, array( 'queue', 'direct' ), true ) ? $mode : '';
		$this->trace    = 'yes' === strtolower( $instructions['trace'] ?? '' );

		$this->connection = 1 === preg_match( '/^[a-z0-9-]{1,31}$/', $connection ) ? $connection : '';
	}

	/**
	 * The same message for some of its recipients.
	 *
	 * @param string ...$addresses Which.
	 */
	public function only( string ...$addresses ): self {
		$copy = clone $this;
		foreach ( array( 'to', 'cc', 'bcc' ) as $list ) {
			$copy->$list = array_values( array_intersect( $this->$list, $addresses ) );
		}
		return $copy;
	}

	/**
	 * The same message, going to one address only. It still says to whom it would have gone.
	 *
	 * @param string $address Address.
	 */
	public function redirected( string $address ): self {
		$copy                = clone $this;
		$copy->header        = 'X-Outbox-Redirected-From: ' . implode( ",\r\n ", $this->recipients() ) . "\r\n" . $this->header;
		$copy->redirected_to = $address;
		return $copy;
	}
}
