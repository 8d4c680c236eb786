<?php
/**
 * A relay profile of the queue.
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
<select id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php echo '' !== $outbox_field['error'] ? ' aria-invalid="true"' : ''; ?><?php disabled( $outbox_field['locked'] ); ?>>
	<?php foreach ( Profiles::choices( is_string( $outbox_field['value'] ) ? $outbox_field['value'] : '' ) as $outbox_value => $outbox_text ) : ?>
		<option value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php selected( (string) $outbox_value, (string) $outbox_field['value'] ); ?>><?php echo esc_html( $outbox_text ); ?></option>
	<?php endforeach; ?>
</select>
