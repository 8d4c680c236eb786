<?php
/**
 * Messages that wait in the queue until somebody decides.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Log;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * What Queue has put there because the address of the site has changed, or because the password cannot be read. What a
 * person has held has another reason, and is left alone.
 */
final class Held {

	/** The address of the site has changed, and nobody has said yet what that means. The queue keeps it as it is here. */
	public const ADDRESS = 'the address of the site has changed';
	/** The password cannot be read. */
	public const PASSWORD = 'the password of the connection cannot be read';

	/** A person has held it, and has not said why. */
	private const BY_HAND = 'held by hand';

	/** So many at once; the rest follows with the next reading of the queue's journal. */
	private const AT_ONCE = 500;

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
	 * What the queue is told; and a note for those who let it go again.
	 *
	 * @param string $why ADDRESS or PASSWORD; '' for not.
	 * @return array{held?: string}
	 */
	public static function option( string $why ): array {
		if ( self::PASSWORD === $why ) {
			State::set( 'keyless', true );
		}
		return '' === $why ? array() : array( 'held' => $why );
	}

	/**
	 * A reason for people; one that is not ours as it is.
	 *
	 * @param string $why As the queue has it.
	 */
	public static function words( string $why ): string {
		switch ( $why ) {
			case self::ADDRESS:
				return __( 'Kept in the queue, because the address of the site has changed.', 'outbox' );
			case self::PASSWORD:
				return __( 'Kept in the queue, because the password of the connection cannot be read.', 'outbox' );
			default:
				return $why;
		}
	}

	/**
	 * How many there are; 1000 stands for more.
	 *
	 * @param string $why ADDRESS or PASSWORD.
	 * @throws \Outbox\Exception The queue cannot be read.
	 */
	public function count( string $why ): int {
		return count( $this->waiting( $why, array( 'limit' => 1000 ) ) );
	}

	/**
	 * Removes what waits because of the address.
	 *
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	public function remove(): void {
		$spool = Extension::spool( $this->settings );
		do {
			$ids     = array_column( $this->waiting( self::ADDRESS ), 'id' );
			$removed = array() === $ids ? 0 : $spool->remove( ...$ids );
		} while ( $removed > 0 );
	}

	/**
	 * Sends what waits for passwords that can be read by now.
	 *
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	public function release(): void {
		$relay = new Relay( $this->settings );
		$spool = Extension::spool( $this->settings );
		$left  = false;
		foreach ( ( new Connections( $this->settings ) )->all() as $connection ) {
			$waiting = $this->waiting( self::PASSWORD, array( 'profile' => $relay->profile_name( $connection ) ) );
			if ( array() === $waiting ) {
				continue;
			}
			try {
				$relay->profile( $connection );
				$spool->release( ...array_column( $waiting, 'id' ) );
				$left = $left || count( $waiting ) >= self::AT_ONCE;
			} catch ( SecretException $unreadable ) {
				$left = true;
			}
		}
		if ( ! $left ) {
			State::set( 'keyless', null );
		}
	}

	/**
	 * Has the site send under its own name what was held while it might have been a copy: see CloneGuard::resume().
	 *
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	public function adopt(): void {
		$left = array();
		foreach ( array_filter( (array) State::get( 'moving' ), 'is_string' ) as $from ) {
			$this->move( $from );
			if ( array() === $this->of( $from, array( 'limit' => 1 ) ) ) {
				$this->forget_profiles( $from );
			} else {
				$left[] = $from;
			}
		}
		State::set( 'moving', array() === $left ? null : $left );
	}

	/**
	 * Queues under the site's name what is held under another.
	 *
	 * @param string $from A former name of the site in the queue.
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	private function move( string $from ): void {
		$spool = Extension::spool( $this->settings );
		$mover = new Mover( $this->settings, $this->log );
		$text  = __( 'Queued again: the address is confirmed.', 'outbox' );
		foreach ( $this->of( $from, array( 'state' => 'held' ) ) as $message ) {
			$ours = in_array( $message['why'], array( self::ADDRESS, self::PASSWORD ), true );
			$to   = $this->connection( $from, (string) $message['profile'] );
			try {
				$mover->move( $spool, $message, $to, 'moved', $text, $ours ? '' : (string) ( $message['why'] ?? self::BY_HAND ) );
			} catch ( SecretException $unreadable ) {
				$mover->move( $spool, $message, $to, 'moved', $text, self::PASSWORD );
			}
		}
	}

	/**
	 * The profiles of a name that nothing waits under any more: passwords do not stay behind.
	 *
	 * @param string $name A former name of the site in the queue.
	 * @throws \Outbox\Exception The queue cannot be written.
	 */
	private function forget_profiles( string $name ): void {
		$profiles = (array) State::get( 'profiles' );
		$path     = ( new Relay( $this->settings ) )->spool()['spool'] ?? null;
		foreach ( array_keys( $profiles ) as $profile ) {
			if ( 0 === strpos( (string) $profile, $name ) ) {
				\Outbox\Profile::delete( (string) $profile, $path );
				unset( $profiles[ $profile ] );
			}
		}
		State::set( 'profiles', $profiles );
	}

	/**
	 * The connection that a profile was made for; the first one where that is gone.
	 *
	 * @param string $name    The site's name in the queue then.
	 * @param string $profile The profile.
	 */
	private function connection( string $name, string $profile ): Connection {
		$connections = new Connections( $this->settings );
		foreach ( $connections->all() as $connection ) {
			if ( in_array( $profile, array( $connection->profile(), $name . '-' . $connection->id() ), true ) ) {
				return $connection;
			}
		}
		return $connections->primary();
	}

	/**
	 * What this site has that waits for a reason of ours.
	 *
	 * @param string               $why    ADDRESS or PASSWORD.
	 * @param array<string, mixed> $filter As for Spool::list().
	 * @return list<array<string, mixed>>
	 */
	private function waiting( string $why, array $filter = array() ): array {
		return array_values(
			array_filter(
				$this->of( State::site(), array( 'state' => 'held' ) + $filter ),
				static function ( array $message ) use ( $why ): bool {
					return $why === $message['why'];
				}
			)
		);
	}

	/**
	 * What waits under a name.
	 *
	 * @param string               $name   The site's name in the queue.
	 * @param array<string, mixed> $filter As for Spool::list().
	 * @return list<array<string, mixed>>
	 */
	private function of( string $name, array $filter ): array {
		return Extension::spool( $this->settings )->list( array( 'tag' => $name ) + $filter + array( 'limit' => self::AT_ONCE ) );
	}
}
