<?php
/**
 * What commands print.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Cli;

use WP_CLI;
use WP_CLI\Utils;

defined( 'ABSPATH' ) || exit;

/**
 * Tables for people; JSON and YAML with their structure for programs.
 */
final class Output {

	/**
	 * One thing with its properties.
	 *
	 * @param array<string, mixed> $properties By name.
	 * @param array<string, mixed> $options    Of the command: format.
	 */
	public static function one( array $properties, array $options ): void {
		$format = (string) ( $options['format'] ?? 'table' );
		if ( 'table' !== $format ) {
			WP_CLI::print_value( $properties, array( 'format' => $format ) );
			return;
		}
		$rows = array();
		foreach ( $properties as $name => $value ) {
			$rows[] = array(
				'name'  => $name,
				'value' => self::text( $value ),
			);
		}
		Utils\format_items( 'table', $rows, array( 'name', 'value' ) );
	}

	/**
	 * Many things.
	 *
	 * @param list<array<string, mixed>> $rows    Rows.
	 * @param list<string>               $columns Columns.
	 * @param array<string, mixed>       $options Of the command: format, fields.
	 */
	public static function many( array $rows, array $columns, array $options ): void {
		$format = (string) ( $options['format'] ?? 'table' );
		if ( isset( $options['fields'] ) ) {
			$columns = array_map( 'trim', explode( ',', (string) $options['fields'] ) );
		}
		if ( 'ids' === $format ) {
			WP_CLI::line( implode( ' ', array_map( 'strval', array_column( $rows, 'id' ) ) ) );
			return;
		}
		if ( 'table' === $format || 'csv' === $format ) {
			foreach ( $rows as $i => $row ) {
				$rows[ $i ] = array_map( array( self::class, 'text' ), $row );
			}
		}
		Utils\format_items( $format, $rows, $columns );
	}

	/**
	 * Ends with what is wrong with settings, if something is.
	 *
	 * @param array<string, string> $errors By setting.
	 */
	public static function errors( array $errors ): void {
		$lines = array();
		foreach ( $errors as $key => $text ) {
			$lines[] = $key . ': ' . wp_specialchars_decode( $text, ENT_QUOTES );
		}
		if ( array() !== $lines ) {
			WP_CLI::error( implode( "\n", $lines ) );
		}
	}

	/**
	 * A value for one cell.
	 *
	 * @param mixed $value Value.
	 */
	public static function text( $value ): string {
		if ( is_bool( $value ) ) {
			return $value ? 'true' : 'false';
		}
		return is_scalar( $value ) ? (string) $value : ( null === $value || array() === $value ? '' : (string) wp_json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
	}
}
