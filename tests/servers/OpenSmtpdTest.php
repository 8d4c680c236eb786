<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{RejectedException, Transport};

require_once __DIR__ . '/src/autoload.php';

/** OpenSMTPD: neither PIPELINING nor CHUNKING, one command at a time. */
final class OpenSmtpdTest extends SubmissionCase
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

    protected static function offered(): array
    {
        return ['PLAIN', 'LOGIN'];
    }

    protected static function transport(string $scheme, string $port, array $options = []): Transport
    {
        return self::relay($scheme, self::$openSmtpd->$port, $options + ['user' => OpenSmtpdServer::USER, 'password' => OpenSmtpdServer::PASSWORD]);
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
