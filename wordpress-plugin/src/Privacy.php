<?php
/**
 * Personal data in log and queue.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress;

defined( 'ABSPATH' ) || exit;

/**
 * What WordPress' tools for personal data ask of us: show, and take away, what is kept of an address.
 */
final class Privacy {

	/** Entries of one step. */
	private const AT_ONCE = 100;

	/**
	 * Adds the exporter.
	 *
	 * @param array<string, mixed> $exporters Exporters.
	 * @return array<string, mixed>
	 */
	public static function exporters( array $exporters ): array {
		$exporters['outbox'] = array(
			'exporter_friendly_name' => __( 'Outbox: mail', 'outbox' ),
			'callback'               => array( self::class, 'export' ),
		);
		return $exporters;
	}

	/**
	 * Adds the eraser.
	 *
	 * @param array<string, mixed> $erasers Erasers.
	 * @return array<string, mixed>
	 */
	public static function erasers( array $erasers ): array {
		$erasers['outbox'] = array(
			'eraser_friendly_name' => __( 'Outbox: mail', 'outbox' ),
			'callback'             => array( self::class, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * What is kept of mail to and from an address.
	 *
	 * @param string $address Address.
	 * @param int    $page    Step, from 1.
	 * @return array{data: list<array<string, mixed>>, done: bool}
	 */
	public static function export( string $address, int $page = 1 ): array {
		Plugin::sync();
		$entries = Plugin::log()->query()->find( array( 'person' => $address ), self::AT_ONCE, ( $page - 1 ) * self::AT_ONCE, 'id', true );
		$items   = array();
		foreach ( $entries as $entry ) {
			$data = array(
				__( 'Time', 'outbox' )    => gmdate( 'Y-m-d\TH:i:s\Z', $entry['created'] ),
				__( 'From', 'outbox' )    => $entry['sender'],
				__( 'Subject', 'outbox' ) => $entry['subject'],
				__( 'Status', 'outbox' )  => $entry['status'],
				__( 'Answer', 'outbox' )  => $entry['reply'],
			);
			foreach ( $entry['recipients'] as $recipient ) {
				// Who else got it is not this person's to know.
				if ( 0 === strcasecmp( (string) $recipient['address'], $address ) ) {
					$data[ __( 'To', 'outbox' ) ] = $recipient['address'];
				}
			}
			$items[] = array(
				'group_id'    => 'outbox',
				'group_label' => __( 'Mail', 'outbox' ),
				'item_id'     => 'outbox-' . $entry['id'],
				'data'        => self::pairs( $data ),
			);
		}
		return array(
			'data' => $items,
			'done' => count( $entries ) < self::AT_ONCE,
		);
	}

	/**
	 * Takes away what is kept of an address: entries that concern nobody else, and the address in the others. What waits
	 * in the queue for this address alone is not sent any more.
	 *
	 * @param string $address Address.
	 * @return array<string, mixed> items_removed, items_retained, messages, done
	 */
	public static function erase( string $address ): array {
		Plugin::sync();
		$answer  = array(
			'items_removed'  => false,
			'items_retained' => false,
			'messages'       => array(),
			'done'           => true,
		);
		$answer  = self::erase_from_queue( $address, $answer );
		$entries = Plugin::log()->query()->find( array( 'person' => $address ), self::AT_ONCE, 0, 'id', true );
		foreach ( $entries as $entry ) {
			$others = array();
			foreach ( $entry['recipients'] as $recipient ) {
				if ( 0 !== strcasecmp( (string) $recipient['address'], $address ) ) {
					$others[] = $recipient;
				}
			}
			if ( array() === $others ) {
				Plugin::log()->delete( $entry['id'] );
			} else {
				self::anonymise( $entry, $others );
			}
			$answer['items_removed'] = true;
		}
		$answer['done'] = count( $entries ) < self::AT_ONCE;
		return $answer;
	}

	/**
	 * Takes an address out of an entry that concerns others too, and with it every text that may name it.
	 *
	 * @param array<string, mixed>       $entry  Entry.
	 * @param list<array<string, mixed>> $others The other recipients.
	 */
	private static function anonymise( array $entry, array $others ): void {
		foreach ( $others as $i => $recipient ) {
			unset( $others[ $i ]['text'] );
		}
		Plugin::log()->update(
			$entry['id'],
			array(
				'recipients' => (string) wp_json_encode( $others ),
				'sender'     => wp_privacy_anonymize_data( 'email', $entry['sender'] ),
				'subject'    => wp_privacy_anonymize_data( 'text', $entry['subject'] ),
				'timeline'   => '[]',
				'reply'      => '',
				'message'    => null,
			)
		);
	}

	/**
	 * Takes away what waits.
	 *
	 * @param string               $address Address.
	 * @param array<string, mixed> $answer  What was done so far.
	 * @return array<string, mixed>
	 */
	private static function erase_from_queue( string $address, array $answer ): array {
		if ( ! Extension::can_queue() ) {
			return $answer;
		}
		try {
			$spool  = Extension::spool( Plugin::settings() );
			$filter = array(
				'recipient' => $address,
				'tag'       => State::site(),
			);
			foreach ( $spool->list( $filter ) as $message ) {
				if ( count( $message['recipients'] ) > 1 ) {
					$answer['items_retained'] = true;
					$answer['messages'][]     = __( 'A message to several recipients still waits in the queue of mail. It goes when it is delivered.', 'outbox' );
				} elseif ( $spool->remove( (string) $message['id'] ) > 0 ) {
					$answer['items_removed'] = true;
				}
			}
		} catch ( \Throwable $error ) {
			$answer['items_retained'] = true;
			$answer['messages'][]     = $error->getMessage();
		}
		$answer['messages'] = array_values( array_unique( $answer['messages'] ) );
		return $answer;
	}

	/**
	 * Names and values as WordPress wants them.
	 *
	 * @param array<string, string> $data Values by name.
	 * @return list<array{name: string, value: string}>
	 */
	private static function pairs( array $data ): array {
		$pairs = array();
		foreach ( $data as $name => $value ) {
			$pairs[] = array(
				'name'  => $name,
				'value' => $value,
			);
		}
		return $pairs;
	}

	/**
	 * Suggests a text for the site's privacy policy.
	 */
	public static function suggest_policy(): void {
		$days = (int) Plugin::settings()->get( 'log_days' );
		$text = array(
			__( 'When this site sends you an email, it is handed to the mail provider that we use, which delivers it.', 'outbox' ),
			0 === $days
				? __( 'We keep a log of when which message was sent to whom, its subject, and whether it was delivered.', 'outbox' )
				/* translators: %s: number of days. */
				: sprintf( _n( 'We keep for %s day when which message was sent to whom, its subject, and whether it was delivered.', 'We keep for %s days when which message was sent to whom, its subject, and whether it was delivered.', $days, 'outbox' ), number_format_i18n( $days ) ),
			__( 'Messages that cannot be delivered at once wait on our server for some days at most.', 'outbox' ),
		);
		if ( 'message' === Plugin::settings()->get( 'log_detail' ) ) {
			$text[] = __( 'The log holds the messages themselves too.', 'outbox' );
		}
		wp_add_privacy_policy_content( 'Outbox', '<p class="privacy-policy-tutorial">' . esc_html__( 'Name your mail provider here.', 'outbox' ) . '</p><p>' . implode( '</p><p>', array_map( 'esc_html', $text ) ) . '</p>' );
	}
}
