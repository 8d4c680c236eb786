<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** outbox.tls_cache: one process resumes the TLS session of another, and never under other terms. */
final class TlsCacheTest extends TestCase
{
    private ServerProcess $peer;
    private Certificates $certificates;
    private string $directory;
    private string $cache;

    protected function setUp(): void
    {
        $this->directory = ServerProcess::newDirectory();
        $this->cache = "$this->directory/cache";
        $this->certificates = new Certificates($this->directory);
        $this->start();
    }

    private function start(string ...$options): void
    {
        $this->peer = new ServerProcess('resuming.js', '--cert', $this->certificates->serverFile, ...$options);
    }

    protected function tearDown(): void
    {
        ServerProcess::removeDirectory($this->directory);
    }

    /** @dataProvider versions */
    public function testASecondProcessResumesTheSessionOfTheFirst(string $version, bool $again): void
    {
        $this->start('--tls-version', $version);
        self::assertFalse($this->isResumed());
        self::assertTrue($this->isResumed());
        self::assertSame($again, $this->isResumed(), 'a ticket of TLS 1.3 is used once, and this server gives no new one for it');
        self::assertSame(0700, fileperms($this->cache) & 0777);
        self::assertTrue($this->send([])['tls_cache']);
        foreach (glob("$this->cache/*") as $file) {
            self::assertSame(0600, fileperms($file) & 0777);
        }
    }

    public static function versions(): iterable
    {
        yield 'a ticket of TLS 1.2' => ['1.2', true];
        yield 'a ticket of TLS 1.3' => ['1.3', false];
    }

    public function testWithoutACacheNothingIsResumedAndNothingIsWritten(): void
    {
        self::assertFalse($this->isResumed(cache: false));
        self::assertFalse($this->isResumed(cache: false));
        self::assertDirectoryDoesNotExist($this->cache);
    }

    /** @dataProvider otherTerms */
    public function testASessionIsNotResumedUnderOtherTerms(array $relay, array $settings): void
    {
        self::assertFalse($this->isResumed());
        if (isset($relay['ca_file'])) {
            copy($this->certificates->authorityFile, $relay['ca_file'] = "$this->directory/two.pem");
            file_put_contents($relay['ca_file'], file_get_contents($this->certificates->authorityFile), FILE_APPEND);
        }
        if (isset($relay['pin'])) {
            $relay['pin'] = Certificates::pin($this->certificates->serverFile);
        }
        self::assertFalse($this->isResumed($relay, $settings), 'other terms');
        self::assertTrue($this->isResumed(), 'the session of the first terms is still there');
        self::assertTrue($this->isResumed($relay, $settings), 'and so is that of the others');
    }

    public static function otherTerms(): iterable
    {
        yield 'another name' => [['host' => '127.0.0.1'], []];
        yield 'no verification' => [['verify' => false], ['outbox.allow_insecure' => '1']];
        yield 'a pin besides' => [['pin' => 'the right one'], []];
        yield 'another minimum' => [['tls_min' => '1.3'], []];
        yield 'other authorities' => [['ca_file' => 'the same one twice'], []];
    }

    public function testASessionThatWasMadeWithoutVerificationDoesNotSpareIt(): void
    {
        $foreign = ['ca_file' => null];
        self::assertFalse($this->isResumed(['verify' => false] + $foreign, ['outbox.allow_insecure' => '1']));
        $result = $this->send($foreign);
        self::assertSame('certificate', $result['fact'] ?? 'sent');
    }

    /** @dataProvider unsafeDirectories */
    public function testADirectoryThatOthersCanReachIsNotUsed(\Closure $make): void
    {
        $make($this->cache);
        self::assertFalse($this->isResumed());
        self::assertFalse($this->isResumed());
        self::assertSame([], glob("$this->cache/*"));
        self::assertFalse($this->send([])['tls_cache'], 'and that is told');
    }

    public static function unsafeDirectories(): iterable
    {
        yield 'readable by all' => [static function (string $cache): void {
            mkdir($cache);
            chmod($cache, 0755);
        }];
        yield 'writable by the group' => [static function (string $cache): void {
            mkdir($cache);
            chmod($cache, 0770);
        }];
        yield 'a link to another' => [static function (string $cache): void {
            mkdir("$cache.real", 0700);
            symlink("$cache.real", $cache);
        }];
        yield 'a file' => [static function (string $cache): void {
            touch($cache);
        }];
    }

    public function testASpoiltSessionIsPassedOver(): void
    {
        $this->isResumed();
        foreach (glob("$this->cache/*") as $file) {
            file_put_contents($file, random_bytes(200));
        }
        self::assertFalse($this->isResumed());
        self::assertTrue($this->isResumed());
    }

    private function send(array $relay, array $settings = [], bool $cache = true): array
    {
        $relay += ['scheme' => 'smtps', 'host' => 'localhost', 'port' => $this->peer->port(), 'ca_file' => $this->certificates->authorityFile];
        return CliSend::run(array_filter($relay, static fn (mixed $value) => $value !== null),
            $settings + ($cache ? ['outbox.tls_cache' => $this->cache] : []));
    }

    private function isResumed(array $relay = [], array $settings = [], bool $cache = true): bool
    {
        $result = $this->send($relay, $settings, $cache);
        self::assertSame('sent', $result['class'], $result['message'] ?? '');
        return $result['resumed'];
    }
}
