<?php
/**
 * The routes that our own pages call.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Rest;

use Outbox\WordPress\Admin\Access;
use Outbox\WordPress\Admin\TestSteps;
use Outbox\WordPress\Log\Actions;
use Outbox\WordPress\Plugin;
use Outbox\WordPress\SiteHealth;

defined( 'ABSPATH' ) || exit;

/**
 * All in one namespace; each asks for a capability, and core asks whoever comes with a cookie for the nonce of the
 * page. They answer with HTML of the same views that a page shows without a script.
 */
final class Routes {

	public const SPACE = 'outbox/v1';

	/**
	 * Registers them.
	 */
	public static function register(): void {
		self::add( '/test/check', 'POST', array( self::class, 'check' ), array( self::class, 'may_set' ) );
		self::add( '/test/ports', 'POST', array( self::class, 'ports' ), array( self::class, 'may_set' ) );
		self::add( '/test/domain', 'POST', array( self::class, 'domain' ), array( self::class, 'may_set' ) );
		self::add(
			'/test/send',
			'POST',
			array( self::class, 'send' ),
			array( self::class, 'may_set' ),
			array(
				'to'   => array(
					'type'     => 'string',
					'format'   => 'email',
					'required' => true,
				),
				'html' => array(
					'type'    => 'boolean',
					'default' => true,
				),
			)
		);
		self::add( '/test/progress', 'GET', array( self::class, 'progress' ), array( self::class, 'may_set' ), array( 'queue_id' => self::queue_id() ) );
		self::add( '/health/connection', 'GET', array( self::class, 'health_of_connection' ), array( self::class, 'may_see_health' ) );
		self::add( '/health/domain', 'GET', array( self::class, 'health_of_domain' ), array( self::class, 'may_see_health' ) );
		self::add( '/status', 'GET', array( self::class, 'status' ), array( self::class, 'may_read_log' ) );
		self::add(
			'/log/(?P<id>\d+)/(?P<action>' . implode( '|', Actions::ALL ) . ')',
			'POST',
			array( self::class, 'act' ),
			array( self::class, 'may_act' )
		);
	}

	/**
	 * Registers one.
	 *
	 * @param non-falsy-string     $route      Route.
	 * @param string               $method     Method.
	 * @param callable             $callback   What answers.
	 * @param callable             $permission Who may.
	 * @param array<string, mixed> $arguments  Arguments.
	 */
	private static function add( string $route, string $method, callable $callback, callable $permission, array $arguments = array() ): void {
		register_rest_route(
			self::SPACE,
			$route,
			array(
				'methods'             => $method,
				'callback'            => $callback,
				'permission_callback' => $permission,
				'args'                => $arguments,
			)
		);
	}

	/**
	 * A name in the queue.
	 *
	 * @return array<string, mixed>
	 */
	private static function queue_id(): array {
		return array(
			'type'     => 'string',
			'pattern'  => '^[0-9A-Za-z]{26}$',
			'required' => true,
		);
	}

	/**
	 * Whether the user may change settings.
	 */
	public static function may_set(): bool {
		return Access::may_set();
	}

	/**
	 * Whether the user may see the log.
	 */
	public static function may_read_log(): bool {
		return Access::may_read_log();
	}

	/**
	 * Whether the user may do something with messages.
	 */
	public static function may_act(): bool {
		return Access::may_act();
	}

	/**
	 * Whether the user may have mail tried by Site Health.
	 */
	public static function may_see_health(): bool {
		return current_user_can( 'view_site_health_checks' ) && Access::may_set();
	}

	/**
	 * A test of Site Health: the connection.
	 */
	public static function health_of_connection(): \WP_REST_Response {
		return new \WP_REST_Response( SiteHealth::connection() );
	}

	/**
	 * A test of Site Health: the domain.
	 */
	public static function health_of_domain(): \WP_REST_Response {
		return new \WP_REST_Response( SiteHealth::domain() );
	}

	/**
	 * Tries the connection.
	 */
	public static function check(): \WP_REST_Response {
		return new \WP_REST_Response( TestSteps::check() );
	}

	/**
	 * Knocks at the ports.
	 */
	public static function ports(): \WP_REST_Response {
		return new \WP_REST_Response( TestSteps::ports() );
	}

	/**
	 * Looks the domain up.
	 */
	public static function domain(): \WP_REST_Response {
		return new \WP_REST_Response( TestSteps::domain() );
	}

	/**
	 * Sends a test.
	 *
	 * @param \WP_REST_Request $request Request.
	 */
	public static function send( \WP_REST_Request $request ): \WP_REST_Response {
		return new \WP_REST_Response( TestSteps::send( (string) $request['to'], (bool) $request['html'] ) );
	}

	/**
	 * What became of a message in the queue.
	 *
	 * @param \WP_REST_Request $request Request.
	 */
	public static function progress( \WP_REST_Request $request ): \WP_REST_Response {
		return new \WP_REST_Response( TestSteps::progress( (string) $request['queue_id'] ) );
	}

	/**
	 * Does something with a message.
	 *
	 * @param \WP_REST_Request $request Request.
	 */
	public static function act( \WP_REST_Request $request ): \WP_REST_Response {
		$result = Actions::run( (string) $request['action'], (int) $request['id'] );
		return new \WP_REST_Response( $result, array() === $result['errors'] ? 200 : 409 );
	}

	/**
	 * How many messages there are of each status.
	 */
	public static function status(): \WP_REST_Response {
		Plugin::sync();
		return new \WP_REST_Response( array( 'counts' => (object) Plugin::log()->query()->count_by_status() ) );
	}
}
