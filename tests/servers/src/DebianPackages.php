<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Debian's packages, fetched and unpacked into a folder: installing them would start services and make users. */
final class DebianPackages
{
    /** Unpacks them into $directory, all or nothing; does nothing if that was done before. */
    public static function unpack(string $directory, string ...$packages): void
    {
        self::once($directory, static fn () => $packages);
    }

    /** The same with all the libraries that they need. */
    public static function unpackWithLibraries(string $directory, string ...$packages): void
    {
        self::once($directory, static fn () => self::withLibraries(...$packages));
    }

    private static function once(string $directory, callable $packages): void
    {
        if (is_dir($directory)) {
            return;
        }
        @mkdir(dirname($directory), 0755, true);
        $lock = fopen("$directory.lock", 'c');
        flock($lock, LOCK_EX); // two runs in one checkout
        if (is_dir($directory)) {
            return;
        }
        try {
            self::fetch($directory, $packages());
        } catch (\RuntimeException) {
            self::run('apt-get', 'update', '-q'); // there are no lists of packages, or old ones
            self::fetch($directory, $packages());
        }
    }

    private static function fetch(string $directory, array $packages): void
    {
        $part = "$directory.part";
        self::run('rm', '-rf', $part);
        mkdir("$part/.packages", 0755, true);
        self::run('sh', '-c', 'cd "$1" && shift && exec apt-get download -q "$@"', 'sh', "$part/.packages", ...$packages);
        foreach (glob("$part/.packages/*.deb") as $package) {
            self::run('dpkg-deb', '-x', $package, $part);
        }
        self::run('rm', '-rf', "$part/.packages", "$part/usr/share/doc", "$part/usr/share/man", "$part/usr/share/locale");
        rename($part, $directory);
    }

    /** @return list<string> these and their libraries, of whatever version is to be had now */
    private static function withLibraries(string ...$packages): array
    {
        $known = [];
        for ($new = $packages; $new !== []; $new = array_diff($found, $known)) {
            $known = [...$known, ...$new];
            $lines = self::run('apt-cache', 'depends', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks',
                '--no-replaces', '--no-enhances', ...$new);
            $found = array_unique(preg_replace('/^.*Depends: /', '', preg_grep('/Depends: (lib|zlib|gcc-\d)[^<>]*$/', $lines)));
        }
        return $known;
    }

    /** @return list<string> what it printed */
    private static function run(string ...$command): array
    {
        exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $lines, $code);
        if ($code !== 0) {
            throw new \RuntimeException("$command[0] failed:\n" . implode("\n", $lines));
        }
        return $lines;
    }
}
