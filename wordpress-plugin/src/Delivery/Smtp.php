<?php
/**
 * PHPMailer's SMTP, remembering what went wrong.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use PHPMailer\PHPMailer\SMTP as CoreSmtp;

defined( 'ABSPATH' ) || exit;

/**
 * PHPMailer tells its stages apart by words, and forgets a refusal when it says QUIT. This notes stage and reply where
 * they come up.
 */
final class Smtp extends CoreSmtp {

	/** So many octets of the dialogue are noted. */
	private const TRANSCRIPT = 32768;

	/**
	 * The stage that failed: "connect" (everything before a message), "mail", "rcpt" or "data".
	 *
	 * @var string
	 */
	private $stage = 'connect';

	/**
	 * The reply to the command that failed, 0 for none.
	 *
	 * @var int
	 */
	private $code = 0;

	/**
	 * Its enhanced code, '' for none.
	 *
	 * @var string
	 */
	private $enhanced = '';

	/**
	 * By recipient: whether it was accepted, and the reply.
	 *
	 * @var array<string, array{accepted: bool, code: int, enhanced: string, text: string}>
	 */
	private $recipients = array();

	/**
	 * The dialogue, credentials and the message itself left out.
	 *
	 * @var string
	 */
	private $transcript = '';

	/**
	 * The dialogue, credentials and the message itself left out.
	 */
	public function transcript(): string {
		return $this->transcript;
	}

	/**
	 * Sends octets; what they are is in the command's name.
	 *
	 * @param string $data    Octets.
	 * @param string $command What they are for.
	 * @return int|bool
	 */
	public function client_send( $data, $command = '' ) {
		$line = rtrim( $data, "\r\n" );
		if ( in_array( $command, array( 'User & Password', 'Username', 'Password' ), true ) ) {
			$this->said( 'C: ***' );
		} elseif ( 'DATA' !== $command || 'DATA' === $line ) {
			$this->said( 'C: ' . preg_replace( '/^(AUTH \S+) .+/i', '$1 ***', $line ) );
		}
		return parent::client_send( $data, $command );
	}

	/**
	 * Reads a reply.
	 *
	 * @return string
	 */
	protected function get_lines() {
		$reply = parent::get_lines();
		foreach ( explode( "\n", trim( str_replace( "\r", '', $reply ) ) ) as $line ) {
			$this->said( 'S: ' . $line );
		}
		return $reply;
	}

	/**
	 * Notes a line of the dialogue.
	 *
	 * @param string $line Line.
	 */
	private function said( string $line ): void {
		if ( strlen( $this->transcript ) < self::TRANSCRIPT ) {
			$this->transcript .= $line . "\n";
		}
	}

	/**
	 * Seconds to connect.
	 *
	 * @var int
	 */
	private $connect_timeout;

	/**
	 * With a time to connect of its own: PHPMailer has one for everything.
	 *
	 * @param int $connect_timeout Seconds.
	 */
	public function __construct( int $connect_timeout ) {
		$this->connect_timeout = $connect_timeout;
	}

	/**
	 * Connects.
	 *
	 * @param string               $host    Host, with ssl:// for TLS from the start.
	 * @param int|null             $port    Port.
	 * @param int                  $timeout Seconds to wait for an answer.
	 * @param array<string, mixed> $options Of the stream.
	 * @return resource|false
	 */
	protected function getSMTPConnection( $host, $port = null, $timeout = 30, $options = array() ) {
		$stream = parent::getSMTPConnection( $host, $port, $this->connect_timeout, $options );
		if ( is_resource( $stream ) ) {
			stream_set_timeout( $stream, (int) $timeout );
		}
		return $stream;
	}

	/**
	 * The stage that failed.
	 */
	public function failed_stage(): string {
		return $this->stage;
	}

	/**
	 * The reply to the command that failed, 0 for none.
	 */
	public function failed_code(): int {
		return $this->code;
	}

	/**
	 * Its enhanced code, '' for none.
	 */
	public function failed_enhanced(): string {
		return $this->enhanced;
	}

	/**
	 * By recipient: whether it was accepted, and the reply.
	 *
	 * @return array<string, array{accepted: bool, code: int, enhanced: string, text: string}>
	 */
	public function recipients(): array {
		return $this->recipients;
	}

	/**
	 * Logs in.
	 *
	 * @param string $username User.
	 * @param string $password Password.
	 * @param string $authtype Mechanism.
	 * @param mixed  $OAuth    Token provider.
	 * @return bool
	 */
	public function authenticate( $username, $password, $authtype = null, $OAuth = null ) {
		return $this->note( 'connect', parent::authenticate( $username, $password, $authtype, $OAuth ) );
	}

	/**
	 * Names the sender.
	 *
	 * @param string $from Sender.
	 * @return bool
	 */
	public function mail( $from ) {
		return $this->note( 'mail', parent::mail( $from ) );
	}

	/**
	 * Names a recipient.
	 *
	 * @param string $address Recipient.
	 * @param string $dsn     Wish for reports.
	 * @return bool
	 */
	public function recipient( $address, $dsn = '' ) {
		$accepted = $this->note( 'rcpt', parent::recipient( $address, $dsn ) );
		$error    = $this->getError();

		$this->recipients[ $address ] = array(
			'accepted' => $accepted,
			'code'     => $accepted ? 250 : (int) $error['smtp_code'],
			'enhanced' => $accepted ? '' : (string) $error['smtp_code_ex'],
			'text'     => trim( $accepted ? substr( $this->last_reply, 4 ) : (string) $error['detail'] ),
		);
		return $accepted;
	}

	/**
	 * Sends the message.
	 *
	 * @param string $msg_data Message.
	 * @return bool
	 */
	public function data( $msg_data ) {
		return $this->note( 'data', parent::data( $msg_data ) );
	}

	/**
	 * Notes a failure.
	 *
	 * @param string $stage Stage.
	 * @param bool   $done  Whether it went well.
	 */
	private function note( string $stage, bool $done ): bool {
		if ( ! $done ) {
			$error          = $this->getError();
			$this->stage    = $stage;
			$this->code     = (int) $error['smtp_code'];
			$this->enhanced = (string) $error['smtp_code_ex'];
		}
		return $done;
	}
}
