<?php

// SPDX-License-Identifier: MIT
// One process that sends one message: the relay comes as JSON, the result goes out as JSON. For what only INI settings
// of the whole process can say, and for what must hold between processes.

declare(strict_types=1);

try {
    $receipt = (new Outbox\Transport(json_decode($argv[1], true, 8, JSON_THROW_ON_ERROR)))
        ->send("From: a@example.org\nTo: b@example.org\nSubject: x\n\nhi\n");
    $result = ['class' => 'sent', 'resumed' => $receipt->timings['tls_resumed'],
        'tls_cache' => outbox_status()['tls_cache']];
} catch (Outbox\Exception $error) {
    $diagnosis = $error->getDiagnosis();
    $result = ['class' => $error::class, 'outcome' => $error->getOutcome()->value, 'message' => $error->getMessage(),
        'stage' => $diagnosis->stage, 'fact' => $diagnosis->fact, 'cause' => $diagnosis->cause, 'remedies' => $diagnosis->remedies];
} catch (ValueError $error) {
    $result = ['class' => ValueError::class, 'message' => $error->getMessage()];
}
echo json_encode($result, JSON_THROW_ON_ERROR);
