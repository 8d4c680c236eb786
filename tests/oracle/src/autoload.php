<?php

// SPDX-License-Identifier: MIT
// The classes of this folder, and the servers of tests/servers.

declare(strict_types=1);

require_once dirname(__DIR__, 2) . '/servers/src/autoload.php';

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/' . substr(strrchr($class, '\\') ?: '', 1) . '.php';
    if (str_starts_with($class, 'Outbox\\Tests\\Oracle\\') && is_file($file)) {
        require $file;
    }
});
