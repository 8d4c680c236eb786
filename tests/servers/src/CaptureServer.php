<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Outbox\Tests;

/** Accepts connections and moves their bytes; what they mean is CaptureSession's. */
final class CaptureServer
{
    public readonly int $port;
    /** @var resource */
    private $listener;
    /** @var array<int, CaptureSession> */
    private array $sessions = [];
    private bool $running = true;

    public function __construct(
        private readonly string $directory,
        private readonly string $certificate,
        private readonly array $options,
    ) {
        $listener = stream_socket_server('tcp://127.0.0.1:' . ($options['port'] ?? 0), $code, $text,
            STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, stream_context_create(['socket' => ['backlog' => 128, 'tcp_nodelay' => true]]));
        if ($listener === false) {
            throw new \RuntimeException("cannot listen: $text");
        }
        $this->listener = $listener;
        $this->port = (int) substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
    }

    public function stop(): void
    {
        $this->running = false;
    }

    public function run(): void
    {
        while ($this->running) {
            $read = [$this->listener];
            foreach ($this->sessions as $session) {
                if (!$this->isHeld($session)) {
                    $read[] = $session->stream;
                }
            }
            $write = $except = null;
            clearstatcache();
            $ready = @stream_select($read, $write, $except, 0, 200_000);
            if ($ready !== false && $ready > 0) {
                $this->serve($read);
            }
            $this->closeIdle();
        }
    }

    /** In the middle of a message, while the file is there: the client's writes run into a full window. */
    private function isHeld(CaptureSession $session): bool
    {
        $file = $this->options['hold'] ?? '';
        $held = $file !== '' && $session->isInMessage() && is_file($file);
        if ($held) {
            touch("$file.reached");
        }
        return $held;
    }

    private function serve(array $ready): void
    {
        foreach ($ready as $stream) {
            if ($stream === $this->listener) {
                $this->accept();
            } else {
                $this->advance($this->sessions[(int) $stream]);
            }
        }
    }

    private function accept(): void
    {
        $stream = @stream_socket_accept($this->listener, 0);
        if ($stream === false) {
            return;
        }
        stream_context_set_option($stream, ['ssl' => $this->tls()]);
        stream_set_blocking($stream, false);
        $session = new CaptureSession($stream, $this->directory, $this->options);
        $this->sessions[(int) $stream] = $session;
        $session->begin();
    }

    private function tls(): array
    {
        $options = ['local_cert' => $this->options['cert'] ?? $this->certificate];
        if (isset($this->options['client-ca'])) {
            $options += ['verify_peer' => true, 'verify_peer_name' => false, 'cafile' => $this->options['client-ca'],
                'capture_peer_cert' => true];
        }
        // what is older than TLS 1.2 needs OpenSSL's lowest security level
        return isset($this->options['tls-version']) ? $options + ['ciphers' => 'DEFAULT:@SECLEVEL=0', 'security_level' => 0] : $options;
    }

    private function advance(CaptureSession $session): void
    {
        $session->advance();
        if ($session->isClosed()) {
            unset($this->sessions[(int) $session->stream]);
            fclose($session->stream);
        }
    }

    private function closeIdle(): void
    {
        $limit = (float) ($this->options['close-idle'] ?? 0);
        foreach ($limit > 0 ? $this->sessions : [] as $key => $session) {
            if (microtime(true) - $session->lastHeard > $limit) {
                fclose($session->stream);
                unset($this->sessions[$key]);
            }
        }
    }
}
