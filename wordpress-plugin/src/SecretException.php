<?php
/**
 * A secret that cannot be kept or cannot be read.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * The reason decides what the pages ask for; the message is for people.
 */
final class SecretException extends \RuntimeException {

	/** The keys of wp-config.php are missing or are the phrases of the sample. */
	public const KEYS_UNSAFE = 'keys_unsafe';
	/** It was sealed with other keys: they were changed since. */
	public const KEYS_CHANGED = 'keys_changed';
	/** It does not open: sealed for another server or user, or damaged. */
	public const UNREADABLE = 'unreadable';

	/**
	 * One of the constants above.
	 *
	 * @var string
	 */
	private $reason;

	/**
	 * Finds the words for a reason.
	 *
	 * @param string $reason One of the constants above.
	 */
	public function __construct( string $reason ) {
		$this->reason = $reason;
		parent::__construct( self::text( $reason ) );
	}

	/**
	 * One of the constants above.
	 */
	public function reason(): string {
		return $this->reason;
	}

	/**
	 * What to tell people.
	 *
	 * @param string $reason One of the constants above.
	 */
	private static function text( string $reason ): string {
		switch ( $reason ) {
			case self::KEYS_UNSAFE:
				return __( 'AUTH_KEY and AUTH_SALT are missing in wp-config.php, or still the phrases of the sample. Without them a password cannot be kept safely in the database: set them, or put the password into wp-config.php.', 'outbox' );
			case self::KEYS_CHANGED:
				return __( 'AUTH_KEY or AUTH_SALT of wp-config.php were changed since the password was saved. Please type it again.', 'outbox' );
			default:
				return __( 'The saved password was made for another server or user name, or is damaged. Please type it again.', 'outbox' );
		}
	}
}
