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
            \$settings->save(['provider' => 'gmail']);
            \$half = [\$c()->host(), \$c()->user(), \$c()->missing()];
            \$settings->save(['smtp_user' => 'me@gmail.com', 'smtp_pass' => 'own secret']);
            \$own = [\$c()->host(), \$c()->credentials()];
            restore_current_blog();
            return [\$shared, \$half, \$own, \$c()->credentials()];");
        self::assertSame([['network.example.com', ['network', 'secret of the network']], ['smtp.gmail.com', '', 'user'],
            ['smtp.gmail.com', ['me@gmail.com', 'own secret']], ['network', 'secret of the network']], $result);
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
            wp_mail('ann@example.org', 'First', 'Text', 'From: shop@example.com'); restore_current_blog(); return 1;");
        self::assertSame(['First'], array_column(self::$site->query('SELECT subject FROM wp_2_outbox_log'), 'subject'));
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
