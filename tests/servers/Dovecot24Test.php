<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

require_once __DIR__ . '/src/autoload.php';

/** Dovecot 2.4: logins that are bound to their TLS channel, too. */
final class Dovecot24Test extends DovecotCase
{
    protected static function offered(): array
    {
        return ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS',
            'XOAUTH2', 'OAUTHBEARER', 'EXTERNAL'];
    }

    protected static function strongest(): string
    {
        return 'SCRAM-SHA-256-PLUS';
    }

    protected static function server(string $certificate, string $authority, int $capturePort, int $tokenPort): DovecotServer
    {
        return new Dovecot24Server($certificate, $authority, $capturePort, $tokenPort);
    }
}
