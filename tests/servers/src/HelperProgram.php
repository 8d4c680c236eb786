<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A small program in C that tests need beside them. */
final class HelperProgram
{
    /** Builds it where its source is newer; returns its path. @param string $source path from the root of the checkout */
    public static function built(string $source, string ...$options): string
    {
        $root = dirname(__DIR__, 3);
        $program = "$root/.work/programs/" . basename($source, '.c');
        if (!is_file($program) || filemtime($program) < filemtime("$root/$source")) {
            @mkdir(dirname($program), 0755, true);
            $part = $program . '.' . getmypid();
            $command = ['cc', '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', ...$options, '-o', $part, "$root/$source"];
            exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $lines, $code);
            if ($code !== 0) {
                throw new \RuntimeException("$source does not build:\n" . implode("\n", $lines));
            }
            rename($part, $program);
        }
        return $program;
    }
}
