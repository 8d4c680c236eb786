<?php

// SPDX-License-Identifier: MIT
// One request of a site that knows nothing of Outbox and calls mail(). Says what came of it, as JSON.

declare(strict_types=1);

$done = function_exists('mail') ? @mail('b@example.org', $_SERVER['SUBJECT'], "hi\n", 'From: a@example.org', '-fbounce@example.org') : null;
echo json_encode([$done, error_get_last()['message'] ?? null]);
