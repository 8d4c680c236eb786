<?php
/**
 * Which control shows which setting.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * By key where a setting has a control of its own, else by type.
 */
final class Controls {

	private const BY_KEY = array(
		'provider'        => 'provider',
		'smtp_region'     => 'region',
		'smtp_encryption' => 'radios',
		'delivery_mode'   => 'radios',
		'backup'          => 'backup',
	);

	private const BY_TYPE = array(
		'bool'        => 'bool',
		'int'         => 'int',
		'choice'      => 'select',
		'secret'      => 'secret',
		'pem'         => 'pem',
		'list'        => 'list',
		'profile'     => 'profile',
		'connections' => 'connections',
		'routes'      => 'routes',
	);

	/**
	 * The view of a field's control.
	 *
	 * @param array<string, mixed> $field As of SettingsForm::field().
	 */
	public static function view( array $field ): string {
		return 'controls/' . ( self::BY_KEY[ $field['key'] ] ?? self::BY_TYPE[ $field['type'] ] ?? 'text' );
	}

	/**
	 * Names of the further connections.
	 *
	 * @param SettingsForm $form The form.
	 * @return list<string>
	 */
	public static function connection_names( SettingsForm $form ): array {
		$names = array_map( 'strval', array_column( $form->connections(), 'id' ) );
		return array_values( array_diff( $names, array( '' ) ) );
	}
}
