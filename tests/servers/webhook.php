<?php

// SPDX-License-Identifier: MIT
// Receives what a webhook is told: speaks HTTP over TLS on loopback, keeps every request, answers as its path says.

declare(strict_types=1);

require __DIR__ . '/src/Certificates.php';

use Outbox\Tests\Certificates;

const USAGE = <<<'TEXT'
    Usage: php webhook.php --dir PATH

    Listens on 127.0.0.1, on a free port, with a certificate for localhost, hooks.slack.com and discord.com. Every
    request is kept in PATH as NUMBER.json: method, path, headers, body. A path that begins with /answer/NNN is
    answered with that status, /answer/never not at all, everything else with 200. Prints one JSON line when it is
    ready: port, ca_file. Ends on SIGTERM.

    TEXT;

const REQUEST_MAX = 1_000_000;
const PATIENCE_SECONDS = 5;

/** @return ?array{method: string, path: string, headers: array<string, string>, body: string} null: no whole request came */
function readRequest($connection): ?array
{
    stream_set_timeout($connection, PATIENCE_SECONDS);
    $head = '';
    while (($line = fgets($connection)) !== false && rtrim($line, "\r\n") !== '' && strlen($head) < REQUEST_MAX) {
        $head .= $line;
    }
    $lines = explode("\r\n", rtrim($head));
    [$method, $path] = explode(' ', array_shift($lines)) + [1 => ''];
    $headers = [];
    foreach ($lines as $field) {
        [$name, $value] = explode(':', $field, 2) + [1 => ''];
        $headers[strtolower($name)] = trim($value);
    }
    $length = min((int) ($headers['content-length'] ?? 0), REQUEST_MAX);
    $body = $length === 0 ? '' : (string) stream_get_contents($connection, $length);
    return $path === '' || strlen($body) < $length ? null : ['method' => $method, 'path' => $path, 'headers' => $headers, 'body' => $body];
}

$options = getopt('', ['dir:'], $rest);
if ($rest !== $argc || !is_dir($options['dir'] ?? '')) {
    fwrite(STDERR, USAGE);
    exit(64);
}
$directory = $options['dir'];
$certificates = new Certificates($directory);
$certificate = $certificates->issue('webhook.pem', ['DNS:localhost', 'DNS:hooks.slack.com', 'DNS:discord.com', 'IP:127.0.0.1']);
$listener = stream_socket_server('tls://127.0.0.1:0', $code, $text, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN,
    stream_context_create(['ssl' => ['local_cert' => $certificate]]));
if ($listener === false) {
    fwrite(STDERR, "webhook.php: $text\n");
    exit(69);
}
echo json_encode(['port' => (int) substr(strrchr(stream_socket_get_name($listener, false), ':'), 1), 'ca_file' => $certificates->authorityFile]), "\n";

$unanswered = [];
for ($number = 1;;) {
    // A client that does not believe the certificate ends the handshake: its affair.
    $connection = @stream_socket_accept($listener, 3600);
    $request = $connection === false ? null : readRequest($connection);
    if ($request === null) {
        continue;
    }
    file_put_contents("$directory/$number.part", json_encode($request, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
    rename("$directory/$number.part", "$directory/$number.json");
    $number++;
    preg_match('~^/answer/(\w+)~', $request['path'], $answer);
    if (($answer[1] ?? '') === 'never') {
        $unanswered[] = $connection; // Kept open.
        continue;
    }
    @fwrite($connection, 'HTTP/1.1 ' . ($answer[1] ?? '200') . " Answer\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    fclose($connection);
}
