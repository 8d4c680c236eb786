<?php

// SPDX-License-Identifier: MIT
// Measures how the peers of message_peers.php write messages and send them, each draft in fresh processes, in
// interleaved rounds. bin/bench calls it.

declare(strict_types=1);

namespace Outbox\Bench;

require __DIR__ . '/process.php';
require __DIR__ . '/figures.php';
require __DIR__ . '/relay.php';
require __DIR__ . '/message_peers.php';
require __DIR__ . '/message_report.php';

const USER = 'bench';
const PASSWORD = 'bench-password';

/** Messages of each draft in one process, and the processes. */
const COUNTS = ['small' => [300, 7], 'page' => [40, 7], 'file' => [1, 5]];
const COUNTS_QUICK = ['small' => [30, 2], 'page' => [5, 2], 'file' => [1, 2]];
/** Of a message that holds what it was given. */
const OCTETS_LEAST = ['small' => 2000, 'page' => 230_000, 'file' => 35_000_000];
const WRITES = 'write,writev,pwrite64,sendto,sendmsg,sendfile';

final class Run
{
    private string $work;
    private Process $sink;
    private int $port;

    /** @param list<string> $php the command that starts PHP @param list<string> $peers */
    public function __construct(string $root, private readonly array $php, private readonly array $peers, private readonly bool $quick)
    {
        $this->work = "$root/.work/bench";
        Draft::makeFiles($this->work);
        $this->sink = new Process(["$this->work/sink", "$this->work/cert.pem", "$this->work/key.pem", USER, PASSWORD]);
        $this->port = $this->sink->read()['port'];
    }

    /** @return array<string, array<string, array>> draft, peer => figures of one message */
    public function measure(): array
    {
        $figures = [];
        foreach ($this->quick ? COUNTS_QUICK : COUNTS as $draft => [$count, $processes]) {
            fwrite(STDERR, "    $draft\n");
            $samples = [];
            for ($round = 0; $round < $processes; $round++) {
                foreach ($this->peers as $peer) {
                    foreach (['compose', 'send'] as $task) {
                        $samples[$peer][$task][] = $this->sample($peer, $draft, $task, $count);
                    }
                }
            }
            foreach ($this->peers as $peer) {
                $figures[$draft][$peer] = $this->figures($samples[$peer], $count) + ['writes' => $this->writes($peer, $draft)];
            }
        }
        $this->sink->end();
        return $figures;
    }

    /** @param list<string> $prefix */
    private function worker(string $peer, string $draft, array $prefix = []): Process
    {
        $relay = ['port' => $this->port, 'user' => USER, 'password' => PASSWORD, 'ca_file' => "$this->work/cert.pem"];
        return new Process([...$prefix, ...$this->php, '-d', 'memory_limit=2G', '-d', 'outbox.max_message_size=64M',
            __DIR__ . '/message_worker.php', $this->work, $peer, $draft, json_encode($relay)]);
    }

    private function sample(string $peer, string $draft, string $task, int $count): array
    {
        $worker = $this->worker($peer, $draft);
        $worker->read();
        $before = $this->sink->ask();
        $answer = $worker->ask(['do' => $task, 'count' => $count]);
        $after = $this->sink->ask();
        $worker->end();
        if ($after['messages'] - $before['messages'] !== $answer['messages']) {
            throw new \RuntimeException("$peer says that it sent {$answer['messages']} messages; the sink has got another number");
        }
        if ($after['octets'] - $before['octets'] < $answer['messages'] * OCTETS_LEAST[$draft]) {
            throw new \RuntimeException("what $peer sent is too small to hold what it was given ($draft)");
        }
        return $answer;
    }

    /** @param array<string, list<array>> $samples */
    private function figures(array $samples, int $count): array
    {
        $of = static fn (string $task, string $what) => array_map(static fn (array $sample) => $sample[$what] / $count, $samples[$task]);
        return [
            'messages' => $count,
            'processes' => count($samples['send']),
            'compose_ms' => median($of('compose', 'ms')),
            'compose_cpu_ms' => median($of('compose', 'cpu_ms')),
            'send_ms' => median($of('send', 'ms')),
            'send_cpu_ms' => median($of('send', 'cpu_ms')),
            'peak_mib' => max(array_column($samples['send'], 'peak_kib')) / 1024,
        ];
    }

    /** The system calls that write, of one message being sent, all threads included. */
    private function writes(string $peer, string $draft): int
    {
        fwrite(STDERR, "    system calls of $peer\n");
        $file = "$this->work/trace-$peer";
        $worker = $this->worker($peer, $draft, ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=' . WRITES . ',%%stat', '-o', $file]);
        $worker->read();
        $worker->ask(['do' => 'send', 'count' => 1]);
        $worker->end();
        $calls = 0;
        $counted = false;
        foreach (new \SplFileObject($file) as $line) {
            if (str_contains($line, '/outbox-bench-')) {
                $counted = str_contains($line, '-begin');
            } elseif ($counted) {
                $calls += preg_match('/^\d+ +(' . strtr(WRITES, ',', '|') . ')\(/', $line);
            }
        }
        unlink($file);
        return $calls;
    }
}

conclude(json_decode($argv[1], true, flags: JSON_THROW_ON_ERROR), static function (array $task): MessageReport {
    ['root' => $root, 'php' => $php, 'peers' => $peers, 'quick' => $quick] = $task;
    return new MessageReport((new Run($root, $php, $peers, $quick))->measure(), $peers, $quick);
});
