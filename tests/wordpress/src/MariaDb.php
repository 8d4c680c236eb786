<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\DebianPackages;

/** A private MariaDB on a socket, without TCP: fast and forgetful, since its data are copies, unless it is asked to be durable. */
final class MariaDb
{
    private const SMALL = ['--innodb-buffer-pool-size=48M', '--innodb-data-file-path=ibdata1:12M:autoextend',
        '--innodb-undo-tablespaces=0', '--innodb-log-file-size=8M', '--performance-schema=OFF'];
    /** Whoever cuts the power loses a copy. */
    private const FORGETFUL = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=OFF', '--sync-binlog=0',
        '--innodb-flush-method=nosync'];

    public readonly string $socket;
    private readonly Process $process;

    /** @param string $data a folder that createData() made, or a copy of one */
    public function __construct(string $data, string $directory, bool $durable = false)
    {
        $this->socket = "$directory/db.sock";
        $this->process = new Process([self::program('sbin/mariadbd'), ...self::basics(), "--datadir=$data", "--socket=$this->socket",
            "--pid-file=$directory/db.pid", '--skip-networking', '--skip-log-bin', ...self::SMALL, ...($durable ? [] : self::FORGETFUL)], "$directory/mariadb.log",
            self::environment());
        $this->process->await("unix://$this->socket");
    }

    public static function createData(string $data, string $directory): void
    {
        $process = new Process([self::program('bin/mariadb-install-db'), ...self::basics(), "--datadir=$data",
            '--auth-root-authentication-method=normal', '--skip-test-db', ...self::SMALL], "$directory/mariadb-install.log", self::environment());
        if ($process->awaitEnd() !== 0) {
            throw new \RuntimeException('mariadb-install-db failed: ' . file_get_contents("$directory/mariadb-install.log"));
        }
    }

    public function connect(string $database = ''): \mysqli
    {
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        return new \mysqli('localhost', 'root', '', $database, 0, $this->socket);
    }

    public function stop(): void
    {
        $this->process->stop();
    }

    private static function unpacked(): string
    {
        return DebianPackages::forThisMachine('mariadb', 'mariadb-server-core', 'mariadb-client-core');
    }

    private static function program(string $path): string
    {
        $own = self::unpacked() . "/usr/$path";
        return is_executable($own) ? $own : "/usr/$path";
    }

    /** --no-defaults: the machine's own settings are for its own server. */
    private static function basics(): array
    {
        $own = self::unpacked() . '/usr';
        $base = is_dir("$own/share/mysql") ? $own : '/usr';
        $user = posix_geteuid() === 0 ? ['--user=root'] : [];
        return ['--no-defaults', "--basedir=$base", ...$user];
    }

    private static function environment(): array
    {
        return ['LD_LIBRARY_PATH' => implode(':', glob(self::unpacked() . '/usr/lib/*-linux-gnu'))];
    }
}
