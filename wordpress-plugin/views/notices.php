<?php
/**
 * What the owner of the site has to know.
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
<?php if ( $view['paused'] ) : ?>
	<div class="notice notice-error">
		<p><strong><?php esc_html_e( 'Mail is paused: the address of this site has changed.', 'outbox' ); ?></strong> <?php esc_html_e( 'If this is a copy for trying things out, all is well: it writes to nobody. If the site has moved, let it go on.', 'outbox' ); ?></p>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="<?php echo esc_attr( Notices::ACTION ); ?>">
			<?php wp_nonce_field( Notices::ACTION ); ?>
			<p><button class="button button-primary"><?php esc_html_e( 'This is the right address: send mail', 'outbox' ); ?></button></p>
		</form>
	</div>
<?php endif; ?>
<?php if ( null !== $view['wp_mail'] ) : ?>
	<div class="notice notice-error"><p>
		<strong><?php esc_html_e( 'Mail does not come to Outbox.', 'outbox' ); ?></strong>
		<?php
		/* translators: 1: who, 2: file, 3: line. */
		echo esc_html( sprintf( __( 'The function wp_mail() is replaced by %1$s (%2$s, line %3$d). Deactivate it, or let it send the mail and deactivate Outbox.', 'outbox' ), $view['wp_mail']['source'], $view['wp_mail']['file'], $view['wp_mail']['line'] ) );
		?>
	</p></div>
<?php endif; ?>
<?php if ( null !== $view['mailer'] && $view['respect'] ) : ?>
	<div class="notice notice-warning"><p>
		<?php
		/* translators: 1: who, 2: name of a class. */
		echo esc_html( sprintf( __( 'The last message was left to %1$s, which has put a mailer of its own in place (%2$s). Deactivate it, or choose in the settings that Outbox sends all the same.', 'outbox' ), $view['mailer']['source'], $view['mailer']['class'] ) );
		?>
	</p></div>
<?php endif; ?>
<?php if ( array() !== $view['plugins'] ) : ?>
	<div class="notice notice-warning"><p>
		<?php
		/* translators: %s: names of plugins. */
		echo esc_html( sprintf( __( 'Also active: %s. Two plugins for mail are one too many: once your settings are in Outbox, deactivate the other.', 'outbox' ), implode( ', ', $view['plugins'] ) ) );
		?>
	</p></div>
<?php endif; ?>
