<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Debian's Apache with PHP as its module, unpacked and not installed, with one process for requests, serving fpm_queue.php. */
final class ApacheServer
{
    public readonly int $port;
    public readonly string $directory;
    /** @var resource */
    private $process;

    /** @param array<string, string> $settings of php.ini */
    public function __construct(string $dsn, array $settings)
    {
        $root = DebianPackages::forThisMachine('apache', 'apache2-bin', 'libapache2-mod-php8.2');
        $this->directory = sys_get_temp_dir() . '/outbox-apache-' . bin2hex(random_bytes(6));
        mkdir("$this->directory/site", 0755, true);
        copy(__DIR__ . '/fpm_queue.php', "$this->directory/site/queue.php");
        copy(getenv('OUTBOX_MODULE') ?: dirname(__DIR__, 3) . '/modules/outbox.so', "$this->directory/outbox.so");
        $ini = "extension=$this->directory/outbox.so\n";
        foreach ($settings as $name => $value) {
            $ini .= "$name=$value\n";
        }
        file_put_contents("$this->directory/php.ini", $ini);
        $this->port = Loopback::freePort();
        file_put_contents("$this->directory/apache.conf", $this->configuration("$root/usr/lib/apache2/modules", $dsn));
        $this->process = proc_open(["$root/usr/sbin/apache2", '-X', '-f', "$this->directory/apache.conf"],
            [['file', '/dev/null', 'r'], ['file', "$this->directory/output", 'w'], ['redirect', 1]], $pipes, null,
            ['LD_LIBRARY_PATH' => implode(':', glob("$root/usr/lib/*-linux-gnu")), 'PHP_INI_SCAN_DIR' => '', 'PATH' => '/usr/bin:/bin']);
        if (!Loopback::awaitPort($this->port, fn (): bool => proc_get_status($this->process)['running'])) {
            throw new \RuntimeException('Apache did not start: ' . file_get_contents("$this->directory/output") . @file_get_contents("$this->directory/log"));
        }
    }

    private function configuration(string $modules, string $dsn): string
    {
        $user = posix_geteuid() === 0 ? "User nobody\nGroup nogroup\n" : '';
        return <<<CF
            ServerRoot $this->directory
            ServerName localhost
            Listen 127.0.0.1:$this->port
            PidFile $this->directory/pid
            ErrorLog $this->directory/log
            DefaultRuntimeDir $this->directory
            $user
            LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
            LoadModule authz_core_module $modules/mod_authz_core.so
            LoadModule env_module $modules/mod_env.so
            LoadModule php_module $modules/libphp8.2.so
            PHPIniDir $this->directory
            DocumentRoot $this->directory/site
            SetEnv DSN "$dsn"
            <Directory $this->directory/site>
                Require all granted
                SetHandler application/x-httpd-php
            </Directory>

            CF;
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    /** What the site prints. */
    public function request(): string
    {
        return (string) file_get_contents("http://127.0.0.1:$this->port/queue.php");
    }

    public function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process);
            proc_close($this->process);
        }
    }

    public function __destruct()
    {
        $this->stop();
        ServerProcess::removeDirectory($this->directory);
    }
}
