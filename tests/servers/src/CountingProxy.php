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
        $this->process = new Process([self::program(), (string) $port, (string) self::DISTANCE_MS]);
        $this->port = $this->process->read()['port'];
    }

    private static function program(): string
    {
        $root = dirname(__DIR__, 3);
        $program = "$root/.work/servers-proxy";
        if (!is_file($program) || filemtime($program) < filemtime("$root/bench/proxy.c")) {
            $command = ['cc', '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-o', $program, "$root/bench/proxy.c"];
            exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $lines, $code);
            if ($code !== 0) {
                throw new \RuntimeException("bench/proxy.c does not build:\n" . implode("\n", $lines));
            }
        }
        return $program;
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
