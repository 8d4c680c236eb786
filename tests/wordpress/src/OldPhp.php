<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\DebianPackages;

/** A PHP of an older Debian, with that Debian's libraries: run by its own loader, so that nothing of it is installed. */
final class OldPhp
{
    private const SUITES = ['7.4' => 'bullseye'];
    private const PARTS = ['cli', 'fpm', 'common', 'json', 'opcache', 'curl', 'gd', 'intl', 'mbstring', 'mysql', 'xml', 'zip'];

    public readonly string $extensions;
    private readonly string $root;

    public function __construct(private readonly string $version)
    {
        $this->root = DebianPackages::forItsOwnRoot(self::SUITES[$version], ...array_map(static fn (string $part): string => "php$version-$part", self::PARTS));
        $this->extensions = glob("$this->root/usr/lib/php/20*")[0];
    }

    /** @return list<string> */
    public function cli(): array
    {
        return $this->command("bin/php$this->version");
    }

    /** @return list<string> */
    public function fpm(): array
    {
        return $this->command("sbin/php-fpm$this->version");
    }

    private function command(string $program): array
    {
        $libraries = glob("$this->root/{usr/lib,lib}/*-linux-gnu", GLOB_BRACE);
        [$loader] = glob("$this->root/{usr/lib,lib}/*-linux-gnu/ld-[0-9]*.so", GLOB_BRACE);
        return [$loader, '--library-path', implode(':', $libraries), "$this->root/usr/$program"];
    }
}
