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
        // What it gets waits on hold, without a try and its traces, until release().
        $this->postfix->configure(<<<CF
            mynetworks = 127.0.0.0/8
            relayhost = [127.0.0.1]:$this->sink
            smtpd_client_message_rate_limit = 0
            header_checks = static:HOLD

            CF);
        $this->postfix->start($this->port);
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

    /**
     * What is on hold is now in its queue, and due with the next run, which flush() begins. Its configuration stays: a queue manager
     * that reloads lives on for a moment, and a run that begins in there ends with it, after any number of messages.
     */
    public function release(): void
    {
        $this->command('/usr/sbin/postsuper', '-H', 'ALL');
    }

    public function flush(): void
    {
        $this->command('/usr/sbin/postqueue', '-f');
    }

    /** For people: where its messages are, and what it said last. */
    public function state(): string
    {
        $queues = array_map(fn (string $queue) => "{$this->waiting($queue)} in $queue", ['hold', 'incoming', 'active', 'deferred', 'corrupt']);
        return 'Postfix has ' . implode(', ', $queues) . ". Its log ends:\n"
            . implode("\n", array_slice(explode("\n", rtrim($this->root->read('var/log/postfix.log'))), -10));
    }

    private function command(string ...$words): void
    {
        exec('MAIL_CONFIG=/etc/postfix chroot ' . escapeshellarg($this->root->path) . ' ' . implode(' ', $words) . ' 2>&1', $lines, $code);
        if ($code !== 0) {
            throw new \RuntimeException("$words[0]: " . implode("\n", $lines) . "\n" . $this->state());
        }
    }
}
