<?php
/**
 * What is wrong with a connection, without the extension.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Providers;

defined( 'ABSPATH' ) || exit;

/**
 * By stage and code. Only at the handshake, where PHP gives nothing but OpenSSL's words, are words looked at.
 */
final class PhpDiagnosis {

	/**
	 * The diagnosis.
	 *
	 * @param Connection $connection Which one.
	 * @param string     $stage      Where it ended.
	 * @param int        $code       SMTP's code, 0 for none.
	 * @param string     $text       The server's or the system's words.
	 * @return array<string, mixed>
	 */
	public static function of( Connection $connection, string $stage, int $code, string $text ): array {
		$host = $connection->host();
		$port = $connection->port();
		switch ( $stage ) {
			case 'dns':
				list( $cause, $remedies ) = self::dns( $connection );
				break;
			case 'connect':
				/* translators: 1: host, 2: port. */
				list( $cause, $remedies ) = array( sprintf( __( 'Nobody answers at %1$s, port %2$d.', 'outbox' ), $host, $port ), array( __( 'See below which ports are open from this web server, and choose one of those.', 'outbox' ), __( 'If none is open, the hosting company blocks mail: ask it to open port 587 or 465.', 'outbox' ) ) );
				break;
			case 'tls':
				list( $cause, $remedies ) = self::tls( $connection, $text );
				break;
			case 'starttls':
				/* translators: %s: host. */
				list( $cause, $remedies ) = array( sprintf( __( '%s does not offer STARTTLS on this port.', 'outbox' ), $host ), array( __( 'Choose SSL/TLS from the start, with port 465.', 'outbox' ), __( 'Or another port: 587 usually offers it.', 'outbox' ) ) );
				break;
			case 'auth':
				list( $cause, $remedies ) = self::auth( $connection, $code );
				break;
			default:
				list( $cause, $remedies ) = array( __( 'The server does not speak as expected.', 'outbox' ), array( __( 'Is this port one for sending mail, and does the encryption fit it? 465 wants SSL/TLS from the start, 587 STARTTLS.', 'outbox' ) ) );
		}
		$diagnosis = ConnectionCheck::diagnosis( $stage, $cause, $remedies, $text, 0 === $code ? null : $code );
		$link      = (string) ( Providers::row( $connection->provider() )['link'] ?? '' );

		$diagnosis['link'] = 'auth' === $stage && '' !== $link ? $link : null;
		return $diagnosis;
	}

	/**
	 * The message was refused for good.
	 *
	 * @param int    $code     SMTP's code.
	 * @param string $enhanced The enhanced code, '' for none.
	 * @param string $text     The server's words.
	 * @return array<string, mixed>
	 */
	public static function refusal( int $code, string $enhanced, string $text ): array {
		if ( 0 === strpos( $enhanced, '5.1.' ) ) {
			return ConnectionCheck::diagnosis( 'rcpt', __( 'The server does not know this recipient.', 'outbox' ), array( __( 'Look for a typing error in the address.', 'outbox' ), __( 'Send the test to another address, to see whether other mail goes out.', 'outbox' ) ), $text, $code );
		}
		if ( 0 === strpos( $enhanced, '5.2.' ) ) {
			return ConnectionCheck::diagnosis( 'rcpt', __( 'The mailbox of this recipient takes no mail.', 'outbox' ), array( __( 'It is full or closed: only whoever has it can change that.', 'outbox' ), __( 'Send the test to another address, to see whether other mail goes out.', 'outbox' ) ), $text, $code );
		}
		return ConnectionCheck::diagnosis( 'data', __( 'The server refuses the message, for its sender, its content or its recipient.', 'outbox' ), array( __( 'The server\'s words say why.', 'outbox' ), __( 'Let the From Email be the account\'s own address, or one that the provider has confirmed.', 'outbox' ), __( 'Check the domain: SPF, DKIM and DMARC have to allow this server.', 'outbox' ) ), $text, $code );
	}

	/**
	 * The name was not found. One from a preset is right.
	 *
	 * @param Connection $connection Which one.
	 * @return array{string, list<string>}
	 */
	private static function dns( Connection $connection ): array {
		$host = $connection->host();
		if ( 'other' !== Providers::of_host( $host ) ) {
			/* translators: %s: host. */
			return array( sprintf( __( 'This web server cannot find %s.', 'outbox' ), $host ), array( __( 'The name is right: nothing in these settings is wrong.', 'outbox' ), __( 'Ask whoever runs the web server whether it can look names up, and whether it may reach the internet.', 'outbox' ) ) );
		}
		/* translators: %s: host. */
		return array( sprintf( __( 'There is no server named %s.', 'outbox' ), $host ), array( __( 'Look for a typing error in the host.', 'outbox' ), __( 'Ask whoever runs the web server whether it can look names up.', 'outbox' ) ) );
	}

	/**
	 * The handshake failed.
	 *
	 * @param Connection $connection Which one.
	 * @param string     $text       OpenSSL's words.
	 * @return array{string, list<string>}
	 */
	private static function tls( Connection $connection, string $text ): array {
		if ( false !== stripos( $text, 'wrong version number' ) || false !== stripos( $text, 'packet length' ) || false !== stripos( $text, 'unknown protocol' ) ) {
			return array( __( 'The server does not speak TLS from the start on this port.', 'outbox' ), array( __( 'Choose STARTTLS for this port, or port 465.', 'outbox' ) ) );
		}
		if ( false !== stripos( $text, 'did not match' ) ) {
			/* translators: %s: host. */
			return array( sprintf( __( 'The certificate is not for %s.', 'outbox' ), $connection->host() ), array( __( 'Use the name that is in the certificate as host.', 'outbox' ), __( 'If you run the server: give it a certificate for this name.', 'outbox' ) ) );
		}
		if ( false !== stripos( $text, 'certificate verify failed' ) ) {
			return array( __( 'The certificate of the server is not trusted here.', 'outbox' ), array( __( 'If it is your own server: name the file of its authority under "Certificate, time limits and more".', 'outbox' ), __( 'If it is a provider: the list of authorities on this web server is out of date, or somebody is on the way between.', 'outbox' ) ) );
		}
		return array( __( 'No encrypted connection could be agreed on.', 'outbox' ), array( __( 'The server may be too old for TLS 1.2, or the port may be another one.', 'outbox' ) ) );
	}

	/**
	 * The login failed.
	 *
	 * @param Connection $connection Which one.
	 * @param int        $code       SMTP's code.
	 * @return array{string, list<string>}
	 */
	private static function auth( Connection $connection, int $code ): array {
		if ( $code >= 400 && $code < 500 ) {
			return array( __( 'The server does not let anybody in at the moment.', 'outbox' ), array( __( 'Try again in some minutes: after many attempts providers close the door for a while.', 'outbox' ) ) );
		}
		$remedies = array( __( 'Type user name and password again; a blank at the end is easily copied.', 'outbox' ) );
		$hint     = Providers::text( $connection->provider(), 'pass_hint' );
		if ( '' !== $hint ) {
			array_unshift( $remedies, trim( Providers::text( $connection->provider(), 'pass_label' ) . ': ' . $hint, ': ' ) );
		}
		return array( __( 'The server does not accept user name and password.', 'outbox' ), $remedies );
	}
}
