<?php
/**
 * Brings what the queue has done into the log.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Connections;
use Outbox\WordPress\Delivery\Held;
use Outbox\WordPress\Delivery\Outcome;
use Outbox\WordPress\Delivery\Relay;
use Outbox\WordPress\Delivery\Replay;
use Outbox\WordPress\Delivery\Rescue;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Log;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Reads the queue's journal from where it stopped last time. The queue may be shared by several sites of one system
 * user: what carries another site's tag is passed over.
 */
final class Sync {

	/** Option: where reading stopped. Not loaded with every page. */
	public const CURSOR = 'outbox_cursor';

	/** Events of one reading, and readings of one run. */
	private const AT_ONCE  = 500;
	private const READINGS = 20;

	/** Seconds that a message may take to come into the log. */
	private const PATIENCE = 120;

	/**
	 * The log.
	 *
	 * @var Log
	 */
	private $log;

	/**
	 * The entries of a reading, by their name in the queue.
	 *
	 * @var array<string, array<string, mixed>>
	 */
	private $entries = array();

	/**
	 * Columns that the events of a reading have changed, by entry.
	 *
	 * @var array<int, array<string, mixed>>
	 */
	private $changed = array();

	/**
	 * Entries that were deferred in this run, by their name in the queue.
	 *
	 * @var array<string, int>
	 */
	private $deferred = array();

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Into this log.
	 *
	 * @param Log      $log      The log.
	 * @param Settings $settings The settings.
	 */
	public function __construct( Log $log, Settings $settings ) {
		$this->log      = $log;
		$this->settings = $settings;
	}

	/**
	 * Reads what is new.
	 *
	 * @param float $seconds What has not been begun by then waits for the next run: somebody may wait for this one.
	 * @return int How many events of this site there were.
	 */
	public function run( float $seconds = 20.0 ): int {
		if ( ! Extension::can_queue() || ! $this->lock( 'SELECT GET_LOCK(%s, 0)' ) ) {
			return 0;
		}
		$this->log->flush();
		$count = 0;
		try {
			$spool = Extension::spool( $this->settings );
			$count = $this->read( $spool, microtime( true ) + $seconds );
			foreach ( array_keys( (array) State::get( 'paused' ) ) as $id ) {
				$connection = ( new Connections( $this->settings ) )->by_id( (string) $id );
				if ( null !== $connection ) {
					( new Rescue( $this->settings, $this->log ) )->run( $connection );
				}
			}
			$this->note_next_tries( $spool );
			$held = new Held( $this->settings, $this->log );
			if ( null !== State::get( 'keyless' ) ) {
				$held->release();
			}
			if ( null !== State::get( 'moving' ) ) {
				$held->adopt();
			}
		} catch ( \Outbox\Exception $exception ) {
			/**
			 * Fires when the queue could not be read.
			 *
			 * @param \Outbox\Exception $exception Why.
			 */
			do_action( 'outbox/sync_failed', $exception );
		} catch ( \ValueError $no_cursor ) {
			delete_option( self::CURSOR ); // Junk: begin with the oldest; what is known already is passed over.
		} finally {
			$this->lock( 'SELECT RELEASE_LOCK(%s)' );
		}
		return $count;
	}

	/**
	 * Takes or gives back the right to read: two at once would tell everything twice. A database without such locks lets
	 * everybody read.
	 *
	 * @param string $query What to ask the database.
	 */
	private function lock( string $query ): bool {
		global $wpdb;
		return '0' !== $wpdb->get_var( $wpdb->prepare( $query, 'outbox_' . md5( DB_NAME . Table::name() ) ) ); // phpcs:ignore WordPress.DB -- a lock, no data.
	}

	/**
	 * Reads events from where reading stopped.
	 *
	 * @param \Outbox\Spool $spool The queue.
	 * @param float         $until When to begin no other reading.
	 */
	private function read( \Outbox\Spool $spool, float $until ): int {
		$count = 0;
		for ( $i = 0; $i < self::READINGS; $i++ ) {
			if ( $i > 0 && microtime( true ) > $until ) {
				break;
			}
			$cursor = get_option( self::CURSOR, '' );
			$cursor = is_string( $cursor ) && '' !== $cursor ? $cursor : null;
			$read   = $spool->events( $cursor, self::AT_ONCE );
			$this->load( $read['events'] );
			$ready  = $this->ready( $read['events'] );
			$count += $this->apply_all( array_slice( $read['events'], 0, $ready ) );
			if ( $ready < count( $read['events'] ) ) {
				$read = 0 === $ready ? array( 'cursor' => $cursor ) : $spool->events( $cursor, $ready );
			}
			update_option( self::CURSOR, (string) $read['cursor'], false );
			if ( $ready < self::AT_ONCE ) {
				break;
			}
		}
		return $count;
	}

	/**
	 * How many of these events can be applied now. A page writes its entries when it is done, and the queue may be
	 * quicker: what belongs to a message that is not in the log yet waits a while, and so does all behind it.
	 *
	 * @param list<array<string, mixed>> $events Events.
	 */
	private function ready( array $events ): int {
		if ( ! $this->settings->get( 'log_enabled' ) ) {
			return count( $events );
		}
		$site = State::site();
		foreach ( $events as $i => $event ) {
			$is_young = (float) ( $event['time'] ?? 0 ) > microtime( true ) - self::PATIENCE;
			if ( $is_young && ( $event['tag'] ?? '' ) === $site && 'removed' !== $event['type'] && ! isset( $this->entries[ (string) ( $event['id'] ?? '' ) ] ) ) {
				return $i;
			}
		}
		return count( $events );
	}

	/**
	 * One event.
	 *
	 * @param array<string, mixed> $event As Spool::events() gives it.
	 * @return bool Whether it was this site's.
	 */
	public function apply( array $event ): bool {
		$this->load( array( $event ) );
		return 1 === $this->apply_all( array( $event ) );
	}

	/**
	 * Fetches the entries that events are about.
	 *
	 * @param list<array<string, mixed>> $events Events.
	 */
	private function load( array $events ): void {
		$site = State::site();
		$ids  = array();
		foreach ( $events as $event ) {
			if ( ( $event['tag'] ?? '' ) === $site ) {
				$ids[ (string) ( $event['id'] ?? '' ) ] = true;
			}
		}
		$this->entries = $this->log->query()->by_queue_ids( array_map( 'strval', array_keys( $ids ) ) );
	}

	/**
	 * Events whose entries are loaded: each entry is written once, then those are told who want to know.
	 *
	 * @param list<array<string, mixed>> $events Events.
	 * @return int How many of them were this site's.
	 */
	private function apply_all( array $events ): int {
		$site  = State::site();
		$count = 0;
		$news  = array();
		foreach ( $events as $event ) {
			if ( in_array( $event['type'], array( 'profile_paused', 'profile_resumed', 'auth_needed' ), true ) ) {
				$count += $this->apply_to_connection( $event ) ? 1 : 0;
				continue;
			}
			if ( ( $event['tag'] ?? '' ) !== $site ) {
				continue;
			}
			++$count;
			$entry = $this->entries[ (string) ( $event['id'] ?? '' ) ] ?? null;
			if ( null !== $entry && Progress::has( $entry, $event ) ) {
				continue;
			}
			if ( null !== $entry && 'queued' !== $event['type'] ) {
				$this->update( $entry, $event );
			}
			$news[] = array( $event, $entry );
		}
		foreach ( $this->changed as $id => $columns ) {
			$this->log->update( $id, $columns );
		}
		$this->changed = array();
		foreach ( $news as list( $event, $entry ) ) {
			$this->tell( $event, $entry );
		}
		return $count;
	}

	/**
	 * Notes when the queue tries again what it has deferred.
	 *
	 * @param \Outbox\Spool $spool The queue.
	 */
	private function note_next_tries( \Outbox\Spool $spool ): void {
		if ( array() === $this->deferred ) {
			return;
		}
		$waiting = $spool->list(
			array(
				'state' => 'deferred',
				'tag'   => State::site(),
				'limit' => 1000,
			)
		);
		foreach ( $waiting as $message ) {
			if ( isset( $this->deferred[ $message['id'] ] ) ) {
				$this->log->update( $this->deferred[ $message['id'] ], array( 'next_try' => gmdate( 'Y-m-d H:i:s', (int) $message['due'] ) ) );
			}
		}
		$this->deferred = array();
	}

	/**
	 * A connection that the queue cannot use, or can again.
	 *
	 * @param array<string, mixed> $event The event.
	 */
	private function apply_to_connection( array $event ): bool {
		$connection = $this->connection_of( (string) ( $event['profile'] ?? '' ) );
		if ( null === $connection ) {
			return false;
		}
		$id = $connection->id();
		State::pause( $id, 'profile_resumed' === $event['type'] ? null : Entry::cut( (string) ( $event['text'] ?? '' ), 300 ) );
		/**
		 * Fires when the queue cannot use a connection, or can again.
		 *
		 * @param string               $id    Name of the connection.
		 * @param bool                 $works Whether it works.
		 * @param array<string, mixed> $event The queue's event.
		 */
		do_action( 'outbox/connection_changed', $id, 'profile_resumed' === $event['type'], $event );
		return true;
	}

	/**
	 * The connection that a profile is of; null for another site's.
	 *
	 * @param string $profile Name.
	 */
	private function connection_of( string $profile ): ?Connection {
		$relay = new Relay( $this->settings );
		foreach ( ( new Connections( $this->settings ) )->all() as $connection ) {
			if ( '' !== $profile && $relay->profile_name( $connection ) === $profile ) {
				return $connection;
			}
		}
		return null;
	}

	/**
	 * Notes an event in its entry.
	 *
	 * @param array<string, mixed> $entry The entry.
	 * @param array<string, mixed> $event The event.
	 */
	private function update( array $entry, array $event ): void {
		$columns = Progress::columns( $entry, $event );
		$id      = (int) $entry['id'];

		$this->changed[ $id ]                         = $columns + ( $this->changed[ $id ] ?? array() );
		$this->entries[ (string) $entry['queue_id'] ] = array(
			'recipients' => json_decode( $columns['recipients'], true ),
			'timeline'   => json_decode( $columns['timeline'], true ),
		) + $columns + $entry;
		if ( Outcome::DEFERRED === $columns['status'] ) {
			$this->deferred[ (string) $entry['queue_id'] ] = (int) $entry['id'];
		} else {
			unset( $this->deferred[ (string) $entry['queue_id'] ] );
		}
	}

	/**
	 * Tells those who want to know. Callers of wp_mail() that were told "true" learn of a failure by the action that
	 * core has for it.
	 *
	 * @param array<string, mixed>      $event The event.
	 * @param array<string, mixed>|null $entry The entry before the event.
	 */
	private function tell( array $event, ?array $entry ): void {
		$details = array(
			'message_id' => (string) ( $event['message_id'] ?? '' ),
			'queue_id'   => (string) ( $event['id'] ?? '' ),
			'remote_id'  => (string) ( $event['remote_id'] ?? '' ),
			'subject'    => (string) ( $entry['subject'] ?? '' ),
			'recipients' => isset( $event['recipient'] ) ? array( (string) $event['recipient'] ) : array_column( $entry['recipients'] ?? array(), 'address' ),
			'source'     => (string) ( $entry['source'] ?? '' ),
			'status'     => (string) $event['type'],
			'text'       => (string) ( $event['text'] ?? '' ),
			'code'       => (int) ( $event['code'] ?? 0 ),
		);

		$undecided = 'uncertain' === $event['type'] && 'hold' === $this->settings->get( 'queue_uncertain' );
		if ( $undecided ) {
			$details['text'] = __( 'The connection broke before the answer. The message is held: somebody has to decide whether it is sent again.', 'outbox' );
		}
		// That all recipients have it is told by the last one's "accepted".
		if ( 'accepted' === $event['type'] ) {
			/** This action is documented in src/Delivery/Dispatcher.php */
			do_action( 'outbox/delivered', $details );
			State::set( 'failure', null );
		} elseif ( in_array( $event['type'], array( 'failed', 'expired', 'quarantined' ), true ) || $undecided ) {
			State::set(
				'failure',
				array(
					'time'  => (int) ( $event['time'] ?? time() ),
					'text'  => Entry::cut( $details['text'], 300 ),
					'class' => (string) $event['type'],
				)
			);
			/** This action is documented in src/Delivery/Dispatcher.php */
			do_action( 'outbox/failed', $details, array(), (string) ( $event['transcript'] ?? '' ) );
			if ( ! $undecided ) {
				Replay::failure( $details );
			}
		}
	}
}
