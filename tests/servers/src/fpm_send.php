<?php

// SPDX-License-Identifier: MIT
// One request: one message to the relay DSN. SIZE: its octets. DIE: how the request ends otherwise: "after" by a fatal
// error behind the message, "before" by one in the generator that is to give the messages, "time" there by
// max_execution_time.

declare(strict_types=1);

$message = "From: a@example.org\nTo: b@example.org\nSubject: x\n\nhi\n";
$message .= str_repeat(str_repeat('x', 79) . "\n", intdiv((int) ($_SERVER['SIZE'] ?? 0), 80));

function endRequest(): never
{
    str_repeat('x', PHP_INT_MAX >> 1); // the memory limit: no exception, nothing is unwound
}

function messages(string $message, string $way): iterable
{
    yield $message;
    if ($way === 'time') {
        set_time_limit(1);
        while (true) {
            hash('sha256', $message);
        }
    }
    endRequest();
}

try {
    $transport = new Outbox\Transport($_SERVER['DSN']);
    $way = $_SERVER['DIE'] ?? '';
    if ($way === 'before' || $way === 'time') {
        $transport->sendMany(messages($message, $way));
    }
    $receipt = $transport->send($message);
    if ($way === 'after') {
        endRequest();
    }
    echo $receipt->recipients['b@example.org']->outcome->value;
} catch (Throwable $error) {
    echo get_class($error), ': ', $error->getMessage();
}
