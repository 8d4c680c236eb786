<?php

// SPDX-License-Identifier: MIT
// What the plugin's commands use of wp-cli.

namespace {
    class WP_CLI
    {
        /** @param class-string $class */
        public static function add_command(string $name, string $class): bool {}
        public static function line(string $text = ''): void {}
        public static function success(string $text): void {}
        public static function warning(string $text): void {}
        /** @return never */
        public static function error(string $text) {}
        /** @return never */
        public static function halt(int $code) {}
        /** @param array<string, mixed> $options */
        public static function confirm(string $question, array $options = []): void {}
        /** @param array<string, mixed> $options */
        public static function print_value(mixed $value, array $options = []): void {}
    }
}

namespace WP_CLI\Utils {
    /**
     * @param list<array<string, mixed>> $items
     * @param list<string> $fields
     */
    function format_items(string $format, array $items, array $fields): void {}
    /** @param array<string, mixed> $options */
    function get_flag_value(array $options, string $name, mixed $default = null): mixed {}
}
