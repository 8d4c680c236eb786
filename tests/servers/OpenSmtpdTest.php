<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{Outcome, RejectedException, Transport};

require_once __DIR__ . '/src/autoload.php';

/** OpenSMTPD: neither PIPELINING nor CHUNKING, one command at a time. */
final class OpenSmtpdTest extends MailServerCase
{
    private static ?OpenSmtpdServer $openSmtpd = null;

    protected static function start(): void
    {
        self::$openSmtpd = new OpenSmtpdServer(self::$certificates->serverFile, self::$certificates->authorityFile, self::$capture->port());
    }

    protected static function end(): void
    {
        self::$openSmtpd = null;
    }

    private static function transport(string $scheme, string $port, array $options = []): Transport
    {
        return self::relay($scheme, self::$openSmtpd->$port, $options + ['user' => OpenSmtpdServer::USER, 'password' => OpenSmtpdServer::PASSWORD]);
    }

    public static function relays(): array
    {
        return ['TLS from the first byte' => ['smtps', 'implicitPort'], 'STARTTLS' => ['smtp', 'startTlsPort']];
    }

    /** @dataProvider relays */
    public function testAMessageArrivesByDataAsItWasSent(string $scheme, string $port): void
    {
        $message = self::delicateMessage();
        $receipt = self::transport($scheme, $port)->send($message);
        self::assertStringContainsString("C: DATA\nS: 354 ", $receipt->transcript);
        self::assertStringContainsString("msgid=$receipt->remoteId ", self::$openSmtpd->log());
        self::assertArrivedAsSent($message, self::$capture->arrived(self::identifierOf($message))['message']);
    }

    public function testAStreamArrivesWhole(): void
    {
        $messages = array_map(static fn () => self::delicateMessage(), range(1, 5));
        foreach (self::transport('smtps', 'implicitPort')->sendMany($messages) as $number => $receipt) {
            self::assertSame(Outcome::Sent, $receipt->recipients['ann@example.org']->outcome);
            self::assertArrivedAsSent($messages[$number], self::$capture->arrived(self::identifierOf($messages[$number]))['message']);
        }
    }

    /**
     * @testWith ["PLAIN"]
     *           ["LOGIN"]
     */
    public function testItOpensWithEveryMechanismThatItOffers(string $mechanism): void
    {
        $report = self::transport('smtps', 'implicitPort', ['auth' => $mechanism])->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertStringContainsString("C: AUTH $mechanism", $report->transcript);
    }

    /** @dataProvider relays */
    public function testAWrongPasswordIsTriedOnce(string $scheme, string $port): void
    {
        $report = self::transport($scheme, $port, ['password' => 'wrong'])->check();
        self::assertSame([535, 'auth_refused'], [$report->diagnosis?->code, $report->diagnosis?->fact]);
        self::assertSame(1, substr_count($report->transcript, 'C: AUTH'));
    }

    /** @dataProvider relays */
    public function testOneRecipientRefusedLeavesTheOther(string $scheme, string $port): void
    {
        $receipt = self::transport($scheme, $port)->send(self::message('ann@example.org', 'nobody@example.org'));
        self::assertSame([Outcome::Sent, Outcome::Rejected], array_column($receipt->recipients, 'outcome'));
        self::assertSame(['ann@example.org'], self::$capture->arrived($receipt->messageId)['recipients']);
    }

    public function testEveryRecipientRefusedIsAnExceptionAndTheConnectionIsGoodForTheNextMessage(): void
    {
        $transport = self::transport('smtps', 'implicitPort');
        try {
            $transport->send(self::message('nobody@example.org'));
            self::fail('it was sent');
        } catch (RejectedException $error) {
            self::assertSame(550, $error->getCode());
        }
        $receipt = $transport->send(self::message('ann@example.org'));
        self::assertTrue($receipt->timings['reused']);
    }
}
