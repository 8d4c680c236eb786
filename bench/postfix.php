<?php

// SPDX-License-Identifier: MIT
// A private Postfix that relays to the sink, with Debian's package unpacked and nothing installed; Postfix' own defaults where
// nothing else is said.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Tests\{Loopback, PostfixRoot, PrivateRoot};

require dirname(__DIR__) . '/tests/servers/src/autoload.php';

final class PostfixRelay
{
    public readonly int $port;
    private readonly PostfixRoot $postfix;
    private readonly PrivateRoot $root;

    public function __construct(private readonly int $sink)
    {
        $this->port = Loopback::freePort();
        $this->postfix = new PostfixRoot(<<<CF
            127.0.0.1:$this->port inet n - n - - smtpd
            pickup   unix       n - n 60 1  pickup
            showq    unix       n - n - -    showq

            CF);
        $this->root = $this->postfix->root;
        $this->configure(true);
        $this->postfix->start($this->port);
    }

    private function configure(bool $defer): void
    {
        $this->postfix->configure(<<<CF
            mynetworks = 127.0.0.0/8
            relayhost = [127.0.0.1]:$this->sink
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
