<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** What Site Health, and WordPress' tools for personal data, are told of mail. */
final class SiteHealthTest extends PluginTestCase
{
    private static function statuses(string ...$tests): array
    {
        return self::$site->evaluate("\$all = []; foreach (" . var_export($tests, true) . " as \$test) {
            \$result = [Outbox\\WordPress\\SiteHealth::class, \$test](); \$all[\$test] = \$result['status']; } return \$all;");
    }

    public function testAllTestsAreRegisteredAndWholeForWordPress(): void
    {
        [$direct, $async, $results] = self::$site->evaluate("
            \$tests = apply_filters('site_status_tests', ['direct' => [], 'async' => []]);
            \$results = []; foreach (\$tests['direct'] as \$test) { \$results[] = array_keys(\$test['test']()); }
            return [array_keys(\$tests['direct']), array_column(\$tests['async'], 'test'), \$results];");
        self::assertSame(['outbox_setup', 'outbox_queue', 'outbox_failure'], $direct);
        self::assertSame([self::$site->url . '/wp-json/outbox/v1/health/connection', self::$site->url . '/wp-json/outbox/v1/health/domain'], $async);
        foreach ($results as $keys) {
            self::assertSame(['label', 'status', 'badge', 'description', 'actions', 'test'], $keys);
        }
    }

    public function testASiteThatIsNotSetUpIsTold(): void
    {
        self::assertSame(['setup' => 'recommended', 'connection' => 'recommended', 'failure' => 'good'], self::statuses('setup', 'connection', 'failure'));
    }

    public function testAConnectionThatWorksIsGoodAndOneThatDoesNotIsCritical(): void
    {
        self::$site->configure(['delivery_mode' => 'queue'] + self::relay());
        self::assertSame(['setup' => 'good', 'queue' => 'good', 'failure' => 'good', 'connection' => 'good'], self::statuses('setup', 'queue', 'failure', 'connection'));
        self::$site->configure(['smtp_pass' => 'wrong', 'delivery_mode' => 'direct', 'direct_else_queue' => false]);
        self::$site->evaluate("return wp_mail('ann@example.org', 'Hello', 'x', 'From: shop@example.com');");
        self::assertSame(['failure' => 'critical', 'connection' => 'critical'], self::statuses('failure', 'connection'));
        self::$site->configure(['smtp_pass' => 'secret', 'delivery_mode' => 'block']);
        self::assertSame(['setup' => 'recommended'], self::statuses('setup'));
        self::$site->php("Outbox\\WordPress\\State::set('home', 'another');");
        self::assertSame(['setup' => 'critical'], self::statuses('setup'));
    }

    public function testAQueueThatCannotBeOpenedOrWaitsForAConnectionIsCritical(): void
    {
        self::$site->configure(['delivery_mode' => 'queue', 'spool_path' => '/proc/nowhere'] + self::relay());
        self::assertSame(['queue' => 'critical'], self::statuses('queue'));
        self::$site->configure(['spool_path' => '']);
        self::$site->php("Outbox\\WordPress\\State::set('paused', ['primary' => 'the server refuses the password']);");
        self::assertSame(['queue' => 'critical'], self::statuses('queue'));
    }

    public function testTheRoutesAnswerTheAdministratorWithTheNonceOfThePage(): void
    {
        self::$site->configure(self::relay());
        $admin = self::$site->visitor('admin');
        $answer = $admin->rest('GET', '/outbox/v1/health/connection', [], $admin->restNonce());
        self::assertSame(['good', 'outbox_connection'], [$answer['status'], $answer['test']]);
        $admin->rest('GET', '/outbox/v1/health/connection');
        self::assertSame(401, $admin->status);
        $editor = self::$site->visitor('editor');
        $editor->rest('GET', '/outbox/v1/health/domain', [], $editor->restNonce());
        self::assertSame(403, $editor->status);
    }

    public function testTheInformationForHelpersHasNoSecretAndNoAddress(): void
    {
        self::$site->configure(['smtp_user' => 'user-of-the-server', 'smtp_pass' => 'top-secret', 'bcc' => 'boss@example.com',
            'connections' => ['spare' => ['provider' => 'gmail', 'user' => 'me@gmail.com', 'pass' => 'second-secret']]] + self::relay());
        $info = self::$site->evaluate("return apply_filters('debug_information', [])['outbox']['fields'];");
        self::assertSame('queue', $info['engine']['value']);
        self::assertSame('127.0.0.1', $info['smtp_host']['value']);
        self::assertSame('true', $info['smtp_pass']['value']);
        $text = json_encode($info);
        foreach (['top-secret', 'second-secret', 'user-of-the-server', 'boss@example.com', 'me@gmail.com', 'owner@kilnandclay.example'] as $private) {
            self::assertStringNotContainsString($private, $text);
        }
    }

    private static function privacy(string $which, string $address): array
    {
        return self::$site->evaluate("return apply_filters('wp_privacy_personal_data_$which', [])['outbox']['callback']('$address', 1);");
    }

    public function testWhatIsKeptOfAnAddressIsExportedWithoutTheOthers(): void
    {
        self::evaluate(['log_detail' => 'message'] + self::relay(), "
            wp_mail('ann@example.org', 'Alone', 'x', 'From: shop@example.com');
            wp_mail(['Ann@example.org', 'bob@example.org'], 'Together', 'x', 'From: shop@example.com');
            wp_mail('joann@example.org', 'Another', 'x', 'From: shop@example.com'); return 1;");
        $export = self::privacy('exporters', 'ann@example.org');
        self::assertTrue($export['done']);
        $text = json_encode($export['data']);
        self::assertStringContainsString('Alone', $text);
        self::assertStringContainsString('Together', $text);
        self::assertStringNotContainsString('bob@', $text);
        self::assertStringNotContainsString('Another', $text);
    }

    public function testErasingTakesTheAddressOutOfLogAndQueue(): void
    {
        self::evaluate(['log_detail' => 'message'] + self::relay(), "
            wp_mail('ann@example.org', 'Alone', 'x', 'From: shop@example.com');
            wp_mail(['ann@example.org', 'bob@example.org'], 'Dear Ann', 'x', 'From: shop@example.com'); return 1;");
        $closed = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($closed, false), ':'), 1);
        fclose($closed);
        self::$site->configure(['delivery_mode' => 'queue', 'smtp_port' => $port] + self::relay());
        self::$site->evaluate("wp_mail('ann@example.org', 'Waits', 'x', 'From: shop@example.com'); return wp_mail(['ann@example.org', 'bob@example.org'], 'Waits for both', 'x', 'From: shop@example.com');");
        $erased = self::privacy('erasers', 'ann@example.org');
        self::assertSame([true, true, true], [$erased['items_removed'], $erased['items_retained'], $erased['done']]);
        self::assertCount(1, $erased['messages']);
        $left = self::$site->query('SELECT * FROM wp_outbox_log');
        self::assertCount(2, $left);
        self::assertStringNotContainsStringIgnoringCase('ann', json_encode($left));
        self::assertStringContainsString('bob@example.org', json_encode($left));
        self::assertSame([1, 0], self::$site->evaluate("\$spool = Outbox\\WordPress\\Extension::spool(Outbox\\WordPress\\Plugin::settings());
            \$all = \$spool->list(['tag' => Outbox\\WordPress\\State::site()]); \$ids = array_column(\$all, 'id'); \$spool->remove(...\$ids);
            return [count(\$ids), count(Outbox\\WordPress\\Plugin::log()->query()->find(['person' => 'ann@example.org']))];"));
    }

    public function testAPolicyTextIsSuggested(): void
    {
        $page = self::$site->visitor('admin')->get('/wp-admin/options-privacy.php?tab=policyguide');
        self::assertStringContainsString('it is handed to the mail provider', $page);
    }
}
