<?php
/**
 * The page of settings, of a site or of a network.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Connections;
use Outbox\WordPress\Delivery\Relay;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Providers;
use Outbox\WordPress\Settings;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Saves what was sent, and shows the form.
 */
final class SettingsPage {

	private const NONCE = 'outbox-settings';

	/**
	 * Whether the network's.
	 *
	 * @var bool
	 */
	private $network;

	/**
	 * The form that is shown.
	 *
	 * @var SettingsForm|null
	 */
	private $form = null;

	/**
	 * What was to be locked and could not be saved; null: nothing was sent.
	 *
	 * @var true|list<string>|null
	 */
	private $locks = null;

	/**
	 * Of a site or of a network.
	 *
	 * @param bool $network Whether the network's.
	 */
	public function __construct( bool $network ) {
		$this->network = $network;
	}

	/**
	 * Before anything is sent: saves the form and goes on to a fresh page.
	 */
	public function load(): void {
		Access::need( Access::may_set( $this->network ) );
		$settings = new Settings( $this->network );
		if ( ! Access::is_post() ) {
			$this->form = new SettingsForm( $settings, $this->network );
			return;
		}
		check_admin_referer( self::NONCE );
		$post  = wp_unslash( $_POST ); // Checked value by value in Settings::save(), which knows what each of them is.
		$input = SettingsForm::input( $post );
		if ( $this->network ) {
			$input[ Settings::LOCK ] = Locks::input( $post );
		}
		$errors = $settings->save( $input );
		if ( array() === $errors && ! empty( $post['outbox_hand_over'] ) && ! $this->network ) {
			$errors = self::hand_over( $settings );
		}
		if ( array() !== $errors ) {
			$this->form  = new SettingsForm( $settings, $this->network, $input, $errors );
			$this->locks = $input[ Settings::LOCK ] ?? null;
			return;
		}
		$next = ! empty( $post['outbox_then_test'] ) && ! $this->network ? Menu::url( Menu::TEST, array( 'saved' => '1' ) ) : Menu::url( Menu::SETTINGS, array( 'saved' => '1' ), $this->network );
		wp_safe_redirect( $next );
		exit;
	}

	/**
	 * Gives the first connection to the extension, password included.
	 *
	 * @param Settings $settings The settings.
	 * @return array<string, string> what is wrong, by key
	 */
	private static function hand_over( Settings $settings ): array {
		if ( ! Extension::has_profiles() ) {
			return array();
		}
		try {
			return ( new Relay( $settings ) )->hand_over( ( new Connections( $settings ) )->primary(), State::site() . '-kept' );
		} catch ( \Throwable $refused ) {
			return array( 'smtp_pass' => $refused->getMessage() );
		}
	}

	/**
	 * Shows the form.
	 */
	public function show(): void {
		Access::need( Access::may_set( $this->network ) );
		$settings = new Settings( $this->network );
		$form     = $this->form ?? new SettingsForm( $settings, $this->network );
		$locks    = $this->locks ?? ( $settings->stored( true )[ Settings::LOCK ] ?? false );
		View::show(
			'settings',
			array(
				'form'      => $form,
				'sections'  => Sections::all(),
				'nonce'     => self::NONCE,
				'network'   => $this->network,
				'locks'     => array(
					'all'    => true === $locks,
					'single' => is_array( $locks ) ? $locks : array(),
				),
				'saved'     => isset( $_GET['saved'] ) && array() === $form->errors(), // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- nothing is done with it.
				'broken'    => $settings->broken_constants(),
				'missing'   => ( new Connections( $settings ) )->primary()->missing(),
				'providers' => self::providers(),
				'engine'    => EngineNote::facts(),
			)
		);
	}

	/**
	 * What the script has to know of providers; texts of the page, nothing of this site.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private static function providers(): array {
		$providers = array();
		foreach ( Providers::rows() as $key => $row ) {
			$providers[ $key ] = array(
				'name'     => Providers::names()[ $key ],
				'host'     => Providers::host( $key ),
				'ports'    => (object) ( $row['ports'] ?? array() ),
				'port'     => (int) key( $row['ports'] ?? array( 0 => '' ) ),
				'regions'  => (object) ( $row['regions'] ?? array() ),
				'pattern'  => $row['host'],
				'user'     => $row['user'],
				'value'    => (string) ( $row['value'] ?? '' ),
				'userHint' => self::user_hint( $key ),
				'labels'   => SettingsForm::account_labels( $key ),
				'passHint' => Providers::text( $key, 'pass_hint' ),
				'link'     => (string) ( $row['link'] ?? '' ),
				'limits'   => self::limits( $row['limits'] ?? array() ),
				'own'      => 'own' === ( $row['from'] ?? '' ),
			);
		}
		return $providers;
	}

	/**
	 * What the user name is at a provider.
	 *
	 * @param string $key Provider.
	 */
	private static function user_hint( string $key ): string {
		$row  = Providers::row( $key );
		$hint = Providers::text( $key, 'user_hint' );
		if ( '' !== $hint ) {
			return $hint;
		}
		switch ( $row['user'] ) {
			case 'email':
				return __( 'The whole email address of the account.', 'outbox' );
			case 'fixed':
				/* translators: %s: user name. */
				return sprintf( __( 'Always "%s" at this provider: it is filled in.', 'outbox' ), $row['value'] );
			case 'password':
				return __( 'The same as the password: leave it empty.', 'outbox' );
			default:
				return __( 'As the provider shows it.', 'outbox' );
		}
	}

	/**
	 * A provider's limits in words.
	 *
	 * @param array<string, int> $limits Limits.
	 */
	private static function limits( array $limits ): string {
		$texts = array(
			/* translators: %s: number. */
			'day'        => __( '%s a day', 'outbox' ),
			/* translators: %s: number. */
			'minute'     => __( '%s a minute', 'outbox' ),
			/* translators: %s: number. */
			'recipients' => __( '%s recipients of one message', 'outbox' ),
			/* translators: %s: number of megabytes. */
			'size'       => __( '%s MB a message', 'outbox' ),
		);
		$words = array();
		foreach ( array_intersect_key( $texts, $limits ) as $what => $text ) {
			$words[] = sprintf( $text, number_format_i18n( $limits[ $what ] ) );
		}
		return implode( ', ', $words );
	}
}
