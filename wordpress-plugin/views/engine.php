<?php
/**
 * What sends the mail of this site, in one line; and without the extension, what it would add.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Facts of EngineNote.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

?>
<?php if ( '' !== $view['trouble'] ) : ?>
	<div class="outbox-engine outbox-engine-bad" role="note">
		<strong><?php esc_html_e( 'The queue cannot be opened.', 'outbox' ); ?></strong>
		<?php echo esc_html( $view['trouble'] ); ?>
	</div>
<?php elseif ( $view['queue'] ) : ?>
	<div class="outbox-engine outbox-engine-good" role="note">
		<strong>
			<?php
			/* translators: %s: version. */
			printf( esc_html__( 'The Outbox extension %s is at work.', 'outbox' ), esc_html( $view['version'] ) );
			?>
		</strong>
		<?php
		$outbox_waiting = (int) ( $view['status']['due'] ?? 0 ) + (int) ( $view['status']['deferred'] ?? 0 );
		echo esc_html(
			0 === $outbox_waiting
				? __( 'The queue is empty.', 'outbox' )
				/* translators: %s: number of messages. */
				: sprintf( _n( '%s message waits in the queue.', '%s messages wait in the queue.', $outbox_waiting, 'outbox' ), number_format_i18n( $outbox_waiting ) )
		);
		?>
	</div>
<?php elseif ( $view['extension'] ) : ?>
	<div class="outbox-engine outbox-engine-fair" role="note">
		<strong>
			<?php
			/* translators: %s: version. */
			printf( esc_html__( 'The Outbox extension %s sends directly.', 'outbox' ), esc_html( $view['version'] ) );
			?>
		</strong>
		<?php esc_html_e( 'This version of it has no queue: pages wait for the mail server.', 'outbox' ); ?>
	</div>
<?php else : ?>
	<details class="outbox-engine outbox-engine-fair">
		<summary>
			<strong><?php esc_html_e( 'Mail is sent by PHP alone, while the page waits.', 'outbox' ); ?></strong>
			<?php esc_html_e( 'What the Outbox extension would add, and how to get it', 'outbox' ); ?>
		</summary>
		<ul>
			<li><?php esc_html_e( 'Pages do not wait: a message is written to a queue on this server and sent at once in the background.', 'outbox' ); ?></li>
			<li><?php esc_html_e( 'What cannot be sent now is kept and tried again, for days if need be, even if the server restarts.', 'outbox' ); ?></li>
			<li><?php esc_html_e( 'Connections stay open, so that many messages cost little; and every recipient has a result of its own.', 'outbox' ); ?></li>
		</ul>
		<p><?php esc_html_e( 'It is a PHP extension, so whoever runs the server installs it:', 'outbox' ); ?></p>
		<pre dir="ltr">pie install outbox/outbox-ext</pre>
		<p>
			<?php
			echo esc_html(
				$view['php']
					? __( 'Everything on this page works without it and stays as it is when it comes.', 'outbox' )
					/* translators: %s: PHP version. */
					: sprintf( __( 'It needs PHP 8.1 or newer; this site runs %s. Everything on this page works without it.', 'outbox' ), PHP_VERSION )
			);
			?>
		</p>
	</details>
<?php endif; ?>
