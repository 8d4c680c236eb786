<?php
/**
 * In which order the settings are shown.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Schema;

defined( 'ABSPATH' ) || exit;

/**
 * What everybody needs comes first; the rest is folded away. A setting that is named nowhere here is shown at the end,
 * so that none is without its place.
 */
final class Sections {

	/**
	 * The sections.
	 *
	 * @return list<array<string, mixed>> id, title, text, fields (list of keys), folds (list of title, fields)
	 */
	public static function all(): array {
		$sections = array(
			self::connection(),
			self::sender(),
			self::delivery(),
			self::further(),
			self::log(),
			self::alerts(),
			self::safety(),
		);
		$rest     = array_diff( array_keys( Schema::rows() ), self::shown( $sections ) );
		if ( array() !== $rest ) {
			$sections[] = self::section( 'more', __( 'More', 'outbox' ), '', array_values( $rest ) );
		}
		return $sections;
	}

	/**
	 * Who sends for the site.
	 *
	 * @return array<string, mixed>
	 */
	private static function connection(): array {
		return self::section(
			'connection',
			__( 'Who delivers your mail', 'outbox' ),
			__( 'Choose your provider and type the account: the server is known then.', 'outbox' ),
			array( 'provider', 'smtp_region', 'smtp_user', 'smtp_pass' ),
			array(
				array( 'server', __( 'Server, encryption and port', 'outbox' ), array( 'smtp_host', 'smtp_encryption', 'smtp_port', 'smtp_autotls', 'smtp_auth' ) ),
				array( 'finer', __( 'Certificate, time limits and more', 'outbox' ), array( 'smtp_verify', 'smtp_ca_file', 'smtp_connect_timeout', 'smtp_timeout', 'smtp_ehlo', 'smtp_profile' ) ),
			)
		);
	}

	/**
	 * Whose name is on the mail.
	 *
	 * @return array<string, mixed>
	 */
	private static function sender(): array {
		return self::section(
			'sender',
			__( 'Sender', 'outbox' ),
			'',
			array( 'from_email', 'from_email_force', 'from_name', 'from_name_force' ),
			array(
				array( 'answers', __( 'Replies, reports and copies', 'outbox' ), array( 'reply_to', 'return_path', 'return_path_address', 'bcc' ) ),
				array( 'dkim', __( 'DKIM signature of your own', 'outbox' ), Schema::group( 'dkim' ) ),
			)
		);
	}

	/**
	 * When and whether it goes out.
	 *
	 * @return array<string, mixed>
	 */
	private static function delivery(): array {
		return self::section(
			'delivery',
			__( 'Delivery', 'outbox' ),
			'',
			array( 'delivery_mode', 'redirect_to' ),
			array(
				array( 'queue', __( 'Queue, retries and limits', 'outbox' ), array_merge( Schema::group( 'queue' ), array( 'foreign_mailer' ) ) ),
			)
		);
	}

	/**
	 * More than one way out.
	 *
	 * @return array<string, mixed>
	 */
	private static function further(): array {
		return self::section(
			'further',
			__( 'Further connections', 'outbox' ),
			__( 'A backup for when the first one fails, or another account for some senders.', 'outbox' ),
			array(),
			array( array( 'connections', __( 'Connections, backup and routes', 'outbox' ), array( 'connections', 'backup', 'routes' ) ) )
		);
	}

	/**
	 * What is remembered.
	 *
	 * @return array<string, mixed>
	 */
	private static function log(): array {
		return self::section( 'log', __( 'Log', 'outbox' ), '', Schema::group( 'log' ) );
	}

	/**
	 * Who is told, and which of core's notifications are not sent.
	 *
	 * @return array<string, mixed>
	 */
	private static function alerts(): array {
		return self::section(
			'alerts',
			__( 'Alerts and notifications', 'outbox' ),
			'',
			array( 'alert_email', 'summary' ),
			array(
				array( 'alerts', __( 'Webhook, connection and how often', 'outbox' ), array( 'alert_webhook', 'alert_connection', 'alert_minutes' ) ),
				array( 'mails', __( 'Notifications of WordPress itself', 'outbox' ), Schema::group( 'mails' ) ),
			)
		);
	}

	/**
	 * Copies of the site, notices, and the end.
	 *
	 * @return array<string, mixed>
	 */
	private static function safety(): array {
		return self::section( 'safety', __( 'Safety and notices', 'outbox' ), '', array_merge( Schema::group( 'safety' ), Schema::group( 'notices' ) ) );
	}

	/**
	 * A section.
	 *
	 * @param string       $id     Its name.
	 * @param string       $title  Title.
	 * @param string       $text   A sentence below it.
	 * @param list<string> $fields Settings that are seen at once.
	 * @param list<array>  $folds  Folded ones: id, title, settings.
	 * @return array<string, mixed>
	 */
	private static function section( string $id, string $title, string $text, array $fields, array $folds = array() ): array {
		return array(
			'id'     => $id,
			'title'  => $title,
			'text'   => $text,
			'fields' => array_values( array_filter( $fields, array( Schema::class, 'has' ) ) ),
			'folds'  => array_map(
				static function ( array $fold ): array {
					return array(
						'id'     => $fold[0],
						'title'  => $fold[1],
						'fields' => array_values( array_filter( $fold[2], array( Schema::class, 'has' ) ) ),
					);
				},
				$folds
			),
		);
	}

	/**
	 * The settings that have a place.
	 *
	 * @param list<array<string, mixed>> $sections Sections.
	 * @return list<string>
	 */
	private static function shown( array $sections ): array {
		$shown = array();
		foreach ( $sections as $section ) {
			$shown = array_merge( $shown, $section['fields'], ...array_column( $section['folds'], 'fields' ) );
		}
		return array_map( 'strval', array_values( $shown ) );
	}
}
