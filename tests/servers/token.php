<?php

// SPDX-License-Identifier: MIT
// A token endpoint as RFC 7662 has it, for Dovecot's OAuth2 passdb: says whose a token is, if anybody's.

declare(strict_types=1);

const USAGE = <<<'TEXT'
    Usage: php token.php --dir PATH --token TOKEN... --user USER

    Answers POST requests with a "token" on 127.0.0.1 and writes each token, a line for each, to --dir/tokens. Prints
    one JSON line when it is ready: port, pid. Ends when it is killed.

    TEXT;

$options = getopt('', ['dir:', 'token:', 'user:']);
if (count($options) !== 3) {
    fwrite(STDERR, USAGE);
    exit(64);
}
$listener = stream_socket_server('tcp://127.0.0.1:0', $code, $text) ?: throw new RuntimeException($text);
$port = (int) substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
echo json_encode(['port' => $port, 'pid' => getmypid()]), "\n";
while ($connection = stream_socket_accept($listener, -1)) {
    stream_set_timeout($connection, 5);
    for ($length = 0; ($line = fgets($connection)) !== false && trim($line) !== '';) {
        $length = preg_match('/^Content-Length:\s*(\d+)/i', $line, $found) ? (int) $found[1] : $length;
    }
    parse_str((string) stream_get_contents($connection, $length), $form);
    $token = is_string($form['token'] ?? null) ? $form['token'] : '';
    file_put_contents("{$options['dir']}/tokens", "$token\n", FILE_APPEND);
    $answer = json_encode(in_array($token, (array) $options['token'], true) ? ['active' => true, 'username' => $options['user']] : ['active' => false]);
    fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " . strlen($answer) . "\r\n\r\n$answer");
    fclose($connection);
}
