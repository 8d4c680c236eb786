<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__) . '/servers/src/autoload.php';
require_once __DIR__ . '/Program.php';

/** What a host allows holds for mail that is queued, whoever starts the runner. */
final class PolicyTest extends TestCase
{
    private static ServerProcess $server;
    private Program $outbox;

    public static function setUpBeforeClass(): void
    {
        self::$server = new ServerProcess('capture.php');
    }

    public static function tearDownAfterClass(): void
    {
        self::$server->stop();
    }

    protected function setUp(): void
    {
        $this->outbox = new Program();
    }

    private function dsn(string $options = ''): string
    {
        return 'smtps://127.0.0.1:' . self::$server->port() . $options;
    }

    private static function trusting(): string
    {
        return '?ca_file=' . self::$server->ready['ca_file'];
    }

    private function queue(string $dsn): string
    {
        static $number = 0;
        $this->outbox->on(['profile', 'save', 'default', '--insecure'], "$dsn\n");
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        $id = sprintf('policy%d.%d@example.org', getmypid(), ++$number);
        $this->outbox->on(['send', '--queue'], "Message-ID: <$id>\nFrom: ann@example.org\nTo: bob@example.org\nSubject: x\n\nhello\n");
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        return $id;
    }

    private function assertStopped(string $why, int $due = 1): void
    {
        $status = $this->outbox->json(['status']);
        self::assertSame($due, $status['due']);
        self::assertStringContainsString($why, $status['profiles']['default']['reason']);
    }

    public function testARunnerThatIsToldToConnectsToNoPrivateAddress(): void
    {
        $this->queue($this->dsn(self::trusting()));
        $this->outbox->on(['run', '--once', '--no-private-hosts']);
        $this->assertStopped('does not allow connections to');
    }

    public function testARunnerThatIsToldToConnectsToNoOtherHost(): void
    {
        $this->queue($this->dsn(self::trusting()));
        $this->outbox->on(['run', '--once', '--allowed-hosts', 'smtp.example.com, 127.0.0.1:1']);
        $this->assertStopped('not allowed on this server');
    }

    /** @dataProvider settings */
    public function testTheRunnerThatPhpStartsIsToldWhatHoldsForPhp(string $options, string ...$settings): void
    {
        $id = sprintf('php%d.%d@example.org', getmypid(), random_int(0, PHP_INT_MAX));
        $script = $this->outbox->file('queue.php', '<?php [, $dsn, $id, $spool] = $argv; (new Outbox\Transport($dsn))->queue('
            . '(new Outbox\Message())->from("ann@example.org")->to("bob@example.org")->messageId($id)->text("x"), null, ["spool" => $spool]);');
        $settings = str_replace('CA', self::$server->ready['ca_file'], [...$settings, 'outbox.spool_any_parent=1', 'outbox.spawn=auto',
            'outbox.runner=' . Program::path(), 'extension=' . dirname(Program::path()) . '/outbox.so']);
        $process = proc_open([PHP_BINARY, '-n', ...array_merge(...array_map(static fn (string $setting): array => ['-d', $setting], $settings)),
            $script, $this->dsn($options), $id, $this->outbox->spool], [], $pipes);
        self::assertSame(0, proc_close($process));
        self::$server->arrived($id);
        $this->outbox->stopRunner();
    }

    public static function settings(): iterable
    {
        yield 'outbox.ca_file' => ['', 'outbox.ca_file=CA'];
        yield 'outbox.allow_insecure' => ['?verify=0', 'outbox.allow_insecure=1'];
    }

    /** Runs the program where /etc/outbox/policy says so; the machine's own /etc stays as it is. */
    private function underPolicy(string $policy, array $words, string $mode = '0644'): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can have another /etc for a while');
        }
        $file = $this->outbox->file('policy', $policy);
        $this->outbox->through(['unshare', '-m', 'sh', '-c', 'layers=$1; file=$2; mode=$3; shift 3; mount -t tmpfs none "$layers" && '
            . 'mkdir "$layers/upper" "$layers/work" && '
            . 'mount -t overlay overlay -o "lowerdir=/etc,upperdir=$layers/upper,workdir=$layers/work" /etc && mkdir -p /etc/outbox && '
            . 'cp "$file" /etc/outbox/policy && chmod "$mode" /etc/outbox/policy && exec "$@"', 'sh', $this->outbox->folder(uniqid('layers')),
            $file, $mode, Program::path(), ...$words, '--spool', $this->outbox->spool, '--any-parent']);
    }

    public function testRootsFileStandsAboveEveryOption(): void
    {
        $id = $this->queue($this->dsn('?verify=0'));
        $this->underPolicy("# for all users\noutbox.allow_private_hosts = off\n", ['run', '--once', '--insecure']);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        $this->assertStopped('does not allow connections to');
        $id = $this->queue($this->dsn('?verify=0&idle=5'));
        $this->underPolicy("outbox.allow_insecure = 0\n", ['run', '--once', '--insecure']);
        $this->assertStopped('outbox.allow_insecure', 2);
        $this->underPolicy("outbox.ca_file = \"" . self::$server->ready['ca_file'] . "\"\noutbox.allow_insecure = 1\n", ['run', '--once']);
        self::$server->arrived($id);
    }

    /** @dataProvider badFiles */
    public function testAFileThatIsNotRootsOrNotUnderstoodSendsNothing(string $policy, string $mode, string $why): void
    {
        $this->queue($this->dsn(self::trusting()));
        $this->underPolicy($policy, ['run', '--once'], $mode);
        self::assertSame(78, $this->outbox->code);
        self::assertStringContainsString($why, $this->outbox->errors);
        self::assertSame(1, $this->outbox->json(['status'])['due']);
    }

    public static function badFiles(): iterable
    {
        yield 'others may write' => ["\n", '0666', 'others may write to it'];
        yield 'no setting' => ["\noutbox.allow_everything = 1\n", '0644', 'line 2'];
        yield 'no value' => ["outbox.allow_insecure = perhaps\n", '0644', 'line 1'];
        yield 'no line' => ["smtp.example.com\n", '0644', 'line 1'];
    }
}
