<?php
/**
 * The state of a message.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_state = \Outbox\WordPress\Log\Actions::is_held( $view ) ? 'held' : (string) $view['status'];
?>
<span class="outbox-state outbox-state-<?php echo esc_attr( $outbox_state ); ?>"><?php echo esc_html( LogTable::states()[ $outbox_state ] ?? $outbox_state ); ?></span>
<?php if ( null !== $view['next_try'] && in_array( $outbox_state, array( 'deferred', 'queued' ), true ) ) : ?>
	<br><small>
		<?php
		if ( $view['next_try'] > time() ) {
			/* translators: %s: a time as "5 mins". */
			echo esc_html( sprintf( __( 'next in %s', 'outbox' ), human_time_diff( $view['next_try'] ) ) );
		} else {
			esc_html_e( 'due now', 'outbox' );
		}
		?>
	</small>
<?php endif; ?>
