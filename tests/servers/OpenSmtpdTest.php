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
        self::$openSmtpd = new OpenSmtpdServer(self::$capture->port());
    }

    protected static function end(): void
    {
        self::$openSmtpd = null;
    }

    private static function transport(): Transport
    {
        return new Transport('smtp://127.0.0.1:' . self::$openSmtpd->port . '?tls=none');
    }

    public function testAMessageArrivesByDataAsItWasSent(): void
    {
        $message = self::delicateMessage();
        $receipt = self::transport()->send($message);
        self::assertStringContainsString("C: DATA\nS: 354 ", $receipt->transcript);
        self::assertStringContainsString("msgid=$receipt->remoteId ", self::$openSmtpd->log());
        self::assertArrivedAsSent($message, self::$capture->arrived(self::identifierOf($message))['message']);
    }

    public function testAStreamArrivesWhole(): void
    {
        $messages = array_map(static fn () => self::delicateMessage(), range(1, 5));
        foreach (self::transport()->sendMany($messages) as $number => $receipt) {
            self::assertSame(Outcome::Sent, $receipt->recipients['ann@example.org']->outcome);
            self::assertArrivedAsSent($messages[$number], self::$capture->arrived(self::identifierOf($messages[$number]))['message']);
        }
    }

    public function testOneRecipientRefusedLeavesTheOther(): void
    {
        $receipt = self::transport()->send(self::message('ann@example.org', 'nobody@example.org'));
        self::assertSame([Outcome::Sent, Outcome::Rejected], array_column($receipt->recipients, 'outcome'));
        self::assertSame(['ann@example.org'], self::$capture->arrived($receipt->messageId)['recipients']);
    }

    public function testEveryRecipientRefusedIsAnExceptionAndTheConnectionIsGoodForTheNextMessage(): void
    {
        $transport = self::transport();
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
