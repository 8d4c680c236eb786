<?php
/**
 * FluentSMTP.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * It has several connections, each with its sender; one is the default, one may step in.
 */
final class FluentSmtp implements Source {

	private const OPTION = 'fluentmail-settings';
	private const IV     = 16;

	/** What it enciphers, by provider; the rest is kept as it is. */
	private const SEALED = array( 'password', 'secret_key', 'api_key', 'client_secret' );

	/** Its constants by provider and field, where the key is kept in wp-config.php. */
	private const CONSTANTS = array(
		'smtp'      => array(
			'username' => 'FLUENTMAIL_SMTP_USERNAME',
			'password' => 'FLUENTMAIL_SMTP_PASSWORD',
		),
		'ses'       => array(
			'access_key' => 'FLUENTMAIL_AWS_ACCESS_KEY_ID',
			'secret_key' => 'FLUENTMAIL_AWS_SECRET_ACCESS_KEY',
		),
		'mailgun'   => array( 'domain_name' => 'FLUENTMAIL_MAILGUN_DOMAIN' ),
		'sendgrid'  => array( 'api_key' => 'FLUENTMAIL_SENDGRID_API_KEY' ),
		'sparkpost' => array( 'api_key' => 'FLUENTMAIL_SPARKPOST_API_KEY' ),
		'postmark'  => array( 'api_key' => 'FLUENTMAIL_POSTMARK_API_KEY' ),
	);

	/**
	 * See Source.
	 */
	public function key(): string {
		return 'fluent-smtp';
	}

	/**
	 * See Source.
	 */
	public function name(): string {
		return 'FluentSMTP';
	}

	/**
	 * See Source.
	 */
	public function is_there(): bool {
		return array() !== self::connections( self::option() );
	}

	/**
	 * See Source.
	 */
	public function read(): Draft {
		$draft       = new Draft();
		$option      = self::option();
		$connections = self::connections( $option );
		$misc        = is_array( $option['misc'] ?? null ) ? $option['misc'] : array();
		$default     = (string) ( $misc['default_connection'] ?? '' );
		$default     = isset( $connections[ $default ] ) ? $default : (string) array_key_first( $connections );
		$names       = array( $default => 'primary' );
		$this->read_first( $draft, $connections[ $default ] );
		foreach ( $connections as $id => $given ) {
			$row = (string) $id === $default ? null : self::connection( $draft, $given );
			if ( null !== $row ) {
				$names[ (string) $id ] = $draft->further( self::text( $given, 'title' ) . '-' . (string) strstr( self::text( $given, 'sender_email' ) . '@', '@', true ), $row );
			}
		}
		$this->read_routes( $draft, $option, $names, $default );
		$draft->set( 'backup', $names[ (string) ( $misc['fallback_connection'] ?? '' ) ] ?? null );
		$draft->set( 'log_enabled', isset( $misc['log_emails'] ) ? 'yes' === $misc['log_emails'] : null );
		$days = (int) ( $misc['log_saved_interval_days'] ?? 0 );
		$draft->set( 'log_days', $days > 0 ? min( 3650, $days ) : null );
		$draft->set( 'delivery_mode', 'yes' === ( $misc['simulate_emails'] ?? '' ) || ( defined( 'FLUENTMAIL_SIMULATE_EMAILS' ) && constant( 'FLUENTMAIL_SIMULATE_EMAILS' ) ) ? 'log' : null );
		return $draft;
	}

	/**
	 * The default connection and its sender.
	 *
	 * @param Draft                   $draft Where it goes.
	 * @param array<array-key, mixed> $given The connection.
	 */
	private function read_first( Draft $draft, array $given ): void {
		$draft->set( 'from_email', self::text( $given, 'sender_email' ) );
		$draft->set( 'from_name', wp_specialchars_decode( self::text( $given, 'sender_name' ), ENT_QUOTES ) );
		$draft->set( 'from_email_force', 'no' !== self::text( $given, 'force_from_email' ) );
		$draft->set( 'from_name_force', 'yes' === self::text( $given, 'force_from_name' ) );
		$draft->set( 'return_path', 'no' === self::text( $given, 'return_path' ) ? 'keep' : 'from' );
		$row = self::connection( $draft, $given );
		if ( null !== $row ) {
			$draft->primary( $row );
		}
	}

	/**
	 * Senders of the other connections.
	 *
	 * @param Draft                   $draft       Where they go.
	 * @param array<array-key, mixed> $option      The option.
	 * @param array<string, string>   $names       Ours by theirs.
	 * @param string                  $the_default Theirs.
	 */
	private function read_routes( Draft $draft, array $option, array $names, string $the_default ): void {
		$routes = array();
		foreach ( is_array( $option['mappings'] ?? null ) ? $option['mappings'] : array() as $address => $id ) {
			if ( is_string( $id ) && isset( $names[ $id ] ) && $id !== $the_default ) {
				$routes[] = array(
					'from'       => (string) $address,
					'connection' => $names[ $id ],
				);
			}
		}
		$draft->set( 'routes', array() === $routes ? null : $routes );
	}

	/**
	 * One connection in our words.
	 *
	 * @param Draft                   $draft For notes.
	 * @param array<array-key, mixed> $given The connection.
	 * @return array<string, mixed>|null
	 */
	private static function connection( Draft $draft, array $given ): ?array {
		$provider = self::text( $given, 'provider' );
		if ( 'smtp' === $provider ) {
			$auth       = 'no' !== self::text( $given, 'auth' );
			$encryption = self::text( $given, 'encryption' );
			return Draft::server(
				array(
					'host'       => self::text( $given, 'host' ),
					'encryption' => in_array( $encryption, array( 'ssl', 'tls' ), true ) ? $encryption : 'none',
					'port'       => (int) self::text( $given, 'port' ),
					'autotls'    => 'no' !== self::text( $given, 'auto_tls' ),
					'auth'       => $auth,
					'user'       => $auth ? self::text( $given, 'username' ) : '',
					'pass'       => $auth ? self::secret( $draft, $given, 'password' ) : '',
				)
			);
		}
		if ( 'default' === $provider || '' === $provider ) {
			$draft->note( __( 'It sends by PHP\'s mail(), so there is no connection to take over. Choose a provider on the settings page.', 'outbox' ) );
			return null;
		}
		return ApiMailer::connection(
			$draft,
			$provider,
			array(
				'key'    => 'ses' === $provider ? self::text( $given, 'access_key' ) : self::secret( $draft, $given, 'api_key' ),
				'secret' => 'ses' === $provider ? self::secret( $draft, $given, 'secret_key' ) : '',
				'domain' => self::text( $given, 'domain_name' ),
				'region' => self::text( $given, 'region' ),
				'user'   => in_array( $provider, array( 'gmail', 'outlook' ), true ) ? self::text( $given, 'sender_email' ) : '',
			)
		);
	}

	/**
	 * A secret, opened.
	 *
	 * @param Draft                   $draft For a note, where it cannot be.
	 * @param array<array-key, mixed> $given The connection.
	 * @param string                  $field Field.
	 */
	private static function secret( Draft $draft, array $given, string $field ): string {
		$kept = self::text( $given, $field );
		if ( '' === $kept || self::is_constant( $given, $field ) || ! in_array( $field, self::SEALED, true ) || 'yes' !== ( self::option()['use_encrypt'] ?? '' ) || 'yes' === self::text( $given, 'disable_encryption' ) ) {
			return $kept;
		}
		$plain = self::open( $kept, self::from_config( 'ENCRYPT_KEY', 'LOGGED_IN_KEY', 'this-is-a-fallback-key-but-not-secure' ), self::from_config( 'ENCRYPT_SALT', 'LOGGED_IN_SALT', 'this-is-a-fallback-salt-but-not-secure' ) );
		if ( null === $plain ) {
			$draft->note( __( 'A password cannot be opened: the keys in wp-config.php have changed since it was kept. Type it on the settings page.', 'outbox' ) );
		}
		return (string) $plain;
	}

	/**
	 * Deciphers. What is kept ends in the salt, which tells the right key.
	 *
	 * @param string $kept As in the option.
	 * @param string $key  Key.
	 * @param string $salt Salt.
	 * @return string|null null: it cannot be opened.
	 */
	public static function open( string $kept, string $key, string $salt ): ?string {
		$octets = base64_decode( $kept, true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- their format.
		if ( false === $octets || strlen( $octets ) <= self::IV || ! function_exists( 'openssl_decrypt' ) ) {
			return $kept; // Kept before it enciphered anything.
		}
		$plain = openssl_decrypt( substr( $octets, self::IV ), 'aes-256-ctr', $key, 0, substr( $octets, 0, self::IV ) );
		if ( false === $plain ) {
			return $kept;
		}
		return '' !== $salt && substr( $plain, -strlen( $salt ) ) === $salt ? substr( $plain, 0, -strlen( $salt ) ) : null;
	}

	/**
	 * One of its two words of wp-config.php.
	 *
	 * @param string $name     Name of its own constant.
	 * @param string $core     Core's, which stands in.
	 * @param string $fallback Its last resort.
	 */
	private static function from_config( string $name, string $core, string $fallback ): string {
		foreach ( array( 'FLUENTMAIL_' . $name, $core ) as $constant ) {
			if ( defined( $constant ) && is_string( constant( $constant ) ) && '' !== constant( $constant ) ) {
				return constant( $constant );
			}
		}
		return $fallback;
	}

	/**
	 * Whether a field comes from wp-config.php.
	 *
	 * @param array<array-key, mixed> $given The connection.
	 * @param string                  $field Field.
	 */
	private static function is_constant( array $given, string $field ): bool {
		$name = self::CONSTANTS[ is_string( $given['provider'] ?? null ) ? $given['provider'] : '' ][ $field ] ?? '';
		return 'wp_config' === ( $given['key_store'] ?? '' ) && '' !== $name && defined( $name );
	}

	/**
	 * A text.
	 *
	 * @param array<array-key, mixed> $given The connection.
	 * @param string                  $field Field.
	 */
	private static function text( array $given, string $field ): string {
		if ( self::is_constant( $given, $field ) ) {
			return (string) constant( self::CONSTANTS[ $given['provider'] ][ $field ] );
		}
		$value = $given[ $field ] ?? '';
		return is_scalar( $value ) ? trim( (string) $value ) : '';
	}

	/**
	 * The option.
	 *
	 * @return array<array-key, mixed>
	 */
	private static function option(): array {
		$option = get_option( self::OPTION );
		return is_array( $option ) ? $option : array();
	}

	/**
	 * Its connections by its names for them, each with its title.
	 *
	 * @param array<array-key, mixed> $option The option.
	 * @return array<array-key, array<array-key, mixed>>
	 */
	private static function connections( array $option ): array {
		$connections = array();
		foreach ( is_array( $option['connections'] ?? null ) ? $option['connections'] : array() as $id => $row ) {
			if ( is_array( $row ) && is_array( $row['provider_settings'] ?? null ) ) {
				$connections[ $id ] = $row['provider_settings'] + array( 'title' => $row['title'] ?? '' );
			}
		}
		return $connections;
	}
}
