<?php
/**
 * The widget of the dashboard.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_most = 1;
foreach ( $view['days'] as $outbox_day ) {
	$outbox_most = max( $outbox_most, array_sum( $outbox_day ) );
}
?>
<div class="outbox outbox-widget">
	<?php if ( '' !== $view['missing'] && Access::may_set() ) : ?>
		<p><?php esc_html_e( 'Outbox is not set up yet: mail leaves as it did before.', 'outbox' ); ?> <a href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) ); ?>"><?php esc_html_e( 'Set it up', 'outbox' ); ?></a></p>
	<?php endif; ?>
	<?php if ( null !== $view['failure'] ) : ?>
		<p class="outbox-error"><?php esc_html_e( 'The last message failed:', 'outbox' ); ?> <?php echo esc_html( (string) ( $view['failure']['text'] ?? '' ) ); ?></p>
	<?php endif; ?>
	<ul class="outbox-counts">
		<li><b><?php echo esc_html( number_format_i18n( $view['sent'] ) ); ?></b> <?php esc_html_e( 'sent', 'outbox' ); ?></li>
		<li><b><?php echo esc_html( number_format_i18n( $view['queued'] ) ); ?></b> <?php esc_html_e( 'waiting', 'outbox' ); ?></li>
		<li><b><?php echo esc_html( number_format_i18n( $view['failed'] ) ); ?></b> <?php esc_html_e( 'failed', 'outbox' ); ?></li>
	</ul>
	<ol class="outbox-chart" aria-label="<?php esc_attr_e( 'Messages of the last seven days', 'outbox' ); ?>">
		<?php foreach ( $view['days'] as $outbox_date => $outbox_day ) : ?>
			<?php
			$outbox_failed = ( $outbox_day['failed'] ?? 0 ) + ( $outbox_day['unknown'] ?? 0 );
			$outbox_other  = array_sum( $outbox_day ) - $outbox_failed;
			$outbox_time   = strtotime( $outbox_date . ' 12:00 UTC' );
			/* translators: 1: day, 2: number of messages, 3: number of failed messages. */
			$outbox_words = sprintf( __( '%1$s: %2$s, failed %3$s', 'outbox' ), wp_date( get_option( 'date_format' ), $outbox_time ), number_format_i18n( $outbox_other + $outbox_failed ), number_format_i18n( $outbox_failed ) );
			?>
			<li title="<?php echo esc_attr( $outbox_words ); ?>">
				<span class="screen-reader-text"><?php echo esc_html( $outbox_words ); ?></span>
				<span class="outbox-bar" aria-hidden="true">
					<span class="is-sent" style="height:<?php echo esc_attr( (string) round( 60 * $outbox_other / $outbox_most ) ); ?>px"></span>
					<span class="is-failed" style="height:<?php echo esc_attr( (string) round( 60 * $outbox_failed / $outbox_most ) ); ?>px"></span>
				</span>
				<span aria-hidden="true"><?php echo esc_html( wp_date( 'D', $outbox_time ) ); ?></span>
			</li>
		<?php endforeach; ?>
	</ol>
	<p><a href="<?php echo esc_url( Menu::url( Menu::LOG ) ); ?>"><?php esc_html_e( 'Log and queue', 'outbox' ); ?></a></p>
</div>
