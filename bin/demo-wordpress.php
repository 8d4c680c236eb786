<?php

// SPDX-License-Identifier: MIT
// What bin/demo --wordpress shows: a real WordPress whose mail goes through Outbox, and the mail as it arrives.

declare(strict_types=1);

require dirname(__DIR__) . '/tests/wordpress/autoload.php';

use Outbox\Tests\ServerProcess;
use Outbox\Tests\WordPress\{DemoMail, Release, TestSite};

const RELAY_USER = 'shop@kilnandclay.example';
const RELAY_PASSWORD = 'demo-password';

$work = dirname(__DIR__) . '/.work/demo/wordpress';
$suite = $argv[1] ?? 'bookworm';
if (!in_array($suite, Release::SUITES, true)) {
    fwrite(STDERR, "demo: there is no WordPress \"$suite\"; choose one of " . implode(', ', Release::SUITES) . "\n");
    exit(64);
}
is_dir($work) || mkdir($work, 0755, true);
$lock = fopen("$work/$suite.lock", 'c+');
if (!flock($lock, LOCK_EX | LOCK_NB)) {
    echo 'This demo runs already: ', trim((string) stream_get_contents($lock)), "\nStop it with Ctrl-C where it was started.\n";
    exit(1);
}
$begun = microtime(true);
$running = true;
pcntl_async_signals(true);
foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
    pcntl_signal($signal, static function () use (&$running): void {
        $running = false;
    });
}

echo "    WordPress from Debian's packages, MariaDB, PHP-FPM and nginx, all unpacked into .work (the first time takes a minute)\n";
$site = null;
try {
    $site = new TestSite($suite, ['directory' => "$work/$suite", 'cron' => true, 'workers' => 4]);
    $capture = $site->capture('--tls', 'implicit', '--auth', RELAY_USER . ':' . RELAY_PASSWORD);
    if ($running) {
        $site->configure(['provider' => 'other', 'smtp_host' => 'localhost', 'smtp_encryption' => 'ssl', 'smtp_port' => $capture->port(),
            'smtp_user' => RELAY_USER, 'smtp_pass' => RELAY_PASSWORD, 'smtp_ca_file' => $capture->ready['ca_file'],
            'from_email' => RELAY_USER, 'from_name' => 'Kiln & Clay Pottery']);
        // Another run has another port, which is no copy of the site.
        $site->php('Outbox\WordPress\CloneGuard::accept();');
        ftruncate($lock, 0);
        rewind($lock);
        fwrite($lock, "$site->url/wp-admin/");
        fflush($lock);
        printf("\nWordPress %s with Outbox is up after %.1f s:\n\n    address   %s/wp-admin/\n    user      %s\n    password  %s\n\n",
            $site->release->version, microtime(true) - $begun, $site->url, TestSite::USER, TestSite::PASSWORD);
        echo "Try: Outbox > Send a test, or a password reset at $site->url/wp-login.php?action=lostpassword (user: editor).\n",
            "Mail goes to a submission server on port {$capture->port()} of this machine that delivers none; what arrives is shown here. Ctrl-C stops.\n";
    }
    for ($shown = 0; $running; usleep(200_000)) {
        for (; is_file("$capture->directory/" . ($shown + 1) . '.eml'); $shown++) {
            echo "\n", DemoMail::show("$capture->directory/" . ($shown + 1));
        }
    }
    echo "\nStopping.\n";
} catch (\RuntimeException $error) {
    if ($running) { // else: Ctrl-C reached a server before it reached us
        fwrite(STDERR, $error->getMessage() . "\n");
    }
}
$site?->stop();
echo $running ? '' : "Everything has stopped. The site is kept in .work/demo/wordpress/$suite: run it again and it is as you left it, or delete that folder.\n";
exit($running ? 1 : 0);
