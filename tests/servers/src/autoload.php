<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (preg_match('/^Outbox\\\\Tests\\\\(\w+)$/', $class, $found) && is_file($file = __DIR__ . "/$found[1].php")) {
        require $file;
    }
});
