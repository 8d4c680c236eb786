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
    private readonly PrivateRoot $root;

    /** @param string $certificate PEM file with certificate and key; $saslPort a Dovecot's auth service; $capturePort who gets the mail */
    public function __construct(string $certificate, int $saslPort, int $capturePort)
    {
        $this->root = new PrivateRoot(['postfix'], ['postfix', '+postdrop']);
        $this->implicitPort = Loopback::freePort();
        $this->startTlsPort = Loopback::freePort();
        $this->implicitDataPort = Loopback::freePort();
        $this->startTlsDataPort = Loopback::freePort();
        $this->root->write('etc/ssl/server.pem', file_get_contents($certificate), mode: 0600);
        $this->root->write('etc/postfix/main.cf', self::main($saslPort, $capturePort));
        $this->root->write('etc/postfix/master.cf', $this->master());
        $this->folders();
        $this->root->start(['/usr/lib/postfix/sbin/master', '-c', '/etc/postfix', '-s'], ['MAIL_CONFIG' => '/etc/postfix', 'MAIL_LOGTAG' => 'postfix'],
            $this->implicitPort, $this->startTlsPort, $this->implicitDataPort, $this->startTlsDataPort);
    }

    /** As `postfix check` would make them, which takes a shell and its tools. */
    private function folders(): void
    {
        $this->root->folder('var/lib/postfix', 'postfix', 0700);
        $this->root->folder('var/spool/postfix/pid');
        foreach (['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace'] as $queue) {
            $this->root->folder("var/spool/postfix/$queue", 'postfix', 0700);
        }
        $this->root->folder('var/spool/postfix/public', 'postfix', 0710, 'postdrop');
        $this->root->folder('var/spool/postfix/maildrop', 'postfix', 01730, 'postdrop');
    }

    private static function main(int $saslPort, int $capturePort): string
    {
        $mailboxes = implode(', ', array_map(static fn (string $name) => "{{$name}@example.org = here}", self::MAILBOXES));
        $size = self::SIZE_MAX;
        return <<<CF
            compatibility_level = 3.6
            queue_directory = /var/spool/postfix
            data_directory = /var/lib/postfix
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            shlib_directory = /usr/lib/postfix
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = /var/log/postfix.log
            myhostname = postfix.test
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            disable_dns_lookups = yes
            smtpd_peername_lookup = no
            mydestination =
            local_recipient_maps =
            alias_maps =
            mynetworks =
            virtual_mailbox_domains = example.org
            virtual_mailbox_maps = inline:{{$mailboxes}}
            virtual_transport = smtp:[127.0.0.1]:$capturePort
            transport_maps = inline:{{discard.test = discard:}}
            relayhost = [127.0.0.1]:$capturePort
            message_size_limit = $size
            in_flow_delay = 0
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

    private function master(): string
    {
        $data = '-o smtpd_discard_ehlo_keywords=chunking,size';
        $wrapped = '-o smtpd_tls_wrappermode=yes';
        return <<<CF
            127.0.0.1:$this->implicitPort     inet n - n - - smtpd $wrapped
            127.0.0.1:$this->startTlsPort     inet n - n - - smtpd
            127.0.0.1:$this->implicitDataPort inet n - n - - smtpd $wrapped $data
            127.0.0.1:$this->startTlsDataPort inet n - n - - smtpd $data
            cleanup  unix       n - n - 0    cleanup
            qmgr     unix       n - n 300 1  qmgr
            tlsmgr   unix       - - n 1000? 1 tlsmgr
            rewrite  unix       - - n - -    trivial-rewrite
            bounce   unix       - - n - 0    bounce
            defer    unix       - - n - 0    bounce
            trace    unix       - - n - 0    bounce
            flush    unix       n - n 1000? 0 flush
            proxymap unix       - - n - -    proxymap
            smtp     unix       - - n - -    smtp
            error    unix       - - n - -    error
            retry    unix       - - n - -    error
            discard  unix       - - n - -    discard
            anvil    unix       - - n - 1    anvil
            scache   unix       - - n - 1    scache
            postlog  unix-dgram n - n - 1    postlogd

            CF;
    }

    public function log(): string
    {
        return $this->root->read('var/log/postfix.log');
    }
}
