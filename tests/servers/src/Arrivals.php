<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** What a server may have done to a message: put trace fields in front of it, and nothing else. */
trait Arrivals
{
    private static function assertArrivedAsSent(string $sent, string $arrived): void
    {
        self::assertStringEndsWith($sent, $arrived);
        $front = substr($arrived, 0, strlen($arrived) - strlen($sent));
        self::assertMatchesRegularExpression('/^(?:(?:Received|Return-Path):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+$/', $front);
    }

    /** A message with what servers and clients are known to change, and its Message-ID. */
    private static function delicateMessage(): string
    {
        $long = str_repeat('x', 990);
        return "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nFrom: Shop <shop@example.com>\r\nTo: ann@example.org\r\n"
            . 'Message-ID: <' . bin2hex(random_bytes(8)) . "@example.com>\r\nSubject:   three  blanks\r\n"
            . "X-Folded: one\r\n\ttwo\r\n   three\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            . "Content-Transfer-Encoding: 8bit\r\n\r\n"
            . ".\r\n..\r\n.dot\r\n...\r\nFrom here\r\n>From there\r\nGr\u{fc}\u{df}e, \u{2603}\r\ntrailing blanks  \t\r\n"
            . "$long\r\n--\r\nBDAT 5 LAST\r\nQUIT\r\n\r\n\r\n";
    }

    private static function identifierOf(string $message): string
    {
        return preg_match('/^Message-ID: (\S+)\r$/m', $message, $found) ? $found[1] : throw new \LogicException('no Message-ID');
    }
}
