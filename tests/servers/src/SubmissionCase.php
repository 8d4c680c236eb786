<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{AuthException, Outcome, Transport};

/** What every submission server has to do with us: it knows a user, refuses "nobody" and hands on the rest. */
abstract class SubmissionCase extends MailServerCase
{
    /** With the right user and password, where $options do not name others. */
    abstract protected static function transport(string $scheme, string $port, array $options = []): Transport;

    /** @return list<string> the mechanisms that it offers */
    abstract protected static function offered(): array;

    final public static function relays(): array
    {
        return ['TLS from the first byte' => ['smtps', 'implicitPort'], 'STARTTLS' => ['smtp', 'startTlsPort']];
    }

    final public static function mechanisms(): array
    {
        return array_combine(static::offered(), array_map(static fn (string $name) => [$name], static::offered()));
    }

    public function testAStreamArrivesWholeAndAsItWasSent(): void
    {
        $messages = array_map(static fn () => self::delicateMessage(), range(1, 12));
        foreach (static::transport('smtps', 'implicitPort')->sendMany($messages) as $number => $receipt) {
            self::assertSame(Outcome::Sent, $receipt->recipients['ann@example.org']->outcome);
            self::assertArrivedAsSent($messages[$number], self::$capture->arrived(self::identifierOf($messages[$number]))['message']);
        }
    }

    /** @dataProvider mechanisms */
    public function testItOpensWithEveryMechanismThatItOffers(string $mechanism): void
    {
        $report = static::transport('smtps', 'implicitPort', ['auth' => $mechanism])->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertStringContainsString("C: AUTH $mechanism", $report->transcript);
        preg_match_all('/^S: 250[- ]AUTH (.*)$/m', $report->transcript, $found);
        self::assertEqualsCanonicalizing(static::offered(), explode(' ', trim(end($found[1]))));
    }

    /** @dataProvider relays */
    public function testAWrongPasswordIsTriedOnce(string $scheme, string $port): void
    {
        try {
            static::transport($scheme, $port, ['password' => 'wrong'])->send(self::delicateMessage());
            self::fail('it was sent');
        } catch (AuthException $error) {
            self::assertSame([535, 'auth_refused'], [$error->getCode(), $error->getDiagnosis()->fact]);
            self::assertSame(1, substr_count($error->getTranscript(), 'C: AUTH'));
        }
    }

    /** @dataProvider relays */
    public function testOneRecipientRefusedLeavesTheOther(string $scheme, string $port): void
    {
        $receipt = static::transport($scheme, $port)->send(self::message('ann@example.org', 'nobody@example.org'));
        self::assertSame([Outcome::Sent, Outcome::Rejected], array_column($receipt->recipients, 'outcome'));
        self::assertSame([550, null], [$receipt->recipients['nobody@example.org']->code, $receipt->recipients['nobody@example.org']->enhanced]);
        self::assertSame(['ann@example.org'], self::$capture->arrived($receipt->messageId)['recipients']);
    }
}
