<?php
/**
 * Further connections: the same fields as the first one.
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
<?php foreach ( $view['form']->connections() as $outbox_at => $outbox_row ) : ?>
	<?php
	$outbox_name = $outbox_field['name'] . "[$outbox_at]";
	$outbox_base = $outbox_field['id'] . "-$outbox_at";
	$outbox_new  = '' === $outbox_row['id'];
	?>
	<details class="outbox-connection"<?php echo '' !== $outbox_field['error'] && ! $outbox_new ? ' open' : ''; ?>>
		<summary><?php echo $outbox_new ? esc_html__( 'Add a connection', 'outbox' ) : esc_html( $outbox_row['id'] ); ?></summary>
		<div class="outbox-grid">
			<label for="<?php echo esc_attr( "$outbox_base-id" ); ?>"><?php esc_html_e( 'Name', 'outbox' ); ?></label>
			<input type="text" id="<?php echo esc_attr( "$outbox_base-id" ); ?>" name="<?php echo esc_attr( $outbox_name . '[id]' ); ?>" value="<?php echo esc_attr( $outbox_row['id'] ); ?>" dir="ltr" pattern="[a-z0-9][a-z0-9-]*" maxlength="31"<?php echo $outbox_new ? '' : ' readonly'; ?><?php disabled( $outbox_field['locked'] ); ?>>
			<label for="<?php echo esc_attr( "$outbox_base-provider" ); ?>"><?php esc_html_e( 'Provider', 'outbox' ); ?></label>
			<select id="<?php echo esc_attr( "$outbox_base-provider" ); ?>" name="<?php echo esc_attr( $outbox_name . '[provider]' ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
				<?php foreach ( $view['providers'] as $outbox_value => $outbox_preset ) : ?>
					<option value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php selected( $outbox_value, $outbox_row['provider'] ?? 'other' ); ?>><?php echo esc_html( $outbox_preset['name'] ); ?></option>
				<?php endforeach; ?>
			</select>
			<label for="<?php echo esc_attr( "$outbox_base-host" ); ?>"><?php esc_html_e( 'SMTP Host', 'outbox' ); ?></label>
			<input type="text" id="<?php echo esc_attr( "$outbox_base-host" ); ?>" name="<?php echo esc_attr( $outbox_name . '[host]' ); ?>" value="<?php echo esc_attr( (string) ( $outbox_row['host'] ?? '' ) ); ?>" dir="ltr" spellcheck="false"<?php disabled( $outbox_field['locked'] ); ?>>
			<label for="<?php echo esc_attr( "$outbox_base-encryption" ); ?>"><?php esc_html_e( 'Encryption', 'outbox' ); ?></label>
			<select id="<?php echo esc_attr( "$outbox_base-encryption" ); ?>" name="<?php echo esc_attr( $outbox_name . '[encryption]' ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
				<?php foreach ( $view['form']->field( 'smtp_encryption' )['choices'] as $outbox_value => $outbox_text ) : ?>
					<option value="<?php echo esc_attr( (string) $outbox_value ); ?>"<?php selected( (string) $outbox_value, (string) ( $outbox_row['encryption'] ?? '' ) ); ?>><?php echo esc_html( $outbox_text ); ?></option>
				<?php endforeach; ?>
			</select>
			<label for="<?php echo esc_attr( "$outbox_base-port" ); ?>"><?php esc_html_e( 'SMTP Port', 'outbox' ); ?></label>
			<input type="number" class="small-text" min="0" max="65535" dir="ltr" id="<?php echo esc_attr( "$outbox_base-port" ); ?>" name="<?php echo esc_attr( $outbox_name . '[port]' ); ?>" value="<?php echo esc_attr( (string) ( $outbox_row['port'] ?? 0 ) ); ?>"<?php disabled( $outbox_field['locked'] ); ?>>
			<label for="<?php echo esc_attr( "$outbox_base-user" ); ?>"><?php esc_html_e( 'SMTP Username', 'outbox' ); ?></label>
			<input type="text" id="<?php echo esc_attr( "$outbox_base-user" ); ?>" name="<?php echo esc_attr( $outbox_name . '[user]' ); ?>" value="<?php echo esc_attr( (string) ( $outbox_row['user'] ?? '' ) ); ?>" dir="ltr" spellcheck="false" autocomplete="off"<?php disabled( $outbox_field['locked'] ); ?>>
			<label for="<?php echo esc_attr( "$outbox_base-pass" ); ?>"><?php esc_html_e( 'SMTP Password', 'outbox' ); ?></label>
			<div>
				<input type="password" id="<?php echo esc_attr( "$outbox_base-pass" ); ?>" name="<?php echo esc_attr( $outbox_name . '[pass]' ); ?>" value="" autocomplete="new-password" dir="ltr"<?php echo $outbox_row['kept'] ? ' placeholder="••••••••••••"' : ''; ?><?php disabled( $outbox_field['locked'] || '' !== $outbox_row['constant'] ); ?>>
				<?php if ( '' !== $outbox_row['constant'] ) : ?>
					<p class="outbox-note">
						<?php
						/* translators: %s: name of a constant. */
						printf( esc_html__( 'Set by the constant %s in wp-config.php.', 'outbox' ), esc_html( $outbox_row['constant'] ) );
						?>
					</p>
				<?php elseif ( $outbox_row['kept'] ) : ?>
					<label class="outbox-remove"><input type="checkbox" name="<?php echo esc_attr( $outbox_name . '[remove_pass]' ); ?>" value="1"> <?php esc_html_e( 'Remove it', 'outbox' ); ?></label>
				<?php endif; ?>
			</div>
			<span></span>
			<label class="outbox-check"><input type="hidden" name="<?php echo esc_attr( $outbox_name . '[auth]' ); ?>" value="0"><input type="checkbox" name="<?php echo esc_attr( $outbox_name . '[auth]' ); ?>" value="1"<?php checked( (bool) ( $outbox_row['auth'] ?? true ) ); ?><?php disabled( $outbox_field['locked'] ); ?>> <?php esc_html_e( 'Authentication', 'outbox' ); ?></label>
		</div>
		<?php foreach ( array( 'region', 'profile', 'autotls', 'ehlo', 'connect_timeout', 'timeout', 'verify', 'ca_file' ) as $outbox_kept ) : ?>
			<?php if ( isset( $outbox_row[ $outbox_kept ] ) && is_scalar( $outbox_row[ $outbox_kept ] ) ) : ?>
				<input type="hidden" name="<?php echo esc_attr( $outbox_name . "[$outbox_kept]" ); ?>" value="<?php echo esc_attr( is_bool( $outbox_row[ $outbox_kept ] ) ? (string) (int) $outbox_row[ $outbox_kept ] : (string) $outbox_row[ $outbox_kept ] ); ?>">
			<?php endif; ?>
		<?php endforeach; ?>
		<?php if ( ! $outbox_new && ! $outbox_field['locked'] ) : ?>
			<p><label class="outbox-remove"><input type="checkbox" name="<?php echo esc_attr( $outbox_name . '[remove]' ); ?>" value="1"> <?php esc_html_e( 'Remove this connection', 'outbox' ); ?></label></p>
		<?php endif; ?>
	</details>
<?php endforeach; ?>
