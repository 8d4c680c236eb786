<?php
/**
 * The connections that are set up, and which one a message takes.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Makes Connection values from settings.
 */
final class Connections {

	public const PRIMARY = 'primary';

	/**
	 * Where they come from.
	 *
	 * @var Settings
	 */
	private $settings;

	/**
	 * The connections of these settings.
	 *
	 * @param Settings $settings Where they come from.
	 */
	public function __construct( Settings $settings ) {
		$this->settings = $settings;
	}

	/**
	 * The one that all mail takes which no route says otherwise about.
	 */
	public function primary(): Connection {
		$fields = array();
		foreach ( CheckList::FIELDS as $field ) {
			$fields[ $field ] = $this->settings->get( 'smtp_' . $field );
		}
		return new Connection( self::PRIMARY, (string) $this->settings->get( 'provider' ), $fields, $this->settings );
	}

	/**
	 * A connection by its name; null for none.
	 *
	 * @param string $id "primary" or the name of a further connection.
	 */
	public function by_id( string $id ): ?Connection {
		if ( self::PRIMARY === $id ) {
			return $this->primary();
		}
		$row = $this->settings->get( 'connections' )[ $id ] ?? null;
		if ( ! is_array( $row ) ) {
			return null;
		}
		$fields = array();
		foreach ( CheckList::FIELDS as $field ) {
			$fields[ $field ] = $row[ $field ] ?? Schema::default_value( 'smtp_' . $field );
		}
		return new Connection( $id, (string) ( $row['provider'] ?? 'other' ), $fields, $this->settings );
	}

	/**
	 * All of them, the first one first.
	 *
	 * @return list<Connection>
	 */
	public function all(): array {
		$all = array( $this->primary() );
		foreach ( array_keys( $this->settings->get( 'connections' ) ) as $id ) {
			$all[] = $this->by_id( (string) $id );
		}
		return array_values( array_filter( $all ) );
	}

	/**
	 * The one that steps in for another; null for none.
	 *
	 * @param Connection $instead_of The one that does not work.
	 */
	public function backup_of( Connection $instead_of ): ?Connection {
		$backup = $this->by_id( (string) $this->settings->get( 'backup' ) );
		return null !== $backup && $backup->id() !== $instead_of->id() && $backup->is_complete() ? $backup : null;
	}

	/**
	 * The one for a From address.
	 *
	 * @param string $from Address.
	 */
	public function for_from( string $from ): Connection {
		return $this->routed( $from ) ?? $this->primary();
	}

	/**
	 * The one that a route names for this From address; null without a route. An address comes before its domain.
	 *
	 * @param string $from Address.
	 */
	public function routed( string $from ): ?Connection {
		$from   = strtolower( $from );
		$routes = array_column( $this->settings->get( 'routes' ), 'connection', 'from' );
		$id     = $routes[ $from ] ?? $routes[ (string) strrchr( $from, '@' ) ] ?? null;
		return null === $id ? null : $this->by_id( (string) $id );
	}
}
