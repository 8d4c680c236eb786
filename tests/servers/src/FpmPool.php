<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** A private PHP-FPM with one pool on loopback, loading the module under test; ended by end(). */
final class FpmPool
{
    private readonly string $directory;
    private readonly int $port;
    /** @var resource */
    private $process;

    public function __construct(int $workers, int $maxRequests = 0)
    {
        $this->directory = sys_get_temp_dir() . '/outbox-fpm-' . bin2hex(random_bytes(6));
        mkdir($this->directory, 0755);
        $root = dirname(__DIR__, 3);
        copy(getenv('OUTBOX_MODULE') ?: "$root/modules/outbox.so", "$this->directory/outbox.so");
        copy(__DIR__ . '/fpm_send.php', "$this->directory/send.php");
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $this->port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        $user = posix_geteuid() === 0 ? "user=nobody\ngroup=nogroup\n" : '';
        file_put_contents("$this->directory/fpm.conf", "[global]\nerror_log=$this->directory/log\ndaemonize=no\n[w]\n{$user}" .
            "listen=127.0.0.1:$this->port\npm=static\npm.max_children=$workers\npm.max_requests=$maxRequests\n");
        $this->process = proc_open([self::binary($root), '-R', '-n', '-d', "extension=$this->directory/outbox.so", '-y',
            "$this->directory/fpm.conf"], [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes);
        $this->awaitPort();
    }

    /** The system's, or Debian's package unpacked into .work: installing it would start a service. */
    private static function binary(string $root): string
    {
        $unpacked = "$root/.work/fpm";
        if (is_executable('/usr/sbin/php-fpm8.2')) {
            return '/usr/sbin/php-fpm8.2';
        }
        if (!is_executable("$unpacked/usr/sbin/php-fpm8.2")) {
            @mkdir($unpacked, 0755, true);
            exec('cd ' . escapeshellarg($unpacked) . ' && apt-get download -q php8.2-fpm 2>&1 && dpkg-deb -x php8.2-fpm_*.deb . 2>&1', $lines, $code);
            if ($code !== 0) {
                throw new \RuntimeException("php8.2-fpm cannot be had:\n" . implode("\n", $lines));
            }
        }
        return "$unpacked/usr/sbin/php-fpm8.2";
    }

    private function awaitPort(): void
    {
        for ($until = microtime(true) + 10; microtime(true) < $until; usleep(20_000)) {
            if ($connection = @stream_socket_client("tcp://127.0.0.1:$this->port", $code, $text, 1)) {
                fclose($connection);
                return;
            }
        }
        throw new \RuntimeException('PHP-FPM did not start: ' . file_get_contents("$this->directory/log"));
    }

    /** What the script prints for one request that sends a message to the relay of this DSN. */
    public function request(string $dsn): string
    {
        $connection = stream_socket_client("tcp://127.0.0.1:$this->port", $code, $text, 5);
        stream_set_timeout($connection, 20);
        $parameters = '';
        foreach (['SCRIPT_FILENAME' => "$this->directory/send.php", 'REQUEST_METHOD' => 'GET', 'DSN' => $dsn] as $name => $value) {
            $parameters .= pack('NN', strlen($name) | 0x80000000, strlen($value) | 0x80000000) . $name . $value;
        }
        fwrite($connection, self::record(1, pack('nCx5', 1, 0)) . self::record(4, $parameters) . self::record(4, '') . self::record(5, ''));
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

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', 1, $type, 1, strlen($content), 0) . $content;
    }

    public function end(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
        array_map(unlink(...), glob("$this->directory/*"));
        rmdir($this->directory);
    }
}
