<?php
/**
 * Several of several.
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
<?php if ( ! $outbox_field['locked'] ) : ?>
	<input type="hidden" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="">
<?php endif; ?>
<div class="outbox-radios">
	<?php foreach ( $outbox_field['choices'] as $outbox_value => $outbox_text ) : ?>
		<label class="outbox-check">
			<input type="checkbox" name="<?php echo esc_attr( $outbox_field['name'] ); ?>[]" value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php checked( in_array( (string) $outbox_value, (array) $outbox_field['value'], true ) ); ?><?php disabled( $outbox_field['locked'] ); ?>>
			<?php echo esc_html( $outbox_text ); ?>
		</label>
	<?php endforeach; ?>
</div>
