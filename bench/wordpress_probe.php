<?php

// SPDX-License-Identifier: MIT
// A must-use plugin of the measured site: sends a message or nothing, and says at the end of the page what it cost.

declare(strict_types=1);

if (!isset($_GET['outbox_bench'])) {
    return;
}

(static function (array $question): void {
    $begun = hrtime(true);
    if ($question['peer'] !== 'outbox') {
        define('OUTBOX_DISABLED', true);
    }
    $load = 0.0;
    add_action('muplugins_loaded', static function () use (&$loadBegun): void {
        $loadBegun = hrtime(true);
    }, PHP_INT_MAX);
    add_action('plugin_loaded', static function () use (&$load, &$loadBegun): void {
        $load = (hrtime(true) - $loadBegun) / 1e6;
    }, PHP_INT_MIN);

    if ($question['peer'] === 'phpmailer') {
        add_action('phpmailer_init', static function ($mailer) use ($question): void {
            $mailer->isSMTP();
            $mailer->Host = 'localhost';
            $mailer->Port = (int) $question['port'];
            $mailer->SMTPSecure = 'ssl';
            $mailer->SMTPAuth = true;
            $mailer->Username = 'bench';
            $mailer->Password = 'bench-password';
            $mailer->SMTPOptions = ['ssl' => ['cafile' => $question['ca']]];
        });
    }
    $answer = [];
    if ($question['do'] === 'mail') {
        add_action('wp_mail_failed', static function ($error) use (&$answer): void {
            $answer['error'] = $error->get_error_message();
        });
        add_action('template_redirect', static function () use (&$answer): void {
            global $wpdb;
            $queries = $wpdb->num_queries;
            $body = str_repeat("Thank you for your order of a stoneware bowl.\n", 90);
            $since = hrtime(true);
            $sent = wp_mail('ann@example.org', 'Your order', $body, 'From: bench@example.com');
            $answer += ['ms' => (hrtime(true) - $since) / 1e6, 'sent' => $sent, 'queries' => $wpdb->num_queries - $queries, 'error' => ''];
        });
    }
    add_action('shutdown', static function () use (&$answer, &$load, $begun, $question): void {
        global $wpdb;
        $answer += ['load_ms' => $load, 'page_ms' => (hrtime(true) - $begun) / 1e6];
        $answer += ['queries' => $wpdb->num_queries];
        echo '@@outbox@@', json_encode($answer);
    }, 0);
})((array) $_GET['outbox_bench']);
