<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A private root with a Postfix in it: what every one of ours has. It listens where its user's services say. */
final class PostfixRoot
{
    private const MAIN = <<<'CF'
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
        in_flow_delay = 0

        CF;
    private const MASTER = <<<'CF'
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

    public readonly PrivateRoot $root;

    /** @param string $services lines of master.cf besides */
    public function __construct(string $services)
    {
        $this->root = new PrivateRoot(['postfix'], ['postfix', '+postdrop']);
        $this->root->write('etc/postfix/master.cf', $services . self::MASTER);
        $this->folders();
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

    /** @param string $settings lines of main.cf besides */
    public function configure(string $settings): void
    {
        $this->root->write('etc/postfix/main.cf', self::MAIN . $settings);
    }

    public function start(int ...$ports): void
    {
        $this->root->start(['/usr/lib/postfix/sbin/master', '-c', '/etc/postfix', '-s'],
            ['MAIL_CONFIG' => '/etc/postfix', 'MAIL_LOGTAG' => 'postfix'], ...$ports);
    }
}
