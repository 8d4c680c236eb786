<?php
/**
 * One of several, all of them seen.
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
<div class="outbox-radios">
	<?php foreach ( $outbox_field['choices'] as $outbox_value => $outbox_text ) : ?>
		<label class="outbox-radio">
			<input type="radio" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php checked( (string) $outbox_value, is_scalar( $outbox_field['value'] ) ? (string) $outbox_field['value'] : '' ); ?><?php disabled( $outbox_field['locked'] ); ?>>
			<span><?php echo esc_html( $outbox_text ); ?></span>
		</label>
	<?php endforeach; ?>
</div>
