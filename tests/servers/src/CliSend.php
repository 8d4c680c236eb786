<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Sends one message from a PHP process of its own, with INI settings of its own. */
final class CliSend
{
    /**
     * A network of its own: loopback, which is also the way to 192.0.2.0/24, where nobody has such an address, so that
     * whoever asks there waits; no way to anywhere else.
     */
    private const NOWHERE = 'ip link set lo up && ip route add 192.0.2.0/24 dev lo && exec "$@"';

    /** Sends where there is no network but NOWHERE. */
    public static function nowhere(array $relay): array
    {
        $unshare = ['unshare', '--net', ...(posix_geteuid() === 0 ? [] : ['--user', '--map-root-user'])];
        return self::run($relay, [], [...$unshare, 'sh', '-c', self::NOWHERE, 'sh']);
    }

    /**
     * @param list<string> $inside the command that PHP's is given to
     * @return array what src/cli_send.php prints, and 'warnings' as PHP wrote them, and 'seconds'
     */
    public static function run(array $relay, array $settings = [], array $inside = []): array
    {
        $command = [...$inside, PHP_BINARY, '-n', '-d', 'display_errors=stderr', '-d',
            'extension=' . (getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so')];
        foreach ($settings as $name => $value) {
            array_push($command, '-d', "$name=$value");
        }
        array_push($command, __DIR__ . '/cli_send.php', json_encode($relay, JSON_THROW_ON_ERROR));
        $begun = hrtime(true);
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
        $output = stream_get_contents($pipes[1]);
        $warnings = stream_get_contents($pipes[2]);
        if (proc_close($process) !== 0) {
            throw new \RuntimeException("$output\n$warnings");
        }
        return json_decode($output, true, 8, JSON_THROW_ON_ERROR) + ['warnings' => $warnings, 'seconds' => (hrtime(true) - $begun) / 1e9];
    }
}
