<?php
/**
 * A value that cannot be used.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Its message is for the person at the form: what is wrong with what was typed. It never repeats a secret.
 */
final class InvalidValue extends \InvalidArgumentException {
}
