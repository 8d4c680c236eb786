<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\DebianPackages;

/** nginx before PHP-FPM, both private: what a small site runs on. */
final class WebServer
{
    public readonly int $port;
    private readonly Process $fpm;
    private readonly Process $nginx;

    /**
     * @param string $root the document root
     * @param string $directory for sockets, logs and settings
     * @param array<string, string> $environment what PHP sees
     * @param ?list<string> $fpm another PHP-FPM than this machine's
     */
    public function __construct(string $root, string $directory, string $ini, array $environment, int $workers, int $port = 0, ?array $fpm = null)
    {
        $this->fpm = self::startFpm($fpm, $directory, $ini, $environment, $workers);
        $this->port = $port ?: self::freePort();
        @mkdir("$directory/nginx", 0700);
        file_put_contents("$directory/nginx.conf", self::nginxSettings($root, $directory, $this->port));
        $this->nginx = new Process([self::program('nginx'), '-p', $directory, '-e', "$directory/nginx.log", '-c', "$directory/nginx.conf"],
            "$directory/nginx.log", self::libraries());
        $this->nginx->await("tcp://127.0.0.1:$this->port");
    }

    private static function startFpm(?array $command, string $directory, string $ini, array $environment, int $workers): Process
    {
        $settings = "[global]\nerror_log=$directory/fpm.log\ndaemonize=no\n[site]\nlisten=$directory/fpm.sock\npm=static\n" .
            "pm.max_children=$workers\ncatch_workers_output=yes\nclear_env=yes\n";
        if (posix_geteuid() === 0) {
            $settings .= "user=root\ngroup=root\n";
        }
        foreach ($environment as $name => $value) {
            $settings .= "env[$name] = \"$value\"\n";
        }
        file_put_contents("$directory/fpm.conf", $settings);
        $own = $command !== null;
        $command ??= [self::program('php-fpm' . self::phpVersion())];
        $fpm = new Process([...$command, '-R', '-F', '-c', $ini, '-y', "$directory/fpm.conf"],
            "$directory/fpm.log", ['PHP_INI_SCAN_DIR' => '/dev/null'] + ($own ? [] : self::libraries()));
        $fpm->await("unix://$directory/fpm.sock");
        return $fpm;
    }

    private static function phpVersion(): string
    {
        return PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
    }

    private static function unpacked(): string
    {
        return DebianPackages::forThisMachine('web', 'nginx', 'php' . self::phpVersion() . '-fpm');
    }

    private static function program(string $name): string
    {
        $own = self::unpacked() . "/usr/sbin/$name";
        return is_executable($own) ? $own : "/usr/sbin/$name";
    }

    private static function libraries(): array
    {
        return ['LD_LIBRARY_PATH' => implode(':', glob(self::unpacked() . '/usr/lib/*-linux-gnu'))];
    }

    private static function freePort(): int
    {
        $probe = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        return $port;
    }

    private static function nginxSettings(string $root, string $directory, int $port): string
    {
        $user = posix_geteuid() === 0 ? 'user root;' : '';
        $paths = implode(' ', array_map(static fn (string $name): string => "{$name}_temp_path $directory/nginx;",
            ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']));
        // The rewrites are WordPress' own for a network in folders; a single site has no use for them and no harm.
        return <<<CONF
            $user daemon off; worker_processes 1; pid $directory/nginx.pid; error_log $directory/nginx.log;
            events { worker_connections 256; }
            http {
                access_log off; client_max_body_size 32m; $paths
                types { text/html html; text/css css; application/javascript js mjs; image/svg+xml svg; image/png png;
                    image/gif gif; image/jpeg jpg jpeg; font/woff woff; font/woff2 woff2; application/json json; }
                server {
                    listen 127.0.0.1:$port; root $root; index index.php;
                    if (!-e \$request_filename) {
                        rewrite /wp-admin$ \$scheme://\$http_host\$request_uri/ permanent;
                        rewrite ^(/[^/]+)?(/wp-(?!json).*) \$2 last;
                        rewrite ^(/[^/]+)?(/.*\.php)$ \$2 last;
                    }
                    location / { try_files \$uri \$uri/ /index.php?\$args; }
                    location ~ \.php$ {
                        try_files \$uri =404;
                        fastcgi_pass unix:$directory/fpm.sock; fastcgi_read_timeout 120s; fastcgi_buffers 64 16k;
                        fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name; fastcgi_param DOCUMENT_ROOT \$document_root;
                        fastcgi_param SCRIPT_NAME \$fastcgi_script_name; fastcgi_param REQUEST_URI \$request_uri;
                        fastcgi_param QUERY_STRING \$query_string; fastcgi_param REQUEST_METHOD \$request_method;
                        fastcgi_param CONTENT_TYPE \$content_type; fastcgi_param CONTENT_LENGTH \$content_length;
                        fastcgi_param SERVER_PROTOCOL \$server_protocol; fastcgi_param REMOTE_ADDR \$remote_addr;
                        fastcgi_param SERVER_NAME localhost; fastcgi_param SERVER_PORT \$server_port; fastcgi_param SERVER_SOFTWARE nginx;
                        fastcgi_param HTTP_HOST \$http_host; fastcgi_param GATEWAY_INTERFACE CGI/1.1; fastcgi_param REDIRECT_STATUS 200;
                    }
                }
            }

            CONF;
    }

    public function stop(): void
    {
        $this->nginx->stop();
        $this->fpm->stop();
    }
}
