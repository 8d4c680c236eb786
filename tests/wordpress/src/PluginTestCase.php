<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\ServerProcess;
use PHPUnit\Framework\TestCase;

/** Tests of one class share a site; every test begins with the plugin as it was activated. */
abstract class PluginTestCase extends TestCase
{
    protected const SUITE = 'bookworm';
    protected const OPTIONS = [];

    protected static ?TestSite $site = null;

    public static function setUpBeforeClass(): void
    {
        self::$site = new TestSite(static::SUITE, static::OPTIONS);
    }

    public static function tearDownAfterClass(): void
    {
        $complaints = self::$site->complaints();
        self::$site->stop();
        self::$site = null;
        if ($complaints !== []) {
            throw new \RuntimeException("PHP complains of the plugin:\n" . implode("\n", array_unique($complaints)));
        }
    }

    protected function setUp(): void
    {
        $this->run_php("foreach (['outbox_settings', 'outbox_secrets', 'outbox_state', 'outbox_cursor'] as \$option) { delete_option(\$option); }
            global \$wpdb; \$wpdb->query('TRUNCATE ' . \$wpdb->prefix . 'outbox_log'); Outbox\\WordPress\\Lifecycle::set_up();");
    }

    private function run_php(string $code): void
    {
        self::$site->php($code);
    }

    /** Settings that lead to a capture server with TLS and a login. */
    protected static function relay(string ...$more): array
    {
        return self::relayTo(self::$site->capture('--tls', 'starttls', '--auth', 'me:secret', ...$more));
    }

    protected static function relayTo(ServerProcess $server, string $encryption = 'tls'): array
    {
        return ['provider' => 'other', 'smtp_host' => '127.0.0.1', 'smtp_port' => $server->port(), 'smtp_encryption' => $encryption,
            'smtp_user' => 'me', 'smtp_pass' => 'secret', 'smtp_ca_file' => $server->ready['ca_file'], 'from_email_force' => false,
            'delivery_mode' => 'direct', 'direct_else_queue' => false];
    }

    /** Saves settings, then runs PHP inside WordPress with $mails (wp_mail_failed's errors) at hand. */
    protected static function evaluate(array $settings, string $code): mixed
    {
        $settings = var_export($settings, true);
        return self::$site->evaluate("
            \$errors = Outbox\\WordPress\\Plugin::settings()->save($settings);
            if (\$errors !== []) { throw new Exception(json_encode(\$errors)); }
            \$failed = [];
            add_action('wp_mail_failed', static function (\$error) use (&\$failed) {
                \$failed[] = ['text' => \$error->get_error_message()] + (array) \$error->get_error_data();
            });
            $code");
    }

    /** Runs one wp_mail() call; the message as it arrived at the server of relay(). */
    protected static function mail(array $settings, string $call, string ...$more): array
    {
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret', ...$more);
        $before = count($server->captured());
        [$sent, $failed] = self::evaluate($settings + self::relay(...$more), "\$sent = (static function () { $call })(); return [\$sent, \$failed];");
        self::assertSame([true, []], [$sent, $failed]);
        $arrived = array_slice($server->captured(), $before);
        self::assertCount(1, $arrived);
        return $arrived[0];
    }

    /** The header fields of a message, unfolded, by lower-case name. */
    protected static function headers(string $message): array
    {
        $headers = [];
        foreach (explode("\r\n", preg_replace("/\r\n[ \t]+/", ' ', explode("\r\n\r\n", $message, 2)[0])) as $line) {
            [$name, $value] = explode(': ', $line, 2) + [1 => ''];
            $headers[strtolower($name)] = $value;
        }
        return $headers;
    }

    /** The entries of the log, the newest first. */
    protected static function logged(): array
    {
        return self::$site->evaluate('return Outbox\WordPress\Plugin::log()->query()->find();');
    }
}
