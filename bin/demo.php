<?php

// SPDX-License-Identifier: MIT
// What bin/demo shows: two submissions to tests/servers/capture.php, seen from both ends, and a queue that outlives its relay.

declare(strict_types=1);

use Outbox\{Exception, Message, Receipt, Transport};

const USER = 'demo';
const PASSWORD = 'demo-password';

/** Starts the capture server and returns the facts of its ready line; it ends with this program. */
function startServer(string $tls, string $directory, int $port = 0, string ...$more): array
{
    $command = [PHP_BINARY, '-n', dirname(__DIR__) . '/tests/servers/capture.php',
        '--tls', $tls, '--port', (string) $port, '--dir', $directory, '--auth', USER . ':' . PASSWORD, ...$more];
    $process = proc_open($command, [0 => ['file', '/dev/null', 'r'], 1 => ['pipe', 'w'], 2 => STDERR], $pipes);
    $line = fgets($pipes[1]);
    if ($line === false) {
        throw new RuntimeException('the capture server did not start');
    }
    register_shutdown_function(static function () use ($process): void {
        proc_terminate($process);
        proc_close($process);
    });
    return json_decode($line, true, flags: JSON_THROW_ON_ERROR);
}

function letter(): Message
{
    return (new Message())
        ->from('Outbox <demo@example.com>')
        ->to('Ann <ann@example.org>', 'Ben <ben@example.net>')
        ->subject('Grüße from bin/demo')
        ->text("It travelled over TLS,\n.with a line that begins with a dot,\nand arrived as it was written.\n");
}

function send(Transport $transport): Receipt
{
    return $transport->send(letter());
}

function show(string $title, Receipt $receipt): void
{
    $timings = $receipt->timings;
    printf("\n%s: %d round trips, %.1f ms\n", $title, $timings['round_trips'], $timings['total']);
    foreach (['dns', 'connect', 'tls', 'greeting', 'ehlo', 'auth', 'transaction'] as $stage) {
        if (!empty($timings[$stage])) {
            printf("    %-12s %6.1f ms\n", $stage, $timings[$stage]);
        }
    }
    foreach ($receipt->recipients as $address => $result) {
        printf("    %-20s %s %s\n", $address, $result->outcome->value, $result->text);
    }
}

/** The messages that the server stored, in the order of their arrival. */
function received(string $directory): array
{
    $files = glob($directory . '/*.eml');
    sort($files, SORT_NATURAL);
    return array_map(file_get_contents(...), $files);
}

function demonstrate(string $title, string $tls, string $scheme): string
{
    $directory = dirname(__DIR__) . '/.work/demo/' . $tls;
    array_map(unlink(...), glob($directory . '/*.{eml,json}', GLOB_BRACE));
    $server = startServer($tls, $directory);
    $transport = new Transport(sprintf('%s://%s:%s@localhost:%d?ca_file=%s', $scheme, USER, PASSWORD,
        $server['port'], rawurlencode($server['ca_file'])));
    show("$title, a new connection", send($transport));
    show("$title, the same connection again", send($transport));
    $messages = received($directory);
    if (count($messages) !== 2) {
        throw new RuntimeException('2 messages were sent, ' . count($messages) . ' arrived');
    }
    return end($messages);
}

/** A port that nobody listens on now. */
function freePort(): int
{
    $probe = stream_socket_server('tcp://127.0.0.1:0');
    return (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
}

/** The program beside the extension, on this queue. */
function outbox(string $queue, string ...$arguments): void
{
    echo "\n    $ outbox ", implode(' ', $arguments), "\n";
    $command = [dirname(__DIR__) . '/modules/outbox', ...$arguments, '--any-parent', '--spool', $queue];
    exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $lines);
    echo $lines === [] ? '' : preg_replace('/^/m', '    ', implode("\n", $lines)) . "\n";
}

/** Two messages for a relay that is down: they wait, and are delivered when it is up. */
function demonstrateQueue(): void
{
    $directory = dirname(__DIR__) . '/.work/demo/queued';
    exec('rm -rf ' . escapeshellarg($directory));
    mkdir($directory, 0700, true);
    $queue = "$directory/queue";
    $port = freePort();
    $certificate = dirname($directory) . '/implicit'; // the first server's
    $transport = new Transport(sprintf('smtps://%s:%s@localhost:%d?ca_file=%s&profile=demo', USER, PASSWORD, $port,
        rawurlencode("$certificate/ca.pem")));
    $begun = hrtime(true);
    $ids = [$transport->queue(letter(), null, ['spool' => $queue]), $transport->queue(letter(), null, ['spool' => $queue])];
    printf("\nThe queue: two messages for a relay that is down, %.1f ms\n", (hrtime(true) - $begun) / 1e6);
    outbox($queue, 'run', '--once');
    outbox($queue, 'status');
    startServer('implicit', "$directory/received", $port, '--cert', "$certificate/server.pem");
    echo "\nThe relay is up.\n";
    sleep(7); // the runner does not ask at once again: 5 s and a little after the first try in vain
    outbox($queue, 'run', '--once');
    outbox($queue, 'events', '--limit', '20');
    $arrived = count(received("$directory/received"));
    if ($arrived !== count($ids)) {
        throw new RuntimeException(count($ids) . " messages were queued, $arrived arrived");
    }
    echo "\n$arrived messages were queued, $arrived arrived.\n";
}

try {
    demonstrate('Implicit TLS', 'implicit', 'smtps');
    $message = demonstrate('STARTTLS', 'starttls', 'smtp');
    demonstrateQueue();
} catch (Exception $e) {
    fwrite(STDERR, $e->getMessage() . "\n" . $e->getTranscript());
    exit(1);
}
echo "\nWhat arrived last (all of it is in .work/demo):\n\n", preg_replace('/^/m', '    ', rtrim($message)), "\n";
echo "\nNext: bin/setup installs the extension for this machine's PHP; docs/php.md is the reference.\n";
