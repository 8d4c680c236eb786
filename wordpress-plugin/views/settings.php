<?php
/**
 * The page of settings. Works without JavaScript; with it, choosing a provider fills the fields.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_form = $view['form'];
?>
<div class="wrap outbox">
	<?php
	View::show(
		'header',
		array(
			'title'   => $view['network'] ? __( 'Outbox for the network', 'outbox' ) : __( 'Outbox', 'outbox' ),
			'current' => Menu::SETTINGS,
			'network' => $view['network'],
		)
	);
	?>
	<?php if ( $view['saved'] ) : ?>
		<div class="notice notice-success" role="status"><p>
			<?php esc_html_e( 'Settings saved.', 'outbox' ); ?>
			<?php if ( ! $view['network'] && '' === $view['missing'] ) : ?>
				<a href="<?php echo esc_url( Menu::url( Menu::TEST ) ); ?>"><?php esc_html_e( 'Send a test', 'outbox' ); ?></a>
			<?php endif; ?>
		</p></div>
	<?php endif; ?>
	<?php if ( array() !== $outbox_form->errors() ) : ?>
		<div class="notice notice-error outbox-errors" role="alert" tabindex="-1">
			<p><strong><?php esc_html_e( 'Nothing was saved yet. Please look at these fields:', 'outbox' ); ?></strong></p>
			<ul>
				<?php foreach ( $outbox_form->errors() as $outbox_error ) : ?>
					<li><a href="#<?php echo esc_attr( $outbox_error['id'] ); ?>"><?php echo esc_html( $outbox_error['label'] ); ?></a>: <?php echo esc_html( $outbox_error['text'] ); ?></li>
				<?php endforeach; ?>
			</ul>
		</div>
	<?php endif; ?>
	<?php foreach ( $view['broken'] as $outbox_constant => $outbox_reason ) : ?>
		<div class="notice notice-warning"><p>
			<?php
			/* translators: %s: name of a constant. */
			printf( esc_html__( 'The constant %s in wp-config.php cannot be used:', 'outbox' ), '<code>' . esc_html( $outbox_constant ) . '</code>' );
			?>
			<?php echo esc_html( wp_specialchars_decode( $outbox_reason, ENT_QUOTES ) ); ?>
		</p></div>
	<?php endforeach; ?>
	<?php
	if ( ! $view['network'] ) {
		View::show( 'engine', $view['engine'] );
	}
	?>
	<form method="post" class="outbox-form" data-outbox-settings novalidate>
		<?php wp_nonce_field( $view['nonce'] ); ?>
		<?php // What Enter in a field presses: the first button of a form, which must do no more than save. ?>
		<button type="submit" class="outbox-default" tabindex="-1" aria-hidden="true"><?php esc_html_e( 'Save settings', 'outbox' ); ?></button>
		<?php foreach ( $view['sections'] as $outbox_section ) : ?>
			<section class="outbox-card" id="outbox-section-<?php echo esc_attr( $outbox_section['id'] ); ?>" aria-labelledby="outbox-title-<?php echo esc_attr( $outbox_section['id'] ); ?>">
				<h2 id="outbox-title-<?php echo esc_attr( $outbox_section['id'] ); ?>"><?php echo esc_html( $outbox_section['title'] ); ?></h2>
				<?php if ( '' !== $outbox_section['text'] ) : ?>
					<p class="outbox-lead"><?php echo esc_html( $outbox_section['text'] ); ?></p>
				<?php endif; ?>
				<?php
				foreach ( $outbox_section['fields'] as $outbox_key ) {
					View::show(
						'field',
						array(
							'field'     => $outbox_form->field( $outbox_key ),
							'form'      => $outbox_form,
							'providers' => $view['providers'],
						)
					);
				}
				?>
				<?php foreach ( $outbox_section['folds'] as $outbox_fold ) : ?>
					<details class="outbox-fold" id="outbox-fold-<?php echo esc_attr( $outbox_fold['id'] ); ?>"<?php echo $outbox_form->is_open( $outbox_fold['fields'] ) ? ' open' : ''; ?>>
						<summary><?php echo esc_html( $outbox_fold['title'] ); ?></summary>
						<?php
						foreach ( $outbox_fold['fields'] as $outbox_key ) {
							View::show(
								'field',
								array(
									'field'     => $outbox_form->field( $outbox_key ),
									'form'      => $outbox_form,
									'providers' => $view['providers'],
								)
							);
						}
						?>
					</details>
				<?php endforeach; ?>
			</section>
		<?php endforeach; ?>
		<?php
		if ( $view['network'] ) {
			View::show( 'locks', $view['locks'] );
		}
		?>
		<div class="outbox-save">
			<button type="submit" class="button button-primary button-large"><?php esc_html_e( 'Save settings', 'outbox' ); ?></button>
			<?php if ( ! $view['network'] ) : ?>
				<button type="submit" class="button button-large" name="outbox_then_test" value="1"><?php esc_html_e( 'Save and go to the test', 'outbox' ); ?></button>
			<?php endif; ?>
		</div>
	</form>
	<script type="application/json" id="outbox-providers"><?php echo wp_json_encode( $view['providers'], JSON_HEX_TAG | JSON_HEX_AMP ); ?></script>
</div>
