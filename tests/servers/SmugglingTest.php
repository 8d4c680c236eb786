<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{Message, Transport};
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/**
 * The table of line ends that some server has taken for an end of data, in every place of a message, by DATA and by
 * BDAT, against a server that takes all of them: it gets the messages that were sent, octet by octet, and no others.
 */
final class SmugglingTest extends TestCase
{
    private const SMUGGLED = "MAIL FROM:<eve@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nFrom: eve@example.org\r\n\r\nboo";

    /** @dataProvider ends */
    public function testWhateverIsSentArrivesAsThatManyMessages(string $way, string $end): void
    {
        $server = new ServerProcess('hostile.php', '--script', "sink@$way");
        $transport = new Transport(['scheme' => 'smtps', 'host' => '127.0.0.1', 'port' => $server->port(),
            'ca_file' => $server->ready['ca_file'], 'timeout' => 5]);
        $messages = self::messages('x' . $end . self::SMUGGLED . $end . 'QUIT');
        foreach ($messages as $place => $message) {
            $receipt = $transport->send($message);
            self::assertSame('sent', $receipt->recipients['bob@example.org']->outcome->value, $place);
        }
        self::assertSame(array_values(array_map(static fn (Message $message) => $message->toString(), $messages)),
            self::received($server->received(), $way));
    }

    public static function ends(): iterable
    {
        $ends = ['.' => '.', 'LF . LF' => "\n.\n", 'LF . CRLF' => "\n.\r\n", 'CR . CR' => "\r.\r", 'CR . CRLF' => "\r.\r\n", 'CRLF . LF' => "\r\n.\n",
            'CRLF . CR' => "\r\n.\r", 'CRLF . CRLF' => "\r\n.\r\n", 'CRLF . CRCRLF' => "\r\n.\r\r\n", 'CRLF .. CRLF' => "\r\n..\r\n",
            'CR CR LF . CRLF' => "\r\r\n.\r\n", 'LF CR . LF CR' => "\n\r.\n\r", 'dots over every border of pieces' => str_repeat("\r\n.", 50000)];
        foreach (['data', 'bdat'] as $way) {
            foreach ($ends as $name => $end) {
                yield "$way, $name" => [$way, $end];
            }
        }
    }

    /** @dataProvider ways */
    public function testANulIsTakenInAContentAndNowhereElse(string $way): void
    {
        $octets = "a\r\n\0.\r\nMAIL FROM:<eve@example.org>\r\n";
        foreach (['text', 'html', 'calendar'] as $method) {
            self::assertRefused(static fn () => self::message()->$method("BEGIN:VCALENDAR\r\n$octets"));
        }
        self::assertRefused(static fn () => Message::fromString("From: ann@example.org\r\n\r\n$octets"));
        $server = new ServerProcess('hostile.php', '--script', "sink@$way");
        $message = self::message()->attach($octets, 'x', 'application/octet-stream');
        (new Transport(['scheme' => 'smtps', 'host' => '127.0.0.1', 'port' => $server->port(), 'ca_file' => $server->ready['ca_file']]))->send($message);
        self::assertSame([$message->toString()], self::received($server->received(), $way));
        self::assertStringContainsString(base64_encode($octets), str_replace("\r\n", '', $message->toString()));
    }

    public static function ways(): iterable
    {
        yield ['data'];
        yield ['bdat'];
    }

    private static function message(): Message
    {
        return (new Message())->from('ann@example.org')->to('bob@example.org')->subject('x');
    }

    /** @return array<string, Message> */
    private static function messages(string $text): array
    {
        $nested = Message::fromString("From: ann@example.org\r\nSubject: nested\r\n\r\n$text");
        $path = tempnam(sys_get_temp_dir(), 'outbox');
        file_put_contents($path, $text);
        $messages = [
            'text' => self::message()->text($text),
            'flowed' => self::message()->text($text, true),
            'quoted' => self::message()->text("ä$text"),
            'html' => self::message()->html($text)->text($text),
            'calendar' => self::message()->calendar("BEGIN:VCALENDAR\r\n$text"),
            'attachment' => self::message()->text('')->attach($text, 'x', 'text/plain')->attachFromPath($path),
            'embedded' => self::message()->html($text)->embed($text, 'x', 'text/plain'),
            'complete' => Message::fromString("From: ann@example.org\r\nTo: bob@example.org\r\n\r\n$text"),
        ];
        // a line over 998 octets is no line of a message that goes out as it is
        if (max(array_map(strlen(...), preg_split('/\r\n?|\n/', $text))) <= 998) {
            $messages['nested'] = self::message()->text('')->attach($nested);
        }
        unlink($path);
        return $messages;
    }

    /**
     * What a server received, as messages: commands in between, and nothing that is neither.
     *
     * @return list<string>
     */
    private static function received(string $octets, string $way): array
    {
        $messages = [];
        while ($octets !== '') {
            self::assertSame(1, preg_match('/^(EHLO \S+|MAIL FROM:<ann@example\.org>.*|RCPT TO:<bob@example\.org>|DATA|BDAT (\d+) LAST|QUIT|RSET)\r\n/', $octets, $found), substr($octets, 0, 80));
            $octets = substr($octets, strlen($found[0]));
            if ($found[1] === 'DATA') {
                self::assertSame('data', $way);
                // the most lenient of all servers; the strict end is the first that it sees
                self::assertSame(1, preg_match('/\n\.\r?\n|\r\.\r\n?/', $octets, $end, PREG_OFFSET_CAPTURE));
                self::assertSame("\r\n.\r\n", substr($octets, $end[0][1] - 1, 5));
                $messages[] = preg_replace('/^\./m', '', substr($octets, 0, $end[0][1] + 1));
                $octets = substr($octets, $end[0][1] + 4);
            } elseif (isset($found[2])) {
                self::assertSame('bdat', $way);
                $messages[] = substr($octets, 0, (int) $found[2]);
                $octets = substr($octets, (int) $found[2]);
                self::assertDoesNotMatchRegularExpression('/\r(?!\n)|(?<!\r)\n/', end($messages));
            }
        }
        return $messages;
    }

    private static function assertRefused(\Closure $call): void
    {
        try {
            $call();
            self::fail('it was taken');
        } catch (\ValueError) {
            self::assertTrue(true);
        }
    }
}
