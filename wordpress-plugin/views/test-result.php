<?php
/**
 * What became of a test message when it was handed over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_good = $view['ok'] && in_array( $view['status'], array( 'sent', 'queued' ), true );
?>
<section class="outbox-card" aria-labelledby="outbox-sent-title">
	<h2 id="outbox-sent-title">
		<?php
		/* translators: %s: address. */
		echo esc_html( sprintf( __( 'Message to %s', 'outbox' ), $view['to'] ) );
		?>
	</h2>
	<?php if ( $outbox_good ) : ?>
		<ol class="outbox-steps">
			<li class="outbox-step" data-state="good">
				<span class="outbox-step-sign" aria-hidden="true">✓</span>
				<span class="outbox-step-name"><?php echo 'queued' === $view['status'] ? esc_html__( 'In the queue: a page would go on from here', 'outbox' ) : esc_html__( 'Accepted by the server', 'outbox' ); ?></span>
				<span class="outbox-step-time">
					<?php echo esc_html( View::milliseconds( (float) $view['milliseconds'] ) ); ?>
				</span>
				<span class="outbox-step-detail" dir="ltr"><?php echo esc_html( 'queued' === $view['status'] ? $view['queue_id'] : $view['reply'] ); ?></span>
			</li>
		</ol>
	<?php endif; ?>
	<?php if ( 'sent' === $view['status'] && $view['ok'] ) : ?>
		<div class="outbox-verdict outbox-verdict-good">
			<h3><?php esc_html_e( 'It was sent.', 'outbox' ); ?></h3>
			<p>
				<?php
				/* translators: %s: a few letters and digits. */
				echo esc_html( sprintf( __( 'Look for the number %s in the mailbox, in the spam folder too.', 'outbox' ), $view['token'] ) );
				?>
			</p>
			<?php if ( '' !== $view['remote_id'] ) : ?>
				<p><?php esc_html_e( 'The server calls it', 'outbox' ); ?> <code><?php echo esc_html( $view['remote_id'] ); ?></code></p>
			<?php endif; ?>
		</div>
	<?php elseif ( 'blocked' === $view['status'] && $view['ok'] ) : ?>
		<div class="outbox-verdict outbox-verdict-fair"><h3><?php esc_html_e( 'It was not sent, as the settings want it.', 'outbox' ); ?></h3><p><?php echo esc_html( $view['reply'] ); ?></p></div>
	<?php elseif ( 'elsewhere' === $view['status'] ) : ?>
		<div class="outbox-verdict outbox-verdict-fair"><h3><?php esc_html_e( 'Somebody else has sent it.', 'outbox' ); ?></h3><p><?php esc_html_e( 'wp_mail() says that all is well, but the message did not come to Outbox: another plugin takes the mail of this site.', 'outbox' ); ?></p></div>
	<?php elseif ( ! $view['ok'] ) : ?>
		<?php
		View::show(
			'diagnosis',
			( array() === $view['diagnosis'] ? array( 'cause' => $view['error'] ) : $view['diagnosis'] ) + array(
				'text'          => $view['error'],
				'provider_link' => (string) ( $view['diagnosis']['link'] ?? '' ),
			)
		);
		?>
	<?php endif; ?>
	<?php
	View::show(
		'transcript',
		array(
			'id'   => 'outbox-sent-transcript',
			'text' => $view['transcript'],
			'open' => true,
		)
	);
	?>
</section>
