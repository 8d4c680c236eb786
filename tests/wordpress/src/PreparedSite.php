<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** A WordPress installed once and copied for every test class: its database's files and its wp-content. */
final class PreparedSite
{
    /** Stands for the host and port that a copy gets. */
    private const PLACE = 'localhost:65535';

    public readonly string $directory;

    public function __construct(private readonly Release $release, private readonly bool $multisite)
    {
        // What makes it is part of its name: change this folder, and sites are prepared anew.
        $makers = md5(implode('', array_map(md5_file(...), glob(__DIR__ . '/{install,PreparedSite,SiteFiles,MariaDb,Release}.php', GLOB_BRACE))));
        $this->directory = dirname(__DIR__, 3) . '/.work/wordpress/prepared/' . basename($release->directory) . ($multisite ? '-network' : '') .
            '-' . substr($makers, 0, 8);
        is_dir(dirname($this->directory)) || @mkdir(dirname($this->directory), 0755, true);
        $lock = fopen("$this->directory.lock", 'c');
        flock($lock, LOCK_EX);
        if (!is_dir($this->directory)) {
            $part = "$this->directory.part";
            TestSite::run(['rm', '-rf', $part]);
            mkdir($part, 0755);
            $this->prepare($part);
            rename($part, $this->directory);
        }
        fclose($lock);
    }

    private function prepare(string $site): void
    {
        $this->linkFiles("$site/www");
        $run = sys_get_temp_dir() . '/outbox-wp-' . bin2hex(random_bytes(5));
        mkdir($run, 0700);
        MariaDb::createData("$site/data", $run);
        $database = new MariaDb("$site/data", $run);
        $database->connect()->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
        SiteFiles::writeIni("$site/php.ini", $site, false);
        $url = 'http://' . self::PLACE;
        SiteFiles::writeConfig($site, $database->socket, $url, []);
        $this->runInstaller($site, 'install');
        if ($this->multisite) {
            $this->runInstaller($site, 'network');
            SiteFiles::writeConfig($site, $database->socket, '', ['MULTISITE' => true, 'SUBDOMAIN_INSTALL' => false,
                'DOMAIN_CURRENT_SITE' => self::PLACE, 'PATH_CURRENT_SITE' => '/', 'SITE_ID_CURRENT_SITE' => 1, 'BLOG_ID_CURRENT_SITE' => 1]);
            $this->runInstaller($site, 'second-site');
        }
        $database->stop();
        TestSite::run(['rm', '-rf', $run]);
    }

    /** The document root: core by links, wp-content of its own. */
    private function linkFiles(string $root): void
    {
        mkdir("$root/wp-content/plugins", 0755, true);
        mkdir("$root/wp-content/mu-plugins");
        mkdir("$root/wp-content/uploads");
        foreach (new \FilesystemIterator($this->release->directory) as $path => $entry) {
            if ($entry->getFilename() !== 'wp-content') {
                symlink($path, "$root/" . $entry->getFilename());
            }
        }
        symlink($this->release->directory . '/wp-content/themes', "$root/wp-content/themes");
    }

    private function runInstaller(string $site, string $step): void
    {
        TestSite::run([PHP_BINARY, '-c', "$site/php.ini", __DIR__ . '/install.php', $this->release->directory, $step, self::PLACE,
            TestSite::USER, TestSite::PASSWORD, ...TestSite::ROLES], ['OUTBOX_TEST_SITE' => $site, 'PHP_INI_SCAN_DIR' => '/dev/null'] + getenv());
    }

    /** Tells a network's tables where the copy lives; a single site reads it from wp-config.php. */
    public static function moveNetwork(MariaDb $database, string $place): void
    {
        $db = $database->connect('wordpress');
        $db->query("UPDATE wp_site SET domain = '$place'");
        $db->query("UPDATE wp_blogs SET domain = '$place'");
        $db->query("UPDATE wp_sitemeta SET meta_value = 'http://$place/' WHERE meta_key = 'siteurl'");
        foreach (['wp_options', 'wp_2_options'] as $table) {
            $db->query("UPDATE $table SET option_value = REPLACE(option_value, '" . self::PLACE . "', '$place') WHERE option_name IN ('home', 'siteurl')");
        }
    }
}
