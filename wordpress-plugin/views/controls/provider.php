<?php
/**
 * The chooser of providers: radio buttons that look like cards.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view field, form, providers, about.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_field = $view['field'];
?>
<?php $outbox_chosen = (string) $outbox_field['value']; ?>
<?php $outbox_none = ! $view['form']->may_follow_network(); // Nothing to choose: not set up yet. ?>
<?php if ( $outbox_field['locked'] ) : ?>
	<p class="outbox-chosen outbox-chosen-locked" data-outbox-provider="<?php echo esc_attr( $outbox_chosen ); ?>"><?php echo esc_html( $outbox_field['choices'][ $outbox_chosen ] ?? '' ); ?></p>
	<?php return; ?>
<?php endif; ?>
<details class="outbox-chooser"<?php echo '' === $outbox_chosen && $outbox_none ? ' open' : ''; ?>>
	<summary>
		<span class="outbox-chosen" data-outbox-chosen><?php echo esc_html( $outbox_field['choices'][ $outbox_chosen ] ?? '' ); ?></span>
		<span class="button-link"><?php esc_html_e( 'Change', 'outbox' ); ?></span>
	</summary>
	<div class="outbox-providers">
		<?php foreach ( $outbox_field['choices'] as $outbox_value => $outbox_text ) : ?>
			<?php
			if ( '' === $outbox_value && $outbox_none ) {
				continue;
			}
			?>
			<label class="outbox-provider">
				<input type="radio" name="<?php echo esc_attr( $outbox_field['name'] ); ?>" value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php checked( (string) $outbox_value, $outbox_chosen ); ?><?php disabled( $outbox_field['locked'] ); ?>>
				<span class="outbox-provider-sign" aria-hidden="true"><?php echo esc_html( mb_substr( $outbox_text, 0, 1 ) ); ?></span>
				<span class="outbox-provider-name"><?php echo esc_html( $outbox_text ); ?></span>
			</label>
		<?php endforeach; ?>
	</div>
</details>
