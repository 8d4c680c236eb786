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
use Outbox\WordPress\Delivery\Held;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\SecretException;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Collects them and shows them. Only where something is wrong, and each with what to do.
 */
final class Notices {

	public const ACTION = 'outbox_accept_address';

	/** What a changed address may mean. */
	public const SAME = 'same';
	public const KEEP = 'copy-keep';
	public const DROP = 'copy-remove';

	/**
	 * Shows them.
	 */
	public static function show(): void {
		$paused = CloneGuard::is_paused( Plugin::settings() ) && Access::may_set();
		View::show(
			'notices',
			array(
				'paused'   => $paused,
				'queue'    => Extension::can_queue(),
				'waiting'  => $paused ? self::waiting( Held::ADDRESS ) : 0,
				'answered' => isset( $_GET['answered'] ) ? sanitize_key( wp_unslash( $_GET['answered'] ) ) : '', // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- nothing is done with it.
				'keyless'  => Access::may_set() ? self::unreadable() : '',
				'locked'   => null === State::get( 'keyless' ) ? 0 : self::waiting( Held::PASSWORD ),
				'wp_mail'  => Conflicts::wp_mail_owner(),
				'mailer'   => Conflicts::mailer_owner(),
				'plugins'  => Conflicts::mail_plugins(),
				'respect'  => 'respect' === Plugin::settings()->get( 'foreign_mailer' ),
			)
		);
	}

	/**
	 * What keeps all mail, on the pages that an owner sees without looking for mail. Nothing of it goes by being
	 * dismissed, so it cannot be; the option that hides errors hides it.
	 */
	public static function show_elsewhere(): void {
		$screen = get_current_screen();
		if ( null === $screen || ! in_array( $screen->id, array( 'dashboard', 'plugins', 'options-general', 'site-health' ), true ) || ! Access::may_set() || Plugin::settings()->get( 'hide_errors' ) ) {
			return;
		}
		$texts = array();
		if ( CloneGuard::is_paused( Plugin::settings() ) ) {
			$texts[] = __( 'Mail is paused: the address of this site has changed.', 'outbox' );
		}
		if ( '' !== self::unreadable() ) {
			$texts[] = __( 'The password for mail cannot be read.', 'outbox' );
		}
		if ( null !== Conflicts::wp_mail_owner() ) {
			$texts[] = __( 'Mail does not come to Outbox.', 'outbox' );
		}
		if ( array() !== $texts ) {
			View::show( 'notices-elsewhere', array( 'texts' => $texts ) );
		}
	}

	/**
	 * How many messages are held for a reason of ours.
	 *
	 * @param string $why Held::ADDRESS or Held::PASSWORD.
	 */
	private static function waiting( string $why ): int {
		try {
			return Extension::can_queue() ? ( new Held( Plugin::settings(), Plugin::log() ) )->count( $why ) : 0;
		} catch ( \Throwable $closed ) {
			return 0; // The engine's note says what is wrong with the queue.
		}
	}

	/**
	 * Why the first password that cannot be read cannot be; '' where all can.
	 */
	private static function unreadable(): string {
		foreach ( Plugin::connections()->all() as $connection ) {
			try {
				if ( $connection->is_complete() && '' === $connection->profile() ) {
					$connection->credentials();
				}
			} catch ( SecretException $refused ) {
				return $refused->getMessage();
			}
		}
		return '';
	}

	/**
	 * The owner says what the changed address means.
	 */
	public static function accept_address(): void {
		Access::need( Access::may_set() );
		check_admin_referer( self::ACTION );
		$answer = isset( $_POST['outbox_site'] ) ? sanitize_key( wp_unslash( $_POST['outbox_site'] ) ) : '';
		try {
			if ( self::SAME === $answer ) {
				CloneGuard::resume( Plugin::settings() );
			} elseif ( in_array( $answer, array( self::KEEP, self::DROP ), true ) ) {
				CloneGuard::separate( Plugin::settings(), self::DROP === $answer );
			}
		} catch ( \Throwable $trouble ) {
			wp_die( esc_html( $trouble->getMessage() ), '', array( 'back_link' => true ) );
		}
		wp_safe_redirect( Menu::url( Menu::SETTINGS, array( 'answered' => $answer ) ) );
		exit;
	}
}
