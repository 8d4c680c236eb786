<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** The two files that make a folder a site: php.ini and wp-config.php. */
final class SiteFiles
{
    /** In the order they load in: mysqli stands on mysqlnd, and so on. */
    private const EXTENSIONS = ['json', 'ctype', 'curl', 'dom', 'exif', 'fileinfo', 'gd', 'gettext', 'iconv', 'intl', 'mbstring', 'mysqlnd',
        'mysqli', 'pdo', 'phar', 'posix', 'simplexml', 'sockets', 'tokenizer', 'xml', 'xmlreader', 'xmlwriter', 'zip'];
    private const SALTS = ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'];

    public static function writeIni(string $file, string $site, bool $extension, ?OldPhp $php = null): void
    {
        $extensions = $php->extensions ?? PHP_EXTENSION_DIR;
        $lines = ['memory_limit=256M', 'max_execution_time=120', 'error_reporting=E_ALL', 'display_errors=stderr', 'log_errors=1',
            "error_log=$site/debug.log", 'upload_max_filesize=32M', 'post_max_size=32M', 'sendmail_path=/bin/false',
            'zend.exception_ignore_args=1', "extension_dir=$extensions"];
        foreach (self::EXTENSIONS as $name) {
            if (is_file("$extensions/$name.so")) {
                $lines[] = "extension=$name";
            }
        }
        if (is_file("$extensions/opcache.so")) {
            array_push($lines, 'zend_extension=opcache', 'opcache.enable=1', 'opcache.revalidate_freq=0');
        }
        if ($extension) {
            $root = dirname(__DIR__, 3);
            $module = getenv('OUTBOX_MODULE') ?: "$root/modules/outbox.so";
            array_push($lines, "extension=$module", "outbox.spool_root=$site/spool", "outbox.runner=$root/modules/outbox");
            is_dir("$site/spool") || mkdir("$site/spool", 0700);
        }
        file_put_contents($file, implode("\n", $lines) . "\n");
    }

    public static function writeConfig(string $site, string $socket, string $url, array $constants): void
    {
        $all = ['DB_NAME' => 'wordpress', 'DB_USER' => 'root', 'DB_PASSWORD' => '', 'DB_HOST' => "localhost:$socket",
            'DB_CHARSET' => 'utf8mb4', 'DB_COLLATE' => ''];
        $all += self::salts("$site/salts.json");
        $all += ['WP_CONTENT_DIR' => "$site/www/wp-content", 'WP_DEBUG' => true, 'WP_DEBUG_DISPLAY' => false,
            'WP_DEBUG_LOG' => "$site/debug.log", 'AUTOMATIC_UPDATER_DISABLED' => true, 'DISALLOW_FILE_MODS' => true,
            'WP_HTTP_BLOCK_EXTERNAL' => true, 'WP_ACCESSIBLE_HOSTS' => 'localhost,127.0.0.1'];
        if ($url !== '') {
            $all += ['WP_HOME' => $url, 'WP_SITEURL' => $url];
        }
        $text = "<?php\n\$table_prefix = 'wp_';\n";
        foreach ($constants + $all as $name => $value) {
            $text .= self::line($name, $value);
        }
        file_put_contents("$site/wp-config.php", $text);
    }

    /** Random, and the same for as long as the folder lives: passwords are sealed with them. */
    private static function salts(string $file): array
    {
        if (!is_file($file)) {
            file_put_contents($file, json_encode(array_map(static fn (): string => bin2hex(random_bytes(32)), array_flip(self::SALTS))));
        }
        return json_decode(file_get_contents($file), true);
    }

    public static function setConstant(string $site, string $name, mixed $value): void
    {
        $file = "$site/wp-config.php";
        $text = preg_replace("/^define\('" . preg_quote($name, '/') . "', .*\);\n/m", '', file_get_contents($file));
        $text = $value === null ? $text : str_replace("\$table_prefix = 'wp_';\n", "\$table_prefix = 'wp_';\n" . self::line($name, $value), $text);
        file_put_contents("$file.part", $text);
        rename("$file.part", $file);
    }

    private static function line(string $name, mixed $value): string
    {
        return "define('$name', " . str_replace("\n", '', var_export($value, true)) . ");\n";
    }
}
