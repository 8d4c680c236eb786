<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Ports of 127.0.0.1 for programs that cannot ask for a free one themselves. */
final class Loopback
{
    /** One that is free now. Whoever asked listens on it at once: nobody holds it meanwhile. */
    public static function freePort(): int
    {
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        return $port;
    }

    /** Returns when somebody listens there. False: nobody did within ten seconds, or $alive said that nobody will. */
    public static function awaitPort(int $port, ?callable $alive = null): bool
    {
        for ($until = microtime(true) + 10; microtime(true) < $until; usleep(20_000)) {
            if ($connection = @stream_socket_client("tcp://127.0.0.1:$port", $code, $text, 1)) {
                fclose($connection);
                return true;
            }
            if ($alive !== null && !$alive()) {
                return false;
            }
        }
        return false;
    }
}
