<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{ConnectException, TimeoutException};
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** Servers that cannot be reached: each in its time, by the fact, with something to do. */
final class WayTest extends TestCase
{
    private const PATIENCE = 1.0;

    /** @dataProvider ways */
    public function testAServerThatCannotBeReachedIsToldByTheFact(string $host, string $class, string $stage, string $fact,
        string $cause): void
    {
        $result = CliSend::nowhere(['scheme' => 'smtps', 'host' => $host, 'port' => 465, 'connect_timeout' => self::PATIENCE]);
        self::assertSame([$class, $stage, $fact, 'deferred'],
            [$result['class'], $result['stage'] ?? '', $result['fact'] ?? '', $result['outcome'] ?? ''], $result['message'] ?? 'sent');
        self::assertStringContainsString($cause, $result['cause']);
        self::assertNotSame([], $result['remedies']);
        self::assertLessThan(self::PATIENCE + 1.5, $result['seconds']);
    }

    public static function ways(): iterable
    {
        yield 'no way there' => ['198.51.100.1', ConnectException::class, 'connect', 'errno', 'no route to'];
        yield 'no way there over IPv6' => ['2001:db8::1', ConnectException::class, 'connect', 'errno', 'no route to'];
        yield 'nobody listens' => ['127.0.0.1', ConnectException::class, 'connect', 'errno', 'No mail server listens'];
        yield 'nobody answers' => ['192.0.2.7', TimeoutException::class, 'connect', 'none', 'Nobody answers'];
    }
}
