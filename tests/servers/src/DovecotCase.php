<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{AuthException, Transport};

/** Every mechanism that Dovecot offers, with what is right and with what is wrong. */
abstract class DovecotCase extends MailServerCase
{
    private const TOKEN = 'ya29.a-token-that-fits-into-one-line';

    private static ?ServerProcess $tokens = null;
    private static ?DovecotServer $dovecot = null;

    /** @return list<string> */
    abstract protected static function offered(): array;

    /** The one of these that is taken where nobody asks for another. */
    abstract protected static function strongest(): string;

    abstract protected static function server(string $certificate, string $authority, int $capturePort, int $tokenPort): DovecotServer;

    protected static function start(): void
    {
        self::$tokens = new ServerProcess('token.php', '--token', self::TOKEN, '--token', self::longToken(), '--user', DovecotServer::USER);
        self::$dovecot = static::server(self::$certificates->serverFile, self::$certificates->authorityFile,
            self::$capture->port(), self::$tokens->port());
    }

    protected static function end(): void
    {
        self::$dovecot = self::$tokens = null;
    }

    /** As Microsoft's are: no room for it in the line of AUTH. */
    private static function longToken(): string
    {
        return str_repeat('eyJhbGciOiJSUzI1NiJ9.', 90);
    }

    private static function transport(array $credentials, string $port = 'implicitPort'): Transport
    {
        return self::relay($port === 'implicitPort' ? 'smtps' : 'smtp', self::$dovecot->$port, $credentials);
    }

    private static function certificateOf(string $user): array
    {
        $file = self::$certificates->issue("$user.pem", ["DNS:$user.example.com"], commonName: $user);
        return ['cert' => $file, 'key' => $file];
    }

    /** What is right for each mechanism. Asked for by the test itself: when its cases are collected there are no certificates yet. */
    private static function credentials(string $mechanism): array
    {
        return ['auth' => $mechanism] + match ($mechanism) {
            'XOAUTH2', 'OAUTHBEARER' => ['user' => DovecotServer::USER, 'token' => self::TOKEN],
            'EXTERNAL' => self::certificateOf(DovecotServer::CERTIFICATE_USER),
            default => ['user' => DovecotServer::USER, 'password' => DovecotServer::PASSWORD],
        };
    }

    private static function wrongCredentials(string $mechanism): array
    {
        return match ($mechanism) {
            'XOAUTH2', 'OAUTHBEARER' => ['token' => 'expired'],
            'EXTERNAL' => self::certificateOf('dora'),
            default => ['password' => 'wrong'],
        } + self::credentials($mechanism);
    }

    public static function mechanisms(): array
    {
        return array_combine(static::offered(), array_map(static fn (string $name) => [$name], static::offered()));
    }

    public static function bearers(): array
    {
        return array_intersect_key(self::mechanisms(), ['XOAUTH2' => true, 'OAUTHBEARER' => true]);
    }

    /** Should another Dovecot offer more, this says so. */
    public function testItOffersTheMechanismsThatAreTestedHereAndNoOther(): void
    {
        $before = count(self::lines('/Log(in|ged in): /'));
        preg_match('/^S: 250[- ]AUTH (.*)$/m', self::transport(self::credentials('PLAIN'))->check()->transcript, $found);
        self::nextLine('/Log(in|ged in): /', $before); // so that it is not taken for another test's
        self::assertEqualsCanonicalizing(array_keys(self::mechanisms()), explode(' ', trim($found[1])));
    }

    /** @dataProvider mechanisms */
    public function testWithTheRightCredentialsAMessageArrivesAsItWasSent(string $mechanism): void
    {
        $before = count(self::lines('/Log(in|ged in): /'));
        $message = self::delicateMessage();
        self::transport(self::credentials($mechanism))->send($message);
        self::assertArrivedAsSent($message, self::$capture->arrived(self::identifierOf($message))['message']);
        self::assertStringContainsString("method=$mechanism,", self::nextLine('/Log(in|ged in): /', $before));
    }

    /** @dataProvider mechanisms */
    public function testWithTheRightCredentialsItAlsoOpensAfterStartTls(string $mechanism): void
    {
        $report = self::transport(self::credentials($mechanism), 'startTlsPort')->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertStringContainsString("C: AUTH $mechanism", $report->transcript);
    }

    /** @dataProvider mechanisms */
    public function testWithWrongCredentialsItIsRefusedAfterOneAttempt(string $mechanism): void
    {
        $before = count(self::lines('/auth failed/'));
        $wrong = self::wrongCredentials($mechanism);
        try {
            self::transport($wrong)->send(self::delicateMessage());
            self::fail('it was sent');
        } catch (AuthException $error) {
            $fact = isset($wrong['token']) ? 'auth_token' : 'auth_refused';
            self::assertSame(['auth', $fact, 535], [$error->getDiagnosis()->stage, $error->getDiagnosis()->fact, $error->getCode()]);
            self::assertSame(1, substr_count($error->getTranscript(), 'C: AUTH'));
            self::assertNotSame('', $error->getDiagnosis()->cause);
            self::assertNotSame([], $error->getDiagnosis()->remedies);
            foreach (array_intersect_key($wrong, ['token' => true, 'password' => true]) as $secret) {
                self::assertStringNotContainsString(base64_encode($secret), $error->getTranscript());
            }
        }
        self::assertStringContainsString('(auth failed, 1 attempts', self::nextLine('/auth failed/', $before));
    }

    public function testAWrongPasswordIsNotTriedByTheNextMechanismEither(): void
    {
        $before = count(self::lines('/auth failed/'));
        $report = self::transport(['user' => DovecotServer::USER, 'password' => 'wrong'])->check();
        self::assertSame('auth_refused', $report->diagnosis?->fact);
        self::assertSame(1, substr_count($report->transcript, 'C: AUTH'));
        $line = self::nextLine('/auth failed/', $before);
        self::assertStringContainsString('(auth failed, 1 attempts', $line);
        self::assertStringContainsString('method=' . static::strongest() . ',', $line);
    }

    public function testTheStrongestMechanismIsTakenUnasked(): void
    {
        $report = self::transport(['user' => DovecotServer::USER, 'password' => DovecotServer::PASSWORD])->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertMatchesRegularExpression('/^C: AUTH ' . static::strongest() . '( |$)/m', $report->transcript);
    }

    public function testAnUnknownUserIsRefusedLikeAWrongPassword(): void
    {
        $report = self::transport(['user' => 'nobody', 'password' => DovecotServer::PASSWORD])->check();
        self::assertSame(['auth_refused', 535], [$report->diagnosis?->fact, $report->diagnosis?->code]);
    }

    /** @dataProvider bearers */
    public function testATokenThatFillsMoreThanALineTakesTwoSteps(string $mechanism): void
    {
        $report = self::transport(['auth' => $mechanism, 'user' => DovecotServer::USER, 'token' => self::longToken()])->check();
        self::assertNull($report->diagnosis?->cause);
        self::assertMatchesRegularExpression("/C: AUTH $mechanism\nS: 334/", $report->transcript);
    }

    /** @dataProvider bearers */
    public function testATokenOfSomebodyElseIsRefused(string $mechanism): void
    {
        $report = self::transport(['auth' => $mechanism, 'user' => 'ben', 'token' => self::TOKEN])->check();
        self::assertSame(['auth', 535], [$report->diagnosis?->stage, $report->diagnosis?->code]);
    }

    /** In TLS 1.3 the handshake is over for us before Dovecot has seen the certificate: it hangs up then, at EHLO or AUTH. */
    public function testACertificateOfAnotherAuthorityIsNoLogin(): void
    {
        $file = self::otherCertificates()->issue('carl.pem', ['DNS:carl.example.com'], commonName: DovecotServer::CERTIFICATE_USER);
        $report = self::transport(['auth' => 'EXTERNAL', 'cert' => $file, 'key' => $file])->check();
        self::assertSame('peer_closed', $report->diagnosis?->fact);
        self::assertStringNotContainsString('S: 235', $report->transcript);
    }

    /** @return list<string> of Dovecot's log */
    private static function lines(string $pattern): array
    {
        return array_values(preg_grep($pattern, explode("\n", self::$dovecot->log())));
    }

    /** The one line of Dovecot's log that came after $before others of the kind; it is written a moment later. */
    private static function nextLine(string $pattern, int $before): string
    {
        for ($until = microtime(true) + 5; microtime(true) < $until; usleep(20_000)) {
            $lines = self::lines($pattern);
            if (count($lines) > $before) {
                self::assertCount($before + 1, $lines);
                return $lines[$before];
            }
        }
        self::fail("Dovecot's log says nothing of $pattern\n" . self::$dovecot->log());
    }
}
