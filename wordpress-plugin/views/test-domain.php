<?php
/**
 * What receivers find about the domain of the sender.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_signs = array(
	'good'    => '✓',
	'warning' => '!',
	'bad'     => '✕',
	'unknown' => '?',
);
?>
<section class="outbox-card" aria-labelledby="outbox-domain-title">
	<h2 id="outbox-domain-title">
		<?php
		/* translators: %s: domain. */
		echo esc_html( sprintf( __( 'What receivers find about %s', 'outbox' ), '' === $view['domain'] ? '-' : $view['domain'] ) );
		?>
	</h2>
	<p class="outbox-lead"><?php esc_html_e( 'Read from the DNS by this server; nobody else was asked.', 'outbox' ); ?></p>
	<?php if ( array() === $view['findings'] ) : ?>
		<p><?php esc_html_e( 'There is no From address in the settings yet.', 'outbox' ); ?></p>
	<?php endif; ?>
	<?php foreach ( $view['findings'] as $outbox_finding ) : ?>
		<div class="outbox-finding" data-state="<?php echo esc_attr( $outbox_finding['state'] ); ?>" data-record="<?php echo esc_attr( $outbox_finding['record'] ); ?>">
			<span class="outbox-step-sign" aria-hidden="true"><?php echo esc_html( $outbox_signs[ $outbox_finding['state'] ] ); ?></span>
			<h4><?php echo esc_html( $outbox_finding['title'] ); ?></h4>
			<p><?php echo esc_html( $outbox_finding['text'] ); ?></p>
			<?php if ( '' !== $outbox_finding['value'] ) : ?>
				<div>
					<?php
					/* translators: %s: name in the DNS. */
					echo esc_html( sprintf( __( 'TXT record for %s:', 'outbox' ), $outbox_finding['name'] ) );
					?>
					<code class="outbox-record"><?php echo esc_html( $outbox_finding['value'] ); ?></code>
				</div>
			<?php endif; ?>
			<?php if ( '' !== $outbox_finding['found'] ) : ?>
				<div><?php esc_html_e( 'Found:', 'outbox' ); ?> <code class="outbox-record"><?php echo esc_html( $outbox_finding['found'] ); ?></code></div>
			<?php endif; ?>
		</div>
	<?php endforeach; ?>
</section>
