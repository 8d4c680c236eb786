<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{Envelope, Transport};

require_once __DIR__ . '/src/autoload.php';

/** Exim: GnuTLS at the other end, replies without enhanced codes, CHUNKING. */
final class EximTest extends SubmissionCase
{
    private static ?EximServer $exim = null;

    protected static function start(): void
    {
        self::$exim = new EximServer(self::$certificates->serverFile, self::$capture->port());
    }

    protected static function end(): void
    {
        self::$exim = null;
    }

    protected static function offered(): array
    {
        return ['PLAIN', 'LOGIN', 'CRAM-MD5'];
    }

    protected static function transport(string $scheme, string $port, array $options = []): Transport
    {
        return self::relay($scheme, self::$exim->$port, $options + ['user' => EximServer::USER, 'password' => EximServer::PASSWORD]);
    }

    /** @dataProvider relays */
    public function testAMessageArrivesByChunkingAsItWasSent(string $scheme, string $port): void
    {
        $message = self::delicateMessage();
        $receipt = self::transport($scheme, $port)->send($message);
        self::assertStringContainsString('C: BDAT ' . strlen($message) . ' LAST', $receipt->transcript);
        self::assertArrivedAsSent($message, self::$capture->arrived(self::identifierOf($message))['message']);
        self::assertNotNull($receipt->remoteId);
        self::assertStringContainsString(" $receipt->remoteId <= shop@example.com", self::$exim->log());
    }

    public function testWhatIsAskedOfDeliveryReportsGoesOnToTheNextServer(): void
    {
        $receipt = self::transport('smtps', 'implicitPort')->send(self::message('ann@example.org'),
            new Envelope(options: ['ret' => 'headers', 'envid' => 'run+17', 'notify' => ['failure', 'delay']]));
        $arrived = self::$capture->arrived($receipt->messageId);
        self::assertStringContainsString('RET=HDRS ENVID=run+2B17', $arrived['mail_options']);
        self::assertStringContainsString('NOTIFY=FAILURE,DELAY', $arrived['recipient_options'][0]);
    }

    public function testAnAddressInUtf8ArrivesInUtf8(): void
    {
        $arrived = self::$capture->arrived(self::transport('smtps', 'implicitPort')->send(self::message('jürgen@example.org'))->messageId);
        self::assertSame(['jürgen@example.org'], $arrived['recipients']);
    }
}
