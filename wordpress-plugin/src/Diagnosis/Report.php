<?php
/**
 * What came of trying a connection.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Diagnosis;

defined( 'ABSPATH' ) || exit;

/**
 * A value, the same whoever has tried: the extension, or PHP alone.
 */
final class Report {

	/**
	 * As far as it came: name (dns, connect, tls, greeting, ehlo, starttls, auth), ok, milliseconds, detail.
	 *
	 * @var list<array{name: string, ok: bool, milliseconds: float|int, detail: string}>
	 */
	public $stages = array();

	/**
	 * What is wrong: stage, cause, text, code, remedies, link; empty if all is well.
	 *
	 * @var array<string, mixed>
	 */
	public $diagnosis = array();

	/**
	 * The dialogue, credentials masked.
	 *
	 * @var string
	 */
	public $transcript = '';

	/**
	 * Whether all is well.
	 */
	public function is_good(): bool {
		return array() === $this->diagnosis;
	}

	/**
	 * Adds a stage.
	 *
	 * @param string $name   Its name.
	 * @param bool   $ok     Whether it went well.
	 * @param float  $since  When it began, as of microtime( true ).
	 * @param string $detail What was seen.
	 */
	public function add( string $name, bool $ok, float $since, string $detail ): void {
		$this->stages[] = array(
			'name'         => $name,
			'ok'           => $ok,
			'milliseconds' => round( ( microtime( true ) - $since ) * 1000, 1 ),
			'detail'       => $detail,
		);
	}
}
