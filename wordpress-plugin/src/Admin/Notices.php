<?php
/**
 * What the owner of the site has to know on our pages.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\CloneGuard;
use Outbox\WordPress\Conflicts;
use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Collects them and shows them. Only where something is wrong, and each with what to do.
 */
final class Notices {

	public const ACTION = 'outbox_accept_address';

	/**
	 * Shows them.
	 */
	public static function show(): void {
		View::show(
			'notices',
			array(
				'paused'  => CloneGuard::is_paused( Plugin::settings() ) && Access::may_set(),
				'wp_mail' => Conflicts::wp_mail_owner(),
				'mailer'  => Conflicts::mailer_owner(),
				'plugins' => Conflicts::mail_plugins(),
				'respect' => 'respect' === Plugin::settings()->get( 'foreign_mailer' ),
			)
		);
	}

	/**
	 * The address of now is the right one: mail goes on.
	 */
	public static function accept_address(): void {
		Access::need( Access::may_set() );
		check_admin_referer( self::ACTION );
		CloneGuard::accept();
		wp_safe_redirect( Menu::url( Menu::SETTINGS ) );
		exit;
	}
}
