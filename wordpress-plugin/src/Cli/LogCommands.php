<?php
/**
 * The commands wp outbox log ...
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Cli;

use Outbox\WordPress\Log\Actions;
use Outbox\WordPress\Plugin;
use WP_CLI;
use WP_CLI\Utils;

defined( 'ABSPATH' ) || exit;

/**
 * The log of this site's mail.
 */
final class LogCommands {

	private const COLUMNS = array( 'id', 'created', 'status', 'recipients', 'subject', 'source', 'tries', 'reply' );

	/**
	 * Lists entries, the newest first.
	 *
	 * ## OPTIONS
	 *
	 * [--status=<status>]
	 * : queued, sent, deferred, failed, unknown or blocked.
	 *
	 * [--search=<word>]
	 * : In subject, sender, recipients and ids.
	 *
	 * [--recipient=<address>]
	 * : Only messages to this address.
	 *
	 * [--source=<source>]
	 * : Who has sent it, as "plugin:woocommerce".
	 *
	 * [--since=<time>]
	 * : Only newer ones: "yesterday", "2026-01-31 12:00".
	 *
	 * [--until=<time>]
	 * : Only older ones.
	 *
	 * [--limit=<number>]
	 * : How many at most.
	 * ---
	 * default: 20
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
	 *     wp outbox log list --status=failed --since=yesterday
	 *
	 * @subcommand list
	 *
	 * @param list<string>         $arguments None.
	 * @param array<string, mixed> $options   Options.
	 */
	public function list_( array $arguments, array $options ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable, Generic.CodeAnalysis.UnusedFunctionParameter -- wp-cli gives it.
		$filter = array_intersect_key( $options, array_flip( array( 'status', 'search', 'recipient', 'source' ) ) );
		foreach ( array( 'since', 'until' ) as $key ) {
			if ( isset( $options[ $key ] ) ) {
				$time = strtotime( (string) $options[ $key ] );
				if ( false === $time ) {
					/* translators: %s: what was typed. */
					WP_CLI::error( sprintf( __( '"%s" is no time.', 'outbox' ), (string) $options[ $key ] ) );
				}
				$filter[ $key ] = $time;
			}
		}
		Plugin::sync();
		$rows = array_map( array( self::class, 'shown' ), Plugin::log()->query()->find( $filter, max( 1, (int) ( $options['limit'] ?? 20 ) ) ) );
		Output::many( $rows, self::COLUMNS, $options );
	}

	/**
	 * Shows one entry with its timeline.
	 *
	 * ## OPTIONS
	 *
	 * <id>
	 * : Number of the entry.
	 *
	 * [--message]
	 * : The message itself, where it was kept.
	 *
	 * [--format=<format>]
	 * : How to show it.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - yaml
	 * ---
	 *
	 * @param list<string>         $arguments Number.
	 * @param array<string, mixed> $options   Options.
	 */
	public function get( array $arguments, array $options ): void {
		Plugin::sync();
		$entry = Plugin::log()->query()->get( (int) $arguments[0] );
		if ( null === $entry ) {
			WP_CLI::error( __( 'There is no such entry.', 'outbox' ) );
		}
		if ( ! Utils\get_flag_value( $options, 'message', false ) ) {
			Output::one( array( 'recipients' => $entry['recipients'] ) + self::shown( $entry ), $options );
			return;
		}
		$message = Actions::message( $entry );
		if ( null === $message ) {
			WP_CLI::error( __( 'The message itself was not kept: only sender, recipients and subject were. The settings of the log say so.', 'outbox' ) );
		}
		WP_CLI::line( $message );
	}

	/**
	 * Sends messages again.
	 *
	 * ## OPTIONS
	 *
	 * <id>...
	 * : Numbers of entries.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * @param list<string>         $arguments Numbers.
	 * @param array<string, mixed> $options   Options.
	 */
	public function resend( array $arguments, array $options ): void {
		WP_CLI::confirm( __( 'Send these messages again?', 'outbox' ), $options );
		self::act( 'resend', $arguments );
	}

	/**
	 * Deletes entries. A message that waits in the queue is not sent any more.
	 *
	 * ## OPTIONS
	 *
	 * <id>...
	 * : Numbers of entries.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * @param list<string>         $arguments Numbers.
	 * @param array<string, mixed> $options   Options.
	 */
	public function delete( array $arguments, array $options ): void {
		WP_CLI::confirm( __( 'Delete these entries? What waits in the queue is not sent any more.', 'outbox' ), $options );
		self::act( 'delete', $arguments );
	}

	/**
	 * Reads what the queue has done into the log.
	 */
	public function sync(): void {
		$count = ( new \Outbox\WordPress\Log\Sync( Plugin::log(), Plugin::settings() ) )->run();
		/* translators: %d: number. */
		WP_CLI::success( sprintf( _n( '%d event was read.', '%d events were read.', $count, 'outbox' ), $count ) );
	}

	/**
	 * Clears away what is older or more than the settings want to keep.
	 */
	public function prune(): void {
		$count = Plugin::log()->prune();
		/* translators: %d: number. */
		WP_CLI::success( sprintf( _n( '%d entry went.', '%d entries went.', $count, 'outbox' ), $count ) );
	}

	/**
	 * Does something with entries.
	 *
	 * @param string       $action One of Actions::ALL.
	 * @param list<string> $ids    Numbers.
	 */
	private static function act( string $action, array $ids ): void {
		$result = Actions::run( $action, ...array_map( 'intval', $ids ) );
		foreach ( $result['errors'] as $error ) {
			WP_CLI::warning( wp_specialchars_decode( $error, ENT_QUOTES ) );
		}
		if ( $result['done'] < count( $ids ) ) {
			/* translators: 1: number, 2: number. */
			WP_CLI::error( sprintf( __( 'Done with %1$d of %2$d messages; the others are not in a state for it, or not there.', 'outbox' ), $result['done'], count( $ids ) ) );
		}
		/* translators: %d: number. */
		WP_CLI::success( sprintf( _n( 'Done with %d message.', 'Done with %d messages.', $result['done'], 'outbox' ), $result['done'] ) );
	}

	/**
	 * An entry for people and programs.
	 *
	 * @param array<string, mixed> $entry As of Log\Query.
	 * @return array<string, mixed>
	 */
	private static function shown( array $entry ): array {
		foreach ( array( 'created', 'updated', 'next_try' ) as $time ) {
			$entry[ $time ] = null === $entry[ $time ] ? '' : gmdate( 'Y-m-d\TH:i:s\Z', $entry[ $time ] );
		}
		$entry['recipients'] = implode( ', ', array_map( 'strval', array_column( $entry['recipients'], 'address' ) ) );
		return $entry;
	}
}
