<?php
/**
 * Saving settings.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Everything is checked before anything is written, so that a form with one wrong field changes nothing.
 */
final class SettingsWriter {

	/** What a provider's preset says of a connection. */
	private const OF_PRESET = array( 'host', 'port', 'encryption', 'region' );

	/**
	 * The settings as they are.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * Whether they are the network's.
	 *
	 * @var bool
	 */
	private $network;

	/**
	 * What is wrong, by key.
	 *
	 * @var array<string, string>
	 */
	private $errors = array();

	/**
	 * Secrets to keep (text) or to remove (null), by name.
	 *
	 * @var array<string, string|null>
	 */
	private $secrets = array();

	/**
	 * Prepares one saving.
	 *
	 * @param Settings $settings The settings as they are.
	 * @param bool     $network  Whether they are the network's.
	 */
	public function __construct( Settings $settings, bool $network ) {
		$this->settings = $settings;
		$this->network  = $network;
	}

	/**
	 * See Settings::save().
	 *
	 * @param array<string, mixed> $input Values without slashes.
	 * @return array<string, string> what is wrong, by key.
	 */
	public function save( array $input ): array {
		$before  = $this->settings->stored( $this->network );
		$checked = $this->without_profile( $this->checked( $this->without_connection_secrets( $input ) ) );
		$checked = $this->without_old_host( $checked );
		$after   = array_replace( $before, $checked );
		if ( ! $this->network && is_multisite() ) {
			$after = $this->of_site( $after, $checked );
		}
		$this->check_reach( $checked );
		$this->check_together( $after );
		if ( array() !== $this->errors ) {
			return $this->errors;
		}
		$identities = $this->identities();
		$had        = array_values( array_filter( array_keys( $identities ), array( $this->settings, 'has_secret' ) ) );
		$this->settings->store( $after );
		$this->check_identities( $identities );
		$this->check_passwords( $had );
		if ( array() === $this->errors ) {
			$this->keep_secrets();
		}
		if ( array() !== $this->errors ) {
			$this->settings->store( $before );
			return $this->errors;
		}
		if ( ! $this->network && is_multisite() && ! $this->settings->has_own_connection() ) {
			( new Secrets() )->remove( 'smtp_pass' );
		}
		CloneGuard::remember();
		/**
		 * Fires after settings were saved.
		 *
		 * @param Settings $settings The settings.
		 */
		do_action( 'outbox/settings_saved', $this->settings );
		return array();
	}

	/**
	 * The values that can be used; the others become errors.
	 *
	 * @param array<string, mixed> $input Values without slashes.
	 * @return array<string, mixed>
	 */
	private function checked( array $input ): array {
		$checked = array();
		foreach ( $input as $key => $raw ) {
			if ( $this->network && Settings::LOCK === $key ) {
				$checked[ $key ] = true === $raw ? true : array_values( array_filter( (array) $raw, array( Schema::class, 'has' ) ) );
				continue;
			}
			if ( ! Schema::has( (string) $key ) || $this->settings->source( $key )['locked'] ) {
				continue;
			}
			try {
				if ( ! Schema::is_secret( $key ) ) {
					$checked[ $key ] = Check::value( $key, $raw );
				} elseif ( null === $raw ) {
					$this->secrets[ $key ] = null;
				} elseif ( '' !== $raw && null === $this->settings->secret_constant( $key ) ) {
					$this->secrets[ $key ] = Check::value( $key, $raw );
				}
			} catch ( InvalidValue $wrong ) {
				$this->errors[ $key ] = $wrong->getMessage();
			}
		}
		return $checked;
	}

	/**
	 * A connection that the extension keeps ends when the form says another: a provider, host, user or password would
	 * have no effect otherwise.
	 *
	 * @param array<string, mixed> $checked What was given.
	 * @return array<string, mixed>
	 */
	private function without_profile( array $checked ): array {
		$kept    = $this->settings->get( 'smtp_profile' );
		$changed = isset( $this->secrets['smtp_pass'] );
		foreach ( array( 'provider', 'smtp_host', 'smtp_user' ) as $key ) {
			$changed = $changed || ( array_key_exists( $key, $checked ) && $checked[ $key ] !== $this->settings->get( $key ) );
		}
		if ( $changed && '' !== $kept && ( $checked['smtp_profile'] ?? $kept ) === $kept && ! $this->settings->source( 'smtp_profile' )['locked'] ) {
			$checked['smtp_profile'] = '';
		}
		return $checked;
	}

	/**
	 * Takes the passwords out of the rows of further connections.
	 *
	 * @param array<string, mixed> $input Values without slashes.
	 * @return array<string, mixed>
	 */
	private function without_connection_secrets( array $input ): array {
		if ( ! is_array( $input['connections'] ?? null ) ) {
			return $input;
		}
		foreach ( $input['connections'] as $id => $row ) {
			if ( is_array( $row ) && array_key_exists( 'pass', $row ) ) {
				if ( null === $row['pass'] || ( is_string( $row['pass'] ) && '' !== $row['pass'] ) ) {
					$this->secrets[ "connection:$id" ] = null === $row['pass'] ? null : $this->password( $row['pass'] );
				}
				unset( $input['connections'][ $id ]['pass'] );
			}
		}
		foreach ( array_keys( (array) $this->settings->get( 'connections' ) ) as $id ) {
			if ( ! isset( $input['connections'][ $id ] ) ) {
				$this->secrets[ "connection:$id" ] = null;
			}
		}
		return $input;
	}

	/**
	 * The password of a further connection as it is kept.
	 *
	 * @param string $typed What was typed.
	 */
	private function password( string $typed ): ?string {
		try {
			return Check::value( 'smtp_pass', $typed );
		} catch ( InvalidValue $wrong ) {
			$this->error( 'connections', $wrong->getMessage() );
			return null;
		}
	}

	/**
	 * Another provider does not keep the host of the one before: a form without a script sends every field as it was.
	 *
	 * @param array<string, mixed> $checked What was given.
	 * @return array<string, mixed>
	 */
	private function without_old_host( array $checked ): array {
		if ( isset( $checked['provider'] ) ) {
			$now = array();
			foreach ( CheckList::FIELDS as $field ) {
				$now[ $field ] = $this->settings->get( 'smtp_' . $field );
			}
			$row = array();
			foreach ( self::OF_PRESET as $field ) {
				$row[ $field ] = $checked[ 'smtp_' . $field ] ?? $now[ $field ];
			}
			foreach ( self::old_preset( (string) $this->settings->get( 'provider' ), $now, (string) $checked['provider'], $row ) as $field ) {
				$checked[ 'smtp_' . $field ] = Schema::default_value( 'smtp_' . $field );
			}
		}
		foreach ( (array) $this->settings->get( 'connections' ) as $id => $now ) {
			if ( isset( $checked['connections'][ $id ] ) ) {
				$row = $checked['connections'][ $id ];

				$checked['connections'][ $id ] = array_diff_key( $row, array_flip( self::old_preset( $now['provider'] ?? 'other', $now, $row['provider'], $row ) ) );
			}
		}
		return $checked;
	}

	/**
	 * The fields that are still those of the provider before.
	 *
	 * @param string               $before The provider before.
	 * @param array<string, mixed> $now    The connection's fields as they are.
	 * @param string               $after  The provider that was given.
	 * @param array<string, mixed> $row    The fields that were given.
	 * @return list<string>
	 */
	private static function old_preset( string $before, array $now, string $after, array $row ): array {
		$host = (string) ( $row['host'] ?? '' );
		if ( $before === $after || in_array( $after, array( '', 'other' ), true ) || ( '' !== $host && ( 'other' === $before || Providers::of_host( $host ) !== $before ) ) ) {
			return array();
		}
		$old = array();
		foreach ( self::OF_PRESET as $field ) {
			if ( 'host' === $field || ( $now[ $field ] ?? null ) === ( $row[ $field ] ?? null ) ) {
				$old[] = $field;
			}
		}
		return $old;
	}

	/**
	 * What a site of a network stores of it.
	 *
	 * @param array<array-key, mixed> $after   What would be stored.
	 * @param array<string, mixed>    $checked What was given.
	 * @return array<array-key, mixed>
	 */
	private function of_site( array $after, array $checked ): array {
		$layer = new SiteLayer();
		if ( ! SiteLayer::has_connection( $after ) ) {
			$strays = array_key_exists( 'provider', $checked ) ? array() : $layer->strays( $checked );
			if ( isset( $this->secrets['smtp_pass'] ) ) {
				$strays[] = 'smtp_pass';
			}
			foreach ( $strays as $key ) {
				$this->error( $key, __( 'This site sends over the connection of the network. Choose a provider to give it one of its own.', 'outbox' ) );
			}
		}
		return $layer->of( $after, array_keys( $checked ), array_keys( array_filter( $this->secrets, 'is_string' ) ) );
	}

	/**
	 * Files of the server, and relay profiles that may be another site's, are for those who run the network.
	 *
	 * @param array<string, mixed> $checked What was given.
	 */
	private function check_reach( array $checked ): void {
		if ( ! $this->settings->is_for_network_only( 'smtp_ca_file' ) ) {
			return;
		}
		$refused = __( 'Files of the server and relay profiles are for those who run the network.', 'outbox' );
		$may     = static function ( $given, $now ): bool {
			return in_array( $given, array( null, '', $now ), true ) || 0 === strpos( (string) $given, State::site() . '-' );
		};
		if ( ! $may( $checked['smtp_profile'] ?? '', $this->settings->get( 'smtp_profile' ) ) ) {
			$this->error( 'smtp_profile', $refused );
		}
		$rows = (array) $this->settings->get( 'connections' );
		foreach ( $checked['connections'] ?? array() as $id => $row ) {
			if ( ! $may( $row['ca_file'] ?? '', $rows[ $id ]['ca_file'] ?? '' ) || ! $may( $row['profile'] ?? '', $rows[ $id ]['profile'] ?? '' ) ) {
				$this->error( 'connections', $refused );
			}
		}
	}

	/**
	 * A site that leaves the network's connection does not leave without a password: its mail would stop.
	 *
	 * @param list<string> $had Names of the secrets that there were.
	 */
	private function check_passwords( array $had ): void {
		foreach ( ( new Connections( $this->settings ) )->all() as $connection ) {
			$name = $connection->secret_name();
			if ( in_array( $name, $had, true ) && ! array_key_exists( $name, $this->secrets ) && 'pass' === $connection->missing() ) {
				$this->error(
					Schema::has( $name ) ? $name : 'connections',
					__( 'A connection of this site\'s own needs a password of its own: that of the network stays with the network.', 'outbox' )
				);
			}
		}
	}

	/**
	 * What only shows when values are seen together.
	 *
	 * @param array<array-key, mixed> $after What would be stored.
	 */
	private function check_together( array $after ): void {
		$value = function ( string $key ) use ( $after ) {
			return $after[ $key ] ?? $this->settings->get( $key );
		};
		if ( 'other' === $value( 'provider' ) && '' === $value( 'smtp_host' ) && '' === $value( 'smtp_profile' ) ) {
			$this->error( 'smtp_host', __( 'Give the host of your mail server.', 'outbox' ) );
		}
		if ( 'redirect' === $value( 'delivery_mode' ) && '' === $value( 'redirect_to' ) ) {
			$this->error( 'redirect_to', __( 'Give the address that everything is redirected to.', 'outbox' ) );
		}
		if ( 'address' === $value( 'return_path' ) && '' === $value( 'return_path_address' ) ) {
			$this->error( 'return_path_address', __( 'Give the address for the Return Path.', 'outbox' ) );
		}
		$known  = array_merge( array( '', 'primary' ), array_map( 'strval', array_keys( (array) $value( 'connections' ) ) ) );
		$routes = array_map( 'strval', array_column( (array) $value( 'routes' ), 'connection' ) );
		if ( ! in_array( $value( 'backup' ), $known, true ) ) {
			$this->error( 'backup', __( 'There is no connection of this name.', 'outbox' ) );
		}
		if ( ! in_array( $value( 'alert_connection' ), $known, true ) ) {
			$this->error( 'alert_connection', __( 'There is no connection of this name.', 'outbox' ) );
		}
		if ( array() !== array_diff( $routes, $known ) ) {
			$this->error( 'routes', __( 'A route names a connection that is not there.', 'outbox' ) );
		}
	}

	/**
	 * Notes what is wrong with a key, unless something is already.
	 *
	 * @param string $key  Setting.
	 * @param string $text What is wrong.
	 */
	private function error( string $key, string $text ): void {
		$this->errors[ $key ] = $this->errors[ $key ] ?? $text;
	}

	/**
	 * What each kept secret belongs to.
	 *
	 * @return array<string, string> by the secret's name.
	 */
	private function identities(): array {
		$identities = array(
			'dkim_key'      => $this->settings->dkim_context(),
			'alert_webhook' => Alerts::CONTEXT,
		);
		foreach ( ( new Connections( $this->settings ) )->all() as $connection ) {
			$identities[ $connection->secret_name() ] = $connection->identity();
		}
		return $identities;
	}

	/**
	 * A password opens only for the server and user it was typed for: whoever changes them types it again.
	 *
	 * @param array<string, string> $before identities() as they were.
	 */
	private function check_identities( array $before ): void {
		foreach ( $this->identities() as $name => $identity ) {
			if ( array_key_exists( $name, $this->secrets ) || ! isset( $before[ $name ] ) || $before[ $name ] === $identity ) {
				continue;
			}
			if ( ! $this->network && $this->settings->secrets( $name )->are_of_network() ) {
				continue; // The site goes back to what the network has, which was not typed here.
			}
			if ( null === $this->settings->secret_constant( $name ) && $this->settings->secrets( $name )->has( $name ) ) {
				$key = Schema::has( $name ) ? $name : 'connections';
				$this->error(
					$key,
					'dkim_key' === $name
						? __( 'The domain or the selector was changed: please give the key again.', 'outbox' )
						: __( 'The server or the user name was changed: please type the password again.', 'outbox' )
				);
			}
		}
	}

	/**
	 * Seals what was given, removes what is to go.
	 */
	private function keep_secrets(): void {
		$identities = $this->identities();
		foreach ( $this->secrets as $name => $plain ) {
			try {
				if ( null === $plain ) {
					( $this->network ? $this->settings->secrets( $name ) : new Secrets() )->remove( $name );
				} elseif ( isset( $identities[ $name ] ) ) {
					$this->settings->secrets( $name )->put( $name, $plain, $identities[ $name ] );
				}
			} catch ( SecretException $refused ) {
				$this->error( Schema::has( $name ) ? $name : 'connections', $refused->getMessage() );
			}
		}
	}
}
