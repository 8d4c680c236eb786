<?php
/**
 * One way of handing a message over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\Connection;
use Outbox\WordPress\SecretException;

defined( 'ABSPATH' ) || exit;

/**
 * The queue, the extension at once, PHPMailer's own SMTP.
 */
interface Engine {

	/**
	 * Hands the message over. When this returns, the message is durably queued, or a server has accepted it for at
	 * least one recipient.
	 *
	 * @param Outgoing   $message    The message.
	 * @param Connection $connection Where to.
	 * @throws Failure         Nobody got it.
	 * @throws SecretException The password cannot be read.
	 */
	public function deliver( Outgoing $message, Connection $connection ): Outcome;
}
