<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{AuthException, Envelope, MessageException, Outcome, RejectedException, TlsException, Transport};

require_once __DIR__ . '/src/autoload.php';

/** What a Postfix, asked by us, answers; and how often we had to wait for it. */
final class PostfixTest extends MailServerCase
{
    private const TOKEN = 'ya29.a-token';

    private static ?ServerProcess $tokens = null;
    private static ?DovecotServer $dovecot = null;
    private static ?PostfixServer $postfix = null;

    protected static function start(): void
    {
        self::$tokens = new ServerProcess('token.php', '--token', self::TOKEN, '--user', DovecotServer::USER);
        self::$dovecot = new Dovecot23Server(self::$certificates->serverFile, self::$certificates->authorityFile,
            self::$capture->port(), self::$tokens->port());
        self::$postfix = new PostfixServer(self::$certificates->serverFile, self::$dovecot->saslPort, self::$capture->port());
    }

    protected static function end(): void
    {
        self::$postfix = self::$dovecot = self::$tokens = null;
    }

    private static function transport(string $scheme, int $port, array $options = ['auth' => 'PLAIN']): Transport
    {
        return self::relay($scheme, $port, $options + ['user' => DovecotServer::USER]
            + (isset($options['token']) ? [] : ['password' => DovecotServer::PASSWORD]));
    }

    /** @return list<string> that Postfix hands to nobody */
    private static function recipients(int $count): array
    {
        return array_map(static fn (int $number) => "r$number@discard.test", range(1, $count));
    }

    /** @dataProvider relays */
    public function testTheRoundTripsAreTheFewestThatTheProtocolAllows(string $scheme, string $port, int $cold, int $warm): void
    {
        $proxy = new CountingProxy(self::$postfix->$port);
        $transport = self::transport($scheme, $proxy->port);
        $send = static fn (int $recipients) => $proxy->count(
            static fn () => $transport->send(self::message(...self::recipients($recipients))));
        self::assertSame($cold, $send(1), 'on a new connection');
        self::assertSame($warm, $send(1), 'on an open one, to one recipient');
        self::assertSame($warm, $send(10), 'on an open one, to ten');
        self::assertSame($warm, $send(1), 'once more');
    }

    public static function relays(): array
    {
        return [
            'TLS from the first byte, with CHUNKING' => ['smtps', 'implicitPort', 6, 1],
            'TLS from the first byte, with DATA' => ['smtps', 'implicitDataPort', 7, 2],
            'STARTTLS, with CHUNKING' => ['smtp', 'startTlsPort', 8, 1],
            'STARTTLS, with DATA' => ['smtp', 'startTlsDataPort', 9, 2],
        ];
    }

    /** The last of n messages has nothing to ride with: its body is a flight of its own. */
    public function testAStreamWithDataWaitsOncePerMessage(): void
    {
        self::assertSame(21, self::stream('implicitDataPort', 20, []));
    }

    /** Six here, on a machine with time: the first message alone, to see that the connection lives, then four at once. */
    public function testAStreamWithChunkingWaitsLessThanOncePerMessage(): void
    {
        self::assertLessThanOrEqual(10, self::stream('implicitPort', 20, ['window' => '4']));
        self::assertSame(20, self::stream('implicitPort', 20, ['window' => '1']));
    }

    private static function stream(string $port, int $count, array $options): int
    {
        $proxy = new CountingProxy(self::$postfix->$port);
        $transport = self::transport('smtps', $proxy->port, $options);
        $transport->send(self::message('first@discard.test'));
        return $proxy->count(static function () use ($transport, $count): void {
            $receipts = $transport->sendMany(array_map(static fn () => self::message('r@discard.test'), range(1, $count)));
            self::assertCount($count, $receipts);
            foreach ($receipts as $receipt) {
                self::assertSame(Outcome::Sent, $receipt->recipients['r@discard.test']->outcome);
            }
        });
    }

    /** @dataProvider relays */
    public function testAMessageArrivesAsItWasSent(string $scheme, string $port): void
    {
        $message = self::delicateMessage();
        $receipt = self::transport($scheme, self::$postfix->$port)->send($message);
        $arrived = self::$capture->arrived(self::identifierOf($message));
        self::assertArrivedAsSent($message, $arrived['message']);
        self::assertSame(['shop@example.com', ['ann@example.org']], [$arrived['sender'], $arrived['recipients']]);
        self::assertMatchesRegularExpression("/: " . preg_quote((string) $receipt->remoteId) . ": /", self::$postfix->log());
    }

    /** @dataProvider relays */
    public function testOneRecipientRefusedAndOneDeferredOfThreeLeaveTheThird(string $scheme, string $port): void
    {
        $message = self::message('ann@example.org', 'nobody@example.org', 'grey@example.org');
        $receipt = self::transport($scheme, self::$postfix->$port)->send($message);
        $results = array_map(static fn ($result) => [$result->outcome, $result->code, $result->enhanced], $receipt->recipients);
        self::assertSame([
            'ann@example.org' => [Outcome::Sent, 250, '2.0.0'],
            'nobody@example.org' => [Outcome::Rejected, 550, '5.1.1'],
            'grey@example.org' => [Outcome::Deferred, 450, '4.7.1'],
        ], $results);
        self::assertStringContainsString('User unknown in virtual mailbox table', $receipt->recipients['nobody@example.org']->text);
        self::assertSame(['ann@example.org'], self::$capture->arrived($receipt->messageId)['recipients']);
    }

    /** @dataProvider relays */
    public function testOneRecipientRefusedOfThreeStopsAMessageThatIsForAllOrNobody(string $scheme, string $port): void
    {
        $transport = self::transport($scheme, self::$postfix->$port, ['recipients' => 'all']);
        $message = self::message('ann@example.org', 'nobody@example.org', 'ben@example.org');
        try {
            $transport->send($message);
            self::fail('it was sent');
        } catch (RejectedException $error) {
            self::assertSame(550, $error->getResults()['nobody@example.org']->code);
            self::assertNotSame(Outcome::Sent, $error->getResults()['ann@example.org']->outcome);
        }
        $next = $transport->send(self::message('ben@example.org'));
        self::$capture->arrived($next->messageId); // so the one before had its time, too
        preg_match('/^Message-ID: (\S+)/m', $message->toString(), $found);
        self::assertStringNotContainsString($found[1], implode('', array_column(self::$capture->captured(), 'message')));
    }

    public function testEveryRecipientRefusedIsAnExceptionWithThePostfixReply(): void
    {
        $this->expectException(RejectedException::class);
        $this->expectExceptionCode(550);
        self::transport('smtps', self::$postfix->implicitPort)->send(self::message('nobody@example.org', 'noone@example.org'));
    }

    public function testWhatIsAskedOfDeliveryReportsGoesOnToTheNextServer(): void
    {
        $message = self::message('ann@example.org', 'ben@example.org');
        self::transport('smtps', self::$postfix->implicitPort)->send($message, new Envelope(options: ['ret' => 'headers',
            'envid' => 'run 17+4=x', 'notify' => ['ann@example.org' => ['failure', 'delay'], 'ben@example.org' => 'never']]));
        $arrived = self::$capture->arrived(self::identifierOf($message->toString()));
        self::assertStringContainsString('RET=HDRS', $arrived['mail_options']);
        self::assertStringContainsString('ENVID=run+2017+2B4+3Dx', $arrived['mail_options']);
        $options = array_combine($arrived['recipients'], $arrived['recipient_options']);
        self::assertStringContainsString('NOTIFY=FAILURE,DELAY', $options['ann@example.org']);
        self::assertStringContainsString('NOTIFY=NEVER', $options['ben@example.org']);
        self::assertStringContainsString('ORCPT=rfc822;ann@example.org', $options['ann@example.org']);
    }

    public function testAnAddressInUtf8ArrivesInUtf8(): void
    {
        $receipt = self::transport('smtps', self::$postfix->implicitPort)->send(self::message('jürgen@example.org'));
        $arrived = self::$capture->arrived($receipt->messageId);
        self::assertSame(['jürgen@example.org'], $arrived['recipients']);
        self::assertStringContainsString('SMTPUTF8', $arrived['mail_options']);
    }

    public function testAMessageLargerThanItTakesIsNotEvenBegun(): void
    {
        $transport = self::transport('smtps', self::$postfix->implicitPort);
        try {
            $transport->send(self::message('ann@example.org')->text(str_repeat("0123456789abcdef\n", 130_000)));
            self::fail('it was sent');
        } catch (MessageException $error) {
            self::assertSame('size_limit', $error->getDiagnosis()->fact);
            self::assertStringNotContainsString('MAIL FROM', $error->getTranscript());
        }
    }

    public function testAMessageThatItFindsTooLargeAtItsEndIsRejectedWithItsReply(): void
    {
        $transport = self::transport('smtps', self::$postfix->implicitDataPort); // says nothing of SIZE
        try {
            $transport->send(self::message('ann@example.org')->text(str_repeat("0123456789abcdef\n", 130_000)));
            self::fail('it was sent');
        } catch (\Outbox\Exception $error) {
            self::assertSame([552, '5.3.4', Outcome::Rejected],
                [$error->getCode(), $error->getDiagnosis()->enhanced, $error->getOutcome()]);
        }
    }

    /** @dataProvider relays */
    public function testAWrongPasswordIsTriedOnceAndSaysWhatToDo(string $scheme, string $port): void
    {
        $before = substr_count(self::$dovecot->log(), 'Password mismatch');
        try {
            self::transport($scheme, self::$postfix->$port, ['password' => 'wrong'])->send(self::message('ann@example.org'));
            self::fail('it was sent');
        } catch (AuthException $error) {
            self::assertSame([535, 'auth_refused'], [$error->getCode(), $error->getDiagnosis()->fact]);
            self::assertNotSame([], $error->getDiagnosis()->remedies);
        }
        self::assertSame(1, substr_count(self::$dovecot->log(), 'Password mismatch') - $before);
    }

    /** All that Dovecot can tell without having seen the certificate; the rest of it is DovecotTest's.
     * @dataProvider mechanisms */
    public function testItOpensWithEveryMechanismThatItsDovecotOffers(string $mechanism, array $credentials): void
    {
        $report = self::transport('smtps', self::$postfix->implicitPort, $credentials + ['auth' => $mechanism])->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertStringContainsString("C: AUTH $mechanism", $report->transcript);
    }

    public static function mechanisms(): iterable
    {
        foreach (['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as $mechanism) {
            yield $mechanism => [$mechanism, []];
        }
        foreach (['XOAUTH2', 'OAUTHBEARER'] as $mechanism) {
            yield $mechanism => [$mechanism, ['token' => self::TOKEN]];
        }
    }

    public function testWithoutALoginItRelaysNothing(): void
    {
        $this->expectException(RejectedException::class);
        $this->expectExceptionMessage('Access denied');
        self::relay('smtps', self::$postfix->implicitPort)->send(self::message('ann@example.org'));
    }

    /** @dataProvider relays */
    public function testAServerOfAnUnknownAuthorityIsShownNoPassword(string $scheme, string $port): void
    {
        $before = substr_count(self::$dovecot->log(), "\n");
        try {
            self::transport($scheme, self::$postfix->$port, ['ca_file' => self::otherCertificates()->authorityFile])
                ->send(self::message('ann@example.org'));
            self::fail('it was sent');
        } catch (TlsException $error) {
            self::assertStringNotContainsString('AUTH PLAIN', $error->getTranscript());
        }
        self::assertSame($before, substr_count(self::$dovecot->log(), "\n"));
    }

    public function testACheckFindsNothingWrong(): void
    {
        $report = self::transport('smtp', self::$postfix->startTlsPort)->check();
        self::assertNull($report->diagnosis);
        self::assertSame([], array_filter($report->stages, static fn (array $stage) => !$stage['ok']));
    }
}
