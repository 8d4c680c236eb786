<?php
/**
 * Tries a connection with what PHP has.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

use Outbox\WordPress\Connection;
use PHPMailer\PHPMailer\SMTP;

defined( 'ABSPATH' ) || exit;

/**
 * For servers without the extension; the same stages in the same report.
 */
final class PhpCheck {

	/**
	 * Which one.
	 *
	 * @var Connection
	 */
	private $connection;

	/**
	 * What is found.
	 *
	 * @var Report
	 */
	private $report;

	/**
	 * Of this connection.
	 *
	 * @param Connection $connection Which one.
	 */
	public function __construct( Connection $connection ) {
		$this->connection = $connection;
		$this->report     = new Report();
	}

	/**
	 * Goes as far as the login.
	 *
	 * @throws \Outbox\WordPress\SecretException The password cannot be read.
	 */
	public function run(): Report {
		require_once ABSPATH . WPINC . '/PHPMailer/PHPMailer.php';
		require_once ABSPATH . WPINC . '/PHPMailer/SMTP.php';
		$smtp              = new TimedSmtp( $this->report );
		$lines             = array();
		$smtp->do_debug    = SMTP::DEBUG_SERVER; // One more would show what is secret.
		$smtp->Timeout     = $this->connection->timeout();
		$smtp->Timelimit   = $this->connection->timeout();
		$smtp->Debugoutput = static function ( string $text ) use ( &$lines ): void {
			$lines[] = rtrim( $text );
		};
		$this->talk( $smtp );
		$smtp->close();
		$this->report->transcript = implode( "\n", $lines );
		return $this->report;
	}

	/**
	 * Greeting, EHLO, STARTTLS, login.
	 *
	 * @param TimedSmtp $smtp The connection.
	 * @throws \Outbox\WordPress\SecretException The password cannot be read.
	 */
	private function talk( TimedSmtp $smtp ): void {
		$credentials = $this->connection->credentials();
		$host        = ( 'ssl' === $this->connection->encryption() ? 'ssl://' : '' ) . $this->connection->host();
		$since       = microtime( true );
		if ( ! $smtp->connect( $host, $this->connection->port(), $this->connection->connect_timeout(), $this->stream_options() ) ) {
			if ( '' === $smtp->failed_at ) {
				$this->report->add( 'greeting', false, $since, $smtp->getLastReply() );
			}
			$this->diagnose( $smtp, '' === $smtp->failed_at ? 'greeting' : $smtp->failed_at );
			return;
		}
		if ( ! $this->hello( $smtp ) || ! $this->encrypt( $smtp ) || ! $this->connection->auth() ) {
			return;
		}
		$since = microtime( true );
		$done  = $smtp->authenticate( $credentials[0], $credentials[1] );
		$this->report->add( 'auth', $done, $since, trim( $smtp->getLastReply() ) );
		if ( ! $done ) {
			$this->diagnose( $smtp, 'auth' );
		}
	}

	/**
	 * EHLO.
	 *
	 * @param TimedSmtp $smtp The connection.
	 */
	private function hello( TimedSmtp $smtp ): bool {
		$since = microtime( true );
		$name  = '' !== $this->connection->ehlo() ? $this->connection->ehlo() : (string) wp_parse_url( network_home_url(), PHP_URL_HOST );
		$done  = $smtp->hello( $name );
		$this->report->add( 'ehlo', $done, $since, implode( ', ', array_slice( array_keys( (array) $smtp->getServerExtList() ), 0, 12 ) ) );
		if ( ! $done ) {
			$this->diagnose( $smtp, 'ehlo' );
		}
		return $done;
	}

	/**
	 * STARTTLS, where it is wanted.
	 *
	 * @param TimedSmtp $smtp The connection.
	 */
	private function encrypt( TimedSmtp $smtp ): bool {
		$offered = (bool) $smtp->getServerExt( 'STARTTLS' );
		$wanted  = 'tls' === $this->connection->encryption() || ( 'none' === $this->connection->encryption() && $this->connection->autotls() && $offered );
		if ( ! $wanted ) {
			return true;
		}
		if ( ! $offered ) {
			$this->report->add( 'starttls', false, microtime( true ), __( 'not offered', 'outbox' ) );
			$this->diagnose( $smtp, 'starttls' );
			return false;
		}
		if ( ! $smtp->startTLS() ) {
			$this->diagnose( $smtp, 'tls' );
			return false;
		}
		return $this->hello( $smtp );
	}

	/**
	 * Options of PHP's stream.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private function stream_options(): array {
		$ssl = array(
			'verify_peer'      => $this->connection->verify(),
			'verify_peer_name' => $this->connection->verify(),
		);
		if ( '' !== $this->connection->ca_file() ) {
			$ssl['cafile'] = $this->connection->ca_file();
		}
		return array( 'ssl' => $ssl );
	}

	/**
	 * Says what is wrong.
	 *
	 * @param TimedSmtp $smtp  The connection.
	 * @param string    $stage Where it ended.
	 */
	private function diagnose( TimedSmtp $smtp, string $stage ): void {
		$error = $smtp->getError();
		$code  = (int) ( $error['smtp_code'] ?? 0 );
		$text  = '' !== $smtp->system_text ? $smtp->system_text : trim( $smtp->getLastReply() );

		$this->report->diagnosis = PhpDiagnosis::of( $this->connection, $stage, $code, $text );
	}
}
