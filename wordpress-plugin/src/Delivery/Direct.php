<?php
/**
 * Sends at once, over the extension.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\Receipt;
use Outbox\WordPress\Connection;
use Outbox\WordPress\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * The page waits for the server's answer, over a connection that the PHP process keeps open.
 */
final class Direct implements Engine {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * See Engine.
	 *
	 * @param Outgoing   $message    The message.
	 * @param Connection $connection Where to.
	 * @throws Failure Nobody got it.
	 */
	public function deliver( Outgoing $message, Connection $connection ): Outcome {
		try {
			$relay   = new Relay( $this->settings );
			$receipt = $relay->transport( $connection )->send( $message->octets(), $relay->envelope( $message ) );
		} catch ( \Outbox\Exception $exception ) {
			throw Relay::failure( $exception );
		} catch ( \ValueError $wrong ) {
			// A setting or an address that the extension does not take; its message names it and shows no secret.
			throw new Failure( new Outcome( Outcome::FAILED, $wrong->getMessage() ), 0, false, $wrong );
		}
		return $this->outcome( $receipt );
	}

	/**
	 * What the receipt says.
	 *
	 * @param Receipt $receipt Of the extension.
	 */
	private function outcome( Receipt $receipt ): Outcome {
		$outcome             = new Outcome( Outcome::SENT );
		$outcome->remote_id  = (string) ( $receipt->remoteId ?? '' );
		$outcome->timings    = $receipt->timings;
		$outcome->transcript = $receipt->transcript;
		foreach ( $receipt->recipients as $address => $result ) {
			$outcome->recipients[ (string) $address ] = Relay::result( $result );
			$outcome->reply                           = $result->text;
		}
		return $outcome;
	}
}
