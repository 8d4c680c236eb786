<?php

// SPDX-License-Identifier: MIT
// One peer and one draft in a process of its own, warm: code is loaded and a small message went over the connection.
// Says {"ready":true}; then a task is {"do":"compose","count":N} or {"do":"send","count":N}, and the answer
// {"messages":N,"ms":...,"cpu_ms":...,"peak_kib":N}: how many were sent, time and CPU of all, and by how much resident
// memory grew at most.

declare(strict_types=1);

namespace Outbox\Bench;

require $argv[1] . '/vendor/autoload.php';
require __DIR__ . '/measure.php';
require __DIR__ . '/relay.php';
require __DIR__ . '/message_peers.php';

/** The most that was resident at once, in KiB, since the count was last set back to what is. */
function peak_kib(): int
{
    preg_match('/^VmHWM:\s*(\d+) kB$/m', file_get_contents('/proc/self/status'), $m);
    return (int) $m[1];
}

function perform(Composer $composer, Draft $draft, array $task): array
{
    $once = match ($task['do']) {
        'compose' => static function () use ($composer, $draft): void {
            $composer->compose($draft);
        },
        'send' => static fn () => $composer->send($draft),
    };
    file_put_contents('/proc/self/clear_refs', '5');
    $before = peak_kib();
    $figures = measure(array_fill(0, $task['count'], $once), $task['do'] === 'send' ? $task['count'] : 0);
    return $figures + ['peak_kib' => peak_kib() - $before];
}

$relay = Relay::fromJson($argv[4]);
$composer = match ($argv[2]) {
    'phpmailer' => new PhpMailerComposer($relay),
    'symfony' => new SymfonyComposer($relay),
    'outbox' => new OutboxComposer($relay),
};
$warmUp = Draft::of('warm-up', $argv[1]);
$composer->compose($warmUp);
$composer->send($warmUp);
$draft = Draft::of($argv[3], $argv[1]);
echo json_encode(['ready' => true]), "\n";
answer(static fn (array $task) => perform($composer, $draft, $task));
