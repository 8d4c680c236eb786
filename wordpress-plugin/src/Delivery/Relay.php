<?php
/**
 * Between the plugin's words and the extension's.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\Envelope;
use Outbox\Profile;
use Outbox\Result;
use Outbox\Transport;
use Outbox\WordPress\Check;
use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Extension;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Transports, envelopes and profiles made from settings; failures made from exceptions.
 */
final class Relay {

	/** What follows a code prevents nothing but this message: another connection would refuse it too. */
	private const OF_THE_MESSAGE = array( 'Outbox\\RejectedException', 'Outbox\\MessageException' );

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
	 * A transport with everything it needs.
	 *
	 * @param Connection $connection Where to.
	 * @throws SecretException The password cannot be read.
	 */
	public function transport( Connection $connection ): Transport {
		return '' !== $connection->profile() ? $this->of_profile( $connection->profile() ) : new Transport( $connection->transport_options() );
	}

	/**
	 * A transport that takes its relay from the queue's profile, password included: WordPress does not see it.
	 *
	 * @param string $profile Name.
	 */
	public function of_profile( string $profile ): Transport {
		return new Transport( array( 'profile' => $profile ) + $this->spool() );
	}

	/**
	 * The name of the queue's profile for a connection; written where it is missing or something has changed.
	 *
	 * @param Connection $connection Where to.
	 * @throws SecretException It has to be written, and the password cannot be read.
	 */
	public function profile( Connection $connection ): string {
		$name = $this->profile_name( $connection );
		if ( '' !== $connection->profile() ) {
			return $name;
		}
		$rates   = $this->rates();
		$known   = State::get( 'profiles' );
		$known   = is_array( $known ) ? $known : array();
		$current = hash( 'sha256', $connection->fingerprint() . wp_json_encode( $rates ) );
		if ( ( $known[ $name ] ?? '' ) !== $current . $this->contents( $name ) ) {
			$this->write( $name, $connection );
			$this->remember( $name, $current . $this->contents( $name ) );
		}
		return $name;
	}

	/**
	 * Remembers what was written into a profile.
	 *
	 * @param string $name Name.
	 * @param string $what Fingerprint; '' for one that has to be written anew.
	 */
	private function remember( string $name, string $what ): void {
		State::change(
			'profiles',
			static function ( $known ) use ( $name, $what ): array {
				$known = is_array( $known ) ? $known : array();
				return '' === $what ? $known + array( $name => '' ) : array( $name => $what ) + $known;
			}
		);
	}

	/**
	 * Takes away the profiles of connections that are gone, passwords included, once nothing waits for them.
	 *
	 * @param bool $all Also of those that are there, whatever waits.
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	public function forget_profiles( bool $all = false ): void {
		$path = $this->spool()['spool'] ?? null;
		$used = array();
		foreach ( $all ? array() : ( new Connections( $this->settings ) )->all() as $connection ) {
			$used[] = $connection->is_complete() ? $this->profile_name( $connection ) : '';
		}
		foreach ( Profile::list( $path ) as $profile ) {
			$name = $profile->name;
			if ( 0 !== strpos( $name, State::site() . '-' ) || in_array( $name, $used, true ) ) {
				continue;
			}
			$waiting = array(
				'profile' => $name,
				'limit'   => 1,
			);
			if ( $all || array() === Extension::spool( $this->settings )->list( $waiting ) ) {
				Profile::delete( $name, $path );
				State::change(
					'profiles',
					static function ( $known ) use ( $name ): ?array {
						return is_array( $known ) && count( $known ) > 1 ? array_diff_key( $known, array( $name => 1 ) ) : null;
					}
				);
			}
		}
	}

	/**
	 * Says what is in a profile, without its secrets: somebody else who has the same queue may have changed it.
	 *
	 * @param string $name Name.
	 * @return string '' for no profile
	 */
	private function contents( string $name ): string {
		$profile = Profile::load( $name, $this->spool()['spool'] ?? null );
		return null === $profile ? '' : '-' . hash( 'sha256', (string) wp_json_encode( $profile->toArray() ) );
	}

	/**
	 * Writes a profile. Whatever the queue found wrong with the one before is not known of this one: the runner may have
	 * ended before it could say so.
	 *
	 * @param string     $name       Name.
	 * @param Connection $connection Where to.
	 * @throws SecretException The password cannot be read.
	 */
	private function write( string $name, Connection $connection ): void {
		Profile::save( $name, $connection->transport_options() + $this->rates(), $this->spool()['spool'] ?? null );
		State::pause( $connection->id(), null );
	}

	/**
	 * The same for a message that is held. Where the password cannot be read and the queue has no profile yet, it gets one
	 * without: nothing is sent with it until it is written anew.
	 *
	 * @param Connection $connection Where to.
	 */
	public function profile_of_held( Connection $connection ): string {
		try {
			return $this->profile( $connection );
		} catch ( SecretException $unreadable ) {
			$name = $this->profile_name( $connection );
			if ( null === Profile::load( $name, $this->spool()['spool'] ?? null ) ) {
				Profile::save( $name, $connection->transport_options( false ) + $this->rates(), $this->spool()['spool'] ?? null );
			}
			$this->remember( $name, '' );
			return $name;
		}
	}

	/**
	 * Writes the profiles anew that messages in the queue wait for: they name the profile, so that a corrected password
	 * repairs what was queued before.
	 */
	public function refresh_profiles(): void {
		$known = State::get( 'profiles' );
		foreach ( is_array( $known ) ? ( new Connections( $this->settings ) )->all() : array() as $connection ) {
			if ( isset( $known[ $this->profile_name( $connection ) ] ) && $connection->is_complete() ) {
				try {
					$this->profile( $connection );
				} catch ( SecretException $unreadable ) {
					continue; // It stays as it is; the others need not.
				}
			}
		}
	}

	/**
	 * The name of the queue's profile for a connection, written or not.
	 *
	 * @param Connection $connection Where to.
	 */
	public function profile_name( Connection $connection ): string {
		return '' !== $connection->profile() ? $connection->profile() : State::site() . '-' . $connection->id();
	}

	/**
	 * Gives a connection, password included, to the queue for good: from then on WordPress does not have the password.
	 *
	 * @param Connection $connection The first connection.
	 * @param string     $name       What the profile is called.
	 * @return array<string, string> what is wrong, by setting; empty: it is done
	 * @throws SecretException   The password cannot be read.
	 * @throws \Outbox\Exception The profile cannot be written.
	 */
	public function hand_over( Connection $connection, string $name ): array {
		$name = Check::value( 'smtp_profile', $name );
		$this->write( $name, $connection );
		return $this->settings->save(
			array(
				'smtp_profile' => $name,
				'smtp_pass'    => null,
			)
		);
	}

	/**
	 * Options for the queue.
	 *
	 * @param Outgoing $message The message.
	 * @return array<string, mixed>
	 */
	public function queue_options( Outgoing $message ): array {
		$urgent  = 'urgent' === $message->priority && $this->settings->get( 'urgent_first' );
		$expires = HOUR_IN_SECONDS * (int) $this->settings->get( 'queue_expiry' );
		return array(
			'priority'     => 'urgent' === $message->priority && ! $urgent ? 'normal' : $message->priority,
			'expires_in'   => $message->expires_in > 0 ? min( $expires, $message->expires_in ) : $expires,
			'tag'          => State::site(),
			'on_uncertain' => (string) $this->settings->get( 'queue_uncertain' ),
			'trace'        => $message->trace,
		) + $this->spool();
	}

	/**
	 * Sender and recipients.
	 *
	 * @param Outgoing $message The message.
	 */
	public function envelope( Outgoing $message ): Envelope {
		$notify  = Check::split( strtolower( $message->notify ) );
		$options = array();
		if ( array( 'never' ) === $notify ) {
			$options['notify'] = 'never';
		} elseif ( array() !== $notify ) {
			$options['notify'] = $notify;
		}
		return new Envelope( $message->sender, $message->recipients(), $options );
	}

	/**
	 * What the queue may do with a connection.
	 *
	 * @return array<string, int|string>
	 */
	private function rates(): array {
		$rates = array_filter(
			array(
				'rate_second' => (int) $this->settings->get( 'rate_second' ),
				'rate_minute' => (int) $this->settings->get( 'rate_minute' ),
				'rate_day'    => (int) $this->settings->get( 'rate_day' ),
			)
		);
		return $rates + array( 'on_uncertain' => (string) $this->settings->get( 'queue_uncertain' ) );
	}

	/**
	 * The folder of the queue, where it is not the server's.
	 *
	 * @return array{spool?: string}
	 */
	public function spool(): array {
		$path = (string) $this->settings->get( 'spool_path' );
		return '' === $path ? array() : array( 'spool' => $path );
	}

	/**
	 * A recipient's result.
	 *
	 * @param Result $result Of the extension.
	 * @return array{outcome: string, code: int|null, enhanced: string|null, text: string}
	 */
	public static function result( Result $result ): array {
		return array(
			'outcome'  => $result->outcome->value,
			'code'     => $result->code,
			'enhanced' => $result->enhanced,
			'text'     => $result->text,
		);
	}

	/**
	 * What an exception of the extension means here.
	 *
	 * @param \Outbox\Exception $exception What was caught.
	 */
	public static function failure( \Outbox\Exception $exception ): Failure {
		$unknown   = 'unknown' === $exception->getOutcome()->value;
		$outcome   = new Outcome( $unknown ? Outcome::UNKNOWN : Outcome::FAILED, $exception->getMessage() );
		$diagnosis = $exception->getDiagnosis();
		foreach ( $exception->getResults() as $address => $result ) {
			$outcome->recipients[ (string) $address ] = self::result( $result );
		}
		$elsewhere = ! $unknown && ! in_array( get_class( $exception ), self::OF_THE_MESSAGE, true );
		$failure   = new Failure( $outcome, (int) $exception->getCode(), $elsewhere, $exception );
		if ( $elsewhere || 'deferred' === $exception->getOutcome()->value ) {
			$failure->wait(); // Trouble with the account or the relay, too, however final it looks today.
		}
		return $failure->explain( null === $diagnosis ? array() : get_object_vars( $diagnosis ), $exception->getTranscript() );
	}
}
