<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

require_once dirname(__DIR__) . '/servers/src/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Outbox\\Tests\\WordPress\\') && is_file($file = __DIR__ . '/src/' . substr($class, 23) . '.php')) {
        require $file;
    }
});
