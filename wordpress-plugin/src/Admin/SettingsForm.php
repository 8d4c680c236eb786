<?php
/**
 * Between the form and the settings.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\CheckList;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Providers;
use Outbox\WordPress\Schema;
use Outbox\WordPress\Settings;
use Outbox\WordPress\SiteLayer;

defined( 'ABSPATH' ) || exit;

/**
 * Reads what was sent, and tells the view what a field shows. A secret goes one way only: into the settings.
 */
final class SettingsForm {

	/**
	 * Name of the fields: outbox[from_email].
	 */
	public const NAME = 'outbox';

	/**
	 * The settings.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * What was typed and could not be saved, without secrets.
	 *
	 * @var array<string, mixed>
	 */
	private $typed;

	/**
	 * What is wrong with it, by key.
	 *
	 * @var array<string, string>
	 */
	private $errors;

	/**
	 * Whether the network's.
	 *
	 * @var bool
	 */
	private $network;

	/**
	 * The form as it is, or as it was sent.
	 *
	 * @param Settings              $settings The settings.
	 * @param bool                  $network  Whether they are the network's.
	 * @param array<string, mixed>  $typed    What was sent and could not be saved.
	 * @param array<string, string> $errors   What is wrong with it, by key.
	 */
	public function __construct( Settings $settings, bool $network, array $typed = array(), array $errors = array() ) {
		$this->network  = $network;
		$this->settings = $settings;
		$this->typed    = $typed;
		$this->errors   = $errors;
	}

	/**
	 * What the form brought, as Settings::save() takes it.
	 *
	 * @param array<string, mixed> $post Fields without slashes.
	 * @return array<string, mixed>
	 */
	public static function input( array $post ): array {
		$fields = is_array( $post[ self::NAME ] ?? null ) ? $post[ self::NAME ] : array();
		$remove = is_array( $post['outbox_remove'] ?? null ) ? $post['outbox_remove'] : array();
		$input  = array();
		foreach ( $fields as $key => $value ) {
			if ( ! Schema::has( (string) $key ) ) {
				continue;
			}
			if ( Schema::is_secret( $key ) && ! empty( $remove[ $key ] ) && '' === $value ) {
				$input[ $key ] = null;
			} elseif ( 'connections' === $key ) {
				$input[ $key ] = self::connection_input( $value );
			} else {
				$input[ $key ] = $value;
			}
		}
		return $input;
	}

	/**
	 * Rows of the form to connections by name.
	 *
	 * @param mixed $rows Rows: id, remove, the fields of a connection.
	 * @return array<string, mixed>
	 */
	private static function connection_input( $rows ): array {
		$connections = array();
		foreach ( is_array( $rows ) ? $rows : array() as $row ) {
			$id = is_array( $row ) && is_string( $row['id'] ?? null ) ? sanitize_title( $row['id'] ) : '';
			if ( '' === $id || ! empty( $row['remove'] ) ) {
				continue; // The empty row at the end, or one that is to go.
			}
			$connections[ $id ] = array_intersect_key( $row, array_flip( array_merge( CheckList::FIELDS, array( 'provider', 'pass' ) ) ) );
			if ( ! empty( $row['remove_pass'] ) && '' === ( $row['pass'] ?? '' ) ) {
				$connections[ $id ]['pass'] = null;
			}
		}
		return $connections;
	}

	/**
	 * What a field shows.
	 *
	 * @param string $key Setting.
	 * @return array<string, mixed> key, id, name, type, label, help, value, choices, min, max, locked, note, error, kept
	 */
	public function field( string $key ): array {
		$row    = Schema::row( $key );
		$source = $this->settings->source( $key );
		$secret = Schema::is_secret( $key );
		$by     = $secret ? $this->settings->secret_constant( $key ) : null;
		return array(
			'key'     => $key,
			'id'      => 'outbox-' . str_replace( '_', '-', $key ),
			'name'    => self::NAME . '[' . $key . ']',
			'type'    => $row['type'],
			'label'   => $this->label( $key ),
			'help'    => Schema::text( $key, 'help' ),
			'value'   => $secret ? '' : $this->value( $key ),
			'choices' => 'provider' === $key ? $this->providers() : Schema::choices( $key ),
			'min'     => $row['min'] ?? null,
			'max'     => $row['max'] ?? null,
			'locked'  => $source['locked'] || null !== $by,
			'note'    => $this->note( $key, $by ?? $source ),
			'error'   => $this->errors[ $key ] ?? '',
			'kept'    => $secret && $this->settings->has_secret( $key ) && ! ( 'smtp_pass' === $key && $this->follows_network() ),
		);
	}

	/**
	 * What a field is called: with most providers user and password have names of their own.
	 *
	 * @param string $key Setting.
	 */
	private function label( string $key ): string {
		$provider = in_array( $key, array( 'smtp_user', 'smtp_pass' ), true ) ? $this->value( 'provider' ) : '';
		$own      = is_string( $provider ) && '' !== $provider ? self::account_labels( $provider )[ $key ] : '';
		return '' === $own ? Schema::text( $key ) : $own;
	}

	/**
	 * What user and password are called at a provider; '' where they have no name of their own.
	 *
	 * @param string $provider Provider.
	 * @return array{smtp_user: string, smtp_pass: string}
	 */
	public static function account_labels( string $provider ): array {
		return array(
			'smtp_user' => 'email' === Providers::row( $provider )['user'] ? __( 'Email address', 'outbox' ) : '',
			'smtp_pass' => Providers::text( $provider, 'pass_label' ),
		);
	}

	/**
	 * Whether a site of a network sends over the network's connection and may choose its own.
	 */
	private function follows_network(): bool {
		return $this->may_follow_network() && ! $this->settings->has_own_connection();
	}

	/**
	 * Whether there is a connection of the network that a site may take or leave.
	 */
	public function may_follow_network(): bool {
		if ( $this->network || ! is_multisite() || $this->settings->source( 'provider' )['locked'] ) {
			return false;
		}
		return SiteLayer::has_connection( $this->settings->stored( true ) );
	}

	/**
	 * The providers to choose from; none is the network's where a site may take it.
	 *
	 * @return array<string, string>
	 */
	private function providers(): array {
		$choices = Schema::choices( 'provider' );
		if ( $this->may_follow_network() ) {
			$choices[''] = __( 'The connection of the network', 'outbox' );
		}
		return $choices;
	}

	/**
	 * What was typed, else what is in force.
	 *
	 * @param string $key Setting.
	 * @return mixed
	 */
	private function value( string $key ) {
		if ( array_key_exists( $key, $this->typed ) && ! $this->settings->source( $key )['locked'] ) {
			return $this->typed[ $key ];
		}
		// Its host and user are not this site's to see, and would be sent back as its own.
		$is_theirs = 'connection' === Schema::row( $key )['group'] && '' === $this->settings->source( $key )['name'] && $this->follows_network();
		return $is_theirs ? Schema::default_value( $key ) : $this->settings->get( $key );
	}

	/**
	 * Why a field cannot be changed here.
	 *
	 * @param string               $key    Setting.
	 * @param array<string, mixed> $source As of Settings::source().
	 */
	private function note( string $key, array $source ): string {
		if ( '' !== $source['name'] ) {
			/* translators: %s: name of a constant. */
			return sprintf( __( 'Set by the constant %s in wp-config.php.', 'outbox' ), $source['name'] );
		}
		if ( $this->settings->is_locked_by_network( $key ) || $this->settings->is_for_network_only( $key ) ) {
			return __( 'Decided for the whole network.', 'outbox' );
		}
		$is_empty = 'connection' === Schema::row( $key )['group'] && 'provider' !== $key && $this->follows_network();
		return Settings::FROM_NETWORK === $source['from'] && ! $this->network && ! $is_empty ? __( 'As set for the whole network.', 'outbox' ) : '';
	}

	/**
	 * Whether something in these settings is wrong, or differs from what holds without them: such a fold is open.
	 *
	 * @param list<string> $keys Settings.
	 */
	public function is_open( array $keys ): bool {
		return array() !== array_intersect( $keys, array_keys( $this->errors ) );
	}

	/**
	 * What is wrong, with the field it belongs to.
	 *
	 * @return list<array{label: string, id: string, text: string}>
	 */
	public function errors(): array {
		$list = array();
		foreach ( $this->errors as $key => $text ) {
			$list[] = array(
				'label' => Schema::has( $key ) ? $this->label( $key ) : $key,
				'id'    => 'outbox-' . str_replace( '_', '-', $key ),
				'text'  => wp_specialchars_decode( $text, ENT_QUOTES ),
			);
		}
		return $list;
	}

	/**
	 * Whether the extension can keep the first connection, and does not yet.
	 */
	public function may_hand_over(): bool {
		return ! $this->network && Extension::has_profiles() && '' === $this->settings->get( 'smtp_profile' ) && ! $this->settings->source( 'smtp_profile' )['locked'];
	}

	/**
	 * The rows of further connections, and an empty one.
	 *
	 * @return list<array<string, mixed>>
	 */
	public function connections(): array {
		$rows = array();
		foreach ( (array) $this->value( 'connections' ) as $id => $row ) {
			$rows[] = array( 'id' => (string) $id ) + array_diff_key( (array) $row, array( 'pass' => 1 ) ) + array(
				'kept'     => $this->settings->has_secret( "connection:$id" ),
				'constant' => $this->settings->secret_constant( "connection:$id" )['name'] ?? '',
			);
		}
		$rows[] = array(
			'id'       => '',
			'kept'     => false,
			'constant' => '',
		);
		return $rows;
	}

	/**
	 * The routes, and an empty one.
	 *
	 * @return list<array{from: string, connection: string}>
	 */
	public function routes(): array {
		$rows = array();
		foreach ( array_merge( (array) $this->value( 'routes' ), array( array() ) ) as $row ) {
			$row    = (array) $row;
			$rows[] = array(
				'from'       => is_string( $row['from'] ?? null ) ? $row['from'] : '',
				'connection' => is_string( $row['connection'] ?? null ) ? $row['connection'] : '',
			);
		}
		return $rows;
	}
}
