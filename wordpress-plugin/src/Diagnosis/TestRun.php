<?php
/**
 * A test message, and what became of it.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

use Outbox\WordPress\Delivery\Outcome;
use Outbox\WordPress\Delivery\Outgoing;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Goes through wp_mail() and everything behind it, like all mail of this site: what works for the test works for a
 * password reset, and what stops one stops the other.
 */
final class TestRun {

	/**
	 * What Outbox said of the message, null if it never came there.
	 *
	 * @var Outcome|null
	 */
	private $outcome = null;

	/**
	 * What went wrong where.
	 *
	 * @var array<string, mixed>
	 */
	private $diagnosis = array();

	/**
	 * What was said, credentials masked.
	 *
	 * @var string
	 */
	private $transcript = '';

	/**
	 * Words for a failure.
	 *
	 * @var string
	 */
	private $error = '';

	/**
	 * Sends it.
	 *
	 * @param string $to   Address.
	 * @param bool   $html Whether as HTML.
	 * @return array<string, mixed> ok, status, queue_id, remote_id, reply, milliseconds, error, diagnosis, transcript, token
	 */
	public function send( string $to, bool $html ): array {
		$token = strtoupper( bin2hex( random_bytes( 3 ) ) );
		add_action( 'outbox/handed_over', array( $this, 'note' ), 10, 2 );
		add_action( 'outbox/failed', array( $this, 'note_failure' ), 10, 3 );
		add_action( 'wp_mail_failed', array( $this, 'note_error' ) );
		$since = microtime( true );
		$ok    = self::wp_mail( $to, $token, $html );
		$took  = ( microtime( true ) - $since ) * 1000;
		remove_action( 'outbox/handed_over', array( $this, 'note' ), 10 );
		remove_action( 'outbox/failed', array( $this, 'note_failure' ), 10 );
		remove_action( 'wp_mail_failed', array( $this, 'note_error' ) );
		Plugin::log()->flush();
		$ok = ! $this->is_refused( $to ) && $ok;
		return array(
			'ok'           => $ok,
			'status'       => null === $this->outcome ? ( $ok ? 'elsewhere' : Outcome::FAILED ) : $this->outcome->status,
			'queue_id'     => null === $this->outcome ? '' : $this->outcome->queue_id,
			'remote_id'    => null === $this->outcome ? '' : $this->outcome->remote_id,
			'reply'        => null === $this->outcome ? '' : $this->outcome->reply,
			'milliseconds' => round( $took, 1 ),
			'error'        => $this->error,
			'diagnosis'    => $this->diagnosis,
			'transcript'   => $this->transcript,
			'token'        => $token,
		);
	}

	/**
	 * Whether the server has refused this address, though it has taken the message for another, as for a blind copy.
	 *
	 * @param string $to Address.
	 */
	private function is_refused( string $to ): bool {
		return null !== $this->outcome && in_array( strtolower( $to ), array_map( 'strtolower', $this->outcome->recipients_who( 'rejected' ) ), true );
	}

	/**
	 * What has become of a message in the queue since.
	 *
	 * @param string $queue_id Its name there.
	 * @return array<string, mixed> status, remote_id, reply, milliseconds (null while it waits), transcript, diagnosis
	 */
	public static function progress( string $queue_id ): array {
		Plugin::sync();
		$entry = Plugin::log()->query()->by_queue_id( $queue_id );
		if ( null === $entry ) {
			return self::progress_without_log( $queue_id );
		}
		$last = end( $entry['timeline'] );
		return array(
			'status'       => $entry['status'],
			'remote_id'    => $entry['remote_id'],
			'reply'        => $entry['reply'],
			'milliseconds' => $last['milliseconds'] ?? null,
			'transcript'   => (string) current( array_reverse( array_column( $entry['timeline'], 'transcript' ) ) ),
			'diagnosis'    => self::refusal( $entry['recipients'] ),
		);
	}

	/**
	 * What is to be done about a refusal.
	 *
	 * @param list<array<string, mixed>> $recipients With what became of it for them.
	 * @return array<string, mixed> empty where nobody was refused
	 */
	private static function refusal( array $recipients ): array {
		foreach ( $recipients as $recipient ) {
			if ( 'rejected' === ( $recipient['outcome'] ?? '' ) && ! empty( $recipient['code'] ) ) {
				return PhpDiagnosis::refusal( (int) $recipient['code'], (string) ( $recipient['enhanced'] ?? '' ), (string) ( $recipient['text'] ?? '' ) );
			}
		}
		return array();
	}

	/**
	 * The same where no log is kept: the queue itself is asked.
	 *
	 * @param string $queue_id Name in the queue.
	 * @return array<string, mixed>
	 */
	private static function progress_without_log( string $queue_id ): array {
		$progress = array(
			'status'       => Outcome::QUEUED,
			'remote_id'    => '',
			'reply'        => '',
			'milliseconds' => null,
			'transcript'   => '',
			'diagnosis'    => array(),
		);
		try {
			$found = Extension::spool( Plugin::settings() )->get( $queue_id );
		} catch ( \Throwable $error ) {
			return array( 'reply' => $error->getMessage() ) + $progress;
		}
		if ( null === $found ) {
			$progress['status'] = Outcome::SENT; // It leaves the queue when it is delivered.
		} else {
			$progress['reply']  = (string) ( $found['lastReply'] ?? '' );
			$progress['status'] = array(
				'deferred' => Outcome::DEFERRED,
				'failed'   => Outcome::FAILED,
			)[ $found['state'] ] ?? Outcome::QUEUED;
		}
		return $progress;
	}

	/**
	 * For outbox/handed_over.
	 *
	 * @param Outgoing $message The message.
	 * @param Outcome  $outcome What became of it.
	 */
	public function note( Outgoing $message, Outcome $outcome ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable -- the action's first argument.
		$this->outcome = $outcome;
	}

	/**
	 * For outbox/failed.
	 *
	 * @param array<string, mixed> $details    The message.
	 * @param array<string, mixed> $diagnosis  What went wrong where.
	 * @param string               $transcript What was said, credentials masked.
	 */
	public function note_failure( array $details, array $diagnosis, string $transcript = '' ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable -- the action's first argument.
		$this->diagnosis  = $diagnosis;
		$this->transcript = $transcript;
	}

	/**
	 * For wp_mail_failed.
	 *
	 * @param \WP_Error $error Why.
	 */
	public function note_error( \WP_Error $error ): void {
		$this->error = $error->get_error_message();
	}

	/**
	 * The message. Somebody waits for it, so it goes before all others.
	 *
	 * @param string $to    Address.
	 * @param string $token Tells this test from others.
	 * @param bool   $html  Whether as HTML.
	 */
	private static function wp_mail( string $to, string $token, bool $html ): bool {
		$site = wp_specialchars_decode( (string) get_option( 'blogname' ), ENT_QUOTES );
		/* translators: 1: name of the site, 2: a few letters and digits. */
		$subject = sprintf( __( 'Test of mail from %1$s (%2$s)', 'outbox' ), $site, $token );
		$text    = array(
			/* translators: %s: name of the site. */
			sprintf( __( 'It works: %s can send mail.', 'outbox' ), $site ),
			/* translators: 1: date and time, 2: address of the site. */
			sprintf( __( 'Sent on %1$s from %2$s by Outbox.', 'outbox' ), wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ) ), home_url() ),
			/* translators: %s: a few letters and digits. */
			sprintf( __( 'Number of this test: %s', 'outbox' ), $token ),
		);
		$headers = array( 'X-Outbox-Priority: urgent', 'X-Outbox-Trace: yes' );
		$body    = implode( "\n\n", $text ) . "\n";
		if ( $html ) {
			$headers[] = 'Content-Type: text/html; charset=UTF-8';
			$body      = '<!doctype html><html><body style="font-family: sans-serif; line-height: 1.5"><h1 style="font-size: 1.3em">' . esc_html( $text[0] )
				. '</h1><p>' . implode( '</p><p>', array_map( 'esc_html', array_slice( $text, 1 ) ) ) . '</p></body></html>';
		}
		return true === wp_mail( $to, $subject, $body, $headers );
	}
}
