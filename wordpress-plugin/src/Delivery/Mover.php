<?php
/**
 * Queues a waiting message again, in another way.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\Envelope;
use Outbox\WordPress\Connection;
use Outbox\WordPress\Log;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * For another connection, or under another name of the site. Each is queued under a key made of its old name before the
 * old one is removed, so that a crash in between neither loses nor doubles it.
 */
final class Mover {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * The log.
	 *
	 * @var Log
	 */
	private $log;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 * @param Log      $log      The log.
	 */
	public function __construct( Settings $settings, Log $log ) {
		$this->settings = $settings;
		$this->log      = $log;
	}

	/**
	 * Moves one message.
	 *
	 * @param \Outbox\Spool        $spool   The queue.
	 * @param array<string, mixed> $message As Spool::list() gives it.
	 * @param Connection           $to      Which connection it takes from now on.
	 * @param string               $purpose A word for what it is done: part of the key.
	 * @param string               $text    For its timeline.
	 * @param string               $held    Why it is held from now on; '' for not.
	 * @return bool Whether there was something to move.
	 * @throws \Outbox\Exception                The queue cannot be read or written.
	 * @throws \Outbox\WordPress\SecretException The password cannot be read, and it is not to be held.
	 */
	public function move( \Outbox\Spool $spool, array $message, Connection $to, string $purpose, string $text, string $held = '' ): bool {
		$id    = (string) $message['id'];
		$whole = $spool->get( $id );
		$open  = array();
		foreach ( $message['recipients'] as $address => $result ) {
			if ( in_array( $result[0] ?? null, array( null, 'deferred' ), true ) ) {
				$open[] = (string) $address;
			}
		}
		if ( null === $whole || array() === $open ) {
			return false;
		}
		$relay   = new Relay( $this->settings );
		$profile = '' === $held ? $relay->profile( $to ) : $relay->profile_of_held( $to );
		$options = array(
			'key'        => "outbox-$purpose-$id",
			'profile'    => $profile,
			'tag'        => State::site(),
			'priority'   => (string) $message['priority'],
			'expires_in' => max( 60, (int) $message['expires'] - time() ),
		) + Held::option( $held ) + $relay->spool();
		$new     = $relay->of_profile( $profile )->queue( (string) $whole['message'], new Envelope( (string) $message['sender'], $open ), $options );
		$this->note( $id, $new, $to, $text );
		$spool->remove( $id );
		return true;
	}

	/**
	 * Has the log follow.
	 *
	 * @param string     $id   Its name until now.
	 * @param string     $new  Its name from now on.
	 * @param Connection $to   Which connection it takes.
	 * @param string     $text For its timeline.
	 */
	private function note( string $id, string $new, Connection $to, string $text ): void {
		$entry = $this->log->query()->by_queue_id( $id );
		if ( null === $entry ) {
			return;
		}
		$entry['timeline'][] = array(
			'time' => round( microtime( true ), 3 ),
			'type' => 'moved',
			'text' => $text,
		);
		$this->log->update(
			(int) $entry['id'],
			array(
				'queue_id'   => $new,
				'connection' => $to->id(),
				'timeline'   => (string) wp_json_encode( $entry['timeline'] ),
			)
		);
	}
}
