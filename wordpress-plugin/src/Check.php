<?php
/**
 * Checks values of settings, whether they come from a form, a constant or the database.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * One method for each type of data/settings.php. Nothing is silently repaired beyond white space at the ends: a wrong
 * value is an InvalidValue that says why.
 */
final class Check {

	/**
	 * The value in its type.
	 *
	 * @param string $key Setting.
	 * @param mixed  $raw What was given, without slashes.
	 * @return mixed
	 * @throws InvalidValue It cannot be used.
	 */
	public static function value( string $key, $raw ) {
		$row = Schema::row( $key );
		switch ( $row['type'] ) {
			case 'bool':
				return self::bool( $raw );
			case 'int':
				return self::int( $raw, (int) $row['min'], (int) $row['max'] );
			case 'choice':
				return self::choice( $raw, Schema::values( $key ) );
			case 'list':
				return self::list( $raw, Schema::values( $key ) );
			case 'connections':
				return CheckList::connections( $raw );
			case 'routes':
				return CheckList::routes( $raw );
			default:
				return self::of_text( $row['check'] ?? $row['type'], self::text( $raw ) );
		}
	}

	/**
	 * What is kept as text.
	 *
	 * @param string $type Type.
	 * @param string $text Text of one line, or of several for a PEM.
	 * @throws InvalidValue It cannot be used.
	 */
	private static function of_text( string $type, string $text ): string {
		switch ( $type ) {
			case 'secret':
				return self::secret( $text );
			case 'https':
				return '' === $text ? '' : self::https( $text );
			case 'pem':
				return self::pem( $text );
			case 'email':
				return '' === $text ? '' : self::email( $text );
			case 'emails':
				return self::emails( $text );
			case 'host':
				return '' === $text ? '' : self::host( $text );
			case 'path':
				return '' === $text ? '' : self::path( $text );
			case 'outside':
				return '' === $text ? '' : self::outside( $text );
			case 'profile':
				return '' === $text ? '' : self::profile( $text );
			default:
				return self::line( $text );
		}
	}

	/**
	 * A password. Google and Yahoo show an app password as four times four letters, and people copy the blanks, which
	 * may be no-break spaces, with it.
	 *
	 * @param string $text What was typed.
	 */
	private static function secret( string $text ): string {
		return 1 === preg_match( '/^[a-z]{4}(?:[\s\x{a0}]+[a-z]{4}){3}$/u', $text ) ? (string) preg_replace( '/[\s\x{a0}]+/u', '', $text ) : $text;
	}

	/**
	 * Yes or no, as forms, constants and options say it.
	 *
	 * @param mixed $raw What was given.
	 * @throws InvalidValue It is neither.
	 */
	private static function bool( $raw ): bool {
		$text = is_string( $raw ) ? strtolower( trim( $raw ) ) : $raw;
		if ( in_array( $text, array( true, 1, '1', 'true', 'yes', 'on' ), true ) ) {
			return true;
		}
		if ( in_array( $text, array( false, null, 0, '', '0', 'false', 'no', 'off' ), true ) ) {
			return false;
		}
		throw new InvalidValue( __( 'This is neither yes nor no.', 'outbox' ) );
	}

	/**
	 * A whole number within its bounds.
	 *
	 * @param mixed $raw What was given.
	 * @param int   $min Smallest.
	 * @param int   $max Largest.
	 * @throws InvalidValue It is none.
	 */
	private static function int( $raw, int $min, int $max ): int {
		$text = is_scalar( $raw ) ? trim( (string) $raw ) : '-';
		// An empty field is the smallest: 0 where 0 means "the usual".
		$text   = '' === $text ? (string) $min : $text;
		$number = filter_var( $text, FILTER_VALIDATE_INT );
		if ( false === $number || $number < $min || $number > $max ) {
			/* translators: 1: smallest number, 2: largest number. */
			throw new InvalidValue( sprintf( __( 'Give a whole number from %1$d to %2$d.', 'outbox' ), $min, $max ) );
		}
		return $number;
	}

	/**
	 * One of several.
	 *
	 * @param mixed        $raw     What was given.
	 * @param list<string> $choices What there is to choose from.
	 * @throws InvalidValue It is none of them.
	 */
	private static function choice( $raw, array $choices ): string {
		if ( ! is_string( $raw ) || ! in_array( $raw, $choices, true ) ) {
			throw new InvalidValue( __( 'Choose one of the values of the list.', 'outbox' ) );
		}
		return $raw;
	}

	/**
	 * Several of several.
	 *
	 * @param mixed        $raw     What was given.
	 * @param list<string> $choices What there is to choose from.
	 * @return list<string>
	 * @throws InvalidValue One is none of them.
	 */
	private static function list( $raw, array $choices ): array {
		$chosen = '' === $raw || null === $raw ? array() : $raw;
		if ( ! is_array( $chosen ) || array() !== array_udiff( $chosen, $choices, array( self::class, 'compare' ) ) ) {
			throw new InvalidValue( __( 'Choose values of the list.', 'outbox' ) );
		}
		return array_values( array_intersect( $choices, $chosen ) );
	}

	/**
	 * Compares two values that may be anything.
	 *
	 * @param mixed $one One.
	 * @param mixed $two The other.
	 */
	private static function compare( $one, $two ): int {
		return strcmp( is_string( $one ) ? $one : '', is_string( $two ) ? $two : '' );
	}

	/**
	 * An address of the Web.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is none, or not enciphered.
	 */
	private static function https( string $text ): string {
		if ( 0 !== strpos( $text, 'https://' ) || false === filter_var( $text, FILTER_VALIDATE_URL ) || strlen( $text ) > 2000 ) {
			throw new InvalidValue( __( 'Give an address that begins with https://.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * Text, without white space around it.
	 *
	 * @param mixed $raw What was given.
	 * @throws InvalidValue It is no text.
	 */
	private static function text( $raw ): string {
		if ( ! is_string( $raw ) && ! is_int( $raw ) && ! is_float( $raw ) ) {
			throw new InvalidValue( __( 'This is no text.', 'outbox' ) );
		}
		$text = trim( (string) $raw );
		if ( strlen( $text ) > 16384 || 1 !== preg_match( '//u', $text ) || false !== strpos( $text, "\0" ) ) {
			throw new InvalidValue( __( 'This is too long, or no text.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * Text of one line: a line end in a user name or a sender would end up in a header.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It has control characters, or is too long.
	 */
	public static function line( string $text ): string {
		if ( strlen( $text ) > 255 || 1 === preg_match( '/[\x00-\x1f\x7f]/', $text ) ) {
			throw new InvalidValue( __( 'Give one line of at most 255 characters.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * One address.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is none.
	 */
	public static function email( string $text ): string {
		if ( ! is_email( $text ) ) {
			throw new InvalidValue( __( 'This is no email address.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * Several addresses.
	 *
	 * @param string $text Addresses with commas.
	 * @throws InvalidValue One of them is none.
	 */
	private static function emails( string $text ): string {
		$addresses = self::split( $text );
		foreach ( $addresses as $address ) {
			if ( ! is_email( $address ) ) {
				/* translators: %s: what was typed. */
				throw new InvalidValue( sprintf( __( '"%s" is no email address.', 'outbox' ), $address ) );
			}
		}
		return implode( ', ', $addresses );
	}

	/**
	 * The parts of a list with commas, those that are empty left out.
	 *
	 * @param string $text List.
	 * @return list<string>
	 */
	public static function split( string $text ): array {
		$parts = preg_split( '/\s*,\s*/', trim( $text ), -1, PREG_SPLIT_NO_EMPTY );
		return false === $parts ? array() : $parts;
	}

	/**
	 * A host name or an address of the Internet.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is none.
	 */
	public static function host( string $text ): string {
		$bare = 1 === preg_match( '/^\[(.+)\]$/', $text, $match ) ? $match[1] : $text;
		if ( false !== filter_var( $bare, FILTER_VALIDATE_IP ) ) {
			return $bare;
		}
		if ( false !== strpos( $text, '://' ) || 1 === preg_match( '/:\d+$/', $text ) ) {
			throw new InvalidValue( __( 'Give the name alone, as smtp.example.com: without a scheme and without a port.', 'outbox' ) );
		}
		// Letters of every script: the extension and PHP turn them into ASCII when they connect.
		if ( strlen( $text ) > 253 || 1 !== preg_match( '/^(?!-)[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63})*\.?$/u', $text ) ) {
			throw new InvalidValue( __( 'This is no host name.', 'outbox' ) );
		}
		return strtolower( rtrim( $text, '.' ) );
	}

	/**
	 * A path on this server. Whether there is something is asked when it is used: the file may be on its way.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is no plain absolute path.
	 */
	private static function path( string $text ): string {
		$text = self::line( $text );
		if ( false !== strpos( $text, '://' ) || ! path_is_absolute( $text ) || 0 !== validate_file( $text ) && 2 !== validate_file( $text ) ) {
			throw new InvalidValue( __( 'Give the whole path of a file on this server, beginning at the root.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * A path that no web server shows: messages hold links that reset passwords.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is no plain absolute path, or one of the web's.
	 */
	private static function outside( string $text ): string {
		$path  = self::path( $text );
		$there = $path;
		while ( ! file_exists( $there ) && dirname( $there ) !== $there ) {
			$there = dirname( $there );
		}
		$places = array( $path, realpath( $there ) . substr( $path, strlen( $there ) ) );
		$roots  = array( ABSPATH, WP_CONTENT_DIR, sanitize_text_field( wp_unslash( $_SERVER['DOCUMENT_ROOT'] ?? '' ) ) );
		foreach ( array_merge( $roots, array_map( 'realpath', array_filter( $roots ) ) ) as $root ) {
			$root = trailingslashit( wp_normalize_path( (string) $root ) );
			foreach ( $places as $place ) {
				if ( '/' !== $root && 0 === strpos( trailingslashit( wp_normalize_path( $place ) ), $root ) ) {
					throw new InvalidValue( __( 'This folder is one that the web server shows to everybody. Give one outside of it.', 'outbox' ) );
				}
			}
		}
		return $path;
	}

	/**
	 * A name of a relay profile.
	 *
	 * @param string $text Text.
	 * @throws InvalidValue It is none.
	 */
	private static function profile( string $text ): string {
		if ( 1 !== preg_match( '/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/', $text ) ) {
			throw new InvalidValue( __( 'A profile has a name of letters, digits, points and hyphens.', 'outbox' ) );
		}
		return $text;
	}

	/**
	 * A private key.
	 *
	 * @param string $text PEM.
	 * @throws InvalidValue It is none.
	 */
	private static function pem( string $text ): string {
		if ( '' === $text ) {
			return '';
		}
		$key = function_exists( 'openssl_pkey_get_private' ) ? openssl_pkey_get_private( $text ) : false;
		if ( false === $key ) {
			throw new InvalidValue( __( 'This is no private key in PEM form, or it is protected by a passphrase.', 'outbox' ) );
		}
		return $text;
	}
}
