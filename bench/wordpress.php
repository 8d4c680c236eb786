<?php

// SPDX-License-Identifier: MIT
// What a page of a real WordPress pays for wp_mail(), and for the plugin when it sends nothing. bin/bench calls it.

declare(strict_types=1);

namespace Outbox\Bench;

use Outbox\Tests\WordPress\{TestSite, Visitor};

require __DIR__ . '/process.php';
require __DIR__ . '/figures.php';
require __DIR__ . '/wordpress_report.php';
require dirname(__DIR__) . '/tests/wordpress/autoload.php';

const USER = 'bench';
const PASSWORD = 'bench-password';
const DISTANCES = [0, 50]; // RTT in milliseconds
const SUITE = 'trixie';

/** Messages of each peer at each distance, pages with and without the plugin. */
const ROUNDS = ['mail' => [40, 15], 'page' => 150];
const ROUNDS_QUICK = ['mail' => [8, 4], 'page' => 25];

/** The runner delivers what was queued at its own pace; so long it is waited for before something is called lost. */
const PATIENCE_SECONDS = 30;

final class WordPressRun
{
    private readonly string $work;
    private readonly Process $sink;
    private readonly TestSite $site;
    private readonly Visitor $visitor;
    private readonly array $rounds;

    public function __construct(string $root, bool $quick)
    {
        $this->work = "$root/.work/bench";
        $this->rounds = $quick ? ROUNDS_QUICK : ROUNDS;
        $this->sink = new Process(["$this->work/sink", "$this->work/cert.pem", "$this->work/key.pem", USER, PASSWORD]);
        $this->site = new TestSite(SUITE, ['workers' => 1]);
        $this->visitor = $this->site->visitor();
        copy(__DIR__ . '/wordpress_probe.php', "{$this->site->directory}/www/wp-content/mu-plugins/probe.php");
    }

    public function stop(): void
    {
        $this->site->stop();
        $this->sink->end();
    }

    public function measure(): array
    {
        $port = $this->sink->read()['port'];
        $figures = ['wordpress' => $this->site->evaluate("return \$GLOBALS['wp_version'];"), 'mail' => []];
        foreach (DISTANCES as $at => $distance) {
            fwrite(STDERR, "    wp_mail() at $distance ms\n");
            $proxy = new Process(["$this->work/proxy", (string) $port, (string) $distance]);
            $figures['mail'][$distance] = $this->mails($proxy->read()['port'], $this->rounds['mail'][$at]);
            $proxy->end();
        }
        fwrite(STDERR, "    a page that sends nothing\n");
        $figures['page'] = $this->pages($this->rounds['page']);
        return $figures;
    }

    /** @return array<string, array> peer => figures of one message */
    private function mails(int $port, int $rounds): array
    {
        $this->site->configure(['provider' => 'other', 'smtp_host' => 'localhost', 'smtp_encryption' => 'ssl', 'smtp_port' => $port, 'smtp_user' => USER,
            'smtp_pass' => PASSWORD, 'smtp_ca_file' => "$this->work/cert.pem", 'delivery_mode' => 'queue', 'from_email' => 'bench@example.com']);
        $before = $this->sink->ask()['messages'];
        $samples = [];
        for ($round = 0; $round <= $rounds; $round++) { // number 0 fills caches, starts the runner, and is not counted
            foreach (PEERS as $peer => $title) {
                $sample = $this->ask(['do' => 'mail', 'peer' => $peer, 'port' => (string) $port, 'ca' => "$this->work/cert.pem"]);
                if ($sample['sent'] !== true) {
                    throw new \RuntimeException("$title: wp_mail() failed: {$sample['error']}");
                }
                if ($round > 0) {
                    $samples[$peer][] = $sample;
                }
            }
        }
        $this->awaitMessages($before + count(PEERS) * ($rounds + 1));
        return array_map(static fn (array $of): array => ['ms' => median(array_column($of, 'ms')), 'worst_ms' => max(array_column($of, 'ms')),
            'queries' => median(array_column($of, 'queries')), 'messages' => count($of)], $samples);
    }

    private function awaitMessages(int $expected): void
    {
        $until = microtime(true) + PATIENCE_SECONDS;
        while (($arrived = $this->sink->ask()['messages']) < $expected && microtime(true) < $until) {
            usleep(50_000);
        }
        if ($arrived !== $expected) {
            throw new \RuntimeException("$expected messages were taken on by wp_mail(), $arrived have arrived");
        }
    }

    /** With and without the plugin in turns, so that whatever the machine does meanwhile happens to both. */
    private function pages(int $rounds): array
    {
        $samples = ['with' => [], 'without' => []];
        for ($round = 0; $round <= $rounds; $round++) {
            foreach (array_keys($samples) as $which) {
                $sample = $this->ask(['do' => 'page', 'peer' => $which === 'with' ? 'outbox' : 'none']);
                if ($round > 0) {
                    $samples[$which][] = $sample;
                }
            }
        }
        return array_map(static fn (array $of): array => ['load_ms' => median(array_column($of, 'load_ms')), 'page_ms' => median(array_column($of, 'page_ms')),
            'queries' => median(array_column($of, 'queries')), 'pages' => count($of)], $samples);
    }

    private function ask(array $question): array
    {
        $this->visitor->get('/?' . http_build_query(['outbox_bench' => $question]));
        $answer = strstr($this->visitor->body, '@@outbox@@');
        if ($answer === false) {
            throw new \RuntimeException("the page did not answer: {$this->visitor->status} " . substr($this->visitor->body, 0, 500));
        }
        return json_decode(substr($answer, 10), true, flags: JSON_THROW_ON_ERROR);
    }
}

conclude(json_decode($argv[1], true, flags: JSON_THROW_ON_ERROR), static function (array $task): WordPressReport {
    $run = new WordPressRun($task['root'], $task['quick']);
    try {
        return new WordPressReport($run->measure(), $task['quick']);
    } finally {
        $run->stop();
    }
});
