<?php
/**
 * The page that sends a test.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Admin;

use Outbox\WordPress\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * With a script, every step is shown as it is done; without, all of them at the end.
 */
final class TestPage {

	private const NONCE = 'outbox-test';

	/** So long the page waits for the queue where there is no script that could ask again. */
	private const PATIENCE_SECONDS = 10;

	/**
	 * What was done, as HTML of our views.
	 *
	 * @var list<string>
	 */
	private $results = array();

	/**
	 * What is wrong with the form.
	 *
	 * @var string
	 */
	private $error = '';

	/**
	 * What was typed.
	 *
	 * @var array{to: string, html: bool}
	 */
	private $typed;

	/**
	 * Before anything is sent: does what the form asks for.
	 */
	public function load(): void {
		Access::need( Access::may_set() );
		$this->typed = array(
			'to'   => (string) wp_get_current_user()->user_email,
			'html' => true,
		);
		if ( ! Access::is_post() ) {
			return;
		}
		check_admin_referer( self::NONCE );
		$this->typed = array(
			'to'   => isset( $_POST['to'] ) && is_string( $_POST['to'] ) ? sanitize_text_field( wp_unslash( $_POST['to'] ) ) : '',
			'html' => ! empty( $_POST['html'] ),
		);
		$this->run( isset( $_POST['outbox_do'] ) ? sanitize_key( $_POST['outbox_do'] ) : 'send' );
	}

	/**
	 * Does one of the things the page has buttons for.
	 *
	 * @param string $what send, check, ports or domain.
	 */
	private function run( string $what ): void {
		if ( 'ports' === $what ) {
			$this->results[] = TestSteps::ports()['html'];
		} elseif ( 'domain' === $what ) {
			$this->results[] = TestSteps::domain()['html'];
		} elseif ( 'check' === $what ) {
			$this->check();
		} elseif ( ! is_email( $this->typed['to'] ) ) {
			$this->error = __( 'This is no email address.', 'outbox' );
		} else {
			$this->send();
		}
	}

	/**
	 * Tries the connection, and knocks at other ports where nobody answers; whether it works.
	 */
	private function check(): bool {
		$check           = TestSteps::check();
		$this->results[] = $check['html'];
		if ( $check['knock'] ) {
			$this->results[] = TestSteps::ports()['html'];
		}
		return $check['ok'];
	}

	/**
	 * All of a test.
	 */
	private function send(): void {
		if ( ! $this->check() ) {
			return;
		}
		$sent            = TestSteps::send( $this->typed['to'], $this->typed['html'] );
		$this->results[] = $sent['html'];
		if ( $sent['waiting'] ) {
			$until = microtime( true ) + self::PATIENCE_SECONDS;
			do {
				usleep( 200000 );
				$progress = TestSteps::progress( $sent['queue_id'] );
			} while ( $progress['waiting'] && microtime( true ) < $until );
			$this->results[] = $progress['html'];
		}
		if ( $sent['ok'] ) {
			$this->results[] = TestSteps::domain()['html'];
		}
	}

	/**
	 * Shows it.
	 */
	public function show(): void {
		Access::need( Access::may_set() );
		$connection = Plugin::connections()->for_from( TestSteps::from() );
		View::show(
			'test',
			array(
				'typed'   => $this->typed,
				'error'   => $this->error,
				'results' => $this->results,
				'nonce'   => self::NONCE,
				'missing' => $connection->missing(),
				'saved'   => isset( $_GET['saved'] ), // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- nothing is done with it.
				'label'   => $connection->is_complete() ? $connection->label() : '',
				'from'    => TestSteps::from(),
				'mode'    => (string) Plugin::settings()->get( 'delivery_mode' ),
				'engine'  => EngineNote::facts(),
			)
		);
	}
}
