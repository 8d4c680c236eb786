<?php
/**
 * What the sites of a network may change.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view all, single (as typed or in force).
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_count = count( $view['single'] );
?>
<section class="outbox-card outbox-locks" id="outbox-section-locks" aria-labelledby="outbox-title-lock">
	<h2 id="outbox-title-lock"><?php esc_html_e( 'Sites of the network', 'outbox' ); ?></h2>
	<p class="outbox-lead"><?php esc_html_e( 'A site uses these settings until it is given its own. What you lock is shown there and cannot be changed.', 'outbox' ); ?></p>
	<label class="outbox-check">
		<input type="checkbox" name="<?php echo esc_attr( Locks::ALL ); ?>" value="1"<?php checked( $view['all'] ); ?>>
		<?php esc_html_e( 'Lock all settings: every site uses those of the network', 'outbox' ); ?>
	</label>
	<p class="description"><?php esc_html_e( 'Whoever administers a site whose connection is not locked can have all mail that is sent from it, password resets of network administrators among it: lock at least the connection unless you trust these people.', 'outbox' ); ?></p>
	<details class="outbox-fold outbox-lock-single" id="outbox-fold-locks"<?php echo $outbox_count > 0 && ! $view['all'] ? ' open' : ''; ?>>
		<summary><?php esc_html_e( 'Lock single settings', 'outbox' ); ?></summary>
		<?php foreach ( Locks::units() as $outbox_title => $outbox_units ) : ?>
			<fieldset class="outbox-lock-group">
				<legend class="outbox-label"><?php echo esc_html( $outbox_title ); ?></legend>
				<?php foreach ( $outbox_units as $outbox_id => $outbox_unit ) : ?>
					<label class="outbox-check">
						<input type="checkbox" name="<?php echo esc_attr( Locks::SINGLE ); ?>[]" value="<?php echo esc_attr( $outbox_id ); ?>"<?php checked( array() === array_diff( $outbox_unit['keys'], $view['single'] ) ); ?>>
						<span><?php echo esc_html( $outbox_unit['label'] ); ?></span>
					</label>
				<?php endforeach; ?>
			</fieldset>
		<?php endforeach; ?>
	</details>
</section>
