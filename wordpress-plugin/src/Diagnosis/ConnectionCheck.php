<?php
/**
 * Tries a connection without sending anything.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

use Outbox\WordPress\Connection;
use Outbox\WordPress\Delivery\Relay;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Providers;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * With what would send: the extension where it is loaded, else PHP.
 */
final class ConnectionCheck {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * Goes as far as the login.
	 *
	 * @param Connection $connection Which one.
	 */
	public function run( Connection $connection ): Report {
		$report = new Report();
		if ( ! $connection->is_complete() ) {
			$report->diagnosis = self::not_set_up( $connection );
			return $report;
		}
		try {
			if ( Extension::can_send() ) {
				return self::by_extension( ( new Relay( $this->settings ) )->transport( $connection ), $connection );
			}
			return ( new PhpCheck( $connection ) )->run();
		} catch ( SecretException $refused ) {
			$report->diagnosis = self::diagnosis( 'auth', $refused->getMessage() );
		} catch ( \ValueError $wrong ) {
			$report->diagnosis = self::diagnosis( 'settings', $wrong->getMessage() );
		} catch ( \Throwable $error ) {
			$report->diagnosis = self::diagnosis( 'settings', $error->getMessage() );
		}
		return $report;
	}

	/**
	 * What the extension found.
	 *
	 * @param \Outbox\Transport $transport  The relay.
	 * @param Connection        $connection Which one.
	 */
	private static function by_extension( \Outbox\Transport $transport, Connection $connection ): Report {
		$found              = $transport->check();
		$report             = new Report();
		$report->stages     = $found->stages;
		$report->diagnosis  = null === $found->diagnosis ? array() : self::for_wordpress( get_object_vars( $found->diagnosis ), $connection );
		$report->transcript = $found->transcript;
		return $report;
	}

	/**
	 * The extension's diagnosis for somebody who has a form before him: what the provider's preset says comes first, and
	 * how to write a DSN is of no use.
	 *
	 * @param array<string, mixed> $diagnosis  As the extension gives it.
	 * @param Connection           $connection Which one.
	 * @return array<string, mixed>
	 */
	private static function for_wordpress( array $diagnosis, Connection $connection ): array {
		if ( 'dns' === $diagnosis['stage'] ) {
			$own = PhpDiagnosis::of( $connection, 'dns', 0, (string) $diagnosis['text'] );
			return array_intersect_key( $own, array_flip( array( 'cause', 'remedies' ) ) ) + $diagnosis;
		}
		$remedies = array_filter(
			(array) $diagnosis['remedies'],
			static function ( $remedy ): bool {
				return false === strpos( (string) $remedy, 'DSN' );
			}
		);
		$hint     = Providers::text( $connection->provider(), 'pass_hint' );
		if ( 'auth' === $diagnosis['stage'] && '' !== $hint ) {
			array_unshift( $remedies, trim( Providers::text( $connection->provider(), 'pass_label' ) . ': ' . $hint, ': ' ) );
			$diagnosis['link'] = $diagnosis['link'] ?? Providers::row( $connection->provider() )['link'] ?? null;
		}
		return array( 'remedies' => array_values( $remedies ) ) + $diagnosis;
	}

	/**
	 * What is still to be filled in.
	 *
	 * @param Connection $connection Which one.
	 * @return array<string, mixed>
	 */
	private static function not_set_up( Connection $connection ): array {
		$texts = array(
			'provider' => __( 'No provider is chosen yet.', 'outbox' ),
			'host'     => __( 'The host of the mail server is missing.', 'outbox' ),
			'user'     => __( 'The user name is missing.', 'outbox' ),
			'pass'     => __( 'The password is missing.', 'outbox' ),
		);
		$text  = $texts[ $connection->missing() ] ?? '';
		return self::diagnosis( 'settings', $text, array( __( 'Fill it in on the page of settings and save.', 'outbox' ) ) );
	}

	/**
	 * A diagnosis.
	 *
	 * @param string       $stage    Where.
	 * @param string       $cause    What is wrong.
	 * @param list<string> $remedies What to do.
	 * @param string       $text     The server's or the system's words.
	 * @param int|null     $code     SMTP's code.
	 * @return array<string, mixed>
	 */
	public static function diagnosis( string $stage, string $cause, array $remedies = array(), string $text = '', ?int $code = null ): array {
		$link = null;
		return compact( 'stage', 'cause', 'remedies', 'text', 'code', 'link' );
	}
}
