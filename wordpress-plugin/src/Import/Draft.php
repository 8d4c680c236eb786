<?php
/**
 * Settings of another plugin in our words.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

use Outbox\WordPress\Providers;

defined( 'ABSPATH' ) || exit;

/**
 * What Settings::save() takes, and what somebody has to know of it.
 */
final class Draft {

	/**
	 * Input for Settings::save(), secrets included.
	 *
	 * @var array<string, mixed>
	 */
	public $settings = array();

	/**
	 * What could not be taken over, and what to do about it.
	 *
	 * @var list<string>
	 */
	public $notes = array();

	/**
	 * Sets a value, unless the other plugin has none.
	 *
	 * @param string $key   Setting.
	 * @param mixed  $value Value; null or '' for none.
	 */
	public function set( string $key, $value ): void {
		if ( null !== $value && '' !== $value ) {
			$this->settings[ $key ] = $value;
		}
	}

	/**
	 * Adds a note.
	 *
	 * @param string $text Sentences.
	 */
	public function note( string $text ): void {
		if ( ! in_array( $text, $this->notes, true ) ) {
			$this->notes[] = $text;
		}
	}

	/**
	 * The first connection. All of it is replaced: the user of one server with the port of another would be nonsense.
	 *
	 * @param array<string, mixed> $row As server() makes it.
	 */
	public function primary( array $row ): void {
		$this->settings['provider']     = $row['provider'];
		$this->settings['smtp_profile'] = '';
		foreach ( array( 'region', 'host', 'encryption', 'port', 'autotls', 'auth', 'user', 'verify' ) as $field ) {
			$this->settings[ 'smtp_' . $field ] = $row[ $field ];
		}
		// A password that is not known must not stay that of the server before.
		$this->settings['smtp_pass'] = '' === $row['pass'] ? null : $row['pass'];
	}

	/**
	 * A further connection.
	 *
	 * @param string               $wanted What it is to be called.
	 * @param array<string, mixed> $row    As server() makes it.
	 * @return string Its name.
	 */
	public function further( string $wanted, array $row ): string {
		$name = trim( substr( (string) preg_replace( '/[^a-z0-9]+/', '-', strtolower( remove_accents( $wanted ) ) ), 0, 24 ), '-' );
		$name = '' === $name || 'primary' === $name ? 'connection' : $name;
		$free = $name;
		for ( $i = 2; isset( $this->settings['connections'][ $free ] ); $i++ ) {
			$free = "$name-$i";
		}
		$row['pass'] = '' === $row['pass'] ? null : $row['pass'];

		$this->settings['connections'][ $free ] = $row;
		return $free;
	}

	/**
	 * A connection by SMTP. A server that is a provider's becomes the provider's preset, if that says the same.
	 *
	 * @param array<string, mixed> $given host, encryption, port, autotls, auth, user, pass, verify; what is missing is usual.
	 * @return array<string, mixed>
	 */
	public static function server( array $given ): array {
		$row             = $given + array(
			'provider'   => 'other',
			'region'     => '',
			'host'       => '',
			'encryption' => '',
			'port'       => 0,
			'autotls'    => true,
			'auth'       => true,
			'user'       => '',
			'pass'       => '',
			'verify'     => true,
		);
		$row['provider'] = Providers::of_host( (string) $row['host'] );
		$preset          = Providers::row( $row['provider'] );
		$same_user       = 'fixed' === $preset['user'] ? $preset['value'] === $row['user'] : 'password' !== $preset['user'] || $row['user'] === $row['pass'];
		if ( 'other' === $row['provider'] || ( $row['auth'] && ! $same_user ) ) {
			$row['provider'] = 'other';
			return $row;
		}
		foreach ( array_keys( $preset['regions'] ?? array() ) as $region ) {
			if ( Providers::host( $row['provider'], (string) $region ) === strtolower( (string) $row['host'] ) ) {
				$row['region'] = (string) $region;
			}
		}
		$row['host'] = '';
		if ( 'password' === $preset['user'] ) {
			$row['user'] = '';
		}
		return $row;
	}
}
