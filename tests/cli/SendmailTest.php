<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__) . '/servers/src/autoload.php';
require_once __DIR__ . '/Program.php';

/** `outbox sendmail` as PHP's mail() and other programs call it: what is queued, and what is refused. */
final class SendmailTest extends TestCase
{
    private Program $outbox;

    protected function setUp(): void
    {
        $this->outbox = new Program();
        $this->outbox->on(['profile', 'save', 'default'], "smtp://relay.example.org?tls=none\n");
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
    }

    private function sendmail(array $words, string $input): int
    {
        $this->outbox->run(['sendmail', '--spool', $this->outbox->spool, '--any-parent', ...$words], $input);
        return $this->outbox->code;
    }

    private function queued(): array
    {
        return $this->outbox->lines(['list']);
    }

    private function octets(): string
    {
        return $this->outbox->on(['show', '--message', $this->queued()[0]['id']]);
    }

    public function testRecipientsOfTheHeaderAreServedAndBccIsNotShown(): void
    {
        self::assertSame(0, $this->sendmail(['-t', '-i'], "From: a@example.org\nTo: b@example.org\nCc: c@example.org\nBcc: d@example.org\n\nx\n"));
        self::assertSame(['b@example.org', 'c@example.org', 'd@example.org'], array_keys($this->queued()[0]['recipients']));
        self::assertStringNotContainsString('d@example.org', $this->octets());
    }

    public function testTheSenderOfTheCommandLineIsTheEnvelopes(): void
    {
        self::assertSame(0, $this->sendmail(['-t', '-i', '-fbounce@example.org'], "From: a@example.org\nTo: b@example.org\n\nx\n"));
        self::assertSame('bounce@example.org', $this->queued()[0]['sender']);
        self::assertStringContainsString('From: a@example.org', $this->octets());
    }

    public function testAMissingFromIsMadeOfSenderAndName(): void
    {
        self::assertSame(0, $this->sendmail(['-i', '-f', 'shop@example.org', '-F', 'The Shop', 'b@example.org'], "Subject: x\n\nx\n"));
        self::assertStringContainsString("From: The Shop <shop@example.org>\r\n", $this->octets());
    }

    public function testALineWithADotEndsTheMessageUnlessItIsToldNotTo(): void
    {
        self::assertSame(0, $this->sendmail(['-t'], "From: a@example.org\nTo: b@example.org\n\none\n.\ntwo\n"));
        self::assertStringEndsWith("\r\n\r\none\r\n", $this->octets());
        $this->outbox->on(['remove', '--all']);
        self::assertSame(0, $this->sendmail(['-t', '-oi'], "From: a@example.org\nTo: b@example.org\n\none\n.\ntwo\n"));
        self::assertStringEndsWith("\r\n\r\none\r\n.\r\ntwo\r\n", $this->octets());
    }

    /** @dataProvider attacks */
    public function testOptionsThatAnAttackerWouldLikeAreRefused(array $words): void
    {
        self::assertSame(64, $this->sendmail(['-t', '-i', ...$words], "From: a@example.org\nTo: b@example.org\n\nx\n"));
        self::assertSame([], $this->queued());
    }

    public static function attacks(): iterable
    {
        yield 'log file' => [['-X/var/www/shell.php']];
        yield 'queue' => [['-OQueueDirectory=/tmp']];
        yield 'configuration' => [['-C', '/tmp/cf']];
        yield 'daemon' => [['-bd']];
        yield 'aliases' => [['-bi']];
        yield 'exim' => [['-be', '${run{id}}']];
        yield 'nothing' => [['-']];
    }

    /** @dataProvider badMessages */
    public function testABadMessageIsRefusedWhole(string $message, int $code): void
    {
        self::assertSame($code, $this->sendmail(['-t', '-i'], $message), $this->outbox->errors);
        self::assertSame([], $this->queued());
    }

    public static function badMessages(): iterable
    {
        yield 'empty' => ['', 65];
        yield 'nobody' => ["From: a@example.org\n\nx\n", 65];
        yield 'NUL' => ["From: a@example.org\nTo: b@example.org\n\nx\0y\n", 64];
        yield 'address' => ["From: a@example.org\nTo: b@@example.org\n\nx\n", 64];
    }

    public function testWithoutAProfileItSaysHowToMakeOne(): void
    {
        $this->outbox->on(['profile', 'delete', 'default']);
        self::assertSame(78, $this->sendmail(['-t', '-i'], "From: a@example.org\nTo: b@example.org\n\nx\n"));
        self::assertStringContainsString('outbox profile save', $this->outbox->errors);
    }

    public function testSmtpOnStandardInputQueuesWhatItAccepts(): void
    {
        $dialogue = "EHLO x\r\nMAIL FROM:<a@example.org> BODY=8BITMIME\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<not an address>\r\nDATA\r\n"
            . "Subject: x\r\n\r\n..dot\r\n.\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:<c@example.org>\r\nDATA\r\nFrom: a@example.org\r\n\r\nhalf";
        $answers = $this->outbox->run(['sendmail', '-bs', '--spool', $this->outbox->spool, '--any-parent'], $dialogue);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        $codes = array_map(static fn (string $line): string => substr($line, 0, 4), array_filter(explode("\r\n", $answers)));
        self::assertSame(['220 ', '250-', '250-', '250-', '250-', '250-', '250 ', '250 ', '250 ', '501 ', '354 ', '250 ', '250 ', '250 ', '250 ',
            '354 ', '554 '], $codes);
        self::assertCount(1, $this->queued(), 'half a message is none');
        self::assertStringEndsWith("\r\n\r\n.dot\r\n", $this->octets());
    }

    public function testPhpsOwnMailFunctionGoesIntoTheQueue(): void
    {
        $path = Program::path() . ' sendmail --any-parent --spool ' . $this->outbox->spool . ' -t -i';
        exec(escapeshellarg(PHP_BINARY) . ' -n -d sendmail_path=' . escapeshellarg($path)
            . ' -r ' . escapeshellarg('exit(mail("b@example.org", "hi", "text", "From: a@example.org", "-fbounce@example.org") ? 0 : 1);'), $output, $code);
        self::assertSame(0, $code, implode("\n", $output));
        self::assertSame('bounce@example.org', $this->queued()[0]['sender']);
    }
}
