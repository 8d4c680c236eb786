<?php

// SPDX-License-Identifier: MIT
// A small capture server: speaks SMTP on loopback, stores what it gets, delivers nothing. For bin/demo and the tests.

declare(strict_types=1);

require __DIR__ . '/src/Certificates.php';
require __DIR__ . '/src/CaptureSession.php';
require __DIR__ . '/src/CaptureServer.php';

use Outbox\Tests\{CaptureServer, Certificates};

const USAGE = <<<'TEXT'
    Usage: php capture.php [options]

    Listens on 127.0.0.1 and stores every message in --dir as NUMBER.eml with NUMBER.json beside it (envelope, TLS,
    round trips of the connection so far). Prints one JSON line when it is ready: port, pid, ca_file, dir.
    Ends on SIGTERM.

      --tls implicit|starttls|none   default implicit
      --port N                       default 0: a free one
      --dir PATH                     default: a new folder under .work/capture
      --auth USER:PASSWORD           requires AUTH PLAIN or LOGIN with these
      --no-pipelining, --no-chunking, --no-8bitmime, --no-smtputf8   are not offered
      --cert FILE                    certificate and key (PEM), in place of ones made for the occasion
      --tls-version 1.1|1.2          this one alone (default: 1.2 and 1.3)
      --client-ca FILE               requires a client's certificate by this authority
      --hold FILE                    reads no message to its end while the file is there; makes FILE.reached then
      --close-idle SECONDS           closes a connection that has been silent for so long
      --max-messages N               closes a connection after so many messages
      --reject ADDRESS               answers 550 5.1.1 to this recipient (may be repeated)
      --defer ADDRESS                answers 451 4.2.1 to this recipient (may be repeated)
      --refuse ADDRESS               answers 554 5.7.1 to a message for this recipient, when it has all of it
      --help                         this text

    TEXT;

$options = getopt('', ['tls:', 'port:', 'dir:', 'auth:', 'no-pipelining', 'no-chunking', 'no-8bitmime', 'no-smtputf8',
    'cert:', 'tls-version:', 'client-ca:', 'hold:', 'close-idle:', 'max-messages:', 'reject:', 'defer:', 'refuse:', 'help'], $rest);
if (isset($options['help'])) {
    echo USAGE;
    exit(0);
}
if ($rest !== $argc || !in_array($options['tls'] ?? 'implicit', ['implicit', 'starttls', 'none'], true)
    || !in_array($options['tls-version'] ?? '1.2', ['1.1', '1.2'], true)) {
    fwrite(STDERR, USAGE);
    exit(64);
}
$directory = $options['dir'] ?? dirname(__DIR__, 2) . '/.work/capture/' . getmypid();
if (!is_dir($directory) && !mkdir($directory, 0700, true)) {
    fwrite(STDERR, "capture.php: cannot make $directory\n");
    exit(73);
}
$certificates = new Certificates($directory);
$server = new CaptureServer($directory, $certificates->serverFile, $options);
pcntl_async_signals(true);
pcntl_signal(SIGTERM, static fn () => $server->stop());
pcntl_signal(SIGINT, static fn () => $server->stop());
echo json_encode(['port' => $server->port, 'pid' => getmypid(), 'ca_file' => $certificates->authorityFile,
    'dir' => $directory], JSON_UNESCAPED_SLASHES), "\n";
$server->run();
