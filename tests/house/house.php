<?php

// SPDX-License-Identifier: MIT
// What the checks in this folder share: the list of source files, C without its comments, and the count.

declare(strict_types=1);

const LAYERS = [ // folder of ext/core => folders whose public headers it may include, besides its own
    'base' => [],
    'message' => ['base'],
    'smtp' => ['base'],
    'net' => ['base'],
    'spool' => ['base', 'net'],
    'relay' => ['base', 'smtp', 'net'],
    'client' => ['base', 'smtp', 'net', 'relay'],
    'runner' => ['base', 'smtp', 'net', 'spool', 'relay', 'client'],
];
const PURE = ['base', 'message', 'smtp']; // no system call, no clock, no environment, no randomness

/** Counts what held and what did not; one check is one file against one rule. */
final class Verdict
{
    private int $passed = 0;
    private int $failed = 0;

    /** @param list<string> $failures "file:line: what is wrong", empty where the rule holds */
    public function add(array $failures): void
    {
        $failures === [] ? $this->passed++ : $this->failed++;
        foreach ($failures as $failure) {
            echo $failure, "\n";
        }
    }

    public function close(): never
    {
        echo $this->passed, ' passed, ', $this->failed, " failed\n";
        exit($this->failed === 0 && $this->passed > 0 ? 0 : 1);
    }
}

/** The checkout to look at: the argument, or the one that this file lies in. */
function checkout(array $argv): string
{
    $root = realpath($argv[1] ?? dirname(__DIR__, 2));
    if ($root === false || !is_dir("$root/ext/core")) {
        fwrite(STDERR, "usage: {$argv[0]} [CHECKOUT]   (a folder with ext/core in it)\n");
        exit(64);
    }
    return $root;
}

/** @return list<string> paths below $root/$folder with one of the extensions, sorted, relative to $root */
function files(string $root, string $folder, string ...$extensions): array
{
    if (!is_dir("$root/$folder")) {
        return [];
    }
    $found = [];
    $all = new RecursiveIteratorIterator(
        new RecursiveDirectoryIterator("$root/$folder", FilesystemIterator::SKIP_DOTS)
    );
    foreach ($all as $file) {
        if (in_array($file->getExtension(), $extensions, true) && !str_ends_with($file->getFilename(), '_arginfo.h')) {
            $found[] = substr($file->getPathname(), strlen($root) + 1);
        }
    }
    sort($found);
    return $found;
}

/** The text with comments blanked and, if asked, the insides of literals; every line keeps its number. */
function bare(string $text, bool $literals = true): string
{
    return preg_replace_callback(
        '~/\*.*?\*/|//[^\n]*|"(?:\\\\.|[^"\\\\\n])*"|\'(?:\\\\.|[^\'\\\\\n])*\'~s',
        static function (array $match) use ($literals): string {
            $comment = $match[0][0] === '/';
            if (!$comment && !$literals) {
                return $match[0];
            }
            $blank = preg_replace('/[^\n]/', ' ', $match[0]);
            return $comment ? $blank : $match[0][0] . substr($blank, 1, -1) . $match[0][0];
        },
        $text
    );
}

function line_of(string $text, int $offset): int
{
    return substr_count($text, "\n", 0, $offset) + 1;
}
