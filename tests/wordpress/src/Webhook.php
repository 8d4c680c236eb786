<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests\WordPress;

use Outbox\Tests\ServerProcess;

/** A server on loopback that stands for the one that alerts are told to: TLS and HTTP are real, and so is what arrives. */
final class Webhook
{
    private readonly ServerProcess $server;
    private readonly string $plugin;

    /**
     * The site learns, by the filters that WordPress documents for it, that this one address inside its own network is
     * allowed, whose certificate to believe, and that the two services are to be looked for here.
     */
    public function __construct(TestSite $site)
    {
        $this->server = new ServerProcess('webhook.php');
        $this->plugin = "$site->directory/www/wp-content/mu-plugins/webhook.php";
        ['port' => $port, 'ca_file' => $authority] = $this->server->ready;
        file_put_contents($this->plugin, "<?php
            add_filter('http_request_host_is_external', static fn (\$external, \$host) => \$external || \$host === '127.0.0.1', 10, 2);
            add_filter('http_allowed_safe_ports', static fn (\$ports) => [...\$ports, $port]);
            add_filter('http_request_args', static function (\$arguments, \$url) {
                \$arguments['sslcertificates'] = '$authority';
                if (str_contains(\$url, '/answer/never')) { \$arguments['timeout'] = 1; }
                // Names that nobody resolves here: WordPress would refuse them for that.
                if (in_array(parse_url(\$url, PHP_URL_HOST), ['hooks.slack.com', 'discord.com'], true)) { \$arguments['reject_unsafe_urls'] = false; }
                return \$arguments;
            }, 10, 2);
            add_action('http_api_curl', static function (\$handle) { curl_setopt(\$handle, CURLOPT_CONNECT_TO,
                ['hooks.slack.com:443:127.0.0.1:$port', 'discord.com:443:127.0.0.1:$port']); });");
    }

    public function url(string $path): string
    {
        return "https://127.0.0.1:{$this->server->port()}$path";
    }

    /** @return list<array{method: string, path: string, headers: array<string, string>, body: array}> */
    public function requests(): array
    {
        $requests = [];
        for ($n = 1; is_file($file = "{$this->server->directory}/$n.json"); $n++) {
            $request = json_decode(file_get_contents($file), true, 8, JSON_THROW_ON_ERROR);
            $requests[] = ['body' => json_decode($request['body'], true, 8, JSON_THROW_ON_ERROR)] + $request;
        }
        return $requests;
    }

    public function stop(): void
    {
        unlink($this->plugin);
        $this->server->stop();
    }
}
