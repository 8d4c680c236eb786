<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

/** wp-cli from Packagist, below .work; Debian has no package of it. */
final class WpCli
{
    /** The registry's newest mustache is one short of what wp-cli wants, for scaffolding that nobody does here. */
    private const REQUIRE = ['wp-cli/wp-cli' => '^2.11', 'mustache/mustache' => '2.13.0 as 2.14.2'];

    public static function program(): string
    {
        $directory = dirname(__DIR__, 3) . '/.work/wp-cli';
        is_dir($directory) || @mkdir($directory, 0755, true);
        $lock = fopen("$directory/lock", 'c');
        flock($lock, LOCK_EX);
        $program = "$directory/vendor/wp-cli/wp-cli/php/boot-fs.php";
        if (!is_file($program)) {
            file_put_contents("$directory/composer.json", json_encode(['require' => self::REQUIRE]));
            TestSite::run(['composer', "--working-dir=$directory", '--no-interaction', '--no-progress', 'install']);
        }
        fclose($lock);
        return $program;
    }
}
