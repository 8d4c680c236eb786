<?php
/**
 * What came of trying a connection: the stages, and what is wrong.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_report = $view['report'];
$outbox_names  = array(
	'dns'      => __( 'Look up the name', 'outbox' ),
	'connect'  => __( 'Connect', 'outbox' ),
	'tls'      => __( 'Encrypt', 'outbox' ),
	'greeting' => __( 'Greeting', 'outbox' ),
	'ehlo'     => __( 'What the server can do', 'outbox' ),
	'starttls' => __( 'Ask for encryption', 'outbox' ),
	'auth'     => __( 'Log in', 'outbox' ),
);
?>
<section class="outbox-card" aria-labelledby="outbox-report-title">
	<h2 id="outbox-report-title">
		<?php
		/* translators: %s: server. */
		echo esc_html( '' === $view['label'] || array() === $outbox_report->stages ? __( 'Connection', 'outbox' ) : sprintf( __( 'Connection to %s', 'outbox' ), $view['label'] ) );
		?>
	</h2>
	<ol class="outbox-steps">
		<?php foreach ( $outbox_report->stages as $outbox_stage ) : ?>
			<li class="outbox-step" data-state="<?php echo $outbox_stage['ok'] ? 'good' : 'bad'; ?>">
				<span class="outbox-step-sign" aria-hidden="true"><?php echo $outbox_stage['ok'] ? '✓' : '✕'; ?></span>
				<span class="outbox-step-name"><?php echo esc_html( $outbox_names[ $outbox_stage['name'] ] ?? $outbox_stage['name'] ); ?><span class="screen-reader-text">: <?php echo $outbox_stage['ok'] ? esc_html__( 'done', 'outbox' ) : esc_html__( 'failed', 'outbox' ); ?></span></span>
				<span class="outbox-step-time">
					<?php echo esc_html( View::milliseconds( (float) $outbox_stage['milliseconds'] ) ); ?>
				</span>
				<?php if ( '' !== (string) $outbox_stage['detail'] ) : ?>
					<span class="outbox-step-detail" dir="ltr"><?php echo esc_html( (string) $outbox_stage['detail'] ); ?></span>
				<?php endif; ?>
			</li>
		<?php endforeach; ?>
	</ol>
	<?php if ( $outbox_report->is_good() ) : ?>
		<div class="outbox-verdict outbox-verdict-good"><h3><?php esc_html_e( 'The connection works.', 'outbox' ); ?></h3></div>
	<?php else : ?>
		<?php View::show( 'diagnosis', $outbox_report->diagnosis + array( 'provider_link' => $view['link'] ) ); ?>
	<?php endif; ?>
	<?php
	View::show(
		'transcript',
		array(
			'id'   => 'outbox-transcript',
			'text' => $outbox_report->transcript,
			'open' => ! $outbox_report->is_good(),
		)
	);
	?>
</section>
