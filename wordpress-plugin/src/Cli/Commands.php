<?php
/**
 * The commands wp outbox ...
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Cli;

use Outbox\WordPress\CloneGuard;
use Outbox\WordPress\Conflicts;
use Outbox\WordPress\Diagnosis\TestRun;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Import\Plan;
use Outbox\WordPress\Import\Sources;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;
use WP_CLI;
use WP_CLI\Utils;

defined( 'ABSPATH' ) || exit;

/**
 * Mail of this site: settings, tests, log and queue.
 */
final class Commands {

	/**
	 * Registers all of them.
	 */
	public static function register(): void {
		WP_CLI::add_command( 'outbox', self::class );
		WP_CLI::add_command( 'outbox queue', QueueCommands::class );
		WP_CLI::add_command( 'outbox log', LogCommands::class );
		WP_CLI::add_command( 'outbox settings', SettingsCommands::class );
	}

	/**
	 * Sends a test message the way all mail of this site goes.
	 *
	 * A message that is queued is waited for. Exit code 0: a server has taken it on; 1: it failed, or is still waiting.
	 *
	 * ## OPTIONS
	 *
	 * <address>
	 * : Where to.
	 *
	 * [--plain]
	 * : As plain text, not as HTML.
	 *
	 * [--wait=<seconds>]
	 * : How long to wait for the queue.
	 * ---
	 * default: 30
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
	 * ## EXAMPLES
	 *
	 *     wp outbox test me@example.com
	 *     wp outbox test me@example.com --plain --format=json
	 *
	 * @param list<string>         $arguments The address.
	 * @param array<string, mixed> $options   Options.
	 */
	public function test( array $arguments, array $options ): void {
		if ( ! is_email( $arguments[0] ) ) {
			WP_CLI::error( __( 'This is no email address.', 'outbox' ) );
		}
		$result = ( new TestRun() )->send( $arguments[0], ! Utils\get_flag_value( $options, 'plain', false ) );
		$until  = microtime( true ) + (float) ( $options['wait'] ?? 30 );
		while ( 'queued' === $result['status'] && microtime( true ) < $until ) {
			usleep( 200000 );
			$result = array_filter( TestRun::progress( $result['queue_id'] ) ) + $result;
		}
		$diagnosis = $result['diagnosis'];
		$shown     = array(
			'status'       => $result['status'],
			'milliseconds' => $result['milliseconds'],
			'reply'        => $result['reply'],
			'error'        => $result['error'],
			'cause'        => (string) ( $diagnosis['cause'] ?? '' ),
			'remedies'     => implode( ' ', (array) ( $diagnosis['remedies'] ?? array() ) ),
			'queue_id'     => $result['queue_id'],
			'remote_id'    => $result['remote_id'],
			'token'        => $result['token'],
		);
		Output::one( $shown, $options );
		if ( 'sent' !== $result['status'] ) {
			WP_CLI::halt( 1 );
		}
	}

	/**
	 * Says how mail is doing.
	 *
	 * Exit code 0: all is well; 1: something needs care, and "troubles" says what.
	 *
	 * ## OPTIONS
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
	 * ## EXAMPLES
	 *
	 *     wp outbox status
	 *     wp outbox status --format=json | jq .queue
	 *
	 * @param list<string>         $arguments None.
	 * @param array<string, mixed> $options   Options.
	 */
	public function status( array $arguments, array $options ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable, Generic.CodeAnalysis.UnusedFunctionParameter -- wp-cli gives it.
		Plugin::sync();
		$connection = Plugin::connections()->primary();
		$failure    = State::get( 'failure' );
		$status     = array(
			'plugin'     => OUTBOX_PLUGIN_VERSION,
			'extension'  => Extension::version(),
			'engine'     => Extension::can_queue() ? 'queue' : ( Extension::can_send() ? 'direct' : 'php' ),
			'mode'       => (string) Plugin::settings()->get( 'delivery_mode' ),
			'connection' => $connection->is_complete() ? $connection->label() : '',
			'messages'   => Plugin::log()->query()->count_by_status(),
			'queue'      => self::queue(),
			'failure'    => is_array( $failure ) ? gmdate( 'Y-m-d\TH:i:s\Z', (int) $failure['time'] ) . ' ' . $failure['text'] : '',
		);

		$status['troubles'] = self::troubles( $status );
		Output::one( $status, $options );
		if ( array() !== $status['troubles'] ) {
			WP_CLI::halt( 1 );
		}
	}

	/**
	 * What the queue says of itself; an error's text if it cannot be opened.
	 *
	 * @return array<string, mixed>
	 */
	private static function queue(): array {
		if ( ! Extension::can_queue() ) {
			return array();
		}
		try {
			return Extension::spool( Plugin::settings() )->status();
		} catch ( \Throwable $error ) {
			return array( 'error' => $error->getMessage() );
		}
	}

	/**
	 * What needs care.
	 *
	 * @param array<string, mixed> $status As shown.
	 * @return list<string>
	 */
	private static function troubles( array $status ): array {
		$troubles = array();
		$owner    = Conflicts::wp_mail_owner();
		if ( '' === $status['connection'] ) {
			/* translators: %s: name of a setting. */
			$troubles[] = sprintf( __( 'The connection is not set up: %s is missing.', 'outbox' ), Plugin::connections()->primary()->missing() );
		}
		if ( null !== $owner ) {
			/* translators: %s: who. */
			$troubles[] = sprintf( __( 'wp_mail() is replaced by %s.', 'outbox' ), $owner['source'] );
		}
		if ( CloneGuard::is_paused( Plugin::settings() ) ) {
			$troubles[] = __( 'Mail is paused: the address of this site has changed.', 'outbox' );
		}
		if ( isset( $status['queue']['error'] ) ) {
			$troubles[] = $status['queue']['error'];
		}
		foreach ( (array) State::get( 'paused' ) as $id => $reason ) {
			/* translators: 1: name of a connection, 2: why. */
			$troubles[] = sprintf( __( 'The connection "%1$s" is paused: %2$s', 'outbox' ), $id, $reason );
		}
		if ( '' !== $status['failure'] ) {
			$troubles[] = $status['failure'];
		}
		return $troubles;
	}

	/**
	 * Says what it means that the address of the site has changed: mail is paused until then.
	 *
	 * ## OPTIONS
	 *
	 * <what>
	 * : same: the site has moved, and what was kept is sent. copy: its mail is kept in the log from now on, and not sent.
	 * ---
	 * options:
	 *   - same
	 *   - copy
	 * ---
	 *
	 * [--remove]
	 * : With copy: remove what was kept in the queue.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * ## EXAMPLES
	 *
	 *     wp outbox address same
	 *     wp outbox address copy --remove
	 *
	 * @param list<string>         $arguments What.
	 * @param array<string, mixed> $options   Options.
	 */
	public function address( array $arguments, array $options ): void {
		if ( ! CloneGuard::is_paused( Plugin::settings() ) ) {
			WP_CLI::error( __( 'The address of this site has not changed.', 'outbox' ) );
		}
		$remove = (bool) Utils\get_flag_value( $options, 'remove', false );
		if ( 'copy' === $arguments[0] && $remove ) {
			WP_CLI::confirm( __( 'Remove what was kept in the queue?', 'outbox' ), $options );
		}
		try {
			if ( 'same' === $arguments[0] ) {
				CloneGuard::resume( Plugin::settings() );
			} else {
				CloneGuard::separate( Plugin::settings(), $remove );
			}
		} catch ( \Throwable $trouble ) {
			WP_CLI::error( $trouble->getMessage() );
		}
		WP_CLI::success( __( 'The new address is known.', 'outbox' ) );
	}

	/**
	 * Takes over the settings of another mail plugin, passwords included.
	 *
	 * Without a name it lists the plugins whose settings are here. The other plugin's data stay as they are.
	 *
	 * ## OPTIONS
	 *
	 * [<plugin>]
	 * : wp-mail-smtp, easy-wp-smtp, easy-wp-smtp-1, fluent-smtp or post-smtp.
	 *
	 * [--dry-run]
	 * : Only show what would change.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * [--format=<format>]
	 * : How to show it.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     wp outbox import
	 *     wp outbox import wp-mail-smtp --dry-run
	 *     wp outbox import wp-mail-smtp --yes
	 *
	 * @param list<string>         $arguments The plugin.
	 * @param array<string, mixed> $options   Options.
	 */
	public function import( array $arguments, array $options ): void {
		$here = Sources::here();
		if ( ! isset( $arguments[0] ) ) {
			$rows = array();
			foreach ( $here as $source ) {
				$rows[] = array(
					'plugin' => $source->key(),
					'name'   => $source->name(),
				);
			}
			Output::many( $rows, array( 'plugin', 'name' ), $options );
			return;
		}
		if ( ! isset( $here[ $arguments[0] ] ) ) {
			WP_CLI::error( __( 'There are no settings of this plugin here.', 'outbox' ) );
		}
		$plan    = new Plan( new Settings(), $here[ $arguments[0] ]->read() );
		$changes = $plan->changes();
		foreach ( $plan->notes() as $note ) {
			WP_CLI::warning( $note );
		}
		Output::many( $changes, array( 'key', 'before', 'after' ), $options );
		if ( Utils\get_flag_value( $options, 'dry-run', false ) || array() === $changes ) {
			return;
		}
		WP_CLI::confirm( __( 'Take these settings over?', 'outbox' ), $options );
		Output::errors( $plan->apply() );
		WP_CLI::success( __( 'The settings were taken over.', 'outbox' ) );
	}
}
