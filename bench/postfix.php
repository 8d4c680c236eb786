<?php

// SPDX-License-Identifier: MIT
// A private Postfix that relays to the sink, with Debian's package unpacked and nothing installed; Postfix' own defaults where
// nothing else is said.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Tests\{Loopback, PrivateRoot};

require dirname(__DIR__) . '/tests/servers/src/autoload.php';

final class PostfixRelay
{
    public readonly int $port;
    private readonly PrivateRoot $root;

    public function __construct(private readonly int $sink)
    {
        $this->root = new PrivateRoot(['postfix'], ['postfix', '+postdrop']);
        $this->port = Loopback::freePort();
        $this->configure(true);
        $this->root->write('etc/postfix/master.cf', <<<CF
            127.0.0.1:$this->port inet n - n - - smtpd
            pickup   unix       n - n 60 1  pickup
            cleanup  unix       n - n - 0    cleanup
            qmgr     unix       n - n 300 1  qmgr
            rewrite  unix       - - n - -    trivial-rewrite
            bounce   unix       - - n - 0    bounce
            defer    unix       - - n - 0    bounce
            trace    unix       - - n - 0    bounce
            flush    unix       n - n 1000? 0 flush
            proxymap unix       - - n - -    proxymap
            smtp     unix       - - n - -    smtp
            showq    unix       n - n - -    showq
            error    unix       - - n - -    error
            retry    unix       - - n - -    error
            anvil    unix       - - n - 1    anvil
            scache   unix       - - n - 1    scache
            postlog  unix-dgram n - n - 1    postlogd

            CF);
        $this->root->folder('var/lib/postfix', 'postfix', 0700);
        $this->root->folder('var/spool/postfix/pid');
        foreach (['active', 'bounce', 'corrupt', 'defer', 'deferred', 'flush', 'hold', 'incoming', 'private', 'saved', 'trace'] as $queue) {
            $this->root->folder("var/spool/postfix/$queue", 'postfix', 0700);
        }
        $this->root->folder('var/spool/postfix/public', 'postfix', 0710, 'postdrop');
        $this->root->folder('var/spool/postfix/maildrop', 'postfix', 01730, 'postdrop');
        $this->root->start(['/usr/lib/postfix/sbin/master', '-c', '/etc/postfix', '-s'],
            ['MAIL_CONFIG' => '/etc/postfix', 'MAIL_LOGTAG' => 'postfix'], $this->port);
    }

    private function configure(bool $defer): void
    {
        $this->root->write('etc/postfix/main.cf', <<<CF
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
            mynetworks = 127.0.0.0/8
            relayhost = [127.0.0.1]:$this->sink
            in_flow_delay = 0
            smtpd_client_message_rate_limit = 0

            CF . ($defer ? "defer_transports = smtp\n" : ''));
    }

    /** The command that PHP's sendmail_path would name, in its root. */
    public function sendmail(): string
    {
        return 'chroot ' . escapeshellarg($this->root->path) . ' /usr/sbin/sendmail';
    }

    /** How many messages its queue holds. */
    public function waiting(string ...$queues): int
    {
        $count = 0;
        foreach ($queues as $queue) {
            $count += (int) exec('find ' . escapeshellarg("{$this->root->path}/var/spool/postfix/$queue") . ' -type f | wc -l');
        }
        return $count;
    }

    /** From now on it relays: what it gets, and with flush() what waits. */
    public function relay(): void
    {
        $this->configure(false);
        posix_kill((int) trim($this->root->read('var/spool/postfix/pid/master.pid')), SIGHUP);
        usleep(500_000);
    }

    public function flush(): void
    {
        $this->command('/usr/sbin/postqueue', '-f');
    }

    private function command(string ...$words): void
    {
        exec('MAIL_CONFIG=/etc/postfix chroot ' . escapeshellarg($this->root->path) . ' ' . implode(' ', $words) . ' 2>&1', $lines, $code);
        if ($code !== 0) {
            throw new \RuntimeException("$words[0]: " . implode("\n", $lines) . $this->root->read('var/log/postfix.log'));
        }
    }
}
