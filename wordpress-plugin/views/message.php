<?php
/**
 * One message: facts, recipients, what happened when.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_entry = $view['entry'];
$outbox_types = array(
	'queued'      => __( 'Put into the queue', 'outbox' ),
	'sent'        => __( 'Accepted by the server', 'outbox' ),
	'accepted'    => __( 'Accepted by the server', 'outbox' ),
	'delivered'   => __( 'Delivered', 'outbox' ),
	'deferred'    => __( 'Not now', 'outbox' ),
	'failed'      => __( 'Refused', 'outbox' ),
	'expired'     => __( 'Given up: too old', 'outbox' ),
	'held'        => __( 'Held', 'outbox' ),
	'released'    => __( 'Released', 'outbox' ),
	'removed'     => __( 'Taken out of the queue', 'outbox' ),
	'uncertain'   => __( 'Connection broke before the answer', 'outbox' ),
	'unknown'     => __( 'Connection broke before the answer', 'outbox' ),
	'quarantined' => __( 'Set aside: the file is damaged', 'outbox' ),
	'blocked'     => __( 'Not sent', 'outbox' ),
);
?>
<div class="wrap outbox">
	<?php
	View::show(
		'header',
		array(
			'title'   => __( 'Message', 'outbox' ),
			'current' => Menu::LOG,
		)
	);
	?>
	<p><a href="<?php echo esc_url( Menu::url( Menu::LOG ) ); ?>"><?php esc_html_e( 'Back to the list', 'outbox' ); ?></a></p>
	<?php if ( null === $outbox_entry ) : ?>
		<div class="notice notice-warning"><p><?php esc_html_e( 'This message is not in the log any more.', 'outbox' ); ?></p></div>
	<?php else : ?>
		<section class="outbox-card" aria-labelledby="outbox-message-title">
			<h2 id="outbox-message-title"><?php echo esc_html( '' === $outbox_entry['subject'] ? __( '(no subject)', 'outbox' ) : $outbox_entry['subject'] ); ?></h2>
			<dl class="outbox-facts">
				<dt><?php esc_html_e( 'Status', 'outbox' ); ?></dt>
				<dd><?php View::show( 'state', $outbox_entry ); ?></dd>
				<dt><?php esc_html_e( 'From', 'outbox' ); ?></dt>
				<dd><bdi><?php echo esc_html( $outbox_entry['sender'] ); ?></bdi></dd>
				<dt><?php esc_html_e( 'Sent by', 'outbox' ); ?></dt>
				<dd><bdi><?php echo esc_html( LogTable::source_name( (string) $outbox_entry['source'] ) ); ?></bdi></dd>
				<dt><?php esc_html_e( 'Time', 'outbox' ); ?></dt>
				<dd><?php echo esc_html( wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $outbox_entry['created'] ) ); ?></dd>
				<dt><?php esc_html_e( 'Size', 'outbox' ); ?></dt>
				<dd><?php echo esc_html( (string) size_format( $outbox_entry['size'], $outbox_entry['size'] < KB_IN_BYTES ? 0 : 1 ) ); ?></dd>
				<?php
				foreach (
					array(
						'connection' => __( 'Connection', 'outbox' ),
						'queue_id'   => __( 'Name in the queue', 'outbox' ),
						'remote_id'  => __( 'Name at the server', 'outbox' ),
						'message_id' => __( 'Message-ID', 'outbox' ),
						'reply'      => __( 'Last answer', 'outbox' ),
					) as $outbox_column => $outbox_label
				) :
					?>
					<?php if ( '' !== (string) $outbox_entry[ $outbox_column ] ) : ?>
						<dt><?php echo esc_html( $outbox_label ); ?></dt>
						<dd><bdi><?php echo esc_html( (string) $outbox_entry[ $outbox_column ] ); ?></bdi></dd>
					<?php endif; ?>
				<?php endforeach; ?>
			</dl>
			<div class="outbox-actions">
				<?php foreach ( Access::may_act() ? \Outbox\WordPress\Log\Actions::of( $outbox_entry ) : array() as $outbox_action ) : ?>
					<a class="button<?php echo 'delete' === $outbox_action ? ' button-link-delete' : ''; ?>" href="<?php echo esc_url( LogTable::action_url( $outbox_action, $outbox_entry['id'] ) ); ?>"><?php echo esc_html( LogTable::action_names()[ $outbox_action ] ); ?></a>
				<?php endforeach; ?>
			</div>
		</section>
		<section class="outbox-card" aria-labelledby="outbox-recipients-title">
			<h2 id="outbox-recipients-title"><?php esc_html_e( 'Recipients', 'outbox' ); ?></h2>
			<table class="widefat striped">
				<thead><tr>
					<th scope="col"><?php esc_html_e( 'Address', 'outbox' ); ?></th>
					<th scope="col"><?php esc_html_e( 'As', 'outbox' ); ?></th>
					<th scope="col"><?php esc_html_e( 'What became of it', 'outbox' ); ?></th>
				</tr></thead>
				<tbody>
					<?php foreach ( $outbox_entry['recipients'] as $outbox_recipient ) : ?>
						<tr>
							<td><bdi><?php echo esc_html( (string) ( $outbox_recipient['address'] ?? '' ) ); ?></bdi></td>
							<td><?php echo esc_html( ucfirst( (string) ( $outbox_recipient['as'] ?? '' ) ) ); ?></td>
							<td>
								<?php $outbox_outcome = 'rejected' === ( $outbox_recipient['outcome'] ?? '' ) ? 'failed' : (string) ( $outbox_recipient['outcome'] ?? '' ); ?>
								<?php if ( '' !== $outbox_outcome ) : ?>
									<span class="outbox-state outbox-state-<?php echo esc_attr( $outbox_outcome ); ?>"><?php echo esc_html( LogTable::states()[ $outbox_outcome ] ?? $outbox_outcome ); ?></span>
								<?php endif; ?>
								<bdi><?php echo esc_html( (string) ( $outbox_recipient['text'] ?? '' ) ); ?></bdi>
							</td>
						</tr>
					<?php endforeach; ?>
				</tbody>
			</table>
		</section>
		<section class="outbox-card" aria-labelledby="outbox-timeline-title">
			<h2 id="outbox-timeline-title"><?php esc_html_e( 'What happened', 'outbox' ); ?></h2>
			<ol class="outbox-steps">
				<?php foreach ( $outbox_entry['timeline'] as $outbox_at => $outbox_line ) : ?>
					<?php
					$outbox_type  = (string) ( $outbox_line['type'] ?? '' );
					$outbox_state = in_array( $outbox_type, array( 'sent', 'accepted', 'delivered' ), true ) ? 'good' : ( in_array( $outbox_type, array( 'failed', 'expired', 'quarantined' ), true ) ? 'bad' : ( in_array( $outbox_type, array( 'deferred', 'uncertain', 'unknown' ), true ) ? 'warning' : '' ) );
					$outbox_signs = array(
						'good'    => '✓',
						'bad'     => '✕',
						'warning' => '!',
						''        => '·',
					);
					?>
					<li class="outbox-step" data-state="<?php echo esc_attr( $outbox_state ); ?>">
						<span class="outbox-step-sign" aria-hidden="true"><?php echo esc_html( $outbox_signs[ $outbox_state ] ); ?></span>
						<span class="outbox-step-name">
							<?php echo esc_html( $outbox_types[ $outbox_type ] ?? $outbox_type ); ?>
							<?php if ( isset( $outbox_line['recipient'] ) ) : ?>
								<bdi class="outbox-step-whom"><?php echo esc_html( (string) $outbox_line['recipient'] ); ?></bdi>
							<?php endif; ?>
						</span>
						<span class="outbox-step-time">
							<?php
							$outbox_when = array_filter(
								array(
									isset( $outbox_line['time'] ) ? wp_date( get_option( 'date_format' ) . ' H:i:s', (int) $outbox_line['time'] ) : '',
									isset( $outbox_line['milliseconds'] ) ? View::milliseconds( (float) $outbox_line['milliseconds'] ) : '',
								)
							);
							echo esc_html( implode( ', ', $outbox_when ) );
							?>
						</span>
						<?php if ( '' !== (string) ( $outbox_line['text'] ?? '' ) ) : ?>
							<span class="outbox-step-detail" dir="ltr"><?php echo esc_html( (string) $outbox_line['text'] ); ?></span>
						<?php endif; ?>
						<?php if ( '' !== (string) ( $outbox_line['transcript'] ?? '' ) ) : ?>
							<div class="outbox-step-detail">
								<?php
								View::show(
									'transcript',
									array(
										'id'   => 'outbox-transcript-' . $outbox_at,
										'text' => (string) $outbox_line['transcript'],
										'open' => false,
									)
								);
								?>
							</div>
						<?php endif; ?>
					</li>
				<?php endforeach; ?>
			</ol>
		</section>
		<section class="outbox-card" aria-labelledby="outbox-source-title">
			<h2 id="outbox-source-title"><?php esc_html_e( 'The message itself', 'outbox' ); ?></h2>
			<?php if ( null === $view['message'] ) : ?>
				<p><?php esc_html_e( 'It was not kept. Whether messages are kept whole is one of the settings.', 'outbox' ); ?></p>
			<?php else : ?>
				<details class="outbox-fold">
					<summary><?php esc_html_e( 'Show it', 'outbox' ); ?></summary>
					<pre class="outbox-transcript" tabindex="0"><?php echo esc_html( mb_substr( wp_check_invalid_utf8( $view['message'], true ), 0, 100000 ) ); ?></pre>
				</details>
			<?php endif; ?>
		</section>
	<?php endif; ?>
</div>
