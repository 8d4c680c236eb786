<?php

// SPDX-License-Identifier: MIT
// What has reached the sink: asked for, waited for, and where it stops coming, said with what is known of why.

declare(strict_types=1);

namespace Outbox\Bench;

final class Arrival
{
    private const QUIET_SECONDS = 45; // longer than anything here waits of itself
    private const TELL_SECONDS = 10;

    public function __construct(private readonly Process $sink)
    {
    }

    public function count(): int
    {
        return $this->sink->ask()['messages'];
    }

    /**
     * Waits until the sink has so many, and tells of it where that takes long.
     *
     * @param string $who sends them
     * @param \Closure(): string $state what its side says, for the case that no more come
     * @param \Closure(): bool $alive whether more can come
     * @return array the sink's facts
     */
    public function await(int $count, string $who, \Closure $state, \Closure $alive): array
    {
        $told = $moved = microtime(true);
        for ($last = -1; ($facts = $this->sink->ask())['messages'] < $count; usleep(2_000)) {
            $now = microtime(true);
            [$moved, $last] = $facts['messages'] > $last ? [$now, $facts['messages']] : [$moved, $last];
            if ($now - $moved > self::QUIET_SECONDS || (!$alive() && $now - $moved > 1)) {
                throw new \RuntimeException(sprintf('%s: %d messages have not come, and %s. %s', $who, $count - $last,
                    $alive() ? sprintf('nothing came for %d s', $now - $moved) : 'it has ended', $state()));
            }
            if ($now - $told > self::TELL_SECONDS) {
                fwrite(STDERR, sprintf("      %s: %d to go\n", $who, $count - $last));
                $told = $now;
            }
        }
        return $facts;
    }
}
