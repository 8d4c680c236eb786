<?php

// SPDX-License-Identifier: MIT
// One request in one of several threads: two messages, whose subject names the thread; the second by PHP's mail(), which
// outbox.override_mail has taken over for all threads.

declare(strict_types=1);

$transport = new Outbox\Transport(getenv('OUTBOX_DSN'));
$transport->send((new Outbox\Message())->from('a@example.com')->to('b@example.org')->subject("thread $thread")->text("hi\n"));
mail('b@example.org', "thread $thread", "hi\n", 'From: a@example.com');
