<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/' . substr(strrchr($class, '\\') ?: '', 1) . '.php';
    if (str_starts_with($class, 'Outbox\\Tests\\') && is_file($file)) {
        require $file;
    }
});
