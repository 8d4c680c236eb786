<?php
/**
 * Chooses how a message leaves, and tells those who want to know.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\CloneGuard;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Mailer;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * One message at a time.
 */
final class Dispatcher {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

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
		$this->settings = $settings;
		$this->mailer   = $mailer;
	}

	/**
	 * Sends, queues, redirects or blocks.
	 *
	 * @param Outgoing $message The message.
	 * @throws Failure Nobody got it.
	 */
	public function dispatch( Outgoing $message ): Outcome {
		try {
			$mode = $this->mode( $message );
			if ( 'redirect' === $mode ) {
				$message = $message->redirected( (string) $this->settings->get( 'redirect_to' ) );
			}
			$outcome = $this->by_mode( $message, $mode );
		} catch ( \Throwable $thrown ) {
			// An Error, of ours or of a plugin that has a say here, must not be a white page at a checkout.
			$failure = $thrown instanceof Failure ? $thrown : new Failure( new Outcome( Outcome::FAILED, $thrown->getMessage() ), 0, false, $thrown );
			$this->tell_failure( $message, $failure );
			throw $failure;
		}
		try {
			if ( 'log' !== $mode ) {
				Plugin::log()->add( $message, $outcome );
			}
			$this->tell( $message, $outcome );
		} catch ( \Throwable $mistake ) {
			// The message is out of our hands: a listener's mistake must not make its sender send it again.
			trigger_error( esc_html( $mistake->getMessage() ), E_USER_WARNING ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_trigger_error -- for the site's log of errors.
		}
		return $outcome;
	}

	/**
	 * Logs a message that could not be composed.
	 *
	 * @param Outgoing   $message What there is of it.
	 * @param \Throwable $reason  Why.
	 */
	public function refuse( Outgoing $message, \Throwable $reason ): void {
		$this->tell_failure( $message, new Failure( new Outcome( Outcome::FAILED, $reason->getMessage() ), 0, false, $reason ) );
	}

	/**
	 * Tells those who want to know.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 */
	private function tell( Outgoing $message, Outcome $outcome ): void {
		CloneGuard::remember();
		/**
		 * Fires when a message was sent, queued or blocked.
		 *
		 * @param Outgoing $message The message.
		 * @param Outcome  $outcome What became of it.
		 */
		do_action( 'outbox/handed_over', $message, $outcome );
		$accepted = $outcome->recipients_who( 'sent' );
		if ( array() !== $accepted ) {
			/**
			 * Fires when a server has taken a message on, be it at once or from the queue.
			 *
			 * @param array{message_id: string, queue_id: string, remote_id: string, subject: string, recipients: list<string>} $details The message.
			 */
			do_action( 'outbox/delivered', array( 'recipients' => $accepted ) + $this->details( $message, $outcome ) );
			State::set( 'failure', null );
			$this->tell_refusals( $message, $outcome );
		}
	}

	/**
	 * Tells of recipients that were refused while others were not.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 */
	private function tell_refusals( Outgoing $message, Outcome $outcome ): void {
		// Those whom the server has put off are in the queue, if there is one.
		$put_off = '' === $outcome->queue_id ? array( 'deferred' ) : array();
		foreach ( $outcome->recipients_who( 'rejected', 'unknown', ...$put_off ) as $address ) {
			$result  = $outcome->recipients[ $address ];
			$details = array(
				'recipients' => array( $address ),
				'text'       => $result['text'],
				'code'       => (int) $result['code'],
			) + $this->details( $message, $outcome );
			/** This action is documented below. */
			do_action( 'outbox/failed', $details, array(), $outcome->transcript );
			Replay::failure( $details );
		}
	}

	/**
	 * The mode in force for this message. Only between queue and direct a message may choose.
	 *
	 * @param Outgoing $message The message.
	 */
	private function mode( Outgoing $message ): string {
		$mode   = (string) $this->settings->get( 'delivery_mode' );
		$chosen = '' !== $message->mode && in_array( $mode, array( 'queue', 'direct' ), true ) ? $message->mode : $mode;
		/**
		 * Filters how a message leaves.
		 *
		 * @param string   $chosen  "queue", "direct", "redirect", "log" or "block".
		 * @param Outgoing $message The message.
		 */
		$chosen = apply_filters( 'outbox/mode', $chosen, $message );
		return in_array( $chosen, array( 'queue', 'direct', 'redirect', 'log', 'block' ), true ) ? $chosen : $mode;
	}

	/**
	 * Does what the mode says.
	 *
	 * @param Outgoing $message The message.
	 * @param string   $mode    The mode.
	 * @throws Failure Nobody got it.
	 */
	private function by_mode( Outgoing $message, string $mode ): Outcome {
		if ( 'log' === $mode ) {
			$outcome = new Outcome( Outcome::BLOCKED, __( 'Kept in the log, not sent.', 'outbox' ) );
			if ( ! Plugin::log()->keep( $message, $outcome ) ) {
				throw new Failure( new Outcome( Outcome::FAILED, __( 'The log could not keep the message, and nothing is sent: that is how Outbox is set.', 'outbox' ) ) );
			}
			return $outcome;
		}
		if ( 'block' === $mode ) {
			return new Outcome( Outcome::BLOCKED, __( 'Not sent: sending is switched off.', 'outbox' ) );
		}
		$courier = new Courier( $this->settings, $this->mailer );
		if ( CloneGuard::is_paused( $this->settings ) ) {
			if ( ! Extension::can_queue() ) {
				throw new Failure( new Outcome( Outcome::BLOCKED, __( 'Mail is paused, because the address of the site has changed, and cannot be kept without the Outbox extension of PHP. Say in the settings of Outbox whether this is the same site.', 'outbox' ) ) );
			}
			return $courier->hold( $message, Held::ADDRESS );
		}
		return $courier->carry( $message, in_array( 'direct', array( $mode, $message->mode ), true ) );
	}

	/**
	 * Logs a failure and tells those who want to know. The action wp_mail_failed is fired by wp_mail() itself.
	 *
	 * @param Outgoing $message The message.
	 * @param Failure  $failure What went wrong.
	 */
	private function tell_failure( Outgoing $message, Failure $failure ): void {
		$outcome = $failure->outcome();
		Plugin::log()->add( $message, $outcome );
		State::set(
			'failure',
			array(
				'time'  => time(),
				'text'  => mb_substr( $failure->getMessage(), 0, 300 ),
				'class' => (string) ( $failure->diagnosis()['class'] ?? '' ),
			)
		);
		/**
		 * Fires when a message could not be delivered, be it at once or from the queue.
		 *
		 * @param array<string, mixed> $details    The message: message_id, queue_id, subject, recipients, source, code, text.
		 * @param array<string, mixed> $diagnosis  What went wrong where; empty for nothing known.
		 * @param string               $transcript The dialogue, credentials masked; '' for none.
		 */
		do_action( 'outbox/failed', $this->details( $message, $outcome ) + array( 'code' => $failure->getCode() ), $failure->diagnosis(), $failure->transcript() );
	}

	/**
	 * What actions say of a message.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 * @return array<string, mixed>
	 */
	private function details( Outgoing $message, Outcome $outcome ): array {
		return array(
			'message_id' => $message->message_id,
			'queue_id'   => $outcome->queue_id,
			'remote_id'  => $outcome->remote_id,
			'subject'    => $message->subject,
			'recipients' => $message->recipients(),
			'source'     => $message->source,
			'status'     => $outcome->status,
			'text'       => $outcome->reply,
		);
	}
}
