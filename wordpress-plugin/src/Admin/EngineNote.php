<?php
/**
 * What sends the mail here: the extension with its queue, or PHP alone.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Extension;
use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Facts for the view "engine".
 */
final class EngineNote {

	/**
	 * The facts.
	 *
	 * @return array<string, mixed> extension, version, queue, status (of the queue, null where it cannot be read), trouble, mode
	 */
	public static function facts(): array {
		$facts = array(
			'extension' => Extension::can_send(),
			'version'   => Extension::version(),
			'queue'     => Extension::can_queue(),
			'status'    => null,
			'trouble'   => '',
			'mode'      => (string) Plugin::settings()->get( 'delivery_mode' ),
			'php'       => PHP_VERSION_ID >= 80100,
		);
		if ( $facts['queue'] ) {
			try {
				$facts['status'] = Extension::spool( Plugin::settings() )->status();
			} catch ( \Throwable $error ) {
				$facts['trouble'] = $error->getMessage();
			}
		}
		return $facts;
	}
}
