<?php
/**
 * The settings in force.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Read in this order: constant OUTBOX_*, constant WPMS_* (if WPMS_ON is true), the network's where the site may not
 * differ, the site's, the network's, the default. A value that cannot be used is passed over at every step, so that
 * junk in the option table costs nothing but itself.
 *
 * One option, loaded with every page anyway, holds everything but secrets. They have their own: see Secrets.
 */
final class Settings {

	public const OPTION         = 'outbox_settings';
	public const NETWORK_OPTION = 'outbox_network_settings';

	/** In the network's option: true, or a list of keys in which sites may not differ. */
	public const LOCK = '_lock';

	public const FROM_CONSTANT = 'constant';
	public const FROM_ALIAS    = 'alias';
	public const FROM_NETWORK  = 'network';
	public const FROM_SITE     = 'site';
	public const FROM_DEFAULT  = 'default';

	/**
	 * Whether these are the network's own settings, as its administrator edits them.
	 *
	 * @var bool
	 */
	private $network;

	/**
	 * What was found, by blog and key: one message asks for some settings a dozen times.
	 *
	 * @var array<int, array<string, array{value: mixed, from: string, name: string}>>
	 */
	private $found = array();

	/**
	 * Settings of the current site (also after switch_to_blog()), or those of the network.
	 *
	 * @param bool $network Whether of the network.
	 */
	public function __construct( bool $network = false ) {
		$this->network = $network;
		foreach ( array( 'add', 'update', 'delete' ) as $change ) {
			add_action( $change . '_option_' . self::OPTION, array( $this, 'forget' ), 0, 0 );
			add_action( $change . '_site_option_' . self::NETWORK_OPTION, array( $this, 'forget' ), 0, 0 );
		}
	}

	/**
	 * Has everything looked up again.
	 */
	public function forget(): void {
		$this->found = array();
	}

	/**
	 * The value in force. Secrets have none here: see secret().
	 *
	 * @param string $key Setting.
	 * @return mixed
	 */
	public function get( string $key ) {
		return $this->resolve( $key )['value'];
	}

	/**
	 * Where the value comes from.
	 *
	 * @param string $key Setting.
	 * @return array{from: string, name: string, locked: bool} from is one of FROM_*; name is that of the constant, else
	 *     ''; locked: a form cannot change it.
	 */
	public function source( string $key ): array {
		$found = $this->resolve( $key );
		return array(
			'from'   => $found['from'],
			'name'   => $found['name'],
			'locked' => '' !== $found['name'] || $this->is_locked_by_network( $key ) || $this->is_for_network_only( $key ),
		);
	}

	/**
	 * Every value in force, without secrets: instead of them, whether there is one.
	 *
	 * @return array<string, mixed>
	 */
	public function all(): array {
		$all = array();
		foreach ( array_keys( Schema::rows() ) as $key ) {
			$all[ $key ] = Schema::is_secret( $key ) ? $this->has_secret( $key ) : $this->get( $key );
		}
		return $all;
	}

	/**
	 * Constants that are defined and cannot be used, with the reason.
	 *
	 * @return array<string, string> reason by name of the constant.
	 */
	public function broken_constants(): array {
		$broken = array();
		foreach ( array_keys( Schema::rows() ) as $key ) {
			$name = Schema::constant( $key );
			if ( defined( $name ) ) {
				try {
					Check::value( $key, constant( $name ) );
				} catch ( InvalidValue $wrong ) {
					$broken[ $name ] = $wrong->getMessage();
				}
			}
		}
		return $broken;
	}

	/**
	 * Checks what a form, an import or a command gives, and keeps all of it or nothing.
	 *
	 * Keys that are not given stay as they are, and so do those that are locked. A secret is kept if it is '', removed
	 * if it is null. Secrets of further connections are given as "pass" in their rows.
	 *
	 * @param array<string, mixed> $input Values without slashes.
	 * @return array<string, string> what is wrong, by key; empty: it is saved.
	 */
	public function save( array $input ): array {
		return ( new SettingsWriter( $this, $this->network ) )->save( $input );
	}

	/**
	 * Goes back to the default.
	 *
	 * @param string ...$keys Settings.
	 */
	public function reset( string ...$keys ): void {
		$stored = array_diff_key( $this->stored( $this->network ), array_flip( $keys ) );
		$this->store( $stored );
		foreach ( array_filter( $keys, array( Schema::class, 'is_secret' ) ) as $key ) {
			$this->secrets( $key )->remove( $key );
		}
	}

	/**
	 * The secret in force; '' for none.
	 *
	 * @param string $name    smtp_pass, dkim_key, or "connection:ID" for a further connection's password.
	 * @param string $context The words it was sealed for: Connection::identity(), or dkim_context().
	 * @throws SecretException It cannot be read.
	 */
	public function secret( string $name, string $context ): string {
		$constant = $this->secret_constant( $name );
		if ( null !== $constant ) {
			return (string) $constant['value'];
		}
		return $this->secrets( $name )->get( $name, $context );
	}

	/**
	 * Whether there is such a secret, readable or not.
	 *
	 * @param string $name As for secret().
	 */
	public function has_secret( string $name ): bool {
		return null !== $this->secret_constant( $name ) || $this->secrets( $name )->has( $name );
	}

	/**
	 * Changes whenever the secret does, and says nothing about it.
	 *
	 * @param string $name As for secret().
	 */
	public function secret_stamp( string $name ): string {
		$constant = $this->secret_constant( $name );
		return null !== $constant ? hash_hmac( 'sha256', (string) $constant['value'], (string) wp_salt() ) : $this->secrets( $name )->stamp( $name );
	}

	/**
	 * The constant that gives a secret.
	 *
	 * @param string $name As for secret().
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	public function secret_constant( string $name ): ?array {
		if ( Schema::has( $name ) ) {
			$found = $this->from_constants( $name );
			if ( null === $found && 'smtp_pass' === $name ) {
				$found = Providers::wp_mail_smtp_password( (string) $this->get( 'provider' ) );
			}
			return $found;
		}
		$constant = 'OUTBOX_' . strtoupper( strtr( $name, ':-', '__' ) ) . '_PASS';
		return defined( $constant ) && is_string( constant( $constant ) ) ? array(
			'value' => constant( $constant ),
			'from'  => self::FROM_CONSTANT,
			'name'  => $constant,
		) : null;
	}

	/**
	 * What the DKIM key is sealed for.
	 */
	public function dkim_context(): string {
		return 'dkim|' . $this->get( 'dkim_domain' ) . '|' . $this->get( 'dkim_selector' );
	}

	/**
	 * Where a secret lies: with the layer that its connection comes from.
	 *
	 * @param string $name As for secret().
	 */
	public function secrets( string $name ): Secrets {
		if ( ! $this->network && is_multisite() ) {
			if ( 'smtp_pass' === $name ) {
				return new Secrets( ! $this->has_own_connection() );
			}
			$beside = array(
				'dkim_key'      => 'dkim_domain',
				'alert_webhook' => 'alert_email',
			)[ $name ] ?? 'connections';
			return new Secrets( self::FROM_NETWORK === $this->resolve( $beside )['from'] );
		}
		return new Secrets( $this->network );
	}

	/**
	 * Whether it names files of the server, and the user does not run the network that this site belongs to.
	 *
	 * @param string $key Setting.
	 */
	public function is_for_network_only( string $key ): bool {
		if ( $this->network || ! is_multisite() || 'path' !== Schema::row( $key )['type'] ) {
			return false;
		}
		return ! ( defined( 'WP_CLI' ) && WP_CLI ) && ! current_user_can( 'manage_network_options' );
	}

	/**
	 * Whether the network's administrator decides about it for all sites.
	 *
	 * @param string $key Setting.
	 */
	public function is_locked_by_network( string $key ): bool {
		if ( $this->network || ! is_multisite() ) {
			return false;
		}
		$lock = $this->stored( true )[ self::LOCK ] ?? false;
		return true === $lock || ( is_array( $lock ) && in_array( $key, $lock, true ) );
	}

	/**
	 * The option as it is: unchecked.
	 *
	 * @param bool $network Whether the network's.
	 * @return array<array-key, mixed>
	 */
	public function stored( bool $network ): array {
		$stored = $network ? get_site_option( self::NETWORK_OPTION, array() ) : get_option( self::OPTION, array() );
		return is_array( $stored ) ? $stored : array();
	}

	/**
	 * Writes the option of this layer.
	 *
	 * @param array<array-key, mixed> $values Checked values.
	 */
	public function store( array $values ): void {
		if ( $this->network ) {
			update_site_option( self::NETWORK_OPTION, $values );
		} else {
			update_option( self::OPTION, $values, true );
		}
	}

	/**
	 * Finds the value in force, and where.
	 *
	 * @param string $key Setting.
	 * @return array{value: mixed, from: string, name: string}
	 */
	private function resolve( string $key ): array {
		$blog  = get_current_blog_id();
		$found = $this->found[ $blog ][ $key ] ?? null;
		if ( null === $found ) {
			$found = Schema::is_secret( $key ) ? null : ( $this->from_constants( $key ) ?? $this->from_options( $key ) );
			$found = $found ?? array(
				'value' => null,
				'from'  => self::FROM_DEFAULT,
				'name'  => '',
			);

			$this->found[ $blog ][ $key ] = $found;
		}
		if ( self::FROM_DEFAULT === $found['from'] ) {
			// Not kept: it may be another option's value.
			$found['value'] = Schema::is_secret( $key ) ? '' : Schema::default_value( $key );
		}
		return $found;
	}

	/**
	 * What wp-config.php says.
	 *
	 * @param string $key Setting.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	private function from_constants( string $key ): ?array {
		$name = Schema::constant( $key );
		if ( defined( $name ) ) {
			$found = $this->usable( $key, constant( $name ), self::FROM_CONSTANT, $name );
			if ( null !== $found ) {
				return $found;
			}
		}
		$alias = Schema::row( $key )['alias'] ?? null;
		if ( null === $alias || ! defined( 'WPMS_ON' ) || true !== constant( 'WPMS_ON' ) ) {
			return null;
		}
		list( $name, $translate ) = is_array( $alias ) ? $alias : array( $alias, null );
		if ( ! defined( $name ) ) {
			return null;
		}
		$value = null === $translate ? constant( $name ) : $translate( constant( $name ) );
		return null === $value ? null : $this->usable( $key, $value, self::FROM_ALIAS, $name );
	}

	/**
	 * What the database says.
	 *
	 * @param string $key Setting.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	private function from_options( string $key ): ?array {
		if ( ! is_multisite() || $this->network ) {
			return $this->from_layer( $key, $this->network );
		}
		// A connection is one thing: a user of the site with a host of the network would be nonsense.
		if ( 'connection' === Schema::row( $key )['group'] ) {
			return $this->from_layer( $key, ! $this->has_own_connection() );
		}
		$own = $this->is_locked_by_network( $key ) ? null : $this->from_layer( $key, false );
		return $own ?? $this->from_layer( $key, true );
	}

	/**
	 * Whether a site of a network has its own connection instead of the network's.
	 */
	public function has_own_connection(): bool {
		$own = array();
		foreach ( array( 'provider', 'smtp_profile' ) as $key ) {
			$own[ $key ] = $this->from_layer( $key, false )['value'] ?? '';
		}
		return ! $this->is_locked_by_network( 'provider' ) && SiteLayer::has_connection( $own );
	}

	/**
	 * What one option says.
	 *
	 * @param string $key     Setting.
	 * @param bool   $network Whether the network's.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	private function from_layer( string $key, bool $network ): ?array {
		$stored = $this->stored( $network );
		$from   = $network ? self::FROM_NETWORK : self::FROM_SITE;
		return array_key_exists( $key, $stored ) ? $this->usable( $key, $stored[ $key ], $from, '' ) : null;
	}

	/**
	 * The value, if it can be used.
	 *
	 * @param string $key  Setting.
	 * @param mixed  $raw  What was found.
	 * @param string $from Where: FROM_*.
	 * @param string $name Name of the constant, or ''.
	 * @return array{value: mixed, from: string, name: string}|null
	 */
	private function usable( string $key, $raw, string $from, string $name ): ?array {
		try {
			return array(
				'value' => Check::value( $key, $raw ),
				'from'  => $from,
				'name'  => $name,
			);
		} catch ( InvalidValue $wrong ) {
			return null;
		}
	}
}
