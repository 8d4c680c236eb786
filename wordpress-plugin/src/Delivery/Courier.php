<?php
/**
 * Carries a message over the connections there are.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Mailer;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * First the connection that the From address has, then the one that steps in for it; and what should have been sent at
 * once and may go well later is queued in the end, if the settings say so.
 */
final class Courier {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * The connections.
	 *
	 * @var Connections
	 */
	private $connections;

	/**
	 * Who has composed the message.
	 *
	 * @var Mailer
	 */
	private $mailer;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 * @param Mailer   $mailer   Who has composed the message.
	 */
	public function __construct( Settings $settings, Mailer $mailer ) {
		$this->settings    = $settings;
		$this->connections = new Connections( $settings );
		$this->mailer      = $mailer;
	}

	/**
	 * Sends or queues.
	 *
	 * @param Outgoing $message The message.
	 * @param bool     $direct  Whether the page is to wait.
	 * @throws Failure Nobody got it, and it is not in the queue.
	 */
	public function carry( Outgoing $message, bool $direct ): Outcome {
		$first  = $this->first_choice( $message );
		$backup = $this->connections->backup_of( $first );
		$paused = State::get( 'paused' );
		if ( null !== $backup && isset( $paused[ $first->id() ] ) ) {
			$first  = $backup; // The queue has found that the first one does not let us in.
			$backup = null;
		}
		$may_queue = $direct && $this->settings->get( 'direct_else_queue' ) && Extension::can_queue();
		try {
			try {
				$outcome = $this->over_one_of( $message, $direct, $first, $backup );
			} catch ( Failure $failure ) {
				if ( ! $may_queue || ! $failure->may_wait() ) {
					throw $failure;
				}
				return $this->deliver( $message, false, $first );
			}
		} catch ( Failure $failure ) {
			// The keys of wp-config.php were changed, say: somebody has to type the password again, and nothing is lost until then.
			if ( ! $failure->getPrevious() instanceof SecretException || ! Extension::can_queue() || ( $direct && ! $may_queue ) ) {
				throw $failure;
			}
			return $this->hold( $message, Held::PASSWORD );
		}
		return $may_queue && Outcome::SENT === $outcome->status ? $this->queue_rest( $message, $outcome, $first ) : $outcome;
	}

	/**
	 * Queues a message that waits until somebody lets it go.
	 *
	 * @param Outgoing $message The message.
	 * @param string   $why     Held::ADDRESS or Held::PASSWORD.
	 * @throws Failure It is not in the queue.
	 */
	public function hold( Outgoing $message, string $why ): Outcome {
		$connection          = $this->first_choice( $message );
		$outcome             = ( new Queue( $this->settings, $why ) )->deliver( $message, $connection );
		$outcome->connection = $connection->id();
		return $outcome;
	}

	/**
	 * The connection that a message asks for, else the one of its From address.
	 *
	 * @param Outgoing $message The message.
	 */
	private function first_choice( Outgoing $message ): Connection {
		$asked = '' === $message->connection ? null : $this->connections->by_id( $message->connection );
		return null !== $asked && $asked->is_complete() ? $asked : $this->connections->for_from( $message->from );
	}

	/**
	 * Over the first connection, or over the one that steps in for it.
	 *
	 * @param Outgoing        $message The message.
	 * @param bool            $direct  Whether the page is to wait.
	 * @param Connection      $first   The first choice.
	 * @param Connection|null $backup  The second.
	 * @throws Failure Nobody got it.
	 */
	private function over_one_of( Outgoing $message, bool $direct, Connection $first, ?Connection $backup ): Outcome {
		try {
			return $this->deliver( $message, $direct, $first );
		} catch ( Failure $failure ) {
			if ( null === $backup || ! $failure->elsewhere() ) {
				throw $failure;
			}
			$outcome = $this->deliver( $message, $direct, $backup );
			/**
			 * Fires when a backup connection has taken a message that the first one could not.
			 *
			 * @param Outgoing $message The message.
			 * @param Failure  $failure Why the first one could not.
			 * @param Outcome  $outcome What became of it.
			 */
			do_action( 'outbox/backup_used', $message, $failure, $outcome );
			return $outcome;
		}
	}

	/**
	 * Queues a message for those whom the server has put off while it has taken others.
	 *
	 * @param Outgoing   $message The message.
	 * @param Outcome    $outcome What became of it.
	 * @param Connection $first   The first choice.
	 */
	private function queue_rest( Outgoing $message, Outcome $outcome, Connection $first ): Outcome {
		$rest = $outcome->recipients_who( 'deferred' );
		if ( array() !== $rest ) {
			try {
				$outcome->queue_id = $this->deliver( $message->only( ...$rest ), false, $first )->queue_id;
				$outcome->status   = Outcome::DEFERRED;
			} catch ( Failure $failure ) {
				$outcome->reply = $failure->getMessage(); // They stay refused, and are told so.
			}
		}
		return $outcome;
	}

	/**
	 * With the best engine there is.
	 *
	 * @param Outgoing   $message    The message.
	 * @param bool       $direct     Whether the page is to wait.
	 * @param Connection $connection Where to.
	 * @throws Failure Nobody got it.
	 */
	private function deliver( Outgoing $message, bool $direct, Connection $connection ): Outcome {
		if ( ! Extension::can_send() ) {
			$engine = new PhpMailer( $this->mailer );
		} elseif ( $direct || ! Extension::can_queue() ) {
			$engine = new Direct( $this->settings );
		} else {
			$engine = new Queue( $this->settings );
		}
		try {
			$outcome             = $engine->deliver( $message, $connection );
			$outcome->connection = $connection->id();
			return $outcome;
		} catch ( SecretException $refused ) {
			$failure = new Failure( new Outcome( Outcome::FAILED, $refused->getMessage() ), 0, true, $refused );
			throw $failure->wait();
		}
	}
}
