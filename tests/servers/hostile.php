<?php

// SPDX-License-Identifier: MIT
// A server that breaks the rules by script, on loopback, for the tests.

declare(strict_types=1);

foreach (['Certificates', 'HostileScriptEnd', 'HostileScript', 'HostileScripts', 'HostileServer'] as $class) {
    require __DIR__ . "/src/$class.php";
}

use Outbox\Tests\{Certificates, HostileServer};

const USAGE = <<<'TEXT'
    Usage: php hostile.php --script NAME --dir PATH [--cert FILE] [--ciphers LIST]

    Plays the script (names: src/HostileScripts.php) to every connection, one after the other, and keeps what it was
    sent in PATH/connection-N.bytes. Prints one JSON line when it is ready: port, pid, ca_file, dir. Ends on SIGTERM.

    TEXT;

$options = getopt('', ['script:', 'dir:', 'cert:', 'ciphers:', 'help'], $rest);
if (!isset($options['script'], $options['dir']) || $rest !== $argc) {
    fwrite(isset($options['help']) ? STDOUT : STDERR, USAGE);
    exit(isset($options['help']) ? 0 : 64);
}
$certificates = new Certificates($options['dir']);
$server = new HostileServer($options['dir'], [
    'local_cert' => $options['cert'] ?? $certificates->serverFile,
    'ciphers' => $options['ciphers'] ?? 'DEFAULT',
]);
echo json_encode(['port' => $server->port, 'pid' => getmypid(), 'ca_file' => $certificates->authorityFile,
    'dir' => $options['dir'],
    'script' => $options['script']], JSON_UNESCAPED_SLASHES), "\n";
$server->run($options['script']);
