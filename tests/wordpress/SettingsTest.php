<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Where values come from, what is refused, and what is survived. */
final class SettingsTest extends PluginTestCase
{
    protected function tearDown(): void
    {
        foreach (['OUTBOX_SMTP_HOST', 'OUTBOX_SMTP_PORT', 'OUTBOX_SMTP_PASS', 'WPMS_ON', 'WPMS_SMTP_HOST', 'WPMS_SMTP_PASS', 'WPMS_SSL',
            'WPMS_MAIL_FROM_FORCE', 'WPMS_DO_NOT_SEND', 'WPMS_MAILER', 'WPMS_SENDGRID_API_KEY', 'WPMS_SMTP_AUTH', 'OUTBOX_CONNECTIONS', 'OUTBOX_CONNECTION_SECOND_PASS'] as $name) {
            self::$site->define($name, null);
        }
    }

    private static function settings(string $code): mixed
    {
        return self::$site->evaluate("\$settings = Outbox\\WordPress\\Plugin::settings(); $code");
    }

    public function testWithoutAnythingTheDefaultsHold(): void
    {
        self::assertSame(['queue', true, 'owner@kilnandclay.example', 'Kiln & Clay Pottery', ['from' => 'default', 'name' => '', 'locked' => false]],
            self::settings("return [\$settings->get('delivery_mode'), \$settings->get('smtp_verify'), \$settings->get('from_email'), \$settings->get('from_name'), \$settings->source('smtp_host')];"));
    }

    public function testAConstantIsStrongerThanTheOptionAndIsNamed(): void
    {
        self::settings("\$settings->save(['provider' => 'other', 'smtp_host' => 'stored.example.com']);");
        self::$site->define('OUTBOX_SMTP_HOST', 'constant.example.com');
        self::assertSame(['constant.example.com', ['from' => 'constant', 'name' => 'OUTBOX_SMTP_HOST', 'locked' => true]],
            self::settings("return [\$settings->get('smtp_host'), \$settings->source('smtp_host')];"));
        self::assertSame([[], 'stored.example.com'], self::settings("return [\$settings->save(['smtp_host' => 'typed.example.com']), \$settings->stored(false)['smtp_host']];"));
    }

    public function testFurtherConnectionsAndTheirPasswordsCanBeConstants(): void
    {
        self::$site->define('OUTBOX_CONNECTIONS', ['second' => ['provider' => 'postmark', 'port' => 2525]]);
        self::$site->define('OUTBOX_CONNECTION_SECOND_PASS', 'token');
        self::assertSame(['smtp.postmarkapp.com', 2525, 'tls', ['token', 'token'], true, 'OUTBOX_CONNECTION_SECOND_PASS'], self::settings("
            \$c = Outbox\\WordPress\\Plugin::connections()->by_id('second');
            return [\$c->host(), \$c->port(), \$c->encryption(), \$c->credentials(), \$c->is_complete(), \$settings->secret_constant('connection:second')['name']];"));
    }

    public function testANameThatAPresetGaveIsNotBlamed(): void
    {
        $found = self::settings("\$settings->save(['provider' => 'gmail', 'smtp_user' => 'potter@gmail.com', 'smtp_pass' => 'abcdefghijklmnop']);
            return Outbox\\WordPress\\Diagnosis\\PhpDiagnosis::of(Outbox\\WordPress\\Plugin::connections()->primary(), 'dns', 0, 'not found');");
        self::assertSame('This web server cannot find smtp.gmail.com.', $found['cause']);
        self::assertStringNotContainsString('typing error', implode(' ', $found['remedies']));
    }

    /** As Google shows it, and as browsers copy that. */
    public function testTheBlanksOfAnAppPasswordAreNotPartOfIt(): void
    {
        $kept = "return [\$settings->save(['provider' => 'gmail', 'smtp_user' => 'potter@gmail.com', 'smtp_pass' => %s]), Outbox\\WordPress\\Plugin::connections()->primary()->credentials()[1]];";
        foreach (['abcd efgh ijkl mnop', "abcd\u{a0}efgh\u{a0}ijkl\u{a0}mnop"] as $shown) {
            self::assertSame([[], 'abcdefghijklmnop'], self::settings(sprintf($kept, var_export($shown, true))));
        }
        self::assertSame([[], 'pass word with blanks'], self::settings(sprintf($kept, "'pass word with blanks'")));
    }

    public function testAConstantThatCannotBeUsedIsPassedOverAndReported(): void
    {
        self::$site->define('OUTBOX_SMTP_PORT', 'http://x');
        self::assertSame([0, 'default', ['OUTBOX_SMTP_PORT']],
            self::settings("return [\$settings->get('smtp_port'), \$settings->source('smtp_port')['from'], array_keys(\$settings->broken_constants())];"));
    }

    public function testTheConstantsOfWpMailSmtpCountOnlyWhenItsMainSwitchIsTrue(): void
    {
        self::$site->define('WPMS_SMTP_HOST', 'alias.example.com');
        self::assertSame('', self::settings("return \$settings->get('smtp_host');"));
        self::$site->define('WPMS_ON', 'true');
        self::assertSame('', self::settings("return \$settings->get('smtp_host');"));
        self::$site->define('WPMS_ON', true);
        self::assertSame(['alias.example.com', ['from' => 'alias', 'name' => 'WPMS_SMTP_HOST', 'locked' => true]],
            self::settings("return [\$settings->get('smtp_host'), \$settings->source('smtp_host')];"));
        self::$site->define('OUTBOX_SMTP_HOST', 'own.example.com');
        self::assertSame('own.example.com', self::settings("return \$settings->get('smtp_host');"));
    }

    public function testTheConstantsOfWpMailSmtpKeepTheirMeaning(): void
    {
        self::$site->define('WPMS_ON', true);
        self::$site->define('WPMS_SSL', '');
        self::$site->define('WPMS_MAIL_FROM_FORCE', false); // It can switch on, never off.
        self::$site->define('WPMS_SMTP_AUTH', false);
        self::$site->define('WPMS_DO_NOT_SEND', true);
        self::assertSame(['none', true, 'default', false, 'block'], self::settings("return [\$settings->get('smtp_encryption'), \$settings->get('from_email_force'),
            \$settings->source('from_email_force')['from'], \$settings->get('smtp_auth'), \$settings->get('delivery_mode')];"));
    }

    public function testAnApiMailerOfWpMailSmtpBecomesTheSmtpOfTheSameProvider(): void
    {
        self::$site->define('WPMS_ON', true);
        self::$site->define('WPMS_MAILER', 'sendgrid');
        self::$site->define('WPMS_SENDGRID_API_KEY', 'SG.key');
        self::assertSame(['smtp.sendgrid.net', 465, 'ssl', ['apikey', 'SG.key'], true],
            self::settings("\$c = Outbox\\WordPress\\Plugin::connections()->primary();
                return [\$c->host(), \$c->port(), \$c->encryption(), \$c->credentials(), \$c->is_complete()];"));
    }

    public function testOneWrongFieldKeepsAllOfTheFormFromBeingSaved(): void
    {
        [$errors, $stored] = self::settings("return [\$settings->save(['provider' => 'other', 'smtp_host' => 'smtp.example.com', 'smtp_port' => '99999', 'from_email' => 'nobody']), \$settings->stored(false)];");
        self::assertSame(['smtp_port', 'from_email'], array_keys($errors));
        self::assertSame([], $stored);
    }

    public static function wrongValues(): array
    {
        return [
            'port' => ['smtp_port', '0x19'], 'choice' => ['delivery_mode', 'carrier pigeon'], 'host with scheme' => ['smtp_host', 'ssl://smtp.example.com'],
            'host with port' => ['smtp_host', 'smtp.example.com:465'], 'host with a space' => ['smtp_host', 'smtp example'], 'array for text' => ['smtp_user', ['a']],
            'line end in the user' => ['smtp_user', "me\r\nRCPT TO:<x>"], 'one wrong address of two' => ['bcc', 'a@example.com, b'],
            'relative path' => ['smtp_ca_file', 'ca.pem'], 'path upwards' => ['smtp_ca_file', '/etc/../root/x'], 'stream' => ['smtp_ca_file', 'phar:///x.phar/ca.pem'],
            'not a key' => ['dkim_key', '-----BEGIN NOTHING-----'], 'route to nowhere' => ['routes', [['from' => 'a@example.com', 'connection' => 'missing']]],
            'backup that is not there' => ['backup', 'missing'], 'no redirect' => ['delivery_mode', 'redirect'], 'connection name' => ['connections', ['Bad Name' => ['host' => 'x']]],
            'host of a connection' => ['connections', ['second' => ['host' => 'a b']]], 'nothing but bytes' => ['from_name', "\xff\xfe"], 'neither yes nor no' => ['smtp_auth', 'perhaps'],
            'no host' => ['provider', 'other'],
        ];
    }

    /** @dataProvider wrongValues */
    public function testAWrongValueIsRefusedWithWords(string $key, mixed $value): void
    {
        [$errors, $stored] = self::settings('return [$settings->save([' . var_export($key, true) . ' => ' . var_export($value, true) . ']), $settings->stored(false)];');
        self::assertCount(1, $errors);
        self::assertGreaterThan(10, strlen(reset($errors)));
        self::assertSame([], $stored);
    }

    public function testJunkInTheOptionTableIsSurvived(): void
    {
        $read = "return [\$settings->get('smtp_port'), \$settings->get('delivery_mode'), \$settings->get('connections'), \$settings->get('from_email'), count(\$settings->all()) > 40,
            \$settings->has_secret('smtp_pass'), wp_mail('ann@example.org', 'Hello', 'Text', 'From: shop@example.com')];";
        $expected = [0, 'queue', [], 'owner@kilnandclay.example', true, false, false];
        foreach (["'a string'", '42', 'new stdClass()', "['smtp_port' => ['x'], 'delivery_mode' => 7, 'connections' => 'no', 'from_email' => 'junk', 5 => 'x', 'unknown' => 1]"] as $junk) {
            self::assertSame($expected, self::settings("foreach (['outbox_settings', 'outbox_secrets', 'outbox_state', 'outbox_cursor'] as \$o) { update_option(\$o, $junk); } $read"), $junk);
        }
    }

    public function testSettingsAreInOneOptionThatIsLoadedAnywayAndSecretsAreNot(): void
    {
        self::settings("\$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'app password']);");
        $autoload = array_column(self::$site->query("SELECT option_name, autoload FROM wp_options WHERE option_name LIKE 'outbox%'"), 'autoload', 'option_name');
        self::assertSame(['outbox_secrets' => false, 'outbox_settings' => true, 'outbox_state' => true],
            array_map(static fn (string $value): bool => in_array($value, ['yes', 'on', 'auto', 'auto-on'], true), array_replace(array_fill_keys(['outbox_secrets', 'outbox_settings', 'outbox_state'], ''), $autoload)));
    }

    public function testWhatTwoPagesRememberAtOnceIsAllRemembered(): void
    {
        $state = self::$site->evaluate("global \$wpdb; Outbox\\WordPress\\State::set('failure', ['text' => 'old']);
            \$row = unserialize(\$wpdb->get_var(\"SELECT option_value FROM wp_options WHERE option_name = 'outbox_state'\"));
            // Another page writes while this one has the option as it was.
            \$wpdb->update('wp_options', ['option_value' => serialize(['paused' => ['primary' => 'no'], 'home' => 'h'] + \$row)], ['option_name' => 'outbox_state']);
            Outbox\\WordPress\\State::set('failure', ['text' => 'new']);
            return [unserialize(\$wpdb->get_var(\"SELECT option_value FROM wp_options WHERE option_name = 'outbox_state'\")), Outbox\\WordPress\\State::get('home')];");
        self::assertSame([['primary' => 'no'], 'h', 'new', 'h'], [$state[0]['paused'] ?? null, $state[0]['home'] ?? null, $state[0]['failure']['text'], $state[1]]);
    }

    public function testAnotherProviderDoesNotKeepTheHostOfTheOneBefore(): void
    {
        $second = ['provider' => 'ses', 'host' => 'email-smtp.eu-west-1.amazonaws.com', 'region' => 'eu-west-1', 'port' => 2587, 'encryption' => 'tls', 'user' => 'a', 'pass' => 'b'];
        $first = ['provider' => 'gmail', 'smtp_host' => 'smtp.gmail.com', 'smtp_port' => 465, 'smtp_encryption' => 'ssl', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'x', 'connections' => ['two' => $second]];
        $shown = self::settings('$settings->save(' . var_export($first, true) . ");
            \$of = static fn (string \$id) => (static fn (\$c) => [\$c->host(), \$c->port(), \$c->encryption()])(Outbox\\WordPress\\Plugin::connections()->by_id(\$id));
            \$errors = [\$settings->save(" . var_export(['provider' => 'postmark', 'smtp_pass' => 'z', 'connections' => ['two' => ['provider' => 'brevo'] + $second]] + $first, true) . ")]; // A form without a script.
            \$shown = [\$of('primary'), \$of('two')];
            \$errors[] = \$settings->save(['smtp_host' => 'smtp.postmarkapp.com', 'smtp_port' => 2525, 'smtp_pass' => 'z']);
            \$errors[] = \$settings->save(['provider' => 'fastmail', 'smtp_pass' => 'y']); // A command.
            \$shown[] = \$of('primary');
            \$errors[] = \$settings->save(['smtp_host' => 'relay.example.com', 'smtp_port' => 2525, 'smtp_pass' => 'z']);
            \$errors[] = \$settings->save(['provider' => 'gmail']);
            return [\$errors, \$shown, \$of('primary')];");
        self::assertSame([[[], [], [], [], []], [['smtp.postmarkapp.com', 587, 'tls'], ['smtp-relay.brevo.com', 465, 'ssl'], ['smtp.fastmail.com', 465, 'ssl']], ['relay.example.com', 2525]],
            [$shown[0], $shown[1], array_slice($shown[2], 0, 2)]);
    }

    public function testTheQueueIsNotPutWhereTheWebServerSeesIt(): void
    {
        [$refused, $taken] = self::settings("\$_SERVER['DOCUMENT_ROOT'] = '/srv/web'; symlink(WP_CONTENT_DIR, \$link = get_temp_dir() . 'outbox-link-' . getmypid());
            \$save = static fn (string \$path) => array_keys(\$settings->save(['spool_path' => \$path]));
            \$refused = array_map(\$save, [WP_CONTENT_DIR . '/uploads/queue', ABSPATH . 'queue', ABSPATH, '/srv/web/queue', \$link . '/queue']);
            unlink(\$link); return [\$refused, \$save('/srv/website/queue')];");
        self::assertSame([array_fill(0, 5, ['spool_path']), []], [$refused, $taken]);
    }

    public function testWhatAllShowsHasNoSecret(): void
    {
        $all = self::settings("\$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'app password']); return \$settings->all();");
        self::assertTrue($all['smtp_pass']);
        self::assertFalse($all['dkim_key']);
        self::assertStringNotContainsString('app password', json_encode($all));
    }

    public function testAProviderBringsHostPortAndEncryption(): void
    {
        [$gmail, $ses, $postmark] = self::settings("
            \$shown = static function (array \$values) use (\$settings) {
                \$settings->save(\$values + ['smtp_pass' => 'x', 'smtp_port' => 0, 'smtp_encryption' => '', 'smtp_user' => 'user@example.com']);
                \$c = Outbox\\WordPress\\Plugin::connections()->primary();
                return [\$c->host(), \$c->port(), \$c->encryption(), \$c->user(), \$c->missing()];
            };
            return [\$shown(['provider' => 'gmail']), \$shown(['provider' => 'ses', 'smtp_region' => 'eu-west-1', 'smtp_port' => 2587]), \$shown(['provider' => 'postmark', 'smtp_user' => ''])];");
        self::assertSame(['smtp.gmail.com', 465, 'ssl', 'user@example.com', ''], $gmail);
        self::assertSame(['email-smtp.eu-west-1.amazonaws.com', 2587, 'tls', 'user@example.com', ''], $ses);
        self::assertSame(['smtp.postmarkapp.com', 587, 'tls', '', ''], $postmark);
    }

    public function testEveryConstantAndEveryHookIsInTheDocumentation(): void
    {
        $text = file_get_contents(dirname(__DIR__, 2) . '/docs/wordpress.md');
        $constants = self::settings("return array_map([Outbox\\WordPress\\Schema::class, 'constant'], array_keys(Outbox\\WordPress\\Schema::rows()));");
        self::assertGreaterThan(40, count($constants));
        $code = implode('', array_map(file_get_contents(...), glob(dirname(__DIR__, 2) . '/wordpress-plugin/src/{,*/}*.php', GLOB_BRACE)));
        preg_match_all("~(?:do_action|apply_filters)\( '(outbox/\w+)'~", $code, $hooks);
        self::assertGreaterThan(8, count($hooks[1]));
        foreach ([...$constants, ...$hooks[1]] as $name) {
            self::assertStringContainsString("`$name`", $text);
        }
    }

    public function testEveryProviderAndEverySettingIsWhole(): void
    {
        $missing = self::settings("
            \$missing = [];
            foreach (Outbox\\WordPress\\Providers::rows() as \$key => \$row) {
                foreach (['name', 'host', 'ports', 'user', 'link', 'limits', 'from'] as \$field) {
                    if (!isset(\$row[\$field])) { \$missing[] = \"provider \$key: \$field\"; }
                }
                if ('other' !== \$key && ('' === Outbox\\WordPress\\Providers::host(\$key) || 0 !== strpos(\$row['link'], 'https://') || Outbox\\WordPress\\Providers::of_host(Outbox\\WordPress\\Providers::host(\$key)) !== \$key)) { \$missing[] = \"provider \$key\"; }
                if ('fixed' === \$row['user'] && empty(\$row['value'])) { \$missing[] = \"provider \$key: value\"; }
            }
            foreach (array_keys(Outbox\\WordPress\\Schema::rows()) as \$key) {
                if (Outbox\\WordPress\\Schema::values(\$key) !== array_map('strval', array_keys(Outbox\\WordPress\\Schema::choices(\$key)))) { \$missing[] = \"setting \$key: values\"; }
                if ('' === Outbox\\WordPress\\Schema::text(\$key)) { \$missing[] = \"setting \$key: label\"; }
                try { Outbox\\WordPress\\Check::value(\$key, Outbox\\WordPress\\Schema::default_value(\$key)); } catch (Outbox\\WordPress\\InvalidValue \$wrong) { \$missing[] = \"setting \$key: default\"; }
            }
            return \$missing;");
        self::assertSame([], $missing);
    }
}
