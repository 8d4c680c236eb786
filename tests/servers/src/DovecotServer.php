<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * Dovecot's submission server, which authenticates and relays to a capture server, and its auth service for a Postfix.
 * A password of "ann" and the tokens of a token endpoint are what it believes; and a certificate in the name of "carl".
 */
abstract class DovecotServer
{
    public const USER = 'ann';
    public const PASSWORD = "s3cret \u{fc}ber, all";
    public const CERTIFICATE_USER = 'carl';

    public readonly int $implicitPort;
    public readonly int $startTlsPort;
    public readonly int $saslPort;
    protected readonly PrivateRoot $root;

    public function __construct(string $certificate, string $authority, int $capturePort, int $tokenPort)
    {
        $this->root = new PrivateRoot(['dovecot-submissiond', 'dovecot-core'], ['dovecot', 'dovenull', 'vmail'], static::suite());
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->saslPort = Loopback::freePort();
        $this->root->write('etc/ssl/server.pem', file_get_contents($certificate), mode: 0600);
        $this->root->write('etc/ssl/ca.pem', file_get_contents($authority));
        $this->root->write('etc/dovecot/passwords', self::USER . ':{PLAIN}' . self::PASSWORD . "\n");
        $this->root->write('etc/dovecot/certificates', self::CERTIFICATE_USER . "::::::: nopassword\n");
        $this->root->write('etc/dovecot/dovecot.conf', $this->configuration($capturePort, $tokenPort));
        $this->root->folder('home', 'vmail', 0700);
        $this->root->start(['/usr/sbin/dovecot', '-F', '-c', '/etc/dovecot/dovecot.conf'], [],
            $this->implicitPort, $this->startTlsPort, $this->saslPort);
    }

    /** What both generations write alike. */
    protected function services(string $listen): string
    {
        return <<<CF
            service submission-login {
              inet_listener submission {
                port = $this->startTlsPort
              }
              inet_listener submissions {
                port = $this->implicitPort
                ssl = yes
              }
            }
            service auth {
              inet_listener sasl {
                $listen = 127.0.0.1
                port = $this->saslPort
              }
            }
            # Many wrong passwords from one address, which a test has to have, would each wait longer than the last.
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }

            CF;
    }

    abstract protected function configuration(int $capturePort, int $tokenPort): string;

    /** The release of Debian that it is of; null: this machine's. */
    abstract protected static function suite(): ?string;

    public function log(): string
    {
        return $this->root->read('var/log/dovecot.log');
    }
}
