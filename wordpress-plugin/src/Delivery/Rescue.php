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

use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Log;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * The queue holds messages of a connection that does not let us in, and sends them when it does. Where there is a backup
 * connection nobody has to wait for that: the messages are queued again for it.
 */
final class Rescue {

	/** So many at once: the rest follows with the next reading of the journal. */
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
		try {
			$relay->profile( $backup );
		} catch ( SecretException $unreadable ) {
			return 0; // They would wait there too.
		}
		$mover = new Mover( $this->settings, $this->log );
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
				/* translators: %s: name of a connection. */
				$text   = sprintf( __( 'Queued again for the backup connection "%s".', 'outbox' ), $backup->id() );
				$moved += $mover->move( $spool, $message, $backup, 'backup', $text ) ? 1 : 0;
			}
		}
		return $moved;
	}
}
