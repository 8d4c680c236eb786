<?php
/**
 * A region of the provider: a list where it has regions.
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
<?php $outbox_regions = (array) ( $view['providers'][ (string) $view['form']->field( 'provider' )['value'] ]['regions'] ?? array() ); ?>
<select id="<?php echo esc_attr( $outbox_field['id'] ); ?>" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" aria-describedby="<?php echo esc_attr( $view['about'] ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
	<?php if ( array() === $outbox_regions ) : ?>
		<option value=""><?php esc_html_e( 'This provider has one region', 'outbox' ); ?></option>
	<?php endif; ?>
	<?php foreach ( $outbox_regions as $outbox_value => $outbox_text ) : ?>
		<option value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php selected( (string) $outbox_value, (string) $outbox_field['value'] ); ?>><?php echo esc_html( $outbox_text ); ?></option>
	<?php endforeach; ?>
</select>
