<?php
/**
 * Site Health: whether mail works, and what whoever helps has to know.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use Outbox\WordPress\Admin\Access;
use Outbox\WordPress\Admin\EngineNote;
use Outbox\WordPress\Admin\Menu;
use Outbox\WordPress\Admin\TestSteps;
use Outbox\WordPress\Diagnosis\ConnectionCheck;

defined( 'ABSPATH' ) || exit;

/**
 * Three tests that ask nothing outside of this server, and two that do, which the page runs by themselves. No secret
 * and no address of a recipient is in any of it.
 */
final class SiteHealth {

	/** A message that waits longer than this, in seconds, is worth a look. */
	private const LATE = HOUR_IN_SECONDS;

	/**
	 * Adds the tests.
	 *
	 * @param array<string, array<string, mixed>> $tests By kind and name.
	 * @return array<string, array<string, mixed>>
	 */
	public static function tests( array $tests ): array {
		foreach (
			array(
				'setup'   => __( 'Mail is set up', 'outbox' ),
				'queue'   => __( 'The queue of mail moves', 'outbox' ),
				'failure' => __( 'Mail has not failed', 'outbox' ),
			) as $name => $label
		) {
			$tests['direct'][ 'outbox_' . $name ] = array(
				'label' => $label,
				'test'  => array( self::class, $name ),
			);
		}
		foreach (
			array(
				'connection' => __( 'The mail server lets us in', 'outbox' ),
				'domain'     => __( 'The records of the sender\'s domain', 'outbox' ),
			) as $name => $label
		) {
			$tests['async'][ 'outbox_' . $name ] = array(
				'label'             => $label,
				'test'              => rest_url( Rest\Routes::SPACE . '/health/' . $name ),
				'has_rest'          => true,
				'async_direct_test' => array( self::class, $name ),
			);
		}
		return $tests;
	}

	/**
	 * Whether what is needed to send is there.
	 *
	 * @return array<string, mixed>
	 */
	public static function setup(): array {
		$connection = Plugin::connections()->primary();
		$owner      = Conflicts::wp_mail_owner();
		if ( null !== $owner ) {
			/* translators: %s: who. */
			return self::result( 'setup', 'critical', __( 'Mail does not come to Outbox', 'outbox' ), sprintf( __( 'The function wp_mail() is replaced by %s.', 'outbox' ), $owner['source'] ) );
		}
		if ( ! $connection->is_complete() ) {
			return self::result( 'setup', 'recommended', __( 'Mail is not set up', 'outbox' ), __( 'Without a provider the server sends by itself, and much of that is taken for spam. Choose a provider on the settings page of Outbox.', 'outbox' ) );
		}
		if ( CloneGuard::is_paused( Plugin::settings() ) ) {
			return self::result( 'setup', 'critical', __( 'Mail is paused', 'outbox' ), __( 'The address of this site has changed. Say on the settings page of Outbox whether this is the same site or a copy.', 'outbox' ) );
		}
		try {
			$connection->credentials();
		} catch ( SecretException $refused ) {
			return self::result( 'setup', 'critical', __( 'The password for mail cannot be read', 'outbox' ), $refused->getMessage() );
		}
		$mode = (string) Plugin::settings()->get( 'delivery_mode' );
		if ( in_array( $mode, array( 'redirect', 'log', 'block' ), true ) ) {
			return self::result( 'setup', 'recommended', __( 'Mail is kept from its recipients', 'outbox' ), Schema::choices( 'delivery_mode' )[ $mode ] );
		}
		/* translators: %s: server and port. */
		return self::result( 'setup', 'good', __( 'Mail is set up', 'outbox' ), sprintf( __( 'It leaves over %s.', 'outbox' ), $connection->label() ) );
	}

	/**
	 * Whether the queue moves.
	 *
	 * @return array<string, mixed>
	 */
	public static function queue(): array {
		$facts = EngineNote::facts();
		if ( ! $facts['queue'] ) {
			return self::result( 'queue', 'recommended', __( 'Pages wait for the mail server', 'outbox' ), __( 'The Outbox extension for PHP is not loaded, so there is no queue: mail that cannot be sent at once is lost. Whoever runs the server can install it.', 'outbox' ) );
		}
		$status = $facts['status'];
		if ( null === $status ) {
			return self::result( 'queue', 'critical', __( 'The queue of mail cannot be opened', 'outbox' ), $facts['trouble'] );
		}
		$paused = State::get( 'paused' );
		if ( is_array( $paused ) && array() !== $paused ) {
			return self::result( 'queue', 'critical', __( 'The queue waits for a connection', 'outbox' ), implode( ' ', array_map( 'strval', $paused ) ) );
		}
		$runs = ! empty( $status['runner']['running'] );
		$age  = isset( $status['oldest'] ) && $status['due'] > 0 ? time() - (int) $status['oldest'] : 0;
		if ( $age > self::LATE && ! $runs ) {
			/* translators: %s: a time as "2 hours". */
			return self::result( 'queue', 'critical', __( 'Nobody delivers the queue of mail', 'outbox' ), sprintf( __( 'The oldest message has waited for %s, and the program that delivers is not running.', 'outbox' ), human_time_diff( time() - $age ) ) . ' ' . (string) ( $status['spawn']['error'] ?? '' ) );
		}
		if ( $age > self::LATE ) {
			/* translators: %s: a time as "2 hours". */
			return self::result( 'queue', 'recommended', __( 'The queue of mail is long', 'outbox' ), sprintf( __( 'The oldest message has waited for %s.', 'outbox' ), human_time_diff( time() - $age ) ) );
		}
		/* translators: %s: number. */
		return self::result( 'queue', 'good', __( 'The queue of mail moves', 'outbox' ), sprintf( _n( '%s message waits.', '%s messages wait.', (int) $status['due'] + (int) $status['deferred'], 'outbox' ), number_format_i18n( (int) $status['due'] + (int) $status['deferred'] ) ) );
	}

	/**
	 * Whether the last message that mattered failed.
	 *
	 * @return array<string, mixed>
	 */
	public static function failure(): array {
		$failure = State::get( 'failure' );
		if ( ! is_array( $failure ) ) {
			return self::result( 'failure', 'good', __( 'Mail has not failed', 'outbox' ), __( 'No message has failed since the last one that was delivered.', 'outbox' ) );
		}
		/* translators: 1: a time as "2 hours", 2: the server's words. */
		return self::result( 'failure', 'critical', __( 'The last message failed', 'outbox' ), sprintf( __( '%1$s ago: %2$s', 'outbox' ), human_time_diff( (int) $failure['time'] ), (string) $failure['text'] ), Menu::LOG );
	}

	/**
	 * Whether the server lets us in: goes as far as the login.
	 *
	 * @return array<string, mixed>
	 */
	public static function connection(): array {
		$connection = Plugin::connections()->for_from( TestSteps::from() );
		if ( ! $connection->is_complete() ) {
			return self::result( 'connection', 'recommended', __( 'There is no mail server to try', 'outbox' ), __( 'Choose a provider on the settings page of Outbox.', 'outbox' ) );
		}
		$report = ( new ConnectionCheck( Plugin::settings() ) )->run( $connection );
		if ( $report->is_good() ) {
			/* translators: %s: server and port. */
			return self::result( 'connection', 'good', __( 'The mail server lets us in', 'outbox' ), sprintf( __( '%s was reached and took the login.', 'outbox' ), $connection->label() ) );
		}
		$words = array_merge( array( (string) ( $report->diagnosis['cause'] ?? '' ), (string) ( $report->diagnosis['text'] ?? '' ) ), array_map( 'strval', (array) ( $report->diagnosis['remedies'] ?? array() ) ) );
		return self::result( 'connection', 'critical', __( 'The mail server does not let us in', 'outbox' ), implode( ' ', array_filter( $words ) ), Menu::TEST );
	}

	/**
	 * What the DNS says of the sender's domain.
	 *
	 * @return array<string, mixed>
	 */
	public static function domain(): array {
		$worst = 'good';
		$words = array();
		foreach ( TestSteps::findings() as $finding ) {
			if ( 'good' !== $finding['state'] ) {
				$words[] = $finding['title'] . '. ' . $finding['text'];
				$worst   = 'bad' === $finding['state'] || 'critical' === $worst ? 'critical' : 'recommended';
			}
		}
		$title = 'good' === $worst ? __( 'The sender\'s domain has its records', 'outbox' ) : __( 'The records of the sender\'s domain want care', 'outbox' );
		return self::result( 'domain', $worst, $title, array() === $words ? __( 'SPF, DKIM and DMARC are in order.', 'outbox' ) : implode( ' ', $words ), Menu::TEST );
	}

	/**
	 * The answer of a test.
	 *
	 * @param string $name   Name.
	 * @param string $status good, recommended or critical.
	 * @param string $label  Title.
	 * @param string $text   What it means.
	 * @param string $page   Where to go.
	 * @return array<string, mixed>
	 */
	private static function result( string $name, string $status, string $label, string $text, string $page = Menu::SETTINGS ): array {
		return array(
			'label'       => $label,
			'status'      => $status,
			'badge'       => array(
				'label' => __( 'Mail', 'outbox' ),
				'color' => 'good' === $status ? 'green' : ( 'critical' === $status ? 'red' : 'orange' ),
			),
			'description' => '<p>' . esc_html( wp_specialchars_decode( $text, ENT_QUOTES ) ) . '</p>',
			'actions'     => 'good' === $status || ! Access::may_set() ? '' : '<p><a href="' . esc_url( Menu::url( $page ) ) . '">' . esc_html__( 'To Outbox', 'outbox' ) . '</a></p>',
			'test'        => 'outbox_' . $name,
		);
	}

	/**
	 * The section of the page "Info", which people copy into forums.
	 *
	 * @param array<string, array<string, mixed>> $sections Sections.
	 * @return array<string, array<string, mixed>>
	 */
	public static function info( array $sections ): array {
		$facts  = EngineNote::facts();
		$fields = array(
			'version'   => array( __( 'Plugin', 'outbox' ), OUTBOX_PLUGIN_VERSION ),
			'extension' => array( __( 'Extension', 'outbox' ), '' === $facts['version'] ? __( 'not loaded', 'outbox' ) : $facts['version'] ),
			'engine'    => array( __( 'Sends by', 'outbox' ), $facts['queue'] ? 'queue' : ( $facts['extension'] ? 'direct' : 'php' ) ),
			'wp_mail'   => array( 'wp_mail()', Conflicts::wp_mail_owner()['source'] ?? 'core' ),
			'mailer'    => array( __( 'Mailer', 'outbox' ), Conflicts::mailer_owner()['source'] ?? 'outbox' ),
			'others'    => array( __( 'Other mail plugins', 'outbox' ), implode( ', ', Conflicts::mail_plugins() ) ),
		);
		foreach ( is_array( $facts['status'] ) ? $facts['status'] : array() as $key => $value ) {
			if ( in_array( $key, array( 'due', 'deferred', 'held', 'failed', 'quarantined', 'uncertain', 'bytes', 'free_bytes' ), true ) ) {
				/* translators: %s: name of a figure. */
				$fields[ 'queue_' . $key ] = array( sprintf( __( 'Queue: %s', 'outbox' ), $key ), (string) $value );
			} elseif ( 'runner' === $key || 'spawn' === $key ) {
				$fields[ 'queue_' . $key ] = array( 'runner' === $key ? __( 'Runner', 'outbox' ) : __( 'Starting the runner', 'outbox' ), (string) wp_json_encode( $value ) );
			}
		}
		if ( '' !== $facts['trouble'] ) {
			$fields['queue_trouble'] = array( __( 'The queue cannot be opened.', 'outbox' ), $facts['trouble'] );
		}
		$settings = Plugin::settings();
		foreach ( $settings->all() as $key => $value ) {
			if ( in_array( Schema::row( $key )['type'], array( 'email', 'emails', 'connections', 'routes' ), true ) || 'smtp_user' === $key ) {
				$value = array() === $value || '' === $value ? '' : __( 'set', 'outbox' ); // Addresses of people.
			}
			$source         = $settings->source( $key );
			$fields[ $key ] = array( Schema::text( $key ), ( is_bool( $value ) ? ( $value ? 'true' : 'false' ) : ( is_array( $value ) ? (string) wp_json_encode( $value ) : (string) $value ) ) . ( '' === $source['name'] ? '' : ' (' . $source['name'] . ')' ) );
		}
		$sections['outbox'] = array(
			'label'  => 'Outbox',
			'fields' => array_map(
				static function ( array $field ): array {
					return array(
						'label' => $field[0],
						'value' => $field[1],
					);
				},
				$fields
			),
		);
		return $sections;
	}
}
