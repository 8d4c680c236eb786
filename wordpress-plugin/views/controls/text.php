<?php
/**
 * One line of text.
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
<input class="regular-text" type="<?php echo esc_attr( 'email' === $outbox_field['type'] ? 'email' : 'text' ); ?>" id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="<?php echo esc_attr( is_scalar( $outbox_field['value'] ) ? (string) $outbox_field['value'] : '' ); ?>" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php echo in_array( $outbox_field['type'], array( 'email', 'emails', 'host', 'path', 'profile' ), true ) || 'smtp_user' === $outbox_field['key'] ? ' dir="ltr" spellcheck="false" autocapitalize="off" autocomplete="off"' : ''; ?><?php echo '' !== $outbox_field['error'] ? ' aria-invalid="true"' : ''; ?><?php disabled( $outbox_field['locked'] ); ?>>
<?php if ( 'smtp_user' === $outbox_field['key'] ) : ?>
	<p class="description" data-outbox-hint="user"><?php echo esc_html( $view['providers'][ (string) $view['form']->field( 'provider' )['value'] ]['userHint'] ?? '' ); ?></p>
<?php endif; ?>
