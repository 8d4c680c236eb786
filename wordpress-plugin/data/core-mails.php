<?php
/**
 * The notifications that WordPress itself sends, and how each can be switched off.
 *
 * A row says: filters that say no when they give false; core's own listeners to take away (hook, function, priority);
 * label. Confirmations of a changed address are not here: without them anybody could change it.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

return array(
	'comment_moderation'    => array(
		'filters' => array( 'notify_moderator' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'A comment waits for moderation (to moderators)', 'outbox' );
		},
	),
	'comment_published'     => array(
		'filters' => array( 'notify_post_author' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'A comment was published (to the author of the post)', 'outbox' );
		},
	),
	'password_request'      => array(
		'filters' => array( 'send_retrieve_password_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'A password is to be reset (to the user, who cannot reset it without)', 'outbox' );
		},
	),
	'password_reset'        => array(
		'filters' => array(),
		'remove'  => array( array( 'after_password_reset', 'wp_password_change_notification', 10 ) ),
		'label'   => static function (): string {
			return __( 'A user has reset the password (to the administrator)', 'outbox' );
		},
	),
	'password_changed'      => array(
		'filters' => array( 'send_password_change_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'The password was changed (to the user)', 'outbox' );
		},
	),
	'email_changed'         => array(
		'filters' => array( 'send_email_change_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'The email address was changed (to the user)', 'outbox' );
		},
	),
	'admin_email_changed'   => array(
		'filters' => array( 'send_site_admin_email_change_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'The address of the administration was changed (to the old one)', 'outbox' );
		},
	),
	'request_confirmed'     => array(
		'filters' => array(),
		'remove'  => array( array( 'user_request_action_confirmed', '_wp_privacy_send_request_confirmation_notification', 12 ) ),
		'label'   => static function (): string {
			return __( 'A request about personal data was confirmed (to the administrator)', 'outbox' );
		},
	),
	'data_erased'           => array(
		'filters' => array(),
		'remove'  => array( array( 'wp_privacy_personal_data_erased', '_wp_privacy_send_erasure_fulfillment_notification', 10 ) ),
		'label'   => static function (): string {
			return __( 'Personal data were erased (to whoever asked for it)', 'outbox' );
		},
	),
	'new_user_admin'        => array(
		'filters' => array( 'wp_send_new_user_notification_to_admin' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'A user has registered (to the administrator)', 'outbox' );
		},
	),
	'new_user'              => array(
		'filters' => array( 'wp_send_new_user_notification_to_user' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Welcome, with a link to set the password (to the new user)', 'outbox' );
		},
	),
	'core_updated'          => array(
		'filters' => array( 'auto_core_update_send_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'WordPress was updated by itself, or could not be', 'outbox' );
		},
	),
	'core_available'        => array(
		'filters' => array( 'send_core_update_notification_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'A new version of WordPress is available', 'outbox' );
		},
	),
	'plugins_updated'       => array(
		'filters' => array( 'auto_plugin_update_send_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Plugins were updated by themselves', 'outbox' );
		},
	),
	'themes_updated'        => array(
		'filters' => array( 'auto_theme_update_send_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Themes were updated by themselves', 'outbox' );
		},
	),
	'update_log'            => array(
		'filters' => array( 'automatic_updates_send_debug_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'The full log of automatic updates (of development versions)', 'outbox' );
		},
	),
	'network_email_changed' => array(
		'filters' => array( 'send_network_admin_email_change_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: the address of its administration was changed (to the old one)', 'outbox' );
		},
	),
	'site_created'          => array(
		'filters' => array( 'send_new_site_email' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: a site was created in the administration (to its administrator)', 'outbox' );
		},
	),
	'site_registered'       => array(
		'filters' => array(),
		'remove'  => array( array( 'wp_initialize_site', 'newblog_notify_siteadmin', 100 ) ),
		'label'   => static function (): string {
			return __( 'Network: a site was registered (to its administrator)', 'outbox' );
		},
	),
	'network_user'          => array(
		'filters' => array(),
		'remove'  => array( array( 'wpmu_new_user', 'newuser_notify_siteadmin', 10 ) ),
		'label'   => static function (): string {
			return __( 'Network: a user has registered (to its administrator)', 'outbox' );
		},
	),
	'site_signup'           => array(
		'filters' => array( 'wpmu_signup_blog_notification' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: confirm the registration of a site (to the user, who cannot without)', 'outbox' );
		},
	),
	'user_signup'           => array(
		'filters' => array( 'wpmu_signup_user_notification' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: confirm a registration (to the user, who cannot without)', 'outbox' );
		},
	),
	'site_welcome'          => array(
		'filters' => array( 'wpmu_welcome_notification' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: welcome to the new site (to its owner)', 'outbox' );
		},
	),
	'user_welcome'          => array(
		'filters' => array( 'wpmu_welcome_user_notification' ),
		'remove'  => array(),
		'label'   => static function (): string {
			return __( 'Network: welcome (to the new user)', 'outbox' );
		},
	),
);
