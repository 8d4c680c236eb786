<?php

// SPDX-License-Identifier: MIT
// A test site for the browser tests: prints its facts as a line of JSON, then answers lines of JSON until its input ends.

declare(strict_types=1);

require dirname(__DIR__) . '/wordpress/autoload.php';

use Outbox\Tests\WordPress\TestSite;

$options = json_decode($argv[1] ?? '{}', true, 8, JSON_THROW_ON_ERROR);
$site = new TestSite($options['suite'] ?? 'trixie', $options);
// A DNS of its own, so that no test asks anybody; and the other direction of writing, where a test wants it.
file_put_contents("$site->directory/www/wp-content/mu-plugins/browser.php", <<<'PHP'
    <?php
    add_filter('outbox/resolver', static fn () => new class implements Outbox\WordPress\Diagnosis\Resolver {
        public function txt(string $name): ?array
        {
            return ['kilnandclay.example' => ['v=spf1 include:_spf.google.com -all'], '_spf.google.com' => ['v=spf1 ip4:192.0.2.0/24 ~all'],
                'mail._domainkey.kilnandclay.example' => ['v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB']][$name] ?? [];
        }
        public function mx(string $name): ?array
        {
            return ['mx.kilnandclay.example'];
        }
        public function addresses(string $name): ?array
        {
            return ['192.0.2.1'];
        }
    });
    add_action('after_setup_theme', static function () {
        if (isset($_COOKIE['outbox_test_rtl'])) {
            $GLOBALS['wp_locale']->text_direction = 'rtl';
        }
    }, 0);
    PHP);
$commands = [
    'configure' => static fn (array $settings) => $site->configure($settings),
    'evaluate' => static fn (string $code) => $site->evaluate($code),
    'define' => static fn (array $pair) => $site->define(...$pair),
    'captured' => static fn (array $arguments) => array_map(static fn (array $mail) => array_map(
        static fn ($v) => is_string($v) ? mb_scrub($v) : $v, $mail), $site->capture(...$arguments)->captured()),
    'capture' => static fn (array $arguments) => ['port' => $site->capture(...$arguments)->port(), 'ca_file' => $site->capture(...$arguments)->ready['ca_file']],
    'complaints' => static fn () => $site->complaints(),
];
echo json_encode(['url' => $site->url, 'version' => $site->release->version, 'password' => TestSite::PASSWORD,
    'can_queue' => $site->evaluate('return Outbox\WordPress\Extension::can_queue();')]), "\n";
// node's pipes are sockets, of which PHP would hear nothing more after a minute of silence.
stream_set_timeout(STDIN, 3600);
while (($line = fgets(STDIN)) !== false) {
    [$name, $argument] = json_decode($line, true);
    try {
        echo json_encode(['value' => $commands[$name]($argument)], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    } catch (\Throwable $error) {
        echo json_encode(['error' => $error->getMessage()], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    }
}
$site->stop();
