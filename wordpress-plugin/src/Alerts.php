<?php
/**
 * Tells somebody that mail fails.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Admin\Menu;
use Outbox\WordPress\Delivery\Failure;
use Outbox\WordPress\Delivery\Outgoing;

defined( 'ABSPATH' ) || exit;

/**
 * Failures are counted where they happen, and told by WP-Cron: the page that met one does not wait for that, and many
 * of them are one notice. Neither recipients nor subjects are told.
 */
final class Alerts {

	/** What the webhook's address is sealed for. */
	public const CONTEXT = 'alert';

	private const TIMEOUT  = 10;
	private const TEXT_MAX = 500;

	/** So many of our own messages are remembered: that one of them fails is no news. */
	private const OWN = 5;

	/**
	 * Whether a notice is being sent: that it fails is not noted.
	 *
	 * @var bool
	 */
	private static $sending = false;

	/**
	 * For outbox/failed.
	 *
	 * @param array<string, mixed> $details The message.
	 */
	public static function note_failure( array $details ): void {
		$state = self::state();
		if ( ! in_array( $details['message_id'] ?? '', $state['own'], true ) ) {
			self::note( (string) ( $details['text'] ?? '' ), 1 );
		}
	}

	/**
	 * For outbox/connection_changed.
	 *
	 * @param string               $id    Name of the connection.
	 * @param bool                 $works Whether it works.
	 * @param array<string, mixed> $event The queue's event.
	 */
	public static function note_connection( string $id, bool $works, array $event ): void {
		if ( ! $works ) {
			/* translators: 1: name of a connection, 2: why. */
			self::note( sprintf( __( 'The queue waits for the connection "%1$s": %2$s', 'outbox' ), $id, (string) ( $event['text'] ?? '' ) ), 0 );
		}
	}

	/**
	 * For outbox/backup_used.
	 *
	 * @param Outgoing $message The message.
	 * @param Failure  $failure Why the first connection could not.
	 */
	public static function note_backup( Outgoing $message, Failure $failure ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable -- the action's first argument.
		/* translators: %s: the server's words. */
		self::note( sprintf( __( 'The backup connection has stepped in: %s', 'outbox' ), $failure->getMessage() ), 0 );
	}

	/**
	 * Counts, and has WP-Cron tell it when it is time.
	 *
	 * @param string $text     What happened.
	 * @param int    $messages How many messages failed by it.
	 */
	private static function note( string $text, int $messages ): void {
		$settings = Plugin::settings();
		if ( self::$sending || ( '' === $settings->get( 'alert_email' ) && ! $settings->has_secret( 'alert_webhook' ) ) ) {
			return;
		}
		$state              = self::state();
		$state['messages'] += $messages;
		$state['text']      = Log\Entry::cut( self::without_addresses( $text ), self::TEXT_MAX );
		State::set( 'alerts', $state );
		if ( false === wp_next_scheduled( Plugin::CRON_ALERT ) ) {
			wp_schedule_single_event( max( time(), $state['sent'] + MINUTE_IN_SECONDS * (int) $settings->get( 'alert_minutes' ) ), Plugin::CRON_ALERT );
		}
	}

	/**
	 * Tells what has been noted. What could not be told by any way is told with what comes next.
	 */
	public static function send(): void {
		$state = self::state();
		if ( '' === $state['text'] ) {
			return;
		}
		self::$sending = true;
		try {
			$told = self::by_mail( $state );
			$told = self::by_webhook( $state ) || $told;
		} finally {
			self::$sending = false;
		}
		$state         = self::state(); // With our own message's name in it.
		$state['sent'] = time();
		if ( $told ) {
			$state['messages'] = 0;
			$state['text']     = '';
		}
		State::set( 'alerts', $state );
	}

	/**
	 * By mail, over another connection than the one that may be broken.
	 *
	 * @param array{messages: int, text: string, sent: int, own: list<string>} $state What was noted.
	 */
	private static function by_mail( array $state ): bool {
		$to = (string) Plugin::settings()->get( 'alert_email' );
		if ( '' === $to ) {
			return false;
		}
		/* translators: %s: name of the site. */
		$subject = sprintf( __( 'Mail of %s fails', 'outbox' ), self::site() );
		$headers = array( 'X-Outbox-Priority: urgent', 'X-Outbox-Mode: direct' );
		$over    = self::connection();
		if ( '' !== $over ) {
			$headers[] = 'X-Outbox-Connection: ' . $over;
		}
		add_action( 'outbox/handed_over', array( self::class, 'remember_own' ) );
		$sent = wp_mail( Check::split( $to ), $subject, self::words( $state ) . "\n", $headers );
		remove_action( 'outbox/handed_over', array( self::class, 'remember_own' ) );
		return true === $sent;
	}

	/**
	 * For outbox/handed_over, while one of our own is sent.
	 *
	 * @param Outgoing $message The message.
	 */
	public static function remember_own( Outgoing $message ): void {
		$state        = self::state();
		$state['own'] = array_slice( array_merge( $state['own'], array( $message->message_id ) ), -self::OWN );
		State::set( 'alerts', $state );
	}

	/**
	 * The connection to tell it over: the one that is set, else the backup, else any other than the first.
	 */
	private static function connection(): string {
		$settings = Plugin::settings();
		foreach ( array( (string) $settings->get( 'alert_connection' ), (string) $settings->get( 'backup' ) ) as $name ) {
			if ( '' !== $name ) {
				return $name;
			}
		}
		return (string) array_key_first( (array) $settings->get( 'connections' ) );
	}

	/**
	 * By the webhook.
	 *
	 * @param array{messages: int, text: string, sent: int, own: list<string>} $state What was noted.
	 */
	private static function by_webhook( array $state ): bool {
		try {
			$url = Plugin::settings()->secret( 'alert_webhook', self::CONTEXT );
		} catch ( SecretException $unreadable ) {
			$url = '';
		}
		if ( '' === $url ) {
			return false;
		}
		$answer = wp_safe_remote_post(
			$url,
			array(
				'timeout'     => self::TIMEOUT,
				'redirection' => 0,
				'headers'     => array( 'Content-Type' => 'application/json' ),
				'body'        => (string) wp_json_encode( self::body( $url, $state ) ),
			)
		);
		$code   = is_wp_error( $answer ) ? 0 : (int) wp_remote_retrieve_response_code( $answer );
		if ( $code >= 200 && $code < 300 ) {
			return true;
		}
		/**
		 * Fires when the webhook could not be told of failures.
		 *
		 * @param string $text Why, without the address, which lets whoever has it post there.
		 */
		do_action( 'outbox/alert_failed', is_wp_error( $answer ) ? str_replace( $url, 'https://...', $answer->get_error_message() ) : "HTTP $code" );
		return false;
	}

	/**
	 * The body that the receiver understands.
	 *
	 * @param string                                                           $url   Webhook.
	 * @param array{messages: int, text: string, sent: int, own: list<string>} $state What was noted.
	 * @return array<string, mixed>
	 */
	public static function body( string $url, array $state ): array {
		$words = self::words( $state );
		$host  = strtolower( (string) wp_parse_url( $url, PHP_URL_HOST ) );
		$path  = (string) wp_parse_url( $url, PHP_URL_PATH );
		if ( 'hooks.slack.com' === $host || 'hooks.slack-gov.com' === $host || '/slack' === substr( $path, -6 ) ) {
			// What stands for a mention or a link in Slack's own language is text here.
			return array( 'text' => str_replace( array( '&', '<', '>' ), array( '&amp;', '&lt;', '&gt;' ), $words ) );
		}
		if ( in_array( $host, array( 'discord.com', 'discordapp.com', 'ptb.discord.com', 'canary.discord.com' ), true ) ) {
			return array(
				'content'          => mb_substr( $words, 0, 2000 ),
				'allowed_mentions' => array( 'parse' => array() ),
			);
		}
		return array(
			'event'    => 'mail_failed',
			'site'     => home_url(),
			'messages' => $state['messages'],
			'reason'   => $state['text'],
			'text'     => $words,
			'time'     => gmdate( 'Y-m-d\TH:i:s\Z' ),
		);
	}

	/**
	 * The notice in words.
	 *
	 * @param array{messages: int, text: string, sent: int, own: list<string>} $state What was noted.
	 */
	private static function words( array $state ): string {
		$lines = array( self::site() . ' (' . home_url() . ')' );
		if ( $state['messages'] > 0 ) {
			/* translators: %s: number. */
			$lines[] = sprintf( _n( '%s message could not be delivered.', '%s messages could not be delivered.', $state['messages'], 'outbox' ), number_format_i18n( $state['messages'] ) );
		}
		/* translators: %s: the server's words. */
		$lines[] = sprintf( __( 'The last reason: %s', 'outbox' ), $state['text'] );
		$lines[] = Menu::url( Menu::LOG );
		return implode( "\n", $lines );
	}

	/**
	 * The site's name.
	 */
	private static function site(): string {
		return wp_specialchars_decode( (string) get_option( 'blogname' ), ENT_QUOTES );
	}

	/**
	 * A server's words without the addresses that it names.
	 *
	 * @param string $text Words.
	 */
	private static function without_addresses( string $text ): string {
		return (string) preg_replace( '/[^\s<>"\'(),;:]+@[^\s<>"\'(),;:]+/', '...', Log\Entry::cut( $text, 2000 ) );
	}

	/**
	 * What was noted.
	 *
	 * @return array{messages: int, text: string, sent: int, own: list<string>}
	 */
	private static function state(): array {
		$state = State::get( 'alerts' );
		$state = is_array( $state ) ? $state : array();
		return array(
			'messages' => (int) ( $state['messages'] ?? 0 ),
			'text'     => (string) ( $state['text'] ?? '' ),
			'sent'     => (int) ( $state['sent'] ?? 0 ),
			'own'      => array_values( array_filter( (array) ( $state['own'] ?? array() ), 'is_string' ) ),
		);
	}
}
