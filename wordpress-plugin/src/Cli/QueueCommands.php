<?php
/**
 * The commands wp outbox queue ...
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Cli;

use Outbox\WordPress\Extension;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\State;
use WP_CLI;
use WP_CLI\Utils;

defined( 'ABSPATH' ) || exit;

/**
 * The queue of the extension: messages of this site only.
 */
final class QueueCommands {

	private const COLUMNS = array( 'id', 'state', 'created', 'due', 'priority', 'sender', 'recipients', 'tries', 'lastReply' );
	private const MOST    = 1000;

	/**
	 * Lists messages that wait.
	 *
	 * ## OPTIONS
	 *
	 * [--state=<state>]
	 * : due, deferred, held, failed or quarantined.
	 *
	 * [--recipient=<address>]
	 * : Only messages to this address.
	 *
	 * [--limit=<number>]
	 * : How many at most.
	 * ---
	 * default: 100
	 * ---
	 *
	 * [--fields=<fields>]
	 * : Columns, with commas.
	 *
	 * [--format=<format>]
	 * : How to show them.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     wp outbox queue list
	 *     wp outbox queue list --state=deferred --format=ids
	 *
	 * @subcommand list
	 *
	 * @param list<string>         $arguments None.
	 * @param array<string, mixed> $options   Options.
	 */
	public function list_( array $arguments, array $options ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable, Generic.CodeAnalysis.UnusedFunctionParameter -- wp-cli gives it.
		$filter = array_intersect_key( $options, array_flip( array( 'state', 'recipient' ) ) );
		$rows   = self::ours( $filter + array( 'limit' => max( 1, (int) ( $options['limit'] ?? 100 ) ) ) );
		foreach ( $rows as $i => $row ) {
			foreach ( array( 'created', 'due', 'expires' ) as $time ) {
				$rows[ $i ][ $time ] = gmdate( 'Y-m-d\TH:i:s\Z', (int) $row[ $time ] );
			}
			$rows[ $i ]['recipients'] = implode( ', ', array_map( 'strval', array_keys( $row['recipients'] ) ) );
		}
		Output::many( $rows, self::COLUMNS, $options );
	}

	/**
	 * Tries messages again at once.
	 *
	 * ## OPTIONS
	 *
	 * [<id>...]
	 * : Names in the queue.
	 *
	 * [--all]
	 * : All messages of this site that wait.
	 *
	 * ## EXAMPLES
	 *
	 *     wp outbox queue retry --all
	 *
	 * @param list<string>         $arguments Ids.
	 * @param array<string, mixed> $options   Options.
	 */
	public function retry( array $arguments, array $options ): void {
		self::act( 'retry', $arguments, $options, array( 'deferred', 'failed' ) );
	}

	/**
	 * Stops messages until they are released.
	 *
	 * ## OPTIONS
	 *
	 * [<id>...]
	 * : Names in the queue.
	 *
	 * [--all]
	 * : All messages of this site that wait.
	 *
	 * @param list<string>         $arguments Ids.
	 * @param array<string, mixed> $options   Options.
	 */
	public function hold( array $arguments, array $options ): void {
		self::act( 'hold', $arguments, $options, array( 'due', 'deferred' ) );
	}

	/**
	 * Lets messages go that were held.
	 *
	 * ## OPTIONS
	 *
	 * [<id>...]
	 * : Names in the queue.
	 *
	 * [--all]
	 * : All messages of this site that are held.
	 *
	 * @param list<string>         $arguments Ids.
	 * @param array<string, mixed> $options   Options.
	 */
	public function release( array $arguments, array $options ): void {
		self::act( 'release', $arguments, $options, array( 'held' ) );
	}

	/**
	 * Removes messages: nobody gets them.
	 *
	 * ## OPTIONS
	 *
	 * [<id>...]
	 * : Names in the queue.
	 *
	 * [--all]
	 * : All messages of this site.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * @param list<string>         $arguments Ids.
	 * @param array<string, mixed> $options   Options.
	 */
	public function remove( array $arguments, array $options ): void {
		WP_CLI::confirm( __( 'Remove these messages? Nobody will get them.', 'outbox' ), $options );
		self::act( 'remove', $arguments, $options, array( 'due', 'deferred', 'held', 'failed' ) );
	}

	/**
	 * Delivers what is due, in this process.
	 *
	 * Exit code 0: nothing failed; 1: a message failed or was deferred.
	 *
	 * ## OPTIONS
	 *
	 * [--seconds=<seconds>]
	 * : How long at most.
	 * ---
	 * default: 60
	 * ---
	 *
	 * [--format=<format>]
	 * : How to show the result.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - yaml
	 * ---
	 *
	 * @param list<string>         $arguments None.
	 * @param array<string, mixed> $options   Options.
	 */
	public function run( array $arguments, array $options ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable, Generic.CodeAnalysis.UnusedFunctionParameter -- wp-cli gives it.
		$result = self::with_queue(
			static function ( \Outbox\Spool $spool ) use ( $options ): array {
				return $spool->run(
					array(
						'until'   => 'idle',
						'seconds' => max( 1, (int) ( $options['seconds'] ?? 60 ) ),
					)
				);
			}
		);
		Plugin::sync();
		Output::one( $result, $options );
		if ( ( $result['failed'] ?? 0 ) + ( $result['deferred'] ?? 0 ) > 0 ) {
			WP_CLI::halt( 1 );
		}
	}

	/**
	 * Does something with messages.
	 *
	 * @param string               $action  Method of Spool.
	 * @param list<string>         $ids     Ids.
	 * @param array<string, mixed> $options Options: all.
	 * @param list<string>         $states  What --all is.
	 */
	private static function act( string $action, array $ids, array $options, array $states ): void {
		if ( Utils\get_flag_value( $options, 'all', false ) ) {
			foreach ( $states as $state ) {
				$ids = array_merge(
					$ids,
					array_column(
						self::ours(
							array(
								'state' => $state,
								'limit' => self::MOST,
							)
						),
						'id'
					)
				);
			}
		} elseif ( array() === $ids ) {
			WP_CLI::error( __( 'Name messages, or use --all.', 'outbox' ) );
		}
		$done = 0;
		foreach ( $ids as $id ) {
			$done += self::with_queue(
				static function ( \Outbox\Spool $spool ) use ( $action, $id ): int {
					$message = $spool->get( (string) $id );
					// The queue may be shared with other sites.
					return null === $message || State::site() !== ( $message['tag'] ?? '' ) ? 0 : (int) $spool->$action( (string) $id );
				}
			);
		}
		Plugin::sync();
		if ( $done < count( $ids ) ) {
			/* translators: 1: number, 2: number. */
			WP_CLI::error( sprintf( __( 'Done with %1$d of %2$d messages; the others are not in a state for it, or not there.', 'outbox' ), $done, count( $ids ) ) );
		}
		/* translators: %d: number. */
		WP_CLI::success( sprintf( _n( 'Done with %d message.', 'Done with %d messages.', $done, 'outbox' ), $done ) );
	}

	/**
	 * Messages of this site.
	 *
	 * @param array<string, mixed> $filter As for Spool::list().
	 * @return list<array<string, mixed>>
	 */
	private static function ours( array $filter ): array {
		return self::with_queue(
			static function ( \Outbox\Spool $spool ) use ( $filter ): array {
				return $spool->list( array( 'tag' => State::site() ) + $filter );
			}
		);
	}

	/**
	 * Does something with the queue; ends with the error, if there is one.
	 *
	 * @param callable $what Gets the queue.
	 * @return mixed
	 */
	private static function with_queue( callable $what ) {
		if ( ! Extension::can_queue() ) {
			WP_CLI::error( __( 'There is no queue: the Outbox extension is not loaded.', 'outbox' ) );
		}
		try {
			return $what( Extension::spool( Plugin::settings() ) );
		} catch ( \Throwable $error ) {
			WP_CLI::error( $error->getMessage() );
		}
	}
}
