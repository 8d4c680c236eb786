<?php

// SPDX-License-Identifier: MIT
// One request of a site with a queue. COUNT messages (default 1) for the relay DSN are queued, their ids printed as JSON;
// LATER: to be sent so many seconds from now. With COUNT=0 it only says how the queue is, as JSON.

declare(strict_types=1);

function queueOne(int $number): string
{
    static $transport = null;
    $transport ??= new Outbox\Transport($_SERVER['DSN']);
    $later = (int) ($_SERVER['LATER'] ?? 0);
    return $transport->queue((new Outbox\Message())->from('a@example.org')->to('b@example.org')->subject("number $number")->text("hi\n"),
        null, $later > 0 ? ['send_at' => time() + $later] : []);
}

try {
    $count = (int) ($_SERVER['COUNT'] ?? 1);
    echo json_encode($count > 0 ? array_map(queueOne(...), range(1, $count))
        : ['spool' => Outbox\Spool::open()->status(), 'outbox' => outbox_status()]);
} catch (Throwable $error) {
    echo json_encode([get_class($error) => $error->getMessage()]);
}
