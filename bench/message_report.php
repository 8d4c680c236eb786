<?php

// SPDX-License-Identifier: MIT
// What the figures of bin/bench message say: the tables and the targets.

declare(strict_types=1);

namespace Outbox\Bench;

final class MessageReport
{
    private const TITLES = ['phpmailer' => 'PHPMailer', 'symfony' => 'Symfony Mime', 'outbox' => 'Outbox'];
    private const DRAFTS = [
        'small' => '2 kB of text and HTML',
        'page' => '100 kB of HTML with 5 images of 20 kB',
        'file' => 'A file of 25 MiB',
    ];

    /** @param array<string, array<string, array>> $figures */
    public function __construct(private readonly array $figures, private readonly array $peers, private readonly bool $quick)
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
        $text = machine() . ($this->quick ? " (quick: few rounds)\n" : "\n");
        foreach (self::DRAFTS as $draft => $title) {
            $text .= $this->table($title, $this->figures[$draft]);
        }
        return $text . targets_text($this->targets());
    }

    /** @param array<string, array> $rows */
    private function table(string $title, array $rows): string
    {
        $text = "\n### $title\n\n"
            . "| per message  | composed: ms | CPU, ms | x Outbox | sent: ms | CPU, ms | x Outbox | memory, MiB | writes | messages |\n"
            . "|--------------|-------------:|--------:|---------:|---------:|--------:|---------:|------------:|-------:|---------:|\n";
        foreach ($this->peers as $peer) {
            $row = $rows[$peer];
            $ratio = static fn (string $what) => isset($rows['outbox']) ? sprintf('%.1f', $row[$what] / max($rows['outbox'][$what], 1e-6)) : '-';
            $text .= sprintf("| %-12s | %12.3f | %7.3f | %8s | %8.3f | %7.3f | %8s | %11.1f | %6d | %8s |\n", self::TITLES[$peer],
                $row['compose_ms'], $row['compose_cpu_ms'], $ratio('compose_cpu_ms'), $row['send_ms'], $row['send_cpu_ms'],
                $ratio('send_cpu_ms'), $row['peak_mib'], $row['writes'], $row['processes'] . ' x ' . $row['messages']);
        }
        return $text;
    }

    /** @return list<array{what: string, target: string, is: string, met: bool}> */
    private function targets(): array
    {
        if (!in_array('outbox', $this->peers, true)) {
            return [];
        }
        $rows = $this->figures['file'];
        $cpu = fn (string $task) => $rows['symfony']["{$task}_cpu_ms"] / $rows['outbox']["{$task}_cpu_ms"];
        $writes = $rows['phpmailer']['writes'] / $rows['outbox']['writes'];
        return [
            ['what' => 'a file of 25 MiB, further resident memory', 'target' => 'at most 4 MiB',
                'is' => sprintf('%.1f MiB', $rows['outbox']['peak_mib']), 'met' => $rows['outbox']['peak_mib'] <= 4],
            ['what' => 'a file of 25 MiB composed, CPU against Symfony', 'target' => 'at most 1/5',
                'is' => sprintf('1/%.1f', $cpu('compose')), 'met' => $cpu('compose') >= 5],
            ['what' => 'a file of 25 MiB composed and sent over TLS, CPU against Symfony', 'target' => 'at most 1/5',
                'is' => sprintf('1/%.1f', $cpu('send')), 'met' => $cpu('send') >= 5],
            ['what' => 'a file of 25 MiB sent, calls that write against PHPMailer', 'target' => 'at most 1/50',
                'is' => sprintf('1/%.1f', $writes), 'met' => $writes >= 50],
        ];
    }
}
