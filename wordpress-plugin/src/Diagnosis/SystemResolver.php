<?php
/**
 * Asks the resolver of this server.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * What dns_get_record() says; no address or domain leaves for anybody but the DNS.
 */
final class SystemResolver implements Resolver {

	/**
	 * {@inheritDoc}
	 *
	 * @param string $name Host name.
	 */
	public function txt( string $name ): ?array {
		return $this->ask(
			$name,
			DNS_TXT,
			static function ( array $record ): string {
				// A key or a long SPF record comes in pieces of 255 octets.
				return isset( $record['entries'] ) ? implode( '', $record['entries'] ) : (string) $record['txt'];
			}
		);
	}

	/**
	 * {@inheritDoc}
	 *
	 * @param string $name Host name.
	 */
	public function mx( string $name ): ?array {
		return $this->ask(
			$name,
			DNS_MX,
			static function ( array $record ): string {
				return rtrim( (string) $record['target'], '.' );
			}
		);
	}

	/**
	 * {@inheritDoc}
	 *
	 * @param string $name Host name.
	 */
	public function addresses( string $name ): ?array {
		return $this->ask(
			$name,
			DNS_A | DNS_AAAA,
			static function ( array $record ): string {
				return (string) ( $record['ip'] ?? $record['ipv6'] ?? '' );
			}
		);
	}

	/**
	 * One question.
	 *
	 * @param string   $name  Host name.
	 * @param int      $type  DNS_ constant.
	 * @param \Closure $field What is taken from a record.
	 * @return list<string>|null
	 */
	private function ask( string $name, int $type, \Closure $field ): ?array {
		if ( ! function_exists( 'dns_get_record' ) ) {
			return null;
		}
		// A warning for every name server that is slow is not for the page; false says it.
		$records = @dns_get_record( $name, $type ); // phpcs:ignore WordPress.PHP.NoSilencedErrors.Discouraged
		return false === $records ? null : array_map( $field, $records );
	}
}
