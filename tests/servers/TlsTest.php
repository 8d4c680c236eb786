<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

use Outbox\{ConnectException, TlsException};
use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/src/autoload.php';

/** What PHP sees of TLS: whom we believe, which exception says why not, and what an administrator can set. */
final class TlsTest extends TestCase
{
    private static string $directory;
    private static Certificates $ours;
    private static Certificates $foreign;

    public static function setUpBeforeClass(): void
    {
        self::$directory = ServerProcess::newDirectory();
        foreach (['ours', 'foreign'] as $authority) {
            mkdir(self::$directory . "/$authority", 0700);
        }
        self::$ours = new Certificates(self::$directory . '/ours');
        self::$foreign = new Certificates(self::$directory . '/foreign');
    }

    public static function tearDownAfterClass(): void
    {
        ServerProcess::removeDirectory(self::$directory);
    }

    /** @dataProvider refusals */
    public function testAServerThatIsNotToBeBelievedGetsNothing(\Closure $certificate, array $relay, string $fact,
        string $cause, array $server = []): void
    {
        foreach (['smtps' => 'implicit', 'smtp' => 'starttls'] as $scheme => $mode) {
            $peer = self::server($certificate(), '--tls', $mode, ...$server);
            $result = CliSend::run(self::relay($peer, ['scheme' => $scheme] + $relay));
            self::assertSame([TlsException::class, 'tls', $fact, 'rejected'],
                [$result['class'], $result['stage'] ?? '', $result['fact'] ?? '', $result['outcome'] ?? ''], $result['message'] ?? 'sent');
            self::assertStringContainsString($cause, $result['cause']);
            self::assertNotSame([], $result['remedies']);
            self::assertSame([], $peer->captured());
        }
    }

    public static function refusals(): iterable
    {
        yield 'wrong name' => [static fn () => self::$ours->issue('wrong.pem', ['DNS:other.example.test']), [], 'certificate', 'not for the name'];
        yield 'expired' => [static fn () => self::$ours->issue('expired.pem', ['DNS:localhost'], 0), [], 'certificate', 'has expired'];
        yield 'self-signed' => [static fn () => self::$ours->issue('self.pem', ['DNS:localhost'], selfSigned: true), [], 'certificate', 'signed by nobody but itself'];
        yield 'unknown authority' => [static fn () => self::$foreign->serverFile, [], 'certificate', 'authority that this machine does not know'];
        yield 'the system knows no test authority' => [static fn () => self::$ours->serverFile, ['ca_file' => null], 'certificate', 'authority that this machine does not know'];
        yield 'an address that is not in the certificate' => [static fn () => self::$ours->issue('name.pem', ['DNS:localhost']), ['host' => '127.0.0.1'], 'certificate', 'not for the name'];
        yield 'a wildcard for two labels' => [static fn () => self::$ours->issue('star.pem', ['DNS:*.example.localhost']), ['host' => 'a.mail.example.localhost'], 'certificate', 'not for the name'];
        yield 'another key than the pinned one' => [static fn () => self::$ours->serverFile, ['pin' => 'sha256//' . base64_encode(str_repeat('x', 32))], 'pin_mismatch', 'another key than the pinned one'];
        yield 'the pinned key, but verification fails' => [static fn () => self::$foreign->serverFile, ['pin' => 'foreign'], 'certificate', 'does not know'];
        yield 'TLS 1.1 alone' => [static fn () => self::$ours->serverFile, [], 'tls_version', 'no TLS version that is allowed', ['--tls-version', '1.1']];
        yield 'TLS 1.2 where 1.3 is demanded' => [static fn () => self::$ours->serverFile, ['tls_min' => '1.3'], 'tls_version', 'no TLS version', ['--tls-version', '1.2']];
    }

    /** @dataProvider acceptances */
    public function testAServerThatIsToBeBelievedGetsTheMessage(\Closure $certificate, array $relay, array $server = []): void
    {
        $peer = self::server($certificate(), ...$server);
        $result = CliSend::run(self::relay($peer, $relay));
        self::assertSame('sent', $result['class'], $result['message'] ?? '');
        self::assertCount(1, $peer->captured());
    }

    public static function acceptances(): iterable
    {
        yield 'its name' => [static fn () => self::$ours->serverFile, []];
        yield 'its IPv4 address' => [static fn () => self::$ours->serverFile, ['host' => '127.0.0.1']];
        yield 'a wildcard for one label' => [static fn () => self::$ours->issue('star.pem', ['DNS:*.example.localhost']), ['host' => 'mail.example.localhost']];
        yield 'the pinned key beside verification' => [static fn () => self::$ours->serverFile, ['pin' => 'ours']];
        yield 'one of several pinned keys' => [static fn () => self::$ours->serverFile, ['pin' => 'foreign;ours']];
        yield 'the pinned key in place of verification' => [static fn () => self::$foreign->serverFile, ['pin' => 'foreign', 'verify' => false]];
        yield 'a self-signed certificate that is the ca_file' => [static fn () => self::$ours->issue('self.pem', ['DNS:localhost'], selfSigned: true), ['ca_file' => 'self.pem']];
        yield 'TLS 1.1 where that is allowed' => [static fn () => self::$ours->serverFile, ['tls_min' => '1.1'], ['--tls-version', '1.1']];
    }

    public function testTheAdministratorsAuthoritiesAreBelievedWhereTheRelayNamesNone(): void
    {
        $peer = self::server(self::$ours->serverFile);
        $relay = self::relay($peer, ['ca_file' => null]);
        self::assertSame(TlsException::class, CliSend::run($relay)['class']);
        self::assertSame('sent', CliSend::run($relay, ['outbox.ca_file' => self::$ours->authorityFile])['class']);
        // the relay's own word is worth more
        $result = CliSend::run(['ca_file' => self::$foreign->authorityFile] + $relay, ['outbox.ca_file' => self::$ours->authorityFile]);
        self::assertSame('certificate', $result['fact']);
    }

    public function testVerificationIsSwitchedOffOnlyWhereTheAdministratorAllowsIt(): void
    {
        $peer = self::server(self::$foreign->issue('wrong.pem', ['DNS:other.example.test'], 0));
        $relay = self::relay($peer, ['verify' => false]);
        $refused = CliSend::run($relay);
        self::assertSame(\ValueError::class, $refused['class']);
        self::assertStringContainsString('outbox.allow_insecure', $refused['message']);
        self::assertSame('sent', CliSend::run($relay, ['outbox.allow_insecure' => '1'])['class']);
        self::assertSame(TlsException::class, CliSend::run(['verify' => true] + $relay, ['outbox.allow_insecure' => '1'])['class']);
        self::assertCount(1, $peer->captured());
    }

    public function testAClientCertificateIsShownToTheServerThatAsksForOne(): void
    {
        $peer = self::server(self::$ours->serverFile, '--client-ca', self::$ours->authorityFile);
        $client = self::$ours->issue('client.pem', ['DNS:client.example.test']);
        self::assertSame('sent', CliSend::run(self::relay($peer, ['cert' => $client]))['class']);
        self::assertSame('Outbox test server', $peer->captured()[0]['client']);
        // certificate and key in files of their own
        $key = self::$directory . '/ours/client.key';
        file_put_contents($key, strstr(file_get_contents($client), '-----BEGIN PRIVATE'));
        self::assertSame('sent', CliSend::run(self::relay($peer, ['cert' => $client, 'key' => $key]))['class']);
    }

    public function testAServerThatMissesAClientCertificateEndsTheConnectionAndThatIsSaid(): void
    {
        $peer = self::server(self::$ours->serverFile, '--client-ca', self::$ours->authorityFile);
        foreach ([[], ['cert' => self::$foreign->issue('client.pem', ['DNS:client.example.test'])]] as $shown) {
            $result = CliSend::run(self::relay($peer, $shown));
            self::assertContains($result['class'], [ConnectException::class, TlsException::class]);
            self::assertContains($result['stage'], ['tls', 'greeting']);
            self::assertNotSame('', $result['cause']);
        }
        self::assertSame([], $peer->captured());
    }

    public function testAServerThatAsksForACertificateAndNeedsNoneGetsTheMessage(): void
    {
        $peer = self::server(self::$ours->serverFile); // PHP's streams ask, and take what cannot be verified for an error
        self::assertSame('sent', CliSend::run(self::relay($peer, []))['class']);
        self::assertNull($peer->captured()[0]['client']);
        $result = CliSend::run(self::relay($peer, ['cert' => self::$ours->issue('client.pem', ['DNS:client.example.test'])]));
        self::assertStringContainsString('unknown ca', $result['message']);
    }

    /** @dataProvider uselessFiles */
    public function testAFileThatCannotBeUsedIsNamedBeforeAnybodyIsDialled(array $files, string $option): void
    {
        file_put_contents(self::$directory . '/noise', "no PEM\n");
        $files = array_map(static fn (string $file) => self::$directory . "/$file", $files);
        $result = CliSend::run($files + ['host' => '127.0.0.1', 'scheme' => 'smtps', 'port' => Loopback::freePort()]);
        self::assertSame([TlsException::class, 'tls', 'tls_setup', 'rejected'],
            [$result['class'], $result['stage'] ?? '', $result['fact'] ?? '', $result['outcome'] ?? '']);
        self::assertStringContainsString($option, $result['message']);
    }

    public static function uselessFiles(): iterable
    {
        yield 'no such authority' => [['ca_file' => 'nowhere'], 'ca_file'];
        yield 'an authority without PEM' => [['ca_file' => 'noise'], 'ca_file'];
        yield 'a certificate without PEM' => [['cert' => 'noise'], 'cert'];
        yield 'a certificate with the key of another' => [['cert' => 'ours/server.pem', 'key' => 'foreign/server.pem'], 'key'];
    }

    private static function server(string $certificate, string ...$options): ServerProcess
    {
        return new ServerProcess('capture.php', '--cert', $certificate, ...$options);
    }

    private static function relay(ServerProcess $peer, array $options): array
    {
        $relay = $options + ['scheme' => 'smtps', 'host' => 'localhost', 'port' => $peer->port(), 'timeout' => 3,
            'ca_file' => self::$ours->authorityFile];
        if (($relay['ca_file'] ?? '') === 'self.pem') {
            $relay['ca_file'] = self::$directory . '/ours/self.pem';
        }
        if (isset($relay['pin'])) {
            $relay['pin'] = strtr($relay['pin'], ['ours' => Certificates::pin(self::$ours->serverFile), 'foreign' => Certificates::pin(self::$foreign->serverFile)]);
        }
        return array_filter($relay, static fn (mixed $value) => $value !== null);
    }
}
