<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\DebianPackages;

/** A WordPress as Debian packages it, made into one folder of plain files. */
final class Release
{
    /** Debian 12, Debian 13, and the newest there is. */
    public const SUITES = ['bookworm', 'trixie', 'sid'];
    /** Files that Debian keeps in packages of their own and links to. */
    private const PARTS = '/^(libjs-|php-getid3$|libphp-phpmailer$|wordpress-)/';
    private const THEMES = ['wordpress-theme-twentytwentythree', 'wordpress-theme-twentytwentyfive'];

    public readonly string $directory;
    public readonly string $version;

    public function __construct(public readonly string $suite)
    {
        $unpacked = DebianPackages::ofSuite($suite, 'wordpress', self::PARTS, self::THEMES);
        $this->directory = dirname(__DIR__, 3) . '/.work/wordpress/core/' . basename($unpacked);
        is_dir(dirname($this->directory)) || @mkdir(dirname($this->directory), 0755, true);
        $lock = fopen("$this->directory.lock", 'c');
        flock($lock, LOCK_EX);
        if (!is_dir($this->directory)) {
            self::assemble($unpacked, "$this->directory.part");
            rename("$this->directory.part", $this->directory);
        }
        fclose($lock);
        preg_match("/wp_version = '([^']+)'/", file_get_contents("$this->directory/wp-includes/version.php"), $match);
        $this->version = $match[1];
    }

    private static function assemble(string $unpacked, string $target): void
    {
        self::copy("$unpacked/usr/share/wordpress", $target, $unpacked);
        if (is_dir("$unpacked/var/lib/wordpress/wp-content/themes")) {
            self::copy("$unpacked/var/lib/wordpress/wp-content/themes", "$target/wp-content/themes", $unpacked);
        }
        // Every site shares these files and brings its own settings.
        file_put_contents("$target/wp-config.php",
            "<?php\nrequire getenv('OUTBOX_TEST_SITE') . '/wp-config.php';\nrequire_once ABSPATH . 'wp-settings.php';\n");
    }

    /** Copies what links lead to: inside the unpacked packages, else on this machine. */
    private static function copy(string $from, string $to, string $root): void
    {
        is_dir($to) || mkdir($to, 0755, true);
        foreach (new \FilesystemIterator($from) as $path => $entry) {
            $link = $entry->isLink() ? $entry->getLinkTarget() : '';
            $source = str_starts_with($link, '/') && file_exists($root . $link) ? $root . $link : $path;
            if (is_dir($source)) {
                self::copy($source, "$to/" . $entry->getFilename(), $root);
            } elseif (!is_file($source)) {
                throw new \RuntimeException("$path leads nowhere: $link");
            } elseif ($entry->getFilename() !== '.htaccess') {
                copy($source, "$to/" . $entry->getFilename());
            }
        }
    }
}
