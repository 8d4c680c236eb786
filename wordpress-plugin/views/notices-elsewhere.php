<?php
/**
 * That mail needs somebody, on pages that are not about mail.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Texts.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

?>
<div class="notice notice-error"><p>
	<strong><?php esc_html_e( 'Outbox:', 'outbox' ); ?></strong>
	<?php echo esc_html( implode( ' ', $view['texts'] ) ); ?>
	<a href="<?php echo esc_url( Menu::url( Menu::SETTINGS ) ); ?>"><?php esc_html_e( 'What to do', 'outbox' ); ?></a>
</p></div>
