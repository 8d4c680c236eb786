<?php

// SPDX-License-Identifier: MIT
// A child that is asked one line and answers one line of JSON. It ends when its standard input does, so it never
// outlives this program, however that ends.

declare(strict_types=1);

namespace Outbox\Bench;

final class Process
{
    /** @var resource */
    private $process;
    private array $pipes = [];

    /** @param list<string> $command */
    public function __construct(private readonly array $command)
    {
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $this->pipes);
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    public function read(): array
    {
        $line = fgets($this->pipes[1]);
        if ($line === false) {
            throw new \RuntimeException('it ended: ' . implode(' ', $this->command));
        }
        $answer = json_decode($line, true) ?? throw new \RuntimeException(implode(' ', $this->command) . " said: $line" . stream_get_contents($this->pipes[1]));
        if (isset($answer['error'])) {
            throw new \RuntimeException($answer['error']);
        }
        return $answer;
    }

    public function ask(array $question = []): array
    {
        fwrite($this->pipes[0], json_encode($question) . "\n");
        return $this->read();
    }

    public function end(): void
    {
        fclose($this->pipes[0]);
        stream_get_contents($this->pipes[1]);
        proc_close($this->process);
    }
}
