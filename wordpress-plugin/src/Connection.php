<?php
/**
 * One way to one mail server.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * A value: what the settings and the provider's preset say together. The password is fetched when it is used.
 */
final class Connection {

	/**
	 * Its name: "primary", or that of a further connection.
	 *
	 * @var string
	 */
	private $id;

	/**
	 * Provider's key, '' for none.
	 *
	 * @var string
	 */
	private $provider;

	/**
	 * Checked values of CheckList::FIELDS.
	 *
	 * @var array<string, mixed>
	 */
	private $fields;

	/**
	 * Where the password comes from.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Made by Connections.
	 *
	 * @param string               $id       Its name.
	 * @param string               $provider Provider's key, '' for none.
	 * @param array<string, mixed> $fields   Checked values of CheckList::FIELDS, all of them.
	 * @param Settings             $settings Where the password comes from.
	 */
	public function __construct( string $id, string $provider, array $fields, Settings $settings ) {
		$this->id       = $id;
		$this->provider = $provider;
		$this->fields   = $fields;
		$this->settings = $settings;
	}

	/**
	 * "primary", or the name of a further connection.
	 */
	public function id(): string {
		return $this->id;
	}

	/**
	 * Provider's key, '' for none.
	 */
	public function provider(): string {
		return $this->provider;
	}

	/**
	 * Name of the relay profile that the extension keeps, '' for none.
	 */
	public function profile(): string {
		return (string) $this->fields['profile'];
	}

	/**
	 * Where to connect to.
	 */
	public function host(): string {
		$host = (string) $this->fields['host'];
		return '' !== $host || '' === $this->provider ? $host : Providers::host( $this->provider, (string) $this->fields['region'] );
	}

	/**
	 * "ssl", "tls" or "none".
	 */
	public function encryption(): string {
		$encryption = (string) $this->fields['encryption'];
		$port       = (int) $this->fields['port'];
		$ports      = Providers::row( $this->provider )['ports'];
		return '' !== $encryption ? $encryption : ( $ports[ $port ] ?? (string) reset( $ports ) );
	}

	/**
	 * The port, following provider and encryption where none is set.
	 */
	public function port(): int {
		$port = (int) $this->fields['port'];
		if ( 0 !== $port ) {
			return $port;
		}
		$fitting = array_search( $this->encryption(), Providers::row( $this->provider )['ports'], true );
		$usual   = array(
			'ssl'  => 465,
			'tls'  => 587,
			'none' => 25,
		);
		return false !== $fitting ? (int) $fitting : $usual[ $this->encryption() ];
	}

	/**
	 * Whether to encrypt where the server offers it although none is chosen.
	 */
	public function autotls(): bool {
		return (bool) $this->fields['autotls'];
	}

	/**
	 * Whether to log in.
	 */
	public function auth(): bool {
		return (bool) $this->fields['auth'];
	}

	/**
	 * The user name; '' where it is the same as the password: see credentials().
	 */
	public function user(): string {
		$row  = Providers::row( $this->provider );
		$user = (string) $this->fields['user'];
		if ( 'fixed' === $row['user'] ) {
			return (string) $row['value'];
		}
		if ( '' === $user && 'primary' === $this->id ) {
			$user = Providers::wp_mail_smtp_user( $this->provider );
		}
		return '' === $user ? (string) ( $row['value'] ?? '' ) : $user;
	}

	/**
	 * User name and password; both '' without authentication.
	 *
	 * @return array{0: string, 1: string}
	 * @throws SecretException The password cannot be read.
	 */
	public function credentials(): array {
		if ( ! $this->auth() ) {
			return array( '', '' );
		}
		$password = $this->settings->secret( $this->secret_name(), $this->identity() );
		$same     = 'password' === Providers::row( $this->provider )['user'] && '' === $this->user();
		return array( $same ? $password : $this->user(), $password );
	}

	/**
	 * The name that this server says of itself, '' for the usual one.
	 */
	public function ehlo(): string {
		return (string) $this->fields['ehlo'];
	}

	/**
	 * Seconds to connect.
	 */
	public function connect_timeout(): int {
		return (int) $this->fields['connect_timeout'];
	}

	/**
	 * Seconds to wait for an answer.
	 */
	public function timeout(): int {
		return (int) $this->fields['timeout'];
	}

	/**
	 * Whether the certificate is checked.
	 */
	public function verify(): bool {
		return (bool) $this->fields['verify'];
	}

	/**
	 * PEM file of authorities, '' for the system's.
	 */
	public function ca_file(): string {
		return (string) $this->fields['ca_file'];
	}

	/**
	 * What its password is sealed for.
	 */
	public function identity(): string {
		return strtolower( $this->host() ) . '|' . $this->user();
	}

	/**
	 * Name of its password for Settings::secret().
	 */
	public function secret_name(): string {
		return 'primary' === $this->id ? 'smtp_pass' : 'connection:' . $this->id;
	}

	/**
	 * Whether enough is known to connect.
	 */
	public function is_complete(): bool {
		return '' === $this->missing();
	}

	/**
	 * The setting that is missing: provider, host, user or pass; '' for none.
	 */
	public function missing(): string {
		if ( '' !== $this->profile() ) {
			return '';
		}
		if ( '' === $this->host() ) {
			return '' === $this->provider ? 'provider' : 'host';
		}
		if ( ! $this->auth() ) {
			return '';
		}
		if ( '' === $this->user() && 'password' !== Providers::row( $this->provider )['user'] ) {
			return 'user';
		}
		return $this->settings->has_secret( $this->secret_name() ) ? '' : 'pass';
	}

	/**
	 * The relay for people: no user, no secret.
	 */
	public function label(): string {
		return '' !== $this->profile() ? $this->profile() : $this->host() . ':' . $this->port();
	}

	/**
	 * Changes whenever something of it changes, the password included.
	 */
	public function fingerprint(): string {
		$values = array( $this->identity(), $this->encryption(), $this->port(), $this->fields, $this->settings->secret_stamp( $this->secret_name() ) );
		return hash( 'sha256', (string) wp_json_encode( $values ) );
	}

	/**
	 * For new Outbox\Transport(), secrets included.
	 *
	 * @param bool $login Whether with user and password.
	 * @return array<string, mixed>
	 * @throws SecretException The password cannot be read.
	 */
	public function transport_options( bool $login = true ): array {
		$tls     = array(
			'ssl'  => 'implicit',
			'tls'  => 'starttls',
			'none' => $this->autotls() ? 'opportunistic' : 'none',
		);
		$options = array(
			'scheme'          => 'ssl' === $this->encryption() ? 'smtps' : 'smtp',
			'host'            => $this->host(),
			'port'            => $this->port(),
			'tls'             => $tls[ $this->encryption() ],
			'connect_timeout' => $this->connect_timeout(),
			'timeout'         => $this->timeout(),
		);
		if ( $login && $this->auth() ) {
			list( $options['user'], $options['password'] ) = $this->credentials();
		}
		if ( '' !== $this->ehlo() ) {
			$options['ehlo'] = $this->ehlo();
		}
		if ( '' !== $this->ca_file() ) {
			$options['ca_file'] = $this->ca_file();
		}
		if ( ! $this->verify() ) {
			$options['verify'] = 0;
		}
		return $options;
	}
}
