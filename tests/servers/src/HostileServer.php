<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Accepts one connection after the other, plays its script and records what it got in connection-N.bytes. */
final class HostileServer
{
    public readonly int $port;
    /** @var resource */
    private $listener;

    public function __construct(private readonly string $directory, private readonly array $tls)
    {
        $listener = stream_socket_server('tcp://127.0.0.1:0', $code, $text,
            STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, stream_context_create(['socket' => ['tcp_nodelay' => true]]));
        if ($listener === false) {
            throw new \RuntimeException("cannot listen: $text");
        }
        $this->listener = $listener;
        $this->port = (int) substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
    }

    public function run(string $script): never
    {
        for ($n = 1;; $n++) {
            while (($stream = @stream_socket_accept($this->listener, 60)) === false) {
                // nobody came within the minute
            }
            stream_context_set_option($stream, ['ssl' => $this->tls]);
            $record = fopen("$this->directory/connection-$n.bytes", 'w');
            $peer = new HostileScript($stream, $record);
            try {
                HostileScripts::play($script, $peer);
            } catch (HostileScriptEnd) {
                // the client left, which is what most scripts wait for
            }
            $peer->close();
            fclose($record);
            touch("$this->directory/connection-$n.done");
        }
    }
}
