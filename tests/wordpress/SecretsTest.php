<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Passwords at rest. */
final class SecretsTest extends PluginTestCase
{
    private const CANARY = 'canary-4711-password';
    private const GMAIL = "['provider' => 'gmail', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'canary-4711-password']";

    private array $salts = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->salts = self::$site->evaluate('return [AUTH_KEY, AUTH_SALT];');
    }

    protected function tearDown(): void
    {
        self::$site->define('AUTH_KEY', $this->salts[0]);
        self::$site->define('AUTH_SALT', $this->salts[1]);
        self::$site->define('OUTBOX_SMTP_PASS', null);
    }

    private static function settings(string $code): mixed
    {
        return self::$site->evaluate("\$settings = Outbox\\WordPress\\Plugin::settings(); \$c = static fn () => Outbox\\WordPress\\Plugin::connections()->primary(); $code");
    }

    /** What comes of reading the password: itself, or the reason why not. */
    private static function password(): string
    {
        return self::settings('try { return $c()->credentials()[1]; } catch (Outbox\WordPress\SecretException $e) { return $e->reason(); }');
    }

    private static function database(): string
    {
        return implode("\n", array_column(self::$site->query('SELECT option_value FROM wp_options'), 'option_value'));
    }

    public function testAPasswordIsReadAgainAndIsNowhereInTheDatabase(): void
    {
        self::assertSame([], self::settings('return $settings->save(' . self::GMAIL . ');'));
        self::assertSame(self::CANARY, self::password());
        $database = self::database();
        self::assertStringNotContainsString(self::CANARY, $database);
        self::assertStringNotContainsString(base64_encode(self::CANARY), $database);
        self::assertStringContainsString('outbox1:', $database);
    }

    /** With all of the database but without wp-config.php nothing opens: the key is nowhere else. */
    public function testADumpOfTheDatabaseOpensNothingWithoutTheKeysOfWpConfig(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        self::$site->define('AUTH_KEY', str_repeat('another key ', 6));
        self::assertSame('keys_changed', self::password());
        self::$site->define('AUTH_KEY', $this->salts[0]);
        self::$site->define('AUTH_SALT', str_repeat('another salt', 6));
        self::assertSame('keys_changed', self::password());
        self::$site->define('AUTH_SALT', $this->salts[1]);
        self::assertSame(self::CANARY, self::password());
    }

    public function testAPasswordIsNotSentToAnotherServerOrForAnotherUser(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        // Somebody who can write options, as by a hole in another plugin.
        $rewrite = "\$o = get_option('outbox_settings'); %s update_option('outbox_settings', \$o);";
        self::settings(sprintf($rewrite, "\$o['smtp_host'] = 'smtp.attacker.example';") . 'return 1;');
        self::assertSame('unreadable', self::password());
        self::settings(sprintf($rewrite, "unset(\$o['smtp_host']); \$o['smtp_user'] = 'other@gmail.com';") . 'return 1;');
        self::assertSame('unreadable', self::password());
        self::settings(sprintf($rewrite, "\$o['smtp_user'] = 'me@gmail.com';") . 'return 1;');
        self::assertSame(self::CANARY, self::password());
    }

    public function testWhoChangesTheServerInTheFormTypesThePasswordAgain(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        [$errors, $host] = self::settings("return [\$settings->save(['smtp_host' => 'smtp.other.example']), \$c()->host()];");
        self::assertSame(['smtp_pass'], array_keys($errors));
        self::assertSame('smtp.gmail.com', $host);
        self::assertSame([], self::settings("return \$settings->save(['smtp_host' => 'smtp.other.example', 'smtp_pass' => 'new']);"));
        self::assertSame('new', self::password());
        self::assertSame([], self::settings("return \$settings->save(['smtp_port' => 2525]);"));
        self::assertSame('new', self::password());
    }

    public function testAnEmptyFieldKeepsThePasswordAndNullRemovesIt(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        self::settings("return \$settings->save(['smtp_pass' => '', 'from_name' => 'Kiln']);");
        self::assertSame(self::CANARY, self::password());
        self::settings("return \$settings->save(['smtp_pass' => null]);");
        self::assertSame('', self::password());
        self::assertSame('pass', self::settings('return $c()->missing();'));
    }

    public static function unsafeKeys(): array
    {
        return ['missing' => [null], 'empty' => [''], 'sample' => ['put your unique phrase here'], 'short' => ['abc']];
    }

    /** @dataProvider unsafeKeys */
    public function testWithoutProperKeysInWpConfigNothingIsKept(?string $key): void
    {
        self::$site->define('AUTH_KEY', $key);
        [$errors, $stored, $secrets] = self::settings('return [$settings->save(' . self::GMAIL . "), \$settings->stored(false), get_option('outbox_secrets')];");
        self::assertSame(['smtp_pass'], array_keys($errors));
        self::assertStringContainsString('AUTH_KEY', $errors['smtp_pass']);
        self::assertSame([[], []], [$stored, $secrets]);
        self::assertStringNotContainsString(self::CANARY, self::database());
    }

    public function testAConstantNeedsNoKeysAndIsNamed(): void
    {
        self::$site->define('AUTH_KEY', 'put your unique phrase here');
        self::$site->define('OUTBOX_SMTP_PASS', self::CANARY);
        self::assertSame([], self::settings("return \$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com']);"));
        self::assertSame(self::CANARY, self::password());
        self::assertSame('OUTBOX_SMTP_PASS', self::settings("return \$settings->secret_constant('smtp_pass')['name'];"));
    }

    public function testAfterAChangeOfKeysMailIsRefusedWithAReasonAndThePasswordIsKept(): void
    {
        self::settings('$settings->save(' . self::GMAIL . "); return \$settings->save(['delivery_mode' => 'direct', 'direct_else_queue' => false]);");
        $sealed = self::$site->query("SELECT option_value FROM wp_options WHERE option_name = 'outbox_secrets'");
        self::$site->define('AUTH_KEY', str_repeat('another key ', 6));
        [$sent, $text] = self::settings("
            add_action('wp_mail_failed', static function (\$error) use (&\$text) { \$text = \$error->get_error_message(); });
            return [wp_mail('ann@example.org', 'Hello', 'Text'), \$text];");
        self::assertFalse($sent);
        self::assertStringContainsString('type it again', $text);
        self::assertSame($sealed, self::$site->query("SELECT option_value FROM wp_options WHERE option_name = 'outbox_secrets'"));
    }

    public function testADamagedSecretIsNoCrash(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        $sealed = self::settings("return get_option('outbox_secrets')['smtp_pass'];");
        foreach (['', 'outbox1:', 'outbox1:!!!', 'plain text', substr($sealed, 0, 40), substr_replace($sealed, 'AAAA', -8, 4)] as $damaged) {
            self::settings("update_option('outbox_secrets', ['smtp_pass' => " . var_export($damaged, true) . ']); return 1;');
            self::assertSame('unreadable', self::password(), $damaged);
        }
    }

    public function testThePasswordIsInNoDumpOfTheObjectsAndNoTrace(): void
    {
        self::settings('return $settings->save(' . self::GMAIL . ');');
        $output = self::$site->php("\$settings = Outbox\\WordPress\\Plugin::settings();
            \$c = Outbox\\WordPress\\Plugin::connections()->primary();
            var_dump(\$settings, \$c); print_r(\$settings->all());
            \$settings->save(['delivery_mode' => 'direct', 'smtp_timeout' => 1, 'smtp_connect_timeout' => 1]);
            add_action('wp_mail_failed', static function (\$error) { print_r(\$error); });
            add_filter('outbox/mode', static function () { throw new Exception('x'); });
            wp_mail('ann@example.org', 'Hello', 'Text'); var_dump(\$GLOBALS['phpmailer']);");
        self::assertStringNotContainsString(self::CANARY, $output);
        self::assertStringContainsString('smtp_pass', $output);
    }
}
