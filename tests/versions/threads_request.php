<?php

// SPDX-License-Identifier: MIT
// One request in one of several threads: two messages, whose subject names the thread.

declare(strict_types=1);

$transport = new Outbox\Transport(getenv('OUTBOX_DSN'));
for ($i = 0; $i < 2; $i++) {
    $transport->send((new Outbox\Message())->from('a@example.com')->to('b@example.org')->subject("thread $thread")->text("hi\n"));
}
