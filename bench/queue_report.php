<?php

// SPDX-License-Identifier: MIT
// What the figures of the queue say: tables and targets.

declare(strict_types=1);

namespace Outbox\Bench;

final class QueueReport
{
    private const WAYS = [
        'bare' => 'write, rename, fsync, fsync(dir) in C',
        'outbox full' => 'Outbox, durability full',
        'outbox group' => 'Outbox, durability group',
        'bare none' => 'write, rename in C, without fsync',
        'outbox none' => 'Outbox, durability none',
        'sendmail' => "Postfix' sendmail",
        'mariadb' => 'INSERT into MariaDB (InnoDB)',
    ];

    /** @param array<string, array> $figures */
    public function __construct(private readonly array $figures, private readonly bool $quick)
    {
    }

    public function missed(): int
    {
        return missed($this->targets());
    }

    public function json(): string
    {
        return figures_json($this->figures, $this->targets());
    }

    public function text(): string
    {
        $rows = $this->figures['enqueue'];
        $text = machine() . ($this->quick ? ' (quick: few rounds)' : '') . "; {$this->figures['filesystem']}\n" . "\n### A durable message of 4 kB\n\n"
            . "| way                                   | median, ms | p99, ms | x bare | messages |\n"
            . "|---------------------------------------|-----------:|--------:|-------:|---------:|\n";
        foreach (self::WAYS as $way => $title) {
            $text .= sprintf("| %-37s | %10.3f | %7.3f | %6.2f | %8d |\n", $title, $rows[$way]['median'], $rows[$way]['p99'],
                $rows[$way]['median'] / $rows['bare']['median'], $rows[$way]['rounds']);
        }
        ['page' => $page, 'pickup' => $pickup, 'idle' => $idle, 'drain' => $drain] = $this->figures;
        $text .= sprintf("\n### What a page waits for, the relay 50 ms away\n\n- PHPMailer submits: %.1f ms\n- Outbox queues: %.3f ms, 1/%.0f\n",
            $page['phpmailer']['median'], $page['outbox']['median'], $page['phpmailer']['median'] / $page['outbox']['median']);
        $text .= sprintf("\n### From queue() to the first octet of the envelope at the relay, runner warm\n\n- p50 %.3f ms, p99 %.3f ms (%d messages)\n",
            $pickup['median'], $pickup['p99'], $pickup['rounds']);
        $text .= sprintf("\n### %s messages to a local sink\n\n- outbox run --durability none, as safe as Postfix: %.0f/s\n- Postfix: %.0f/s\n"
            . "- outbox run, results on the disk before anything else: %.0f/s\n", number_format($drain['messages']), $drain['outbox none'],
            $drain['postfix'], $drain['outbox full']);
        $text .= sprintf("\n### A runner that has sent and is idle\n\n- resident %.1f MiB, of these private %.1f MiB (the rest are pages of libraries that all processes share); proportional %.1f MiB\n"
            . "- a program that has started libcurl and OpenSSL and does nothing: resident %.1f MiB\n",
            $idle['resident'], $idle['private'], $idle['proportional'], $idle['libraries']);
        return $text . targets_text($this->targets());
    }

    /** @return list<array{what: string, target: string, is: string, met: bool}> */
    private function targets(): array
    {
        ['enqueue' => $rows, 'page' => $page, 'pickup' => $pickup, 'idle' => $idle, 'drain' => $drain] = $this->figures;
        $full = $rows['outbox full']['median'] / $rows['bare']['median'];
        $none = $rows['outbox none']['median'] * 1000;
        $calls = $rows['bare none']['median'] * 1000;
        $gain = $page['phpmailer']['median'] / $page['outbox']['median'];
        return [
            ['what' => 'a durable message against the bare system calls', 'target' => 'at most 1.3 times',
                'is' => sprintf('%.2f times', $full), 'met' => $full <= 1.3],
            ['what' => 'a message with durability none', 'target' => 'at most 100 us',
                'is' => sprintf('%.0f us, %.2f times the bare system calls, which take %.0f us', $none, $none / $calls, $calls), 'met' => $none <= 100],
            ['what' => 'what a page pays at 50 ms RTT, against PHPMailer', 'target' => 'at most 1/100', 'is' => sprintf('1/%.0f', $gain), 'met' => $gain >= 100],
            ['what' => 'first octet on the wire after queue()', 'target' => 'within 5 ms (p50)', 'is' => sprintf('%.2f ms', $pickup['median']),
                'met' => $pickup['median'] <= 5],
            ['what' => 'draining against Postfix, at equal durability', 'target' => 'faster', 'is' => sprintf('%.2f times as fast', $drain['outbox none'] / $drain['postfix']),
                'met' => $drain['outbox none'] > $drain['postfix']],
            ['what' => 'an idle runner', 'target' => 'at most 8 MiB resident', 'is' => sprintf('%.1f MiB resident, %.1f MiB of its own; libcurl and OpenSSL alone %.1f MiB',
                $idle['resident'], $idle['private'], $idle['libraries']), 'met' => $idle['resident'] <= 8],
        ];
    }
}
