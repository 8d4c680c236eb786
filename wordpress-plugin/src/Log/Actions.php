<?php
/**
 * What can be done with messages of the log.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Log;

use Outbox\WordPress\Admin\Access;
use Outbox\WordPress\Delivery\Dispatcher;
use Outbox\WordPress\Delivery\Failure;
use Outbox\WordPress\Delivery\Outgoing;
use Outbox\WordPress\Extension;
use Outbox\WordPress\Mailer;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\State;

defined( 'ABSPATH' ) || exit;

/**
 * Whoever calls has seen to it that the user may. Each answers how many messages it was done with.
 */
final class Actions {

	public const ALL = array( 'resend', 'retry', 'hold', 'release', 'delete' );

	/**
	 * Does it.
	 *
	 * @param string $action One of ALL.
	 * @param int    ...$ids Entries.
	 * @return array{done: int, errors: list<string>}
	 */
	public static function run( string $action, int ...$ids ): array {
		$done   = 0;
		$errors = array();
		foreach ( $ids as $id ) {
			$entry = Plugin::log()->query()->get( $id );
			if ( null === $entry ) {
				continue;
			}
			try {
				$done += self::one( $action, $entry ) ? 1 : 0;
			} catch ( \Throwable $error ) {
				$errors[] = $error->getMessage();
			}
		}
		Plugin::sync();
		return array(
			'done'   => $done,
			'errors' => array_values( array_unique( $errors ) ),
		);
	}

	/**
	 * Which of them make sense for an entry.
	 *
	 * @param array<string, mixed> $entry Entry.
	 * @return list<string>
	 */
	public static function of( array $entry ): array {
		$queued  = '' !== $entry['queue_id'] && Extension::can_queue();
		$waits   = $queued && in_array( $entry['status'], array( 'queued', 'deferred', 'unknown' ), true );
		$actions = array();
		if ( $waits || ( $queued && 'failed' === $entry['status'] ) ) {
			$actions[] = 'retry';
		}
		if ( $waits ) {
			$actions[] = self::is_held( $entry ) ? 'release' : 'hold';
		}
		if ( $entry['has_message'] || $waits ) {
			$actions[] = 'resend';
		}
		$actions[] = 'delete';
		return $actions;
	}

	/**
	 * Whether somebody has stopped it.
	 *
	 * @param array<string, mixed> $entry Entry.
	 */
	public static function is_held( array $entry ): bool {
		foreach ( array_reverse( $entry['timeline'] ) as $line ) {
			if ( in_array( $line['type'] ?? '', array( 'held', 'released' ), true ) ) {
				return 'held' === $line['type'] && in_array( $entry['status'], array( 'queued', 'deferred', 'unknown' ), true );
			}
		}
		return false;
	}

	/**
	 * The whole message for the current user to read. What the log does not keep is in the queue for as long as it waits:
	 * links that reset passwords among it, which are not for everybody who may see who has written to whom.
	 *
	 * @param array<string, mixed> $entry Entry.
	 */
	public static function shown( array $entry ): ?string {
		$may = $entry['has_message'] || Access::may_set() || 'message' === Plugin::settings()->get( 'log_detail' );
		return $may ? self::message( $entry ) : null;
	}

	/**
	 * The whole message, where somebody has it: the log, or the queue.
	 *
	 * @param array<string, mixed> $entry Entry.
	 */
	public static function message( array $entry ): ?string {
		if ( $entry['has_message'] ) {
			return Plugin::log()->query()->message( $entry['id'] );
		}
		try {
			$found = self::in_queue( $entry );
		} catch ( \Throwable $gone ) {
			return null;
		}
		return isset( $found['message'] ) && is_string( $found['message'] ) ? $found['message'] : null;
	}

	/**
	 * Does it with one.
	 *
	 * @param string               $action One of ALL.
	 * @param array<string, mixed> $entry  Entry.
	 * @throws \RuntimeException It cannot be done, in words for people.
	 */
	private static function one( string $action, array $entry ): bool {
		if ( 'delete' === $action ) {
			self::remove_from_queue( $entry );
			return 1 === Plugin::log()->delete( $entry['id'] );
		}
		if ( 'resend' === $action ) {
			self::resend( $entry );
			return true;
		}
		if ( ! in_array( $action, array( 'retry', 'hold', 'release' ), true ) || null === self::in_queue( $entry ) ) {
			return false;
		}
		return Extension::spool( Plugin::settings() )->$action( $entry['queue_id'] ) > 0;
	}

	/**
	 * An entry's message in the queue; null for none. A copied log names messages of the site that it was copied from:
	 * they are not ours, though the queue may be the same.
	 *
	 * @param array<string, mixed> $entry Entry.
	 * @return array<string, mixed>|null As Spool::get() gives it.
	 * @throws \Outbox\Exception The queue cannot be read.
	 */
	private static function in_queue( array $entry ): ?array {
		if ( '' === $entry['queue_id'] || ! Extension::can_queue() ) {
			return null;
		}
		$found = Extension::spool( Plugin::settings() )->get( $entry['queue_id'] );
		return null !== $found && State::site() === ( $found['tag'] ?? '' ) ? $found : null;
	}

	/**
	 * A message that waits is not sent any more when its entry is deleted.
	 *
	 * @param array<string, mixed> $entry Entry.
	 */
	private static function remove_from_queue( array $entry ): void {
		if ( 'sent' !== $entry['status'] && null !== self::in_queue( $entry ) ) {
			Extension::spool( Plugin::settings() )->remove( $entry['queue_id'] );
		}
	}

	/**
	 * Sends the same octets to the same recipients again.
	 *
	 * @param array<string, mixed> $entry Entry.
	 * @throws \RuntimeException The message was not kept, or it cannot be sent.
	 */
	private static function resend( array $entry ): void {
		$octets = self::message( $entry );
		if ( null === $octets ) {
			throw new \RuntimeException( esc_html__( 'The message itself was not kept: only sender, recipients and subject were. The settings of the log say so.', 'outbox' ) );
		}
		$parts               = explode( "\r\n\r\n", $octets, 2 );
		$message             = new Outgoing( $parts[0], $parts[1] ?? '' );
		$message->from       = $entry['sender'];
		$message->sender     = $entry['sender'];
		$message->subject    = $entry['subject'];
		$message->message_id = $entry['message_id'];
		$message->source     = $entry['source'];
		$message->priority   = 'urgent';
		foreach ( $entry['recipients'] as $recipient ) {
			$as = in_array( $recipient['as'] ?? '', array( 'cc', 'bcc' ), true ) ? $recipient['as'] : 'to';

			$message->{$as}[] = (string) $recipient['address'];
		}
		try {
			( new Dispatcher( Plugin::settings(), Mailer::alone() ) )->dispatch( $message );
		} catch ( Failure $failure ) {
			throw new \RuntimeException( esc_html( $failure->getMessage() ), 0, $failure );
		}
	}
}
