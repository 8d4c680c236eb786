<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** What the plugin costs, whom it names, and how it comes and goes. */
class PluginTest extends PluginTestCase
{
    protected function tearDown(): void
    {
        foreach (glob(self::$site->directory . '/www/wp-content/mu-plugins/*.php') as $file) {
            unlink($file);
        }
        self::$site->define('OUTBOX_DISABLED', null);
    }

    private static function muPlugin(string $code): void
    {
        file_put_contents(self::$site->directory . '/www/wp-content/mu-plugins/test.php', "<?php\n$code");
    }

    /** Numbers of the fastest of several requests for a page: queries, and milliseconds that the plugin took to load. */
    private static function cost(string $path, Visitor $visitor): array
    {
        $file = self::$site->directory . '/cost.json';
        self::muPlugin("
            \$began = hrtime(true);
            \$took = 0;
            add_action('plugin_loaded', static function () use (\$began, &\$took) { \$took = (hrtime(true) - \$began) / 1e6; });
            add_action('muplugins_loaded', static function () use (&\$began) { \$began = hrtime(true); }, PHP_INT_MAX);
            add_action('shutdown', static function () use (&\$took) {
                global \$wpdb;
                file_put_contents('$file', json_encode([\$wpdb->num_queries, \$took, array_values(array_filter(get_included_files(), static fn (\$f) => strpos(\$f, 'wordpress-plugin') !== false))]));
            }, PHP_INT_MAX);");
        $queries = $milliseconds = PHP_INT_MAX;
        for ($i = 0; $i < 8; $i++) {
            $visitor->get($path);
            [$count, $took, $files] = json_decode(file_get_contents($file), true);
            $queries = min($queries, $count);
            $milliseconds = min($milliseconds, $took);
        }
        return [$queries, $milliseconds, array_map('basename', $files)];
    }

    public function testAPageThatSendsNothingPaysNoQueryAndALittleTime(): void
    {
        $visitor = self::$site->visitor();
        self::$site->define('OUTBOX_DISABLED', true);
        [$without, $nothing] = self::cost('/', $visitor);
        self::$site->define('OUTBOX_DISABLED', null);
        [$with, $milliseconds, $files] = self::cost('/', $visitor);
        self::assertSame($without, $with);
        self::assertSame(['outbox.php', 'Autoloader.php', 'Plugin.php'], $files);
        self::assertLessThan(0.3, $milliseconds - $nothing, 'milliseconds');
    }

    public function testAMessageInTheMiddleOfAPageReadsItsSettingsWithOneQuery(): void
    {
        $queries = self::evaluate(self::relay(), "return 1;");
        $queries = self::$site->evaluate("global \$wpdb; \$before = \$wpdb->num_queries;
            wp_mail('ann@example.org', 'Hello', 'Text', 'From: shop@example.com'); return \$wpdb->num_queries - \$before;");
        self::assertSame(1, $queries); // The secrets, which are not loaded with every page.
    }

    public function testAnOldWordPressGetsANoticeAndKeepsItsMail(): void
    {
        self::muPlugin("\$GLOBALS['wp_version'] = '6.0.9';");
        $page = self::$site->visitor('admin')->get('/wp-admin/');
        self::assertStringContainsString('Outbox needs PHP 7.4 and WordPress 6.1', $page);
        self::assertFalse(self::$site->evaluate("return class_exists('Outbox\\\\WordPress\\\\Plugin');"));
    }

    public function testWhoeverRedefinesWpMailIsNamed(): void
    {
        self::assertNull(self::$site->evaluate('return Outbox\WordPress\Conflicts::wp_mail_owner();'));
        self::muPlugin("function wp_mail(\$to, \$subject, \$message, \$headers = '', \$attachments = []) { return true; }");
        $owner = self::$site->evaluate('return Outbox\WordPress\Conflicts::wp_mail_owner();');
        self::assertSame(['mu-plugin:test', 2], [$owner['source'], $owner['line']]);
    }

    public function testOtherMailPluginsThatAreActiveAreNamed(): void
    {
        $names = self::$site->evaluate("
            add_filter('option_active_plugins', static fn (\$active) => array_merge((array) \$active, ['wp-mail-smtp/wp_mail_smtp.php', 'akismet/akismet.php']));
            return Outbox\\WordPress\\Conflicts::mail_plugins();");
        self::assertSame(['wp-mail-smtp/wp_mail_smtp.php' => 'WP Mail SMTP'], $names);
    }

    public function testDeactivationKeepsEverythingAndDeletionTakesAllOfItOnlyIfAsked(): void
    {
        self::evaluate(self::relay(), "return wp_mail('ann@example.org', 'Hello', 'Text');");
        $deactivate = "require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins('outbox/outbox.php');";
        self::$site->php($deactivate);
        try {
            self::assertSame([], self::$site->evaluate("return array_values(array_filter(array_keys(array_merge(...array_values(array_filter(_get_cron_array(), 'is_array')))), static fn (\$hook) => strpos(\$hook, 'outbox') === 0));"));
            $uninstall = "define('WP_UNINSTALL_PLUGIN', 'outbox/outbox.php'); require WP_PLUGIN_DIR . '/outbox/uninstall.php';";
            self::$site->php($uninstall);
            self::assertCount(1, self::$site->query('SELECT * FROM wp_outbox_log'));
            self::$site->php("\$o = get_option('outbox_settings'); \$o['uninstall_data'] = true; update_option('outbox_settings', \$o); $uninstall");
            self::assertSame([], self::$site->query("SELECT option_name FROM wp_options WHERE option_name LIKE '%outbox%' AND option_name NOT LIKE '%transient%'"));
            self::assertSame([], self::$site->query("SHOW TABLES LIKE '%outbox%'"));
        } finally {
            self::$site->php("require_once ABSPATH . 'wp-admin/includes/plugin.php'; activate_plugin('outbox/outbox.php');");
        }
        self::assertCount(1, self::$site->query("SHOW TABLES LIKE '%outbox_log%'"));
    }

    public function testASecondCopyOfThePluginStaysQuiet(): void
    {
        $copy = self::$site->directory . '/www/wp-content/plugins/outbox-copy';
        self::$site->run(['cp', '-r', dirname(__DIR__, 2) . '/wordpress-plugin', $copy]);
        self::$site->php("update_option('active_plugins', ['outbox/outbox.php', 'outbox-copy/outbox.php']);");
        self::assertStringContainsString('Kiln', self::$site->visitor()->get('/'));
        self::$site->php("update_option('active_plugins', ['outbox/outbox.php']);");
    }
}
