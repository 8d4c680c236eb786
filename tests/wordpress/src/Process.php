<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** A program that ends with this one, even where this one is killed. */
final class Process
{
    private const PATIENCE_SECONDS = 20;

    /** @var resource */
    private $process;

    /** @param array<string, string> $environment */
    public function __construct(array $command, private readonly string $log, array $environment = [])
    {
        // setpriv: the kernel ends the program when its parent is gone, however that came about.
        $this->process = proc_open(['setpriv', '--pdeathsig', 'TERM', ...$command],
            [['file', '/dev/null', 'r'], ['file', $log, 'a'], ['file', $log, 'a']], $pipes, null, $environment + getenv());
    }

    /** Waits until something answers at this address ("tcp://127.0.0.1:80", "unix:///path"). */
    public function await(string $address): void
    {
        for ($until = microtime(true) + self::PATIENCE_SECONDS; microtime(true) < $until; usleep(10_000)) {
            if ($connection = @stream_socket_client($address, $code, $text, 1)) {
                fclose($connection);
                return;
            }
            if (!proc_get_status($this->process)['running']) {
                break;
            }
        }
        throw new \RuntimeException("nothing answers at $address: " . file_get_contents($this->log));
    }

    public function isRunning(): bool
    {
        return is_resource($this->process) && proc_get_status($this->process)['running'];
    }

    /** Waits until it ends by itself; returns its exit code. */
    public function awaitEnd(): int
    {
        do {
            usleep(20_000);
            $status = proc_get_status($this->process);
        } while ($status['running']);
        proc_close($this->process);
        return $status['exitcode'];
    }

    /** Asks it to end, and waits; a program that does not listen is killed. */
    public function stop(int $signal = SIGTERM): void
    {
        if (!is_resource($this->process)) {
            return;
        }
        proc_terminate($this->process, $signal);
        for ($until = microtime(true) + self::PATIENCE_SECONDS; $this->isRunning(); usleep(5_000)) {
            if (microtime(true) > $until) {
                proc_terminate($this->process, SIGKILL);
            }
        }
        proc_close($this->process);
    }
}
