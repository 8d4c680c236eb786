<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\Oracle;

/** A Python program of this folder that answers a line of JSON with a line of JSON, and ends with its input. */
final class PythonProgram
{
    private const PYTHON = '/usr/bin/python3'; // Debian's, which has Debian's modules

    /** @var resource */
    private $process;
    private array $pipes = [];

    public function __construct(private readonly string $script)
    {
        $this->process = proc_open([self::PYTHON, dirname(__DIR__) . '/' . $script],
            [['pipe', 'r'], ['pipe', 'w'], STDERR], $this->pipes);
    }

    public function ask(array $question): array
    {
        fwrite($this->pipes[0], json_encode($question, JSON_THROW_ON_ERROR) . "\n");
        $line = fgets($this->pipes[1]);
        if ($line === false) {
            throw new \RuntimeException("$this->script ended");
        }
        return json_decode($line, true, 64, JSON_THROW_ON_ERROR);
    }

    public function __destruct()
    {
        array_map(fclose(...), $this->pipes);
        proc_close($this->process);
    }
}
