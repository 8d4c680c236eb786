<?php
/**
 * The commands wp outbox settings ...
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Cli;

use Outbox\WordPress\Schema;
use Outbox\WordPress\Settings;
use WP_CLI;
use WP_CLI\Utils;

defined( 'ABSPATH' ) || exit;

/**
 * The settings of this site, or of the network. Secrets are never shown, only whether there is one.
 */
final class SettingsCommands {

	/**
	 * Lists all settings in force.
	 *
	 * ## OPTIONS
	 *
	 * [--network]
	 * : Those of the network.
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
	 * ---
	 *
	 * @subcommand list
	 *
	 * @param list<string>         $arguments None.
	 * @param array<string, mixed> $options   Options.
	 */
	public function list_( array $arguments, array $options ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable, Generic.CodeAnalysis.UnusedFunctionParameter -- wp-cli gives it.
		$settings = self::settings( $options );
		$rows     = array();
		foreach ( $settings->all() as $key => $value ) {
			$by     = Schema::is_secret( $key ) ? $settings->secret_constant( $key ) : null;
			$source = $by ?? $settings->source( $key );
			$rows[] = array(
				'key'      => $key,
				'value'    => $value,
				'from'     => Schema::is_secret( $key ) && null === $by ? '' : $source['from'],
				'constant' => $source['name'],
			);
		}
		Output::many( $rows, array( 'key', 'value', 'from', 'constant' ), $options );
	}

	/**
	 * Shows one setting. Of a secret: whether there is one.
	 *
	 * Exit code 1: there is no such setting.
	 *
	 * ## OPTIONS
	 *
	 * <key>
	 * : Its name.
	 *
	 * [--network]
	 * : That of the network.
	 *
	 * [--format=<format>]
	 * : How to show it.
	 * ---
	 * default: plain
	 * options:
	 *   - plain
	 *   - json
	 *   - yaml
	 * ---
	 *
	 * @param list<string>         $arguments Key.
	 * @param array<string, mixed> $options   Options.
	 */
	public function get( array $arguments, array $options ): void {
		$key    = self::key( $arguments[0] );
		$value  = self::settings( $options )->all()[ $key ];
		$format = (string) ( $options['format'] ?? 'plain' );
		if ( 'plain' === $format ) {
			WP_CLI::line( Output::text( $value ) );
			return;
		}
		WP_CLI::print_value( $value, array( 'format' => $format ) );
	}

	/**
	 * Sets settings: all of them, or none.
	 *
	 * ## OPTIONS
	 *
	 * <key>
	 * : Its name.
	 *
	 * [<value>]
	 * : Its value; without one it is read from the standard input, so that a password stays out of the list of
	 * processes and of the shell's history.
	 *
	 * [--format=<format>]
	 * : How the value is written. Lists are JSON.
	 * ---
	 * default: plain
	 * options:
	 *   - plain
	 *   - json
	 * ---
	 *
	 * [--network]
	 * : For the network.
	 *
	 * ## EXAMPLES
	 *
	 *     wp outbox settings set provider gmail
	 *     wp outbox settings set smtp_pass < password.txt
	 *     echo '{"provider":"gmail","smtp_user":"me@gmail.com"}' | wp outbox settings set all --format=json
	 *
	 * @param list<string>         $arguments Key and value.
	 * @param array<string, mixed> $options   Options.
	 */
	public function set( array $arguments, array $options ): void {
		$raw   = $arguments[1] ?? rtrim( (string) stream_get_contents( STDIN ), "\r\n" );
		$value = $raw;
		if ( 'json' === ( $options['format'] ?? 'plain' ) ) {
			$value = json_decode( $raw, true );
			if ( null === $value && 'null' !== trim( $raw ) ) {
				WP_CLI::error( __( 'This is no JSON.', 'outbox' ) );
			}
		}
		$settings = self::settings( $options );
		$input    = 'all' === $arguments[0] && is_array( $value ) ? $value : array( self::key( $arguments[0] ) => $value );
		foreach ( array_keys( $input ) as $key ) {
			$by   = Schema::is_secret( self::key( (string) $key ) ) ? $settings->secret_constant( (string) $key ) : null;
			$name = $by['name'] ?? $settings->source( (string) $key )['name'];
			if ( '' !== $name || $settings->is_locked_by_network( (string) $key ) ) {
				/* translators: 1: name of a setting, 2: name of a constant. */
				WP_CLI::error( sprintf( __( '%1$s stays as it is: %2$s decides.', 'outbox' ), (string) $key, '' === $name ? __( 'the network', 'outbox' ) : $name ) );
			}
		}
		Output::errors( $settings->save( $input ) );
		WP_CLI::success( __( 'Saved.', 'outbox' ) );
	}

	/**
	 * Goes back to the default.
	 *
	 * ## OPTIONS
	 *
	 * <key>...
	 * : Their names.
	 *
	 * [--network]
	 * : For the network.
	 *
	 * [--yes]
	 * : Do not ask.
	 *
	 * @param list<string>         $arguments Keys.
	 * @param array<string, mixed> $options   Options.
	 */
	public function reset( array $arguments, array $options ): void {
		$keys = array_map( array( self::class, 'key' ), $arguments );
		WP_CLI::confirm( __( 'Go back to the default?', 'outbox' ), $options );
		self::settings( $options )->reset( ...$keys );
		WP_CLI::success( __( 'Saved.', 'outbox' ) );
	}

	/**
	 * The settings that are meant.
	 *
	 * @param array<string, mixed> $options Options: network.
	 */
	private static function settings( array $options ): Settings {
		$network = (bool) Utils\get_flag_value( $options, 'network', false );
		if ( $network && ! is_multisite() ) {
			WP_CLI::error( __( 'This is no network of sites.', 'outbox' ) );
		}
		return new Settings( $network );
	}

	/**
	 * A key that is one.
	 *
	 * @param string $key What was typed.
	 */
	private static function key( string $key ): string {
		if ( ! Schema::has( $key ) ) {
			/* translators: %s: what was typed. */
			WP_CLI::error( sprintf( __( 'There is no setting "%s".', 'outbox' ), $key ) );
		}
		return $key;
	}
}
