<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__) . '/servers/src/autoload.php';
require_once __DIR__ . '/Program.php';

/** The wall clock is wrong, or set while mail waits or goes, as libfaketime makes program and PHP believe; the other clocks go on. */
final class ClockTest extends TestCase
{
    private const MESSAGE = "From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: x\n\nhello\n";
    private const LOOP_US = 700_000;
    /** Of waking up and of processor time in those: a loop that never sleeps has thousands. */
    private const WAKEUPS_MAX = 40;
    private const TICKS_MAX = 20;

    private Program $outbox;
    private string $clock;

    protected function setUp(): void
    {
        $this->outbox = new Program();
        $this->clock = $this->outbox->file('clock', '+0');
    }

    /** A day back, a day ahead, a machine whose battery is empty, and one past what 32 bits count. */
    public static function clocks(): iterable
    {
        yield 'a day back' => [-86_400];
        yield 'a day ahead' => [86_400];
        yield 'the year 1970' => [86_400 - time()];
        yield 'the year 2106' => [4_294_967_296 + 30 * 86_400 - time()];
    }

    private function setClock(int $offset): void
    {
        // In one step: it is read at every look at the clock.
        file_put_contents("$this->clock.new", sprintf("%+d\n", $offset));
        rename("$this->clock.new", $this->clock);
    }

    private function environment(): array
    {
        [$library] = glob('/usr/lib/*/faketime/libfaketimeMT.so.1') ?: self::fail('libfaketime is missing');
        // PHP has a module look into the C library before it looks into what was loaded in front of that.
        $shallow = HelperProgram::built('tests/phpt/shallow_binding.c', '-shared', '-fPIC');
        return ['LD_PRELOAD' => "$shallow $library", 'FAKETIME_TIMESTAMP_FILE' => $this->clock, 'FAKETIME_NO_CACHE' => '1',
            'FAKETIME_DONT_FAKE_MONOTONIC' => '1', 'NO_FAKE_STAT' => '1'];
    }

    private function under(int $offset, array $words, string $input = ''): string
    {
        $this->setClock($offset);
        $output = $this->outbox->run([...$words, '--spool', $this->outbox->spool, '--any-parent'], $input, $this->environment());
        self::assertContains($this->outbox->code, [0, 1], $this->outbox->errors);
        return $output;
    }

    private function saveProfile(ServerProcess $server, int $offset = 0): void
    {
        $this->under($offset, ['profile', 'save', 'default'], "smtp://127.0.0.1:{$server->port()}?tls=none\n");
    }

    private function queue(int $offset, string $more = ''): void
    {
        $this->under($offset, ['send', '--queue'], self::MESSAGE . $more);
    }

    private function status(): array
    {
        return array_intersect_key($this->outbox->json(['status']), ['due' => 0, 'deferred' => 0, 'held' => 0, 'failed' => 0,
            'quarantined' => 0, 'uncertain' => 0]);
    }

    private function assertNothingIsLeft(): void
    {
        self::assertSame(0, array_sum($this->status()), json_encode($this->status()));
    }

    /** @return list<string> the types of what happened */
    private function events(): array
    {
        return array_column($this->outbox->lines(['events']), 'type');
    }

    /** @dataProvider clocks */
    public function testPhpQueuesAndTheProgramDeliversWhateverTheClockSays(int $offset): void
    {
        $server = new ServerProcess('capture.php', '--tls', 'none');
        $this->saveProfile($server, $offset);
        $php = proc_open([PHP_BINARY, '-n', '-d', 'extension=' . dirname(__DIR__, 2) . '/modules/outbox.so', '-d', 'outbox.spawn=off', '-d',
            'outbox.spool_any_parent=1', '-r', '$t = new Outbox\Transport(["profile" => "default", "spool" => $argv[1]]);
            $m = (new Outbox\Message())->from("a@example.org")->to("b@example.org")->subject("x")->text("hi");
            $t->queue($m); $t->queue($m, null, ["key" => "k"]); $t->queue($m, null, ["key" => "k"]); echo time();', $this->outbox->spool],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, '/', $this->environment());
        $output = stream_get_contents($pipes[1]) . stream_get_contents($pipes[2]);
        proc_close($php);
        self::assertEqualsWithDelta(time() + $offset, (int) $output, 60, "the clock PHP sees: $output");
        $this->under($offset, ['run', '--once']);
        self::assertCount(2, $server->captured());
        $this->assertNothingIsLeft();
    }

    /** @dataProvider clocks */
    public function testWhatWaitsWhenTheClockIsSetExpiresNeitherThenNorWhenItIsSetBack(int $offset): void
    {
        $deferring = new ServerProcess('capture.php', '--tls', 'none', '--defer', 'bob@example.org');
        $this->saveProfile($deferring);
        $this->queue(0);
        $this->queue(0);
        $this->under(0, ['run', '--once']);
        self::assertSame(2, $this->status()['deferred']);
        $this->under($offset, ['run', '--once']);
        self::assertSame(2, $this->status()['deferred']);
        $this->queue($offset);
        $this->under($offset, ['run', '--once']);
        self::assertSame(3, $this->status()['deferred']);
        $accepting = new ServerProcess('capture.php', '--tls', 'none');
        $this->saveProfile($accepting);
        // Whatever was put off by an hour or less in either time: that is not what is asked here.
        $this->under(3600, ['run', '--once']);
        self::assertCount(3, $accepting->captured(), json_encode($this->status()));
        $this->assertNothingIsLeft();
        self::assertNotContains('expired', $this->events());
        self::assertNotContains('failed', $this->events());
    }

    /** @dataProvider clocks */
    public function testMailQueuedUnderAWrongClockIsDeliveredUnderTheRightOne(int $offset): void
    {
        $server = new ServerProcess('capture.php', '--tls', 'none');
        $this->saveProfile($server);
        $this->queue($offset);
        $this->under(0, ['run', '--once']);
        self::assertCount(1, $server->captured(), json_encode($this->events()));
        $this->assertNothingIsLeft();
    }

    /** @dataProvider clocks */
    public function testAClockThatIsSetDuringASendIsNoReasonToSendTwice(int $offset): void
    {
        $hold = $this->outbox->file('hold', '');
        $server = new ServerProcess('capture.php', '--tls', 'none', '--hold', $hold);
        $this->saveProfile($server);
        $this->queue(0, str_repeat("Some of many lines that no server reads at once.\n", 100_000));
        $process = $this->outbox->start(['run', '--once', '--spool', $this->outbox->spool, '--any-parent'], $pipes, $this->environment());
        QueueSite::await(static fn (): bool => is_file("$hold.reached"), 'the message is under way');
        $this->setClock($offset);
        unlink($hold);
        array_map(stream_get_contents(...), [$pipes[1], $pipes[2]]);
        self::assertSame(0, proc_close($process));
        self::assertCount(1, $server->captured());
        $this->assertNothingIsLeft();
        self::assertSame(['queued', 'accepted', 'delivered'], $this->events());
    }

    public function testARunnerSleepsWhateverBecomesOfTheClock(): void
    {
        $server = new ServerProcess('capture.php', '--tls', 'none', '--defer', 'bob@example.org');
        $this->saveProfile($server);
        $this->queue(0);
        $this->under(0, ['run', '--once']);
        $this->under(0, ['send', '--queue', '--at', (string) (time() + 7200)], self::MESSAGE);
        $process = $this->outbox->start(['run', '--forever', '--spool', $this->outbox->spool, '--any-parent'], $pipes, $this->environment());
        $pid = proc_get_status($process)['pid'];
        QueueSite::await(fn (): bool => $this->outbox->json(['status'])['runner']['running'], 'the runner is at work');
        foreach ([0 => [0], ...iterator_to_array(self::clocks())] as $name => [$offset]) {
            $this->setClock($offset);
            $this->under($offset, ['profile', 'list']); // and a hint wakes it
            $before = self::effort($pid);
            usleep(self::LOOP_US);
            $effort = array_map(static fn (int $after, int $then): int => $after - $then, self::effort($pid), $before);
            self::assertLessThan(self::WAKEUPS_MAX, $effort[0], "$name: wakes up");
            self::assertLessThan(self::TICKS_MAX, $effort[1], "$name: hundredths of a second of work");
        }
        proc_terminate($process);
        array_map(stream_get_contents(...), [$pipes[1], $pipes[2]]);
        self::assertSame(0, proc_close($process));
        $status = $this->status();
        self::assertSame([2, 2], [$status['due'] + $status['deferred'], array_sum($status)], json_encode($status));
    }

    /** @return array{int, int} how often it went to sleep, and hundredths of a second of its work */
    private static function effort(int $pid): array
    {
        preg_match('~^voluntary_ctxt_switches:\s*(\d+)~m', file_get_contents("/proc/$pid/status"), $sleeps);
        $stat = explode(' ', substr(strrchr(file_get_contents("/proc/$pid/stat"), ')'), 2));
        return [(int) $sleeps[1], (int) $stat[11] + (int) $stat[12]];
    }
}
