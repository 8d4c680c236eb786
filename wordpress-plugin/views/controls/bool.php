<?php
/**
 * A check box; the hidden field says no where it is not checked.
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
	<input type="hidden" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="0">
<?php endif; ?>
<label class="outbox-check">
	<input type="checkbox" id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="1" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php checked( (bool) $outbox_field['value'] ); ?><?php disabled( $outbox_field['locked'] ); ?>>
	<?php echo esc_html( $outbox_field['label'] ); ?>
</label>
