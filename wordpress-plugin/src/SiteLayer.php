<?php
/**
 * What a site of a network keeps for itself.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * A form sends every field, changed or not. What is as the network has it is not stored, so that the network's next
 * change still reaches the site; and the connection is one thing, the network's or the site's own.
 */
final class SiteLayer {

	/** What a secret is kept beside: a site that has a secret of its own needs these of its own too. */
	private const BESIDE = array(
		'dkim_key'      => array( 'dkim_domain', 'dkim_selector' ),
		'alert_webhook' => array( 'alert_email' ),
	);

	/**
	 * What would hold without the site.
	 *
	 * @var Settings
	 */
	private $network;

	/**
	 * Of the current site.
	 */
	public function __construct() {
		$this->network = new Settings( true );
	}

	/**
	 * Whether these values bring a connection of the site's own.
	 *
	 * @param array<array-key, mixed> $values Values by key.
	 */
	public static function has_connection( array $values ): bool {
		return ! in_array( $values['provider'] ?? '', array( '', null ), true ) || ! in_array( $values['smtp_profile'] ?? '', array( '', null ), true );
	}

	/**
	 * What is stored of the values that would be.
	 *
	 * @param array<array-key, mixed> $after   What would be stored.
	 * @param list<string>            $given   The settings that were given.
	 * @param list<string>            $secrets Names of the secrets that were given.
	 * @return array<array-key, mixed>
	 */
	public function of( array $after, array $given, array $secrets ): array {
		$pinned = array();
		foreach ( $secrets as $name ) {
			$pinned = array_merge( $pinned, self::BESIDE[ $name ] ?? ( Schema::has( $name ) ? array() : array( 'connections' ) ) );
		}
		foreach ( array_diff( $given, Schema::group( 'connection' ), $pinned ) as $key ) {
			if ( Schema::has( $key ) && self::plain( $key, $after[ $key ] ) === self::plain( $key, $this->network->get( $key ) ) ) {
				unset( $after[ $key ] );
			}
		}
		foreach ( $pinned as $key ) {
			$after[ $key ] = $after[ $key ] ?? $this->network->get( $key );
		}
		return self::has_connection( $after ) ? $after : array_diff_key( $after, array_flip( Schema::group( 'connection' ) ) );
	}

	/**
	 * A value to compare: a form writes every field of a further connection, a command only some.
	 *
	 * @param string $key   Setting.
	 * @param mixed  $value Its value.
	 * @return mixed
	 */
	private static function plain( string $key, $value ) {
		if ( 'connections' !== $key ) {
			return $value;
		}
		foreach ( $value as $id => $row ) {
			foreach ( CheckList::FIELDS as $field ) {
				$row[ $field ] = $row[ $field ] ?? Schema::default_value( 'smtp_' . $field );
			}
			ksort( $row );
			$value[ $id ] = $row;
		}
		return $value;
	}

	/**
	 * The settings of the connection that somebody wants otherwise without having chosen a connection of the site's own.
	 *
	 * @param array<array-key, mixed> $given Checked values that were given.
	 * @return list<string>
	 */
	public function strays( array $given ): array {
		$strays = array();
		foreach ( array_intersect( Schema::group( 'connection' ), array_keys( $given ) ) as $key ) {
			if ( ! in_array( $given[ $key ], array( $this->network->get( $key ), Schema::default_value( $key ) ), true ) ) {
				$strays[] = $key;
			}
		}
		return $strays;
	}
}
