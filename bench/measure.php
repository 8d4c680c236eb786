<?php

// SPDX-License-Identifier: MIT
// What the workers measure with, and how they are asked.

declare(strict_types=1);

namespace Outbox\Bench;

/** A system call that a trace can be cut at. */
function mark(string $name): void
{
    clearstatcache();
    is_file('/outbox-bench-' . $name);
}

function cpu_ms(): float
{
    $usage = getrusage();
    return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
}

/** @param list<\Closure(): void> $submissions */
function measure(array $submissions, int $messages): array
{
    gc_collect_cycles();
    mark('begin');
    $cpu = cpu_ms();
    $begun = hrtime(true);
    foreach ($submissions as $submit) {
        $submit();
    }
    $elapsed = hrtime(true) - $begun;
    $cpu = cpu_ms() - $cpu;
    mark('end');
    return ['messages' => $messages, 'ms' => $elapsed / 1e6, 'cpu_ms' => $cpu];
}

/** Answers each line of JSON on standard input with one, until there is none. @param \Closure(array): array $perform */
function answer(\Closure $perform): void
{
    while (($line = fgets(STDIN)) !== false) {
        try {
            $answer = $perform(json_decode($line, true, flags: JSON_THROW_ON_ERROR));
        } catch (\Throwable $e) {
            $answer = ['error' => get_class($e) . ': ' . $e->getMessage()];
        }
        echo json_encode($answer), "\n";
    }
}
