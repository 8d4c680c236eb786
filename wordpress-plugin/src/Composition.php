<?php
/**
 * What the settings have to say about a message.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

use PHPMailer\PHPMailer\Exception as MailerException;

defined( 'ABSPATH' ) || exit;

/**
 * Sender, Return Path, Reply-To, blind copies and signature, after all plugins have had their say and before PHPMailer
 * composes. Doing it twice does no harm.
 */
final class Composition {

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Who says which From counts.
	 *
	 * @var Takeover
	 */
	private $takeover;

	/**
	 * According to these settings.
	 *
	 * @param Settings $settings The settings.
	 * @param Takeover $takeover Who says which From counts.
	 */
	public function __construct( Settings $settings, Takeover $takeover ) {
		$this->settings = $settings;
		$this->takeover = $takeover;
	}

	/**
	 * Has the mailer follow the settings.
	 *
	 * @param Mailer                               $mailer    The mailer.
	 * @param array{address: string, name: string} $displaced What the filters pushed aside.
	 * @throws MailerException The DKIM key cannot be read.
	 */
	public function apply( Mailer $mailer, array $displaced ): void {
		$this->set_from( $mailer, $displaced );
		$this->set_addresses( $mailer );
		$this->set_dkim( $mailer );
	}

	/**
	 * Return Path, Reply-To and blind copies as the settings say.
	 *
	 * @param Mailer $mailer The mailer.
	 */
	private function set_addresses( Mailer $mailer ): void {
		$return_path = $this->settings->get( 'return_path' );
		$account     = ( new Connections( $this->settings ) )->for_from( $mailer->From )->user();
		if ( 'from' === $return_path || ( 'account' === $return_path && ! is_email( $account ) ) ) {
			$mailer->Sender = $mailer->From;
		} elseif ( 'account' === $return_path ) {
			$mailer->Sender = $account;
		} elseif ( 'address' === $return_path ) {
			$mailer->Sender = (string) $this->settings->get( 'return_path_address' );
		}
		if ( array() === $mailer->getReplyToAddresses() ) {
			foreach ( $this->addresses( 'reply_to' ) as $address ) {
				$mailer->addReplyTo( $address );
			}
		}
		foreach ( $this->addresses( 'bcc' ) as $address ) {
			$mailer->addBCC( $address );
		}
	}

	/**
	 * Replaces From also where the filters of wp_mail() had no say, and keeps what was pushed aside as Reply-To: people
	 * who answer a contact form rely on it.
	 *
	 * @param Mailer                               $mailer    The mailer.
	 * @param array{address: string, name: string} $displaced What the filters pushed aside.
	 */
	private function set_from( Mailer $mailer, array $displaced ): void {
		$from = $this->takeover->from_instead_of( $mailer->From );
		if ( $from !== $mailer->From ) {
			$displaced        = array(
				'address' => $this->takeover->is_default( $mailer->From ) ? '' : $mailer->From,
				'name'    => $mailer->FromName,
			);
			$mailer->From     = $from;
			$mailer->FromName = $this->takeover->name_instead_of( $mailer->FromName );
		}
		if ( ! in_array( $displaced['address'], array( '', $mailer->From ), true ) && array() === $mailer->getReplyToAddresses() ) {
			$mailer->addReplyTo( $displaced['address'], $displaced['name'] );
		}
	}

	/**
	 * Addresses of a setting.
	 *
	 * @param string $key Setting.
	 * @return list<string>
	 */
	private function addresses( string $key ): array {
		return Check::split( (string) $this->settings->get( $key ) );
	}

	/**
	 * Has PHPMailer sign what comes from our domain, unless somebody else has set a key.
	 *
	 * @param Mailer $mailer The mailer.
	 * @throws MailerException The key cannot be read: an unsigned message would be taken for a forged one.
	 */
	private function set_dkim( Mailer $mailer ): void {
		$domain   = (string) $this->settings->get( 'dkim_domain' );
		$selector = (string) $this->settings->get( 'dkim_selector' );
		$of_from  = strtolower( substr( (string) strrchr( $mailer->From, '@' ), 1 ) );
		$is_ours  = 0 === strcmp( '.' . $domain, substr( '.' . $of_from, -strlen( $domain ) - 1 ) );
		if ( '' === $domain || '' === $selector || '' !== $mailer->DKIM_domain || ! $is_ours ) {
			return;
		}
		try {
			$mailer->DKIM_private_string = $this->settings->secret( 'dkim_key', $this->settings->dkim_context() );
		} catch ( SecretException $refused ) {
			throw new MailerException( $refused->getMessage(), 0, $refused );
		}
		$mailer->DKIM_domain   = $domain;
		$mailer->DKIM_selector = $selector;
		$mailer->DKIM_identity = $mailer->From;
	}
}
