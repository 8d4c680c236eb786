<?php
/**
 * SPF, RFC 7208, as far as it can be judged without a connection.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * Follows includes to see whether the relay is named, and counts look-ups: after ten, receivers give up.
 */
final class Spf {

	private const LOOKUPS_MAX = 10;

	/**
	 * Answers of the DNS.
	 *
	 * @var Resolver
	 */
	private $resolver;

	/**
	 * Look-ups that the record costs a receiver.
	 *
	 * @var int
	 */
	private $lookups = 0;

	/**
	 * The domains that the record leads to.
	 *
	 * @var array<string, true>
	 */
	private $includes = array();

	/**
	 * Made with the resolver to ask.
	 *
	 * @param Resolver $resolver Resolver.
	 */
	public function __construct( Resolver $resolver ) {
		$this->resolver = $resolver;
	}

	/**
	 * The finding.
	 *
	 * @param string               $domain Domain.
	 * @param list<string>         $texts  Its TXT records.
	 * @param array<string, mixed> $relay  Relay, as for DomainCheck::run().
	 * @return array<string, string>
	 */
	public function check( string $domain, array $texts, array $relay ): array {
		$records = self::records( $texts );
		$wanted  = strtolower( (string) $relay['spf'] );
		if ( array() === $records ) {
			$value = '' === $wanted ? '' : 'v=spf1 include:' . $wanted . ' ~all';
			return DomainCheck::finding( 'spf', 'bad', __( 'SPF: no record', 'outbox' ), '' === $wanted ? __( 'Add a TXT record that begins with v=spf1 and names the servers that send for this domain; the provider says which.', 'outbox' ) : __( 'Add this record; name in it whatever else sends for this domain.', 'outbox' ), '', $domain, $value );
		}
		if ( count( $records ) > 1 ) {
			return DomainCheck::finding( 'spf', 'bad', __( 'SPF: more than one record', 'outbox' ), __( 'That is an error, and receivers then trust none of them. Join them into one.', 'outbox' ), implode( "\n", $records ) );
		}
		$record = $records[0];
		$this->follow( $record );
		if ( preg_match( '/(^|\s)\+?all(\s|$)/i', $record ) ) {
			return DomainCheck::finding( 'spf', 'bad', __( 'SPF: it allows everybody', 'outbox' ), __( 'With "+all" the record protects nothing, and some receivers count it against you. End it with "~all".', 'outbox' ), $record );
		}
		if ( $this->lookups > self::LOOKUPS_MAX ) {
			/* translators: 1: number of look-ups, 2: the limit. */
			return DomainCheck::finding( 'spf', 'bad', __( 'SPF: too long a chain', 'outbox' ), sprintf( __( 'It costs a receiver %1$d look-ups; after %2$d they stop and call it an error. Take includes out that are not used any more.', 'outbox' ), $this->lookups, self::LOOKUPS_MAX ), $record );
		}
		return $this->coverage( $domain, $record, $wanted, $relay );
	}

	/**
	 * Whether the relay is among those that are named.
	 *
	 * @param string               $domain Domain.
	 * @param string               $record Record.
	 * @param string               $wanted The relay's include.
	 * @param array<string, mixed> $relay  Relay.
	 * @return array<string, string>
	 */
	private function coverage( string $domain, string $record, string $wanted, array $relay ): array {
		if ( '' === $wanted ) {
			return DomainCheck::finding( 'spf', 'good', __( 'SPF: there is a record', 'outbox' ), __( 'Whether it names the server of your provider cannot be told from here: a message that arrived says "spf=pass" if so.', 'outbox' ), $record );
		}
		if ( isset( $this->includes[ $wanted ] ) ) {
			/* translators: %s: provider. */
			return DomainCheck::finding( 'spf', 'good', __( 'SPF: the provider is named', 'outbox' ), sprintf( __( 'The record allows %s to send for this domain.', 'outbox' ), $relay['name'] ), $record );
		}
		$value = trim( (string) preg_replace( '/^v=spf1/i', 'v=spf1 include:' . $wanted, $record ) );
		/* translators: %s: provider. */
		return DomainCheck::finding( 'spf', 'warning', __( 'SPF: the provider is not named', 'outbox' ), sprintf( __( 'The record does not allow %s to send for this domain. Change it to this, unless the provider uses a return path of its own.', 'outbox' ), $relay['name'] ), $record, $domain, $value );
	}

	/**
	 * Walks through a record and what it includes.
	 *
	 * @param string $record Record.
	 */
	private function follow( string $record ): void {
		preg_match_all( '/(?:^|\s)[+?~-]?(include|redirect|exists|a|mx|ptr)\b(?:[:=]([^\s\/]+))?/i', (string) preg_replace( '/^v=spf1/i', '', $record ), $terms, PREG_SET_ORDER );
		foreach ( $terms as $term ) {
			++$this->lookups;
			$kind   = strtolower( $term[1] );
			$target = strtolower( rtrim( $term[2] ?? '', '.' ) );
			if ( ! in_array( $kind, array( 'include', 'redirect' ), true ) || '' === $target || isset( $this->includes[ $target ] ) ) {
				continue;
			}
			$this->includes[ $target ] = true;
			if ( $this->lookups <= self::LOOKUPS_MAX ) {
				foreach ( self::records( (array) $this->resolver->txt( $target ) ) as $inner ) {
					$this->follow( $inner );
				}
			}
		}
	}

	/**
	 * Those of the TXT records that are SPF.
	 *
	 * @param list<string> $texts TXT records.
	 * @return list<string>
	 */
	private static function records( array $texts ): array {
		return array_values( (array) preg_grep( '/^v=spf1(\s|$)/i', $texts ) );
	}
}
