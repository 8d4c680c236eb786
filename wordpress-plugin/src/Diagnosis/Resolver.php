<?php
/**
 * Answers of the DNS, as far as a check of a domain needs them.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * Null always means that nobody answered, which is another thing than that there is nothing.
 */
interface Resolver {

	/**
	 * The TXT records of a name, each with its pieces joined.
	 *
	 * @param string $name Host name.
	 * @return list<string>|null
	 */
	public function txt( string $name ): ?array;

	/**
	 * The names of the MX records; "" is the null MX of RFC 7505.
	 *
	 * @param string $name Host name.
	 * @return list<string>|null
	 */
	public function mx( string $name ): ?array;

	/**
	 * The addresses of a name.
	 *
	 * @param string $name Host name.
	 * @return list<string>|null
	 */
	public function addresses( string $name ): ?array;
}
