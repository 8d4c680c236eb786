<?php
/**
 * Filters above the list.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

?>
<div class="alignleft actions outbox-filters">
	<label class="screen-reader-text" for="outbox-source"><?php esc_html_e( 'Sent by', 'outbox' ); ?></label>
	<select name="source" id="outbox-source">
		<option value=""><?php esc_html_e( 'Sent by anybody', 'outbox' ); ?></option>
		<?php foreach ( $view['sources'] as $outbox_source ) : ?>
			<option value="<?php echo esc_attr( $outbox_source ); ?>"<?php selected( $outbox_source, $view['source'] ); ?>><?php echo esc_html( LogTable::source_name( $outbox_source ) ); ?></option>
		<?php endforeach; ?>
	</select>
	<label for="outbox-from"><?php esc_html_e( 'from', 'outbox' ); ?></label>
	<input type="date" name="from" id="outbox-from" value="<?php echo esc_attr( $view['from'] ); ?>">
	<label for="outbox-until"><?php esc_html_e( 'to', 'outbox' ); ?></label>
	<input type="date" name="to" id="outbox-until" value="<?php echo esc_attr( $view['to'] ); ?>">
	<button class="button"><?php esc_html_e( 'Filter', 'outbox' ); ?></button>
</div>
