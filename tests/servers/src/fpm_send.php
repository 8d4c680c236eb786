<?php

// SPDX-License-Identifier: MIT
// One request: one message to the relay that the request names.

declare(strict_types=1);

try {
    $receipt = (new Outbox\Transport($_SERVER['DSN']))->send("From: a@example.org\nTo: b@example.org\nSubject: x\n\nhi\n");
    echo $receipt->recipients['b@example.org']->outcome->value;
} catch (Throwable $error) {
    echo get_class($error), ': ', $error->getMessage();
}
