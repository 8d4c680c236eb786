<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Settings of other plugins, written as those write them, and what becomes of them here. */
final class ImportTest extends PluginTestCase
{
    private const OPTIONS_OF_OTHERS = ['wp_mail_smtp', 'wp_mail_smtp_mail_key', 'easy_wp_smtp', 'easy_wp_smtp_mail_key', 'swpsmtp_options',
        'swpsmtp_pass_encrypted', 'swpsmtp_enc_key', 'fluentmail-settings', 'postman_options'];
    private const PASSWORD = "it's a \"pass\\word\" with ünï";

    protected function setUp(): void
    {
        parent::setUp();
        self::$site->php('foreach (' . var_export(self::OPTIONS_OF_OTHERS, true) . ' as $option) { delete_option($option); }');
        foreach (['WPMS_CRYPTO_KEY', 'FLUENTMAIL_SMTP_PASSWORD', 'FLUENTMAIL_ENCRYPT_KEY', 'FLUENTMAIL_ENCRYPT_SALT', 'OUTBOX_FROM_NAME',
            'EASY_WP_SMTP_ON', 'EASY_WP_SMTP_SMTP_PASS', 'POST_SMTP_AUTH_PASSWORD'] as $constant) {
            self::$site->define($constant, null);
        }
    }

    /** Writes options as they are, imports, and tells what is in force then, what was said, and whether the options are untouched. */
    private static function import(string $plugin, array $options): array
    {
        $options = var_export($options, true);
        return self::$site->evaluate("
            foreach ($options as \$name => \$value) { update_option(\$name, \$value); }
            \$sources = Outbox\\WordPress\\Import\\Sources::here();
            \$settings = Outbox\\WordPress\\Plugin::settings();
            \$plan = new Outbox\\WordPress\\Import\\Plan(\$settings, \$sources['$plugin']->read());
            \$changes = \$plan->changes();
            \$errors = \$plan->apply();
            \$passwords = [];
            foreach (Outbox\\WordPress\\Plugin::connections()->all() as \$c) { \$passwords[\$c->id()] = \$c->credentials(); }
            \$same = true;
            foreach ($options as \$name => \$value) { \$same = \$same && (string) maybe_serialize(get_option(\$name)) === (string) maybe_serialize(\$value); }
            \$primary = Outbox\\WordPress\\Plugin::connections()->primary();
            return ['here' => array_keys(\$sources), 'changes' => \$changes, 'notes' => \$plan->notes(), 'errors' => \$errors, 'settings' => \$settings->all(),
                'passwords' => \$passwords, 'untouched' => \$same, 'label' => \$primary->label(), 'missing' => \$primary->missing(), 'encryption' => \$primary->encryption()];");
    }

    private static function box(string $plain, string $key): string
    {
        $nonce = random_bytes(24);
        return base64_encode($nonce . sodium_crypto_secretbox($plain, $nonce, $key));
    }

    private static function wpMailSmtp(string $kept, array $more = []): array
    {
        return array_replace_recursive([
            'mail' => ['from_email' => 'shop@example.com', 'from_name' => 'Kiln \\& Clay\\\'s', 'mailer' => 'smtp', 'return_path' => true, 'from_email_force' => true, 'from_name_force' => false],
            'smtp' => ['autotls' => true, 'auth' => true, 'host' => 'mail.example.com', 'encryption' => 'tls', 'port' => 2587, 'user' => 'o\\\'neill', 'pass' => $kept],
            'general' => ['summary_report_email_disabled' => false, 'email_delivery_errors_hidden' => true],
            'debug_events' => ['retention_period' => 604800],
        ], $more);
    }

    public static function families(): array
    {
        return ['WP Mail SMTP' => ['wp-mail-smtp', 'wp_mail_smtp'], 'Easy WP SMTP 2' => ['easy-wp-smtp', 'easy_wp_smtp']];
    }

    /** @dataProvider families */
    public function testASealedPasswordIsOpenedAndSlashesAreTakenOff(string $plugin, string $option): void
    {
        $key = sodium_crypto_secretbox_keygen();
        $result = self::import($plugin, [$option => self::wpMailSmtp(self::box(addslashes(self::PASSWORD), $key)), "{$option}_mail_key" => base64_encode($key)]);
        self::assertSame([[$plugin], [], [], true, ''], [$result['here'], $result['notes'], $result['errors'], $result['untouched'], $result['missing']]);
        self::assertSame(["o'neill", self::PASSWORD], $result['passwords']['primary']);
        self::assertSame(['mail.example.com:2587', 'tls'], [$result['label'], $result['encryption']]);
        self::assertSame(['shop@example.com', "Kiln & Clay's", true, false, 'from', true, 7], array_map(static fn (string $k) => $result['settings'][$k],
            ['from_email', 'from_name', 'from_email_force', 'from_name_force', 'return_path', 'hide_errors', 'log_days']));
    }

    /** @dataProvider families */
    public function testAWrongKeyIsSaidAndNoCiphertextBecomesThePassword(string $plugin, string $option): void
    {
        $box = self::box('secret', sodium_crypto_secretbox_keygen());
        foreach ([base64_encode(sodium_crypto_secretbox_keygen()), '', base64_encode('short')] as $key) {
            $result = self::import($plugin, [$option => self::wpMailSmtp($box), "{$option}_mail_key" => $key]);
            self::assertStringContainsString('key that is not here', implode($result['notes']));
            self::assertSame(["o'neill", ''], $result['passwords']['primary']);
            self::assertSame('pass', $result['missing']);
        }
    }

    /** @dataProvider families */
    public function testAPasswordFromBeforeSealingIsTakenAsItIs(string $plugin, string $option): void
    {
        foreach (['plain', 'a b c d', base64_encode('short'), 'not+base64/because*of the star, however long it may be, however long'] as $plain) {
            $result = self::import($plugin, [$option => self::wpMailSmtp($plain), "{$option}_mail_key" => base64_encode(random_bytes(32))]);
            self::assertSame(["o'neill", $plain], $result['passwords']['primary']);
        }
    }

    public function testTheKeyOfAConstantComesBeforeThatOfTheOption(): void
    {
        $key = str_repeat('k', 32);
        self::$site->define('WPMS_CRYPTO_KEY', $key);
        $result = self::import('wp-mail-smtp', ['wp_mail_smtp' => self::wpMailSmtp(self::box('secret', $key)), 'wp_mail_smtp_mail_key' => base64_encode(random_bytes(32))]);
        self::assertSame('secret', $result['passwords']['primary'][1]);
    }

    public function testConstantsOfEasyWpSmtpCount(): void
    {
        self::$site->define('EASY_WP_SMTP_ON', true);
        self::$site->define('EASY_WP_SMTP_SMTP_PASS', 'of the constant');
        $result = self::import('easy-wp-smtp', ['easy_wp_smtp' => self::wpMailSmtp('', ['mail' => ['reply_to_email' => 'answers@example.com', 'bcc_emails' => 'all@example.com'],
            'general' => ['allow_smtp_insecure_ssl' => true]])]);
        self::assertSame('of the constant', $result['passwords']['primary'][1]);
        self::assertSame(['answers@example.com', 'all@example.com', false], [$result['settings']['reply_to'], $result['settings']['bcc'], $result['settings']['smtp_verify']]);
    }

    public static function apis(): array
    {
        return [
            'SendGrid' => ['sendgrid', ['api_key' => 'SG.key'], 'sendgrid', ['apikey', 'SG.key'], 'smtp.sendgrid.net:465'],
            'Postmark' => ['postmark', ['server_api_token' => 'token'], 'postmark', ['token', 'token'], 'smtp.postmarkapp.com:587'],
            'Resend' => ['resend', ['api_key' => 're_key'], 'resend', ['resend', 're_key'], 'smtp.resend.com:465'],
            'Mandrill' => ['mandrill', ['api_key' => 'md-key'], 'mandrill', ['outbox', 'md-key'], 'smtp.mandrillapp.com:465'],
            'Mailjet' => ['mailjet', ['api_key' => 'public', 'secret_key' => 'private'], 'mailjet', ['public', 'private'], 'in-v3.mailjet.com:465'],
            'SparkPost' => ['sparkpost', ['api_key' => 'sp', 'region' => 'EU'], 'sparkpost', ['SMTP_Injection', 'sp'], 'smtp.eu.sparkpostmail.com:587'],
            'Mailgun needs another password' => ['mailgun', ['api_key' => 'key-1', 'domain' => 'mg.example.com', 'region' => 'EU'], 'mailgun', ['postmaster@mg.example.com', ''], 'smtp.eu.mailgun.org:465'],
            'Brevo needs another password' => ['sendinblue', ['api_key' => 'xkeysib'], 'brevo', ['', ''], 'smtp-relay.brevo.com:465'],
            // By Amazon's own program for it.
            'SES, whose password is computed' => ['amazonses', ['client_id' => 'AKIAEXAMPLE', 'client_secret' => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'region' => 'eu-west-1'], 'ses',
                ['AKIAEXAMPLE', self::sesPassword('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'eu-west-1')], 'email-smtp.eu-west-1.amazonaws.com:465'],
        ];
    }

    private static function sesPassword(string $secret, string $region): string
    {
        $sign = static fn (string $key, string $text): string => hash_hmac('sha256', $text, $key, true);
        return base64_encode(chr(4) . $sign($sign($sign($sign($sign("AWS4$secret", '11111111'), $region), 'ses'), 'aws4_request'), 'SendRawEmail'));
    }

    /** @dataProvider apis */
    public function testAKeyOfAnHttpMailerBecomesThePasswordWhereItIsOne(string $mailer, array $keys, string $provider, array $credentials, string $label): void
    {
        $result = self::import('wp-mail-smtp', ['wp_mail_smtp' => self::wpMailSmtp('', ['mail' => ['mailer' => $mailer], $mailer => $keys])]);
        self::assertSame([[], true, $provider], [$result['errors'], $result['untouched'], $result['settings']['provider']]);
        self::assertSame([$credentials, $label], [$result['passwords']['primary'], $result['label']]);
        self::assertSame($credentials[1] === '', str_contains(implode($result['notes']), 'no password for SMTP'));
    }

    public function testAMailerWithoutACounterpartAndPhpMailLeaveTheConnectionAlone(): void
    {
        foreach (['sendlayer' => 'no counterpart', 'mail' => 'by PHP\'s mail()'] as $mailer => $note) {
            $result = self::import('wp-mail-smtp', ['wp_mail_smtp' => self::wpMailSmtp('', ['mail' => ['mailer' => $mailer]])]);
            self::assertStringContainsString($note, implode($result['notes']));
            self::assertSame('', $result['settings']['provider']);
            self::assertSame('shop@example.com', $result['settings']['from_email']);
        }
    }

    private static function easy1(string $password, array $smtp = []): array
    {
        return ['from_email_field' => 'shop@example.com', 'from_name_field' => 'Kiln', 'force_from_name_replace' => 1, 'reply_to_email' => 'r@example.com',
            'smtp_settings' => $smtp + ['host' => 'mail.example.com', 'type_encryption' => 'ssl', 'port' => '465', 'autentication' => 'yes', 'username' => 'me', 'password' => $password]];
    }

    private static function aes1(string $plain, string $key): string
    {
        $iv = random_bytes(16);
        return base64_encode($iv . openssl_encrypt($plain, 'aes-256-ctr', hash('sha256', $key, true), OPENSSL_RAW_DATA, $iv));
    }

    public function testEasyWpSmtpOneOfEveryAge(): void
    {
        $cases = [
            'enciphered' => [self::easy1(self::aes1(addslashes(self::PASSWORD), 'the key')), ['swpsmtp_pass_encrypted' => 1, 'swpsmtp_enc_key' => 'the key'], self::PASSWORD],
            'enciphered, by its own flag' => [self::easy1(self::aes1('secret', 'the key'), ['encrypt_pass' => 1]), ['swpsmtp_enc_key' => 'the key'], 'secret'],
            'base64' => [self::easy1(base64_encode('secret words')), [], 'secret words'],
            'plain' => [self::easy1('plain-secret!'), [], 'plain-secret!'],
            'plain, of four letters that are base64 of noise' => [self::easy1('gg//'), [], 'gg//'],
            'wrong key' => [self::easy1(self::aes1('a long enough secret', 'the key')), ['swpsmtp_pass_encrypted' => 1, 'swpsmtp_enc_key' => 'another'], ''],
            'no key' => [self::easy1(self::aes1('secret', 'the key')), ['swpsmtp_pass_encrypted' => 1], ''],
        ];
        foreach ($cases as $name => [$options, $more, $password]) {
            $this->setUp();
            $result = self::import('easy-wp-smtp-1', ['swpsmtp_options' => $options] + $more);
            self::assertSame(['me', $password], $result['passwords']['primary'], $name);
            self::assertSame($password === '', $result['notes'] !== [], $name);
            self::assertSame(['mail.example.com:465', 'ssl', 'r@example.com', true, true], [$result['label'], $result['encryption'], $result['settings']['reply_to'], $result['settings']['from_name_force'], $result['untouched']], $name);
        }
    }

    private static function fluentSeal(string $plain, string $key, string $salt): string
    {
        $iv = random_bytes(16);
        return base64_encode($iv . openssl_encrypt($plain . $salt, 'aes-256-ctr', $key, 0, $iv));
    }

    private static function fluent(callable $seal): array
    {
        $smtp = ['provider' => 'smtp', 'sender_name' => 'Kiln &amp; Clay', 'sender_email' => 'shop@example.com', 'force_from_name' => 'yes', 'force_from_email' => 'yes', 'return_path' => 'yes',
            'host' => 'mail.example.com', 'port' => '587', 'auth' => 'yes', 'username' => 'me', 'password' => $seal(self::PASSWORD), 'auto_tls' => 'yes', 'encryption' => 'tls', 'key_store' => 'db'];
        return [
            'mappings' => ['shop@example.com' => 'aaa', 'news@example.com' => 'bbb'],
            'connections' => [
                'bbb' => ['title' => 'SendGrid', 'provider_settings' => ['provider' => 'sendgrid', 'sender_email' => 'news@example.com', 'api_key' => $seal('SG.key')]],
                'aaa' => ['title' => 'SMTP server', 'provider_settings' => $smtp],
            ],
            'misc' => ['log_emails' => 'yes', 'log_saved_interval_days' => '14', 'default_connection' => 'aaa', 'fallback_connection' => 'bbb', 'simulate_emails' => 'no'],
            'use_encrypt' => 'yes',
        ];
    }

    public function testFluentSmtpWithItsConnectionsRoutesAndBackup(): void
    {
        [$key, $salt] = self::$site->evaluate('return [LOGGED_IN_KEY, LOGGED_IN_SALT];');
        $result = self::import('fluent-smtp', ['fluentmail-settings' => self::fluent(static fn (string $plain): string => self::fluentSeal($plain, $key, $salt))]);
        self::assertSame([[], [], true], [$result['notes'], $result['errors'], $result['untouched']]);
        self::assertSame(['primary' => ['me', self::PASSWORD], 'sendgrid-news' => ['apikey', 'SG.key']], $result['passwords']);
        self::assertSame([['from' => 'news@example.com', 'connection' => 'sendgrid-news']], $result['settings']['routes']);
        self::assertSame(['sendgrid-news', 'Kiln & Clay', 14, 'queue'], [$result['settings']['backup'], $result['settings']['from_name'], $result['settings']['log_days'], $result['settings']['delivery_mode']]);
    }

    public function testFluentSmtpAfterTheSaltsWereChangedInPlainAndByConstants(): void
    {
        $wrong = self::import('fluent-smtp', ['fluentmail-settings' => self::fluent(static fn (string $plain): string => self::fluentSeal($plain, str_repeat('x', 64), 'y'))]);
        self::assertStringContainsString('keys in wp-config.php have changed', implode($wrong['notes']));
        self::assertSame([['me', ''], ['apikey', '']], array_values($wrong['passwords']));

        $this->setUp();
        $plain = self::import('fluent-smtp', ['fluentmail-settings' => ['use_encrypt' => ''] + self::fluent(static fn (string $plain): string => $plain)]);
        self::assertSame(['me', self::PASSWORD], $plain['passwords']['primary']);

        $this->setUp();
        $legacy = self::import('fluent-smtp', ['fluentmail-settings' => self::fluent(static fn (string $plain): string => $plain)]);
        self::assertSame(['me', self::PASSWORD], $legacy['passwords']['primary']);

        $this->setUp();
        self::$site->define('FLUENTMAIL_SMTP_PASSWORD', 'of the constant');
        $options = self::fluent(static fn (string $plain): string => '');
        $options['connections']['aaa']['provider_settings']['key_store'] = 'wp_config';
        self::assertSame('of the constant', self::import('fluent-smtp', ['fluentmail-settings' => $options])['passwords']['primary'][1]);

        $this->setUp();
        self::$site->define('FLUENTMAIL_ENCRYPT_KEY', 'own key');
        self::$site->define('FLUENTMAIL_ENCRYPT_SALT', 'own salt');
        $own = self::import('fluent-smtp', ['fluentmail-settings' => self::fluent(static fn (string $plain): string => self::fluentSeal($plain, 'own key', 'own salt'))]);
        self::assertSame(self::PASSWORD, $own['passwords']['primary'][1]);
    }

    public function testPostSmtpWithItsFallback(): void
    {
        $options = ['transport_type' => 'smtp', 'smtp_mailers' => 'phpmailer', 'hostname' => 'smtp.gmail.com', 'port' => '465', 'enc_type' => 'ssl', 'auth_type' => 'plain',
            'basic_auth_username' => 'me@gmail.com', 'basic_auth_password' => base64_encode(self::PASSWORD), 'sender_email' => 'me@gmail.com', 'sender_name' => 'Kiln',
            'envelope_sender' => 'bounces@example.com', 'reply_to' => 'r@example.com', 'forced_bcc' => 'all@example.com', 'forced_cc' => 'boss@example.com', 'connection_timeout' => '9', 'read_timeout' => '60',
            'run_mode' => 'log_only', 'mail_log_enabled' => 'true', 'fallback_smtp_enabled' => 'yes', 'fallback_smtp_hostname' => 'backup.example.com', 'fallback_smtp_port' => '587',
            'fallback_smtp_security' => 'tls', 'fallback_smtp_use_auth' => 'yes', 'fallback_smtp_username' => 'two', 'fallback_smtp_password' => base64_encode('second')];
        $result = self::import('post-smtp', ['postman_options' => $options]);
        self::assertSame([[], true], [$result['errors'], $result['untouched']]);
        self::assertSame(['primary' => ['me@gmail.com', self::PASSWORD], 'backup' => ['two', 'second']], $result['passwords']);
        self::assertSame(['gmail', 'backup', 'log', 'address', 'bounces@example.com', 9, 60, 'all@example.com'], array_map(static fn (string $k) => $result['settings'][$k],
            ['provider', 'backup', 'delivery_mode', 'return_path', 'return_path_address', 'smtp_connect_timeout', 'smtp_timeout', 'bcc']));
        self::assertStringContainsString('adds recipients', implode($result['notes']));

        $this->setUp();
        $plain = self::import('post-smtp', ['postman_options' => ['basic_auth_password' => 'plain-secret!'] + $options]);
        self::assertSame('plain-secret!', $plain['passwords']['primary'][1]);

        $this->setUp();
        self::$site->define('POST_SMTP_AUTH_PASSWORD', 'of the constant');
        self::assertSame('of the constant', self::import('post-smtp', ['postman_options' => $options])['passwords']['primary'][1]);
        self::$site->define('POST_SMTP_AUTH_PASSWORD', null);

        $this->setUp();
        $api = self::import('post-smtp', ['postman_options' => ['transport_type' => 'sendgrid_api', 'sendgrid_api_key' => base64_encode('SG.key')] + $options]);
        self::assertSame(['apikey', 'SG.key'], $api['passwords']['primary']);

        $this->setUp();
        $oauth = self::import('post-smtp', ['postman_options' => ['auth_type' => 'oauth2'] + $options]);
        self::assertStringContainsString('OAuth', implode($oauth['notes']));
        self::assertSame('pass', $oauth['missing']);
    }

    public function testWhatWouldChangeIsShownWithoutAnySecretAndWithoutWritingAnything(): void
    {
        $key = sodium_crypto_secretbox_keygen();
        self::$site->define('OUTBOX_FROM_NAME', 'By constant');
        $options = var_export(['wp_mail_smtp' => self::wpMailSmtp(self::box('top-secret', $key)), 'wp_mail_smtp_mail_key' => base64_encode($key)], true);
        [$changes, $notes, $stored] = self::$site->evaluate("
            foreach ($options as \$name => \$value) { update_option(\$name, \$value); }
            \$plan = new Outbox\\WordPress\\Import\\Plan(new Outbox\\WordPress\\Settings(), Outbox\\WordPress\\Import\\Sources::here()['wp-mail-smtp']->read());
            return [\$plan->changes(), \$plan->notes(), [get_option('outbox_settings'), get_option('outbox_secrets')]];");
        self::assertSame([[], []], $stored);
        $changes = array_column($changes, null, 'key');
        self::assertSame(['key' => 'smtp_pass', 'label' => 'SMTP Password', 'before' => 'not set', 'after' => 'set anew'], $changes['smtp_pass']);
        self::assertSame(['not set', 'mail.example.com'], [$changes['smtp_host']['before'], $changes['smtp_host']['after']]);
        self::assertArrayNotHasKey('from_name', $changes);
        self::assertStringContainsString('OUTBOX_FROM_NAME', implode($notes));
        self::assertStringNotContainsString('top-secret', json_encode($changes));
    }

    public function testJunkInTheOptionsOfOthersIsNoHarm(): void
    {
        foreach (self::OPTIONS_OF_OTHERS as $option) {
            foreach (["'text'", '17', "['smtp_settings' => 4]", "['mail' => 'x', 'smtp' => [[]], 'connections' => ['a' => 1, 'b' => ['provider_settings' => ['provider' => [], 'host' => []]]]]"] as $junk) {
                $keys = self::$site->evaluate("update_option('$option', $junk); \$keys = [];
                    foreach (Outbox\\WordPress\\Import\\Sources::here() as \$s) { (new Outbox\\WordPress\\Import\\Plan(new Outbox\\WordPress\\Settings(), \$s->read()))->changes(); \$keys[] = \$s->key(); }
                    delete_option('$option'); return \$keys;");
                self::assertLessThan(2, count($keys));
            }
        }
    }

    public function testThePageShowsTheDifferenceAndDoesIt(): void
    {
        $key = sodium_crypto_secretbox_keygen();
        $options = var_export(['wp_mail_smtp' => self::wpMailSmtp(self::box('top-secret', $key)), 'wp_mail_smtp_mail_key' => base64_encode($key)], true);
        self::$site->php("foreach ($options as \$name => \$value) { update_option(\$name, \$value); }");
        $admin = self::$site->visitor('admin');
        $page = $admin->get('/wp-admin/admin.php?page=outbox-import&source=wp-mail-smtp');
        self::assertStringContainsString('What WP Mail SMTP would change here', $page);
        self::assertStringContainsString('mail.example.com', $page);
        self::assertStringNotContainsString('top-secret', $page);
        $form = $admin->form('source');
        $admin->post('/wp-admin/admin.php?page=outbox-import', ['_wpnonce' => 'forged'] + $form);
        self::assertSame(403, $admin->status);
        $admin->post('/wp-admin/admin.php?page=outbox-import', $form);
        self::assertSame(302, $admin->status);
        self::assertSame(["o'neill", 'top-secret'], self::$site->evaluate('return Outbox\WordPress\Plugin::connections()->primary()->credentials();'));
        $editor = self::$site->visitor('editor');
        $editor->get('/wp-admin/admin.php?page=outbox-import');
        self::assertSame(403, $editor->status);
    }
}
