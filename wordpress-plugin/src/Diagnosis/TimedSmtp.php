<?php
/**
 * PHPMailer's SMTP, with a stopwatch.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

use PHPMailer\PHPMailer\SMTP;

defined( 'ABSPATH' ) || exit;

/**
 * Takes opening a connection apart into its stages, which PHP does in one step otherwise.
 */
final class TimedSmtp extends SMTP {

	/**
	 * Where the stages are noted.
	 *
	 * @var Report
	 */
	private $report;

	/**
	 * Why the connection could not be had: dns, connect, tls; '' if it could.
	 *
	 * @var string
	 */
	public $failed_at = '';

	/**
	 * The system's words about that.
	 *
	 * @var string
	 */
	public $system_text = '';

	/**
	 * Notes into this report.
	 *
	 * @param Report $report The report.
	 */
	public function __construct( Report $report ) {
		$this->report = $report;
	}

	/**
	 * Resolves, connects, encrypts.
	 *
	 * @param string                              $host    Host, with "ssl://" for TLS from the start.
	 * @param int|null                            $port    Port.
	 * @param int|float                           $timeout Seconds.
	 * @param array<string, array<string, mixed>> $options Options of the stream.
	 * @return resource|false
	 */
	protected function getSMTPConnection( $host, $port = null, $timeout = 30, $options = array() ) {
		$implicit = 0 === strpos( $host, 'ssl://' );
		$name     = $implicit ? substr( $host, 6 ) : $host;
		if ( ! $this->resolve( $name ) ) {
			return false;
		}
		$options['ssl']                      = ( $options['ssl'] ?? array() ) + array( 'peer_name' => $name );
		$options['ssl']['capture_peer_cert'] = true;

		$since   = microtime( true );
		$address = false !== strpos( $name, ':' ) ? "[$name]" : $name;
		// The warning says what is returned; the page shows that.
		$stream = @stream_socket_client( "tcp://$address:$port", $number, $text, (float) $timeout, STREAM_CLIENT_CONNECT, stream_context_create( $options ) ); // phpcs:ignore WordPress.PHP.NoSilencedErrors.Discouraged
		if ( false === $stream ) {
			$this->fail( 'connect', '' === (string) $text ? __( 'no answer', 'outbox' ) : (string) $text, $since );
			return false;
		}
		$this->report->add( 'connect', true, $since, (string) stream_socket_get_name( $stream, true ) );
		return ! $implicit || $this->encrypt( $stream ) ? $stream : false;
	}

	/**
	 * STARTTLS, with the handshake as a stage.
	 *
	 * @return bool
	 */
	public function startTLS() {
		return $this->sendCommand( 'STARTTLS', 'STARTTLS', 220 ) && is_resource( $this->smtp_conn ) && $this->encrypt( $this->smtp_conn );
	}

	/**
	 * Looks the name up.
	 *
	 * @param string $name Host.
	 */
	private function resolve( string $name ): bool {
		$since = microtime( true );
		if ( false !== filter_var( $name, FILTER_VALIDATE_IP ) ) {
			return true;
		}
		$found = gethostbynamel( $name );
		if ( false === $found && function_exists( 'dns_get_record' ) ) {
			$found = array_column( (array) @dns_get_record( $name, DNS_AAAA ), 'ipv6' ); // phpcs:ignore WordPress.PHP.NoSilencedErrors.Discouraged
		}
		if ( false === $found || array() === $found ) {
			$this->fail( 'dns', __( 'there is no such name', 'outbox' ), $since );
			return false;
		}
		$this->report->add( 'dns', true, $since, implode( ', ', array_slice( $found, 0, 4 ) ) );
		return true;
	}

	/**
	 * The handshake.
	 *
	 * @param resource $stream The connection.
	 */
	private function encrypt( $stream ): bool {
		$since = microtime( true );
		$words = array();
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler -- OpenSSL's words come as warnings only.
		set_error_handler(
			static function ( int $level, string $text ) use ( &$words ): bool {
				$words[] = $text;
				return true;
			}
		);
		stream_set_blocking( $stream, true );
		$done = stream_socket_enable_crypto( $stream, true, STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT | ( defined( 'STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT' ) ? STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT : 0 ) );
		restore_error_handler();
		if ( true !== $done ) {
			$this->fail( 'tls', trim( implode( ' ', $words ) ), $since );
			return false;
		}
		$meta        = stream_get_meta_data( $stream );
		$certificate = self::certificate( stream_context_get_params( $stream )['options']['ssl']['peer_certificate'] ?? null );
		$this->report->add( 'tls', true, $since, trim( ( $meta['crypto']['protocol'] ?? '' ) . ', ' . $certificate, ', ' ) );
		return true;
	}

	/**
	 * A certificate in words.
	 *
	 * @param mixed $certificate Certificate.
	 */
	private static function certificate( $certificate ): string {
		$facts = null === $certificate ? false : openssl_x509_parse( $certificate );
		if ( false === $facts ) {
			return '';
		}
		$name   = is_array( $facts['subject']['CN'] ?? '' ) ? implode( ', ', $facts['subject']['CN'] ) : ( $facts['subject']['CN'] ?? '' );
		$issuer = is_array( $facts['issuer']['O'] ?? '' ) ? implode( ', ', $facts['issuer']['O'] ) : ( $facts['issuer']['O'] ?? $facts['issuer']['CN'] ?? '' );
		/* translators: 1: name in a certificate, 2: its issuer, 3: date. */
		return sprintf( __( 'certificate of %1$s from %2$s, valid until %3$s', 'outbox' ), $name, is_array( $issuer ) ? implode( ', ', $issuer ) : $issuer, gmdate( 'Y-m-d', (int) $facts['validTo_time_t'] ) );
	}

	/**
	 * Notes the stage at which it ended.
	 *
	 * @param string $stage Stage.
	 * @param string $text  The system's words.
	 * @param float  $since When it began.
	 */
	private function fail( string $stage, string $text, float $since ): void {
		$this->failed_at   = $stage;
		$this->system_text = $text;
		$this->report->add( $stage, false, $since, $text );
		$this->setError( $text );
	}
}
