<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\Bench\Process;

require_once dirname(__DIR__, 3) . '/bench/process.php';

/** The proxy of the benchmark in front of a port: it holds what passes for half a round trip and counts these by cause. */
final class CountingProxy
{
    /** Long enough that replies which belong together arrive together, on a busy machine too. */
    private const DISTANCE_MS = 50;

    public readonly int $port;
    private readonly Process $process;

    public function __construct(int $port)
    {
        $this->process = new Process([HelperProgram::built('bench/proxy.c'), (string) $port, (string) self::DISTANCE_MS]);
        $this->port = $this->process->read()['port'];
    }

    /** Round trips of a call: those that the proxy saw while it ran. */
    public function count(callable $call): int
    {
        $before = $this->process->ask()['round_trips'];
        $call();
        return $this->process->ask()['round_trips'] - $before;
    }

    public function __destruct()
    {
        $this->process->end();
    }
}
