<?php
/**
 * A dialogue with a server, to look at and to copy.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view id, text, open.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

?>
<?php if ( '' !== $view['text'] ) : ?>
	<details class="outbox-fold"<?php echo $view['open'] ? ' open' : ''; ?>>
		<summary><?php esc_html_e( 'What was said (without secrets)', 'outbox' ); ?></summary>
		<p><button type="button" class="button" data-outbox-copy="<?php echo esc_attr( $view['id'] ); ?>" hidden><?php esc_html_e( 'Copy', 'outbox' ); ?></button></p>
		<pre class="outbox-transcript" id="<?php echo esc_attr( $view['id'] ); ?>" tabindex="0"><?php echo esc_html( $view['text'] ); ?></pre>
	</details>
<?php endif; ?>
