<?php
/**
 * A password: never shown, replaced by what is typed, removed on request.
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
<input class="regular-text" type="password" id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="" autocomplete="new-password" spellcheck="false" dir="ltr" aria-describedby="<?php echo esc_attr( trim( $view['about'] . ' ' . $outbox_field['id'] . '-kept' ) ); ?>"<?php echo $outbox_field['kept'] ? ' placeholder="••••••••••••"' : ''; ?><?php echo '' !== $outbox_field['error'] ? ' aria-invalid="true"' : ''; ?><?php disabled( $outbox_field['locked'] ); ?>>
<?php if ( $outbox_field['kept'] && ! $outbox_field['locked'] ) : ?>
	<p class="description" id="<?php echo esc_attr( $outbox_field['id'] ); ?>-kept">
		<?php esc_html_e( 'One is saved. It is never shown; leave the field empty to keep it.', 'outbox' ); ?>
		<label class="outbox-remove"><input type="checkbox" name="outbox_remove[<?php echo esc_attr( $outbox_field['key'] ); ?>]" value="1"> <?php esc_html_e( 'Remove it', 'outbox' ); ?></label>
	</p>
<?php endif; ?>
<?php if ( $outbox_field['kept'] && ! $outbox_field['locked'] && 'smtp_pass' === $outbox_field['key'] && $view['form']->may_hand_over() ) : ?>
	<p>
		<button type="submit" class="button" name="outbox_hand_over" value="1" aria-describedby="outbox-hand-over-help"><?php esc_html_e( 'Save, and take the password out of WordPress', 'outbox' ); ?></button>
	</p>
	<p class="description" id="outbox-hand-over-help"><?php esc_html_e( 'The extension then keeps the connection as a relay profile on this server, where neither WordPress nor its database can read it.', 'outbox' ); ?></p>
<?php endif; ?>
<?php if ( 'smtp_pass' === $outbox_field['key'] && '' !== (string) $view['form']->field( 'smtp_profile' )['value'] ) : ?>
	<p class="description"><?php esc_html_e( 'The extension keeps this connection, password included, outside of WordPress. Choose a provider or type a password, and the connection of this page is used again.', 'outbox' ); ?></p>
<?php endif; ?>
<?php if ( 'smtp_pass' === $outbox_field['key'] && ! $outbox_field['locked'] ) : ?>
	<?php $outbox_preset = $view['providers'][ (string) $view['form']->field( 'provider' )['value'] ] ?? array(); ?>
	<p class="description" data-outbox-hint="pass"><?php echo esc_html( $outbox_preset['passHint'] ?? '' ); ?></p>
	<p data-outbox-hint="link"<?php echo empty( $outbox_preset['link'] ) ? ' hidden' : ''; ?>><a href="<?php echo esc_url( $outbox_preset['link'] ?? '' ); ?>" target="_blank" rel="noopener noreferrer"><?php esc_html_e( 'Where to get it', 'outbox' ); ?> <span class="dashicons dashicons-external" aria-hidden="true"></span><span class="screen-reader-text"><?php esc_html_e( '(opens in a new tab)', 'outbox' ); ?></span></a></p>
	<?php /* translators: %s: list of limits. */ ?>
	<p class="description" data-outbox-hint="limits"><?php echo esc_html( empty( $outbox_preset['limits'] ) ? '' : sprintf( __( 'Limits: %s.', 'outbox' ), $outbox_preset['limits'] ) ); ?></p>
<?php endif; ?>
