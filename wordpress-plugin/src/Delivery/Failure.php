<?php
/**
 * A message could not be handed over.
 *
 * SPDX-License-Identifier: MIT
 *
 * @package Outbox
 */

declare( strict_types=1 );

namespace Outbox\WordPress\Delivery;

defined( 'ABSPATH' ) || exit;

/**
 * Its message is for people, its code is SMTP's (0 for none).
 */
final class Failure extends \RuntimeException {

	/**
	 * What became of it: FAILED, UNKNOWN, DEFERRED or BLOCKED, with what is known of each recipient.
	 *
	 * @var Outcome
	 */
	private $outcome;

	/**
	 * What went wrong where, as the extension says it; empty for nothing known.
	 *
	 * @var array<string, mixed>
	 */
	private $diagnosis = array();

	/**
	 * The dialogue, credentials masked.
	 *
	 * @var string
	 */
	private $transcript = '';

	/**
	 * Whether another connection may do better: nothing was accepted, and it was not the message that was refused.
	 *
	 * @var bool
	 */
	private $elsewhere = false;

	/**
	 * Whether the same may go well later.
	 *
	 * @var bool
	 */
	private $may_wait = false;

	/**
	 * A failure.
	 *
	 * @param Outcome         $outcome   What became of it.
	 * @param int             $code      SMTP's code, 0 for none.
	 * @param bool            $elsewhere Whether another connection may do better.
	 * @param \Throwable|null $cause     What was caught.
	 */
	public function __construct( Outcome $outcome, int $code = 0, bool $elsewhere = false, ?\Throwable $cause = null ) {
		parent::__construct( $outcome->reply, $code, $cause );
		$this->outcome   = $outcome;
		$this->elsewhere = $elsewhere;
	}

	/**
	 * Says that the same may go well later.
	 */
	public function wait(): self {
		$this->may_wait = true;
		return $this;
	}

	/**
	 * Whether the same may go well later.
	 */
	public function may_wait(): bool {
		return $this->may_wait;
	}

	/**
	 * Adds what the extension knows.
	 *
	 * @param array<string, mixed> $diagnosis  What went wrong where.
	 * @param string               $transcript The dialogue, credentials masked.
	 */
	public function explain( array $diagnosis, string $transcript ): self {
		$this->diagnosis  = $diagnosis;
		$this->transcript = $transcript;
		return $this;
	}

	/**
	 * What became of it.
	 */
	public function outcome(): Outcome {
		return $this->outcome;
	}

	/**
	 * Whether another connection may do better.
	 */
	public function elsewhere(): bool {
		return $this->elsewhere;
	}

	/**
	 * What went wrong where; empty for nothing known.
	 *
	 * @return array<string, mixed> stage, class, fact, code, enhanced, text, cause, remedies, link
	 */
	public function diagnosis(): array {
		return $this->diagnosis;
	}

	/**
	 * The dialogue, credentials masked; '' for none.
	 */
	public function transcript(): string {
		return $this->transcript;
	}
}
