<?php
/**
 * Whether receivers will believe that mail of a domain is the domain's own.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * Reads SPF, DKIM, DMARC and MX records of the sender's domain, here and from the DNS alone.
 *
 * A finding: record (spf, dkim, dmarc, mx), state (good, warning, bad, unknown), title, text, found (the record as it
 * is), and what to add: name, type, value.
 */
final class DomainCheck {

	/**
	 * Answers of the DNS.
	 *
	 * @var Resolver
	 */
	private $resolver;

	/**
	 * Made with the resolver to ask.
	 *
	 * @param Resolver $resolver Resolver.
	 */
	public function __construct( Resolver $resolver ) {
		$this->resolver = $resolver;
	}

	/**
	 * The findings for a domain.
	 *
	 * @param string               $domain The domain of From.
	 * @param array<string, mixed> $relay  What the relay is known by: name, spf (its include), selectors (list), public_key (our own, base64).
	 * @return list<array<string, string>>
	 */
	public function run( string $domain, array $relay ): array {
		$relay += array(
			'name'       => '',
			'spf'        => '',
			'selectors'  => array(),
			'public_key' => '',
		);
		$domain = strtolower( rtrim( $domain, '.' ) );
		$texts  = $this->resolver->txt( $domain );
		if ( null === $texts ) {
			return array(
				self::finding(
					'spf',
					'unknown',
					__( 'The DNS does not answer', 'outbox' ),
					/* translators: %s: domain. */
					sprintf( __( 'The records of %s could not be read from this server. That says nothing about them: try again later, or ask whoever runs the server whether it may look names up.', 'outbox' ), $domain )
				),
			);
		}
		return array_merge(
			array( ( new Spf( $this->resolver ) )->check( $domain, $texts, $relay ) ),
			array( $this->dkim( $domain, $relay ) ),
			array( $this->dmarc( $domain ) ),
			array( $this->mx( $domain ) )
		);
	}

	/**
	 * The keys that receivers find.
	 *
	 * @param string               $domain Domain.
	 * @param array<string, mixed> $relay  Relay.
	 * @return array<string, string>
	 */
	private function dkim( string $domain, array $relay ): array {
		$revoked = '';
		foreach ( $relay['selectors'] as $selector ) {
			$name  = $selector . '._domainkey.' . $domain;
			$texts = $this->resolver->txt( $name );
			foreach ( null === $texts ? array() : $texts as $text ) {
				$key = self::tag( $text, 'p' );
				if ( null === $key ) {
					continue;
				}
				if ( '' === $key ) {
					$revoked = $name;
					continue;
				}
				return $this->dkim_key( $name, $text, $key, $relay );
			}
		}
		if ( '' !== $revoked ) {
			/* translators: %s: name in the DNS. */
			return self::finding( 'dkim', 'bad', __( 'DKIM: the key was revoked', 'outbox' ), sprintf( __( 'The record at %s has an empty key. Make a new key where the domain is set up at the provider.', 'outbox' ), $revoked ) );
		}
		return self::dkim_missing( $domain, $relay );
	}

	/**
	 * A key was found: is it ours, where we sign?
	 *
	 * @param string               $name  Name in the DNS.
	 * @param string               $text  The record.
	 * @param string               $key   Its key.
	 * @param array<string, mixed> $relay Relay.
	 * @return array<string, string>
	 */
	private function dkim_key( string $name, string $text, string $key, array $relay ): array {
		$own = $relay['public_key'];
		if ( '' !== $own && preg_replace( '/\s+/', '', $key ) !== $own ) {
			return self::finding( 'dkim', 'bad', __( 'DKIM: another key than the one that signs', 'outbox' ), __( 'Every signature will be found wrong. Put the public half of the key of the settings into this record.', 'outbox' ), $text, $name, 'v=DKIM1; k=rsa; p=' . $own );
		}
		/* translators: %s: name in the DNS. */
		return self::finding( 'dkim', 'good', __( 'DKIM: there is a key', 'outbox' ), sprintf( __( 'Receivers find a key at %s.', 'outbox' ), $name ), self::shorten( $text ) );
	}

	/**
	 * No key was found under any name we know.
	 *
	 * @param string               $domain Domain.
	 * @param array<string, mixed> $relay  Relay.
	 * @return array<string, string>
	 */
	private static function dkim_missing( string $domain, array $relay ): array {
		if ( '' !== $relay['public_key'] ) {
			return self::finding( 'dkim', 'bad', __( 'DKIM: the key is not published', 'outbox' ), __( 'Messages are signed, and nobody can check the signature. Add this record.', 'outbox' ), '', $relay['selectors'][0] . '._domainkey.' . $domain, 'v=DKIM1; k=rsa; p=' . $relay['public_key'] );
		}
		$tried = implode( ', ', $relay['selectors'] );
		$text  = '' === $tried
			? __( 'Under which name the provider keeps its key for this domain is not known here. Look at the headers of a message that arrived: "dkim=pass" is what you want.', 'outbox' )
			/* translators: 1: domain, 2: list of selectors. */
			: sprintf( __( 'No key for %1$s under the names that are usual here (%2$s). Where the domain is set up at the provider there is a page that shows the record to add. If a message that arrived says "dkim=pass", all is well.', 'outbox' ), $domain, $tried );
		return self::finding( 'dkim', 'warning', __( 'DKIM: no key found', 'outbox' ), $text );
	}

	/**
	 * The domain's wish what shall be done with forgeries.
	 *
	 * @param string $domain Domain.
	 * @return array<string, string>
	 */
	private function dmarc( string $domain ): array {
		for ( $at = $domain; false !== strpos( $at, '.' ); $at = substr( $at, strpos( $at, '.' ) + 1 ) ) { // phpcs:ignore Generic.CodeAnalysis.ForLoopWithTestFunctionCall -- a short name.
			$records = array_values( (array) preg_grep( '/^v=DMARC1\s*(;|$)/i', (array) $this->resolver->txt( '_dmarc.' . $at ) ) );
			if ( count( $records ) > 1 ) {
				return self::finding( 'dmarc', 'bad', __( 'DMARC: more than one record', 'outbox' ), __( 'Receivers then act as if there were none. Keep one.', 'outbox' ), implode( "\n", $records ) );
			}
			if ( array() !== $records ) {
				$policy = strtolower( (string) self::tag( $records[0], $at === $domain || null === self::tag( $records[0], 'sp' ) ? 'p' : 'sp' ) );
				$texts  = array(
					'none'       => __( 'It asks receivers to do nothing about forgeries. Fine to begin with; "quarantine" protects better once SPF and DKIM are right.', 'outbox' ),
					'quarantine' => __( 'Forgeries are to go to the spam folder.', 'outbox' ),
					'reject'     => __( 'Forgeries are to be refused.', 'outbox' ),
				);
				if ( ! isset( $texts[ $policy ] ) ) {
					return self::finding( 'dmarc', 'bad', __( 'DMARC: the record has no policy', 'outbox' ), __( 'It needs p=none, p=quarantine or p=reject.', 'outbox' ), $records[0] );
				}
				return self::finding( 'dmarc', 'good', 'DMARC: ' . $policy, $texts[ $policy ], $records[0] );
			}
		}
		return self::finding( 'dmarc', 'warning', __( 'DMARC: no record', 'outbox' ), __( 'Gmail, Yahoo and Microsoft want one from whoever sends much. Add this record.', 'outbox' ), '', '_dmarc.' . $domain, 'v=DMARC1; p=none; rua=mailto:postmaster@' . $domain );
	}

	/**
	 * Whether anybody can answer.
	 *
	 * @param string $domain Domain.
	 * @return array<string, string>
	 */
	private function mx( string $domain ): array {
		$names = $this->resolver->mx( $domain );
		if ( null === $names ) {
			return self::finding( 'mx', 'unknown', __( 'MX: no answer from the DNS', 'outbox' ), '' );
		}
		if ( array( '' ) === $names ) {
			return self::finding( 'mx', 'warning', __( 'MX: the domain takes no mail', 'outbox' ), __( 'It says so itself. Some servers refuse senders that nobody can answer.', 'outbox' ), '0 .' );
		}
		if ( array() !== $names ) {
			return self::finding( 'mx', 'good', __( 'MX: the domain takes mail', 'outbox' ), __( 'Answers and reports can be delivered.', 'outbox' ), implode( ', ', array_slice( $names, 0, 5 ) ) );
		}
		if ( array() !== (array) $this->resolver->addresses( $domain ) ) {
			return self::finding( 'mx', 'warning', __( 'MX: none, but there is an address', 'outbox' ), __( 'Servers will try to deliver answers to the web server.', 'outbox' ) );
		}
		return self::finding( 'mx', 'bad', __( 'MX: the domain does not exist for mail', 'outbox' ), __( 'There is neither an MX record nor an address. Many servers refuse such senders: is the From address spelled right?', 'outbox' ) );
	}

	/**
	 * A tag of a record of "tag=value" pairs.
	 *
	 * @param string $record Record.
	 * @param string $tag    Tag.
	 */
	private static function tag( string $record, string $tag ): ?string {
		foreach ( explode( ';', $record ) as $pair ) {
			$parts = explode( '=', $pair, 2 );
			if ( isset( $parts[1] ) && strtolower( trim( $parts[0] ) ) === $tag ) {
				return trim( $parts[1] );
			}
		}
		return null;
	}

	/**
	 * A key is long, and its first characters tell it from others.
	 *
	 * @param string $text Text.
	 */
	private static function shorten( string $text ): string {
		return strlen( $text ) > 120 ? substr( $text, 0, 117 ) . '...' : $text;
	}

	/**
	 * A finding.
	 *
	 * @param string $record Record.
	 * @param string $state  State.
	 * @param string $title  Title.
	 * @param string $text   Text.
	 * @param string $found  The record as it is.
	 * @param string $name   Name of a record to add.
	 * @param string $value  Its value.
	 * @return array<string, string>
	 */
	public static function finding( string $record, string $state, string $title, string $text, string $found = '', string $name = '', string $value = '' ): array {
		return compact( 'record', 'state', 'title', 'text', 'found', 'name', 'value' );
	}
}
