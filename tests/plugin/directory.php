<?php

// SPDX-License-Identifier: MIT
// The rules of the directory of wordpress.org that a machine can check, as its Plugin Check has them: headers of plugin
// and readme.txt, files that may not be in a plugin, no file that does something when it is asked for by itself.
// Usage: directory.php FOLDER

declare(strict_types=1);

const TAGS_MAX = 5;
const SHORT_DESCRIPTION_MAX = 150;
const READ_MAX = 10_240; // octets that the directory reads of a readme
/** File types that it calls applications, archives or hidden. */
const FORBIDDEN = '/(^|\/)\.|\.(a|bin|bpk|deploy|dist|distz|dmg|dms|dump|elc|exe|gz|iso|lha|lrf|lzh|o|obj|phar|pkg|rar|sh|so|tar|tgz|zip|7z)$/i';
const BAD_CHARACTERS = '/[\s!@#$%^&*()+=\[\]{};:"\'<>,?|`~\\\\]/';

/** @return array<string, string> "Field: value" lines, by lower-case name */
function fields(string $text, string $prefix): array
{
    preg_match_all("/^{$prefix}([A-Z][A-Za-z ]+): *(.+)$/m", $text, $matches, PREG_SET_ORDER);
    return array_combine(array_map('strtolower', array_column($matches, 1)), array_map('trim', array_column($matches, 2)));
}

/** @return list<string> what is wrong with headers and readme.txt */
function headers(string $folder): array
{
    $plugin = fields(file_get_contents("$folder/outbox.php", false, null, 0, 8192), ' \* ');
    $readme = file_get_contents("$folder/readme.txt");
    $parts = preg_split('/^== .*==$/m', $readme, 2);
    $of_readme = fields($parts[0], '');
    $lines = array_values(array_filter(array_map('trim', explode("\n", $parts[0]))));
    $short = end($lines);
    $wrong = [];
    foreach (['version' => 'stable tag', 'license' => 'license', 'license uri' => 'license uri', 'requires at least' => 'requires at least', 'requires php' => 'requires php'] as $here => $there) {
        if (!isset($plugin[$here], $of_readme[$there]) || $plugin[$here] !== $of_readme[$there]) {
            $wrong[] = "outbox.php and readme.txt do not agree on \"$there\"";
        }
    }
    $rules = [
        'the header Network may only be true' => ($plugin['network'] ?? 'true') === 'true',
        'Text Domain is the folder\'s name in the directory' => $plugin['text domain'] === 'outbox',
        'Domain Path leads to a folder' => is_dir($folder . $plugin['domain path']),
        'the version of outbox.php is that of OUTBOX_PLUGIN_VERSION' => str_contains(file_get_contents("$folder/outbox.php"), "'OUTBOX_PLUGIN_VERSION', '{$plugin['version']}'"),
        'readme.txt begins with the plugin\'s name' => str_starts_with($readme, "=== {$plugin['plugin name']} ===\n"),
        'readme.txt says up to which WordPress it was tested' => (bool) preg_match('/^\d+\.\d+$/', $of_readme['tested up to'] ?? ''),
        'readme.txt names contributors' => isset($of_readme['contributors']),
        'readme.txt has at most ' . TAGS_MAX . ' tags' => count(explode(',', $of_readme['tags'] ?? '')) <= TAGS_MAX,
        'the short description has at most ' . SHORT_DESCRIPTION_MAX . ' characters' => strlen($short) <= SHORT_DESCRIPTION_MAX,
        'readme.txt has at most ' . READ_MAX . ' octets' => strlen($readme) <= READ_MAX,
        'readme.txt says whom the plugin calls' => str_contains($readme, "\n== External services ==\n"),
        'the changelog begins with this version' => (bool) preg_match("/^== Changelog ==\s+= " . preg_quote($plugin['version'], '/') . ' =$/m', $readme),
        'every screenshot has a line' => preg_match_all('/^\d+\. /m', strstr(strstr($readme, '== Screenshots =='), '== Changelog ==', true)) === count(glob("$folder/assets/screenshot-*.png")),
    ];
    return [...$wrong, ...array_keys(array_filter($rules, static fn (bool $holds): bool => !$holds))];
}

/** @return list<string> what is wrong with the files */
function files(string $folder): array
{
    $wrong = [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS)) as $file) {
        $name = substr((string) $file, strlen($folder) + 1);
        if (preg_match(FORBIDDEN, $name) || preg_match(BAD_CHARACTERS, $name)) {
            $wrong[] = "$name may not be in a plugin";
        }
        if (!str_ends_with($name, '.php')) {
            continue;
        }
        $text = file_get_contents((string) $file);
        if (!preg_match("/^(defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;|if \( ! defined\( 'ABSPATH' \) \) \{\n\texit;)/m", $text)) {
            $wrong[] = "$name does something when it is asked for by itself";
        }
        if (!str_contains(substr($text, 0, 2000), 'SPDX-License-Identifier: MIT')) {
            $wrong[] = "$name has no line about its licence";
        }
    }
    return $wrong;
}

$wrong = [...headers($argv[1]), ...files(rtrim($argv[1], '/'))];
foreach ($wrong as $line) {
    echo "$line\n";
}
exit($wrong === [] ? 0 : 1);
