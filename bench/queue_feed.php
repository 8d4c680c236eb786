<?php

// SPDX-License-Identifier: MIT
// Fills Postfix' queue through its SMTP server. usage: queue_feed.php PORT COUNT; prints {"ready":true} when it is done.

declare(strict_types=1);

$message = "From: bench@example.com\nTo: ann@example.org\nSubject: A message\n\n" . str_repeat(str_repeat('x', 70) . "\n", 56);
$transport = new Outbox\Transport("smtp://127.0.0.1:$argv[1]?tls=none&max_messages=100000");
for ($left = (int) $argv[2]; $left > 0; $left -= 500) {
    foreach ($transport->sendMany(array_fill(0, min(500, $left), $message)) as $receipt) {
        if ($receipt->recipients['ann@example.org']->outcome !== Outbox\Outcome::Sent) {
            throw new RuntimeException($receipt->transcript);
        }
    }
}
echo "{\"ready\":true}\n";
