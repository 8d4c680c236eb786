<?php
/**
 * Who sends a message.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * Looks at the stack once, without arguments: which plugin or theme it goes through, and whether it goes through one
 * of the places that people wait for.
 */
final class Source {

	/**
	 * Functions and classes that send what somebody waits for, with the seconds for which it is of use: links that reset
	 * a password hold for a day, codes for minutes. 0: as long as other mail.
	 */
	private const URGENT = array(
		'retrieve_password'                => DAY_IN_SECONDS,
		'wp_send_user_request'             => 0,
		'WP_Recovery_Mode_Email_Service'   => DAY_IN_SECONDS,
		'Two_Factor_Email'                 => HOUR_IN_SECONDS,
		'WC_Email_Customer_Reset_Password' => DAY_IN_SECONDS,
	);

	/**
	 * "plugin:akismet", "mu-plugin:x", "theme:y" or "core".
	 *
	 * @var string
	 */
	private $name;

	/**
	 * Whether somebody waits for it.
	 *
	 * @var bool
	 */
	private $urgent;

	/**
	 * Seconds for which it is of use, 0 for no such limit.
	 *
	 * @var int
	 */
	private $expires_in;

	/**
	 * Made by here().
	 *
	 * @param string   $name   Who.
	 * @param int|null $urgent Seconds for which it is of use, if somebody waits for it.
	 */
	private function __construct( string $name, ?int $urgent ) {
		$this->name       = $name;
		$this->urgent     = null !== $urgent;
		$this->expires_in = (int) $urgent;
	}

	/**
	 * Looks at the stack of now.
	 */
	public static function here(): self {
		$name   = 'core';
		$urgent = null;
		// phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_debug_backtrace -- the only way to know; without arguments and bounded.
		foreach ( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS, 60 ) as $frame ) {
			$urgent = $urgent ?? self::URGENT[ $frame['class'] ?? $frame['function'] ] ?? null;
			if ( 'core' === $name && isset( $frame['file'] ) && 0 !== strpos( $frame['file'], __DIR__ ) ) {
				$name = self::of_file( $frame['file'] );
			}
		}
		return new self( $name, $urgent );
	}

	/**
	 * "plugin:akismet", "mu-plugin:x", "theme:y" or "core".
	 */
	public function name(): string {
		return $this->name;
	}

	/**
	 * Whether somebody waits for it.
	 */
	public function is_urgent(): bool {
		return $this->urgent;
	}

	/**
	 * Seconds for which it is of use, 0 for no such limit.
	 */
	public function expires_in(): int {
		return $this->expires_in;
	}

	/**
	 * Where plugins and themes are.
	 *
	 * @return array<string, string> kind by folder, with a slash at the end
	 */
	private static function folders(): array {
		static $folders = array();
		if ( array() === $folders ) {
			$kinds = array(
				'plugin'    => WP_PLUGIN_DIR,
				'mu-plugin' => WPMU_PLUGIN_DIR,
				'theme'     => get_theme_root(),
			);
			foreach ( $kinds as $kind => $folder ) {
				// PHP names files without links in their paths; the folder of a site often has one.
				foreach ( array_filter( array( $folder, (string) realpath( $folder ) ) ) as $path ) {
					$folders[ wp_normalize_path( $path ) . '/' ] = $kind;
				}
			}
		}
		return $folders;
	}

	/**
	 * Whose file this is.
	 *
	 * @param string $file Path.
	 */
	public static function of_file( string $file ): string {
		$file = wp_normalize_path( $file );
		foreach ( self::folders() as $folder => $kind ) {
			if ( 0 === strpos( $file, $folder ) ) {
				$part = explode( '/', substr( $file, strlen( $folder ) ) )[0];
				return $kind . ':' . preg_replace( '/\.php$/', '', $part );
			}
		}
		// A plugin's folder may be a link to somewhere else: core keeps a list of those.
		foreach ( (array) ( $GLOBALS['wp_plugin_paths'] ?? array() ) as $link => $real ) {
			if ( 0 === strpos( $file, wp_normalize_path( (string) $real ) . '/' ) ) {
				return 'plugin:' . basename( (string) $link );
			}
		}
		return 'core';
	}
}
