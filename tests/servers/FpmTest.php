<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** Connections live in a worker across its requests. */
final class FpmTest extends TestCase
{
    /** @var resource */
    private $capture;
    private string $directory;
    private string $dsn;
    private ?FpmPool $pool = null;

    private function startCapture(string ...$options): void
    {
        $this->directory = sys_get_temp_dir() . '/outbox-capture-' . bin2hex(random_bytes(6));
        mkdir($this->directory, 0755);
        $this->capture = proc_open([PHP_BINARY, '-n', __DIR__ . '/capture.php', '--tls', 'implicit', '--dir', $this->directory,
            '--hold', "$this->directory/hold", ...$options], [['file', '/dev/null', 'r'], ['pipe', 'w']], $pipes);
        $ready = json_decode((string) fgets($pipes[1]), true);
        chmod($ready['ca_file'], 0644);
        $this->dsn = "smtps://127.0.0.1:{$ready['port']}?max_messages=1000&timeout=15&ca_file=" . rawurlencode($ready['ca_file']);
    }

    protected function tearDown(): void
    {
        $this->pool?->end();
        proc_terminate($this->capture);
        proc_close($this->capture);
        array_map(unlink(...), glob("$this->directory/*"));
        rmdir($this->directory);
    }

    /** @return list<int> the connection that each stored message came over */
    private function connections(): array
    {
        return array_map(static fn (string $file) => json_decode(file_get_contents($file), true)['connection'], glob("$this->directory/*.json"));
    }

    private function send(int $count): void
    {
        for ($i = 0; $i < $count; $i++) {
            self::assertSame('sent', $this->pool->request($this->dsn));
        }
    }

    public function testTwoWorkersSendTwoHundredMessagesOverExactlyTwoConnections(): void
    {
        $this->startCapture();
        $this->pool = new FpmPool(2);
        $this->send(200);
        self::assertCount(200, $this->connections());
        self::assertCount(2, array_unique($this->connections()));
    }

    public function testAConnectionThatTheServerClosedWhileIdleIsReplacedAndEveryMessageArrivesOnce(): void
    {
        $this->startCapture('--close-idle', '0.2');
        $this->pool = new FpmPool(1);
        for ($round = 1; $round <= 3; $round++) {
            $this->send(3);
            usleep(700_000); // the server's own clock closes; nothing of that can be seen from here
        }
        self::assertCount(9, $this->connections());
        self::assertCount(3, array_unique($this->connections()));
    }

    public function testWorkersThatAreRecycledLoseNoMessage(): void
    {
        $this->startCapture();
        $this->pool = new FpmPool(2, 5);
        $this->send(40);
        self::assertCount(40, $this->connections());
        self::assertGreaterThanOrEqual(8, count(array_unique($this->connections())));
    }

    /** Starts a message that the server reads no further than its beginning. @return resource the request */
    private function beginHeld()
    {
        touch("$this->directory/hold");
        $request = $this->pool->begin($this->dsn, ['SIZE' => 20_000_000]);
        for ($until = microtime(true) + 10; !is_file("$this->directory/hold.reached") && microtime(true) < $until; usleep(10_000)) {
            clearstatcache();
        }
        self::assertFileExists("$this->directory/hold.reached");
        return $request;
    }

    /** The server reads whatever is still on its way. */
    private function releaseHeld(): void
    {
        unlink("$this->directory/hold");
    }

    /** @dataProvider ways */
    public function testAWorkerThatIsKilledInTheMiddleOfABodyLeavesNoMessage(string ...$options): void
    {
        $this->startCapture(...$options);
        $this->pool = new FpmPool(1);
        $this->send(1);
        $request = $this->beginHeld();
        [$worker] = $this->pool->workers();
        posix_kill($worker, SIGKILL);
        self::assertSame('', $this->pool->finish($request));
        $this->releaseHeld();
        $this->send(2);
        self::assertNotSame([$worker], $this->pool->workers());
        self::assertSame([1, 2, 2], $this->connections());
    }

    public static function ways(): iterable
    {
        yield 'BDAT' => [];
        yield 'DATA' => ['--no-chunking'];
    }

    /** @dataProvider ways */
    public function testARequestThatFpmEndsInTheMiddleOfABodyLeavesNoMessage(string ...$options): void
    {
        $this->startCapture(...$options);
        $this->pool = new FpmPool(1, 0, 'request_terminate_timeout=1');
        $request = $this->beginHeld();
        self::assertSame('', $this->pool->finish($request));
        $this->releaseHeld();
        $this->send(2);
        self::assertSame([2, 2], $this->connections());
    }

    public function testAClientThatLeavesInTheMiddleOfABodyCutsNoMessage(): void
    {
        $this->startCapture();
        $this->pool = new FpmPool(1);
        fclose($this->beginHeld());
        $this->releaseHeld();
        $this->send(2);
        self::assertSame([1, 1, 1], $this->connections());
        self::assertGreaterThan(20_000_000, filesize("$this->directory/1.eml"));
    }

    /** @dataProvider deaths */
    public function testARequestThatDiesBesideItsMessagesLeavesTheConnectionWhole(string $way, array $connections): void
    {
        $this->startCapture();
        $this->pool = new FpmPool(1);
        $this->send(1);
        self::assertStringNotContainsString('sent', $this->pool->request($this->dsn, ['DIE' => $way]));
        $this->send(1);
        self::assertSame($connections, $this->connections());
    }

    public static function deaths(): iterable
    {
        yield 'a fatal error behind a message' => ['after', [1, 1, 1]];
        yield 'a fatal error while the messages are made' => ['before', [1, 1]];
        yield 'max_execution_time while the messages are made' => ['time', [1, 1]];
    }
}
