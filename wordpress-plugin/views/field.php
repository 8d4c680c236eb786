<?php
/**
 * One setting: label, control, what it means, what is wrong with it.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view field, form, providers.
 */

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Schema;

defined( 'ABSPATH' ) || exit;

$outbox_field = $view['field'];
$outbox_id    = $outbox_field['id'];
$outbox_group = in_array( $outbox_field['key'], array( 'provider', 'smtp_encryption', 'delivery_mode' ), true ) || in_array( $outbox_field['type'], array( 'connections', 'routes', 'list' ), true );
$outbox_about = trim(
	( '' !== $outbox_field['error'] ? $outbox_id . '-error ' : '' ) .
	( '' !== $outbox_field['help'] ? $outbox_id . '-help ' : '' ) .
	( '' !== $outbox_field['note'] ? $outbox_id . '-note' : '' )
);
// A provider without regions has nothing to choose here.
$outbox_none = 'smtp_region' === $outbox_field['key'] && array() === (array) ( $view['providers'][ (string) $view['form']->field( 'provider' )['value'] ]['regions'] ?? array() );
$outbox_view = $view + array( 'about' => $outbox_about );
$outbox_tag  = $outbox_group ? 'fieldset' : 'div';
?>
<<?php echo tag_escape( $outbox_tag ); ?> class="outbox-field outbox-field-<?php echo esc_attr( $outbox_field['type'] ); ?><?php echo '' !== $outbox_field['error'] ? ' outbox-wrong' : ''; ?>" data-outbox-field="<?php echo esc_attr( $outbox_field['key'] ); ?>"<?php echo $outbox_none ? ' hidden' : ''; ?><?php echo $outbox_group ? ' id="' . esc_attr( $outbox_id ) . '" tabindex="-1"' : ''; ?>>
	<?php if ( $outbox_group ) : ?>
		<legend class="outbox-label"><?php echo esc_html( $outbox_field['label'] ); ?></legend>
	<?php elseif ( 'bool' !== $outbox_field['type'] ) : ?>
		<label class="outbox-label" for="<?php echo esc_attr( $outbox_id ); ?>" data-outbox-label="<?php echo esc_attr( Schema::text( $outbox_field['key'] ) ); ?>"><?php echo esc_html( $outbox_field['label'] ); ?></label>
	<?php endif; ?>
	<div class="outbox-control">
		<?php View::show( Controls::view( $outbox_field ), $outbox_view ); ?>
		<?php if ( '' !== $outbox_field['error'] ) : ?>
			<p class="outbox-error" id="<?php echo esc_attr( $outbox_id ); ?>-error"><?php echo esc_html( wp_specialchars_decode( $outbox_field['error'], ENT_QUOTES ) ); ?></p>
		<?php endif; ?>
		<?php if ( '' !== $outbox_field['help'] ) : ?>
			<p class="description" id="<?php echo esc_attr( $outbox_id ); ?>-help"><?php echo esc_html( $outbox_field['help'] ); ?></p>
		<?php endif; ?>
		<?php if ( '' !== $outbox_field['note'] ) : ?>
			<p class="outbox-note" id="<?php echo esc_attr( $outbox_id ); ?>-note"><span class="dashicons dashicons-<?php echo $outbox_field['locked'] ? 'lock' : 'networking'; ?>" aria-hidden="true"></span> <?php echo esc_html( $outbox_field['note'] ); ?></p>
		<?php endif; ?>
	</div>
</<?php echo tag_escape( $outbox_tag ); ?>>
