<?php
/**
 * Title and way between the pages.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 *
 * @var array<string, mixed> $view Values.
 */

namespace Outbox\WordPress\Admin;

defined( 'ABSPATH' ) || exit;

$outbox_tabs = array();
if ( empty( $view['network'] ) ) {
	if ( Access::may_set() ) {
		$outbox_tabs[ Menu::SETTINGS ] = __( 'Settings', 'outbox' );
		$outbox_tabs[ Menu::TEST ]     = __( 'Send a test', 'outbox' );
	}
	if ( Access::may_read_log() ) {
		$outbox_tabs[ Menu::LOG ] = __( 'Log and queue', 'outbox' );
	}
	if ( Access::may_set() ) {
		$outbox_tabs[ Menu::IMPORT ] = __( 'Import', 'outbox' );
	}
}
?>
<h1 class="outbox-title"><span class="dashicons dashicons-email-alt" aria-hidden="true"></span> <?php echo esc_html( $view['title'] ); ?></h1>
<?php if ( count( $outbox_tabs ) > 1 ) : ?>
	<nav class="outbox-tabs" aria-label="<?php esc_attr_e( 'Pages of Outbox', 'outbox' ); ?>">
		<?php foreach ( $outbox_tabs as $outbox_slug => $outbox_label ) : ?>
			<a href="<?php echo esc_url( Menu::url( $outbox_slug ) ); ?>"<?php echo $outbox_slug === $view['current'] ? ' aria-current="page"' : ''; ?>><?php echo esc_html( $outbox_label ); ?></a>
		<?php endforeach; ?>
	</nav>
<?php endif; ?>
<hr class="wp-header-end">
<?php
if ( empty( $view['network'] ) ) {
	Notices::show();
}
