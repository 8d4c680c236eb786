<?php
/**
 * A number.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view field, form, providers, about.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_field = $view['field'];
?>
<input class="small-text" type="number" id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="<?php echo esc_attr( is_scalar( $outbox_field['value'] ) ? (string) $outbox_field['value'] : '' ); ?>" min="<?php echo esc_attr( (string) $outbox_field['min'] ); ?>" max="<?php echo esc_attr( (string) $outbox_field['max'] ); ?>" dir="ltr" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php echo '' !== $outbox_field['error'] ? ' aria-invalid="true"' : ''; ?><?php disabled( $outbox_field['locked'] ); ?>>
