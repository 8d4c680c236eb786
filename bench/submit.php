<?php

// SPDX-License-Identifier: MIT
// Measures the peers of peers.php against one sink, at two distances, in interleaved rounds. bin/bench calls it.

declare(strict_types=1);

namespace Outbox\Bench;

require __DIR__ . '/process.php';
require __DIR__ . '/figures.php';
require __DIR__ . '/report.php';

const USER = 'bench';
const PASSWORD = 'bench-password';
const DISTANCES = [0, 50]; // RTT in milliseconds

/** How often each scenario is measured, in rounds of one task for each peer in turn. */
const ROUNDS = ['cold' => [30, 6], 'warm 1' => [60, 10], 'warm 10' => [60, 10], 'stream' => [5, 3]];
const ROUNDS_QUICK = ['cold' => [5, 2], 'warm 1' => [10, 4], 'warm 10' => [10, 4], 'stream' => [1, 1]];

final class Run
{
    private string $work;
    private Process $sink;

    /** @param list<string> $php the command that starts PHP @param list<string> $peers */
    public function __construct(string $root, private readonly array $php, private readonly array $peers, private readonly bool $quick)
    {
        $this->work = "$root/.work/bench";
        $this->sink = new Process(["$this->work/sink", "$this->work/cert.pem", "$this->work/key.pem", USER, PASSWORD]);
    }

    /** @return array<string, array<int, array<string, array>>> scenario, distance, peer => figures of one message */
    public function measure(): array
    {
        $port = $this->sink->read()['port'];
        $figures = [];
        foreach (DISTANCES as $at => $distance) {
            $proxies = $workers = [];
            foreach ($this->peers as $peer) {
                $proxies[$peer] = new Process(["$this->work/proxy", (string) $port, (string) $distance]);
                $workers[$peer] = $this->worker($peer, $proxies[$peer]->read()['port']);
            }
            foreach (($this->quick ? ROUNDS_QUICK : ROUNDS) as $scenario => $rounds) {
                fwrite(STDERR, "    $scenario at $distance ms\n");
                $figures[$scenario][$distance] = $this->rounds($scenario, $distance, $rounds[$at], $workers, $proxies);
            }
            array_map(static fn (Process $process) => $process->end(), [...array_values($workers), ...array_values($proxies)]);
        }
        foreach ($this->peers as $peer) {
            fwrite(STDERR, "    system calls of $peer\n");
            foreach ($this->trace($peer, $port) as $scenario => $calls) {
                foreach (DISTANCES as $distance) {
                    $figures[$scenario][$distance][$peer]['system_calls'] = $calls;
                }
            }
        }
        $this->sink->end();
        return $figures;
    }

    private function worker(string $peer, int $port, array $prefix = []): Process
    {
        $relay = ['port' => $port, 'user' => USER, 'password' => PASSWORD, 'ca_file' => "$this->work/cert.pem"];
        return new Process([...$prefix, ...$this->php, __DIR__ . '/worker.php', "$this->work/vendor", $peer, json_encode($relay)]);
    }

    private function task(string $scenario, int $distance, string $peer): array
    {
        return match ($scenario) {
            'cold', 'warm 1' => ['do' => 'send', 'recipients' => 1],
            'warm 10' => ['do' => 'send', 'recipients' => 10],
            'stream' => ['do' => 'stream', 'count' => $this->streamed($distance, $peer)],
        };
    }

    /** A stream has 200 messages; who needs round trips for each of them sends fewer where these take long. */
    private function streamed(int $distance, string $peer): int
    {
        return match (true) {
            $peer === 'outbox', $distance === 0 && !$this->quick => 200,
            $distance === 0 => 50,
            $peer === 'phpmailer' => 5,
            default => 20,
        };
    }

    /** @param array<string, Process> $workers @param array<string, Process> $proxies */
    private function rounds(string $scenario, int $distance, int $rounds, array $workers, array $proxies): array
    {
        $samples = [];
        for ($round = $scenario === 'stream' ? 1 : 0; $round <= $rounds; $round++) { // number 0 opens connections and is not counted
            foreach ($workers as $peer => $worker) {
                if ($scenario === 'cold' || ($round === 0 && $scenario === 'warm 1')) {
                    $worker->ask(['do' => 'start', 'kept' => $scenario !== 'cold']);
                }
                $before = [$this->sink->ask(), $proxies[$peer]->ask()];
                $answer = $worker->ask($this->task($scenario, $distance, $peer));
                $after = [$this->sink->ask(), $proxies[$peer]->ask()];
                if ($after[0]['messages'] - $before[0]['messages'] !== $answer['messages']) {
                    throw new \RuntimeException("$peer says that it sent {$answer['messages']} messages; the sink has got another number");
                }
                if ($round > 0) {
                    $answer['round_trips'] = $after[1]['round_trips'] - $before[1]['round_trips'];
                    $samples[$peer][] = $answer;
                }
            }
        }
        return array_map($this->figures(...), $samples);
    }

    /** @param list<array> $samples */
    private function figures(array $samples): array
    {
        $count = $samples[0]['messages'];
        $of = static fn (string $what) => array_map(static fn (array $sample) => $sample[$what] / $count, $samples);
        return [
            'messages' => $count,
            'rounds' => count($samples),
            'ms' => median($of('ms')),
            'cpu_ms' => array_sum($of('cpu_ms')) / count($samples), // the mean: the kernel's clock is coarse
            'round_trips' => median($of('round_trips')),
        ];
    }

    /** @return array<string, float> scenario => system calls of one message, all threads included */
    private function trace(string $peer, int $port): array
    {
        $file = "$this->work/trace-$peer";
        $worker = $this->worker($peer, $port, ['strace', '-f', '-qq', '-o', $file]);
        $scenarios = array_keys(ROUNDS);
        $counts = [];
        foreach ($scenarios as $scenario) {
            $kept = $scenario !== 'cold';
            $worker->ask(['do' => 'start', 'kept' => $kept]);
            $worker->ask($this->task($scenario, 0, $peer)); // the first one of each is not counted
            if (!$kept) {
                $worker->ask(['do' => 'start', 'kept' => false]);
            }
            $counts[] = $worker->ask($this->task($scenario, 0, $peer))['messages'];
        }
        $worker->end();
        $calls = [];
        foreach (explode('/outbox-bench-begin', file_get_contents($file)) as $number => $part) {
            if ($number > 0 && $number % 2 === 0) {
                $lines = array_slice(explode("\n", strstr($part, '/outbox-bench-end', true)), 1, -1);
                $calls[] = count(preg_grep('/^\d+ +\w+\(/', $lines)); // not "<... resumed>", exits and signals
            }
        }
        unlink($file);
        return array_combine($scenarios, array_map(static fn (int $all, int $messages) => $all / $messages, $calls, $counts));
    }
}

conclude(json_decode($argv[1], true, flags: JSON_THROW_ON_ERROR), static function (array $task): Report {
    ['root' => $root, 'php' => $php, 'peers' => $peers, 'quick' => $quick] = $task;
    return new Report((new Run($root, $php, $peers, $quick))->measure(), $peers, $quick);
});
