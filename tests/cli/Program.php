<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** The program `outbox` with a spool of its own; what it leaves goes with the object. */
final class Program
{
    public readonly string $spool;
    public int $code = 0;
    public string $errors = '';
    private readonly string $directory;

    public function __construct()
    {
        $this->directory = ServerProcess::newDirectory();
        $this->spool = "$this->directory/spool";
    }

    public static function path(): string
    {
        return dirname(__DIR__, 2) . '/modules/outbox';
    }

    /** Runs it to its end and returns what it printed. */
    public function run(array $words, string $input = '', array $environment = []): string
    {
        return $this->finish($this->start($words, $pipes, $environment), $pipes, $input);
    }

    /** Runs another program, which ends as this one. */
    public function through(array $command): string
    {
        return $this->finish($this->open($command, $pipes), $pipes, '');
    }

    /** @param resource $process */
    private function finish($process, array $pipes, string $input): string
    {
        @fwrite($pipes[0], $input); // one that refuses its words has ended before it reads
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        $this->errors = stream_get_contents($pipes[2]);
        $this->code = proc_close($process);
        return $output;
    }

    /** @return resource */
    public function start(array $words, ?array &$pipes, array $environment = [])
    {
        return $this->open([self::path(), ...$words], $pipes, $environment);
    }

    /** @return resource */
    private function open(array $command, ?array &$pipes, array $environment = [])
    {
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, $this->directory,
            $environment + ['PATH' => '/usr/bin:/bin', 'TZ' => 'UTC']);
        return is_resource($process) ? $process : throw new \RuntimeException('the program does not start');
    }

    /** The same on the own spool, whose parents the checkout's owner vouches for. */
    public function on(array $words, string $input = ''): string
    {
        return $this->run([...$words, '--spool', $this->spool, '--any-parent'], $input);
    }

    public function json(array $words, string $input = ''): array
    {
        return json_decode($this->on([...$words, '--json'], $input), true, 32, JSON_THROW_ON_ERROR);
    }

    /** @return list<array> a value for each line */
    public function lines(array $words): array
    {
        return array_map(static fn (string $line): array => json_decode($line, true, 32, JSON_THROW_ON_ERROR),
            array_filter(explode("\n", $this->on([...$words, '--json']))));
    }

    public function file(string $name, string $content): string
    {
        file_put_contents("$this->directory/$name", $content);
        return "$this->directory/$name";
    }

    public function folder(string $name): string
    {
        mkdir("$this->directory/$name");
        return "$this->directory/$name";
    }

    /** Ends the runner of this spool, where there is one, and waits for that. */
    public function stopRunner(): void
    {
        while (($runner = $this->json(['status'])['runner'])['running']) {
            posix_kill($runner['pid'], SIGTERM);
            usleep(20_000);
        }
    }

    public function __destruct()
    {
        ServerProcess::removeDirectory($this->directory);
    }
}
