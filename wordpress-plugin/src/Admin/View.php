<?php
/**
 * Shows what lies in views/.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * A view gets values and echoes them, escaped where they are echoed.
 */
final class View {

	/**
	 * Shows a view.
	 *
	 * @param string               $name Name of the file in views/.
	 * @param array<string, mixed> $view Values, as $view there.
	 */
	public static function show( string $name, array $view = array() ): void { // phpcs:ignore VariableAnalysis.CodeAnalysis.VariableAnalysis.UnusedVariable -- the view reads it.
		require dirname( __DIR__, 2 ) . '/views/' . $name . '.php';
	}

	/**
	 * Milliseconds in words.
	 *
	 * @param float|int $milliseconds How many.
	 */
	public static function milliseconds( $milliseconds ): string {
		if ( $milliseconds < 1 ) {
			return __( 'under 1 ms', 'outbox' );
		}
		/* translators: %s: number of milliseconds. */
		return sprintf( __( '%s ms', 'outbox' ), number_format_i18n( $milliseconds ) );
	}

	/**
	 * A view as text.
	 *
	 * @param string               $name Name of the file in views/.
	 * @param array<string, mixed> $view Values.
	 */
	public static function text( string $name, array $view = array() ): string {
		ob_start();
		self::show( $name, $view );
		return (string) ob_get_clean();
	}
}
