<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__) . '/servers/src/autoload.php';
require_once __DIR__ . '/Program.php';

/**
 * Fifty users of one server, each with a spool below one root that root has prepared, each by PHP under his own number,
 * which no passwd knows. One of them sends a flood. OUTBOX_FLOOD is its size.
 */
final class TenantsTest extends TestCase
{
    private const FIRST = 62200;
    private const TENANTS = 50;
    private const MESSAGES = 4;
    private const PAUSE_MS = 100;
    private const STAGGER_US = 30_000;
    private const FLOOD = 1000;
    private const TOUCHED = 8;
    private const LATE_MS = 2000;

    private string $folder;
    private string $root;
    private ServerProcess $relay;
    /** What the flood goes to: how fast a relay is and whom it serves first is not the question. */
    private ServerProcess $floodRelay;

    protected function setUp(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root may act as fifty users: run the tests as root');
        }
        // Where nobody else may write, all the way up, as a spool's root has to be.
        $this->folder = '/var/lib/outbox-tenants-' . bin2hex(random_bytes(6));
        $this->root = "$this->folder/spools";
        mkdir($this->folder, 0755);
        copy(Program::path(), "$this->folder/outbox");
        chmod("$this->folder/outbox", 0755);
        copy(dirname(__DIR__, 2) . '/modules/outbox.so', "$this->folder/outbox.so");
        copy(__DIR__ . '/tenant.php', "$this->folder/tenant.php");
        $this->relay = new ServerProcess('capture.php', '--tls', 'none');
        $this->floodRelay = new ServerProcess('capture.php', '--tls', 'none');
    }

    protected function tearDown(): void
    {
        if (isset($this->floodRelay)) {
            $this->endRunners();
            ServerProcess::removeDirectory($this->folder);
        }
    }

    /** The tenants' runners, which serve for another minute. */
    private function endRunners(): void
    {
        $pids = array_map(intval(...), array_map(file_get_contents(...), glob("$this->root/*/run.lock")));
        $ours = array_filter($pids, fn (int $pid): bool => $pid > 1 && @readlink("/proc/$pid/exe") === "$this->folder/outbox");
        array_map(static fn (int $pid): bool => posix_kill($pid, SIGTERM), $ours);
        foreach ($ours as $pid) {
            QueueSite::await(static fn (): bool => (string) @file_get_contents("/proc/$pid/cmdline") === '', "the runner $pid ends");
        }
    }

    /** @return array{0: resource, 1: resource} PHP at work as that user, and what it prints */
    private function begin(int $tenant, array $words): array
    {
        $relay = $tenant === self::FIRST ? $this->floodRelay : $this->relay;
        $process = proc_open(['setpriv', "--reuid=$tenant", "--regid=$tenant", '--clear-groups', PHP_BINARY, '-n', '-d', 'extension=posix',
            '-d', "extension=$this->folder/outbox.so", '-d', "outbox.spool_root=$this->root", '-d', "outbox.runner=$this->folder/outbox",
            "$this->folder/tenant.php", ...$words], [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, '/',
            ['PATH' => '/usr/bin:/bin', 'DSN' => "smtp://127.0.0.1:{$relay->port()}?tls=none"]);
        return [$process, $pipes[1], $pipes[2]];
    }

    private function finish(array $begun): array
    {
        [$process, $output, $errors] = $begun;
        $answer = json_decode((string) stream_get_contents($output), true);
        $said = stream_get_contents($errors);
        proc_close($process);
        return is_array($answer) ? $answer : throw new \RuntimeException("a tenant failed: $said");
    }

    /** @param list<float> $times */
    private static function percentile(array $times, int $percent): float
    {
        sort($times);
        return $times[intdiv((count($times) - 1) * $percent, 100)];
    }

    public function testOnesFloodMakesNobodyWaitAndNobodyReachesAnothersSpool(): void
    {
        $tenants = range(self::FIRST, self::FIRST + self::TENANTS - 1);
        $this->prepare($tenants);
        $flood = (int) (getenv('OUTBOX_FLOOD') ?: self::FLOOD);
        $alone = $this->times($this->queueAll(array_slice($tenants, 1)), 'alone');
        $answers = $this->flood($tenants, $flood);
        $beside = $this->times($answers, "beside a flood of $flood");
        // A machine that is busy with something else lets everybody wait, with a flood and without.
        self::assertLessThan(max(self::LATE_MS, 3 * $alone['queue()']), $beside['queue()'], 'queue() itself');
        self::assertLessThan(max(self::LATE_MS, 3 * $alone['delivered']), $beside['delivered'], 'until the relay had it');
        $this->checkAttribution($answers, $flood);
        $this->checkIsolation($answers);
    }

    private function prepare(array $tenants): void
    {
        $outbox = new Program();
        $outbox->run(['setup', '--root', $this->root, ...array_merge(...array_map(static fn (int $tenant): array => ['--user', "$tenant"], $tenants))]);
        self::assertSame(0, $outbox->code, $outbox->errors);
        foreach ($tenants as $tenant) {
            self::assertSame([$tenant, 0700], [fileowner("$this->root/$tenant"), fileperms("$this->root/$tenant") & 07777]);
        }
    }

    /** @return array<int, array> answers by tenant, the first one's of the flood */
    private function flood(array $tenants, int $size): array
    {
        $flood = $this->begin($tenants[0], ['queue', "$size", '0']);
        QueueSite::await(fn (): bool => is_file("{$this->floodRelay->directory}/20.eml"), 'the flood is under way');
        $answers = $this->queueAll(array_slice($tenants, 1));
        return [$tenants[0] => $this->finish($flood)] + $answers;
    }

    /** @return array<int, array> answers by tenant */
    private function queueAll(array $tenants): array
    {
        $begun = [];
        foreach ($tenants as $tenant) {
            $begun[$tenant] = $this->begin($tenant, ['queue', (string) self::MESSAGES, (string) self::PAUSE_MS]);
            usleep(self::STAGGER_US); // the queue is what is measured, not fifty processes that start in one moment
        }
        return array_map($this->finish(...), $begun);
    }

    /** @return array<string, float> the 99th percentiles of all but the flood, in milliseconds */
    private function times(array $answers, string $when): array
    {
        $times = ['queue()' => [], 'delivered' => []];
        foreach ($answers as $tenant => $answer) {
            self::assertSame([], $answer['missing'], "$tenant: all was delivered");
            if ($tenant !== self::FIRST) {
                $times['queue()'] = [...$times['queue()'], ...$answer['calls']];
                $times['delivered'] = [...$times['delivered'], ...array_values($answer['waits'])];
            }
        }
        foreach ($times as $what => $each) {
            self::assertCount((self::TENANTS - 1) * self::MESSAGES, $each);
            fprintf(STDOUT, "tenants %s: %s p50 %.1f ms, p99 %.1f ms\n", $when, $what, self::percentile($each, 50), self::percentile($each, 99));
        }
        return array_map(static fn (array $each): float => self::percentile($each, 99), $times);
    }

    /** What waits names the number of who queued it, and is his; what came is from whom it says. */
    private function checkAttribution(array $answers, int $flood): void
    {
        foreach ($answers as $tenant => $answer) {
            [$file] = glob("$this->root/$tenant/d/*/{$answer['later']}");
            self::assertSame([$tenant, 0600], [fileowner($file), fileperms($file) & 07777]);
            self::assertStringContainsString("\nuid: $tenant\n", file_get_contents($file));
            $pid = (int) file_get_contents("$this->root/$tenant/run.lock");
            self::assertContains(@fileowner("/proc/$pid/task"), [$tenant, false], 'the runner is its owner\'s, where it is still there');
        }
        $came = [];
        foreach ([...$this->floodRelay->captured(), ...$this->relay->captured()] as $message) {
            $came[$message['sender']] = ($came[$message['sender']] ?? 0) + 1;
            self::assertStringContainsString('of ' . strstr($message['sender'], '@', true), $message['message']);
        }
        self::assertCount(self::TENANTS, $came);
        self::assertSame($flood, $came['u' . self::FIRST . '@example.org']);
        self::assertSame($flood + 2 * (self::TENANTS - 1) * self::MESSAGES, array_sum($came), 'each once');
    }

    /** All pairs of a sample: what one can do to his own spool, he can do to nobody else's. */
    private function checkIsolation(array $answers): void
    {
        $sample = array_slice($answers, 0, self::TOUCHED, true);
        $places = array_map(fn (int $tenant, array $answer): string => "$this->root/$tenant:{$answer['later']}", array_keys($sample), $sample);
        $begun = array_map(fn (int $tenant): array => $this->begin($tenant, ['touch', ...$places]), array_keys($sample));
        foreach (array_combine(array_keys($sample), $begun) as $tenant => $process) {
            foreach ($this->finish($process) as $owner => $went) {
                self::assertCount($owner === $tenant ? 10 : 0, $went, "$tenant at the spool of $owner: " . implode(', ', $went));
            }
        }
        self::assertSame(0711, fileperms($this->root) & 07777, 'nobody lists who has a queue');
    }
}
