<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{ConnectException, ProtocolException, RejectedException, TimeoutException, TlsException, Transport};
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** A server that breaks the rules gets no secret, no second of more than its due, and no message it can bend. */
final class HostileTest extends TestCase
{
    private const PASSWORD = 'cAnArY-7f3e-never-shown';
    private const MESSAGE = "From: ann@example.org\r\nTo: bob@example.org\r\nSubject: x\r\n\r\nhello\r\n";

    /** @dataProvider cases */
    public function testEndsInTimeWithTheFactAndWithoutThePassword(string $script, string $class, string $stage,
        string $fact, string $outcome): void
    {
        $server = new ServerProcess('hostile.php', '--script', $script);
        $start = hrtime(true);
        try {
            $this->transport($server)->send(self::MESSAGE);
            self::fail('it was sent');
        } catch (\Outbox\Exception $error) {
            $seconds = (hrtime(true) - $start) / 1e9;
        }
        $diagnosis = $error->getDiagnosis();
        self::assertSame([$class, $stage, $fact, $outcome],
            [$error::class, $diagnosis->stage, $diagnosis->fact, $error->getOutcome()->value], $error->getMessage());
        // the reply to the end of the data is given four times the time: losing it may mean a duplicate
        self::assertLessThan($stage === 'dot' ? 4.9 : 1.9, $seconds);
        self::assertNoPassword($error);
    }

    public static function cases(): iterable
    {
        $stages = ['greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'dot'];
        $every = [
            'close' => [ConnectException::class, 'peer_closed'],
            'reset' => [ConnectException::class, 'peer_closed'],
            'silence' => [TimeoutException::class, 'none'],
            '421' => [ConnectException::class, 'reply'],
            'nul' => [ProtocolException::class, 'nul_in_reply'],
            'garbage' => [ProtocolException::class, 'bad_reply'],
            'wrong' => [ProtocolException::class, 'unexpected_reply'],
            'endless-lines' => [ProtocolException::class, 'reply_too_long'],
            // an overlong line is text for people and cut: it is the clock that ends it
            'endless-line' => [TimeoutException::class, 'none'],
            'trickle' => [TimeoutException::class, 'none'],
        ];
        foreach ($every as $act => [$class, $fact]) {
            foreach ($stages as $stage) {
                if ($act === 'wrong' && $stage === 'data') {
                    continue; // a 354 is right there
                }
                $refused = $act === 421 && $stage === 'dot'; // its answer for the message, so not unknown
                yield "$act at $stage" => ["$act@$stage", $refused ? RejectedException::class : $class, $stage, $fact,
                    $stage === 'dot' && !$refused ? 'unknown' : 'deferred'];
            }
        }
        yield 'a line behind 220' => ['inject@line', TlsException::class, 'starttls', 'starttls_injection', 'deferred'];
        yield 'half a line behind 220' => ['inject@part', TlsException::class, 'starttls', 'starttls_injection', 'deferred'];
        yield 'STARTTLS stripped' => ['strip', TlsException::class, 'starttls', 'starttls_missing', 'rejected'];
        yield 'STARTTLS refused' => ['refuse-starttls', TlsException::class, 'starttls', 'starttls_refused', 'deferred'];
        yield 'an HTTP server' => ['greets@http', ProtocolException::class, 'greeting', 'peer_speaks_http', 'deferred'];
        yield 'an SSH server' => ['greets@ssh', ProtocolException::class, 'greeting', 'peer_speaks_ssh', 'deferred'];
        yield 'a TLS alert' => ['greets@tls', ProtocolException::class, 'greeting', 'peer_speaks_tls', 'deferred'];
        yield 'an IMAP server' => ['greets@imap', ProtocolException::class, 'greeting', 'bad_reply', 'deferred'];
        yield 'noise' => ['greets@noise', ProtocolException::class, 'greeting', 'bad_reply', 'deferred'];
        yield 'plain text where TLS was dialled' => ['plaintext', TlsException::class, 'tls', 'peer_speaks_plain', 'rejected'];
        yield 'silence in the handshake' => ['no-handshake@silence', TimeoutException::class, 'tls', 'none', 'deferred'];
    }

    public function testAStrippedStarttlsSeesNoByteOfAuth(): void
    {
        $server = new ServerProcess('hostile.php', '--script', 'strip');
        try {
            $this->transport($server)->send(self::MESSAGE);
            self::fail('it was sent');
        } catch (TlsException) {
            self::assertMatchesRegularExpression('/^EHLO \S+\r\n(QUIT\r\n)?$/D', $server->received());
        }
    }

    public function testNothingIsSaidToAServerThatInjectsBehindStarttls(): void
    {
        foreach (['inject@line', 'inject@part'] as $script) {
            $server = new ServerProcess('hostile.php', '--script', $script);
            try {
                $this->transport($server)->send(self::MESSAGE);
                self::fail('it was sent');
            } catch (TlsException) {
                self::assertMatchesRegularExpression('/^EHLO \S+\r\nSTARTTLS\r\n$/D', $server->received());
            }
        }
    }

    public function testAServerThatStopsReadingIsLeftInTime(): void
    {
        $server = new ServerProcess('hostile.php', '--script', 'stop-reading');
        $start = hrtime(true);
        try {
            $this->transport($server)->send(self::MESSAGE . str_repeat(str_repeat('x', 76) . "\r\n", 250_000));
            self::fail('it was sent');
        } catch (TimeoutException $error) {
            self::assertLessThan(4.9, (hrtime(true) - $start) / 1e9);
            self::assertSame('body', $error->getDiagnosis()->stage);
            self::assertNoPassword($error);
        }
    }

    public function testRepliesByteByByteAreUnderstood(): void
    {
        $server = new ServerProcess('hostile.php', '--script', 'bytewise');
        $receipt = $this->transport($server)->send(self::MESSAGE);
        self::assertSame('H1', $receipt->remoteId);
        self::assertSame('sent', $receipt->recipients['bob@example.org']->outcome->value);
        self::assertStringNotContainsString(self::PASSWORD, $receipt->transcript);
    }

    /** @dataProvider smugglers */
    public function testOneMessageStaysOneMessage(string $way, string $end): void
    {
        $smuggled = "MAIL FROM:<eve@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nFrom: eve@example.org\r\n\r\nboo";
        $server = new ServerProcess('hostile.php', '--script', "sink@$way");
        $receipt = $this->transport($server)->send(self::MESSAGE . 'x' . $end . $smuggled . $end . 'QUIT');
        self::assertSame('sent', $receipt->recipients['bob@example.org']->outcome->value);
        $this->settle($server);
        $lenient = preg_replace('/^BDAT (\d+)/m', '', $server->received());
        self::assertSame(1, substr_count($server->received(), 'MAIL FROM:<ann@example.org>'));
        if ($way === 'bdat') {
            self::assertMatchesRegularExpression('/^BDAT \d+ LAST\r\n/m', $server->received());
            return;
        }
        // what the most lenient of all servers takes for ends of data
        self::assertSame(1, preg_match_all('/\n\.\r?\n|\r\.\r\n?/', $lenient));
        self::assertStringEndsWith("\r\n.\r\n", preg_replace('/(QUIT|RSET|NOOP)\r\n$/D', '', $server->received()));
    }

    public static function smugglers(): iterable
    {
        $ends = ['LF . LF' => "\n.\n", 'LF . CRLF' => "\n.\r\n", 'CR . CR' => "\r.\r", 'CR . CRLF' => "\r.\r\n",
            'CRLF . LF' => "\r\n.\n", 'CRLF . CR' => "\r\n.\r", 'CRLF . CRLF' => "\r\n.\r\n", 'CRLF .. CRLF' => "\r\n..\r\n"];
        foreach (['data', 'bdat'] as $way) {
            foreach ($ends as $name => $end) {
                yield "$way, $name" => [$way, $end];
            }
        }
    }

    /** The message's octets are as many as BDAT said, however the text is cut: the sink saw no stray command. */
    private function settle(ServerProcess $server): void
    {
        $deadline = microtime(true) + 2;
        while (!str_contains($server->received(), 'boo') && microtime(true) < $deadline) {
            usleep(5000);
        }
    }

    private function transport(ServerProcess $server): Transport
    {
        $script = implode(' ', (array) $server->ready['script']);
        return new Transport([
            'scheme' => preg_match('/^(inject|strip|refuse-starttls|greets)/', $script) ? 'smtp' : 'smtps',
            'host' => '127.0.0.1', 'port' => $server->port(), 'ca_file' => $server->ready['ca_file'],
            'user' => 'ann', 'password' => self::PASSWORD, 'timeout' => 1, 'connect_timeout' => 1,
        ]);
    }

    private static function assertNoPassword(\Outbox\Exception $error): void
    {
        $shown = implode("\n", [$error->getMessage(), $error->getTranscript(), $error->getTraceAsString(), (string) $error,
            print_r($error, true), print_r($error->getDiagnosis(), true), print_r($error->getResults(), true)]);
        foreach ([self::PASSWORD, base64_encode(self::PASSWORD), base64_encode("\0ann\0" . self::PASSWORD)] as $secret) {
            self::assertStringNotContainsString($secret, $shown);
        }
    }
}
