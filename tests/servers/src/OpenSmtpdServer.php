<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * OpenSMTPD for a machine's own programs, without TLS: Debian 12's build (6.8.0p2) fails in every handshake, since
 * with OpenSSL 3 it does not find the key that another process of it holds (OpenSMTPD's issue 1171). And without TLS
 * it offers no AUTH. What is left is a server that has neither PIPELINING nor CHUNKING.
 */
final class OpenSmtpdServer
{
    public readonly int $port;
    private readonly PrivateRoot $root;

    public function __construct(int $capturePort)
    {
        $this->root = new PrivateRoot(['opensmtpd'], ['opensmtpd', 'opensmtpq']);
        $this->port = Loopback::freePort();
        $this->root->write('etc/mailname', "opensmtpd.test\n");
        $this->root->write('etc/smtpd.conf', <<<CF
            listen on 127.0.0.1 port $this->port
            action capture relay host smtp://127.0.0.1:$capturePort
            match from any for any rcpt-to regex "^nobody@" reject
            match from any for any action capture

            CF);
        $this->root->folder('var/lib/opensmtpd/empty');
        $this->root->folder('var/spool/smtpd', mode: 0711);
        $this->root->folder('var/run');
        $this->root->start(['/usr/sbin/smtpd', '-d', '-f', '/etc/smtpd.conf'], [], $this->port);
    }

    public function log(): string
    {
        return $this->root->read('output');
    }
}
