<?php
/**
 * Mailers that other plugins reach by HTTP, as connections by SMTP.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

use Outbox\WordPress\Providers;

defined( 'ABSPATH' ) || exit;

/**
 * Some providers take the key of their API as the password of their SMTP as well; of Amazon's the password can be
 * computed. The others have passwords of their own, which somebody has to fetch: the rest of the connection is
 * prepared, and a note says so.
 */
final class ApiMailer {

	/** Where the key is the password, and what is to be known of it. */
	private const SAME = array( 'sendgrid', 'postmark', 'resend', 'mandrill', 'mailjet', 'sparkpost' );

	/** Names that other plugins have for providers; the rest are called as ours. */
	private const NAMES = array(
		'sendinblue'   => 'brevo',
		'amazonses'    => 'ses',
		'elasticemail' => 'elastic',
		'elasticmail'  => 'elastic',
		'google'       => 'gmail',
		'gmail'        => 'gmail',
		'outlook'      => 'microsoft',
		'office365'    => 'microsoft',
	);

	/**
	 * The connection, with a note in the draft where something is missing.
	 *
	 * @param Draft                 $draft Where the notes go.
	 * @param string                $slug  The other plugin's name for the provider.
	 * @param array<string, string> $given key, secret, user, domain, region: what is known.
	 * @return array<string, mixed>|null As Draft::server() makes it; null for a provider without SMTP.
	 */
	public static function connection( Draft $draft, string $slug, array $given ): ?array {
		$given   += array_fill_keys( array( 'key', 'secret', 'user', 'domain', 'region' ), '' );
		$provider = self::NAMES[ $slug ] ?? $slug;
		if ( 'other' === $provider || ! isset( Providers::rows()[ $provider ] ) ) {
			/* translators: %s: name of a mail service. */
			$draft->note( sprintf( __( 'The connection by "%s" has no counterpart here. Choose a provider on the settings page.', 'outbox' ), $slug ) );
			return null;
		}
		$row             = Draft::server( array() );
		$row['provider'] = $provider;
		$row['region']   = self::region( $provider, $given['region'] );
		$row['user']     = self::user( $provider, $given );
		$row['pass']     = self::password( $provider, $given );
		if ( '' === $row['pass'] ) {
			/* translators: %s: name of a provider. */
			$draft->note( sprintf( __( '%s was reached by its HTTP interface, whose key is no password for SMTP. Fetch one from the provider and type it on the settings page.', 'outbox' ), Providers::names()[ $provider ] ) );
		}
		return $row;
	}

	/**
	 * The region in our words.
	 *
	 * @param string $provider Provider.
	 * @param string $region   "US", "EU", or Amazon's.
	 */
	private static function region( string $provider, string $region ): string {
		$regions = Providers::row( $provider )['regions'] ?? array();
		if ( isset( $regions[ $region ] ) ) {
			return $region;
		}
		$found = array_search( strtoupper( $region ), $regions, true );
		return false === $found ? '' : (string) $found;
	}

	/**
	 * The user, where it is known.
	 *
	 * @param string                $provider Provider.
	 * @param array<string, string> $given    What is known.
	 */
	private static function user( string $provider, array $given ): string {
		if ( 'mailjet' === $provider ) {
			return $given['key'];
		}
		if ( 'mailgun' === $provider && '' !== $given['domain'] ) {
			return 'postmaster@' . $given['domain'];
		}
		return 'ses' === $provider ? $given['key'] : $given['user'];
	}

	/**
	 * The password, where it is known.
	 *
	 * @param string                $provider Provider.
	 * @param array<string, string> $given    What is known.
	 */
	private static function password( string $provider, array $given ): string {
		if ( 'ses' === $provider ) {
			return '' === $given['secret'] || '' === $given['region'] ? '' : self::ses_password( $given['secret'], $given['region'] );
		}
		if ( 'mailjet' === $provider ) {
			return $given['secret'];
		}
		return in_array( $provider, self::SAME, true ) ? $given['key'] : '';
	}

	/**
	 * The SMTP password of Amazon SES, as its documentation has it made of a secret access key.
	 *
	 * @param string $secret Secret access key.
	 * @param string $region Region.
	 */
	public static function ses_password( string $secret, string $region ): string {
		$key = 'AWS4' . $secret;
		foreach ( array( '11111111', $region, 'ses', 'aws4_request', 'SendRawEmail' ) as $part ) {
			$key = hash_hmac( 'sha256', $part, $key, true );
		}
		return base64_encode( "\x04" . $key ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- as Amazon wants it.
	}
}
