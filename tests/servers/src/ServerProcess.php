<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A server of ours in a process of its own; ends with the object, by its pid, whatever became of the test. */
final class ServerProcess
{
    public readonly string $directory;
    public readonly array $ready;
    /** @var resource */
    private $process;

    /** Starts SCRIPT --dir DIRECTORY ARGUMENTS, by php or, for a .js, by node, and waits for its line of JSON. */
    public function __construct(string $script, string ...$arguments)
    {
        $this->directory = self::newDirectory();
        $this->process = proc_open(
            // Should this process be killed, the kernel ends the server.
            ['setpriv', '--pdeathsig', 'KILL', str_ends_with($script, '.js') ? 'node' : PHP_BINARY, dirname(__DIR__) . '/' . $script,
                '--dir', $this->directory, ...$arguments],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', $this->directory . '/stderr', 'w']], $pipes);
        $read = [$pipes[1]];
        $none = null;
        $line = stream_select($read, $none, $none, 10) === 1 ? fgets($pipes[1]) : false;
        if ($line === false) {
            $this->stop();
            throw new \RuntimeException("$script did not start: " . file_get_contents($this->directory . '/stderr'));
        }
        $this->ready = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
    }

    public static function newDirectory(): string
    {
        $base = dirname(__DIR__, 3) . '/.work/servers';
        if (!is_dir($base)) {
            mkdir($base, 0755, true);
        }
        $directory = $base . '/' . getmypid() . '-' . bin2hex(random_bytes(4));
        mkdir($directory, 0700);
        return $directory;
    }

    public static function removeDirectory(string $directory): void
    {
        foreach (new \FilesystemIterator($directory) as $entry) {
            $entry->isDir() && !$entry->isLink() ? self::removeDirectory($entry->getPathname()) : unlink($entry->getPathname());
        }
        rmdir($directory);
    }

    public function port(): int
    {
        return $this->ready['port'];
    }

    /** Everything that connection sent in its life, as text behind TLS. */
    public function received(int $connection = 1): string
    {
        return (string) @file_get_contents("$this->directory/connection-$connection.bytes");
    }

    /** @return list<array> the envelopes of the captured messages, in their order */
    public function captured(): array
    {
        $messages = [];
        for ($n = 1; is_file("$this->directory/$n.eml"); $n++) {
            $messages[] = json_decode(file_get_contents("$this->directory/$n.json"), true)
                + ['message' => file_get_contents("$this->directory/$n.eml")];
        }
        return $messages;
    }

    /** The message with this identifier, which a server in between may take a moment to hand over. */
    public function arrived(string $messageId): array
    {
        for ($until = microtime(true) + 20; microtime(true) < $until; usleep(50_000)) {
            foreach ($this->captured() as $message) {
                if (str_contains($message['message'], trim($messageId, '<>'))) {
                    return $message;
                }
            }
        }
        throw new \RuntimeException("$messageId did not arrive");
    }

    public function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process, SIGKILL);
            proc_close($this->process);
        }
    }

    public function __destruct()
    {
        $this->stop();
        if (is_dir($this->directory)) {
            self::removeDirectory($this->directory);
        }
    }
}
