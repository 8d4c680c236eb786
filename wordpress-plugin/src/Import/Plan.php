<?php
/**
 * What an import would change.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

use Outbox\WordPress\Check;
use Outbox\WordPress\InvalidValue;
use Outbox\WordPress\Schema;
use Outbox\WordPress\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * The difference between a draft and the settings in force, to be looked at first and applied then. Of secrets it says
 * only whether there is one.
 */
final class Plan {

	/**
	 * The settings in force.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * What can be saved.
	 *
	 * @var array<string, mixed>
	 */
	private $input = array();

	/**
	 * What has to be known.
	 *
	 * @var list<string>
	 */
	private $notes;

	/**
	 * Checks a draft: what cannot be used here becomes a note.
	 *
	 * @param Settings $settings The settings in force.
	 * @param Draft    $draft    What another plugin has.
	 */
	public function __construct( Settings $settings, Draft $draft ) {
		$this->settings = $settings;
		$this->notes    = $draft->notes;
		foreach ( $draft->settings as $key => $value ) {
			$source = $settings->source( $key );
			$by     = Schema::is_secret( $key ) ? $settings->secret_constant( $key ) : null;
			if ( $source['locked'] || null !== $by ) {
				/* translators: 1: name of a setting, 2: name of a constant. */
				$this->notes[] = sprintf( __( '%1$s stays as it is: %2$s decides.', 'outbox' ), Schema::text( $key ), null === $by && '' === $source['name'] ? __( 'the network', 'outbox' ) : ( $by['name'] ?? $source['name'] ) );
				continue;
			}
			try {
				if ( null !== $value ) {
					Check::value( $key, 'connections' === $key ? self::without_passwords( $value ) : $value );
				}
				$this->input[ $key ] = $value;
			} catch ( InvalidValue $wrong ) {
				/* translators: 1: name of a setting, 2: what is wrong. */
				$this->notes[] = sprintf( __( '%1$s cannot be taken over: %2$s', 'outbox' ), Schema::text( $key ), $wrong->getMessage() );
			}
		}
		$this->keep_other_connections();
	}

	/**
	 * What has to be known.
	 *
	 * @return list<string>
	 */
	public function notes(): array {
		return $this->notes;
	}

	/**
	 * The values that would change, in words.
	 *
	 * @return list<array{key: string, label: string, before: string, after: string}>
	 */
	public function changes(): array {
		$changes = array();
		foreach ( $this->input as $key => $value ) {
			list( $before, $after ) = Schema::is_secret( $key ) ? $this->secret( $key, $value ) : array( self::words( $key, $this->settings->get( $key ), $this->settings ), self::words( $key, Check::value( $key, 'connections' === $key ? self::without_passwords( $value ) : $value ), null, $value ) );
			if ( $before !== $after || ( Schema::is_secret( $key ) && null !== $value ) ) {
				$changes[] = array(
					'key'    => $key,
					'label'  => Schema::text( $key ),
					'before' => $before,
					'after'  => $after,
				);
			}
		}
		return $changes;
	}

	/**
	 * Does it: all, or nothing.
	 *
	 * @return array<string, string> what is wrong, by setting; empty: it is done
	 */
	public function apply(): array {
		return $this->settings->save( $this->input );
	}

	/**
	 * Connections of ours stay, beside those that come.
	 */
	private function keep_other_connections(): void {
		if ( isset( $this->input['connections'] ) ) {
			$this->input['connections'] += (array) $this->settings->get( 'connections' );
		}
	}

	/**
	 * A secret before and after, in words.
	 *
	 * @param string $key   Setting.
	 * @param mixed  $value null: it goes.
	 * @return array{0: string, 1: string}
	 */
	private function secret( string $key, $value ): array {
		$words = array( __( 'not set', 'outbox' ), __( 'set', 'outbox' ) );
		return array( $words[ (int) $this->settings->has_secret( $key ) ], null === $value ? $words[0] : __( 'set anew', 'outbox' ) );
	}

	/**
	 * Connections as they are checked.
	 *
	 * @param mixed $connections Connections by name.
	 * @return mixed
	 */
	private static function without_passwords( $connections ) {
		foreach ( is_array( $connections ) ? $connections : array() as $name => $row ) {
			if ( is_array( $row ) ) {
				unset( $connections[ $name ]['pass'] );
			}
		}
		return $connections;
	}

	/**
	 * A value in words.
	 *
	 * @param string        $key      Setting.
	 * @param mixed         $value    Checked value.
	 * @param Settings|null $settings Where passwords of connections are, if these are those in force.
	 * @param mixed         $raw      The value before the check.
	 */
	private static function words( string $key, $value, ?Settings $settings, $raw = null ): string {
		if ( is_bool( $value ) ) {
			return $value ? __( 'yes', 'outbox' ) : __( 'no', 'outbox' );
		}
		if ( '' === $value ) {
			$choices = Schema::choices( $key );
			return $choices[''] ?? __( 'not set', 'outbox' );
		}
		if ( 'smtp_port' === $key && 0 === $value ) {
			return __( 'the usual one', 'outbox' );
		}
		if ( 'connections' === $key ) {
			$words = array();
			foreach ( (array) $value as $name => $row ) {
				$set     = null === $settings ? ! empty( $raw[ $name ]['pass'] ) : $settings->has_secret( "connection:$name" );
				$words[] = $name . ': ' . trim( implode( ' ', array_filter( array( $row['provider'] ?? '', $row['host'] ?? '', $row['user'] ?? '' ) ) ) ) . ( $set ? ' (' . __( 'password set', 'outbox' ) . ')' : '' );
			}
			return implode( '; ', $words );
		}
		if ( 'routes' === $key ) {
			$words = array();
			foreach ( (array) $value as $row ) {
				$words[] = $row['from'] . ' → ' . $row['connection'];
			}
			return implode( '; ', $words );
		}
		$choices = Schema::choices( $key );
		return is_scalar( $value ) ? (string) ( $choices[ (string) $value ] ?? $value ) : (string) wp_json_encode( $value );
	}
}
