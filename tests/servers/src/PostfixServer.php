<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/**
 * Postfix as a submission server: implicit TLS and STARTTLS, each with CHUNKING and without, AUTH by a Dovecot.
 * What is for example.org goes on to a capture server, what is for discard.test nowhere.
 */
final class PostfixServer
{
    /** Those of example.org whom it knows; anybody else there is refused, and "grey" is told to come back later. */
    public const MAILBOXES = ['ann', 'ben', 'cleo', 'jürgen', 'grey'];
    public const SIZE_MAX = 2_000_000;

    public readonly int $implicitPort;
    public readonly int $startTlsPort;
    public readonly int $implicitDataPort;
    public readonly int $startTlsDataPort;
    private readonly PostfixRoot $postfix;

    /** @param string $certificate PEM file with certificate and key; $saslPort a Dovecot's auth service; $capturePort who gets the mail */
    public function __construct(string $certificate, int $saslPort, int $capturePort)
    {
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->implicitDataPort = Loopback::freePort();
        $this->startTlsDataPort = Loopback::freePort();
        $this->postfix = new PostfixRoot($this->services());
        $this->postfix->root->write('etc/ssl/server.pem', file_get_contents($certificate), mode: 0600);
        $this->postfix->configure(self::settings($saslPort, $capturePort));
        $this->postfix->start($this->implicitPort, $this->startTlsPort, $this->implicitDataPort, $this->startTlsDataPort);
    }

    private static function settings(int $saslPort, int $capturePort): string
    {
        $mailboxes = implode(', ', array_map(static fn (string $name) => "{{$name}@example.org = here}", self::MAILBOXES));
        $size = self::SIZE_MAX;
        return <<<CF
            mynetworks =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = inline:{{$mailboxes}}
            virtual_transport = smtp:[127.0.0.1]:$capturePort
            transport_maps = inline:{{discard.test = discard:}}
            relayhost = [127.0.0.1]:$capturePort
            message_size_limit = $size
            smtpd_error_sleep_time = 0
            smtpd_tls_cert_file = /etc/ssl/server.pem
            smtpd_tls_key_file = /etc/ssl/server.pem
            smtpd_tls_security_level = encrypt
            smtpd_tls_auth_only = yes
            smtpd_tls_loglevel = 1
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = inet:127.0.0.1:$saslPort
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            smtpd_recipient_restrictions = check_recipient_access inline:{{grey@example.org = 450 4.7.1 Greylisted}}

            CF;
    }

    private function services(): string
    {
        $data = '-o smtpd_discard_ehlo_keywords=chunking,size';
        $wrapped = '-o smtpd_tls_wrappermode=yes';
        return <<<CF
            127.0.0.1:$this->implicitPort     inet n - n - - smtpd $wrapped
            127.0.0.1:$this->startTlsPort     inet n - n - - smtpd
            127.0.0.1:$this->implicitDataPort inet n - n - - smtpd $wrapped $data
            127.0.0.1:$this->startTlsDataPort inet n - n - - smtpd $data

            CF;
    }

    public function log(): string
    {
        return $this->postfix->root->read('var/log/postfix.log');
    }
}
