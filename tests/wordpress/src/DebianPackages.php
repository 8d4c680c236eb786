<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

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
            try {
                self::fetch([], $directory, self::missing([], $packages));
            } catch (\RuntimeException) {
                // The machine's lists are older than the archive; new ones, beside the machine's.
                $options = self::privateState(self::work() . '/apt/machine');
                self::run(['apt-get', ...$options, '-q', 'update'], $directory);
                self::fetch($options, $directory, self::missing($options, $packages));
            }
        });
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
            for ($queue = [$package, ...$wanted], $taken = []; $queue !== []; $taken[$name] = true) {
                $name = array_shift($queue);
                if (!isset($taken[$name])) {
                    $found = self::run(['apt-cache', ...$options, 'depends', '--no-recommends', '--no-suggests',
                        '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances', $name], $directory);
                    preg_match_all('/^[ |]+Depends: ([a-z0-9.+-]+)$/m', $found, $matches);
                    array_push($queue, ...array_filter($matches[1], static fn (string $n): bool => (bool) preg_match($dependencies, $n)));
                }
            }
            self::fetch($options, $directory, array_keys($taken));
        });
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
            '-o', "Dir::Etc::PreferencesParts=$directory/parts", '-o', 'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false'];
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
