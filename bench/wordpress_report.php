<?php

// SPDX-License-Identifier: MIT
// What the figures of a WordPress say: tables and targets.

declare(strict_types=1);

namespace Outbox\Bench;

const PEERS = ['phpmailer' => 'core\'s PHPMailer, SMTP', 'outbox' => 'Outbox, queue'];
const LEAST_RATIO = 100;
const MOST_LOAD_MS = 0.3;

final class WordPressReport
{
    /** @param array{wordpress: string, mail: array<int, array<string, array>>, page: array<string, array>} $figures */
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
        $text = machine() . ", WordPress {$this->figures['wordpress']}" . ($this->quick ? " (quick: few rounds)\n" : "\n");
        foreach ($this->figures['mail'] as $distance => $rows) {
            $text .= "\n### What a page pays for wp_mail(), $distance ms RTT\n\n"
                . "| per message            |  time, ms | worst, ms | x Outbox | queries | messages |\n"
                . "|------------------------|----------:|----------:|---------:|--------:|---------:|\n";
            foreach (PEERS as $peer => $title) {
                $row = $rows[$peer];
                $text .= sprintf("| %-22s | %9.2f | %9.2f | %8.1f | %7d | %8d |\n", $title, $row['ms'], $row['worst_ms'], $row['ms'] / $rows['outbox']['ms'], $row['queries'], $row['messages']);
            }
        }
        $text .= "\n### A page that sends nothing\n\n"
            . "| per page               | queries | loading plugins, ms | whole page, ms | pages |\n"
            . "|------------------------|--------:|--------------------:|---------------:|------:|\n";
        foreach (['without' => 'without the plugin', 'with' => 'with Outbox'] as $which => $title) {
            $row = $this->figures['page'][$which];
            $text .= sprintf("| %-22s | %7d | %19.3f | %14.2f | %5d |\n", $title, $row['queries'], $row['load_ms'], $row['page_ms'], $row['pages']);
        }
        return $text . targets_text($this->targets());
    }

    /** @return list<array{what: string, target: string, is: string, met: bool}> */
    private function targets(): array
    {
        $mail = $this->figures['mail'][50];
        $ratio = $mail['phpmailer']['ms'] / $mail['outbox']['ms'];
        ['with' => $with, 'without' => $without] = $this->figures['page'];
        $queries = $with['queries'] - $without['queries'];
        $load = $with['load_ms'] - $without['load_ms'];
        return [
            ['what' => 'what a page pays for wp_mail(), 50 ms RTT, against core\'s PHPMailer', 'target' => 'at least ' . LEAST_RATIO . ' x less',
                'is' => sprintf('%.1f x', $ratio), 'met' => $ratio >= LEAST_RATIO],
            ['what' => 'queries that the plugin adds to a page that sends nothing', 'target' => '0', 'is' => sprintf('%g', $queries), 'met' => $queries <= 0],
            ['what' => 'milliseconds that it adds to it', 'target' => 'below ' . MOST_LOAD_MS, 'is' => sprintf('%.3f', $load), 'met' => $load < MOST_LOAD_MS],
        ];
    }
}
