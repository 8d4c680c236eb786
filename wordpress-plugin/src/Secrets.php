<?php
/**
 * Secrets at rest.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Seals secrets with a key that is made from wp-config.php, so that a copy of the database alone opens nothing. What is
 * sealed opens only together with the words it was sealed for (server and user): whoever can write options cannot have
 * a password sent to a server of his own.
 *
 * A sealed value is "outbox1:" and base64 of key id (8 octets), nonce (24) and XChaCha20-Poly1305 ciphertext. The key
 * id tells a change of keys from damage.
 *
 * They lie in an option that is not loaded with every page.
 */
final class Secrets {

	public const OPTION         = 'outbox_secrets';
	public const NETWORK_OPTION = 'outbox_network_secrets';

	private const PREFIX  = 'outbox1:';
	private const KEY_ID  = 8;
	private const NONCE   = 24;
	private const KEY_MIN = 16;

	/**
	 * Whether they are those of the whole network.
	 *
	 * @var bool
	 */
	private $network;

	/**
	 * Secrets of this site, or of the network.
	 *
	 * @param bool $network Whether of the network.
	 */
	public function __construct( bool $network = false ) {
		$this->network = $network;
	}

	/**
	 * Whether they are those of the whole network.
	 */
	public function are_of_network(): bool {
		return $this->network;
	}

	/**
	 * Whether wp-config.php has keys that deserve the name.
	 */
	public static function keys_are_safe(): bool {
		foreach ( array( 'AUTH_KEY', 'AUTH_SALT' ) as $name ) {
			$value = defined( $name ) ? constant( $name ) : '';
			// The second phrase is that of translated samples of wp-config.php.
			if ( ! is_string( $value ) || strlen( $value ) < self::KEY_MIN || in_array( $value, array( 'put your unique phrase here', __( 'put your unique phrase here' ) ), true ) ) { // phpcs:ignore WordPress.WP.I18n.MissingArgDomain -- core's text.
				return false;
			}
		}
		return true;
	}

	/**
	 * Seals and keeps one.
	 *
	 * @param string $name    Its name.
	 * @param string $plain   The secret.
	 * @param string $context The words it belongs to.
	 * @throws SecretException The keys are not safe: nothing is kept.
	 */
	public function put( string $name, string $plain, string $context ): void {
		$all          = $this->all();
		$all[ $name ] = $this->seal( $plain, $name, $context );
		$this->save( $all );
	}

	/**
	 * Forgets one.
	 *
	 * @param string $name Its name.
	 */
	public function remove( string $name ): void {
		$all = $this->all();
		if ( isset( $all[ $name ] ) ) {
			unset( $all[ $name ] );
			$this->save( $all );
		}
	}

	/**
	 * Whether one is kept, readable or not.
	 *
	 * @param string $name Its name.
	 */
	public function has( string $name ): bool {
		return isset( $this->all()[ $name ] );
	}

	/**
	 * Opens one; '' where none is kept.
	 *
	 * @param string $name    Its name.
	 * @param string $context The words it belongs to.
	 * @throws SecretException It cannot be read.
	 */
	public function get( string $name, string $context ): string {
		$sealed = $this->all()[ $name ] ?? null;
		return null === $sealed ? '' : $this->open( $sealed, $name, $context );
	}

	/**
	 * Says which sealing is kept, without opening it: changes whenever the secret does. '' for none.
	 *
	 * @param string $name Its name.
	 */
	public function stamp( string $name ): string {
		$sealed = $this->all()[ $name ] ?? '';
		return '' === $sealed ? '' : substr( hash( 'sha256', $sealed ), 0, 32 );
	}

	/**
	 * Seals one.
	 *
	 * @param string $plain   The secret.
	 * @param string $name    Its name.
	 * @param string $context The words it belongs to.
	 * @throws SecretException The keys are not safe.
	 */
	private function seal( string $plain, string $name, string $context ): string {
		if ( ! self::keys_are_safe() ) {
			throw new SecretException( SecretException::KEYS_UNSAFE );
		}
		self::need_sodium();
		$nonce  = random_bytes( self::NONCE );
		$sealed = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt( $plain, $name . '|' . $context, $nonce, $this->derive( 'secrets' ) );
		// A text for the option table, nothing hidden.
		return self::PREFIX . base64_encode( $this->key_id() . $nonce . $sealed ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode
	}

	/**
	 * Opens one.
	 *
	 * @param string $sealed  What seal() made.
	 * @param string $name    Its name.
	 * @param string $context The words it belongs to.
	 * @throws SecretException It cannot be read.
	 */
	private function open( string $sealed, string $name, string $context ): string {
		if ( ! self::keys_are_safe() ) {
			throw new SecretException( SecretException::KEYS_UNSAFE );
		}
		$octets = 0 === strpos( $sealed, self::PREFIX ) ? base64_decode( substr( $sealed, strlen( self::PREFIX ) ), true ) : false; // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode
		if ( false === $octets || strlen( $octets ) < self::KEY_ID + self::NONCE + 16 ) {
			throw new SecretException( SecretException::UNREADABLE );
		}
		if ( ! hash_equals( $this->key_id(), substr( $octets, 0, self::KEY_ID ) ) ) {
			throw new SecretException( SecretException::KEYS_CHANGED );
		}
		self::need_sodium();
		$plain = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(
			substr( $octets, self::KEY_ID + self::NONCE ),
			$name . '|' . $context,
			substr( $octets, self::KEY_ID, self::NONCE ),
			$this->derive( 'secrets' )
		);
		if ( ! is_string( $plain ) ) {
			throw new SecretException( SecretException::UNREADABLE );
		}
		return $plain;
	}

	/**
	 * Which keys these are, without saying anything about them.
	 */
	private function key_id(): string {
		return substr( $this->derive( 'key id' ), 0, self::KEY_ID );
	}

	/**
	 * A key for one purpose on one site.
	 *
	 * @param string $purpose What for.
	 */
	private function derive( string $purpose ): string {
		$site = $this->network ? 'network' : 'site ' . get_current_blog_id();
		return hash_hkdf( 'sha256', constant( 'AUTH_KEY' ) . constant( 'AUTH_SALT' ), 32, "outbox WordPress 1 / $purpose / $site" );
	}

	/**
	 * PHP may be built without sodium; core has the same in PHP.
	 */
	private static function need_sodium(): void {
		if ( ! function_exists( 'sodium_crypto_aead_xchacha20poly1305_ietf_encrypt' ) ) {
			require_once ABSPATH . WPINC . '/sodium_compat/autoload.php';
		}
	}

	/**
	 * All sealed values by name; junk in the option is none.
	 *
	 * @return array<string, string>
	 */
	private function all(): array {
		$all = $this->network ? get_site_option( self::NETWORK_OPTION, array() ) : get_option( self::OPTION, array() );
		return is_array( $all ) ? array_filter( $all, 'is_string' ) : array();
	}

	/**
	 * Keeps all sealed values.
	 *
	 * @param array<string, string> $all By name.
	 */
	private function save( array $all ): void {
		if ( $this->network ) {
			update_site_option( self::NETWORK_OPTION, $all );
		} else {
			update_option( self::OPTION, $all, false );
		}
	}
}
