<?php
/**
 * Finds the classes of this plugin.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Outbox\WordPress\Log\Table lies in src/Log/Table.php. Outbox\Transport and its like are the extension's and are left
 * alone.
 */
final class Autoloader {

	/**
	 * Registers a folder of classes.
	 *
	 * @param string $folder Where they lie.
	 */
	public static function register( string $folder ): void {
		$prefix = __NAMESPACE__ . '\\';
		$length = strlen( $prefix );
		spl_autoload_register(
			static function ( string $name ) use ( $folder, $prefix, $length ): void {
				if ( 0 !== strncmp( $name, $prefix, $length ) ) {
					return;
				}
				$path = $folder . '/' . strtr( substr( $name, $length ), '\\', '/' ) . '.php';
				if ( is_file( $path ) ) {
					require $path;
				}
			}
		);
	}
}
