<?php
/**
 * The page that sends a test.
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
<div class="wrap outbox">
	<?php
	View::show(
		'header',
		array(
			'title'   => __( 'Send a test', 'outbox' ),
			'current' => Menu::TEST,
		)
	);
	?>
	<?php View::show( 'engine', $view['engine'] ); ?>
	<?php if ( $view['saved'] ) : ?>
		<div class="notice notice-success is-dismissible"><p><?php esc_html_e( 'Settings saved.', 'outbox' ); ?></p></div>
	<?php endif; ?>
	<?php if ( '' !== $view['missing'] ) : ?>
		<div class="notice notice-warning"><p><?php esc_html_e( 'The connection is not complete yet.', 'outbox' ); ?> <a href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) ); ?>"><?php esc_html_e( 'To the settings', 'outbox' ); ?></a></p></div>
	<?php elseif ( in_array( $view['mode'], array( 'log', 'block', 'redirect' ), true ) ) : ?>
		<div class="notice notice-warning"><p><?php esc_html_e( 'The settings keep mail from its recipients at the moment. A test is treated like all other mail.', 'outbox' ); ?> <a href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) . '#outbox-delivery-mode' ); ?>"><?php esc_html_e( 'To the settings', 'outbox' ); ?></a></p></div>
	<?php endif; ?>
	<section class="outbox-card" aria-labelledby="outbox-test-title">
		<h2 id="outbox-test-title"><?php esc_html_e( 'Send a message the way all mail of this site is sent', 'outbox' ); ?></h2>
		<?php if ( '' !== $view['label'] ) : ?>
			<p class="outbox-lead">
				<?php
				/* translators: 1: address, 2: server. */
				echo esc_html( sprintf( __( 'From %1$s over %2$s.', 'outbox' ), $view['from'], $view['label'] ) );
				?>
			</p>
		<?php endif; ?>
		<form method="post" data-outbox-test novalidate>
			<?php wp_nonce_field( $view['nonce'] ); ?>
			<div class="outbox-test-form">
				<div>
					<label class="outbox-label" for="outbox-to"><?php esc_html_e( 'Send to', 'outbox' ); ?></label>
					<input type="email" class="regular-text" id="outbox-to" name="to" dir="ltr" required value="<?php echo esc_attr( $view['typed']['to'] ); ?>"<?php echo '' === $view['error'] ? '' : ' aria-invalid="true" aria-describedby="outbox-to-error"'; ?>>
				</div>
				<label class="outbox-check"><input type="checkbox" name="html" value="1"<?php checked( $view['typed']['html'] ); ?>> <?php esc_html_e( 'As HTML', 'outbox' ); ?></label>
			</div>
			<p class="outbox-error" id="outbox-to-error" role="alert"<?php echo '' === $view['error'] ? ' hidden' : ''; ?>><?php echo esc_html( $view['error'] ); ?></p>
			<div class="outbox-actions">
				<button type="submit" class="button button-primary" name="outbox_do" value="send"><?php esc_html_e( 'Send a test', 'outbox' ); ?></button>
				<button type="submit" class="button" name="outbox_do" value="check"><?php esc_html_e( 'Check the connection only', 'outbox' ); ?></button>
				<button type="submit" class="button" name="outbox_do" value="ports"><?php esc_html_e( 'Which ports are open?', 'outbox' ); ?></button>
				<button type="submit" class="button" name="outbox_do" value="domain"><?php esc_html_e( 'Check the domain', 'outbox' ); ?></button>
			</div>
		</form>
	</section>
	<div id="outbox-results" aria-live="polite" aria-busy="false">
		<?php
		foreach ( $view['results'] as $outbox_result ) {
			echo $outbox_result; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- HTML of our own views, escaped there.
		}
		?>
	</div>
</div>
