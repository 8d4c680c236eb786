<?php
/**
 * Takes waiting messages away from a connection that does not work.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

use Outbox\Envelope;
use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Log;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * The queue holds messages of a connection that does not let us in, and sends them when it does. Where there is a backup
 * connection nobody has to wait for that: the messages are queued again for it. Each is queued under a key made of its
 * old name before the old one is removed, so that a crash in between neither loses nor doubles it.
 */
final class Rescue {

	/** So many at once: the rest follows with the next event, or when the connection works again. */
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
	 * Moves what waits for a connection to its backup.
	 *
	 * @param Connection $connection The one that does not work.
	 * @return int How many messages were moved.
	 * @throws \Outbox\Exception The queue cannot be read or written.
	 */
	public function run( Connection $connection ): int {
		$backup = ( new Connections( $this->settings ) )->backup_of( $connection );
		$paused = State::get( 'paused' );
		if ( null === $backup || isset( $paused[ $backup->id() ] ) ) {
			return 0;
		}
		$relay = new Relay( $this->settings );
		$spool = Extension::spool( $this->settings );
		$moved = 0;
		foreach ( array( 'due', 'deferred' ) as $state ) {
			$waiting = $spool->list(
				array(
					'state'   => $state,
					'profile' => $relay->profile_name( $connection ),
					'tag'     => State::site(),
					'limit'   => self::AT_ONCE,
				)
			);
			foreach ( $waiting as $message ) {
				$moved += $this->move( $spool, $relay, $message, $backup ) ? 1 : 0;
			}
		}
		return $moved;
	}

	/**
	 * Moves one message.
	 *
	 * @param \Outbox\Spool        $spool   The queue.
	 * @param Relay                $relay   For the profile.
	 * @param array<string, mixed> $message As Spool::list() gives it.
	 * @param Connection           $backup  Where it goes.
	 */
	private function move( \Outbox\Spool $spool, Relay $relay, array $message, Connection $backup ): bool {
		$id    = (string) $message['id'];
		$whole = $spool->get( $id );
		$open  = array();
		foreach ( $message['recipients'] as $address => $result ) {
			if ( in_array( $result[0] ?? null, array( null, 'deferred' ), true ) ) {
				$open[] = (string) $address;
			}
		}
		if ( null === $whole || array() === $open ) {
			return false;
		}
		$profile = $relay->profile( $backup );
		$options = array(
			'key'        => 'outbox-backup-' . $id,
			'profile'    => $profile,
			'tag'        => State::site(),
			'priority'   => (string) $message['priority'],
			'expires_in' => max( 60, (int) $message['expires'] - time() ),
		) + $relay->spool();
		$new     = $relay->of_profile( $profile )->queue( (string) $whole['message'], new Envelope( (string) $message['sender'], $open ), $options );
		$this->note( $id, $new, $backup );
		$spool->remove( $id );
		return true;
	}

	/**
	 * Has the log follow.
	 *
	 * @param string     $id     Its name until now.
	 * @param string     $new    Its name from now on.
	 * @param Connection $backup Where it goes.
	 */
	private function note( string $id, string $new, Connection $backup ): void {
		$entry = $this->log->query()->by_queue_id( $id );
		if ( null === $entry ) {
			return;
		}
		$entry['timeline'][] = array(
			'time' => round( microtime( true ), 3 ),
			'type' => 'moved',
			/* translators: %s: name of a connection. */
			'text' => sprintf( __( 'Queued again for the backup connection "%s".', 'outbox' ), $backup->id() ),
		);
		$this->log->update(
			(int) $entry['id'],
			array(
				'queue_id'   => $new,
				'connection' => $backup->id(),
				'timeline'   => (string) wp_json_encode( $entry['timeline'] ),
			)
		);
	}
}
