<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

require_once __DIR__ . '/DeliveryTest.php';

/** The oldest PHP and the oldest WordPress that the plugin takes, and so without the extension: its pages, and all the ways of wp_mail(). */
final class OldestPhpTest extends DeliveryTest
{
    protected const OPTIONS = ['extension' => false, 'php' => '7.4'];

    public function testTheseAreTheOldest(): void
    {
        self::assertSame(['7.4', '6.1'], self::$site->evaluate("return [PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION, substr(\$GLOBALS['wp_version'], 0, 3)];"));
        $headers = get_headers(self::$site->url . '/wp-login.php');
        self::assertCount(1, preg_grep('~^X-Powered-By: PHP/7\.4\.~i', $headers), implode("\n", $headers));
    }

    public function testEveryFileCanBeReadAndEveryClassLoads(): void
    {
        $folder = dirname(__DIR__, 2) . '/wordpress-plugin';
        $bad = $classes = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS)) as $file) {
            if ($file->getExtension() !== 'php') {
                continue;
            }
            exec(implode(' ', array_map('escapeshellarg', [...self::$site->interpreter, '-n', '-l', (string) $file])) . ' 2>&1', $output, $code);
            if ($code !== 0) {
                $bad[] = (string) $file;
            }
            $name = substr((string) $file, strlen("$folder/src/"), -4);
            if (str_starts_with((string) $file, "$folder/src/") && ctype_upper(basename($name)[0])) {
                $classes[] = 'Outbox\\WordPress\\' . strtr($name, '/', '\\');
            }
        }
        self::assertSame([], $bad);
        self::assertGreaterThan(80, count($classes));
        self::assertSame([], self::$site->evaluate('require_once ABSPATH . "wp-admin/includes/admin.php"; require_once ABSPATH . WPINC . "/PHPMailer/PHPMailer.php"; require_once ABSPATH . WPINC . "/PHPMailer/SMTP.php";
            return array_values(array_filter(' . var_export($classes, true) . ', static function ($name) { return !class_exists($name) && !interface_exists($name); }));'));
    }

    public function testItsPagesAreShownAndItsFormsSaved(): void
    {
        self::evaluate(self::relay(), "return wp_mail('ann@example.org', 'On the page', 'Text');");
        $admin = self::$site->visitor('admin');
        foreach (['outbox' => 'Delivery', 'outbox-test' => 'Send', 'outbox-log' => 'On the page', 'outbox-import' => 'Import'] as $page => $words) {
            self::assertStringContainsString($words, $admin->get("/wp-admin/admin.php?page=$page"), $page);
            self::assertSame(200, $admin->status, $page);
        }
        $admin->get('/wp-admin/admin.php?page=outbox');
        $admin->post('/wp-admin/admin.php?page=outbox', ['outbox' => ['log_days' => '12'] + ($fields = $admin->form('outbox[log_days]'))['outbox']] + $fields);
        self::assertSame([302, 12], [$admin->status, self::$site->evaluate("return Outbox\\WordPress\\Plugin::settings()->get('log_days');")]);
        self::assertStringContainsString('Outbox', $admin->get('/wp-admin/index.php'));
        self::assertSame('good', self::$site->evaluate("return Outbox\\WordPress\\SiteHealth::setup()['status'];"));
    }
}
