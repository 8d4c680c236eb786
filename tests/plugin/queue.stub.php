<?php

// SPDX-License-Identifier: MIT
// The extension's queue as the plugin uses it, until the extension's own stubs have it.

namespace Outbox;

final class Spool
{
    public static function open(?string $path = null): self {}
    public function status(): array {}
    public function list(array $filter = []): array {}
    public function get(string $id): ?array {}
    public function retry(string ...$ids): int {}
    public function hold(string ...$ids): int {}
    public function release(string ...$ids): int {}
    public function remove(string ...$ids): int {}
    /** @return array{cursor: string, events: list<array<string, mixed>>} */
    public function events(?string $cursor = null, int $limit = 1000): array {}
    public function run(array $limits = []): array {}
}

final class Profile
{
    public readonly string $name;
    public static function save(string $name, string|array $relay, ?string $spool = null): self {}
    public static function load(string $name, ?string $spool = null): ?self {}
    public static function delete(string $name, ?string $spool = null): bool {}
    public static function list(?string $spool = null): array {}
    public function toArray(): array {}
}
