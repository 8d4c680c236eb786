<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Debian packages unpacked below .work and never installed: no service starts, nothing of the machine changes. */
final class DebianPackages
{
    private const MIRROR = 'http://deb.debian.org/debian';
    private const FRESH_SECONDS = 86_400;

    private static function work(): string
    {
        return dirname(__DIR__, 3) . '/.work/debian';
    }

    /**
     * Programs of this machine's own release with every library that the machine lacks for them.
     *
     * @return string the folder they lie in, as below / (usr/sbin/..., usr/lib/...)
     */
    public static function forThisMachine(string $name, string ...$packages): string
    {
        $target = self::work() . "/$name";
        return self::once($target, static function (string $directory) use ($packages): void {
            self::withFreshLists($directory, static fn (array $options) => self::fetch($options, $directory, self::missing($options, $packages)));
        });
    }

    /**
     * Programs with all their libraries, libc included, for a root directory of their own.
     *
     * @param ?string $suite null: this machine's own release
     * @return string the folder they lie in, as below /
     */
    public static function forItsOwnRoot(?string $suite, string ...$packages): string
    {
        $target = self::work() . "/root-$packages[0]" . ($suite === null ? '' : "-$suite");
        return self::once($target, static function (string $directory) use ($suite, $packages): void {
            $fill = static fn (array $options) => self::fetch($options, $directory,
                self::closure($options, $packages, '/^(lib|zlib|gcc-\d)/', $directory));
            $suite === null ? self::withFreshLists($directory, $fill) : $fill(self::suite($suite));
            self::run(['rm', '-rf', "$directory/usr/share/doc", "$directory/usr/share/man", "$directory/usr/share/locale"], $directory);
        });
    }

    /** Does it with the machine's lists of packages; with new ones, beside the machine's, where those are missing or old. */
    private static function withFreshLists(string $directory, \Closure $fill): void
    {
        try {
            $fill([]);
        } catch (\RuntimeException) {
            $options = self::privateState(self::work() . '/apt/machine');
            self::run(['apt-get', ...$options, '-q', 'update'], $directory);
            $fill($options);
        }
    }

    /**
     * A package of another suite with those of its dependencies that are files only (JavaScript, PHP, themes).
     *
     * @param list<string> $names what to take beside it, where the suite has it
     * @return string the folder they lie in; its name ends with the version
     */
    public static function ofSuite(string $suite, string $package, string $dependencies, array $names = []): string
    {
        $options = self::suite($suite);
        $version = self::version($options, $package) ?? throw new \RuntimeException("$suite has no package $package");
        $target = self::work() . "/$package-$suite-" . preg_replace('/[^\w.+-]/', '_', $version);
        return self::once($target, static function (string $directory) use ($options, $package, $dependencies, $names): void {
            $wanted = array_filter($names, static fn (string $name): bool => self::version($options, $name) !== null);
            self::fetch($options, $directory, self::closure($options, [$package, ...$wanted], $dependencies, $directory));
        });
    }

    /** @return list<string> these, and what they depend on, as far as a dependency's name matches */
    private static function closure(array $options, array $packages, string $dependencies, string $directory): array
    {
        $taken = [];
        for ($new = $packages; $new !== []; $new = array_values(array_diff($found, $taken))) {
            $taken = [...$taken, ...$new];
            $text = self::run(['apt-cache', ...$options, 'depends', '--no-recommends', '--no-suggests', '--no-conflicts',
                '--no-breaks', '--no-replaces', '--no-enhances', ...$new], $directory);
            preg_match_all('/^[ |]+Depends: ([a-z0-9.+-]+)$/m', $text, $matches);
            $found = array_unique(preg_grep($dependencies, $matches[1]));
        }
        return $taken;
    }

    /** Options for apt that keep its state in a folder of ours. */
    private static function privateState(string $directory): array
    {
        foreach (['lists/partial', 'cache/archives/partial', 'parts'] as $part) {
            is_dir("$directory/$part") || @mkdir("$directory/$part", 0755, true);
        }
        return ['-o', "Dir::State::Lists=$directory/lists", '-o', "Dir::Cache=$directory/cache", '-o', 'Acquire::Languages=none'];
    }

    private static function suite(string $suite): array
    {
        $directory = self::work() . "/apt/$suite";
        $options = [...self::privateState($directory), '-o', "Dir::Etc::SourceList=$directory/sources.list",
            '-o', "Dir::Etc::SourceParts=$directory/parts", '-o', 'Dir::Etc::Preferences=/dev/null',
            '-o', "Dir::Etc::PreferencesParts=$directory/parts",
            // What this machine has installed counts nothing: apt would choose it before an older suite's.
            '-o', 'Dir::State::status=/dev/null', '-o', 'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false'];
        $lock = self::lock($directory);
        $stamp = "$directory/updated";
        if (!is_file($stamp) || time() - filemtime($stamp) > self::FRESH_SECONDS) {
            file_put_contents("$directory/sources.list",
                'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ' . self::MIRROR . " $suite main\n");
            try {
                self::run(['apt-get', ...$options, '-q', 'update'], $directory);
                touch($stamp);
            } catch (\RuntimeException $error) {
                if (!is_file($stamp)) {
                    throw $error; // an archive that was once reached may be away for a while
                }
            }
        }
        fclose($lock);
        return $options;
    }

    private static function version(array $options, string $package): ?string
    {
        $found = self::run(['apt-cache', ...$options, 'show', '--no-all-versions', $package], '/', true);
        return preg_match('/^Version: (.+)$/m', $found, $match) ? $match[1] : null;
    }

    /** What apt would install for these, in its words. */
    private static function missing(array $options, array $packages): array
    {
        $plan = self::run(['apt-get', ...$options, '-s', '--no-install-recommends', 'install', ...$packages], '/');
        preg_match_all('/^Inst (\S+)/m', $plan, $matches);
        return $matches[1];
    }

    private static function fetch(array $options, string $directory, array $names): void
    {
        if ($names === []) {
            return;
        }
        $root = posix_geteuid() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
        self::run(['apt-get', ...$options, ...$root, '-q', 'download', ...$names], $directory);
        foreach (glob("$directory/*.deb") as $file) {
            self::run(['dpkg-deb', '-x', $file, $directory], $directory);
            unlink($file);
        }
    }

    /** Fills a folder once, whoever else asks for it at the same time. */
    private static function once(string $target, \Closure $fill): string
    {
        $lock = self::lock($target);
        if (!is_dir($target)) {
            $part = "$target.part";
            self::run(['rm', '-rf', $part], '/');
            mkdir($part, 0755, true);
            $fill($part);
            rename($part, $target);
        }
        fclose($lock);
        return $target;
    }

    /** @return resource locked until it is closed */
    private static function lock(string $target)
    {
        is_dir(dirname($target)) || @mkdir(dirname($target), 0755, true);
        $lock = fopen("$target.lock", 'c');
        flock($lock, LOCK_EX);
        return $lock;
    }

    private static function run(array $command, string $directory, bool $mayFail = false): string
    {
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, $directory,
            ['LC_ALL' => 'C', 'DEBIAN_FRONTEND' => 'noninteractive'] + getenv());
        $output = (string) stream_get_contents($pipes[1]);
        if (proc_close($process) !== 0 && !$mayFail) {
            throw new \RuntimeException(implode(' ', $command) . ":\n$output");
        }
        return $output;
    }
}
