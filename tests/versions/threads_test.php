<?php

// SPDX-License-Identifier: MIT
// Eight threads of one process, ten requests in each: every thread has a pool of its own, which lives across its
// requests and ends with it. Usage: threads_test.php PROGRAM MODULE; closes with "N passed, N failed".

declare(strict_types=1);

require dirname(__DIR__) . '/phpt/capture.inc';

const THREADS = 8;
const REQUESTS = 10;
const MESSAGES = 2 * REQUESTS; // threads_request.php sends two

[, $program, $module] = $argv;
$passed = $failed = 0;
foreach (['implicit' => 'smtps', 'starttls' => 'smtp'] as $mode => $scheme) {
    $capture = new Capture($mode, '--auth', 'u:right');
    $ini = "$capture->directory/php.ini";
    $dsn = $capture->dsn($scheme, 'u:right');
    file_put_contents($ini, "extension=$module\noutbox.override_mail=1\noutbox.mail=send\noutbox.dsn=\"$dsn\"\nsendmail_path=/bin/false\n");
    putenv("OUTBOX_DSN=$dsn");
    exec(implode(' ', array_map(escapeshellarg(...), [$program, $ini, __DIR__ . '/threads_request.php', (string) THREADS,
        (string) REQUESTS])) . ' 2>&1', $lines, $status);
    $of = [];
    for ($n = 1; ($message = $capture->message($n)) !== ''; $n++) {
        preg_match('/^Subject: thread (\d+)/m', $message, $found);
        $of[$capture->envelope($n)['connection']][] = (int) $found[1];
    }
    $threads = array_map(array_unique(...), $of);
    $checks = [
        'the process ends well and says nothing' => $status === 0 && $lines === [],
        'a connection for each thread' => count($of) === THREADS,
        'every message arrived' => array_map(count(...), array_values($of)) === array_fill(0, THREADS, MESSAGES),
        'no connection carried two threads' => count(array_merge(...array_values($threads))) === THREADS,
    ];
    foreach ($checks as $what => $holds) {
        $holds ? $passed++ : $failed++;
        echo $holds ? '' : "FAILED ($mode): $what\n" . implode("\n", $lines) . "\n" . json_encode($of) . "\n";
    }
    unset($capture, $lines);
}
echo "threads: $passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
