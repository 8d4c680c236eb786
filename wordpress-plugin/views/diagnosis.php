<?php
/**
 * What is wrong, and what to do.
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
<div class="outbox-verdict outbox-verdict-bad" role="alert">
	<h3><?php echo esc_html( (string) ( $view['cause'] ?? '' ) ); ?></h3>
	<?php if ( '' !== (string) ( $view['text'] ?? '' ) && ( $view['text'] ?? '' ) !== ( $view['cause'] ?? '' ) ) : ?>
		<p>
			<?php esc_html_e( 'The answer was:', 'outbox' ); ?>
			<q dir="ltr"><?php echo esc_html( (string) $view['text'] ); ?></q>
		</p>
	<?php endif; ?>
	<?php if ( ! empty( $view['remedies'] ) ) : ?>
		<p><strong><?php esc_html_e( 'What to do:', 'outbox' ); ?></strong></p>
		<ol>
			<?php foreach ( (array) $view['remedies'] as $outbox_remedy ) : ?>
				<li><?php echo esc_html( (string) $outbox_remedy ); ?></li>
			<?php endforeach; ?>
		</ol>
	<?php endif; ?>
	<p>
		<?php if ( '' !== (string) ( $view['provider_link'] ?? '' ) ) : ?>
			<a class="button" href="<?php echo esc_url( $view['provider_link'] ); ?>" target="_blank" rel="noopener noreferrer"><?php esc_html_e( 'The page of the provider about this', 'outbox' ); ?><span class="screen-reader-text"> <?php esc_html_e( '(opens in a new tab)', 'outbox' ); ?></span></a>
		<?php endif; ?>
		<a class="button" href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) ); ?>"><?php esc_html_e( 'To the settings', 'outbox' ); ?></a>
	</p>
</div>
