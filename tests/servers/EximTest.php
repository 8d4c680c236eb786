<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{AuthException, Envelope, Outcome, Transport};

require_once __DIR__ . '/src/autoload.php';

/** Exim: GnuTLS at the other end, replies without enhanced codes, CHUNKING. */
final class EximTest extends MailServerCase
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

    private static function transport(string $scheme, string $port, array $options = []): Transport
    {
        return self::relay($scheme, self::$exim->$port, $options + ['user' => EximServer::USER, 'password' => EximServer::PASSWORD]);
    }

    public static function relays(): array
    {
        return ['TLS from the first byte' => ['smtps', 'implicitPort'], 'STARTTLS' => ['smtp', 'startTlsPort']];
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

    public function testAStreamArrivesWholeAndInSeveralMessagesAtOnce(): void
    {
        $messages = array_map(static fn () => self::delicateMessage(), range(1, 12));
        foreach (self::transport('smtps', 'implicitPort')->sendMany($messages) as $number => $receipt) {
            self::assertSame(Outcome::Sent, $receipt->recipients['ann@example.org']->outcome);
            self::assertArrivedAsSent($messages[$number], self::$capture->arrived(self::identifierOf($messages[$number]))['message']);
        }
    }

    /**
     * @testWith ["PLAIN"]
     *           ["LOGIN"]
     *           ["CRAM-MD5"]
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
        try {
            self::transport($scheme, $port, ['password' => 'wrong'])->send(self::delicateMessage());
            self::fail('it was sent');
        } catch (AuthException $error) {
            self::assertSame([535, 'auth_refused'], [$error->getCode(), $error->getDiagnosis()->fact]);
            self::assertSame(1, substr_count($error->getTranscript(), 'C: AUTH'));
        }
    }

    /** @dataProvider relays */
    public function testOneRecipientRefusedLeavesTheOther(string $scheme, string $port): void
    {
        $receipt = self::transport($scheme, $port)->send(self::message('ann@example.org', 'nobody@example.org'));
        self::assertSame([Outcome::Sent, Outcome::Rejected], array_column($receipt->recipients, 'outcome'));
        self::assertSame([550, null], [$receipt->recipients['nobody@example.org']->code, $receipt->recipients['nobody@example.org']->enhanced]);
        self::assertSame(['ann@example.org'], self::$capture->arrived($receipt->messageId)['recipients']);
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
