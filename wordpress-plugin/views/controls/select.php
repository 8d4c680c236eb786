<?php
/**
 * One of several.
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
<select id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
	<?php foreach ( $outbox_field['choices'] as $outbox_value => $outbox_text ) : ?>
		<option value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php selected( (string) $outbox_value, is_scalar( $outbox_field['value'] ) ? (string) $outbox_field['value'] : '' ); ?>><?php echo esc_html( $outbox_text ); ?></option>
	<?php endforeach; ?>
</select>
