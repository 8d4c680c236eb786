<?php

// SPDX-License-Identifier: MIT
// One peer in a process of its own. Each line on standard input is a task: {"do":"start","kept":BOOL} lets go of the
// connection, {"do":"send","recipients":N} and {"do":"stream","count":N} submit. The answer is
// {"messages":N,"ms":...,"cpu_ms":...} or {"error":"..."}. Ends with standard input.

declare(strict_types=1);

namespace Outbox\Bench;

require $argv[1] . '/autoload.php';
require __DIR__ . '/measure.php';
require __DIR__ . '/relay.php';
require __DIR__ . '/peers.php';

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

$relay = Relay::fromJson($argv[3]);
$peer = match ($argv[2]) {
    'phpmailer' => new PhpMailerPeer($relay, keepAlive: false),
    'phpmailer-keepalive' => new PhpMailerPeer($relay, keepAlive: true),
    'symfony' => new SymfonyPeer($relay),
    'curl' => new CurlPeer($relay),
    'outbox' => new OutboxPeer($relay),
};
answer(static fn (array $task) => perform($peer, $task));
