<?php

// SPDX-License-Identifier: MIT
// One peer in a process of its own. Each line on standard input is a task: {"do":"start","kept":BOOL} lets go of the
// connection, {"do":"send","recipients":N} and {"do":"stream","count":N} submit. The answer is
// {"messages":N,"ms":...,"cpu_ms":...} or {"error":"..."}. Ends with standard input.

declare(strict_types=1);

namespace Outbox\Bench;

require $argv[1] . '/autoload.php';
require __DIR__ . '/peers.php';

/** A system call that a trace can be cut at. */
function mark(string $name): void
{
    clearstatcache();
    is_file('/outbox-bench-' . $name);
}

function cpu_ms(): float
{
    $usage = getrusage();
    return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
}

/** @param list<\Closure(): void> $submissions */
function measure(array $submissions, int $messages): array
{
    gc_collect_cycles();
    mark('begin');
    $cpu = cpu_ms();
    $begun = hrtime(true);
    foreach ($submissions as $submit) {
        $submit();
    }
    $elapsed = hrtime(true) - $begun;
    $cpu = cpu_ms() - $cpu;
    mark('end');
    return ['messages' => $messages, 'ms' => $elapsed / 1e6, 'cpu_ms' => $cpu];
}

function perform(Peer $peer, array $task): array
{
    switch ($task['do']) {
        case 'start':
            $peer->start($task['kept']);
            return ['messages' => 0];
        case 'send':
            return measure([$peer->prepare($task['recipients'])], 1);
        case 'stream':
            return measure($peer->prepareStream($task['count']), $task['count']);
    }
}

$facts = json_decode($argv[3], true, flags: JSON_THROW_ON_ERROR);
$relay = new Relay($facts['port'], $facts['user'], $facts['password'], $facts['ca_file']);
$peer = match ($argv[2]) {
    'phpmailer' => new PhpMailerPeer($relay, keepAlive: false),
    'phpmailer-keepalive' => new PhpMailerPeer($relay, keepAlive: true),
    'symfony' => new SymfonyPeer($relay),
    'curl' => new CurlPeer($relay),
    'outbox' => new OutboxPeer($relay),
};
while (($line = fgets(STDIN)) !== false) {
    try {
        $answer = perform($peer, json_decode($line, true, flags: JSON_THROW_ON_ERROR));
    } catch (\Throwable $e) {
        $answer = ['error' => get_class($e) . ': ' . $e->getMessage()];
    }
    echo json_encode($answer), "\n";
}
