<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Sends one message from a PHP process of its own, with INI settings of its own. */
final class CliSend
{
    /** @return array what src/cli_send.php prints, and 'warnings' as PHP wrote them */
    public static function run(array $relay, array $settings = []): array
    {
        $command = [PHP_BINARY, '-n', '-d', 'display_errors=stderr', '-d',
            'extension=' . (getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so')];
        foreach ($settings as $name => $value) {
            array_push($command, '-d', "$name=$value");
        }
        array_push($command, __DIR__ . '/cli_send.php', json_encode($relay, JSON_THROW_ON_ERROR));
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
        $output = stream_get_contents($pipes[1]);
        $warnings = stream_get_contents($pipes[2]);
        if (proc_close($process) !== 0) {
            throw new \RuntimeException("$output\n$warnings");
        }
        return json_decode($output, true, 8, JSON_THROW_ON_ERROR) + ['warnings' => $warnings];
    }
}
