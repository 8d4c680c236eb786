<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * OpenSMTPD as a submission server; hands everything to a capture server. Debian 13's: the build of Debian 12 fails in
 * every TLS handshake, since with OpenSSL 3 it does not find the key that another process of it holds (OpenSMTPD's
 * issue 1171).
 */
final class OpenSmtpdServer
{
    public const USER = 'outbox';
    public const PASSWORD = 'opensmtpd-secret';

    public readonly int $implicitPort;
    public readonly int $startTlsPort;
    private readonly PrivateRoot $root;

    public function __construct(string $certificate, string $authority, int $capturePort)
    {
        $this->root = new PrivateRoot(['opensmtpd'], ['opensmtpd', 'opensmtpq'], 'trixie');
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->root->write('etc/ssl/server.pem', file_get_contents($certificate), mode: 0600);
        $this->root->write('etc/ssl/certs/ca-certificates.crt', file_get_contents($authority));
        $this->root->write('etc/credentials', self::USER . "\t" . password_hash(self::PASSWORD, PASSWORD_BCRYPT, ['cost' => 4]) . "\n");
        $this->root->write('etc/mailname', "opensmtpd.test\n");
        $this->root->write('etc/smtpd.conf', <<<CF
            pki test cert "/etc/ssl/server.pem"
            pki test key "/etc/ssl/server.pem"
            table credentials "/etc/credentials"
            listen on 127.0.0.1 port $this->implicitPort smtps pki test auth <credentials>
            listen on 127.0.0.1 port $this->startTlsPort tls-require pki test auth <credentials>
            action capture relay host smtp://127.0.0.1:$capturePort
            match from any for any rcpt-to regex "^nobody@" reject
            match auth from any for any action capture

            CF);
        $this->root->folder('var/lib/opensmtpd/empty');
        $this->root->folder('var/spool/smtpd', mode: 0711);
        $this->root->folder('var/run');
        $this->root->start(['/usr/sbin/smtpd', '-d', '-f', '/etc/smtpd.conf'], [], $this->implicitPort, $this->startTlsPort);
    }

    public function log(): string
    {
        return $this->root->read('output');
    }
}
