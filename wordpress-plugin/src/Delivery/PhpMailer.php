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
use Outbox\WordPress\Diagnosis\PhpDiagnosis;
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
		$smtp = new Smtp( $connection->connect_timeout() );
		try {
			$this->mailer->send_by_smtp( $message, $connection, $smtp );
		} catch ( MailerException $exception ) {
			// PHPMailer throws when one of many was refused, too; the others have got it.
			if ( 'rcpt' !== $smtp->failed_stage() || ! in_array( true, array_column( $smtp->recipients(), 'accepted' ), true ) ) {
				throw $this->failure( $exception, $smtp );
			}
		}
		$id                  = $smtp->getLastTransactionID();
		$outcome             = new Outcome( Outcome::SENT );
		$outcome->remote_id  = is_string( $id ) ? $id : '';
		$outcome->recipients = self::results( $smtp );
		$outcome->transcript = $smtp->transcript();
		return $outcome;
	}

	/**
	 * What an exception of PHPMailer means here.
	 *
	 * @param MailerException $exception What was caught.
	 * @param Smtp            $smtp      What it remembers.
	 */
	private function failure( MailerException $exception, Smtp $smtp ): Failure {
		// No answer to the end of the message: it may have been sent.
		$unknown             = 'data' === $smtp->failed_stage() && 0 === $smtp->failed_code();
		$outcome             = new Outcome( $unknown ? Outcome::UNKNOWN : Outcome::FAILED, $exception->getMessage() );
		$outcome->recipients = self::results( $smtp );
		// A server that hangs up or closes down has refused nothing; once the message was under way nobody can be sure.
		$lost      = in_array( $smtp->failed_code(), array( 0, 421 ), true ) && 'data' !== $smtp->failed_stage();
		$elsewhere = $lost || 'connect' === $smtp->failed_stage();
		$failure   = new Failure( $outcome, $smtp->failed_code(), $elsewhere, $exception );
		$refused   = 'connect' !== $smtp->failed_stage() && $smtp->failed_code() >= 500;
		$diagnosis = $refused ? PhpDiagnosis::refusal( $smtp->failed_code(), $smtp->failed_enhanced(), $exception->getMessage() ) : array();
		return $failure->explain( $diagnosis, $smtp->transcript() );
	}

	/**
	 * What became of each recipient.
	 *
	 * @param Smtp $smtp What it remembers.
	 * @return array<string, array{outcome: string, code: int|null, enhanced: string|null, text: string}>
	 */
	private static function results( Smtp $smtp ): array {
		$results = array();
		$sent    = array(
			'connect' => 'sent',
			'rcpt'    => 'sent',
			'data'    => 0 === $smtp->failed_code() ? 'unknown' : 'rejected',
		)[ $smtp->failed_stage() ] ?? 'rejected';
		foreach ( $smtp->recipients() as $address => $reply ) {
			$results[ $address ] = array(
				'outcome'  => $reply['accepted'] ? $sent : ( 4 === intdiv( $reply['code'], 100 ) ? 'deferred' : 'rejected' ),
				'code'     => $reply['code'],
				'enhanced' => '' === $reply['enhanced'] ? null : $reply['enhanced'],
				'text'     => $reply['text'],
			);
		}
		return $results;
	}
}
