<?php
/**
 * What the page for tests does.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Diagnosis\ConnectionCheck;
use Outbox\WordPress\Diagnosis\DomainCheck;
use Outbox\WordPress\Diagnosis\PortProbe;
use Outbox\WordPress\Diagnosis\Report;
use Outbox\WordPress\Diagnosis\Resolver;
use Outbox\WordPress\Diagnosis\SystemResolver;
use Outbox\WordPress\Diagnosis\TestRun;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\Providers;

defined( 'ABSPATH' ) || exit;

/**
 * Each step by itself, as the script asks for them one after the other; and each as HTML of the same views that the
 * page shows without a script.
 */
final class TestSteps {

	/**
	 * Tries the connection.
	 *
	 * @return array{ok: bool, knock: bool, html: string} knock: nobody answers, so that ports are worth a look.
	 */
	public static function check(): array {
		$connection = Plugin::connections()->for_from( self::from() );
		$report     = ( new ConnectionCheck( Plugin::settings() ) )->run( $connection );
		return array(
			'ok'    => $report->is_good(),
			'knock' => 'connect' === ( $report->diagnosis['stage'] ?? '' ),
			'html'  => View::text(
				'test-report',
				array(
					'report' => $report,
					'label'  => $connection->label(),
					'link'   => self::link( $report ),
				)
			),
		);
	}

	/**
	 * Sends the message.
	 *
	 * @param string $to   Address.
	 * @param bool   $html Whether as HTML.
	 * @return array{ok: bool, waiting: bool, queue_id: string, html: string}
	 */
	public static function send( string $to, bool $html ): array {
		$result = ( new TestRun() )->send( $to, $html );
		return array(
			'ok'       => $result['ok'],
			'waiting'  => 'queued' === $result['status'],
			'queue_id' => $result['queue_id'],
			'html'     => View::text( 'test-result', $result + array( 'to' => $to ) ),
		);
	}

	/**
	 * What became of the message in the queue.
	 *
	 * @param string $queue_id Its name there.
	 * @return array{waiting: bool, ok: bool, html: string}
	 */
	public static function progress( string $queue_id ): array {
		$progress = TestRun::progress( $queue_id );
		return array(
			'waiting' => 'queued' === $progress['status'],
			'ok'      => 'sent' === $progress['status'],
			'html'    => View::text( 'test-progress', $progress + array( 'queue_id' => $queue_id ) ),
		);
	}

	/**
	 * Knocks at the ports of the configured server, and of no other: this is no tool to look around with.
	 *
	 * @return array{html: string}
	 */
	public static function ports(): array {
		$connection = Plugin::connections()->primary();
		$found      = '' === $connection->host() ? array() : ( new PortProbe() )->run( $connection->host(), array_values( array_unique( array_merge( PortProbe::PORTS, array( $connection->port() ) ) ) ) );
		return array(
			'html' => View::text(
				'test-ports',
				array(
					'host'  => $connection->host(),
					'port'  => $connection->port(),
					'found' => $found,
				)
			),
		);
	}

	/**
	 * Looks the sender's domain up.
	 *
	 * @return array{html: string}
	 */
	public static function domain(): array {
		return array(
			'html' => View::text(
				'test-domain',
				array(
					'domain'   => self::from_domain(),
					'findings' => self::findings(),
				)
			),
		);
	}

	/**
	 * What the DNS says of the sender's domain.
	 *
	 * @return list<array<string, string>> As of DomainCheck.
	 */
	public static function findings(): array {
		$domain = self::from_domain();
		return '' === $domain ? array() : ( new DomainCheck( self::resolver() ) )->run( $domain, self::relay() );
	}

	/**
	 * The domain that mail comes from.
	 */
	private static function from_domain(): string {
		return substr( (string) strrchr( self::from(), '@' ), 1 );
	}

	/**
	 * What is known of whoever sends for the domain.
	 *
	 * @return array<string, mixed> For DomainCheck::run().
	 */
	private static function relay(): array {
		$settings = Plugin::settings();
		$sender   = Plugin::connections()->for_from( self::from() );
		$provider = $sender->provider();
		$known    = ( require dirname( __DIR__, 2 ) . '/data/domains.php' )[ $provider ] ?? array();
		$relay    = array(
			'name'      => Providers::names()[ $provider ] ?? '',
			'spf'       => self::spf( $known['spf'] ?? '', $sender->host() ),
			'selectors' => $known['selectors'] ?? array(),
		);
		$selector = (string) $settings->get( 'dkim_selector' );
		if ( '' !== $selector && '' !== (string) $settings->get( 'dkim_domain' ) && $settings->has_secret( 'dkim_key' ) ) {
			$relay['selectors']  = array( $selector );
			$relay['public_key'] = self::public_key();
		}
		return $relay;
	}

	/**
	 * What the SPF record of the sender's domain includes; '' for nothing known.
	 *
	 * @param string|array<string, string> $known As data/domains.php has it.
	 * @param string                       $host  The server.
	 */
	private static function spf( $known, string $host ): string {
		foreach ( is_array( $known ) ? $known : array() as $end => $name ) {
			if ( substr( $host, -strlen( $end ) ) === $end ) {
				return $name;
			}
		}
		return is_array( $known ) ? '' : $known;
	}

	/**
	 * The public half of our DKIM key; '' where it cannot be had.
	 */
	private static function public_key(): string {
		$settings = Plugin::settings();
		try {
			$key = openssl_pkey_get_private( $settings->secret( 'dkim_key', $settings->dkim_context() ) );
		} catch ( \Outbox\WordPress\SecretException $unreadable ) {
			return '';
		}
		$details = false === $key ? false : openssl_pkey_get_details( $key );
		return false === $details ? '' : (string) preg_replace( '/-----[^-]+-----|\s+/', '', $details['key'] );
	}

	/**
	 * Whom to ask about names; tests and servers with a resolver of their own may say.
	 */
	private static function resolver(): Resolver {
		/**
		 * Filters who is asked about domains.
		 *
		 * @param Resolver $resolver The server's own.
		 */
		$resolver = apply_filters( 'outbox/resolver', new SystemResolver() ); // phpcs:ignore WordPress.NamingConventions.ValidHookName.UseUnderscores -- the plugin's hooks are outbox/...
		return $resolver instanceof Resolver ? $resolver : new SystemResolver();
	}

	/**
	 * The address that mail comes from.
	 */
	public static function from(): string {
		return (string) Plugin::settings()->get( 'from_email' );
	}

	/**
	 * Where to go from a diagnosis: the provider's page, or the settings.
	 *
	 * @param Report $report The report.
	 */
	private static function link( Report $report ): string {
		return (string) ( $report->diagnosis['link'] ?? '' );
	}
}
