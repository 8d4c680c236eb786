<?php
/**
 * Another plugin whose settings can be taken over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Import;

defined( 'ABSPATH' ) || exit;

/**
 * Reads only: the other plugin's data stay as they are.
 */
interface Source {

	/**
	 * A short name for addresses and commands.
	 */
	public function key(): string;

	/**
	 * The plugin's own name.
	 */
	public function name(): string;

	/**
	 * Whether this site has settings of it.
	 */
	public function is_there(): bool;

	/**
	 * Its settings in our words.
	 */
	public function read(): Draft;
}
