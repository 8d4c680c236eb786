<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{Message, Transport};
use PHPUnit\Framework\TestCase;

/** A test against a mail server that hands on what it gets to a capture server. */
abstract class MailServerCase extends TestCase
{
    protected static ?Certificates $certificates = null;
    protected static ?ServerProcess $capture = null;
    private static string $directory;

    /** Starts what the class tests; certificates and the capture server are there. */
    abstract protected static function start(): void;

    /** Lets go of what start() started: it ends with its object. */
    abstract protected static function end(): void;

    final public static function setUpBeforeClass(): void
    {
        if (PrivateRoot::obstacle() !== null) {
            return;
        }
        self::$directory = ServerProcess::newDirectory();
        self::$certificates = new Certificates(self::$directory);
        self::$capture = new ServerProcess('capture.php', '--tls', 'none');
        try {
            static::start();
        } catch (\Throwable $error) {
            self::tearDownAfterClass(); // PHPUnit does not, where this fails
            throw $error;
        }
    }

    final protected function setUp(): void
    {
        if (($obstacle = PrivateRoot::obstacle()) !== null) {
            self::markTestSkipped($obstacle);
        }
    }

    final public static function tearDownAfterClass(): void
    {
        static::end();
        if (self::$certificates !== null) {
            ServerProcess::removeDirectory(self::$directory);
        }
        self::$certificates = self::$capture = null;
    }

    /** An authority that no server here has anything of. */
    protected static function otherCertificates(): Certificates
    {
        @mkdir(self::$directory . '/other');
        return new Certificates(self::$directory . '/other');
    }

    /** @param array<string, string> $options */
    protected static function relay(string $scheme, int $port, array $options = []): Transport
    {
        return new Transport($options + ['dsn' => "$scheme://127.0.0.1:$port", 'ca_file' => self::$certificates->authorityFile]);
    }

    protected static function message(string ...$to): Message
    {
        return (new Message())->from('shop@example.com')->to(...$to)->subject('x')->text("Thank you.\n");
    }

    /** All that a server may do to a message is to put trace fields in front of it. */
    protected static function assertArrivedAsSent(string $sent, string $arrived): void
    {
        self::assertStringEndsWith($sent, $arrived);
        $front = substr($arrived, 0, strlen($arrived) - strlen($sent));
        self::assertMatchesRegularExpression('/^(?:(?:Received|Return-Path):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+$/', $front);
    }

    /** A message with what servers and clients are known to change, and its Message-ID. */
    protected static function delicateMessage(): string
    {
        $long = str_repeat('x', 990);
        return "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nFrom: Shop <shop@example.com>\r\nTo: ann@example.org\r\n"
            . 'Message-ID: <' . bin2hex(random_bytes(8)) . "@example.com>\r\nSubject:   three  blanks\r\n"
            . "X-Folded: one\r\n\ttwo\r\n   three\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            . "Content-Transfer-Encoding: 8bit\r\n\r\n"
            . ".\r\n..\r\n.dot\r\n...\r\nFrom here\r\n>From there\r\nGr\u{fc}\u{df}e, \u{2603}\r\ntrailing blanks  \t\r\n"
            . "$long\r\n--\r\nBDAT 5 LAST\r\nQUIT\r\n\r\n\r\n";
    }

    protected static function identifierOf(string $message): string
    {
        return preg_match('/^Message-ID: (\S+)\r$/m', $message, $found) ? $found[1] : throw new \LogicException('no Message-ID');
    }
}
