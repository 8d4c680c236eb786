<?php
/**
 * How mail comes to us.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use PHPMailer\PHPMailer\PHPMailer;

defined( 'ABSPATH' ) || exit;

/**
 * The function wp_mail() is not redefined and pre_wp_mail not used: both would take hooks away from other plugins.
 * Instead the object that is about to send is replaced by ours, by reference, at the very end of phpmailer_init; all
 * that the others have done to it is kept. That also catches those who send with an object of their own and fire
 * phpmailer_init for it, as BuddyPress does.
 *
 * An object whose class sends by itself (another mail plugin's, or one that catches mail on purpose) is left alone
 * unless the settings say otherwise.
 */
final class Takeover {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * The address and name that were pushed aside in this call of wp_mail().
	 *
	 * @var array{address: string, name: string}
	 */
	private $displaced = array(
		'address' => '',
		'name'    => '',
	);

	/**
	 * Takes over according to these settings.
	 *
	 * @param Settings $settings The settings.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * The From address in force.
	 *
	 * @param mixed $address What the others said.
	 * @return mixed
	 */
	public function from( $address ) {
		$this->displaced = array(
			'address' => '',
			'name'    => '',
		);
		if ( ! is_string( $address ) || ! $this->is_set_up() || ! $this->comes_here() ) {
			return $address;
		}
		$from = $this->from_instead_of( $address );
		if ( $from !== $address && $address !== $this->default_from() ) {
			$this->displaced['address'] = $address;
		}
		return $from;
	}

	/**
	 * The From name in force.
	 *
	 * @param mixed $name What the others said.
	 * @return mixed
	 */
	public function from_name( $name ) {
		if ( ! is_string( $name ) || ! $this->is_set_up() || ! $this->comes_here() ) {
			return $name;
		}
		// Core's default is the word, untranslated.
		if ( 'WordPress' !== $name ) {
			$this->displaced['name'] = $name;
		}
		return $this->name_instead_of( $name );
	}

	/**
	 * Puts our mailer where another one is.
	 *
	 * @param mixed $phpmailer Whoever is about to send; replaced.
	 */
	public function take( &$phpmailer ): void {
		$displaced       = $this->displaced;
		$this->displaced = array(
			'address' => '',
			'name'    => '',
		);
		if ( ! $phpmailer instanceof PHPMailer || ! $this->is_set_up() || ! $this->may_take( $phpmailer ) ) {
			if ( $phpmailer instanceof Mailer ) {
				$phpmailer->let_go();
			}
			return;
		}
		if ( ! $phpmailer instanceof Mailer ) {
			$phpmailer = Mailer::instead_of( $phpmailer );
		}
		$phpmailer->take( $this, $this->settings, $displaced );
	}

	/**
	 * Whether there is anything to do with mail: a connection, or a mode that needs none.
	 */
	public function is_set_up(): bool {
		return in_array( $this->settings->get( 'delivery_mode' ), array( 'log', 'block' ), true )
			|| ( new Connections( $this->settings ) )->primary()->is_complete();
	}

	/**
	 * The address to send from, where somebody has said this one.
	 *
	 * @param string $address Address.
	 */
	public function from_instead_of( string $address ): string {
		$ours = (string) $this->settings->get( 'from_email' );
		if ( '' === $ours || null !== ( new Connections( $this->settings ) )->routed( $address ) ) {
			return $address; // A From that has a connection of its own belongs there.
		}
		return $this->settings->get( 'from_email_force' ) || $address === $this->default_from() ? $ours : $address;
	}

	/**
	 * The name to send from, where somebody has said this one.
	 *
	 * @param string $name Name.
	 */
	public function name_instead_of( string $name ): string {
		$ours = (string) $this->settings->get( 'from_name' );
		return '' !== $ours && ( $this->settings->get( 'from_name_force' ) || 'WordPress' === $name ) ? $ours : $name;
	}

	/**
	 * Whether the mail of this call comes to us, as far as that can be known before it does. What comes all the same gets
	 * its sender when it is composed.
	 */
	private function comes_here(): bool {
		global $phpmailer;
		if ( null !== Conflicts::wp_mail_owner() ) {
			return false;
		}
		return ! $phpmailer instanceof PHPMailer || null === Conflicts::owner_of( $phpmailer ) || 'override' === $this->settings->get( 'foreign_mailer' );
	}

	/**
	 * Whether this is the address that core makes up.
	 *
	 * @param string $address Address.
	 */
	public function is_default( string $address ): bool {
		return $this->default_from() === $address;
	}

	/**
	 * The address that core makes up where nobody has said one; the same steps as in wp_mail().
	 */
	private function default_from(): string {
		$host = wp_parse_url( network_home_url(), PHP_URL_HOST );
		$host = is_string( $host ) ? $host : '';
		return 'wordpress@' . ( 0 === strpos( $host, 'www.' ) ? substr( $host, 4 ) : $host );
	}

	/**
	 * Whether the object may be replaced.
	 *
	 * @param PHPMailer $phpmailer Whoever is about to send.
	 */
	private function may_take( PHPMailer $phpmailer ): bool {
		$owner = Conflicts::owner_of( $phpmailer );
		$take  = null === $owner || 'override' === $this->settings->get( 'foreign_mailer' );
		/**
		 * Filters whether Outbox sends this message.
		 *
		 * @param bool      $take      Whether.
		 * @param PHPMailer $phpmailer Whoever is about to send it.
		 */
		$take = (bool) apply_filters( 'outbox/take_over', $take, $phpmailer );
		State::set( 'mailer', $take || null === $owner ? null : $owner );
		return $take;
	}
}
