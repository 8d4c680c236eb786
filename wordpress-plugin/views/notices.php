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
		<p><strong><?php esc_html_e( 'Mail is paused: the address of this site has changed.', 'outbox' ); ?></strong>
			<?php
			if ( $view['queue'] ) {
				/* translators: %s: number. */
				echo esc_html( sprintf( _n( '%s message is kept in the queue and waits for your answer.', '%s messages are kept in the queue and wait for your answer.', $view['waiting'], 'outbox' ), number_format_i18n( $view['waiting'] ) ) );
			} else {
				esc_html_e( 'What is sent meanwhile is refused: without the Outbox extension of PHP it cannot be kept.', 'outbox' );
			}
			?>
		</p>
		<p><?php esc_html_e( 'If the site has moved, its mail goes on. If this is a copy for trying things out, it shall write to nobody: its mail is then kept in the log and not sent, until you choose another delivery in the settings.', 'outbox' ); ?></p>
		<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
			<input type="hidden" name="action" value="<?php echo esc_attr( Notices::ACTION ); ?>">
			<?php wp_nonce_field( Notices::ACTION ); ?>
			<p>
				<button class="button button-primary" name="outbox_site" value="<?php echo esc_attr( Notices::SAME ); ?>"><?php esc_html_e( 'This is the same site: send its mail', 'outbox' ); ?></button>
				<?php if ( $view['waiting'] > 0 ) : ?>
					<button class="button" name="outbox_site" value="<?php echo esc_attr( Notices::DROP ); ?>"><?php esc_html_e( 'This is a copy: remove what waits', 'outbox' ); ?></button>
					<button class="button" name="outbox_site" value="<?php echo esc_attr( Notices::KEEP ); ?>"><?php esc_html_e( 'This is a copy: keep what waits', 'outbox' ); ?></button>
				<?php else : ?>
					<button class="button" name="outbox_site" value="<?php echo esc_attr( Notices::KEEP ); ?>"><?php esc_html_e( 'This is a copy', 'outbox' ); ?></button>
				<?php endif; ?>
			</p>
		</form>
	</div>
<?php elseif ( Notices::SAME === $view['answered'] ) : ?>
	<div class="notice notice-success"><p><?php esc_html_e( 'The new address is known. What was kept is sent now.', 'outbox' ); ?></p></div>
<?php elseif ( in_array( $view['answered'], array( Notices::KEEP, Notices::DROP ), true ) ) : ?>
	<div class="notice notice-success"><p><?php esc_html_e( 'This copy goes its own way now.', 'outbox' ); ?> <?php echo esc_html( \Outbox\WordPress\Schema::choices( 'delivery_mode' )[ \Outbox\WordPress\Plugin::settings()->get( 'delivery_mode' ) ] ); ?></p></div>
<?php endif; ?>
<?php if ( '' !== $view['keyless'] ) : ?>
	<div class="notice notice-error"><p>
		<strong><?php esc_html_e( 'The password for mail cannot be read.', 'outbox' ); ?></strong> <?php echo esc_html( $view['keyless'] ); ?>
		<?php
		if ( $view['locked'] > 0 ) {
			/* translators: %s: number. */
			echo esc_html( sprintf( _n( '%s message is kept in the queue until then.', '%s messages are kept in the queue until then.', $view['locked'], 'outbox' ), number_format_i18n( $view['locked'] ) ) );
		}
		?>
	</p></div>
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
		<a href="<?php echo esc_url( Menu::url( Menu::IMPORT ) ); ?>"><?php esc_html_e( 'Take its settings over', 'outbox' ); ?></a>
	</p></div>
<?php endif; ?>
