<?php
/**
 * The mailer that takes the place of core's.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Delivery\Dispatcher;
use Outbox\WordPress\Delivery\Failure;
use Outbox\WordPress\Delivery\Outgoing;
use Outbox\WordPress\Delivery\Smtp;
use PHPMailer\PHPMailer\Exception as MailerException;
use PHPMailer\PHPMailer\PHPMailer;

defined( 'ABSPATH' ) || exit;

/**
 * PHPMailer composes the message, with everything that other plugins have done to it; only the last step is ours:
 * handing it over. Whatever fails there is thrown as PHPMailer's exception, so that wp_mail() fires wp_mail_failed and
 * returns false; nothing else ever leaves.
 *
 * What only this message wanted (a sender, a key, headers that speak to Outbox) is forgotten when it is sent: core
 * uses the same object for the next one.
 */
final class Mailer extends CoreMailer {

	/** Properties that core does not reset between messages, and that must not leak into the next one. */
	private const OF_ONE_MESSAGE = array( 'Sender', 'MessageID', 'MessageDate', 'Priority', 'Ical', 'ConfirmReadingTo', 'dsn', 'DKIM_domain', 'DKIM_selector', 'DKIM_identity', 'DKIM_passphrase', 'DKIM_private', 'DKIM_private_string', 'DKIM_extraHeaders', 'SMTPOptions' );

	/**
	 * What it was taken with; null while it is core's.
	 *
	 * @var Takeover|null
	 */
	private $takeover = null;

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * What the filters pushed aside.
	 *
	 * @var array{address: string, name: string}
	 */
	private $displaced = array(
		'address' => '',
		'name'    => '',
	);

	/**
	 * Who sends.
	 *
	 * @var Source
	 */
	private $source;

	/**
	 * Headers that speak to Outbox: value by lower-case name without "x-outbox-".
	 *
	 * @var array<array-key, string>
	 */
	private $instructions = array();

	/**
	 * Whether those who want to know have been told about this message.
	 *
	 * @var bool
	 */
	private $is_told = false;

	/**
	 * Defaults of OF_ONE_MESSAGE.
	 *
	 * @var array<string, mixed>
	 */
	private $fresh = array();

	/**
	 * One that has everything that another has.
	 *
	 * @param PHPMailer $other Whoever was about to send.
	 */
	public static function instead_of( PHPMailer $other ): self {
		$mailer = new self( true );
		// Bound to PHPMailer, for what is protected or private there. A subclass's own properties stay behind.
		$copy = \Closure::bind(
			static function ( PHPMailer $from, PHPMailer $to ): void {
				foreach ( get_object_vars( $from ) as $name => $value ) {
					if ( property_exists( PHPMailer::class, $name ) ) {
						$to->$name = $value;
					}
				}
			},
			null,
			PHPMailer::class
		);
		foreach ( self::OF_ONE_MESSAGE as $name ) {
			if ( property_exists( $mailer, $name ) ) {
				$mailer->fresh[ $name ] = $mailer->$name;
			}
		}
		$copy( $other, $mailer );
		$mailer->exceptions = true; // Without them wp_mail() says false and wp_mail_failed nothing.
		return $mailer;
	}

	/**
	 * One for a message that is composed already.
	 */
	public static function alone(): self {
		return self::instead_of( new PHPMailer( true ) );
	}

	/**
	 * This message is ours.
	 *
	 * @param Takeover                             $takeover  Who says which From counts.
	 * @param Settings                             $settings  The settings.
	 * @param array{address: string, name: string} $displaced What the filters pushed aside.
	 */
	public function take( Takeover $takeover, Settings $settings, array $displaced ): void {
		$this->takeover  = $takeover;
		$this->settings  = $settings;
		$this->displaced = $displaced;
		$this->source    = Source::here();
	}

	/**
	 * This message is core's.
	 */
	public function let_go(): void {
		$this->takeover = null;
	}

	/**
	 * Sends, and forgets.
	 *
	 * @return bool
	 * @throws MailerException It could not be handed over.
	 */
	public function send() {
		if ( null === $this->takeover ) {
			return parent::send();
		}
		$this->is_told = false;
		try {
			return parent::send();
		} catch ( MailerException $exception ) {
			if ( ! $this->is_told ) {
				// It did not come to sending: no recipient, no text, a file that is not there.
				( new Dispatcher( $this->settings, $this ) )->refuse( $this->outgoing( '', '' ), $exception );
			}
			throw $exception;
		} finally {
			foreach ( $this->fresh as $name => $value ) {
				$this->$name = $value;
			}
			$this->instructions = array();
			$this->displaced    = array(
				'address' => '',
				'name'    => '',
			);
		}
	}

	/**
	 * Composes the message, after all others have had their say.
	 *
	 * @return bool
	 * @throws MailerException It is no message.
	 */
	public function preSend() {
		$takeover = $this->takeover;
		if ( null !== $takeover ) {
			// Composed for SMTP: CRLF, long headers left as they are, no Bcc.
			$this->Mailer = 'smtp';
			$this->take_instructions();
			$this->keep_boundary();
			( new Composition( $this->settings, $takeover ) )->apply( $this, $this->displaced );
		}
		return parent::preSend();
	}

	/**
	 * Hands the composed message over.
	 *
	 * @param string $header Header.
	 * @param string $body   Body.
	 * @return bool
	 * @throws MailerException It could not be handed over.
	 */
	protected function smtpSend( $header, $body ) {
		if ( null === $this->takeover ) {
			return parent::smtpSend( $header, $body );
		}
		try {
			$message       = $this->outgoing( (string) $header, (string) $body );
			$this->is_told = true;
			$outcome       = ( new Dispatcher( $this->settings, $this ) )->dispatch( $message );
		} catch ( \Throwable $thrown ) {
			// Failures, and mistakes of plugins that listen: anything but PHPMailer's exception would leave wp_mail().
			$this->setError( $thrown->getMessage() );
			throw new MailerException( $thrown->getMessage(), $thrown instanceof Failure ? $thrown->getCode() : 0, $thrown );
		}
		foreach ( $message->recipients() as $address ) {
			$is_sent = in_array( $outcome->recipients[ $address ]['outcome'] ?? 'sent', array( 'sent', 'unknown' ), true );
			$this->doCallback( $is_sent, array( array( $address, '' ) ), array(), array(), $this->Subject, $body, $this->From, array( 'smtp_transaction_id' => $outcome->remote_id ) );
		}
		return true;
	}

	/**
	 * Sends over PHPMailer's own SMTP: for servers without the extension.
	 *
	 * @param Outgoing   $message    What to send.
	 * @param Connection $connection Where to.
	 * @param Smtp       $smtp       Remembers what went wrong.
	 * @throws MailerException It was not accepted for somebody.
	 * @throws SecretException The password cannot be read.
	 */
	public function send_by_smtp( Outgoing $message, Connection $connection, Smtp $smtp ): void {
		$before = array( $this->to, $this->cc, $this->bcc, $this->all_recipients, $this->action_function );
		$this->set_smtp( $connection );
		try {
			// The listener is called when all is known, by smtpSend().
			$this->action_function = static function (): void {};
			$this->setSMTPInstance( $smtp );
			$this->to             = array_map(
				static function ( string $address ): array {
					return array( $address, '' );
				},
				$message->recipients()
			);
			$this->cc             = array();
			$this->bcc            = array();
			$this->all_recipients = array_fill_keys( array_map( 'strtolower', $message->recipients() ), true );
			parent::smtpSend( $message->header(), $message->body() );
		} finally {
			list( $this->to, $this->cc, $this->bcc, $this->all_recipients, $this->action_function ) = $before;
			$this->Username = '';
			$this->Password = '';
			// A connection that failed half-way would be taken for a good one by the next message.
			$this->smtpClose();
		}
	}

	/**
	 * The connection's settings in PHPMailer's words.
	 *
	 * @param Connection $connection Where to.
	 * @throws SecretException The password cannot be read.
	 */
	private function set_smtp( Connection $connection ): void {
		$this->smtpClose();
		$this->Host                              = $connection->host();
		$this->Port                              = $connection->port();
		$this->SMTPSecure                        = 'none' === $connection->encryption() ? '' : $connection->encryption();
		$this->SMTPAutoTLS                       = $connection->autotls();
		$this->SMTPAuth                          = $connection->auth();
		$this->Helo                              = $connection->ehlo();
		$this->Timeout                           = $connection->timeout();
		list( $this->Username, $this->Password ) = $connection->credentials();
		$ssl                                     = array(
			'verify_peer'      => $connection->verify(),
			'verify_peer_name' => $connection->verify(),
		);
		if ( '' !== $connection->ca_file() ) {
			$ssl['cafile'] = $connection->ca_file();
		}
		$this->SMTPOptions   = array( 'ssl' => $ssl );
		$this->SMTPKeepAlive = false;
	}

	/**
	 * The message as a value.
	 *
	 * @param string $header Header.
	 * @param string $body   Body.
	 */
	private function outgoing( string $header, string $body ): Outgoing {
		$addresses = static function ( array $recipients ): array {
			return array_map( 'strval', array_column( $recipients, 0 ) );
		};
		$message   = new Outgoing( static::stripTrailingWSP( $header ), $body );

		$message->sender     = '' === $this->Sender ? $this->From : $this->Sender;
		$message->from       = $this->From;
		$message->to         = $addresses( $this->to );
		$message->cc         = $addresses( $this->cc );
		$message->bcc        = $addresses( $this->bcc );
		$message->subject    = $this->Subject;
		$message->message_id = trim( $this->getLastMessageID(), '<>' );
		$message->notify     = (string) ( $this->dsn ?? '' );
		$message->source     = $this->source->name();
		$message->expires_in = $this->source->expires_in();
		$message->instruct( $this->instructions, $this->source->is_urgent() );
		return $message;
	}

	/**
	 * Takes the headers that speak to Outbox out of the message.
	 */
	private function take_instructions(): void {
		$kept = array();
		foreach ( $this->CustomHeader as $header ) {
			$name = strtolower( trim( (string) $header[0] ) );
			if ( 0 === strpos( $name, 'x-outbox-' ) ) {
				$this->instructions[ substr( $name, 9 ) ] = trim( (string) $header[1] );
			} else {
				$kept[] = $header;
			}
		}
		$this->CustomHeader = $kept;
	}

	/**
	 * A body that is multipart already needs its boundary in the type. Core before 6.9 forgets it where Content-Type is
	 * the only header, and otherwise writes the type twice.
	 */
	private function keep_boundary(): void {
		if ( 0 !== stripos( $this->ContentType, 'multipart/' ) || false !== stripos( $this->ContentType, 'boundary=' ) ) {
			return;
		}
		foreach ( $this->CustomHeader as $i => $header ) {
			if ( 0 === strcasecmp( trim( (string) $header[0] ), 'Content-Type' ) && false !== stripos( (string) $header[1], 'boundary=' ) ) {
				$this->ContentType = trim( (string) $header[1] );
				unset( $this->CustomHeader[ $i ] );
				return;
			}
		}
		if ( '' === $this->AltBody && 1 === preg_match( '/\A\s*--([^\s"]{1,70})\r?\n/', $this->Body, $first ) && false !== strpos( $this->Body, '--' . $first[1] . '--' ) ) {
			$this->ContentType .= '; boundary="' . $first[1] . '"';
		}
	}
}
