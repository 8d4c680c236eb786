<?php
/**
 * Sends at once, over PHPMailer's own SMTP.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Mailer;
use PHPMailer\PHPMailer\Exception as MailerException;

defined( 'ABSPATH' ) || exit;

/**
 * For servers without the extension: the same settings, and no mail lost because a module is missing.
 */
final class PhpMailer implements Engine {

	/**
	 * Who has composed the message.
	 *
	 * @var Mailer
	 */
	private $mailer;

	/**
	 * With this mailer.
	 *
	 * @param Mailer $mailer Who has composed the message.
	 */
	public function __construct( Mailer $mailer ) {
		$this->mailer = $mailer;
	}

	/**
	 * See Engine.
	 *
	 * @param Outgoing   $message    The message.
	 * @param Connection $connection Where to.
	 * @throws Failure Nobody got it.
	 */
	public function deliver( Outgoing $message, Connection $connection ): Outcome {
		if ( '' !== $connection->profile() ) {
			throw new Failure( new Outcome( Outcome::FAILED, __( 'The connection is a relay profile of the Outbox extension, and the extension is not loaded.', 'outbox' ) ), 0, true );
		}
		try {
			$this->mailer->send_by_smtp( $message, $connection );
		} catch ( MailerException $exception ) {
			if ( ! in_array( true, $this->mailer->accepted(), true ) ) {
				throw $this->failure( $exception );
			}
			// PHPMailer throws when one of many was refused; the others have got it.
			$refused = $exception->getMessage();
		}
		$outcome            = new Outcome( Outcome::SENT );
		$outcome->remote_id = $this->mailer->smtp_id();
		foreach ( $this->mailer->accepted() as $address => $accepted ) {
			$outcome->recipients[ (string) $address ] = array(
				'outcome'  => $accepted ? 'sent' : 'rejected',
				'code'     => null,
				'enhanced' => null,
				'text'     => $accepted ? '' : $refused ?? '',
			);
		}
		return $outcome;
	}

	/**
	 * What an exception of PHPMailer means here.
	 *
	 * @param MailerException $exception What was caught.
	 */
	private function failure( MailerException $exception ): Failure {
		$error  = $this->mailer->smtp_error();
		$status = $error['after_data'] && 0 === $error['code'] ? Outcome::UNKNOWN : Outcome::FAILED;
		// Before a message is named, everything that fails is the connection's.
		return new Failure( new Outcome( $status, $exception->getMessage() ), $error['code'], ! $error['in_message'], $exception );
	}
}
