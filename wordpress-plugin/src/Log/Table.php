<?php
/**
 * The table of the log.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Made when the plugin is activated or has become newer, never as a matter of course.
 */
final class Table {

	public const VERSION = 1;

	/**
	 * Its name on the current site.
	 */
	public static function name(): string {
		global $wpdb;
		return $wpdb->prefix . 'outbox_log';
	}

	/**
	 * Whether it is that of this version; asks the database nothing.
	 */
	public static function is_current(): bool {
		return self::VERSION === State::get( 'version' );
	}

	/**
	 * Makes it, or makes it newer.
	 */
	public static function create(): void {
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$name    = self::name();
		$charset = $wpdb->get_charset_collate();
		// dbDelta() reads this: one column a line, two spaces after PRIMARY KEY. Times are UTC. recipients and timeline are
		// JSON; message is NULL unless the owner of the site asks for whole messages.
		dbDelta(
			"CREATE TABLE $name (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			created datetime NOT NULL,
			updated datetime NOT NULL,
			status varchar(10) NOT NULL,
			subject varchar(255) NOT NULL DEFAULT '',
			sender varchar(255) NOT NULL DEFAULT '',
			recipients longtext NOT NULL,
			source varchar(100) NOT NULL DEFAULT '',
			connection varchar(64) NOT NULL DEFAULT '',
			queue_id varchar(26) NOT NULL DEFAULT '',
			message_id varchar(255) NOT NULL DEFAULT '',
			remote_id varchar(255) NOT NULL DEFAULT '',
			tries int(10) unsigned NOT NULL DEFAULT 0,
			next_try datetime DEFAULT NULL,
			reply text NOT NULL,
			size bigint(20) unsigned NOT NULL DEFAULT 0,
			timeline longtext NOT NULL,
			message longblob,
			PRIMARY KEY  (id),
			KEY created (created),
			KEY status (status,created),
			KEY queue_id (queue_id),
			KEY message_id (message_id(100))
			) $charset;"
		);
		State::set( 'version', self::VERSION );
	}

	/**
	 * Takes it away.
	 */
	public static function drop(): void {
		global $wpdb;
		$wpdb->query( 'DROP TABLE IF EXISTS `' . self::name() . '`' ); // phpcs:ignore WordPress.DB -- the name is ours.
	}
}
