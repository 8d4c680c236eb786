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

    /** @return list<string> the codes of the answers */
    private function dialogue(string $input): array
    {
        $answers = $this->outbox->run(['sendmail', '-bs', '--spool', $this->outbox->spool, '--any-parent'], $input);
        self::assertSame(0, $this->outbox->code, $this->outbox->errors);
        return array_map(static fn (string $line): string => substr($line, 0, 3), array_values(array_filter(explode("\r\n", $answers))));
    }

    /** @dataProvider smuggled */
    public function testNoMessageEndsBeforeItsDotInTheDialogue(string $inside): void
    {
        $this->dialogue("EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: x\r\n\r\nhello\r\n$inside"
            . "MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: y\r\n\r\n.\r\nQUIT\r\n");
        self::assertNotContains('evil@example.org', array_column($this->queued(), 'sender'));
        self::assertLessThanOrEqual(1, count($this->queued()));
    }

    public static function smuggled(): iterable
    {
        yield 'NUL' => ["\0\r\n"];
        yield 'NUL and a dot' => ["\0.\r\n"];
        yield 'LF . LF' => ["\n.\n"];
        yield 'LF . CRLF' => ["\n.\r\n"];
        yield 'CRLF . LF' => ["\r\n.\n"];
        yield 'CR . CR' => ["\r.\r"];
        yield 'CRLF . CR' => ["\r\n.\r"];
    }

    public function testAClientThatEndsItsLinesWithLfAloneIsUnderstood(): void
    {
        self::assertSame(['220', '250', '250', '250', '354', '250', '221'],
            $this->dialogue("HELO x\nMAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>\nDATA\nSubject: x\n\nhi\n.\nQUIT\n"));
        self::assertStringEndsWith("\r\n\r\nhi\r\n", $this->octets());
    }

    public function testTheDialogueRefusesParametersThatItWouldNotKeep(): void
    {
        self::assertSame(['220', '250', '555', '552', '250', '555', '250'], $this->dialogue("HELO x\r\nMAIL FROM:<a@example.org> RET=HDRS\r\n"
            . "MAIL FROM:<a@example.org> SIZE=999999999999\r\nMAIL FROM:<a@example.org> SIZE=1000 BODY=8BITMIME SMTPUTF8\r\n"
            . "RCPT TO:<b@example.org> NOTIFY=NEVER\r\nRCPT TO:<\">\"@example.org>\r\n"));
    }

    public function testAMessageWithoutFromGetsOneInTheDialogueToo(): void
    {
        $this->dialogue("HELO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: x\r\n\r\nhi\r\n.\r\nQUIT\r\n");
        self::assertStringContainsString("From: a@example.org\r\n", $this->octets());
    }

    public function testANulIsRefusedWhereADotEndsTheMessageToo(): void
    {
        self::assertSame(64, $this->sendmail(['-t'], "From: a@example.org\nTo: b@example.org\n\nab\0cd\nline3\n\0line4\n"));
        self::assertSame([], $this->queued());
    }

    public function testRawTextInAHeaderIsEncodedSinceFewRelaysTakeIt(): void
    {
        self::assertSame(0, $this->sendmail(['-t', '-i'], "From: Müller <a@example.org>\nTo: b@example.org\nSubject: Grüße\n\nGrüße\n"));
        self::assertStringContainsString("From: =?UTF-8?B?TcO8bGxlcg==?= <a@example.org>\r\n", $this->octets());
        self::assertStringContainsString("Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n", $this->octets());
        self::assertStringEndsWith("\r\n\r\nGrüße\r\n", $this->octets());
    }

    public function testALineThatIsTooLongIsEncoded(): void
    {
        self::assertSame(0, $this->sendmail(['-t', '-i'], "From: a@example.org\nTo: b@example.org\nContent-Type: text/html\n\n" . str_repeat('x', 3000) . "\n"));
        [, $body] = explode("\r\n\r\n", $this->octets(), 2);
        self::assertStringContainsString("\r\nContent-Transfer-Encoding: quoted-printable\r\n", $this->octets());
        self::assertSame(str_repeat('x', 3000) . "\r\n", quoted_printable_decode($body));
    }

    /** As Debian's cron calls it, whose messages are From: root (Cron Daemon). */
    public function testALoneUserIsOneOfThisHost(): void
    {
        $host = filter_var(gethostname(), FILTER_VALIDATE_DOMAIN, FILTER_FLAG_HOSTNAME) ?: 'localhost';
        self::assertSame(0, $this->sendmail(['-FCronDaemon', '-i', '-B8BITMIME', '-oem', '-fwww-data', 'root'],
            "From: root (Cron Daemon)\nTo: root\nSubject: Cron\n\nx\n"), $this->outbox->errors);
        self::assertSame(["root@$host"], array_keys($this->queued()[0]['recipients']));
        self::assertSame("www-data@$host", $this->queued()[0]['sender']);
        self::assertStringContainsString("To: root@$host\r\n", $this->octets());
    }

    public function testLettersMayStandTogether(): void
    {
        self::assertSame(0, $this->sendmail(['-ti'], "From: a@example.org\nTo: b@example.org\n\none\n.\ntwo\n"));
        self::assertStringEndsWith("\r\n.\r\ntwo\r\n", $this->octets());
        self::assertSame(64, $this->sendmail(['-tiX'], "From: a@example.org\nTo: b@example.org\n\nx\n"));
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
