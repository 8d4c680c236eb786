<?php

// SPDX-License-Identifier: MIT
// What bin/demo shows: two submissions to tests/servers/capture.php, seen from both ends.

declare(strict_types=1);

use Outbox\{Exception, Message, Receipt, Transport};

const USER = 'demo';
const PASSWORD = 'demo-password';

/** Starts the capture server and returns [process, facts of its ready line]; it ends with this program. */
function startServer(string $tls, string $directory): array
{
    $command = [PHP_BINARY, '-n', dirname(__DIR__) . '/tests/servers/capture.php',
        '--tls', $tls, '--port', '0', '--dir', $directory, '--auth', USER . ':' . PASSWORD];
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

function send(Transport $transport): Receipt
{
    return $transport->send((new Message())
        ->from('Outbox <demo@example.com>')
        ->to('Ann <ann@example.org>', 'Ben <ben@example.net>')
        ->subject('Grüße from bin/demo')
        ->text("It travelled over TLS,\n.with a line that begins with a dot,\nand arrived as it was written.\n"));
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

try {
    demonstrate('Implicit TLS', 'implicit', 'smtps');
    $message = demonstrate('STARTTLS', 'starttls', 'smtp');
} catch (Exception $e) {
    fwrite(STDERR, $e->getMessage() . "\n" . $e->getTranscript());
    exit(1);
}
echo "\nWhat arrived last (all of it is in .work/demo):\n\n", preg_replace('/^/m', '    ', rtrim($message)), "\n";
echo "\nNext: bin/setup installs the extension for this machine's PHP; docs/php.md is the reference.\n";
