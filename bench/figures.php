<?php

// SPDX-License-Identifier: MIT
// What all reports say of their figures.

declare(strict_types=1);

namespace Outbox\Bench;

/** @param list<float> $values */
function median(array $values): float
{
    sort($values);
    $middle = intdiv(count($values), 2);
    return count($values) % 2 === 1 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

/** Where and with what was measured. */
function machine(): string
{
    preg_match('/^model name\s*:\s*(.*)$/m', (string) @file_get_contents('/proc/cpuinfo'), $model);
    preg_match_all('/^processor\s*:/m', (string) @file_get_contents('/proc/cpuinfo'), $cores);
    return sprintf('%s, %s, %d cores, Linux %s, PHP %s, OpenSSL %s, libcurl %s', date('Y-m-d'), $model[1] ?? php_uname('m'),
        count($cores[0]), php_uname('r'), PHP_VERSION, preg_replace('/^OpenSSL (\S+).*$/', '$1', OPENSSL_VERSION_TEXT),
        function_exists('curl_version') ? curl_version()['version'] : '?');
}

/** @param list<array{what: string, target: string, is: string, met: bool}> $targets */
function missed(array $targets): int
{
    return count(array_filter($targets, static fn (array $target) => !$target['met']));
}

/** @param list<array{what: string, target: string, is: string, met: bool}> $targets */
function targets_text(array $targets): string
{
    $text = "\n### Targets\n\n";
    foreach ($targets as $target) {
        $text .= sprintf("- %-6s %s: %s (target: %s)\n", $target['met'] ? 'met' : 'MISSED', $target['what'], $target['is'], $target['target']);
    }
    return $text . sprintf("\n%d passed, %d failed\n", count($targets) - missed($targets), missed($targets));
}

/** @param list<array{what: string, target: string, is: string, met: bool}> $targets */
function figures_json(array $figures, array $targets): string
{
    return json_encode(['machine' => machine(), 'figures' => $figures, 'targets' => $targets],
        JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION) . "\n";
}

/**
 * Measures and prints; the exit code says whether all targets were met, or that something broke.
 *
 * @param array{json: bool} $task @param \Closure(array): (Report|MessageReport|QueueReport|WordPressReport) $measure
 */
function conclude(array $task, \Closure $measure): never
{
    try {
        $report = $measure($task);
    } catch (\Exception $e) {
        fwrite(STDERR, 'bench: ' . $e->getMessage() . "\n");
        exit(1);
    }
    echo $task['json'] ? $report->json() : $report->text();
    exit($report->missed() === 0 ? 0 : 2);
}
