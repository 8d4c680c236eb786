<?php

// SPDX-License-Identifier: MIT
// Measures the queue: handing over, draining, picking up, idling. bin/bench calls it.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Tests\PrivateRoot;
use Outbox\Tests\WordPress\MariaDb;

require __DIR__ . '/process.php';
require __DIR__ . '/arrival.php';
require __DIR__ . '/figures.php';
require __DIR__ . '/queue_report.php';
require __DIR__ . '/postfix.php';
require dirname(__DIR__) . '/tests/wordpress/autoload.php';

const SENDER = 'bench@example.com';
const USER = 'bench';
const PASSWORD = 'bench-password';

final class QueueRun
{
    private const FEEDERS = 4; // Postfix syncs each message that it takes: several wait side by side

    private readonly string $work;
    private readonly string $directory;
    private Process $sink;
    private readonly Arrival $arrival;
    private int $port;

    /** @param list<string> $php the command that starts PHP */
    public function __construct(private readonly string $root, private readonly array $php, private readonly bool $quick)
    {
        $this->work = "$root/.work/bench";
        $this->directory = "$this->work/queue-" . getmypid();
        foreach (['', '/bare', '/bare/tmp', '/bare/q', '/quick', '/quick/tmp', '/quick/q'] as $part) {
            mkdir($this->directory . $part, 0700);
        }
        $this->sink = new Process(["$this->work/sink", 'plain']);
        $this->port = $this->sink->read()['port'];
        $this->arrival = new Arrival($this->sink);
    }

    /** @return array<string, array> */
    public function measure(): array
    {
        if (($why = PrivateRoot::obstacle()) !== null) {
            throw new \RuntimeException($why);
        }
        try {
            $this->say('a durable message, in turns');
            $figures = ['filesystem' => exec('findmnt -rno FSTYPE,OPTIONS -T ' . escapeshellarg($this->directory)), 'enqueue' => $this->enqueue()];
            $this->say('a page at 50 ms RTT');
            $figures['page'] = $this->page();
            $this->say('from queue() to the wire');
            $figures += $this->pickup();
            $this->say('draining ' . $this->drained() . ' messages');
            $figures['drain'] = ['messages' => $this->drained(), 'outbox none' => $this->drainOutbox('none'),
                'postfix' => $this->drainPostfix(), 'outbox full' => $this->drainOutbox('full')];
            return $figures;
        } finally {
            $this->sink->end();
            exec('rm -rf ' . escapeshellarg($this->directory));
        }
    }

    private function say(string $what): void
    {
        fwrite(STDERR, "    $what\n");
    }

    private function drained(): int
    {
        return $this->quick ? 1000 : 10000;
    }

    private function worker(string $peer, array $facts): Process
    {
        $settings = ['-d', 'outbox.spool_any_parent=1', '-d', 'outbox.spawn=off'];
        $worker = new Process([...$this->php, ...$settings, __DIR__ . '/queue_worker.php', $this->root, $peer, json_encode($facts)]);
        $worker->read();
        return $worker;
    }

    private function outbox(string $spool): Process
    {
        return $this->worker('outbox', ['dsn' => "smtp://127.0.0.1:$this->port?tls=none&profile=bench", 'spool' => "$this->directory/$spool"]);
    }

    /** @return list<string> the files of the messages that are due */
    private function due(string $spool): array
    {
        return glob("$this->directory/$spool/q/?/*");
    }

    /** @return array<string, array{median: float, p99: float, rounds: int}> milliseconds for one message */
    private function enqueue(): array
    {
        $postfix = new PostfixRelay($this->port);
        mkdir("$this->directory/mariadb", 0700);
        MariaDb::createData("$this->directory/mariadb/data", "$this->directory/mariadb");
        $database = new MariaDb("$this->directory/mariadb/data", "$this->directory/mariadb", durable: true);
        $outbox = $this->outbox('spool');
        $octets = filesize($this->due('spool')[0]);
        $ask = static fn (Process $process, array $more = []) => $process->ask(['count' => 3] + $more)['ms'];
        $bare = new Process(["$this->work/bare", "$this->directory/bare", 'durable']);
        $quick = new Process(["$this->work/bare", "$this->directory/quick", 'quick']);
        $sendmail = $this->worker('sendmail', ['command' => $postfix->sendmail()]);
        $mariadb = $this->worker('mariadb', ['socket' => $database->socket]);
        $peers = [
            'bare' => static fn () => $bare->ask(['size' => $octets, 'count' => 3])['ms'],
            'outbox full' => fn () => $ask($outbox, ['durability' => 'full']),
            'outbox group' => fn () => $ask($outbox, ['durability' => 'group']),
            'bare none' => static fn () => $quick->ask(['size' => $octets, 'count' => 3])['ms'],
            'outbox none' => fn () => $ask($outbox, ['durability' => 'none']),
            'sendmail' => fn () => $ask($sendmail),
            'mariadb' => fn () => $ask($mariadb),
        ];
        $samples = [];
        // Nobody removes anything meanwhile: an ext4 without a journal passes by each inode that was freed within the last minute before
        // it takes one for a new file, so whoever queues behind thousands that were removed waits longer, be it Outbox or the bare calls.
        for ($round = 0, $rounds = $this->quick ? 15 : 100; $round <= $rounds; $round++) {
            foreach ($peers as $peer => $hand) {
                $ms = $hand();
                $samples[$peer] = $round > 0 ? [...$samples[$peer] ?? [], ...$ms] : [];
            }
        }
        array_map(static fn (Process $process) => $process->end(), [$bare, $quick, $outbox, $sendmail, $mariadb]);
        $database->stop();
        return array_map(self::spread(...), $samples);
    }

    /** @param list<float> $ms */
    private static function spread(array $ms): array
    {
        sort($ms);
        return ['median' => median($ms), 'p99' => $ms[(int) ceil(count($ms) * 0.99) - 1], 'rounds' => count($ms)];
    }

    /** @return array<string, array> what a page waits for: PHPMailer submits, 50 ms away; Outbox queues */
    private function page(): array
    {
        $sink = new Process(["$this->work/sink", "$this->work/cert.pem", "$this->work/key.pem", USER, PASSWORD]);
        $proxy = new Process(["$this->work/proxy", (string) $sink->read()['port'], '50']);
        $relay = ['port' => $proxy->read()['port'], 'user' => USER, 'password' => PASSWORD, 'ca_file' => "$this->work/cert.pem"];
        $peers = ['phpmailer' => $this->worker('phpmailer', ['relay' => $relay]), 'outbox' => $this->outbox('pages')];
        $samples = [];
        for ($round = 0, $rounds = $this->quick ? 3 : 10; $round <= $rounds; $round++) {
            foreach ($peers as $peer => $worker) {
                $ms = $worker->ask(['count' => $peer === 'outbox' ? 5 : 1])['ms'];
                $samples[$peer] = $round > 0 ? [...$samples[$peer] ?? [], ...$ms] : [];
            }
        }
        array_map(static fn (Process $process) => $process->end(), [...array_values($peers), $proxy, $sink]);
        return array_map(self::spread(...), $samples);
    }

    /** @return resource the program `outbox` at work on this spool */
    private function runner(string $spool, string ...$options)
    {
        return proc_open(["$this->root/modules/outbox", 'run', ...$options, '--quiet', '--any-parent', '--spool', "$this->directory/$spool"],
            [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], STDERR], $pipes);
    }

    /** Waits until the sink has so many. @param resource $runner that sends them */
    private function awaitRunner(int $count, $runner, string $spool): array
    {
        $left = fn (string $where) => count(glob("$this->directory/$spool/$where"));
        return $this->arrival->await($count, 'outbox run',
            static fn () => sprintf('In its spool %d are due, %d deferred, %d failed, %d quarantined.', $left('q/?/*'), $left('d/*/*'), $left('f/*/*'), $left('x/*')),
            static fn () => proc_get_status($runner)['running']);
    }

    /** @return array{pickup: array, idle: array} */
    private function pickup(): array
    {
        $outbox = $this->outbox('pickup'); // queues one at its start
        $got = $this->arrival->count();
        $runner = $this->runner('pickup', '--forever');
        $this->awaitRunner(++$got, $runner, 'pickup');
        $ms = [];
        for ($i = 0, $times = $this->quick ? 100 : 1000; $i < $times; $i++) {
            $end = $outbox->ask(['count' => 1])['end_ns'];
            $ms[] = max(0, $this->awaitRunner(++$got, $runner, 'pickup')['mail_ns'] - $end) / 1e6;
        }
        $outbox->end();
        sleep(3); // it is idle by then, and has let go of what it needs for work
        $idle = self::memory(proc_get_status($runner)['pid']);
        proc_terminate($runner);
        proc_close($runner);
        $linked = new Process(["$this->work/linked"]);
        $linked->read();
        $idle['libraries'] = self::memory($linked->pid())['resident'];
        $linked->end();
        return ['pickup' => self::spread($ms), 'idle' => $idle];
    }

    /** @return array<string, float> MiB */
    private static function memory(int $pid): array
    {
        preg_match_all('/^(Rss|Pss|Private_Clean|Private_Dirty):\s+(\d+) kB$/m', file_get_contents("/proc/$pid/smaps_rollup"), $found);
        $kib = array_combine($found[1], $found[2]);
        return ['resident' => $kib['Rss'] / 1024, 'proportional' => $kib['Pss'] / 1024,
            'private' => ($kib['Private_Clean'] + $kib['Private_Dirty']) / 1024];
    }

    /** @return float messages a second */
    private function drainOutbox(string $durability): float
    {
        $outbox = $this->outbox($spool = "drain-$durability");
        $outbox->ask(['count' => $this->drained() - 1, 'durability' => 'none']);
        $outbox->end();
        exec('sync -f ' . escapeshellarg($this->directory));
        $got = $this->arrival->count();
        $begun = hrtime(true);
        $runner = $this->runner($spool, '--once', '--durability', $durability);
        $this->awaitRunner($got + $this->drained(), $runner, $spool);
        $seconds = (hrtime(true) - $begun) / 1e9;
        proc_close($runner);
        return $this->drained() / $seconds;
    }

    private function drainPostfix(): float
    {
        $postfix = new PostfixRelay($this->port);
        $feed = [...$this->php, __DIR__ . '/queue_feed.php', (string) $postfix->port, (string) ($this->drained() / self::FEEDERS)];
        $feeders = array_map(static fn () => new Process($feed), range(1, self::FEEDERS));
        foreach ($feeders as $feeder) {
            $feeder->read();
            $feeder->end();
        }
        if (($held = $postfix->waiting('hold')) !== $this->drained()) {
            throw new \RuntimeException("Postfix holds $held messages of {$this->drained()}. " . $postfix->state());
        }
        $postfix->release();
        exec('sync -f ' . escapeshellarg($this->directory));
        $got = $this->arrival->count();
        $begun = hrtime(true);
        $postfix->flush();
        $this->arrival->await($got + $this->drained(), 'Postfix', $postfix->state(...), static fn () => true);
        return $this->drained() / ((hrtime(true) - $begun) / 1e9);
    }
}

conclude(json_decode($argv[1], true, flags: JSON_THROW_ON_ERROR), static function (array $task): QueueReport {
    ['root' => $root, 'php' => $php, 'quick' => $quick] = $task;
    return new QueueReport((new QueueRun($root, $php, $quick))->measure(), $quick);
});
