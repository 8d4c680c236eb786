<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** A network of sites: whose settings count, whose log is written. */
final class MultisiteTest extends PluginTestCase
{
    protected const SUITE = 'trixie';
    protected const OPTIONS = ['multisite' => true];

    protected function setUp(): void
    {
        self::$site->php("foreach (get_sites(['fields' => 'ids']) as \$id) { switch_to_blog(\$id);
            foreach (['outbox_settings', 'outbox_secrets', 'outbox_state', 'outbox_cursor'] as \$option) { delete_option(\$option); }
            Outbox\\WordPress\\Lifecycle::set_up(); global \$wpdb; \$wpdb->query('TRUNCATE ' . \$wpdb->prefix . 'outbox_log'); restore_current_blog(); }
            delete_site_option('outbox_network_settings'); delete_site_option('outbox_network_secrets');");
    }

    private static function network(string $settings, string $code): mixed
    {
        return self::$site->evaluate("\$network = new Outbox\\WordPress\\Settings(true); \$errors = \$network->save($settings);
            if (\$errors !== []) { throw new Exception(json_encode(\$errors)); }
            \$settings = Outbox\\WordPress\\Plugin::settings(); $code");
    }

    public function testASiteWithoutSettingsOfItsOwnSendsByTheNetworks(): void
    {
        $relay = var_export(self::relay(), true);
        self::assertSame([true, true, 'network'], self::network($relay, "
            \$one = wp_mail('ann@example.org', 'One', 'Text', 'From: shop@example.com');
            switch_to_blog(2); \$two = wp_mail('ann@example.org', 'Two', 'Text', 'From: shop@example.com'); restore_current_blog();
            return [\$one, \$two, \$settings->source('smtp_host')['from']];"));
        self::assertSame(['Two'], array_column(self::$site->query('SELECT subject FROM wp_2_outbox_log'), 'subject'));
        self::assertSame(['One'], array_column(self::$site->query('SELECT subject FROM wp_outbox_log'), 'subject'));
    }

    public function testASiteMayDifferUnlessTheNetworkHasLockedASetting(): void
    {
        $result = self::network("['from_name' => 'Network', 'log_days' => 7]", "
            switch_to_blog(2);
            \$settings->save(['from_name' => 'Second', 'log_days' => 9]);
            \$free = [\$settings->get('from_name'), \$settings->get('log_days')];
            \$network->save(['_lock' => ['log_days']]);
            \$locked = [\$settings->get('from_name'), \$settings->get('log_days'), \$settings->source('log_days')['locked'], \$settings->save(['log_days' => 11]), \$settings->stored(false)['log_days']];
            \$network->save(['_lock' => true]);
            return [\$free, \$locked, [\$settings->get('from_name'), \$settings->get('log_days')]];");
        self::assertSame([['Second', 9], ['Second', 7, true, [], 9], ['Network', 7]], $result);
    }

    public function testAConnectionComesFromOnePlaceAlone(): void
    {
        $result = self::network("['provider' => 'other', 'smtp_host' => 'network.example.com', 'smtp_user' => 'network', 'smtp_pass' => 'secret of the network']", "
            switch_to_blog(2);
            \$c = static fn () => Outbox\\WordPress\\Plugin::connections()->primary();
            \$shared = [\$c()->host(), \$c()->credentials()];
            \$half = [array_keys(\$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com'])), array_keys(\$settings->save(['smtp_host' => 'x.example.com', 'smtp_pass' => 'x'])), \$c()->host(), \$c()->missing()];
            \$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'own secret']);
            \$own = [\$c()->host(), \$c()->credentials()];
            restore_current_blog();
            return [\$shared, \$half, \$own, \$c()->credentials()];");
        self::assertSame([['network.example.com', ['network', 'secret of the network']], [['smtp_pass'], ['smtp_host', 'smtp_pass'], 'network.example.com', ''],
            ['smtp.gmail.com', ['me@gmail.com', 'own secret']], ['network', 'secret of the network']], $result);
    }

    public function testAFormThatIsSentAsItWasShownLeavesASiteWithTheNetworks(): void
    {
        $relay = var_export(self::relay() + ['log_days' => 7, 'alert_email' => 'ops@example.org'], true);
        self::network($relay, 'return 1;');
        $visitor = self::$site->visitor('admin');
        $visitor->get('/two/wp-admin/admin.php?page=outbox');
        self::assertStringNotContainsString('value="me"', $visitor->body);
        $form = $visitor->form('outbox[from_name]');
        self::assertSame(['', ''], [$form['outbox']['provider'], $form['outbox']['smtp_host']]);
        $form['outbox']['hide_widget'] = '1';
        $visitor->post('/two/wp-admin/admin.php?page=outbox', $form);
        self::assertSame(302, $visitor->status);
        $state = "\$c = Outbox\\WordPress\\Plugin::connections()->primary(); return [array_keys(get_option('outbox_settings')), \$c->missing(), \$settings->get('log_days'),
            wp_mail('ann@example.org', 'Still', 'Text', 'From: shop@example.com')];";
        self::assertSame([['hide_widget'], '', 3, true], self::network("['log_days' => 3]", 'switch_to_blog(2); ' . $state));
        self::assertSame('sent', self::$site->query("SELECT status FROM wp_2_outbox_log WHERE subject = 'Still'")[0]['status']);
    }

    public function testASiteTakesAConnectionOfItsOwnAndGivesItBack(): void
    {
        self::network(var_export(self::relay(), true), 'return 1;');
        $visitor = self::$site->visitor('admin');
        $send = static function (array $changes) use ($visitor): void {
            $visitor->get('/two/wp-admin/admin.php?page=outbox');
            $form = $visitor->form('outbox[from_name]');
            $visitor->post('/two/wp-admin/admin.php?page=outbox', array_replace_recursive($form, ['outbox' => $changes]));
        };
        $now = "switch_to_blog(2); \$c = Outbox\\WordPress\\Plugin::connections()->primary(); return [\$c->host(), \$c->missing(), array_keys(get_option('outbox_secrets'))];";
        $send(['provider' => 'fastmail', 'smtp_user' => 'two@fastmail.com']);
        self::assertStringContainsString('password of its own', $visitor->body);
        $send(['provider' => 'fastmail', 'smtp_user' => 'two@fastmail.com', 'smtp_pass' => 'own secret']);
        self::assertSame(['smtp.fastmail.com', '', ['smtp_pass']], self::$site->evaluate($now));
        $send(['provider' => '']);
        self::assertSame(['127.0.0.1', '', []], self::$site->evaluate($now));
        self::assertSame('secret', self::$site->evaluate('return Outbox\WordPress\Plugin::connections()->primary()->credentials()[1];'));
    }

    public function testASiteNeverWritesOrRemovesASecretOfTheNetwork(): void
    {
        $spare = ['host' => 'spare.example.com', 'user' => 'spare'];
        self::network(var_export(self::relay() + ['alert_email' => 'ops@example.org', 'alert_webhook' => 'https://network.example.com/hook', 'connections' => ['spare' => $spare + ['pass' => 'spare secret']]], true), 'return 1;');
        $result = self::$site->evaluate("switch_to_blog(2); \$settings = Outbox\\WordPress\\Plugin::settings();
            \$before = get_site_option('outbox_network_secrets');
            \$saved = [\$settings->save(['alert_webhook' => 'https://two.example.com/hook']), \$settings->save(['smtp_pass' => null]),
                \$settings->save(['connections' => ['spare' => " . var_export($spare + ['pass' => 'own'], true) . "]])];
            return [\$saved, get_site_option('outbox_network_secrets') === \$before, array_keys(get_option('outbox_secrets')), \$settings->get('alert_email')];");
        self::assertSame([[[], [], []], true, ['alert_webhook', 'connection:spare'], 'ops@example.org'], $result);
    }

    public function testPathsOfTheServerAreForThoseWhoRunTheNetwork(): void
    {
        $result = self::$site->evaluate("switch_to_blog(2); \$settings = Outbox\\WordPress\\Plugin::settings();
            \$save = static fn () => [array_keys(\$settings->save(['spool_path' => '/srv/queue', 'from_name' => 'Two'])), \$settings->get('spool_path'),
                array_keys(\$settings->save(['connections' => ['a' => ['host' => 'a.example.com', 'ca_file' => '/srv/ca.pem']]])), array_keys(\$settings->save(['provider' => 'other', 'smtp_profile' => 'of-another-site']))];
            wp_set_current_user(get_user_by('login', 'editor')->ID); \$owner = \$save(); \$locked = \$settings->source('spool_path')['locked'] && \$settings->source('smtp_ca_file')['locked'];
            wp_set_current_user(1); return [\$owner, \$locked, \$save()];");
        self::assertSame([[[], '', ['connections'], ['smtp_profile']], true, [[], '/srv/queue', [], []]], $result);
    }

    public function testASecretOfOneSiteDoesNotOpenOnAnother(): void
    {
        $result = self::$site->evaluate("
            \$settings = Outbox\\WordPress\\Plugin::settings();
            \$settings->save(['provider' => 'gmail', 'smtp_user' => 'me@gmail.com', 'smtp_pass' => 'secret']);
            \$options = [get_option('outbox_settings'), get_option('outbox_secrets')];
            switch_to_blog(2);
            update_option('outbox_settings', \$options[0]); update_option('outbox_secrets', \$options[1]);
            try { return Outbox\\WordPress\\Plugin::connections()->primary()->credentials(); } catch (Outbox\\WordPress\\SecretException \$e) { return \$e->reason(); }");
        self::assertSame('keys_changed', $result);
    }

    public function testASiteThatNobodyHasAdministeredYetGetsItsLogWithItsFirstMessage(): void
    {
        $relay = var_export(self::relay(), true);
        self::network($relay, "switch_to_blog(2); delete_option('outbox_state'); Outbox\\WordPress\\Log\\Table::drop();
            wp_clear_scheduled_hook('outbox_sync'); wp_clear_scheduled_hook('outbox_prune');
            wp_mail('ann@example.org', 'First', 'Text', 'From: shop@example.com'); restore_current_blog(); return 1;");
        self::assertSame(['First'], array_column(self::$site->query('SELECT subject FROM wp_2_outbox_log'), 'subject'));
        self::assertSame([true, true], self::$site->evaluate("switch_to_blog(2); return [wp_next_scheduled('outbox_sync') > 0, wp_next_scheduled('outbox_prune') > 0];"));
        // Where they are gone, a visit of the administration brings them back.
        self::assertTrue(self::$site->evaluate("wp_clear_scheduled_hook('outbox_sync'); Outbox\\WordPress\\Lifecycle::upgrade(); return wp_next_scheduled('outbox_sync') > 0;"));
    }

    public function testANewPasswordOfTheNetworkReachesTheQueuesOfItsSites(): void
    {
        $relay = var_export(['delivery_mode' => 'queue', 'smtp_pass' => 'wrong'] + self::relay(), true);
        $stamp = "switch_to_blog(2); \$n = Outbox\\WordPress\\State::site() . '-primary'; \$at = static fn () => Outbox\\WordPress\\State::get('profiles')[\$n] ?? '';";
        $before = self::network($relay, "$stamp wp_mail('ann@example.org', 'Waits', 'Text', 'From: shop@example.com'); return \$at();");
        [$same, $after] = self::network("['smtp_pass' => 'secret']", "$stamp \$same = \$at(); do_action('outbox_sync'); return [\$same, \$at()];");
        self::assertSame($before, $same);
        self::assertNotSame($before, $after);
    }

    public function testANewSiteOfTheNetworkIsSetUpAndItsLogGoesWithIt(): void
    {
        $tables = self::$site->evaluate("
            \$id = wp_insert_site(['domain' => get_network()->domain, 'path' => '/three/', 'title' => 'Third', 'user_id' => 1]);
            global \$wpdb; \$count = static fn () => count(\$wpdb->get_col(\"SHOW TABLES LIKE 'wp_\$id\\_outbox%'\"));
            \$tables = [\$count()]; wp_delete_site(\$id);
            return [...\$tables, \$count()];");
        self::assertSame([1, 0], $tables);
    }
}
