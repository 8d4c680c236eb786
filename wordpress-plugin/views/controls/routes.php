<?php
/**
 * Which From goes over which connection.
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
<?php $outbox_names = array_merge( array( 'primary' ), Controls::connection_names( $view['form'] ) ); ?>
<?php foreach ( $view['form']->routes() as $outbox_at => $outbox_route ) : ?>
	<div class="outbox-row" data-outbox-row>
		<label><span class="screen-reader-text"><?php esc_html_e( 'From address or @domain', 'outbox' ); ?></span>
			<input type="text" class="regular-text" dir="ltr" spellcheck="false" placeholder="news@example.com" name="<?php echo esc_attr( $outbox_field['name'] . "[$outbox_at][from]" ); ?>" value="<?php echo esc_attr( (string) ( $outbox_route['from'] ?? '' ) ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
		</label>
		<label><span class="screen-reader-text"><?php esc_html_e( 'Connection', 'outbox' ); ?></span>
			<select name="<?php echo esc_attr( $outbox_field['name'] . "[$outbox_at][connection]" ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
				<option value=""><?php esc_html_e( 'Choose a connection', 'outbox' ); ?></option>
				<?php foreach ( $outbox_names as $outbox_value ) : ?>
					<option value="<?php echo esc_attr( $outbox_value ); ?>"<?php selected( $outbox_value, (string) ( $outbox_route['connection'] ?? '' ) ); ?>><?php echo esc_html( $outbox_value ); ?></option>
				<?php endforeach; ?>
			</select>
		</label>
	</div>
<?php endforeach; ?>
