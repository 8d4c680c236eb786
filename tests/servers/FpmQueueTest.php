<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** A site queues, and a worker of PHP-FPM starts the runner: what of the web server lives on in it, and what keeps it from being started. */
final class FpmQueueTest extends TestCase
{
    private const ROUNDS = 50;
    private ?QueueSite $site = null;
    private int $inspected = 0;

    protected function tearDown(): void
    {
        $this->site?->end();
        $this->site = null;
    }

    private function site(int $workers = 1, string ...$settings): QueueSite
    {
        return $this->site = new QueueSite($workers, ...$settings);
    }

    private function assertEachArrivedOnce(): void
    {
        $this->site->awaitArrival(count($this->site->queued));
        QueueSite::await(fn (): bool => ($this->site->status()['spool']['due'] ?? null) === 0, 'the queue is empty');
        $ids = array_map(static fn (array $message): string => preg_match('/^Message-ID: (.*)\r$/mi', $message['message'], $m) ? $m[1] : '',
            $this->site->capture->captured());
        self::assertCount(count($this->site->queued), $ids);
        self::assertCount(count($ids), array_unique($ids));
    }

    /** @param list<int> $strangers processes that must not be its parent */
    private function assertNothingInherited(int $runner, array $strangers): void
    {
        $files = QueueSite::openFiles($runner);
        self::assertNotSame([], $files, 'the test cannot see the descriptors of the runner');
        self::assertSame([], preg_grep('{^' . preg_quote($this->site->pool->directory) . '|^/dev/(?!null$)}', $files));
        $hex = sprintf(':%04X', $this->site->pool->port);
        foreach (['tcp', 'tcp6', 'unix'] as $table) {
            foreach (file("/proc/net/$table") as $line) {
                if (str_contains($line, $hex) && preg_match('/ (\d{3,}) /', substr($line, 90), $found)) {
                    self::assertNotContains("socket:[$found[1]]", $files, 'a connection or the listening socket of PHP-FPM');
                }
            }
        }
        self::assertCount(3, array_keys($files, '/dev/null', true));
        self::assertNotContains((int) self::field($runner, 'PPid'), $strangers);
        self::assertSame((string) $runner, trim(explode(' ', strrchr((string) file_get_contents("/proc/$runner/stat"), ')'))[4]), 'a session of its own');
    }

    private static function field(int $pid, string $name): string
    {
        return preg_match("/^$name:\s*(\S+)/m", (string) @file_get_contents("/proc/$pid/status"), $found) ? $found[1] : '';
    }

    /** @return list<string> */
    private function zombies(): array
    {
        $found = [];
        foreach ([getmypid(), $this->site->pool->master(), ...$this->site->pool->workers()] as $parent) {
            foreach (explode(' ', (string) @file_get_contents("/proc/$parent/task/$parent/children")) as $pid) {
                if ($pid !== '' && self::field((int) $pid, 'State') === 'Z') {
                    $found[] = "$pid of $parent: " . self::field((int) $pid, 'Name');
                }
            }
        }
        return $found;
    }

    public function testAQueuedMessageStartsARunnerThatHasNothingOfTheWebServers(): void
    {
        $this->site();
        $this->site->queue();
        $this->site->awaitArrival(1);
        $runner = $this->site->runnerPid();
        self::assertGreaterThan(0, $runner);
        $this->assertNothingInherited($runner, [$this->site->pool->master(), ...$this->site->pool->workers()]);
        self::assertSame('0000000000000000', self::field($runner, 'SigBlk'));
        $this->site->queue(3);
        $this->site->awaitArrival(4);
        self::assertSame($runner, $this->site->runnerPid(), 'the second request found the first one\'s runner');
        self::assertSame([], $this->zombies());
        $this->assertEachArrivedOnce();
    }

    /** 17 times each reload, stop with requests ended and stop without; in every other round with a new runner. */
    public function testFiftyReloadsAndRestartsWithMailInFlightLoseNothing(): void
    {
        $this->site(2);
        for ($round = 0; $round < self::ROUNDS; $round++) {
            if ($round % 2 === 0) {
                $this->site->stopRunner();
                $this->site->forgetSpawn();
            }
            $this->site->queue(2);
            $request = $this->site->begin(3);
            match ($round % 3) {
                0 => $this->site->pool->reload(),
                default => $this->restart($round % 3 === 1 ? SIGQUIT : SIGTERM),
            };
            $this->site->finish($request);
            self::assertSame([], $this->zombies());
        }
        self::assertGreaterThanOrEqual(self::ROUNDS * 2, count($this->site->queued));
        self::assertGreaterThan(self::ROUNDS / 2, $this->inspected, 'runners that outlived their PHP-FPM and were looked at');
        // Whose worker was ended between a message's name and the hint: the next runner's look finds it.
        $this->site->stopRunner();
        $this->site->forgetSpawn();
        $this->site->queue();
        $this->assertAllArrived();
        self::assertDoesNotMatchRegularExpression('/ALERT|oops|unknown child/', $this->site->pool->log());
    }

    /** Whose request was cut off has no id, and the message may be there all the same. */
    private function assertAllArrived(): void
    {
        QueueSite::await(fn (): bool => ($this->site->status()['spool']['due'] ?? null) === 0, 'the queue is empty');
        $arrived = count(glob("{$this->site->capture->directory}/*.json"));
        self::assertGreaterThanOrEqual(count($this->site->queued), $arrived);
        self::assertSame(0, $this->site->status()['spool']['uncertain']);
        $ids = array_map(static fn (array $message): string => preg_match('/^Message-ID: (.*)\r$/mi', $message['message'], $m) ? $m[1] : '',
            $this->site->capture->captured());
        self::assertCount($arrived, array_unique($ids), 'none of them twice');
    }

    private function restart(int $signal): void
    {
        $runner = $this->site->runnerPid();
        $processes = [$this->site->pool->master(), ...$this->site->pool->workers()];
        $this->site->pool->stop($signal);
        if ($runner > 0 && is_dir("/proc/$runner")) {
            $this->assertNothingInherited($runner, $processes);
            $this->inspected++;
        }
        $listener = @stream_socket_server("tcp://127.0.0.1:{$this->site->pool->port}", $code, $text);
        self::assertNotFalse($listener, "the port of the stopped PHP-FPM: $text");
        fclose($listener);
        $this->site->pool->start();
    }

    /** @dataProvider offs */
    public function testWhatIsForbiddenIsNotStartedAndStatusSaysWhy(string $setting, string $rule): void
    {
        $this->site(1, $setting);
        self::assertCount(1, $this->site->queue());
        self::assertCount(1, $this->site->queued, 'the message is durable all the same');
        $status = $this->site->status();
        self::assertSame([false, $rule], [$status['spool']['spawn']['allowed'], $status['spool']['spawn']['rule']]);
        self::assertSame($rule, $status['outbox']['spool']['spawn']);
        self::assertSame(0, $this->site->runnerPid());
        self::assertSame(1, $status['spool']['due']);
    }

    public static function offs(): iterable
    {
        yield 'outbox.spawn' => ['php_admin_value[outbox.spawn]=off', 'off: outbox.spawn'];
        yield 'no exec' => ['php_admin_value[disable_functions]=exec', 'off: disable_functions has exec or proc_open'];
        yield 'no proc_open' => ['php_admin_value[disable_functions]=system,proc_open', 'off: disable_functions has exec or proc_open'];
    }

    /** @dataProvider badRunners */
    public function testARunnerThatCannotBeStartedIsSaidSoAndTriedRarely(\Closure $spoil, string $error): void
    {
        $this->site();
        $spoil($this->site->runner);
        $this->site->queue();
        $first = $this->site->status();
        self::assertTrue($first['spool']['spawn']['allowed']);
        self::assertSame($error, $first['spool']['spawn']['error']);
        self::assertSame($error, $first['outbox']['spool']['spawn_error']);
        $this->site->queue(5);
        $second = $this->site->status();
        self::assertSame($first['spool']['spawn']['last'], $second['spool']['spawn']['last'], 'no second try within the pause');
        self::assertSame(6, $second['spool']['due'], 'all messages are durable');
        copy(dirname(__DIR__, 2) . '/modules/outbox', $this->site->runner);
        chmod($this->site->runner, 0755);
        $this->site->forgetSpawn();
        $this->site->queue();
        $this->site->awaitArrival(7);
        self::assertNull($this->site->status()['spool']['spawn']['error']);
    }

    public static function badRunners(): iterable
    {
        yield 'missing' => [unlink(...), 'No such file or directory'];
        yield 'not executable' => [static fn (string $path) => chmod($path, 0644), 'Permission denied'];
        yield 'writable by others' => [static fn (string $path) => chmod($path, 0757), 'Operation not permitted'];
        yield 'no program' => [static fn (string $path) => file_put_contents($path, 'text'), 'Exec format error'];
        yield 'one that ends badly' => [static fn (string $path) => file_put_contents($path, "#!/bin/sh\nexit 3\n"), 'No child processes'];
    }

    public function testMailOfASiteIsQueuedAndDeliveredWhereItsPoolIsSetSo(): void
    {
        $this->site(1, 'php_admin_flag[outbox.override_mail]=on', 'php_admin_value[sendmail_path]=/bin/false');
        self::assertSame([true, null], $this->site->mail('first'));
        self::assertSame([true, null], $this->site->mail('second'));
        $this->site->awaitArrival(2);
        self::assertGreaterThan(0, $this->site->runnerPid(), 'a runner of the site\'s delivered it');
        $captured = $this->site->capture->captured();
        self::assertSame(['bounce@example.org', ['b@example.org']], [$captured[0]['sender'], $captured[0]['recipients']]);
        self::assertMatchesRegularExpression('/^Subject: first\r$/m', $captured[0]['message']);
    }

    public function testMailOfAnotherPoolStaysPhpsOrIsDisabled(): void
    {
        $this->site(1, 'php_admin_value[sendmail_path]=/bin/false');
        self::assertSame([false, null], $this->site->mail('by sendmail, which fails'));
        $this->site->end();
        $this->site(1, 'php_admin_flag[outbox.override_mail]=on', 'php_admin_value[disable_functions]=mail');
        self::assertSame([null, null], $this->site->mail('by nobody'));
        self::assertSame(0, $this->site->status()['spool']['due']);
    }

    public function testOneOfManyWorkersStartsTheRunner(): void
    {
        $this->site(8);
        $requests = array_map(fn (): mixed => $this->site->begin(1), range(1, 8));
        array_map($this->site->finish(...), $requests);
        $this->assertEachArrivedOnce();
        self::assertSame([], $this->zombies());
    }

    /** A site with visitors and without mail: whoever queued has gone, and the runner too. */
    public function testAVisitorStartsARunnerForMailWhoseTimeHasCome(): void
    {
        $this->site();
        $this->site->queue(1, ['LATER' => 2]);
        QueueSite::await(fn (): bool => $this->site->runnerPid() > 0, 'the runner starts');
        $this->site->stopRunner();
        self::assertSame(0, $this->site->runnerPid());
        $this->site->pool->stop();
        $this->site->forgetSpawn();
        $this->site->pool->start();
        self::assertStringContainsString('ValueError', $this->site->pool->request('nonsense://'));
        $this->site->awaitArrival(1);
    }

    public function testAVisitorStartsARunnerWhereOneWasKilled(): void
    {
        $this->site();
        touch($this->site->hold);
        $this->site->queue();
        QueueSite::await(fn (): bool => $this->site->runnerPid() > 0, 'the runner starts');
        $this->site->stopRunner(SIGKILL);
        $this->site->pool->stop();
        $this->site->forgetSpawn();
        unlink($this->site->hold);
        $this->site->pool->start();
        self::assertStringContainsString('ValueError', $this->site->pool->request('nonsense://'));
        $this->site->awaitArrival(1);
    }

    public function testApachesModuleStartsARunnerThatHasNothingOfApaches(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('the packages are unpacked by root');
        }
        $this->site();
        $apache = new ApacheServer($this->site->dsn, ['outbox.spool_root' => dirname($this->site->spool), 'outbox.runner' => $this->site->runner,
            'outbox.spool_any_parent' => '1']);
        self::assertCount(1, json_decode($apache->request()) ?? []);
        $this->site->awaitArrival(1);
        $runner = $this->site->runnerPid();
        $files = QueueSite::openFiles($runner);
        self::assertSame([], preg_grep('{^' . preg_quote($apache->directory) . '}', $files));
        self::assertCount(3, array_keys($files, '/dev/null', true));
        self::assertNotSame((string) $apache->pid(), self::field($runner, 'PPid'));
        $apache->stop();
        self::assertSame($runner, $this->site->runnerPid(), 'it outlives Apache');
        $listener = @stream_socket_server("tcp://127.0.0.1:$apache->port", $code, $text);
        self::assertNotFalse($listener, "Apache's port: $text");
        fclose($listener);
    }

    public function testAsTheFirstProcessOfAContainerPhpFpmTakesTheRunnersEndQuietly(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('a namespace of processes takes root');
        }
        $this->site();
        $this->site->pool->stop();
        $this->site->pool->start(['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']);
        $this->site->queue(2);
        $this->site->awaitArrival(2);
        $runner = $this->site->runnerPid();
        self::assertSame((string) $this->site->pool->master(), self::field($runner, 'PPid'), 'PHP-FPM is its parent now');
        $this->assertNothingInherited($runner, $this->site->pool->workers());
        $this->site->stopRunner();
        $this->site->forgetSpawn();
        $this->site->queue(2);
        $this->site->awaitArrival(4);
        self::assertSame([], $this->zombies());
        self::assertDoesNotMatchRegularExpression('/ALERT|ERROR|unknown child/', $this->site->pool->log());
        $runner = $this->site->runnerPid();
        $this->site->pool->stop();
        self::assertDirectoryDoesNotExist("/proc/$runner", 'the kernel ends the runner with the container');
        $this->site->forgetSpawn();
        $this->site->pool->start();
        $this->site->queue(1);
        $this->assertEachArrivedOnce();
    }
}
