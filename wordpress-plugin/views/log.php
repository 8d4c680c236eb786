<?php
/**
 * The page of log and queue.
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
<div class="wrap outbox outbox-wide">
	<?php
	View::show(
		'header',
		array(
			'title'   => __( 'Log and queue', 'outbox' ),
			'current' => Menu::LOG,
		)
	);
	?>
	<?php if ( null !== $view['done'] ) : ?>
		<?php if ( $view['done']['done'] > 0 || array() === $view['done']['errors'] ) : ?>
			<div class="notice notice-success" role="status"><p>
				<?php
				/* translators: 1: name of an action, 2: number of messages. */
				echo esc_html( sprintf( __( '%1$s: done with %2$s.', 'outbox' ), LogTable::action_names()[ $view['done']['action'] ], number_format_i18n( $view['done']['done'] ) ) );
				?>
			</p></div>
		<?php endif; ?>
		<?php foreach ( $view['done']['errors'] as $outbox_error ) : ?>
			<div class="notice notice-error" role="alert"><p><?php echo esc_html( wp_specialchars_decode( $outbox_error, ENT_QUOTES ) ); ?></p></div>
		<?php endforeach; ?>
	<?php endif; ?>
	<?php foreach ( $view['paused'] as $outbox_connection => $outbox_reason ) : ?>
		<div class="notice notice-error"><p>
			<strong>
				<?php
				/* translators: %s: name of a connection. */
				echo esc_html( sprintf( __( 'The connection "%s" is paused; its messages wait.', 'outbox' ), (string) $outbox_connection ) );
				?>
			</strong>
			<?php echo esc_html( is_string( $outbox_reason ) ? $outbox_reason : '' ); ?>
			<a href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) ); ?>"><?php esc_html_e( 'To the settings', 'outbox' ); ?></a>
		</p></div>
	<?php endforeach; ?>
	<?php if ( is_array( $view['engine']['status'] ) ) : ?>
		<ul class="outbox-counts" aria-label="<?php esc_attr_e( 'The queue now', 'outbox' ); ?>">
			<?php
			foreach (
				array(
					'due'      => __( 'to be sent now', 'outbox' ),
					'deferred' => __( 'to be tried again', 'outbox' ),
					'held'     => __( 'held', 'outbox' ),
					'failed'   => __( 'given up', 'outbox' ),
				) as $outbox_what => $outbox_text
			) :
				?>
				<li><b><?php echo esc_html( number_format_i18n( (int) ( $view['engine']['status'][ $outbox_what ] ?? 0 ) ) ); ?></b> <?php echo esc_html( $outbox_text ); ?></li>
			<?php endforeach; ?>
		</ul>
	<?php elseif ( '' !== $view['engine']['trouble'] ) : ?>
		<?php View::show( 'engine', $view['engine'] ); ?>
	<?php endif; ?>
	<?php $view['table']->views(); ?>
	<form method="get">
		<input type="hidden" name="page" value="<?php echo esc_attr( Menu::LOG ); ?>">
		<?php if ( isset( $view['table']->filter()['status'] ) ) : ?>
			<input type="hidden" name="status" value="<?php echo esc_attr( (string) $view['table']->filter()['status'] ); ?>">
		<?php endif; ?>
		<?php $view['table']->search_box( __( 'Search messages', 'outbox' ), 'outbox-search' ); ?>
		<?php $view['table']->display(); ?>
	</form>
	<p><a class="button" href="<?php echo esc_url( $view['export'] ); ?>"><?php esc_html_e( 'Export this list as CSV', 'outbox' ); ?></a></p>
</div>
