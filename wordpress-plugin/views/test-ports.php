<?php
/**
 * Which ports of the mail server can be reached.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_states = array(
	'open'    => array( 'good', __( 'open', 'outbox' ) ),
	'closed'  => array( 'bad', __( 'closed', 'outbox' ) ),
	'silent'  => array( 'bad', __( 'no answer', 'outbox' ) ),
	'unknown' => array( 'bad', __( 'no such server', 'outbox' ) ),
);
$outbox_open   = in_array( 'open', array_column( $view['found'], 'state' ), true );
?>
<section class="outbox-card" aria-labelledby="outbox-ports-title">
	<h2 id="outbox-ports-title">
		<?php
		/* translators: %s: server. */
		echo esc_html( sprintf( __( 'Ports of %s, seen from this web server', 'outbox' ), '' === $view['host'] ? '-' : $view['host'] ) );
		?>
	</h2>
	<?php if ( array() === $view['found'] ) : ?>
		<p><?php esc_html_e( 'There is no server in the settings yet.', 'outbox' ); ?></p>
	<?php endif; ?>
	<ul class="outbox-ports">
		<?php foreach ( $view['found'] as $outbox_port => $outbox_answer ) : ?>
			<?php list( $outbox_state, $outbox_text ) = $outbox_states[ $outbox_answer['state'] ]; ?>
			<li data-state="<?php echo esc_attr( $outbox_state ); ?>">
				<span class="outbox-state outbox-state-<?php echo 'good' === $outbox_state ? 'sent' : 'failed'; ?>"><?php echo esc_html( (string) $outbox_port ); ?></span>
				<?php echo esc_html( $outbox_text ); ?>
				<?php if ( 'open' === $outbox_answer['state'] ) : ?>
					<span class="outbox-step-time">
						<?php echo esc_html( View::milliseconds( (float) $outbox_answer['milliseconds'] ) ); ?>
					</span>
				<?php endif; ?>
			</li>
		<?php endforeach; ?>
	</ul>
	<?php if ( array() !== $view['found'] && ! $outbox_open ) : ?>
		<p><?php esc_html_e( 'None is open. Either the name of the server is wrong, or the hosting company blocks mail: ask it to open port 587 or 465.', 'outbox' ); ?></p>
	<?php endif; ?>
</section>
