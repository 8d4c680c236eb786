<?php
/**
 * Which ports for mail can be reached from here.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * Knocks at all of them at the same time, says nothing, and leaves.
 */
final class PortProbe {

	public const PORTS = array( 25, 465, 587, 2525 );

	private const SECONDS = 4.0;

	/**
	 * Knocks.
	 *
	 * @param string    $host  Host.
	 * @param list<int> $ports Ports.
	 * @return array<int, array{state: string, milliseconds: float}> by port; state: open, closed (refused), silent (no answer), unknown (no such host)
	 */
	public function run( string $host, array $ports = self::PORTS ): array {
		$address = $this->address( $host );
		$found   = array_fill_keys(
			$ports,
			array(
				'state'        => '' === $address ? 'unknown' : 'silent',
				'milliseconds' => 0.0,
			)
		);
		$begun   = microtime( true );
		$waiting = '' === $address ? array() : $this->knock( $address, $ports, $found );
		while ( array() !== $waiting && microtime( true ) - $begun < self::SECONDS ) {
			$read   = null;
			$write  = $waiting;
			$except = $waiting;
			if ( ! stream_select( $read, $write, $except, 0, 200000 ) ) {
				continue;
			}
			foreach ( $write + $except as $port => $stream ) {
				// Ready to write and without a peer: it was refused.
				$found[ $port ] = array(
					'state'        => false === stream_socket_get_name( $stream, true ) ? 'closed' : 'open',
					'milliseconds' => round( ( microtime( true ) - $begun ) * 1000, 1 ),
				);
				fclose( $stream ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- a connection, no file.
				unset( $waiting[ $port ] );
			}
		}
		foreach ( $waiting as $stream ) {
			fclose( $stream ); // phpcs:ignore WordPress.WP.AlternativeFunctions -- a connection, no file.
		}
		return $found;
	}

	/**
	 * Begins to connect.
	 *
	 * @param string                                                $address Address.
	 * @param list<int>                                             $ports   Ports.
	 * @param array<int, array{state: string, milliseconds: float}> $found   What is known at once.
	 * @return array<int, resource> by port
	 */
	private function knock( string $address, array $ports, array &$found ): array {
		$waiting = array();
		foreach ( $ports as $port ) {
			// The warning says what is returned.
			$stream = @stream_socket_client( "tcp://$address:$port", $number, $text, self::SECONDS, STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT ); // phpcs:ignore WordPress.PHP.NoSilencedErrors.Discouraged
			if ( false === $stream ) {
				$found[ $port ] = array(
					'state'        => 'closed',
					'milliseconds' => 0.0,
				);
				continue;
			}
			stream_set_blocking( $stream, false );
			$waiting[ $port ] = $stream;
		}
		return $waiting;
	}

	/**
	 * One address of the host, so that the look-up is not waited for four times.
	 *
	 * @param string $host Host.
	 */
	private function address( string $host ): string {
		if ( false !== filter_var( $host, FILTER_VALIDATE_IP, FILTER_FLAG_IPV6 ) ) {
			return "[$host]";
		}
		$found = gethostbynamel( $host );
		if ( false !== $found ) {
			return (string) reset( $found );
		}
		$six = function_exists( 'dns_get_record' ) ? (array) @dns_get_record( $host, DNS_AAAA ) : array(); // phpcs:ignore WordPress.PHP.NoSilencedErrors.Discouraged
		return isset( $six[0]['ipv6'] ) ? '[' . $six[0]['ipv6'] . ']' : '';
	}
}
