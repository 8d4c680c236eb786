<?php
/**
 * One of the connections.
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
	<option value=""><?php esc_html_e( 'None', 'outbox' ); ?></option>
	<?php foreach ( Controls::connection_names( $view['form'] ) as $outbox_value ) : ?>
		<option value="<?php echo esc_attr( $outbox_value ); ?>"<?php selected( $outbox_value, (string) $outbox_field['value'] ); ?>><?php echo esc_html( $outbox_value ); ?></option>
	<?php endforeach; ?>
</select>
