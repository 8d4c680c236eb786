<?php
/**
 * What became of a test message in the queue.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_verdicts = array(
	'queued'   => array( 'fair', __( 'It still waits in the queue.', 'outbox' ), __( 'If this goes on, look at the log: the program that empties the queue may not be allowed to start on this server.', 'outbox' ) ),
	'sent'     => array( 'good', __( 'The server has accepted it.', 'outbox' ), __( 'Look for it in the mailbox, in the spam folder too.', 'outbox' ) ),
	'deferred' => array( 'fair', __( 'Not yet: it will be tried again.', 'outbox' ), '' ),
	'failed'   => array( 'bad', __( 'It was refused.', 'outbox' ), '' ),
	'unknown'  => array( 'fair', __( 'The connection broke before the answer: it may have been sent.', 'outbox' ), '' ),
);

list( $outbox_state, $outbox_title, $outbox_text ) = $outbox_verdicts[ $view['status'] ] ?? array( 'fair', (string) $view['status'], '' );
?>
<section class="outbox-card" aria-labelledby="outbox-progress-title">
	<h2 id="outbox-progress-title"><?php esc_html_e( 'Out of the queue', 'outbox' ); ?></h2>
	<?php if ( array() !== $view['diagnosis'] ) : ?>
		<?php View::show( 'diagnosis', $view['diagnosis'] ); ?>
	<?php else : ?>
		<div class="outbox-verdict outbox-verdict-<?php echo esc_attr( $outbox_state ); ?>"<?php echo 'good' === $outbox_state ? '' : ' role="alert"'; ?>>
			<h3>
				<?php echo esc_html( $outbox_title ); ?>
				<?php if ( null !== $view['milliseconds'] ) : ?>
					<small class="outbox-step-time">
						<?php echo esc_html( View::milliseconds( (float) $view['milliseconds'] ) ); ?>
					</small>
				<?php endif; ?>
			</h3>
			<?php if ( '' !== (string) $view['reply'] ) : ?>
				<p dir="ltr"><q><?php echo esc_html( (string) $view['reply'] ); ?></q></p>
			<?php endif; ?>
			<?php if ( '' !== (string) $view['remote_id'] ) : ?>
				<p><?php esc_html_e( 'The server calls it', 'outbox' ); ?> <code><?php echo esc_html( (string) $view['remote_id'] ); ?></code></p>
			<?php endif; ?>
			<?php if ( '' !== $outbox_text ) : ?>
				<p><?php echo esc_html( $outbox_text ); ?></p>
			<?php endif; ?>
		</div>
	<?php endif; ?>
	<?php
	View::show(
		'transcript',
		array(
			'id'   => 'outbox-progress-transcript',
			'text' => $view['transcript'],
			'open' => true,
		)
	);
	?>
	<?php if ( Access::may_read_log() ) : ?>
		<p><a href="<?php echo esc_url( Menu::url( Menu::LOG, array( 's' => $view['queue_id'] ) ) ); ?>"><?php esc_html_e( 'In the log', 'outbox' ); ?></a></p>
	<?php endif; ?>
</section>
