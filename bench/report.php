<?php

// SPDX-License-Identifier: MIT
// What the figures say: the table and the targets.

declare(strict_types=1);

namespace Outbox\Bench;

const TITLES = [
    'phpmailer' => 'PHPMailer',
    'phpmailer-keepalive' => 'PHPMailer, keep-alive',
    'symfony' => 'Symfony Mailer',
    'curl' => 'PHP curl, smtps://',
    'outbox' => 'Outbox',
];
const SCENARIOS = [
    'cold' => 'a message on a new connection',
    'warm 1' => 'a message to 1 recipient on an open connection',
    'warm 10' => 'a message to 10 recipients on an open connection',
    'stream' => 'a stream of messages on an open connection',
];

final class Report
{
    /** @param array<string, array<int, array<string, array>>> $figures */
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
        foreach (SCENARIOS as $scenario => $title) {
            foreach ($this->figures[$scenario] as $distance => $rows) {
                $text .= $this->table("$title, $distance ms RTT", $rows, $distance);
            }
        }
        return $text . targets_text($this->targets());
    }

    private function table(string $title, array $rows, int $distance): string
    {
        $text = "\n### " . ucfirst($title) . "\n\n"
            . "| per message           |  time, ms | x Outbox | round trips | system calls | CPU, ms | messages |\n"
            . "|-----------------------|----------:|---------:|------------:|-------------:|--------:|---------:|\n";
        foreach ($this->peers as $peer) {
            $row = $rows[$peer];
            $text .= sprintf("| %-21s | %9.2f | %8s | %11s | %12.1f | %7.3f | %8s |\n", TITLES[$peer], $row['ms'],
                isset($rows['outbox']) ? sprintf('%.1f', $row['ms'] / $rows['outbox']['ms']) : '-',
                $distance === 0 ? '' : sprintf('%.2f', $row['round_trips']), // replies overtake each other without a distance
                $row['system_calls'], $row['cpu_ms'], $row['rounds'] . ' x ' . $row['messages']);
        }
        return $text;
    }

    /** @return list<array{what: string, target: string, is: string, met: bool}> */
    private function targets(): array
    {
        if (!in_array('outbox', $this->peers, true)) {
            return [];
        }
        return [
            $this->ratio('warm 1', 'phpmailer-keepalive', 5),
            $this->ratio('warm 1', 'symfony', 4),
            $this->ratio('stream', 'phpmailer-keepalive', 20),
            $this->ratio('stream', 'symfony', 20),
            $this->roundTrips('cold', 6, exactly: true),
            $this->roundTrips('warm 1', 1, exactly: true),
            $this->roundTrips('warm 10', 1, exactly: true),
            $this->roundTrips('stream', 1, exactly: false),
        ];
    }

    private function ratio(string $scenario, string $peer, int $least): array
    {
        $rows = $this->figures[$scenario][50];
        $ratio = $rows[$peer]['ms'] / $rows['outbox']['ms'];
        return [
            'what' => SCENARIOS[$scenario] . ', 50 ms RTT, against ' . TITLES[$peer],
            'target' => "at least $least x as fast",
            'is' => sprintf('%.2f x', $ratio),
            'met' => $ratio >= $least,
        ];
    }

    private function roundTrips(string $scenario, int $limit, bool $exactly): array
    {
        $trips = $this->figures[$scenario][50]['outbox']['round_trips'];
        return [
            'what' => SCENARIOS[$scenario] . ', round trips',
            'target' => $exactly ? (string) $limit : "below $limit",
            'is' => sprintf('%.2f', $trips),
            'met' => $exactly ? $trips == $limit : $trips < $limit,
        ];
    }
}
