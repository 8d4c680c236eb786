<?php
/**
 * What could be taken over from another plugin, and what that would change.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view sources, all, source, changes, notes, errors, nonce.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_source = $view['source'];
?>
<div class="wrap outbox">
	<?php
	View::show(
		'header',
		array(
			'title'   => __( 'Import', 'outbox' ),
			'current' => Menu::IMPORT,
		)
	);
	?>
	<?php foreach ( $view['errors'] as $outbox_error ) : ?>
		<div class="notice notice-error" role="alert"><p><?php echo esc_html( $outbox_error ); ?></p></div>
	<?php endforeach; ?>
	<section class="outbox-card" aria-labelledby="outbox-title-import">
		<h2 id="outbox-title-import"><?php esc_html_e( 'Settings of another plugin', 'outbox' ); ?></h2>
		<?php if ( array() === $view['sources'] ) : ?>
			<p>
				<?php
				$outbox_names = array();
				foreach ( $view['all'] as $outbox_known ) {
					$outbox_names[] = $outbox_known->name();
				}
				/* translators: %s: names of plugins. */
				echo esc_html( sprintf( __( 'Settings of these plugins can be taken over: %s. None of them were found on this site.', 'outbox' ), implode( ', ', $outbox_names ) ) );
				?>
			</p>
		<?php else : ?>
			<p class="outbox-lead"><?php esc_html_e( 'Passwords are taken over too. The other plugin keeps its settings; deactivate it when mail works here.', 'outbox' ); ?></p>
			<ul class="outbox-sources">
				<?php foreach ( $view['sources'] as $outbox_key => $outbox_one ) : ?>
					<li><a class="button" href="<?php echo esc_url( Menu::url( Menu::IMPORT, array( 'source' => (string) $outbox_key ) ) ); ?>"<?php echo null !== $outbox_source && $outbox_source->key() === $outbox_key ? ' aria-current="true"' : ''; ?>><?php echo esc_html( $outbox_one->name() ); ?></a></li>
				<?php endforeach; ?>
			</ul>
		<?php endif; ?>
	</section>
	<?php if ( null !== $outbox_source ) : ?>
		<section class="outbox-card" aria-labelledby="outbox-title-changes">
			<h2 id="outbox-title-changes">
				<?php
				/* translators: %s: name of a plugin. */
				echo esc_html( sprintf( __( 'What %s would change here', 'outbox' ), $outbox_source->name() ) );
				?>
			</h2>
			<?php foreach ( $view['notes'] as $outbox_note ) : ?>
				<div class="notice notice-warning inline"><p><?php echo esc_html( $outbox_note ); ?></p></div>
			<?php endforeach; ?>
			<?php if ( array() === $view['changes'] ) : ?>
				<p><?php esc_html_e( 'Nothing: everything is as it is there.', 'outbox' ); ?></p>
			<?php else : ?>
				<table class="widefat striped outbox-difference">
					<thead><tr><th scope="col"><?php esc_html_e( 'Setting', 'outbox' ); ?></th><th scope="col"><?php esc_html_e( 'Now', 'outbox' ); ?></th><th scope="col"><?php esc_html_e( 'After the import', 'outbox' ); ?></th></tr></thead>
					<tbody>
						<?php foreach ( $view['changes'] as $outbox_change ) : ?>
							<tr><th scope="row"><?php echo esc_html( $outbox_change['label'] ); ?></th><td><?php echo esc_html( $outbox_change['before'] ); ?></td><td><?php echo esc_html( $outbox_change['after'] ); ?></td></tr>
						<?php endforeach; ?>
					</tbody>
				</table>
				<form method="post" action="<?php echo esc_url( Menu::url( Menu::IMPORT ) ); ?>">
					<?php wp_nonce_field( $view['nonce'] ); ?>
					<input type="hidden" name="source" value="<?php echo esc_attr( $outbox_source->key() ); ?>">
					<p class="outbox-actions"><button type="submit" class="button button-primary"><?php esc_html_e( 'Take these settings over', 'outbox' ); ?></button></p>
				</form>
			<?php endif; ?>
		</section>
	<?php endif; ?>
</div>
