<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** Who is told that mail fails, and which of core's own notifications are not sent. */
final class AlertsTest extends PluginTestCase
{
    private const HOOK = 'https://hooks.example.com/services/T0/B0/top-secret';
    private const HOOK_OF_SLACK = 'https://hooks.slack.com/services/T0/B0/top-secret';
    private const HOOK_OF_DISCORD = 'https://discord.com/api/webhooks/1/top-secret';

    protected function setUp(): void
    {
        parent::setUp();
        self::$site->php("wp_clear_scheduled_hook('outbox_alert');");
    }

    /** Runs code with the webhook's requests in $posts, which never leave: what wp_safe_remote_post() was asked for. */
    private static function noting(string $code): mixed
    {
        return self::$site->evaluate("\$posts = []; \$told = [];
            add_filter('pre_http_request', static function (\$no, \$arguments, \$url) use (&\$posts) {
                \$posts[] = ['url' => \$url, 'safe' => \$arguments['reject_unsafe_urls'], 'redirects' => \$arguments['redirection'], 'body' => json_decode(\$arguments['body'], true)];
                return ['response' => ['code' => 200, 'message' => ''], 'headers' => [], 'body' => '', 'cookies' => []]; }, 10, 3);
            add_action('outbox/alert_failed', static function (\$text) use (&\$told) { \$told[] = \$text; });
            \$fail = static function () { return wp_mail('ann@example.org', 'A secret subject', 'x', 'From: shop@example.com'); };
            $code");
    }

    /** Settings whose first connection refuses the password, and whose second one works. */
    private static function broken(array $more = []): array
    {
        $good = self::relay();
        return ['smtp_pass' => 'wrong', 'connections' => ['spare' => ['provider' => 'other', 'host' => '127.0.0.1', 'port' => $good['smtp_port'], 'encryption' => 'tls',
            'user' => 'me', 'pass' => 'secret', 'ca_file' => $good['smtp_ca_file']]]] + $more + $good;
    }

    public function testManyFailuresAreOneNoticeByMailOverAnotherConnection(): void
    {
        self::$site->configure(self::broken(['alert_email' => 'pager@example.org']));
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        $before = count($server->captured());
        $left = self::noting("\$fail(); \$fail(); \$fail(); \$planned = (bool) wp_next_scheduled('outbox_alert');
            do_action('outbox_alert'); do_action('outbox_alert');
            return [\$planned, Outbox\\WordPress\\State::get('alerts')['messages']];");
        self::assertSame([true, 0], $left);
        $arrived = array_slice($server->captured(), $before);
        self::assertCount(1, $arrived);
        self::assertSame(['pager@example.org'], $arrived[0]['recipients']);
        self::assertStringContainsString('3 messages could not be delivered', $arrived[0]['message']);
        foreach (['ann@example.org', 'A secret subject', 'X-Outbox'] as $private) {
            self::assertStringNotContainsString($private, $arrived[0]['message']);
        }
    }

    public function testTheNextNoticeWaitsItsTime(): void
    {
        self::$site->configure(self::broken(['alert_email' => 'pager@example.org', 'alert_minutes' => 45]));
        $wait = self::noting("\$fail(); \$first = wp_next_scheduled('outbox_alert') - time(); wp_clear_scheduled_hook('outbox_alert'); do_action('outbox_alert');
            \$fail(); return [\$first, wp_next_scheduled('outbox_alert') - time()];");
        self::assertLessThan(5, abs($wait[0]));
        self::assertEqualsWithDelta(45 * 60, $wait[1], 10);
    }

    public function testANoticeThatFailsItselfIsNotNoted(): void
    {
        self::$site->configure(['alert_email' => 'pager@example.org', 'smtp_pass' => 'wrong'] + self::relay());
        self::assertSame([1, 1], self::noting("\$fail(); do_action('outbox_alert'); \$after = Outbox\\WordPress\\State::get('alerts')['messages'];
            do_action('outbox_alert'); return [\$after, Outbox\\WordPress\\State::get('alerts')['messages']];"));
    }

    public function testNobodyIsToldWhereNobodyIsNamed(): void
    {
        self::$site->configure(self::broken());
        self::assertSame([null, false], self::noting("\$fail(); return [Outbox\\WordPress\\State::get('alerts'), wp_next_scheduled('outbox_alert')];"));
    }

    public function testAWebhookIsToldSafelyOnceAndItsAddressStaysSecret(): void
    {
        self::$site->configure(self::broken(['alert_webhook' => self::HOOK]));
        [$posts, $all] = self::noting("\$fail(); \$fail(); do_action('outbox_alert'); do_action('outbox_alert'); return [\$posts, Outbox\\WordPress\\Plugin::settings()->all()];");
        self::assertCount(1, $posts);
        self::assertSame([self::HOOK, true, 0], [$posts[0]['url'], $posts[0]['safe'], $posts[0]['redirects']]);
        self::assertSame(['mail_failed', 2], [$posts[0]['body']['event'], $posts[0]['body']['messages']]);
        self::assertTrue($all['alert_webhook']);
        self::assertStringNotContainsString('top-secret', json_encode(self::$site->query("SELECT option_value FROM wp_options WHERE option_name LIKE 'outbox%'")));
        self::assertStringNotContainsString('top-secret', self::$site->visitor('admin')->get('/wp-admin/admin.php?page=outbox'));
        self::assertStringNotContainsString('ann@', json_encode($posts));
    }

    /** Saves the webhook's address, has one message fail, and does what WP-Cron would: what the plugin says of it. */
    private static function tell(string $url): array
    {
        self::$site->configure(self::broken(['alert_webhook' => $url]));
        return self::$site->evaluate("\$told = []; add_action('outbox/alert_failed', static function (\$text) use (&\$told) { \$told[] = \$text; });
            \$sent = wp_mail('ann@example.org', 'A secret subject', 'x', 'From: shop@example.com'); do_action('outbox_alert');
            return [\$sent, \$told, Outbox\\WordPress\\State::get('alerts')['messages']];");
    }

    public function testEveryServiceReceivesTheBodyThatItReads(): void
    {
        self::$site->define('WP_ACCESSIBLE_HOSTS', 'localhost,127.0.0.1,hooks.slack.com,discord.com');
        $hook = new Webhook(self::$site);
        foreach ([$hook->url('/mail/top-secret'), $hook->url('/hooks/1/slack'), self::HOOK_OF_SLACK, self::HOOK_OF_DISCORD] as $url) {
            self::assertSame([false, [], 0], self::tell($url), $url);
        }
        $hook->stop();
        self::$site->define('WP_ACCESSIBLE_HOSTS', 'localhost,127.0.0.1');
        [$plain, $like, $slack, $discord] = $hook->requests();
        self::assertSame(['POST', '/mail/top-secret', 'application/json'], [$plain['method'], $plain['path'], $plain['headers']['content-type']]);
        self::assertSame(['event', 'site', 'messages', 'reason', 'text', 'time'], array_keys($plain['body']));
        self::assertSame(['mail_failed', self::$site->url, 1], [$plain['body']['event'], $plain['body']['site'], $plain['body']['messages']]);
        self::assertStringContainsString('wrong user or password', $plain['body']['reason']);
        self::assertEqualsWithDelta(time(), strtotime($plain['body']['time']), 60);
        self::assertSame(['/hooks/1/slack', ['text']], [$like['path'], array_keys($like['body'])]);
        self::assertSame(['hooks.slack.com', '/services/T0/B0/top-secret', ['text']], [$slack['headers']['host'], $slack['path'], array_keys($slack['body'])]);
        self::assertStringContainsString('1 message could not be delivered', $slack['body']['text']);
        self::assertSame(['discord.com', '/api/webhooks/1/top-secret', ['content', 'allowed_mentions']],
            [$discord['headers']['host'], $discord['path'], array_keys($discord['body'])]);
        self::assertSame(['parse' => []], $discord['body']['allowed_mentions']);
        foreach (['ann@', 'A secret subject'] as $private) {
            self::assertStringNotContainsString($private, json_encode($hook->requests()));
        }
    }

    public function testAReceiverThatFailsBreaksNothingAndIsToldNextTime(): void
    {
        $hook = new Webhook(self::$site);
        foreach (['/answer/500' => 'HTTP 500', '/answer/302' => 'HTTP 302', '/answer/never' => 'timed out'] as $path => $reason) {
            $before = count($hook->requests());
            [$sent, $told, $left] = self::tell($hook->url($path));
            self::assertSame([false, 1], [$sent, count($told)], $path);
            self::assertStringContainsString($reason, $told[0]);
            self::assertStringNotContainsString($path, $told[0]);
            self::assertGreaterThan(0, $left, $path);
            self::assertCount($before + 1, $hook->requests(), $path);
        }
        self::assertSame([false, [], 0], self::tell($hook->url('/')));
        self::assertSame(4, $hook->requests()[3]['body']['messages']);
        $hook->stop();
        // Nobody there at all: the next page that sends is none the worse.
        [$sent, $told, $left] = self::tell($hook->url('/'));
        self::assertSame([false, 1, 1], [$sent, count($told), $left]);
    }

    public function testACertificateThatIsNotToBeBelievedIsToldNothing(): void
    {
        $hook = new Webhook(self::$site);
        self::$site->configure(self::broken(['alert_webhook' => $hook->url('/')]));
        [$told, $left] = self::$site->evaluate("\$told = []; add_action('outbox/alert_failed', static function (\$text) use (&\$told) { \$told[] = \$text; });
            add_filter('http_request_args', static fn (\$arguments) => ['sslcertificates' => ABSPATH . WPINC . '/certificates/ca-bundle.crt'] + \$arguments, 20);
            wp_mail('ann@example.org', 'x', 'x', 'From: shop@example.com'); do_action('outbox_alert'); return [\$told, Outbox\\WordPress\\State::get('alerts')['messages']];");
        $hook->stop();
        self::assertStringContainsString('certificate', $told[0]);
        self::assertSame([1, []], [$left, $hook->requests()]);
    }

    public function testWpCronTellsTheReceiverWhatAPageHasMet(): void
    {
        $hook = new Webhook(self::$site);
        self::$site->configure(self::broken(['alert_webhook' => $hook->url('/cron')]));
        self::$site->php("wp_mail('ann@example.org', 'x', 'x', 'From: shop@example.com');");
        self::$site->visitor()->get('/wp-cron.php?doing_wp_cron');
        for ($until = microtime(true) + 10; $hook->requests() === [] && microtime(true) < $until; usleep(50_000));
        $hook->stop();
        self::assertSame('/cron', $hook->requests()[0]['path'] ?? null);
    }

    public function testAWebhookInsideTheServersOwnNetworkIsRefused(): void
    {
        self::$site->configure(self::broken(['alert_webhook' => 'https://127.0.0.1/hook']));
        [$told, $left] = self::$site->evaluate("\$told = []; add_action('outbox/alert_failed', static function (\$text) use (&\$told) { \$told[] = \$text; });
            wp_mail('ann@example.org', 'x', 'x', 'From: shop@example.com'); do_action('outbox_alert'); return [\$told, Outbox\\WordPress\\State::get('alerts')['messages']];");
        self::assertCount(1, $told);
        self::assertStringNotContainsString('127.0.0.1/hook', $told[0]);
        self::assertSame(1, $left);
    }

    public function testSlackAndDiscordGetTheirOwnBodies(): void
    {
        $state = "['messages' => 2, 'text' => '550 <@everyone> & more', 'sent' => 0, 'own' => []]";
        [$slack, $like, $discord] = self::$site->evaluate("\$body = [Outbox\\WordPress\\Alerts::class, 'body'];
            return [\$body('https://hooks.slack.com/services/x', $state), \$body('https://discord.com/api/webhooks/1/x/slack', $state), \$body('https://discord.com/api/webhooks/1/x', $state)];");
        self::assertSame(['text'], array_keys($slack));
        self::assertSame($slack, $like);
        self::assertStringContainsString('550 &lt;@everyone&gt; &amp; more', $slack['text']);
        self::assertStringContainsString('550 <@everyone> & more', $discord['content']);
        self::assertSame(['parse' => []], $discord['allowed_mentions']);
    }

    public function testAWrongWebhookAndAConnectionThatIsNotThereAreRefused(): void
    {
        $errors = self::$site->evaluate("return Outbox\\WordPress\\Plugin::settings()->save(['alert_webhook' => 'http://example.com', 'alert_connection' => 'nothing', 'mails_off' => ['new_user', 'nonsense']]);");
        self::assertSame(['alert_webhook', 'mails_off', 'alert_connection'], array_keys($errors));
    }

    public function testABackupThatStepsInAndAConnectionThatTheQueuePausesAreTold(): void
    {
        self::$site->configure(self::broken(['alert_webhook' => self::HOOK, 'backup' => 'spare']));
        [$sent, $posts] = self::noting("\$sent = \$fail(); do_action('outbox_alert');
            do_action('outbox/connection_changed', 'primary', false, ['text' => '535 refused for me@example.com']); do_action('outbox_alert');
            do_action('outbox/connection_changed', 'primary', true, []); do_action('outbox_alert'); return [\$sent, array_column(array_column(\$posts, 'body'), 'reason')];");
        self::assertTrue($sent);
        self::assertCount(2, $posts);
        self::assertStringContainsString('stepped in', $posts[0]);
        self::assertStringContainsString('535 refused for ...', $posts[1]);
    }

    public function testAMessageMayAskForAConnection(): void
    {
        self::$site->configure(self::broken());
        self::assertSame([true, false], self::noting("return [wp_mail('ann@example.org', 'x', 'x', ['From: shop@example.com', 'X-Outbox-Connection: spare']),
            wp_mail('ann@example.org', 'x', 'x', ['From: shop@example.com', 'X-Outbox-Connection: nothing'])];"));
    }

    public function testTheWeekIsSummedUpWhereThatIsWanted(): void
    {
        self::$site->configure(['alert_email' => 'pager@example.org'] + self::relay());
        $server = self::$site->capture('--tls', 'starttls', '--auth', 'me:secret');
        self::noting("\$fail(); do_action('outbox_summary'); return 1;");
        $before = count($server->captured());
        self::$site->configure(['summary' => true]);
        self::noting("do_action('outbox_summary'); return 1;");
        $arrived = array_slice($server->captured(), $before);
        self::assertCount(1, $arrived);
        self::assertStringContainsString('Sent: 1', $arrived[0]['message']);
        self::assertStringNotContainsString('ann@', $arrived[0]['message']);
        self::assertSame('1', self::$site->evaluate("return (new DateTimeImmutable('@' . wp_next_scheduled('outbox_summary')))->setTimezone(wp_timezone())->format('N');"));
    }

    public function testEveryNotificationOfCoreThatCanBeSwitchedOffIsCores(): void
    {
        $rows = self::$site->evaluate("\$rows = []; foreach (require WP_PLUGIN_DIR . '/outbox/data/core-mails.php' as \$key => \$row) { unset(\$row['label']); \$rows[\$key] = \$row; }
            return [\$rows, Outbox\\WordPress\\Plugin::CORE_MAIL_FILTERS, Outbox\\WordPress\\Plugin::CORE_MAIL_HOOKS];");
        [$mails, $filters, $hooks] = $rows;
        self::assertCount(24, $mails);
        self::assertEqualsCanonicalizing(array_merge(...array_values(array_column($mails, 'filters'))), $filters);
        self::assertEqualsCanonicalizing(array_map(static fn (array $remove): string => $remove[0], array_merge(...array_values(array_column($mails, 'remove')))), $hooks);
        foreach (['bookworm', 'sid'] as $suite) {
            $core = (new Release($suite))->directory;
            $text = '';
            foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($core, \FilesystemIterator::SKIP_DOTS)) as $file) {
                if (preg_match('~/wp-(includes|admin)/.*(\.php)$~', (string) $file) && !str_contains((string) $file, '/blocks/')) {
                    $text .= file_get_contents((string) $file);
                }
            }
            foreach ($filters as $filter) {
                self::assertMatchesRegularExpression("/apply_filters(_ref_array)?\\( *'$filter'/", $text, $suite);
            }
            foreach (array_merge(...array_values(array_column($mails, 'remove'))) as [$hook, $listener, $priority]) {
                self::assertMatchesRegularExpression("/add_action\\( '$hook', '$listener'" . ($priority === 10 ? '' : ", $priority") . '/', $text, $suite);
            }
        }
    }

    public function testANotificationOfCoreIsSentUnlessItIsSwitchedOff(): void
    {
        $count = "\$n = 0; add_filter('pre_wp_mail', static function () use (&\$n) { \$n++; return true; });
            \$user = get_user_by('login', 'subscriber'); \$did = [];
            foreach (['retrieve' => static fn () => retrieve_password('subscriber'), 'reset' => static fn () => do_action('after_password_reset', \$user, 'x'),
                'new' => static fn () => wp_new_user_notification(\$user->ID, null, 'both')] as \$what => \$do) { \$n = 0; \$do(); \$did[\$what] = \$n; }
            return \$did;";
        self::assertSame(['retrieve' => 1, 'reset' => 1, 'new' => 2], self::$site->evaluate($count));
        self::$site->configure(['mails_off' => ['password_reset', 'new_user_admin']]);
        self::assertSame(['retrieve' => 1, 'reset' => 0, 'new' => 1], self::$site->evaluate($count));
        self::$site->configure(['mails_off' => ['password_request', 'new_user']]);
        self::assertSame(['retrieve' => 0, 'reset' => 1, 'new' => 1], self::$site->evaluate($count));
    }
}
