<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

require_once __DIR__ . '/src/autoload.php';

/** Dovecot 2.3: everything but channel binding. */
final class Dovecot23Test extends DovecotCase
{
    protected static function offered(): array
    {
        return ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'XOAUTH2', 'OAUTHBEARER', 'EXTERNAL'];
    }

    protected static function strongest(): string
    {
        return 'SCRAM-SHA-256';
    }

    protected static function server(string $certificate, string $authority, int $capturePort, int $tokenPort): DovecotServer
    {
        return new Dovecot23Server($certificate, $authority, $capturePort, $tokenPort);
    }
}
