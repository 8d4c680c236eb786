<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** wp outbox ..., by the real wp-cli. */
final class CliTest extends PluginTestCase
{
    private static function cli(int $expected, string ...$arguments): string
    {
        [$code, $output, $errors] = self::$site->cli('outbox', ...$arguments);
        self::assertSame($expected, $code, implode(' ', $arguments) . "\n$output\n$errors");
        return $output . ($expected === 0 ? '' : $errors);
    }

    private static function json(int $expected, string ...$arguments): mixed
    {
        [$code, $output, $errors] = self::$site->cli('outbox', ...[...$arguments, '--format=json']);
        self::assertSame($expected, $code, implode(' ', $arguments) . "\n$output\n$errors");
        return json_decode($output, true, 64, JSON_THROW_ON_ERROR);
    }

    public function testEveryCommandHasAHelpText(): void
    {
        $commands = ['outbox' => ['test', 'status', 'address', 'import', 'queue', 'log', 'settings'], 'outbox queue' => ['list', 'retry', 'hold', 'release', 'remove', 'run'],
            'outbox log' => ['list', 'get', 'resend', 'delete', 'sync', 'prune'], 'outbox settings' => ['list', 'get', 'set', 'reset']];
        foreach ($commands as $parent => $names) {
            $help = self::$site->cli('help', ...explode(' ', $parent))[1];
            preg_match_all('/^  ([a-z]+) {2,}\S.{10,}$/m', strstr($help, 'SUBCOMMANDS'), $found);
            self::assertEqualsCanonicalizing($names, $found[1], $parent);
        }
        $help = self::$site->cli('help', 'outbox', 'test')[1];
        self::assertStringContainsString('wp outbox test <address> [--plain] [--wait=<seconds>] [--format=<format>]', $help);
        self::assertStringContainsString('Exit code 0', $help);
    }

    public function testSettingsAreSetShownAndReset(): void
    {
        self::cli(0, 'settings', 'set', 'from_name', 'By command');
        self::assertSame("By command\n", self::cli(0, 'settings', 'get', 'from_name'));
        self::assertSame(['value' => 'By command', 'from' => 'site'], array_intersect_key(array_column(self::json(0, 'settings', 'list'), null, 'key')['from_name'], ['from' => 1, 'value' => 1]));
        self::cli(0, 'settings', 'reset', 'from_name', '--yes');
        self::assertSame("Kiln & Clay Pottery\n", self::cli(0, 'settings', 'get', 'from_name'));
        self::assertStringContainsString('no setting "nothing"', self::cli(1, 'settings', 'get', 'nothing'));
        self::assertStringContainsString('no email address', self::cli(1, 'settings', 'set', 'from_email', 'nobody'));
        self::assertStringContainsString('no network', self::cli(1, 'settings', 'list', '--network'));
    }

    public function testASecretGoesInAndNeverComesOut(): void
    {
        self::cli(0, 'settings', 'set', 'all', '{"provider":"gmail","smtp_user":"me@gmail.com","smtp_pass":"top-secret"}', '--format=json');
        self::assertSame("true\n", self::cli(0, 'settings', 'get', 'smtp_pass'));
        self::assertStringNotContainsString('top-secret', self::cli(0, 'settings', 'list') . self::cli(0, 'status'));
        self::$site->define('OUTBOX_SMTP_HOST', 'fixed.example.com');
        self::assertStringContainsString('OUTBOX_SMTP_HOST decides', self::cli(1, 'settings', 'set', 'smtp_host', 'other.example.com'));
        self::$site->define('OUTBOX_SMTP_HOST', null);
    }

    public function testATestMessageIsWaitedForAndTheExitCodeSaysWhatBecameOfIt(): void
    {
        self::$site->configure(['delivery_mode' => 'queue'] + self::relay());
        $before = count(self::$site->capture('--tls', 'starttls', '--auth', 'me:secret')->captured());
        $result = self::json(0, 'test', 'ann@example.org', '--plain');
        self::assertSame('sent', $result['status']);
        self::assertCount($before + 1, self::$site->capture('--tls', 'starttls', '--auth', 'me:secret')->captured());
        self::$site->configure(['delivery_mode' => 'direct', 'smtp_pass' => 'wrong']);
        $failed = self::json(1, 'test', 'ann@example.org');
        self::assertSame('failed', $failed['status']);
        self::assertNotSame('', $failed['cause']);
        self::assertStringContainsString('no email address', self::cli(1, 'test', 'nobody'));
        $status = self::json(1, 'status');
        self::assertNotSame([], $status['troubles']);
        self::assertStringContainsString('troubles', self::cli(1, 'status'));
        self::$site->configure(['smtp_pass' => 'secret']);
        self::json(0, 'test', 'ann@example.org');
        self::assertSame([], self::json(0, 'status')['troubles']);
    }

    public function testMessagesThatWaitAreListedHeldReleasedAndRemoved(): void
    {
        $closed = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($closed, false), ':'), 1);
        fclose($closed);
        self::$site->configure(['delivery_mode' => 'queue', 'smtp_port' => $port] + self::relay());
        self::$site->evaluate("return [wp_mail('ann@example.org', 'One', 'x', 'From: shop@example.com'), wp_mail('bob@example.org', 'Two', 'x', 'From: shop@example.com')];");
        $ids = explode(' ', trim(self::cli(0, 'queue', 'list', '--format=ids')));
        self::assertCount(2, $ids);
        self::assertSame(1, count(self::json(0, 'queue', 'list', '--recipient=ann@example.org')));
        self::cli(0, 'queue', 'hold', $ids[0]);
        self::assertSame([$ids[0]], array_column(self::json(0, 'queue', 'list', '--state=held'), 'id'));
        self::cli(0, 'queue', 'release', '--all');
        self::assertSame([], self::json(0, 'queue', 'list', '--state=held'));
        self::assertStringContainsString('Name messages', self::cli(1, 'queue', 'retry'));
        self::assertStringContainsString('0 of 1', self::cli(1, 'queue', 'hold', str_repeat('0', 26)));
        // Without an answer on the standard input nothing is removed.
        [$code] = self::$site->cli('outbox', 'queue', 'remove', '--all');
        self::assertCount(2, self::json(0, 'queue', 'list'), "$code");
        self::cli(0, 'queue', 'remove', '--all', '--yes');
        self::assertSame([], self::json(0, 'queue', 'list'));
    }

    public function testTheLogIsListedShownResentAndDeleted(): void
    {
        self::$site->configure(['log_detail' => 'message'] + self::relay());
        self::$site->evaluate("return wp_mail('ann@example.org', 'Logged', 'The text', 'From: shop@example.com');");
        $entries = self::json(0, 'log', 'list', '--status=sent');
        self::assertSame(['Logged', 'ann@example.org'], [$entries[0]['subject'], $entries[0]['recipients']]);
        $id = (string) $entries[0]['id'];
        self::assertSame([], self::json(0, 'log', 'list', '--since=tomorrow'));
        self::assertStringContainsString('no time', self::cli(1, 'log', 'list', '--since=nonsense'));
        self::assertSame('sent', self::json(0, 'log', 'get', $id)['status']);
        self::assertStringContainsString('The text', self::cli(0, 'log', 'get', $id, '--message'));
        $before = count(self::$site->capture('--tls', 'starttls', '--auth', 'me:secret')->captured());
        self::cli(0, 'log', 'resend', $id, '--yes');
        self::assertCount($before + 1, self::$site->capture('--tls', 'starttls', '--auth', 'me:secret')->captured());
        self::cli(0, 'log', 'delete', $id, '--yes');
        self::assertStringContainsString('no such entry', self::cli(1, 'log', 'get', $id));
        self::assertStringContainsString('0 of 1', self::cli(1, 'log', 'delete', $id, '--yes'));
        self::assertStringContainsString('entr', self::cli(0, 'log', 'prune'));
        self::assertStringContainsString('event', self::cli(0, 'log', 'sync'));
    }

    public function testImportShowsFirstAndAsks(): void
    {
        self::$site->php("update_option('postman_options', ['transport_type' => 'smtp', 'hostname' => 'mail.example.com', 'port' => '587', 'enc_type' => 'tls', 'auth_type' => 'plain',
            'basic_auth_username' => 'me', 'basic_auth_password' => base64_encode('top-secret')]);");
        self::assertSame([['plugin' => 'post-smtp', 'name' => 'Post SMTP']], self::json(0, 'import'));
        $shown = self::cli(0, 'import', 'post-smtp', '--dry-run');
        self::assertStringContainsString('mail.example.com', $shown);
        self::assertStringNotContainsString('top-secret', $shown);
        self::assertSame([], self::$site->evaluate("return get_option('outbox_settings');"));
        self::$site->cli('outbox', 'import', 'post-smtp');
        self::assertSame([], self::$site->evaluate("return get_option('outbox_settings');"), 'without an answer');
        self::cli(0, 'import', 'post-smtp', '--yes');
        self::assertSame(['me', 'top-secret'], self::$site->evaluate('return Outbox\WordPress\Plugin::connections()->primary()->credentials();'));
        self::assertStringContainsString('no settings of this plugin', self::cli(1, 'import', 'fluent-smtp'));
        self::$site->php("delete_option('postman_options');");
    }
}
