<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A private PHP-FPM with one pool on loopback, loading the module under test; ended by end(). */
final class FpmPool
{
    public readonly string $directory;
    public readonly int $port;
    /** @var resource */
    private $process;
    /** @var list<string> */
    private array $prefix = [];

    /** $settings: lines of the pool's configuration besides. */
    public function __construct(int $workers, int $maxRequests = 0, string ...$settings)
    {
        $this->directory = sys_get_temp_dir() . '/outbox-fpm-' . bin2hex(random_bytes(6));
        mkdir($this->directory, 0755);
        $root = dirname(__DIR__, 3);
        copy(getenv('OUTBOX_MODULE') ?: "$root/modules/outbox.so", "$this->directory/outbox.so");
        foreach (['send', 'queue', 'mail'] as $script) {
            copy(__DIR__ . "/fpm_$script.php", "$this->directory/$script.php");
        }
        $this->port = Loopback::freePort();
        $user = posix_geteuid() === 0 ? "user=nobody\ngroup=nogroup\n" : '';
        file_put_contents("$this->directory/fpm.conf", "[global]\nerror_log=$this->directory/log\ndaemonize=no\n[w]\n{$user}" .
            "listen=127.0.0.1:$this->port\npm=static\npm.max_children=$workers\npm.max_requests=$maxRequests\n" . implode("\n", $settings) . "\n");
        $this->start();
    }

    /** @param list<string> $prefix a command to start it by, which has to become it or wait for it */
    public function start(array $prefix = []): void
    {
        $this->prefix = $prefix;
        $this->process = proc_open([...$prefix, self::binary(), '-R', '-n', '-d', "extension=$this->directory/outbox.so", '-y',
            "$this->directory/fpm.conf"], [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes);
        if (!Loopback::awaitPort($this->port)) {
            throw new \RuntimeException('PHP-FPM did not start: ' . file_get_contents("$this->directory/log"));
        }
    }

    /** Ends it and returns when it has ended: SIGQUIT lets requests end, SIGTERM does not. */
    public function stop(int $signal = SIGTERM): void
    {
        posix_kill($this->master(), $signal);
        proc_close($this->process);
    }

    /** As `systemctl reload`: the same master begins anew with new workers. */
    public function reload(): void
    {
        $before = $this->workers();
        posix_kill($this->master(), SIGUSR2);
        for ($until = microtime(true) + 10; array_intersect($before, $this->workers()) !== [] || $this->workers() === []; usleep(5_000)) {
            if (microtime(true) > $until) {
                throw new \RuntimeException('PHP-FPM did not reload: ' . $this->log());
            }
        }
        Loopback::awaitPort($this->port);
    }

    public function master(): int
    {
        $pid = proc_get_status($this->process)['pid'];
        return $this->prefix === [] ? $pid : self::children($pid)[0];
    }

    public function log(): string
    {
        return (string) file_get_contents("$this->directory/log");
    }

    /** The system's, or Debian's package unpacked into .work: installing it would start a service. */
    private static function binary(): string
    {
        if (is_executable('/usr/sbin/php-fpm8.2')) {
            return '/usr/sbin/php-fpm8.2';
        }
        return DebianPackages::forThisMachine('php-fpm', 'php8.2-fpm') . '/usr/sbin/php-fpm8.2';
    }

    /** What the script prints for one request that sends a message to the relay of this DSN; more: see fpm_send.php. */
    public function request(string $dsn, array $more = []): string
    {
        return $this->finish($this->begin($dsn, $more));
    }

    /** @return resource a request under way, for finish(); closing it is what a client does that has lost patience */
    public function begin(string $dsn, array $more = [])
    {
        $connection = stream_socket_client("tcp://127.0.0.1:$this->port", $code, $text, 5);
        stream_set_timeout($connection, 20);
        $parameters = '';
        foreach ($more + ['SCRIPT_FILENAME' => "$this->directory/send.php", 'REQUEST_METHOD' => 'GET', 'DSN' => $dsn] as $name => $value) {
            $value = (string) $value;
            $parameters .= pack('NN', strlen($name) | 0x80000000, strlen($value) | 0x80000000) . $name . $value;
        }
        fwrite($connection, self::record(1, pack('nCx5', 1, 0)) . self::record(4, $parameters) . self::record(4, '') . self::record(5, ''));
        return $connection;
    }

    /** @param resource $connection */
    public function finish($connection): string
    {
        $output = '';
        while (($header = fread($connection, 8)) !== false && strlen($header) === 8) {
            ['type' => $type, 'length' => $length, 'padding' => $padding] = unpack('Cversion/Ctype/nid/nlength/Cpadding', $header);
            $content = $length + $padding > 0 ? stream_get_contents($connection, $length + $padding) : '';
            $output .= $type === 6 ? substr($content, 0, $length) : '';
            if ($type === 3) {
                break;
            }
        }
        fclose($connection);
        return explode("\r\n\r\n", $output, 2)[1] ?? $output;
    }

    /** @return list<int> the workers' process ids */
    public function workers(): array
    {
        return self::children($this->master());
    }

    /** @return list<int> */
    private static function children(int $pid): array
    {
        return array_map(intval(...), preg_split('/ /', (string) @file_get_contents("/proc/$pid/task/$pid/children"), -1, PREG_SPLIT_NO_EMPTY));
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', 1, $type, 1, strlen($content), 0) . $content;
    }

    public function end(): void
    {
        if (is_resource($this->process)) {
            $this->stop();
        }
        ServerProcess::removeDirectory($this->directory);
    }
}
