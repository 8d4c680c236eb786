<?php
/**
 * The plugin: which hook leads to which class.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * A page that sends nothing gets the hooks and no more: every class is loaded, and every option read, when its hook
 * fires.
 */
final class Plugin {

	/** Hook of WP-Cron that reads what the queue has done. */
	public const CRON_SYNC = 'outbox_sync';
	/** Hook of WP-Cron that clears the log. */
	public const CRON_PRUNE = 'outbox_prune';

	/** Hook of WP-Cron that tells of failures. */
	public const CRON_ALERT = 'outbox_alert';
	/** Hook of WP-Cron that tells of the week. */
	public const CRON_SUMMARY = 'outbox_summary';

	/** The filters of data/core-mails.php, here so that a page need not load it. */
	public const CORE_MAIL_FILTERS = array( 'auto_core_update_send_email', 'auto_plugin_update_send_email', 'auto_theme_update_send_email', 'automatic_updates_send_debug_email', 'notify_moderator', 'notify_post_author', 'send_core_update_notification_email', 'send_email_change_email', 'send_network_admin_email_change_email', 'send_new_site_email', 'send_password_change_email', 'send_retrieve_password_email', 'send_site_admin_email_change_email', 'wp_send_new_user_notification_to_admin', 'wp_send_new_user_notification_to_user', 'wpmu_signup_blog_notification', 'wpmu_signup_user_notification', 'wpmu_welcome_notification', 'wpmu_welcome_user_notification' );

	/** The hooks of data/core-mails.php on which core itself listens. */
	public const CORE_MAIL_HOOKS = array( 'after_password_reset', 'user_request_action_confirmed', 'wp_initialize_site', 'wp_privacy_personal_data_erased', 'wpmu_new_user' );

	/**
	 * The one that takes over mail.
	 *
	 * @var Takeover|null
	 */
	private static $takeover = null;

	/**
	 * Registers the hooks.
	 */
	public static function boot(): void {
		register_activation_hook( OUTBOX_PLUGIN_FILE, array( Lifecycle::class, 'activate' ) );
		register_deactivation_hook( OUTBOX_PLUGIN_FILE, array( Lifecycle::class, 'deactivate' ) );

		// Last of all, because what the owner of the site has set is what counts.
		add_filter( 'wp_mail_from', array( self::class, 'filter_from' ), PHP_INT_MAX );
		add_filter( 'wp_mail_from_name', array( self::class, 'filter_from_name' ), PHP_INT_MAX );
		add_action( 'phpmailer_init', array( self::class, 'take_over' ), PHP_INT_MAX );

		add_filter( 'cron_schedules', array( Lifecycle::class, 'schedules' ) ); // phpcs:ignore WordPress.WP.CronInterval -- reading a journal of what has happened is cheap, and failures should be known soon.
		add_action( self::CRON_SYNC, array( self::class, 'refresh' ), 5 );
		add_action( self::CRON_SYNC, array( self::class, 'sync' ) );
		add_action( self::CRON_PRUNE, array( self::class, 'prune' ) );
		add_action( 'outbox/settings_saved', array( self::class, 'refresh_profiles' ) );
		add_action( 'wp_initialize_site', array( Lifecycle::class, 'initialize_site' ), 200 );
		add_filter( 'wpmu_drop_tables', array( Lifecycle::class, 'drop_tables' ), 10, 2 );
		add_action( 'rest_api_init', array( Rest\Routes::class, 'register' ) );
		add_action( self::CRON_ALERT, array( Alerts::class, 'send' ) );
		add_action( self::CRON_SUMMARY, array( Summary::class, 'send' ) );
		add_action( 'outbox/failed', array( Alerts::class, 'note_failure' ) );
		add_action( 'outbox/connection_changed', array( Alerts::class, 'note_connection' ), 10, 3 );
		add_action( 'outbox/backup_used', array( Alerts::class, 'note_backup' ), 10, 2 );
		foreach ( self::CORE_MAIL_FILTERS as $filter ) {
			add_filter( $filter, array( CoreMails::class, 'filter' ), PHP_INT_MAX );
		}
		foreach ( self::CORE_MAIL_HOOKS as $hook ) {
			add_action( $hook, array( CoreMails::class, 'before' ), 1 );
		}
		add_filter( 'site_status_tests', array( SiteHealth::class, 'tests' ) );
		add_filter( 'debug_information', array( SiteHealth::class, 'info' ) );
		add_filter( 'wp_privacy_personal_data_exporters', array( Privacy::class, 'exporters' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( Privacy::class, 'erasers' ) );
		add_action( 'admin_bar_menu', array( Admin\Badge::class, 'add' ), 90 );
		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			Cli\Commands::register();
		}
		if ( is_admin() ) {
			add_action( 'admin_init', array( Lifecycle::class, 'upgrade' ), 5 );
			Admin\Admin::register();
		}
	}

	/**
	 * The settings of the current site.
	 */
	public static function settings(): Settings {
		static $settings = null;
		$settings        = $settings ?? new Settings();
		return $settings;
	}

	/**
	 * The connections of the current site.
	 */
	public static function connections(): Connections {
		return new Connections( self::settings() );
	}

	/**
	 * The log of the current site.
	 */
	public static function log(): Log {
		static $log = null;
		$log        = $log ?? new Log( self::settings() );
		return $log;
	}

	/**
	 * The one that takes over mail.
	 */
	public static function takeover(): Takeover {
		self::$takeover = self::$takeover ?? new Takeover( self::settings() );
		return self::$takeover;
	}

	/**
	 * For wp_mail_from.
	 *
	 * @param mixed $address What the others said.
	 * @return mixed
	 */
	public static function filter_from( $address ) {
		return self::takeover()->from( $address );
	}

	/**
	 * For wp_mail_from_name.
	 *
	 * @param mixed $name What the others said.
	 * @return mixed
	 */
	public static function filter_from_name( $name ) {
		return self::takeover()->from_name( $name );
	}

	/**
	 * For phpmailer_init: by reference, because the object is replaced where it is not ours.
	 *
	 * @param mixed $phpmailer Whoever is about to send.
	 */
	public static function take_over( &$phpmailer ): void {
		self::takeover()->take( $phpmailer );
	}

	/**
	 * Tells the queue of new settings. A queue that cannot be told learns of them with the next message.
	 *
	 * @param Settings $settings The settings.
	 */
	public static function refresh_profiles( Settings $settings ): void {
		if ( ! Extension::has_profiles() ) {
			return;
		}
		try {
			$relay = new Delivery\Relay( $settings );
			$relay->refresh_profiles();
			$relay->forget_profiles();
			if ( null !== State::get( 'keyless' ) ) {
				( new Delivery\Held( $settings, self::log() ) )->release();
			}
		} catch ( \Throwable $error ) {
			/** This action is documented in src/Log/Sync.php */
			do_action( 'outbox/sync_failed', $error );
		}
	}

	/**
	 * The same as a job: the network's settings and wp-config.php may have changed elsewhere.
	 */
	public static function refresh(): void {
		self::refresh_profiles( self::settings() );
	}

	/**
	 * Reads what the queue has done.
	 */
	public static function sync(): void {
		( new Log\Sync( self::log(), self::settings() ) )->run( Log::nobody_waits() ? 20.0 : 1.0 );
	}

	/**
	 * Clears the log of what is too old or too much, and the queue of profiles that nothing waits for.
	 */
	public static function prune(): void {
		self::log()->prune();
		self::refresh();
	}
}
