<?php
/**
 * Puts a message into the extension's queue.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * The page waits for the disk and for nothing else. Whether it could be delivered is told later: see Log\Sync.
 */
final class Queue implements Engine {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Why messages are held: Held::ADDRESS or Held::PASSWORD; '' for not.
	 *
	 * @var string
	 */
	private $held;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 * @param string   $held     Why messages are held: Held::ADDRESS or Held::PASSWORD; '' for not.
	 */
	public function __construct( Settings $settings, string $held = '' ) {
		$this->settings = $settings;
		$this->held     = $held;
	}

	/**
	 * See Engine.
	 *
	 * @param Outgoing   $message    The message.
	 * @param Connection $connection Where to.
	 * @throws Failure It is not in the queue.
	 */
	public function deliver( Outgoing $message, Connection $connection ): Outcome {
		$relay = new Relay( $this->settings );
		try {
			$profile = '' === $this->held ? $relay->profile( $connection ) : $relay->profile_of_held( $connection );
			$options = array( 'profile' => $profile ) + Held::option( $this->held ) + $relay->queue_options( $message );
			$outcome = new Outcome( Outcome::QUEUED, Held::words( $this->held ) );

			$outcome->queue_id = $relay->of_profile( $profile )->queue( $message->octets(), $relay->envelope( $message ), $options );
			return $outcome;
		} catch ( \Outbox\Exception $exception ) {
			throw Relay::failure( $exception );
		} catch ( \ValueError $wrong ) {
			throw new Failure( new Outcome( Outcome::FAILED, $wrong->getMessage() ), 0, false, $wrong );
		}
	}
}
