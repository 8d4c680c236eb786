<?php
/**
 * The page that takes over the settings of other plugins.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Import\Plan;
use Outbox\WordPress\Import\Source;
use Outbox\WordPress\Import\Sources;
use Outbox\WordPress\Schema;
use Outbox\WordPress\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * First what would change is shown; then it is done.
 */
final class ImportPage {

	private const NONCE = 'outbox-import';

	/**
	 * What went wrong, by setting.
	 *
	 * @var array<array-key, string>
	 */
	private $errors = array();

	/**
	 * Before anything is sent: does it, and goes on to the settings.
	 */
	public function load(): void {
		Access::need( Access::may_set() );
		if ( ! Access::is_post() ) {
			return;
		}
		check_admin_referer( self::NONCE );
		$source = $this->source( isset( $_POST['source'] ) && is_string( $_POST['source'] ) ? sanitize_key( $_POST['source'] ) : '' );
		if ( null === $source ) {
			$this->errors[] = __( 'There are no settings of this plugin here.', 'outbox' );
			return;
		}
		$settings     = new Settings();
		$this->errors = ( new Plan( $settings, $source->read() ) )->apply();
		if ( array() === $this->errors ) {
			wp_safe_redirect( Menu::url( Menu::SETTINGS, array( 'saved' => '1' ) ) );
			exit;
		}
	}

	/**
	 * Shows it.
	 */
	public function show(): void {
		Access::need( Access::may_set() );
		$chosen = isset( $_REQUEST['source'] ) && is_string( $_REQUEST['source'] ) ? sanitize_key( $_REQUEST['source'] ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- chooses what is shown.
		$source = $this->source( $chosen );
		$plan   = null === $source ? null : new Plan( new Settings(), $source->read() );
		$errors = array();
		foreach ( $this->errors as $key => $text ) {
			$errors[] = ( is_string( $key ) && Schema::has( $key ) ? Schema::text( $key ) . ': ' : '' ) . wp_specialchars_decode( $text, ENT_QUOTES );
		}
		View::show(
			'import',
			array(
				'sources' => Sources::here(),
				'all'     => Sources::all(),
				'source'  => $source,
				'changes' => null === $plan ? array() : $plan->changes(),
				'notes'   => null === $plan ? array() : $plan->notes(),
				'errors'  => $errors,
				'nonce'   => self::NONCE,
			)
		);
	}

	/**
	 * One of those that are here; the only one, if there is but one and none was chosen.
	 *
	 * @param string $key Key.
	 */
	private function source( string $key ): ?Source {
		$here = Sources::here();
		return $here[ $key ] ?? ( '' === $key && 1 === count( $here ) ? reset( $here ) : null );
	}
}
