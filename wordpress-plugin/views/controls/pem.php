<?php
/**
 * A private key: never shown.
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
<textarea class="large-text code" rows="4" id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" dir="ltr" spellcheck="false" autocomplete="off" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>" placeholder="<?php echo $outbox_field['kept'] ? '••••••••••••' : '-----BEGIN PRIVATE KEY-----'; ?>"<?php disabled( $outbox_field['locked'] ); ?>></textarea>
<?php if ( $outbox_field['kept'] && ! $outbox_field['locked'] ) : ?>
	<p class="description">
		<?php esc_html_e( 'One is saved. It is never shown; leave the field empty to keep it.', 'outbox' ); ?>
		<label class="outbox-remove"><input type="checkbox" name="outbox_remove[<?php echo esc_attr( $outbox_field['key'] ); ?>]" value="1"> <?php esc_html_e( 'Remove it', 'outbox' ); ?></label>
	</p>
<?php endif; ?>
