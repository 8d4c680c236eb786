<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\ServerProcess;

require_once dirname(__DIR__, 2) . '/servers/src/ServerProcess.php';

/**
 * A real WordPress with MariaDB, PHP-FPM and nginx, the extension loaded and the plugin active, and a submission
 * server that keeps what arrives. Installed once by WordPress' own installer; each site is a copy of that.
 */
final class TestSite
{
    public const USER = 'admin';
    public const PASSWORD = 'admin-password-of-a-test';
    /** One user a role, with the role's name, beside the administrator; all with the same password. */
    public const ROLES = ['editor', 'author', 'contributor', 'subscriber'];

    public readonly Release $release;
    public readonly string $directory;
    public readonly string $url;
    private readonly string $run;
    private readonly MariaDb $database;
    private readonly WebServer $web;
    /** @var list<string> */
    public readonly array $interpreter;
    /** @var array<string, ServerProcess> */
    private array $captures = [];

    /**
     * @param array $options multisite (bool), extension (bool, default true), plugin (bool, default true), workers (int),
     *     port (int), cron (bool), directory (string: kept there and used again), constants (array of wp-config),
     *     php (string: the version of an older one)
     */
    public function __construct(string $suite = 'bookworm', private readonly array $options = [])
    {
        $this->release = new Release($suite);
        $prepared = (new PreparedSite($this->release, !empty($options['multisite'])))->directory;
        $base = dirname(__DIR__, 3) . '/.work/wordpress/sites';
        $this->directory = $options['directory'] ?? "$base/" . getmypid() . '-' . bin2hex(random_bytes(4));
        if (!is_dir($this->directory)) {
            mkdir($this->directory, 0755, true);
            self::run(['cp', '-a', '--reflink=auto', "$prepared/data", "$prepared/www", $this->directory]);
        }
        // A socket's path is short: 107 octets.
        $this->run = sys_get_temp_dir() . '/outbox-wp-' . bin2hex(random_bytes(5));
        mkdir($this->run, 0700);
        $this->database = new MariaDb("$this->directory/data", $this->run);
        $old = isset($options['php']) ? new OldPhp($options['php']) : null;
        $this->interpreter = $old?->cli() ?? [PHP_BINARY];
        SiteFiles::writeIni("$this->directory/php.ini", $this->directory, $options['extension'] ?? true, $old);
        $this->web = new WebServer("$this->directory/www", $this->run, "$this->directory/php.ini",
            ['OUTBOX_TEST_SITE' => $this->directory, 'PATH' => (string) getenv('PATH')], $options['workers'] ?? 3, $options['port'] ?? 0, $old?->fpm());
        $this->url = "http://localhost:{$this->web->port}";
        SiteFiles::writeConfig($this->directory, $this->database->socket, $this->url, $this->constants());
        if (!empty($options['multisite'])) {
            PreparedSite::moveNetwork($this->database, "localhost:{$this->web->port}");
        }
        if ($options['plugin'] ?? true) {
            $this->activatePlugin();
        }
    }

    private function constants(): array
    {
        $network = empty($this->options['multisite']) ? [] : ['MULTISITE' => true, 'SUBDOMAIN_INSTALL' => false,
            'DOMAIN_CURRENT_SITE' => "localhost:{$this->web->port}", 'PATH_CURRENT_SITE' => '/', 'SITE_ID_CURRENT_SITE' => 1, 'BLOG_ID_CURRENT_SITE' => 1];
        return ($this->options['constants'] ?? []) + $network + ['DISABLE_WP_CRON' => empty($this->options['cron'])];
    }

    private function activatePlugin(): void
    {
        $link = "$this->directory/www/wp-content/plugins/outbox";
        is_link($link) || symlink(dirname(__DIR__, 3) . '/wordpress-plugin', $link);
        $network = empty($this->options['multisite']) ? 'false' : 'true';
        $this->php("require_once ABSPATH . 'wp-admin/includes/plugin.php'; \$e = activate_plugin('outbox/outbox.php', '', $network);
            if (is_wp_error(\$e)) { fwrite(STDERR, \$e->get_error_message()); exit(1); }");
    }

    /** Runs PHP inside this WordPress, as the administrator and in a process of its own; returns what it prints. */
    public function php(string $code, array $environment = []): string
    {
        $file = "$this->run/" . bin2hex(random_bytes(4)) . '.php';
        file_put_contents($file, "<?php\n\$_SERVER += ['HTTP_HOST' => '" . substr($this->url, 7) . "', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/'];\n" .
            "require '{$this->release->directory}/wp-load.php';\nwp_set_current_user(1);\n$code\n");
        try {
            return self::run([...$this->interpreter, '-c', "$this->directory/php.ini", $file], $environment + $this->environment());
        } finally {
            unlink($file);
        }
    }

    /** What this PHP returns ("return get_option('admin_email');"), through JSON. */
    public function evaluate(string $code): mixed
    {
        $output = $this->php("\$value = (static function () { $code })();\necho \"\\n@@\", json_encode(\$value, JSON_THROW_ON_ERROR);");
        return json_decode(substr($output, strrpos($output, "\n@@") + 3), true, 64, JSON_THROW_ON_ERROR);
    }

    /**
     * wp-cli with these arguments. It is the bare framework: the plugin's commands and those of core, none of the
     * packages beside it.
     *
     * @return array{int, string, string} exit code, output, errors
     */
    public function cli(string ...$arguments): array
    {
        $command = [PHP_BINARY, '-c', "$this->directory/php.ini", WpCli::program(), '--allow-root', '--no-color',
            "--path={$this->release->directory}", "--url=$this->url", ...$arguments];
        $errors = "$this->run/cli.errors";
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', $errors, 'w']], $pipes, $this->directory, $this->environment());
        $output = (string) stream_get_contents($pipes[1]);
        return [proc_close($process), $output, file_get_contents($errors)];
    }

    private function environment(): array
    {
        return ['OUTBOX_TEST_SITE' => $this->directory, 'PHP_INI_SCAN_DIR' => '/dev/null'] + getenv();
    }

    /** Saves these settings of the plugin, as its page does: checked, secrets sealed. */
    public function configure(array $settings): void
    {
        $file = "$this->run/settings.json";
        file_put_contents($file, json_encode($settings, JSON_THROW_ON_ERROR));
        $this->php("\$wrong = (new \\Outbox\\WordPress\\Settings())->save(json_decode(file_get_contents('$file'), true));
            if (\$wrong) { fwrite(STDERR, print_r(\$wrong, true)); exit(1); }");
        unlink($file);
    }

    /** A browser without a screen, logged in where a user is named. */
    public function visitor(?string $user = null): Visitor
    {
        $visitor = new Visitor($this->url);
        if ($user !== null) {
            $visitor->logIn($user, self::PASSWORD);
        }
        return $visitor;
    }

    /** A submission server of this site, started when first asked for; see tests/servers/capture.php. */
    public function capture(string ...$arguments): ServerProcess
    {
        return $this->captures[implode(' ', $arguments)] ??= new ServerProcess('capture.php', ...$arguments);
    }

    public function query(string $sql): array
    {
        $result = $this->database->connect('wordpress')->query($sql);
        return $result === true ? [] : $result->fetch_all(MYSQLI_ASSOC);
    }

    /** Sets a constant of wp-config.php from here on; null takes it away. */
    public function define(string $name, mixed $value): void
    {
        SiteFiles::setConstant($this->directory, $name, $value);
    }

    /** What PHP complained of, lines that name the plugin only: core of 2022 has much to say under a PHP of today. */
    public function complaints(): array
    {
        $log = is_file("$this->directory/debug.log") ? file("$this->directory/debug.log", FILE_IGNORE_NEW_LINES) : [];
        return array_values(array_filter($log, static fn (string $line): bool => (bool) preg_match('~wordpress-plugin/|plugins/outbox/|Outbox~', $line)));
    }

    /** The queue's runner is started on demand, is nobody's child, and stays a while for the next message. */
    private function stopRunner(): void
    {
        foreach (glob('/proc/[0-9]*/cmdline') as $file) {
            if (str_contains((string) @file_get_contents($file), "--spool\0$this->directory/")) {
                posix_kill((int) explode('/', $file)[2], SIGTERM);
            }
        }
    }

    public function stop(): void
    {
        $this->web->stop();
        $this->stopRunner();
        $this->database->stop();
        foreach ($this->captures as $capture) {
            $capture->stop();
        }
        $this->captures = [];
        self::run(['rm', '-rf', $this->run]);
        if (!isset($this->options['directory'])) {
            self::run(['rm', '-rf', $this->directory]);
        }
    }

    public static function run(array $command, ?array $environment = null): string
    {
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null, $environment);
        $output = (string) stream_get_contents($pipes[1]);
        $code = proc_close($process);
        if ($code !== 0) {
            throw new \RuntimeException(implode(' ', $command) . " ended with $code:\n$output");
        }
        return $output;
    }
}
